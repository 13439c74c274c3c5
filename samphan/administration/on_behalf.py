"""What a stand-in does with somebody else's records is written down as done for them, and shown to them.

At the end of every act of somebody who stands in today, the domains say whose records it touched; the act keeps it in its
note as `for`. Acts of everybody else pay nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from samphan.administration import absences
from samphan.administration.models import Member
from samphan.administration.reaching import Delegation
from samphan.administration.settings import store
from samphan.platform.access import Viewer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import on_close, tracked_models
from samphan.platform.exports.reading import Export
from samphan.platform.ids import first_id_at
from samphan.platform.tenancy import current_workspace

NAMED = 5  # records that an act names
Named = Callable[[Member, Sequence[UUID]], Mapping[UUID, tuple[str, str]]]


@dataclass(frozen=True)
class Touching:
    """How the acts on one entity are attributed.

    :param owners: for each model, the path to the member whose record it is and to the record itself.
    :param named: names and addresses of the records that a member sees. :param words: what an act is called, by its kind.
    """

    entity: str
    owners: Sequence[tuple[type[Model], str, str]]
    words: Mapping[str, str | Promise]
    named: Named | None = None


@dataclass(frozen=True)
class Done:
    """One act of a stand-in for somebody."""

    id: UUID
    at: datetime
    words: str
    records: list[tuple[str, str]]  # name and address
    is_undone: bool


_touching: list[Touching] = []


def register(touching: Touching) -> None:
    """Let acts on an entity be attributed; called in `AppConfig.ready()`. A higher domain may add its own to an entity."""
    _touching.append(touching)


def listen() -> None:
    """Attribute acts for the life of the process."""
    on_close(_attribute)


def whom(note: Mapping[str, Any]) -> str:
    """The names of those for whom an act was done, "" for an act of one's own."""
    return ", ".join(str(one["name"]) for one in note.get("for", ()))


def with_whom(who: str, note: Mapping[str, Any]) -> str:
    """Who did an act, as histories and timelines write it: “ณัฐ แทน เมย์”."""
    others = whom(note)
    return _("%(who)s for %(name)s") % {"who": who, "name": others} if who and others else who


def of_owner(viewer: Viewer, owner_id: UUID | None) -> dict[str, Any]:
    """What the audit trail keeps of a read in somebody's place; nothing for a read of one's own."""
    names = absences.stood_in_for(viewer) if isinstance(viewer, Member) and owner_id else {}
    return {"for": [{"id": str(owner_id), "name": names[owner_id]}]} if owner_id in names else {}


def of_export(viewer: Viewer, export: Export) -> dict[str, Any]:
    """What the audit trail keeps of a file with records of those in whose place a member acts; nothing without any."""
    names = absences.stood_in_for(viewer) if isinstance(viewer, Member) else {}
    owner = _owner_path(export.queryset.model) if names else ""
    whose = [(one, name) for one, name in names.items() if owner and export.has_rows_of(owner, one)]
    return {"for": [{"id": str(one), "name": name} for one, name in whose]} if whose else {}


def _owner_path(model: type[Model]) -> str:
    """The path from a record to the member whose it is; "" where nobody's is."""
    for touching in _touching:
        for one, owner, record in touching.owners:
            if one is model and record == "pk":
                return owner
    return "owner_id" if any(field.column == "owner_id" for field in model._meta.local_concrete_fields) else ""


def done_for(delegation: Delegation, viewer: Member, *, before: UUID | None = None, limit: int = 50) -> list[Done]:
    """What a stand-in did for somebody in the time of a delegation, newest first; records that the viewer sees are named."""
    found = list(_acts(delegation, viewer).filter(**({"id__lt": before} if before else {})).order_by("-id")[:limit])
    touched: dict[str, set[UUID]] = {}
    for act in found:
        for entity, ids in act.note.get("touched", {}).items():
            touched.setdefault(entity, set()).update(map(UUID, ids))
    known = {
        one.entity: one.named(viewer, sorted(touched[one.entity]))
        for one in _touching
        if one.named is not None and one.entity in touched
    }
    return [
        Done(
            act.pk,
            act.at,
            _words(act.kind),
            [
                known[entity][UUID(one)]
                for entity, ids in act.note.get("touched", {}).items()
                for one in ids
                if UUID(one) in known.get(entity, {})
            ],
            act.undone_at is not None,
        )
        for act in found
    ]


def _acts(delegation: Delegation, viewer: Viewer) -> QuerySet[Changeset]:
    workspace = delegation.member.workspace
    first = datetime.combine(delegation.starts_on, time.min, workspace.zone)
    last = datetime.combine(delegation.ends_on + timedelta(days=1), time.min, workspace.zone)
    return Changeset.objects.filter(
        workspace_id=viewer.workspace_id, member_id=delegation.stand_in_id, id__gte=first_id_at(first),
        id__lt=first_id_at(last), note__has_key="for", note__contains={"for": [{"id": str(delegation.member_id)}]},
    )  # fmt: skip


def _words(kind: str) -> str:
    for one in _touching:
        if kind in one.words:
            return str(one.words[kind])
    return _("changed")


def _attribute(act: UUID, member_id: UUID) -> None:
    workspace_id = current_workspace()
    if workspace_id is None or not _touching:
        return
    workspace = store.workspace_of(workspace_id)
    today = workspace.today()
    absent = {
        one.member_id: one.member_name
        for one in absences.absences(workspace)
        if one.stand_in_id == member_id and one.holds_on(today)
    }
    if not absent:
        return
    owners: set[UUID] = set()
    touched: dict[str, list[str]] = {}
    for one in _touching:
        for owner_id, record_id in _touched(one.owners, act, absent):
            owners.add(owner_id)
            named = touched.setdefault(one.entity, [])
            if str(record_id) not in named and len(named) < NAMED:
                named.append(str(record_id))
    if owners:
        row = Changeset.objects.select_for_update().get(pk=act)
        before = {each["id"] for each in row.note.get("for", ())}
        everybody = sorted({*owners, *map(UUID, before)})
        row.note = {
            **row.note,
            "for": [{"id": str(each), "name": absent.get(each, "")} for each in everybody],
            "touched": row.note.get("touched") or touched,
        }
        row.save(update_fields=["note"])


def _touched(
    owners: Sequence[tuple[type[Model], str, str]], act: UUID, absent: Iterable[UUID]
) -> Iterable[tuple[UUID, UUID]]:
    """Owner and record of what an act made, and of the states that it ended: whose a record was counts, not whose it is."""
    histories = {one.model: one.history for one in tracked_models}
    for model, owner, record in owners:
        mine = {f"{owner}__in": list(absent)}
        made = model._default_manager.filter(created_in=act, **mine).values_list(owner, record)
        ended_record = "pgh_obj_id" if record == "pk" else record
        ended = histories[model]._default_manager.filter(pgh_context_id=act, **mine)
        yield from made.distinct()[:NAMED]
        yield from ended.values_list(F(owner), F(ended_record)).distinct()[:NAMED]
