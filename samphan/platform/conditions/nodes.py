"""The nodes of a condition: frozen values that compare equal when they ask the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from samphan.platform.catalogue import Operator, Type

ME = "me"  # the member who looks
THIS_MONTH, NEXT_MONTH = "this", "next"

Scalar: TypeAlias = str | int | Decimal | date | UUID
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts; without parts it holds for every record."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts; without parts it holds for none."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The complement: exactly the records for which the part does not hold, those without a value among them."""

    part: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against a value. With a record that has no value it is false, unless it asks for just that.

    `value` by operator: None (is known, is true ...), str (text and choices), int or Decimal (numbers), date, str with X
    for unknown parts (a partial date is on), int (days), UUID or "me" (members), int 1-12 or "this" or "next" (month), a
    pair (between), a tuple (any of, tags). `type` is that of a property of an event, whose name says nothing of it.
    """

    field: str
    operator: Operator
    value: Value = None
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which something counts; without any of them all days.

    `days`: today and the n days before it. `before_days` and `after_days`: from the first of them ago up to, and without,
    the day that the second is ago; so `days=90` and `before_days=180, after_days=90` meet and do not overlap. `first` and
    `last`: dates, both included.
    """

    days: int | None = None
    before_days: int | None = None
    after_days: int | None = None
    first: date | None = None
    last: date | None = None

    def span(self, today: date) -> tuple[date | None, date | None]:
        """First and last day, both included; None is open."""
        if self.days is not None:
            return today - timedelta(days=self.days), today
        if self.before_days is not None and self.after_days is not None:
            return today - timedelta(days=self.before_days), today - timedelta(days=self.after_days + 1)
        return self.first, self.last

    @property
    def moves(self) -> bool:
        """Whether it means other days tomorrow."""
        return self.days is not None or self.before_days is not None


ALWAYS = Window()


class Reckoning(StrEnum):
    """What a measure reckons from the rows that belong to a record."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    DISTINCT = "distinct"
    DAYS_SINCE_LAST = "days_since_last"
    DAYS_SINCE_FIRST = "days_since_first"

    @property
    def is_total(self) -> bool:
        """Whether it is 0 over no rows; the others are nothing there."""
        return self in (Reckoning.COUNT, Reckoning.SUM, Reckoning.DISTINCT)

    @property
    def is_of_time(self) -> bool:
        return self in (Reckoning.DAYS_SINCE_LAST, Reckoning.DAYS_SINCE_FIRST)

    @property
    def needs_field(self) -> bool:
        return self is not Reckoning.COUNT and not self.is_of_time


@dataclass(frozen=True, slots=True)
class Question:
    """What a measure asks of the rows of one collection, without what it is compared with: conditions share its answer.

    :param related: name of the collection. :param field: what is summed, averaged and so on; `type` that of a property.
    :param where: which rows, over the fields of the collection. :param window: on which days.
    """

    related: str
    reckoning: Reckoning = Reckoning.COUNT
    field: str = ""
    type: Type | None = None
    where: Node = And()
    window: Window = ALWAYS


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure against a number, by the operators on numbers; days since something are whole days."""

    question: Question
    operator: Operator
    value: Value = None


class Trend(StrEnum):
    FALLS_BY = "falls_by"
    RISES_BY = "rises_by"


@dataclass(frozen=True, slots=True)
class Change:
    """A measure against itself in an earlier window, by at least so many percent of what it was there.

    Where it was nothing, 0 or less there is no percentage, and the condition does not hold.
    """

    question: Question
    earlier: Window
    trend: Trend
    percent: int | Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """Rows of a collection that meet a condition over its fields."""

    related: str
    where: Node = And()


@dataclass(frozen=True, slots=True)
class Sequence:
    """A row of `first`, after it one of `then`, both within the window.

    :param apart: the longest time between the two; None: any. :param without: nothing of this lies between them.
    """

    first: Step
    then: Step
    without: Step | None = None
    apart: timedelta | None = None
    window: Window = ALWAYS

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.first, self.then, self.without) if self.without else (self.first, self.then)


@dataclass(frozen=True, slots=True)
class InSegment:
    """Membership of a segment, by reference: who is in it is asked, not what makes them so."""

    segment_id: UUID


Node: TypeAlias = And | Or | Not | Comparison | Measure | Change | Sequence | InSegment
Leaf: TypeAlias = Comparison | Measure | Change | Sequence | InSegment

EVERYTHING = And()


def leaves(node: Node) -> Iterator[Leaf]:
    """Every part that asks something, from left to right; not what stands inside a `where`."""
    match node:
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield node


def comparisons(node: Node) -> Iterator[Comparison]:
    """Every comparison of the record's own fields, from left to right."""
    return (leaf for leaf in leaves(node) if isinstance(leaf, Comparison))
