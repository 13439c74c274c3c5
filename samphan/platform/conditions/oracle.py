"""The reference evaluator: what a condition means, in Python. Every emitter is tested against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Context, Decimal, localcontext
from typing import cast
from uuid import UUID

from samphan.platform import related
from samphan.platform.catalogue import Entity, Field, Operator, Type
from samphan.platform.conditions.folding import fold
from samphan.platform.conditions.nodes import (
    ME,
    NEXT_MONTH,
    THIS_MONTH,
    And,
    Change,
    Comparison,
    InSegment,
    Measure,
    Node,
    Not,
    Or,
    Question,
    Reckoning,
    Scalar,
    Trend,
    Value,
    Window,
)
from samphan.platform.conditions.nodes import Sequence as SequenceNode
from samphan.platform.related import Collection
from samphan.platform.thai.partial_dates import PartialDate

NEGATED = {
    Operator.IS_NOT: Operator.IS,
    Operator.IS_NONE_OF: Operator.IS_ANY_OF,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
}
"""Operators that hold where there is a value and the other operator holds for none of them."""


EXACT = Context(prec=100)  # sums and products of amounts have more digits than the usual 28

Rows = Sequence[Mapping[str, object]]


def holds(
    tree: Node,
    entity: Entity,
    values: Mapping[str, object],
    now: datetime,
    zone: tzinfo,
    me: UUID | None = None,
    *,
    rows: Mapping[str, Rows] | None = None,
    is_member: Callable[[UUID], bool] = lambda segment_id: False,
) -> bool:
    """Whether a record with these values meets the condition.

    :param values: by field name, in Python's types; a list for many-valued fields and sets. A missing name, None and,
        for texts and choices, the empty string are nothing.
    :param now: an aware time; :param zone: the zone whose days count.
    :param me: the member for whom "me" stands; without one it is nobody.
    :param rows: what belongs to the record, by collection: the values of each row, its `properties` as JSON says them.
    :param is_member: whether the record is in a segment.
    """
    match tree:
        case And(parts):
            return all(holds(part, entity, values, now, zone, me, rows=rows, is_member=is_member) for part in parts)
        case Or(parts):
            return any(holds(part, entity, values, now, zone, me, rows=rows, is_member=is_member) for part in parts)
        case Not(part):
            return not holds(part, entity, values, now, zone, me, rows=rows, is_member=is_member)
        case Comparison(name, operator, value):
            field = entity.field(name)
            return compares(field, operator, value, known(field, values.get(name)), today_in(now, zone), zone, me)
        case InSegment(segment_id):
            return is_member(segment_id)
    beside = _Beside(entity.name, rows or {}, now, zone, me)
    match tree:
        case Measure(question, operator, value):
            return measures(operator, value, beside.answer(question), question.reckoning, today_in(now, zone), zone)
        case Change(question, earlier, trend, percent):
            was = beside.answer(replace(question, window=earlier))
            return changed(trend, percent, beside.answer(question), was, question.reckoning)
        case SequenceNode():
            return beside.follows(tree)


def today_in(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()


class _Beside:
    """The rows that belong to one record."""

    def __init__(self, of: str, rows: Mapping[str, Rows], now: datetime, zone: tzinfo, me: UUID | None) -> None:
        self.of = of
        self.rows = rows
        self.now = now
        self.zone = zone
        self.me = me

    def found(self, name: str, where: Node, window: Window) -> Rows:
        """The rows of a collection that meet a condition on the days of a window."""
        collection = related.collection(self.of, name)
        first, last = window.span(today_in(self.now, self.zone))
        return [
            row
            for row in self.rows.get(name, ())
            if (first is None or first <= self.time(collection, row).astimezone(self.zone).date())
            and (last is None or self.time(collection, row).astimezone(self.zone).date() <= last)
            and self.meets(collection, where, row)
        ]

    def time(self, collection: Collection, row: Mapping[str, object]) -> datetime:
        return cast("datetime", row[collection.time])

    def meets(self, collection: Collection, tree: Node, row: Mapping[str, object]) -> bool:
        match tree:
            case And(parts):
                return all(self.meets(collection, part, row) for part in parts)
            case Or(parts):
                return any(self.meets(collection, part, row) for part in parts)
            case Not(part):
                return not self.meets(collection, part, row)
            case Comparison(name, operator, value, kind):
                field, today = collection.field(name, kind), today_in(self.now, self.zone)
                return compares(
                    field, operator, value, value_of(collection, name, kind, row), today, self.zone, self.me
                )
        raise TypeError(tree)

    def answer(self, question: Question) -> Answer:
        """What the rows answer a question."""
        collection = related.collection(self.of, question.related)
        found = self.found(question.related, question.where, question.window)
        if question.reckoning.is_of_time:
            times = [self.time(collection, row) for row in found]
            is_last = question.reckoning is Reckoning.DAYS_SINCE_LAST
            return Answer(len(times), (max if is_last else min)(times) if times else None)
        if question.reckoning is Reckoning.COUNT:
            return Answer(len(found), len(found))
        items = [item for row in found for item in value_of(collection, question.field, question.type, row)]
        if question.reckoning is Reckoning.DISTINCT:
            return Answer(len(items), len(set(items)))
        numbers = [Decimal(str(item)) for item in items]
        if not numbers:
            return Answer(0, 0 if question.reckoning is Reckoning.SUM else None)
        match question.reckoning:
            case Reckoning.MINIMUM:
                return Answer(len(numbers), min(numbers))
            case Reckoning.MAXIMUM:
                return Answer(len(numbers), max(numbers))
            case _:
                with localcontext(EXACT):
                    return Answer(len(numbers), sum(numbers, Decimal(0)))

    def follows(self, node: SequenceNode) -> bool:
        """Whether a row of the second step comes after one of the first, near enough and with nothing unwanted between."""
        first, then, without = (
            [] if step is None else sorted(
                self.time(related.collection(self.of, step.related), row)
                for row in self.found(step.related, step.where, node.window)
            )
            for step in (node.first, node.then, node.without)
        )  # fmt: skip
        return any(
            begin < end
            and (node.apart is None or end - begin <= node.apart)
            and not any(begin < between < end for between in without)
            for begin in first
            for end in then
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What rows answer a question: their sum for an average, which is compared without dividing; the moment of the last one.

    :param known: how many values were reckoned with. :param value: None where there was none and the answer is no total.
    """

    known: int
    value: int | Decimal | datetime | None


def measures(operator: Operator, value: Value, answer: Answer, reckoning: Reckoning, today: date, zone: tzinfo) -> bool:
    """Whether the answer to a question meets an operator on numbers."""
    if answer.value is None or operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return (answer.value is None) == (operator is Operator.IS_UNKNOWN) and operator in (
            Operator.IS_KNOWN,
            Operator.IS_UNKNOWN,
        )
    times, found = 1, answer.value
    if isinstance(found, datetime):
        found = (today - found.astimezone(zone).date()).days
    elif reckoning is Reckoning.AVERAGE:
        # sum / n >= v asked as sum >= v * n: every engine rounds a quotient in its own way.
        times = answer.known
    with localcontext(EXACT):
        wanted = tuple(Decimal(str(item)) * times for item in _several(value))
    if operator is Operator.IS_NOT:
        return Decimal(found) != wanted[0]
    return _number(operator, wanted, Decimal(found))


def changed(trend: Trend, percent: int | Decimal, now: Answer, was: Answer, reckoning: Reckoning) -> bool:
    """Whether a measure fell or rose by a percentage of what it was in the earlier window."""
    if now.value is None or was.value is None or isinstance(now.value, datetime) or isinstance(was.value, datetime):
        return False
    is_average = reckoning is Reckoning.AVERAGE
    with localcontext(EXACT):
        # Averages are compared as sums, each times the number of the other: no quotient.
        after = Decimal(now.value) * (was.known if is_average else 1)
        before = Decimal(was.value) * (now.known if is_average else 1)
        if trend is Trend.FALLS_BY:
            return before > 0 and after * 100 <= before * (100 - Decimal(percent))
        return before > 0 and after * 100 >= before * (100 + Decimal(percent))


def value_of(collection: Collection, name: str, kind: Type | None, row: Mapping[str, object]) -> list[object]:
    """The known values of a field of a row, or of a property, which is nothing unless it has the type."""
    field = collection.field(name, kind)
    if kind is None:
        return known(field, row.get(name))
    properties = cast("Mapping[str, object]", row.get("properties") or {})
    raw = properties.get(name.removeprefix(related.PROPERTY))
    match kind:
        case Type.BOOLEAN:
            return [raw] if isinstance(raw, bool) else []
        case Type.NUMBER:
            return [raw] if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool) else []
        case Type.DATETIME:
            is_moment = isinstance(raw, str) and re.search(related.MOMENT, raw) and not raw.endswith("\n")
            return [datetime.fromisoformat(str(raw))] if is_moment else []
    return [raw] if isinstance(raw, str) and raw else []


def known(field: Field, raw: object) -> list[object]:
    """The values of a field without those that are nothing."""
    items: Iterable[object] = raw if isinstance(raw, list | tuple | set | frozenset) else [raw]
    return [item for item in items if item is not None and not (field.type.may_be_empty and item == "")]


def compares(
    field: Field,
    operator: Operator,
    value: Value,
    known: list[object],
    today: date,
    zone: tzinfo,
    me: UUID | None,
) -> bool:
    match operator:
        case Operator.IS_KNOWN:
            return bool(known)
        case Operator.IS_UNKNOWN:
            return not known
        case Operator.HAS_ANY_TAG:
            return bool(set(_strings(known)) & set(_strings(_several(value))))
        case Operator.HAS_ALL_TAGS:
            return set(_strings(known)) >= set(_strings(_several(value)))
        case Operator.HAS_NO_TAG:
            return not set(_strings(known)) & set(_strings(_several(value)))
        case Operator.IS_NOT | Operator.IS_NONE_OF | Operator.NOT_CONTAINS:
            return bool(known) and not any(
                _one(field, NEGATED[operator], value, item, today, zone, me) for item in known
            )
        case _:
            return any(_one(field, operator, value, item, today, zone, me) for item in known)


def _one(
    field: Field, operator: Operator, value: Value, item: object, today: date, zone: tzinfo, me: UUID | None
) -> bool:
    """Whether one known value meets a positive operator."""
    if field.type is Type.BOOLEAN:
        return item is (operator is Operator.IS_TRUE)
    if field.type is Type.MEMBER:
        return str(item) in {str(me if wanted == ME else wanted) for wanted in _several(value) if wanted != ME or me}
    if field.type in (Type.CHOICE, Type.RELATION):
        return str(item) in _strings(_several(value))
    if field.type is Type.PARTIAL_DATE:
        return _partial_day(operator, value, PartialDate.of(str(item)), today)
    if field.type.is_temporal:
        day = item.astimezone(zone).date() if isinstance(item, datetime) else item
        return _day(operator, value, cast("date", day), today)
    if field.type.is_numeric:
        return _number(operator, value, Decimal(str(item)))
    return _text(operator, value, fold(str(item)))


def _text(operator: Operator, value: Value, text: str) -> bool:
    wanted = [fold(item) for item in _strings(_several(value))]
    match operator:
        case Operator.CONTAINS:
            return wanted[0] in text
        case Operator.STARTS_WITH:
            return text.startswith(wanted[0])
        case _:
            return text in wanted


def _number(operator: Operator, value: Value, number: Decimal) -> bool:
    first, *rest = (Decimal(str(item)) for item in _several(value))
    match operator:
        case Operator.GREATER:
            return number > first
        case Operator.LESS:
            return number < first
        case Operator.AT_LEAST:
            return number >= first
        case Operator.AT_MOST:
            return number <= first
        case Operator.BETWEEN:
            return first <= number <= rest[0]
        case _:
            return number == first


def _day(operator: Operator, value: Value, day: date, today: date) -> bool:
    if operator is Operator.MONTH_IS:
        return day.month == month_of(value, today)
    span = days_of(operator, value, today)
    return (span[0] is None or span[0] <= day) and (span[1] is None or day <= span[1])


def _partial_day(operator: Operator, value: Value, item: PartialDate, today: date) -> bool:
    """Whether a date with unknown parts meets an operator: what is not known for certain does not."""
    match operator:
        case Operator.MONTH_IS:
            return item.month == month_of(value, today)
        case Operator.COMES_ROUND_WITHIN:
            days = (today + timedelta(days=away) for away in range(min(cast("int", value), 366) + 1))
            return any(item.day_in(day.year) == day for day in days)
        case Operator.ON:
            asked = PartialDate.of(cast("str", value))
            return all(wanted is None or wanted == known for wanted, known in zip(asked, item, strict=True))
        case _:
            first, last = days_of(operator, value, today)
            return (
                item.first is not None
                and item.last is not None
                and (first is None or first <= item.first)
                and (last is None or item.last <= last)
            )


def days_of(operator: Operator, value: Value, today: date) -> tuple[date | None, date | None]:
    """First and last day, both included, that an operator on days accepts; None is open. Emitters share it."""
    first = _several(value)[0]
    if isinstance(first, int):
        away = timedelta(days=first)
        match operator:
            case Operator.WITHIN_LAST:
                return today - away, today
            case Operator.WITHIN_NEXT:
                return today, today + away
            case _:  # more than days ago
                return None, today - away - timedelta(days=1)
    day = cast("date", first)
    match operator:
        case Operator.ON:
            return day, day
        case Operator.BEFORE:
            return None, day - timedelta(days=1)
        case Operator.AFTER:
            return day + timedelta(days=1), None
        case _:  # between
            return day, cast("date", _several(value)[1])


def month_of(value: Value, today: date) -> int:
    """The month 1-12 that `month is` asks for."""
    if value == THIS_MONTH:
        return today.month
    if value == NEXT_MONTH:
        return today.month % 12 + 1
    return cast("int", value)


def _several(value: Value) -> tuple[Scalar, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _strings(items: Iterable[object]) -> list[str]:
    return [str(item) for item in items]
