"""What may be imported: each domain registers its kinds."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.reading import Cell, Chunk
from samphan.platform.imports.sentences import sentence, untranslated
from samphan.platform.imports.sources import Source
from samphan.platform.thai.dates import DateFormat
from samphan.platform.thai.problems import ValueProblem


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of one row. A row with a problem that `rejects` does not come in.

    :param message: the sentence before translation, with named placeholders for `values`, so that every reader gets it
        in their own language. Give it with `gettext_noop`.
    """

    row: int
    column: str  # the heading; "" for the whole row
    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rejects: bool = True

    @classmethod
    def of(cls, row: int, column: str, problem: ValueProblem, *, rejects: bool = True) -> "Problem":
        """The problem of a value at its place."""
        return cls(row, column, problem.code, untranslated(problem.message), problem.values, rejects)

    @property
    def reason(self) -> str:
        """The sentence in the language that is active now."""
        return sentence(self.message, self.values)


@dataclass
class Counts:
    """How rows of a file ended; every row is in exactly one of them."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    errors: int = 0

    def add(self, other: "Counts") -> None:
        self.created += other.created
        self.updated += other.updated
        self.skipped += other.skipped
        self.errors += other.errors


@dataclass
class Converted:
    """A chunk of the file after conversion: what will be written, and what did not pass."""

    data: Any = None
    rows: int = 0  # data rows of the file, good and bad
    last_row: int = 0
    problems: list[Problem] = field(default_factory=list)
    cells: dict[int, list[Cell]] = field(default_factory=dict)  # of the rows that did not pass, as they stood
    offers: Counter[Any] = field(default_factory=Counter)  # of a check: fixes for many rows, and how many they mend


@dataclass(frozen=True)
class Context:
    """Everything a session knows of its import.

    :param columns: 0-based column of the file to field name.
    :param dates: 0-based column to how its dates are written.
    :param keys: fields that decide whether a row is somebody known; empty: the kind's own order.
    :param existing: "file" writes the file's values over known records, "fill" fills empty fields only, "new" makes a
        new record of every row.
    :param source: the system whose export the file is, where it was recognised.
    """

    batch_id: UUID
    workspace_id: UUID
    member_id: UUID | None
    headings: tuple[str, ...]
    columns: dict[int, str]
    dates: dict[int, DateFormat]
    keys: tuple[str, ...]
    existing: str
    file_name: str
    at: datetime
    source: Source | None = None


class Session(Protocol):
    """One run over a file. `convert` touches no database and runs beside `write`; the others stand in a transaction."""

    def convert(self, chunk: Chunk) -> Converted:
        """Read the cells: values in their stored form, or problems."""
        ...

    def preview(self, converted: Converted) -> dict[str, Any]:
        """Field name to stored value, of the first row of `converted`, to be shown before anything is written."""
        ...

    def match(self, converted: Converted) -> Counts:
        """Say what `write` would do, writing nothing; may add problems."""
        ...

    def write(self, converted: Converted) -> Counts:
        """Write the chunk; may add problems for rows that only the database can refuse."""
        ...

    def finish(self, after: str) -> tuple[Counts, str | None]:
        """Do a bounded piece of what is left after the last row. Called until it returns None as the next position.

        :param after: the position that the piece before returned, "" at first; kept in the checkpoint.
        """
        ...


@dataclass(frozen=True)
class ImportKind:
    """A kind of record that files may bring.

    :param required: pairs of alternatives: for each tuple at least one field must be mapped.
    :param possible_keys: fields that may be chosen with --key.
    :param existing: what may be done with records that are known: "fill" empty fields, take the "file"'s values, or
        make "new" ones without looking.
    :param telling: fields of which a file must name one for this kind to be guessed; empty: any file may be of it.
    :param sources: exports of other systems that hold such records.
    :param discard: removes what a session put aside for a batch, when the batch is taken back.
    """

    name: str
    label: str | Promise
    permission: str
    fields: tuple[ImportField, ...]
    open: Callable[[Context], Session]
    required: tuple[tuple[str, ...], ...] = ()
    possible_keys: tuple[str, ...] = ()
    url_name: str = ""
    existing: tuple[str, ...] = ("file", "fill")
    discard: Callable[[UUID], None] | None = None
    sources: tuple[Source, ...] = ()
    telling: tuple[str, ...] = ()

    def field_names(self) -> set[str]:
        return {one.name for one in self.fields}

    @property
    def repeatable(self) -> frozenset[str]:
        """Names of the fields that several columns may fill."""
        return frozenset(one.name for one in self.fields if one.repeats)

    def source(self, name: str | None) -> Source | None:
        """The export of that name; None for an unknown one."""
        return next((one for one in self.sources if one.name == name), None)


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Offer a kind; called from `AppConfig.ready()`."""
    _kinds[kind.name] = kind


def kind(name: str) -> ImportKind:
    """The kind of that name; KeyError when no domain registered it."""
    return _kinds[name]


def kinds() -> list[ImportKind]:
    """All kinds, in the order of registration."""
    return list(_kinds.values())
