"""The reference evaluator: what a condition means, in Python. Every emitter is tested against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import cast
from uuid import UUID

from samphan.platform.catalogue import Entity, Field, Operator, Type
from samphan.platform.conditions.folding import fold
from samphan.platform.conditions.tree import ME, NEXT_MONTH, THIS_MONTH, And, Comparison, Node, Not, Or, Scalar, Value
from samphan.platform.thai.partial_dates import PartialDate

NEGATED = {
    Operator.IS_NOT: Operator.IS,
    Operator.IS_NONE_OF: Operator.IS_ANY_OF,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
}
"""Operators that hold where there is a value and the other operator holds for none of them."""


def holds(
    tree: Node,
    entity: Entity,
    values: Mapping[str, object],
    now: datetime,
    zone: tzinfo,
    me: UUID | None = None,
) -> bool:
    """Whether a record with these values meets the condition.

    :param values: by field name, in Python's types; a list for many-valued fields and sets. A missing name, None and,
        for texts, the empty string are nothing.
    :param now: an aware time; :param zone: the zone whose days count.
    :param me: the member for whom "me" stands; without one it is nobody.
    """
    match tree:
        case And(parts):
            return all(holds(part, entity, values, now, zone, me) for part in parts)
        case Or(parts):
            return any(holds(part, entity, values, now, zone, me) for part in parts)
        case Not(part):
            return not holds(part, entity, values, now, zone, me)
        case Comparison(name, operator, value):
            field = entity.field(name)
            return _compares(
                field, operator, value, _known(field, values.get(name)), now.astimezone(zone).date(), zone, me
            )


def _known(field: Field, raw: object) -> list[object]:
    """The values of a field without those that are nothing."""
    items: Iterable[object] = raw if isinstance(raw, list | tuple | set | frozenset) else [raw]
    return [item for item in items if item is not None and not (field.type.is_textual and item == "")]


def _compares(
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
