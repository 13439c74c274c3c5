"""Formulas as SQL over a row. Nothing that people typed stands in it as it is: texts are written out letter by letter.

No part is written twice, so that the SQL grows as the formula does. What is nothing is NULL; a comparison is never NULL.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

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

MOST_SQL = 20_000  # letters of the SQL of one formula, those that it reads included
TYPES = {
    Type.NUMBER: "numeric",
    Type.MONEY: "numeric",
    Type.TEXT: "text",
    Type.CHOICE: "text",
    Type.DATE: "date",
    Type.BOOLEAN: "boolean",
}


def clean_sql(kind: Type, sql: str) -> str:
    """The SQL of a field's value as formulas reckon with it: numbers rounded, what is out of bounds NULL."""
    match kind:
        case Type.NUMBER | Type.MONEY:
            return _number(f"round(({sql})::numeric, {PLACES})")
        case Type.DATE:
            return _day(f"({sql})")
        case Type.TEXT:
            return f"NULLIF(substring({sql}, 1, {MOST_TEXT}), '')"
        case Type.CHOICE:
            return f"NULLIF({sql}, '')"
    return f"({sql})"


def emit(tree: Node, *, zone: str, places: int | None = None) -> str:
    """The SQL of a whole formula.

    :param zone: whose today counts. :param places: decimals of a number that it gives.
    """
    sql = _Emitter(zone).emit(tree)
    if tree.type.is_numeric and places is not None:
        return _number(f"round({sql}, {places})")
    return f"NULLIF({sql}, '')" if tree.type is Type.TEXT else sql


class _Emitter:
    def __init__(self, zone: str) -> None:
        self.zone = zone

    def emit(self, node: Node) -> str:
        match node:
            case Literal():
                return literal(node.value)
            case Read(operand=operand):
                return operand.sql
        parts = [self.emit(part) for part in node.parts]
        if node.name == "&":
            written = [_text(part.type, sql) for part, sql in zip(node.parts, parts, strict=True)]
            return f"substring(({' || '.join(written)}), 1, {MOST_TEXT})"
        return self.call(node, parts)

    def call(self, node: Call, parts: list[str]) -> str:
        match node.name, parts:
            case "+" | "-" | "*", [left, right]:
                return _number(f"round({left} {node.name} {right}, {PLACES})")
            case "/", [left, right]:
                # PostgreSQL gives a quotient the decimals of its dividend, at least: 20 leave the tenth exact.
                return _number(f"round(round({left}, 20) / NULLIF({right}, 0), {PLACES})")
            case "negate", [value]:
                return f"(- {value})"
            case "=" | "<>" | "<" | "<=" | ">" | ">=", [left, right]:
                return f"(({left} {node.name} {right}) IS TRUE)"
            case "and" | "or", [left, right]:
                return f"(({left} IS TRUE) {node.name.upper()} ({right} IS TRUE))"
            case "not", [value]:
                return f"({value} IS NOT TRUE)"
            case "if", [test, yes, *no]:
                otherwise = no[0] if no else f"NULL::{TYPES[node.type]}"
                return f"(CASE WHEN {test} IS TRUE THEN {yes} ELSE {otherwise} END)"
            case "ifempty", [first, second]:
                return f"COALESCE({_known(node.type, first)}, {second})"
            case "empty", [value]:
                return f"({_known(node.parts[0].type, value)} IS NULL)"
            case "min", _:
                return f"LEAST({', '.join(parts)})"
            case "max", _:
                return f"GREATEST({', '.join(parts)})"
            case "round", [value, *_places]:
                return f"round({value}, {places_of(node)})"
            case "floor" | "ceiling" | "abs", [value]:
                return f"{node.name}({value})"
            case "today", _:
                return f"(now() AT TIME ZONE {literal(self.zone)})::date"
            case "days", [first, last]:
                return f"({last} - {first})::numeric"
            case "shift", [day, count]:
                bounded = _bounded(f"trunc({count})", str(-MOST_DAYS - 1), str(MOST_DAYS + 1))
                return _day(f"({day} + ({bounded})::integer)")
        return f"EXTRACT({node.name} FROM {parts[0]})::numeric"


def literal(value: Value) -> str:
    """A value of a formula as SQL."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return f"{value:f}::numeric"
        case date():
            return f"'{value.isoformat()}'::date"
        case str():
            # Hexadecimal alone: whatever people write, it cannot end the text or stand for a parameter.
            return "U&'" + "".join(f"\\+{ord(letter):06x}" for letter in value) + "'::text"
    return "NULL"


def _known(kind: Type, sql: str) -> str:
    """A value that is NULL when it is nothing: a text may be empty on the way."""
    return f"NULLIF({sql}, '')" if kind is Type.TEXT else sql


def _text(kind: Type, sql: str) -> str:
    """A value inside a text; nothing is an empty one."""
    if kind.is_numeric:
        sql = f"trim_scale({sql})::text"
    elif kind is Type.DATE:
        sql = f"to_char({sql}, 'YYYY-MM-DD')"
    # Not COALESCE, which no index would see through; no text stands before the empty one.
    return f"GREATEST({sql}, '')"


def _number(sql: str) -> str:
    return _bounded(sql, str(-LIMIT), str(LIMIT))


def _day(sql: str) -> str:
    return _bounded(sql, f"'{FIRST_DAY.isoformat()}'::date", f"'{LAST_DAY.isoformat()}'::date")


def _bounded(sql: str, low: str, high: str) -> str:
    """NULL for what is not between the bounds: GREATEST and LEAST skip nothing, so NULL becomes a bound, and that NULL."""
    low, high = (re.sub(r"^(-?[0-9]+)$", r"(\1)", bound) for bound in (low, high))
    return f"NULLIF(NULLIF(GREATEST(LEAST({sql}, {high}), {low}), {low}), {high})"
