"""Cells to values: what every kind of import reads in the same way.

A reader is made once for a column and called once for each of its cells, with the text and the row's values so far. It
writes what it understood into the values, or raises ValueProblem.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from samphan.platform.imports.reading import Cell, CellProblem
from samphan.platform.imports.reading.problems import CELL_ERROR
from samphan.platform.thai.digits import INVISIBLE
from samphan.platform.thai.problems import ValueProblem

Values = dict[str, Any]
Reader = Callable[[str, Values], None]


class Notice(ValueProblem):
    """Something about a cell that its row comes in with."""


# What people type into a cell that has nothing to say.
NOTHING = frozenset({"", "-", "--", "---", "–", "—", "null", "NULL", "N/A", "n/a"})


# The joiner stays: it holds emoji together.
_UNSEEN = str.maketrans(dict.fromkeys(INVISIBLE.replace("\u200d", ""), None))


def text_of(cell: Cell) -> str:
    """The cell as text without blanks around it; "" for a cell that says nothing.

    :raises ValueProblem: for an error of the spreadsheet such as #N/A.
    """
    if isinstance(cell, str):
        text = cell.strip() if cell.isascii() else cell.translate(_UNSEEN).strip()
        return "" if text in NOTHING else text
    if isinstance(cell, CellProblem):
        raise ValueProblem("cell_error", CELL_ERROR, shown=cell.shown)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != datetime.min.time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def refuse_long(text: str, limit: int) -> None:
    """:raises ValueProblem: when the text has more characters than the limit."""
    if len(text) > limit:
        raise ValueProblem("too_long", _("%(count)s characters; at most %(limit)s."), count=len(text), limit=limit)


def without_float_tail(text: str) -> str:
    """A number or code of another system: 17850.0 went through a float column and means 17850."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def text_reader(name: str, limit: int) -> Reader:
    """Take the text as it is, up to so many characters."""

    def read(text: str, values: Values) -> None:
        refuse_long(text, limit)
        values[name] = text

    return read


def choice_reader(name: str, words: Mapping[str, Any]) -> Reader:
    """Take one of some words, in whatever case."""

    def read(text: str, values: Values) -> None:
        value = words.get(text.lower())
        if value is None:
            raise ValueProblem("unknown_choice", _("“%(value)s” is not one of the choices."), value=text[:60])
        values[name] = value

    return read
