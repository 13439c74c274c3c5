"""What a domain says so that cells of its list can be edited, pasted into and changed in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

if TYPE_CHECKING:
    from samphan.administration.lists.page import ListPage
    from samphan.administration.models import Member

MAX_CELLS = 5_000  # of one paste
PREVIEW_FROM = 20  # changes above this are shown before they are written


@dataclass(frozen=True)
class CellForm:
    """One cell being edited.

    :param value: what the input opens with. :param seen: the stored value, sent along so that nobody overwrites another.
    :param options: of a select; of a text they are offered while typing.
    """

    input: Literal["text", "select", "date", "tags"]
    value: str
    seen: str
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class PastedCell:
    """One cell of a paste, with its place in what was pasted, from 1."""

    record_id: UUID
    field: str
    value: str
    row: int


@dataclass(frozen=True)
class PlannedChange:
    """What a paste would do to one cell, in the reader's words."""

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


@dataclass(frozen=True)
class PastePlan:
    """What a paste would do. `seen` is the fingerprint of the values that it rests on."""

    changes: Sequence[PlannedChange]
    troubles: Sequence[CellTrouble]
    seen: str


class ChangedMeanwhile(Exception):
    """The cell holds another value than the one that was seen: `theirs` in words, `seen` as it is stored now."""

    def __init__(self, theirs: str, seen: str) -> None:
        super().__init__(theirs)
        self.theirs = theirs
        self.seen = seen


@dataclass(frozen=True)
class Editing:
    """How the cells of a list are written.

    :param permission: right that editing takes. :param fields: columns that are edited in the list.
    :param form: the cell as it is edited; a LookupError where the record is not there.
    :param write: one cell, `(page, record_id, field, typed, seen)`; raises ValueProblem or ChangedMeanwhile.
    :param plan: what a paste would do. :param paste: do it, if `seen` still holds ("" writes in any case); the changeset
        for undo and the number of cells that changed.
    :param bulk: one field of many records; None where that makes no sense.
    """

    permission: str
    fields: frozenset[str]
    form: Callable[[ListPage, UUID, str], CellForm]
    write: Callable[[ListPage, UUID, str, str, str], None]
    plan: Callable[[ListPage, Sequence[PastedCell]], PastePlan]
    paste: Callable[[ListPage, Sequence[PastedCell], str], tuple[UUID, int]]
    bulk: BulkEditing | None = None


@dataclass(frozen=True)
class BulkEditing:
    """How one field of many records is written.

    :param fields: in the order in which the dialog offers them. :param most: records of one act.
    :param form: the input of a field. :param check: a sentence that says what is wrong with a value, "" for nothing.
    :param write: `(member, record_ids, field, typed)`; returns how many had another value. It runs inside a changeset, and
        for many records part by part in a job.
    """

    fields: tuple[str, ...]
    most: int
    form: Callable[[ListPage, str], CellForm]
    check: Callable[[Member, str, str], str]
    write: Callable[[Member, Sequence[UUID], str, str], int]
