"""Cells of a list that are edited, pasted into and changed in bulk: what a domain says, and what all do the same way.

A domain writes its cells by a `RecordCells` of its own and offers them by an `Editing`.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import hosts, relations, values, writing
from samphan.administration.queries import members
from samphan.platform import catalogue
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError, EditedMeanwhile
from samphan.platform.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from samphan.administration.custom_fields.models import CustomField
    from samphan.administration.lists.kinds import Text
    from samphan.administration.lists.page import ListPage
    from samphan.administration.models import Member

Record = TypeVar("Record", bound=WorkspaceModel)


class BadCells(DomainError):
    """Cells that cannot be taken; nothing was written."""

    message = _("Some cells cannot be taken; nothing was written.")


class CellsChanged(DomainError):
    """Somebody changed the cells between the preview and the act."""

    message = _("Somebody changed these cells meanwhile. Look at what will change once more.")


@dataclass(frozen=True)
class CellEdit:
    """One cell to write. `value` is a text as people type or paste it: labels, names of members, dates in either era."""

    record_id: UUID
    field: str
    value: str


@dataclass(frozen=True)
class CellChange:
    """A cell that will have another value; both as stored."""

    record_id: UUID
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class CellTrouble:
    """Why one cell cannot be written."""

    record_id: UUID
    field: str
    message: str


@dataclass
class CellPlan:
    """What a set of edits would do.

    :param seen: fingerprint of the values that it rests on; a plan made later of the same edits has the same one
        only while nobody changed them.
    """

    changes: list[CellChange] = field(default_factory=list)
    troubles: list[CellTrouble] = field(default_factory=list)
    seen: str = ""


class RecordCells(ABC, Generic[Record]):
    """The cells of one kind of record as one member writes them.

    The domain says which records there are, what a cell holds, how a record takes a value and how the changed ones are
    saved. Edits are planned on records in memory, one after the other: the next cell of a record rests on the last.
    Custom fields are read and written here, for every kind of record the same way.

    :cvar entity_name: its entity in the catalogue. :cvar fields: columns that are edited in the list.
    :cvar act: name of the changeset. :cvar gone: said of a record that is not there.
    """

    entity_name: ClassVar[str]
    fields: ClassVar[Collection[str]]
    act: ClassVar[str]
    gone: ClassVar[Text]

    def __init__(self, acting_member: Member, at: datetime | None = None) -> None:
        self.member = acting_member
        self.at = at or timezone.now()
        self.records: dict[UUID, Record] = {}
        self.custom_values: dict[UUID, dict[str, values.Stored]] = {}  # that will be written, by record and field

    @cached_property
    def custom(self) -> dict[str, CustomField]:
        """The custom fields that the member may read, by name."""
        host = hosts.find(self.entity_name)
        return {field.name: field for field in writing.fields_for(host, self.member)} if host else {}

    @cached_property
    def find_member(self) -> values.FindMember:
        """Whom a text means."""
        return writing.find_member(self.member)

    @cached_property
    def people(self) -> list[Member]:
        """The members who work here."""
        return list(members(self.member))

    def named(self, text: str) -> list[UUID]:
        """The members whom a text means: by id, else everybody of that name."""
        found = [one.pk for one in self.people if text == str(one.pk)]
        return found or [one.pk for one in self.people if one.name.casefold() == text.casefold()]

    @abstractmethod
    def visible(self) -> QuerySet[Record]:
        """Every record that the member may see."""

    def prepare(self, edits: Sequence[CellEdit]) -> None:
        """Read what the edits need beside the records, and forget what was planned before."""

    @abstractmethod
    def stored(self, record: Record, field: str) -> str:
        """What a cell holds: an ISO date, the value of a choice, the id of a member, tags joined by commas."""

    @abstractmethod
    def put(self, record: Record, field: str, text: str) -> bool:
        """Give a record in memory what a text means; False when nothing changes.

        :raises DomainError: with a sentence that says why the text cannot be taken.
        """

    @abstractmethod
    def save(self, act: UUID) -> None:
        """Write the records that were changed, in a few statements, and publish their events."""

    def current(self, record: Record, field: str) -> str:
        """What one cell holds now, as it is stored."""
        if field in self.custom:
            return self._stored_custom(record, field)
        self.prepare([CellEdit(record.pk, field, "")])
        return self.stored(record, field)

    def _stored_custom(self, record: Record, field: str) -> str:
        planned = self.custom_values.get(record.pk, {})
        held = planned[field] if field in planned else record.custom.get(self.custom[field].key)  # type: ignore[attr-defined]
        return values.as_text(held)

    def _put_custom(self, record: Record, field: str, text: str) -> bool:
        today = self.at.astimezone(self.member.workspace.zone).date()
        find = relations.finder(self.member, record.custom)  # type: ignore[attr-defined]
        value = values.read(self.custom[field], text, member=self.find_member, record=find, today=today)
        if values.as_text(value) == self._stored_custom(record, field):
            return False
        self.custom_values.setdefault(record.pk, {})[field] = value
        return True

    def plan(self, edits: Sequence[CellEdit], *, lock: bool = False) -> CellPlan:
        """What the edits would change, and which of them cannot be taken; writes nothing."""
        found = self.visible().filter(pk__in={edit.record_id for edit in edits}).order_by("pk")
        self.records = {record.pk: record for record in (found.select_for_update() if lock else found)}
        self.custom_values = {}
        self.prepare([edit for edit in edits if edit.field not in self.custom])
        plan, rests_on = CellPlan(), hashlib.sha256()
        for edit in edits:
            record = self.records.get(edit.record_id)
            is_custom = edit.field in self.custom
            if record is None or not (is_custom or edit.field in self.fields):
                said = self.gone if record is None else _("This column is not edited in the list")
                plan.troubles.append(CellTrouble(edit.record_id, edit.field, str(said)))
                continue
            stored, put = (self._stored_custom, self._put_custom) if is_custom else (self.stored, self.put)
            old = stored(record, edit.field)
            rests_on.update(f"{record.pk}|{edit.field}|{old}\n".encode())
            try:
                is_changed = put(record, edit.field, edit.value)
            except DomainError as problem:
                plan.troubles.append(CellTrouble(edit.record_id, edit.field, str(problem)))
                continue
            if is_changed:
                plan.changes.append(CellChange(record.pk, edit.field, old, stored(record, edit.field)))
        plan.seen = rests_on.hexdigest()[:32]
        return plan

    def write(self, edits: Sequence[CellEdit], *, seen: str = "") -> tuple[UUID, int]:
        """Write the edits as one changeset, all or none.

        :param seen: of the plan that somebody agreed to; "" to write without one.
        :returns: the changeset, for undo, and the number of cells that changed.
        :raises BadCells: when one of them cannot be taken. :raises CellsChanged: when the values differ from those planned.
        """
        with changeset(self.act, member_id=self.member.pk, note={"cells": len(edits)}) as act:
            plan = self.plan(edits, lock=True)
            if plan.troubles:
                raise BadCells(plan.troubles[0].message)
            if seen and seen != plan.seen:
                raise CellsChanged
            if any(change.field not in self.custom for change in plan.changes):
                self.save(act)
            host = hosts.find(self.entity_name)
            if host is not None:
                writing.write_values(host, self.custom_values, acting_member=self.member, at=self.at)
        return act, len(plan.changes)

    def edit(self, record: Record, field: str, text: str, *, seen: str) -> None:
        """Write one cell, if it still holds what was seen.

        :raises EditedMeanwhile: when it holds something else now. :raises BadCells: when the text cannot be taken.
        """
        edits = [CellEdit(record.pk, field, text)]
        plan = self.plan(edits)
        if plan.troubles:
            raise BadCells(plan.troubles[0].message)
        for change in plan.changes:
            if change.old != seen:
                label = catalogue.entity(self.entity_name).seen_by(self.member).field(field).label
                raise EditedMeanwhile(label, theirs=change.old, yours=text, current=change.old)
            try:
                self.write(edits, seen=plan.seen)
            except CellsChanged:
                # Somebody was faster by the blink between the look and the write: now there is a value to say.
                self.edit(record, field, text, seen=seen)


@dataclass(frozen=True)
class CellForm:
    """One cell being edited.

    :param value: what the input opens with. :param seen: the stored value, sent along so that nobody overwrites another.
    :param options: of a select; of a text they are offered while typing.
    :param lookup: address that answers what is typed with records to choose.
    """

    input: Literal["text", "select", "date", "tags"]
    value: str
    seen: str
    options: Sequence[tuple[str, str]] = ()
    lookup: str = ""


@dataclass(frozen=True)
class Editing:
    """How the cells of a list are edited.

    :param permission: right that editing takes. :param cells: what writes them. :param form: a cell as it is edited.
    :param bulk: one field of many records; None where that makes no sense.
    :param custom: names of the custom fields that are edited beside those of the cells.
    """

    permission: str
    cells: type[RecordCells[Any]]
    form: Callable[[ListPage, Any, str], CellForm]
    bulk: BulkEditing | None = None
    custom: frozenset[str] = frozenset()

    @property
    def fields(self) -> frozenset[str]:
        """Columns that are edited in the list."""
        return frozenset(self.cells.fields) | self.custom


@dataclass(frozen=True)
class BulkEditing:
    """How one field of many records is written.

    :param fields: in the order in which the dialog offers them. :param most: records of one act.
    :param form: the input of a field. :param read: what was typed as it is stored; raises DomainError when it cannot be
        taken.
    :param write: `(member, record_ids, field, typed)`; returns how many had another value. It runs inside a changeset, and
        for many records part by part in a job.
    """

    fields: tuple[str, ...]
    most: int
    form: Callable[[ListPage, str], CellForm]
    read: Callable[[Member, str, str], object]
    write: Callable[[Member, Sequence[UUID], str, str], int]
