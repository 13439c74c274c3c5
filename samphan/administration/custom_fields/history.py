"""What a custom field of one record held before, and who changed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from samphan.administration.custom_fields.hosts import Host
from samphan.administration.models import Member
from samphan.administration.on_behalf import with_whom
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import tracked_models
from samphan.platform.imports.models import ImportBatch

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField

MOST_STATES = 300


@dataclass(frozen=True)
class ValueChange:
    """One change of a value; both as stored. `who` is a member or a file, "" for the system."""

    at: datetime
    who: str
    old: Any
    new: Any


def changes_of(host: Host, record: Any, field: CustomField) -> list[ValueChange]:
    """The changes of one custom field of a record that is seen, the last first."""
    history = next(one.history for one in tracked_models if one.model is host.model)
    states = history._default_manager.filter(pgh_obj_id=record.pk, workspace_id=record.workspace_id)
    kept = list(states.order_by("-pgh_id").values_list("custom", "pgh_created_at", "pgh_context_id")[:MOST_STATES])
    found: list[tuple[datetime, UUID | None, Any, Any]] = []
    after = record.custom.get(field.key)
    for custom, at, act in kept:
        before = custom.get(field.key)
        if before != after:
            found.append((at, act, before, after))
        after = before
    names = _names({act for _at, act, _old, _new in found if act})
    return [ValueChange(at, names.get(act, "") if act else "", old, new) for at, act, old, new in found]


def _names(acts: Iterable[UUID]) -> dict[UUID, str]:
    """Who did each act: a member, or the file that it came from."""
    wanted = list(acts)
    if not wanted:
        return {}
    acts_found = list(Changeset.objects.filter(pk__in=wanted).values_list("pk", "member_id", "note"))
    by_member, notes = {act: member for act, member, _note in acts_found}, {act: note for act, _m, note in acts_found}
    people = dict(Member.objects.filter(pk__in={one for one in by_member.values() if one}).values_list("pk", "name"))
    files = dict(ImportBatch.objects.filter(pk__in=wanted).values_list("pk", "file_name"))
    who = {act: with_whom(people.get(member, ""), notes[act]) for act, member in by_member.items() if member}
    return who | files
