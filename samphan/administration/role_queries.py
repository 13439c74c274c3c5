"""Reads about roles: who has them, what was changed in them, and what a member would see with one."""

import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from samphan.administration import role_words
from samphan.administration.composition import RoleDraft
from samphan.administration.lists import ListKind, kinds
from samphan.administration.models import AuditEntry, Member
from samphan.administration.roles import CLASSES, Rights, Role, known_roles
from samphan.platform import catalogue
from samphan.platform.access import Reach, Viewer
from samphan.platform.catalogue import Privacy
from samphan.ui import navigation

MOST = 1000  # records counted exactly; above that it is "more than"
ACTIONS = ("administration.role_changed", "administration.role_reset", "administration.role_deleted")
VERSIONS = 20
_DRAFT = "draft"


@dataclass(frozen=True)
class RoleInUse:
    """One role of the company and who has it.

    :param is_own: composed here; False for one that came with Samphan. :param is_changed: one of Samphan's, changed here.
    """

    key: str
    rights: Rights
    members: list[Member]
    is_own: bool
    is_changed: bool

    @property
    def line(self) -> str:
        """Whose records and which fields, in one line."""
        return role_words.line(self.rights)

    @property
    def right_count(self) -> tuple[int, int]:
        """How many permissions of how many."""
        return role_words.right_count(self.rights)


def roles_in_use(viewer: Member) -> list[RoleInUse]:
    """Every role with the active members that have it, by name; Samphan's own first."""
    own = viewer.workspace.roles
    holders: dict[str, list[Member]] = {}
    for member in Member.objects.filter(workspace_id=viewer.workspace_id, is_active=True).order_by("name", "id"):
        for key in member.roles:
            holders.setdefault(key, []).append(member)
    return [
        RoleInUse(key, rights, holders.get(key, []), key not in Role, key in Role and key in own)
        for key, rights in known_roles(own).items()
    ]


@dataclass(frozen=True)
class Version:
    """One change of a role: who, when, what came and went. `can_return`: the state before it is kept."""

    id: UUID
    member_id: UUID | None
    action: str
    at: datetime
    gained: list[str]
    lost: list[str]
    masked: list[str] | None
    reach: list[str] | None
    can_return: bool


def versions(viewer: Viewer, key: str) -> list[Version]:
    """The last changes of a role, newest first."""
    found = AuditEntry.objects.filter(
        workspace_id=viewer.workspace_id, action__in=ACTIONS, detail__role_key=key
    ).order_by("-id")[:VERSIONS]
    return [
        Version(
            entry.pk,
            entry.member_id,
            entry.action,
            entry.at,
            role_words.said(entry.detail.get("gained", ())),
            role_words.said(entry.detail.get("lost", ())),
            role_words.said(entry.detail["masked"]) if "masked" in entry.detail else None,
            role_words.said(entry.detail["reach"]) if "reach" in entry.detail else None,
            bool(entry.detail.get("before")),
        )
        for entry in found
    ]


def document_before(viewer: Viewer, key: str, version: UUID) -> dict[str, Any] | None:
    """A role as it stood before one of its changes; None when it is not kept."""
    found = AuditEntry.objects.filter(
        workspace_id=viewer.workspace_id, pk=version, action__in=ACTIONS, detail__role_key=key
    ).first()
    before: dict[str, Any] | None = found.detail.get("before") if found else None
    return before


@dataclass(frozen=True)
class Sight:
    """What a member would see of one entity: how many records, and the fields shown, covered and left out."""

    label: str
    is_open: bool
    count: int = 0
    is_exact: bool = True
    shown: str = ""
    covered: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class Preview:
    """What a member would see with a role in place of the one of that key, or beside their others."""

    member: Member
    places: list[str]
    sights: list[Sight]
    others: list[str]


def as_if(member: Member, key: str | None, draft: RoleDraft) -> Member:
    """A copy of the member with that role; it is not kept, and nothing is written by it."""
    ghost = copy.copy(member)
    ghost.forget_rights()
    workspace = copy.copy(member.workspace)
    workspace.roles = {**workspace.roles, _DRAFT: draft.document()}
    ghost.workspace = workspace
    ghost.roles = [_DRAFT, *(each for each in member.roles if each not in (key, _DRAFT))]
    return ghost


def preview(member: Member, key: str | None, draft: RoleDraft, *, viewer: Member) -> Preview:
    """What a member would see with a role as it is being composed; counts nothing that the viewer does not reach."""
    ghost = as_if(member, key, draft)
    known = known_roles(member.workspace.roles)
    return Preview(
        member,
        _places(ghost),
        [_sight(kind, ghost, viewer) for kind in kinds()],
        [str(known[each].label) for each in ghost.roles if each != _DRAFT and each in known],
    )


def _places(ghost: Member) -> list[str]:
    request = HttpRequest()
    request.member = ghost  # type: ignore[attr-defined]
    return [str(entry.label) for section in navigation.sections(request) for entry in section.entries]


def _sight(kind: ListKind, ghost: Member, viewer: Member) -> Sight:
    entity = catalogue.entity(kind.entity_name)
    label = str(entity.label_plural)
    if not ghost.may(kind.permission):
        return Sight(label, is_open=False)
    rows = kind.rows(ghost)
    if viewer.reach(kind.entity_name) is not Reach.ALL:
        rows = rows.filter(pk__in=kind.rows(viewer).values("pk"))
    count = rows.order_by()[: MOST + 1].count()
    classes: dict[str, set[Privacy]] = {"shown": set(), "covered": set(), "hidden": set()}
    for name in map(Privacy, CLASSES):
        how = "shown" if ghost.may_read(name) else "covered" if ghost.may_read_masked(name) else "hidden"
        classes[how].add(name)

    def labels(how: str) -> str:
        return ", ".join(dict.fromkeys(str(field.label) for field in entity.fields if field.privacy in classes[how]))

    return Sight(label, True, min(count, MOST), count <= MOST, labels("shown"), labels("covered"), labels("hidden"))
