"""A formula that was read and checked: every part knows what it gives and where it stood in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from samphan.platform.catalogue import Label, Type

MOST_LETTERS = 1_000  # of a formula as it is stored
MOST_PARTS = 200
MOST_DEPTH = 30
MOST_TEXT = 1_000  # letters of a text that a formula gives; the rest is left out
PLACES = 10  # decimals that every number inside a formula keeps
LIMIT = Decimal(10) ** 15  # numbers from here on are nothing
MOST_DAYS = 1_000_000  # that a day is moved by
FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(9000, 12, 31)  # days outside are nothing

Value: TypeAlias = Decimal | str | date | bool | None
"""What a formula gives; None is nothing."""


@dataclass(frozen=True)
class Operand:
    """A field that a formula may read.

    :param sql: its value in a row, brought into form by `clean_sql`. :param label: as people know it.
    :param called: every word that people may write for it, beside its name.
    :param choice: what is stored for the choice that people call so; None for no such choice.
    :param choice_label: the other way round.
    """

    name: str
    label: Label
    type: Type
    sql: str
    called: tuple[str, ...] = ()
    choice: Callable[[str], str | None] | None = None
    choice_label: Callable[[str], str] | None = None

    def stored(self) -> Operand:
        """This field for a formula that was stored: choices stand there by value."""
        return replace(self, choice=str)


@dataclass(frozen=True)
class Literal:
    """A value that stands in the formula. :param operand: of a choice, the field whose choice it is."""

    type: Type
    value: Value
    start: int
    end: int
    operand: Operand | None = None


@dataclass(frozen=True)
class Read:
    """A field of the record."""

    type: Type
    operand: Operand
    start: int
    end: int


@dataclass(frozen=True)
class Call:
    """Something reckoned from parts; `name` is an operation or a function."""

    type: Type
    name: str
    parts: tuple[Node, ...]
    start: int
    end: int


Node: TypeAlias = Literal | Read | Call


def operands_of(node: Node) -> Iterator[Operand]:
    """Every field that a formula reads, as often as it does."""
    match node:
        case Read(operand=operand):
            yield operand
        case Call(parts=parts):
            for part in parts:
                yield from operands_of(part)


def places_of(call: Call) -> int:
    """The decimals that `round` leaves; it is written out where it is not none."""
    match call.parts:
        case (_, Literal(value=Decimal() as places)):
            return int(places)
    return 0
