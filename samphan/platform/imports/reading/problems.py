"""What can be wrong with a file, a row or a cell, each as one sentence that says what and where."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError

Sentence = str | Promise


class FileProblem(DomainError):
    """The whole file is refused. `code` is stable for tests and the API; `line`, `row`, `column` are 1-based or None.

    `line` counts physical lines as a text editor does, `row` counts rows as Excel does.
    """

    def __init__(
        self,
        message: Sentence,
        *,
        code: str,
        line: int | None = None,
        row: int | None = None,
        column: str | None = None,
        **values: Any,
    ) -> None:
        self.code = code
        self.line = line
        self.row = row
        self.column = column
        if line is not None:
            values["line"] = line
        if row is not None:
            values["row"] = row
        if column is not None:
            values["column"] = column
        super().__init__(message, **values)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Stands in the place of a cell whose value cannot be known, such as Excel's #N/A."""

    shown: str

    @property
    def sentence(self) -> str:
        return str(CELL_ERROR) % {"shown": self.shown}

    def __str__(self) -> str:
        return self.shown


Cell = str | bool | date | datetime | time | timedelta | CellProblem
"""Numbers of a workbook arrive as text ("826154407", "0.3"), never in scientific form; an empty cell is ""."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is rejected. `column` is the heading of the guilty cell, "" where the whole row is meant."""

    code: str
    sentence: Sentence
    values: tuple[tuple[str, Any], ...] = ()
    column: str = ""

    @property
    def reason(self) -> str:
        """The sentence in the language that is active now."""
        text = str(self.sentence)
        return text % dict(self.values) if self.values else text


class Row(NamedTuple):
    """One row as Excel numbers it (the heading counts, blank rows count). `cells` is as long as the headings
    unless `problem` says why the row is rejected; then it holds what could be read."""

    number: int
    cells: list[Cell]
    problem: RowProblem | None = None


class Chunk(list[tuple[int, list[Cell]]]):
    """Good rows as (row number, cells). `rejected` holds the rows that could not be taken, `last_row` the number of
    the last row looked at: the next run resumes at `start_row=last_row + 1`."""

    __slots__ = ("last_row", "rejected")

    def __init__(self) -> None:
        super().__init__()
        self.rejected: list[Row] = []
        self.last_row = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know although the file is taken."""

    code: str
    sentence: Sentence
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        text = str(self.sentence)
        return text % dict(self.values) if self.values else text


CELL_ERROR = _("The cell holds the error %(shown)s.")
NUL_IN_ROW = _("The cell holds a null character.")
CELL_TOO_LONG = _("The cell has %(length)s characters; the most is %(limit)s.")
EXTRA_CELLS = _("The row has %(count)s cells but there are %(expected)s headings.")
OPEN_QUOTE = _("A quotation mark opens in line %(line)s and is not closed.")
AFTER_OPEN_QUOTE = _("The row is a remainder of the quotation mark left open in line %(line)s.")
NO_RECORDS = {
    "sum_row": _("A row of sums, not a record."),
    "heading_row": _("The headings once more."),
    "title_row": _("The title of the page once more."),
    "section_row": _("The title of a section."),
    "number_row": _("A running number and nothing else."),
    "signature_row": _("A signature."),
    "remark_row": _("A remark beside the table."),
    "page_row": _("A page number."),
}
"""Rows that are passed over because they are no records, each with what it is."""
LEFT_OF_TABLE = _("A cell to the left of the first heading is filled.")

EMPTY_FILE = _("The file is empty.")
ONLY_HEADING = _("The file has headings but no rows under them.")
NO_TABLE = _("No table was found in the file.")
IS_FOLDER = _("This is a folder, not a file.")
NOT_FOUND = _("The file was not found.")
UNREADABLE = _("The file cannot be opened.")
TOO_BIG = _("The file has %(size)s MB; the most is %(limit)s MB.")
TOO_BIG_UNPACKED = _("Unpacked, the file is larger than %(limit)s MB.")
BOMB = _("The part %(part)s is packed far too tightly for a real workbook, so it was not opened.")
PACKED_TOO_TIGHTLY = _("The file is packed far too tightly for a real table, so it was not opened.")
NESTED = _("There is another packed file inside this one; unpack it first.")
BROKEN_ZIP = _("The file is damaged and cannot be unpacked; save it again or download it again.")
ENCRYPTED = _("The file is protected by a password; save it without one.")
NOT_WORKBOOK = _("This is %(what)s, not a table; save it as XLSX or CSV.")
NO_SHEET = _("The workbook has no sheet with cells.")
SHEET_NOT_FOUND = _("The workbook has no sheet named %(sheet)s.")
TOO_LARGE_SHEET = _("The sheet needs more memory than allowed; its cells may be spread far apart. Save it as CSV.")
BROKEN_WORKBOOK = _("The workbook is damaged and cannot be read; open it in Excel and save it again.")
TOO_MANY_COLUMNS = _("Row %(row)s has %(count)s columns; the most is %(limit)s.")
LINE_TOO_LONG = _("Line %(line)s is longer than %(limit)s characters.")
BROKEN_QUOTES = _("More than %(count)s quotation marks are not closed, the first in line %(line)s.")
CUT_CHARACTER = _("The file ends in the middle of a character in line %(line)s; it was not copied whole.")
BAD_BYTES = _("Line %(line)s holds bytes that are not %(encoding)s.")
UNKNOWN_ENCODING = _("The encoding %(encoding)s is not known.")
UNKNOWN_SEPARATOR = _("The separator must be a comma, semicolon, tab or vertical bar.")
MOJIBAKE = _("The Thai letters in line %(line)s were garbled by an earlier conversion; export the file again.")
BINARY = _("This is not a text file: line %(line)s holds control characters.")
