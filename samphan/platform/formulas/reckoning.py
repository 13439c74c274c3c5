"""Formulas in Python, for one record: what the SQL gives, value by value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from samphan.platform.catalogue import Type
from samphan.platform.formulas.tree import (
    FIRST_DAY,
    LAST_DAY,
    LIMIT,
    MOST_DAYS,
    MOST_TEXT,
    PLACES,
    Call,
    Literal,
    Node,
    Read,
    Value,
    places_of,
)

# Wide enough for a quotient of the greatest by the smallest number with 20 decimals.
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)


def clean(kind: Type, value: Any) -> Value:
    """A field's value as formulas reckon with it; the counterpart of `clean_sql`."""
    if value is None or value == "":
        return None
    match kind:
        case Type.NUMBER | Type.MONEY:
            return _number(Decimal(str(value)), PLACES)
        case Type.DATE:
            return _day(value if isinstance(value, date) else date.fromisoformat(str(value)))
        case Type.TEXT:
            return str(value)[:MOST_TEXT]
        case Type.BOOLEAN:
            return bool(value)
    return str(value)


def reckon(tree: Node, values: Callable[[str], Value], *, today: date, places: int | None = None) -> Value:
    """What a formula gives for one record.

    :param values: the clean value of a field by its name. :param places: decimals of a number that it gives.
    """
    found = _Reckoner(values, today).reckon(tree)
    if isinstance(found, Decimal) and places is not None:
        return _number(found, places)
    return None if found == "" else found


class _Reckoner:
    def __init__(self, values: Callable[[str], Value], today: date) -> None:
        self.values = values
        self.today = today

    def reckon(self, node: Node) -> Any:
        match node:
            case Literal():
                return node.value
            case Read(operand=operand):
                return self.values(operand.name)
            case Call(name="&"):
                return "".join(_text(self.reckon(part)) for part in node.parts)[:MOST_TEXT]
        return _call(node, [self.reckon(part) for part in node.parts], self.today)


def _call(node: Call, parts: list[Any], today: date) -> Any:
    match node.name, parts:
        case "+" | "-" | "*" | "/", [left, right]:
            return None if left is None or right is None else _reckoned(node.name, left, right)
        case "negate", [value]:
            return None if value is None else _EXACT.add(_EXACT.minus(value), 0)
        case "=" | "<>" | "<" | "<=" | ">" | ">=", [left, right]:
            return left is not None and right is not None and _COMPARED[node.name](left, right)
        case "and", [left, right]:
            return left is True and right is True
        case "or", [left, right]:
            return left is True or right is True
        case "not", [value]:
            return value is not True
        case "if", [test, yes, *no]:
            return yes if test is True else no[0] if no else None
        case "ifempty", [first, second]:
            return second if first is None or first == "" else first
        case "empty", [value]:
            return value is None or value == ""
        case "min" | "max", _:
            known = [part for part in parts if part is not None]
            return (min(known) if node.name == "min" else max(known)) if known else None
        case "today", _:
            return today
    if any(part is None for part in parts):
        return None
    match node.name, parts:
        case "round", [value, *_places]:
            return _rounded(value, places_of(node), ROUND_HALF_UP)
        case "floor" | "ceiling", [value]:
            return _rounded(value, 0, ROUND_FLOOR if node.name == "floor" else ROUND_CEILING)
        case "abs", [value]:
            return abs(value)
        case "days", [first, last]:
            return Decimal((last - first).days)
        case "shift", [day, count]:
            return _shifted(day, int(count))
    return Decimal(getattr(parts[0], node.name))


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _reckoned(sign: str, left: Decimal, right: Decimal) -> Decimal | None:
    match sign:
        case "+":
            return _number(_EXACT.add(left, right), PLACES)
        case "-":
            return _number(_EXACT.subtract(left, right), PLACES)
        case "*":
            return _number(_EXACT.multiply(left, right), PLACES)
    if right == 0:
        return None
    # In two steps, as the SQL does it.
    return _number(_rounded(_EXACT.divide(left, right), 20, ROUND_HALF_UP), PLACES)


def _rounded(value: Decimal, places: int, rounding: str) -> Decimal:
    # Adding nothing makes minus zero zero, which PostgreSQL does not know.
    return _EXACT.add(value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_EXACT), 0)


def _number(value: Decimal, places: int) -> Decimal | None:
    try:
        rounded = _rounded(value, places, ROUND_HALF_UP)
    except InvalidOperation:
        return None
    return rounded if abs(rounded) < LIMIT else None


def _shifted(day: date, count: int) -> date | None:
    if abs(count) > MOST_DAYS:
        return None
    try:
        return _day(day + timedelta(days=count))
    except OverflowError:
        return None


def _day(day: date) -> date | None:
    return day if FIRST_DAY < day < LAST_DAY else None


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{_EXACT.add(value, 0).normalize(_EXACT):f}"
    return value.isoformat() if isinstance(value, date) else str(value)
