"""What may be imported: each domain registers its kinds."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.platform import catalogue
from samphan.platform.access import Reach, Viewer, require
from samphan.platform.errors import DomainError
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.reading import Cell, Chunk
from samphan.platform.imports.sentences import sentence, untranslated
from samphan.platform.imports.sources import Source
from samphan.platform.registries import Registry
from samphan.platform.tenancy import current_workspace
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
    :param by: who says the values, as provenance has it, where that is no file: `member:<id>`.
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
    by: str = ""

    @property
    def said_by(self) -> str:
        """Where the values come from, as provenance has it: this import, or `by`."""
        return self.by or f"import:{self.batch_id}"


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
    :param given: those of the required fields that the company lets be filled by itself, by its workspace.
    :param possible_keys: fields that may be chosen with --key.
    :param existing: what may be done with records that are known: "fill" empty fields, take the "file"'s values, or
        make "new" ones without looking.
    :param telling: fields of which a file must name one for this kind to be guessed; empty: any file may be of it.
    :param sources: exports of other systems that hold such records.
    :param follows: kinds whose records these speak of: of one workbook they come in first.
    :param heads: fields that all lines of one record share and its first line may say alone, the one it is known by first.
    :param lines: fields of which every line fills one.
    :param matches: the owned entity whose records the rows are matched against: those who do not reach all of them would
        learn of the others, or change them.
    :param discard: removes what a session put aside for a batch, when the batch is taken back.
    """

    name: str
    label: str | Promise
    permission: str
    fields: tuple[ImportField, ...]
    open: Callable[[Context], Session]
    required: tuple[tuple[str, ...], ...] = ()
    given: Callable[[UUID], frozenset[str]] | None = None
    possible_keys: tuple[str, ...] = ()
    url_name: str = ""
    url_args: tuple[str, ...] = ()
    existing: tuple[str, ...] = ("file", "fill")
    discard: Callable[[UUID], None] | None = None
    sources: tuple[Source, ...] = ()
    telling: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    matches: str = ""

    def lacking(self, mapped: Collection[str], workspace_id: UUID) -> list[tuple[str, ...]]:
        """The alternatives of which a file maps none, and which are not given by themselves either."""
        given = self.given(workspace_id) if self.given else frozenset()
        return [one for one in self.required if not {*one} & {*mapped} and not {*one} & given]

    def check(self, viewer: Viewer) -> None:
        """Refuse who may not bring such records in.

        :raises PermissionDenied: without the permission. :raises ReachesTooLittle: who does not reach all it is matched with.
        :raises ReadsTooLittle: who may not read what such files hold.
        """
        require(viewer, self.permission)
        if not self.matches:
            return
        if viewer.reach(self.matches) is not Reach.ALL:
            raise ReachesTooLittle
        held = {field.privacy for field in catalogue.entity(self.matches).fields if field.is_importable}
        if not all(viewer.may_read(privacy) for privacy in held):
            # The pages of an import show its rows as they stand in the file.
            raise ReadsTooLittle

    def field_names(self) -> set[str]:
        return {one.name for one in self.fields}

    @property
    def repeatable(self) -> frozenset[str]:
        """Names of the fields that several columns may fill."""
        return frozenset(one.name for one in self.fields if one.repeats)

    def source(self, name: str | None) -> Source | None:
        """The export of that name; None for an unknown one."""
        return next((one for one in self.sources if one.name == name), None)


class ReachesTooLittle(DomainError):
    message = _("Imports are compared with every record of the company, so they are for those who see all customers.")


class ReadsTooLittle(DomainError):
    message = _("Files of customers hold their phones and personal data, so they are for those who may read these.")


_kinds: Registry[ImportKind] = Registry()
_further: Callable[[str, UUID], tuple[ImportField, ...]] | None = None


def use_further_fields(fields: Callable[[str, UUID], tuple[ImportField, ...]]) -> None:
    """Let every kind have the fields that a workspace gave it, by the kind's name and the workspace's id."""
    global _further
    _further = fields


def register(kind: ImportKind) -> None:
    """Offer a kind; called from `AppConfig.ready()`."""
    _kinds.add(kind.name, kind)


def extend(further: Callable[[], Mapping[str, ImportKind]]) -> None:
    """Name a function that gives the kinds which the current workspace adds, by name."""
    _kinds.extend(further)


def kind(name: str) -> ImportKind:
    """The kind of that name, inside a workspace with the fields of that; KeyError when no domain registered it."""
    return _whole(_kinds[name])


class KindGone(CannotImport):
    """The kind of record that a file holds was taken back or put away since the file came."""

    message = _("The kind of record that this file holds is no longer in use. Put it back into use, then go on.")


def kind_in_use(name: str) -> ImportKind:
    """The same for whoever carries an import out. :raises KindGone: when nobody has that kind any more."""
    try:
        return kind(name)
    except KeyError:
        raise KindGone from None


def kinds() -> list[ImportKind]:
    """All kinds, in the order of registration."""
    return [_whole(one) for one in _kinds.values()]


def _whole(known: ImportKind) -> ImportKind:
    workspace_id = current_workspace()
    further = _further(known.name, workspace_id) if _further and workspace_id else ()
    return replace(known, fields=(*known.fields, *further)) if further else known
