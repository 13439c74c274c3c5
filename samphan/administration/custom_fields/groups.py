"""Groups of custom fields: their fields carry the name, so a group that is named anew moves all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError

if TYPE_CHECKING:
    from samphan.platform.access import Viewer

MOST_LETTERS = 80


class BadGroupName(DomainError):
    """A name that a group cannot have. `at`: the part of it, `th` or `en`."""

    def __init__(self, message: str | Promise, at: str, **values: object) -> None:
        super().__init__(message, **values)
        self.at = at


@dataclass(frozen=True)
class Group:
    """A group of one kind of record. `key`: what tells it from the others, its name in Thai or else in English."""

    key: str
    th: str
    en: str
    field_count: int


def groups_of(host: Host, workspace_id: UUID) -> list[Group]:
    """The groups that have a name, in the order of their fields; those of archived fields alone stand last."""
    fields: dict[str, list[CustomField]] = {}
    for one in sorted(
        definitions.all_fields(host.entity_name, workspace_id), key=lambda one: one.archived_at is not None
    ):
        if key := _key(one):
            fields.setdefault(key, []).append(one)
    return [
        Group(key, found[0].group_th, next((one.group_en for one in found if one.group_en), ""), len(found))
        for key, found in fields.items()
    ]


def rename_group(host: Host, key: str, *, th: str, en: str, acting_member: Viewer) -> UUID | None:
    """Give a group another name in both languages; archived fields go with it. Returns the act, None when nothing differs.

    :raises BadGroupName: without a name, with one that is too long, or with one that another group has.
    :raises DomainError: when there is no such group any more.
    """
    wanted = {"th": _tidied(th), "en": _tidied(en)}
    known = definitions.all_fields(host.entity_name, acting_member.workspace_id)
    theirs = [one for one in known if _key(one) == key and key]
    if not theirs:
        raise DomainError(_("This group is no longer there."))
    if not any(wanted.values()):
        raise BadGroupName(_("The group needs a name in Thai or English."), "th")
    for part, name in wanted.items():
        if len(name) > MOST_LETTERS:
            raise BadGroupName(_("At most %(limit)s letters"), part, limit=MOST_LETTERS)
        others = {text.casefold() for one in known if _key(one) != key for text in (one.group_th, one.group_en) if text}
        if name.casefold() in others:
            said = _("Another group is called “%(name)s” already. To join the two, choose it at each field.")
            raise BadGroupName(said, part, name=name)
    differing = [one for one in theirs if (one.group_th, one.group_en) != (wanted["th"], wanted["en"])]
    if not differing:
        return None
    note = {"group": key, "name": wanted["th"] or wanted["en"], "entity": host.entity_name}
    with changeset("administration.field_group_renamed", member_id=acting_member.id, note=note) as act:
        for one in differing:
            one.group_th, one.group_en = wanted["th"], wanted["en"]
        CustomField.objects.bulk_update(differing, ["group_th", "group_en"])
        definitions.forget(acting_member.workspace_id)
    return act


def _key(field: CustomField) -> str:
    return field.group_th or field.group_en


def _tidied(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
