"""Roles that a company composes: what they may do, which fields they are shown, whose records they reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from samphan.administration import audit
from samphan.administration.models import Member, Workspace
from samphan.administration.roles import CLASSES, Rights, Role, composed, known_roles, rights_of
from samphan.platform.access import Reach, owned_entities, permissions
from samphan.platform.errors import DomainError
from samphan.platform.ids import uuid7

MAX_ROLES = 60
MAX_NAME = 60


class BadAccount(DomainError):
    """An e-mail, password or role that cannot be used."""


class BadRoleName(BadAccount):
    """The name of a role is missing, too long, or another role's."""


@dataclass(frozen=True)
class RoleDraft:
    """A role as somebody composed it.

    :param privacy: classes of fields that are shown. :param masked: classes that are covered; the others are left out.
    :param reach: own, team or all, by owned entity; what is not named is everybody's.
    """

    name: str
    name_en: str = ""
    permissions: tuple[str, ...] = ()
    privacy: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    reach: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As it is kept in `Workspace.roles`, in one order, so that equal roles are equal."""
        return {
            "name": self.name.strip(),
            "name_en": self.name_en.strip(),
            "permissions": sorted(set(self.permissions)),
            "privacy": [name for name in CLASSES if name in self.privacy],
            "masked": [name for name in CLASSES if name in self.masked - self.privacy],
            "reach": {name: reach for name, reach in sorted(self.reach.items()) if reach != Reach.ALL},
        }


def draft_from(document: Mapping[str, Any]) -> RoleDraft:
    """A role as it was kept, in `Workspace.roles` or in the audit trail: what is unknown by now is left out."""
    rights = composed(document)
    known = {one.name for one in permissions()}
    entities = {entity for entity, _label in owned_entities()}
    return RoleDraft(
        name=str(document.get("name", "")),
        name_en=str(document.get("name_en", "")),
        permissions=tuple(name for name in rights.permissions if name in known),
        privacy=rights.privacy,
        masked=rights.masked,
        reach={name: str(reach) for name, reach in rights.reach.items() if name in entities},
    )


def draft_of(rights: Rights) -> RoleDraft:
    """A role as it is now, to begin from: patterns become the permissions that they mean today."""
    return RoleDraft(
        name=str(rights.label),
        permissions=tuple(one.name for one in permissions() if rights.may(one.name)),
        privacy=rights.privacy,
        masked=rights.masked,
        reach={name: str(rights.reach_of(name)) for name, _label in owned_entities()},
    )


@transaction.atomic
def save_role(key: str | None, draft: RoleDraft, *, acting_member: Member) -> str:
    """Compose a role, or change one; returns its key. Members who have it have the new rights with their next click.

    :param key: None for a new role; the key of one of Samphan's own keeps the company's version of it in its place.
    :raises BadAccount: for a name that is empty or taken, an unknown right, the owner's role, and for rights that the acting
        member does not have, as they would give them to themselves.
    """
    if key == Role.OWNER:
        raise BadAccount(_("The company owner's rights are not changed."))
    workspace = _locked(acting_member)
    known = known_roles(workspace.roles)
    if key is not None and key not in known:
        raise BadAccount(_("This role does not exist any more."))
    document = draft.document()
    _check(key, document, known)
    if key is None and len(workspace.roles) >= MAX_ROLES:
        raise BadAccount(_("There are %(count)s roles already; delete one first."), count=MAX_ROLES)
    before = workspace.roles.get(key) if key else None
    _refuse_wider(rights_of(["new"], {"new": document}), acting_member)
    if key is not None and key in acting_member.roles:
        # Else the last one who may change roles could lock everybody but the owner out with one click.
        kept = rights_of(
            [one for one in acting_member.roles if one != key] + ["new"], {**workspace.roles, "new": document}
        )
        if not any(one.may("administration.change_people") for one in kept):
            raise BadAccount(_("With this you would take the right to change roles from yourself."))
    if before == document:
        return str(key)
    key = key or f"own-{uuid7().hex[-12:]}"
    if before is None and key in known:
        before = draft_of(known[key]).document()
    workspace.roles = {**workspace.roles, key: document}
    workspace.save(update_fields=["roles"])
    acting_member.workspace.roles = workspace.roles
    acting_member.forget_rights()
    # `before` is kept, so that the version can be taken up again; the trail's one line leaves it out.
    detail = _difference(before, document) | ({"before": before} if before else {})
    audit.record("administration.role_changed", viewer=acting_member, role=document["name"], role_key=key, **detail)
    return key


@transaction.atomic
def delete_role(key: str, *, acting_member: Member) -> bool:
    """Delete a composed role, or put one of Samphan's back as it came; returns True for the second.

    :raises BadAccount: while somebody has the role that would be gone.
    """
    workspace = _locked(acting_member)
    if key not in workspace.roles:
        raise BadAccount(_("This role does not exist any more."))
    is_reset = key in Role
    theirs = Member.objects.filter(workspace_id=workspace.pk, roles__contains=[key]).order_by("name")
    names = list(theirs.values_list("name", flat=True)[:4])
    if names and not is_reset:
        raise BadAccount(_("%(names)s still have this role; give them another one first."), names=", ".join(names))
    if is_reset:
        _refuse_wider(rights_of([key], {}), acting_member)
    document = workspace.roles[key]
    workspace.roles = {name: kept for name, kept in workspace.roles.items() if name != key}
    workspace.save(update_fields=["roles"])
    acting_member.workspace.roles = workspace.roles
    acting_member.forget_rights()
    action = "administration.role_reset" if is_reset else "administration.role_deleted"
    audit.record(action, viewer=acting_member, role=document["name"], role_key=key, before=document)
    return is_reset


def refuse_more_than_one_has(roles: Iterable[str], acting_member: Member) -> None:
    """Refuse to give a role that holds a right which the one who gives it does not hold.

    :raises BadAccount: naming the role.
    """
    _refuse_wider(rights_of(roles, acting_member.workspace.roles), acting_member)


def _refuse_wider(given: Sequence[Rights], acting_member: Member) -> None:
    for rights in given:
        wider = (
            any(rights.may(one.name) and not acting_member.may(one.name) for one in permissions())
            or any(not acting_member.may_read(name) for name in rights.privacy)
            or any(rights.reach_of(name).width > acting_member.reach(name).width for name, _label in owned_entities())
        )
        if wider:
            raise BadAccount(
                _("“%(role)s” may do more than you; ask somebody who may do as much."), role=str(rights.label)
            )


def _check(key: str | None, document: dict[str, Any], known: dict[str, Rights]) -> None:
    name = document["name"]
    if not name:
        raise BadRoleName(_("A role needs a name."))
    if len(name) > MAX_NAME or len(document["name_en"]) > MAX_NAME:
        raise BadRoleName(_("The name of a role has at most %(count)s letters."), count=MAX_NAME)
    if any(str(rights.label).casefold() == name.casefold() for other, rights in known.items() if other != key):
        raise BadRoleName(_("There is a role “%(name)s” already."), name=name)
    unknown = set(document["permissions"]) - {one.name for one in permissions()}
    entities = {entity for entity, _label in owned_entities()}
    if unknown or set(document["reach"]) - entities or set(document["reach"].values()) - set(Reach):
        wrong = sorted(unknown | (set(document["reach"]) - entities)) or sorted(document["reach"].values())
        raise BadAccount(_("There is no right “%(name)s”."), name=wrong[0])


def _difference(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    """What a role gained and lost, for the audit trail."""
    old = {key: set(before.get(key, ())) if before else set() for key in ("permissions", "privacy", "masked")}
    detail: dict[str, Any] = {}
    gained = sorted((set(after["permissions"]) - old["permissions"]) | (set(after["privacy"]) - old["privacy"]))
    lost = sorted((old["permissions"] - set(after["permissions"])) | (old["privacy"] - set(after["privacy"])))
    if gained:
        detail["gained"] = gained
    if lost:
        detail["lost"] = lost
    if set(after["masked"]) != old["masked"]:
        detail["masked"] = after["masked"]
    if after["reach"] != (before or {}).get("reach", {}):
        detail["reach"] = [f"{name}: {reach}" for name, reach in after["reach"].items()]
    return detail


def _locked(acting_member: Member) -> Workspace:
    workspace_id: UUID = acting_member.workspace_id
    return Workspace.objects.select_for_update().get(pk=workspace_id)
