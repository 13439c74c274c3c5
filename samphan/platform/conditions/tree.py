"""Conditions as a typed tree, its JSON with a version, and its short form for the address bar.

A stored condition is `{"version": 1, "where": {...}}`; a node is `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}` or
`{"field": "stage", "operator": "is", "value": "regular"}`. The language with examples: docs/conditions.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samphan.platform.catalogue import Entity, Field, Operator, Reader, Type
from samphan.platform.conditions.folding import compose
from samphan.platform.errors import DomainError
from samphan.platform.thai.partial_dates import is_stored

VERSION = 1
MAX_NODES = 256
MAX_DEPTH = 8
MAX_VALUES = 500  # in one list
MAX_TEXT = 200  # characters in one value
MAX_DAYS = 36_500
ME = "me"  # the member who looks
THIS_MONTH, NEXT_MONTH = "this", "next"

Scalar: TypeAlias = str | int | Decimal | date | UUID
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None


class ConditionProblem(DomainError):
    """A condition that cannot be used.

    `message` is one sentence for the user, `path` the place in the document, such as `where.and[1].value`.
    """

    message: str

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path

    def __str__(self) -> str:
        return _("%(problem)s (at %(path)s)") % {"problem": self.message, "path": self.path}


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
    pair (between), a tuple (any of, tags).
    """

    field: str
    operator: Operator
    value: Value = None


Node: TypeAlias = And | Or | Not | Comparison

EVERYTHING = And()

_LISTS = frozenset(
    {Operator.IS_ANY_OF, Operator.IS_NONE_OF, Operator.HAS_ANY_TAG, Operator.HAS_ALL_TAGS, Operator.HAS_NO_TAG}
)
_BARE = frozenset({Operator.IS_KNOWN, Operator.IS_UNKNOWN, Operator.IS_TRUE, Operator.IS_FALSE})
DAY_COUNTS = frozenset(
    {Operator.WITHIN_LAST, Operator.MORE_THAN_DAYS_AGO, Operator.WITHIN_NEXT, Operator.COMES_ROUND_WITHIN}
)


def comparisons(node: Node) -> Iterable[Comparison]:
    """Every comparison of a tree, from left to right."""
    match node:
        case Comparison():
            yield node
        case Not(part):
            yield from comparisons(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from comparisons(part)


# JSON


def parse(document: object, entity: Entity, viewer: Reader) -> Node:
    """The tree of a stored or posted condition.

    :param document: decoded JSON, `{"version": 1, "where": node}`; no `where` means every record.
    :raises ConditionProblem: names the first thing that is wrong and where. A field that `viewer` may not read is
        answered like one that does not exist.
    """
    if not isinstance(document, Mapping):
        raise ConditionProblem(_("A condition is an object with version and where."), "$")
    if document.get("version") != VERSION or isinstance(document.get("version"), bool):
        raise ConditionProblem(_("This version of the condition language is not known."), "version")
    where = document.get("where")
    return EVERYTHING if where is None else _Parser(entity.seen_by(viewer)).node(where, "where", 1)


def parse_json(text: str, entity: Entity, viewer: Reader) -> Node:
    """`parse` of a JSON text, as the command line and the address bar give it."""
    try:
        document = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise ConditionProblem(_("The condition is not valid JSON."), "$") from None
    return parse(document, entity, viewer)


def to_json(tree: Node) -> dict[str, object]:
    """The stored form; `parse` gives the same tree again."""
    return {"version": VERSION, "where": _node_json(tree)}


def to_compact_json(tree: Node) -> str:
    """The stored form as one short line of JSON."""
    return json.dumps(to_json(tree), ensure_ascii=False, separators=(",", ":"))


def _node_json(node: Node) -> dict[str, object]:
    match node:
        case And(parts):
            return {"and": [_node_json(part) for part in parts]}
        case Or(parts):
            return {"or": [_node_json(part) for part in parts]}
        case Not(part):
            return {"not": _node_json(part)}
        case Comparison(field, operator, value):
            document: dict[str, object] = {"field": field, "operator": operator.value}
            if isinstance(value, tuple):
                document["value"] = [_scalar_json(item) for item in value]
            elif value is not None:
                document["value"] = _scalar_json(value)
            return document


def _scalar_json(value: Scalar) -> str | int:
    # A Decimal with a fraction travels as text: JSON numbers are read as binary floats elsewhere.
    return value if isinstance(value, str | int) else _scalar_text(value)


def _scalar_text(value: Scalar) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


class _Parser:
    """Reads nodes of one condition and counts them."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.nodes = 0

    def node(self, document: object, path: str, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ConditionProblem(
                _("A condition has at most %(count)s parts.") % {"count": MAX_NODES},
                path,
            )
        if depth > MAX_DEPTH:
            raise ConditionProblem(_("Conditions nest at most %(count)s deep.") % {"count": MAX_DEPTH}, path)
        if not isinstance(document, Mapping):
            raise ConditionProblem(_("A part of a condition is an object."), path)
        keys = set(document)
        if keys == {"and"} or keys == {"or"}:
            key = "and" if "and" in keys else "or"
            items = document[key]
            if not isinstance(items, list | tuple):
                raise ConditionProblem(_("A list of conditions is expected."), f"{path}.{key}")
            parts = tuple(self.node(item, f"{path}.{key}[{index}]", depth + 1) for index, item in enumerate(items))
            return And(parts) if key == "and" else Or(parts)
        if keys == {"not"}:
            return Not(self.node(document["not"], f"{path}.not", depth + 1))
        if {"field", "operator"} <= keys <= {"field", "operator", "value"}:
            return self.comparison(document["field"], document["operator"], document.get("value"), path)
        raise ConditionProblem(_("A part is and, or, not, or a field with operator and value."), path)

    def comparison(self, name: object, operator_name: object, raw: object, path: str) -> Comparison:
        if not isinstance(name, str) or not self.entity.has_field(name):
            raise ConditionProblem(
                _("There is no field %(name)s.") % {"name": shorten(name)},
                f"{path}.field",
            )
        field = self.entity.field(name)
        operator = next((known for known in field.operators if known.value == operator_name), None)
        if operator is None or not field.is_filterable:
            raise ConditionProblem(
                _("%(field)s cannot be asked with %(operator)s.")
                % {"field": field.label, "operator": shorten(operator_name)},
                f"{path}.operator",
            )
        return Comparison(name, operator, _Values(field, f"{path}.value").read(operator, raw))


class _Values:
    """Reads the value of one comparison into the canonical form that oracle and emitters share."""

    def __init__(self, field: Field, path: str) -> None:
        self.field = field
        self.path = path

    def problem(self, message: str) -> ConditionProblem:
        return ConditionProblem(f"{self.field.label}: {message}", self.path)

    def read(self, operator: Operator, raw: object) -> Value:
        if operator in _BARE:
            if raw is not None and raw != "":
                raise self.problem(_("this question takes no value."))
            return None
        if operator in _LISTS:
            return self.several(raw)
        if operator is Operator.BETWEEN:
            return self.pair(raw)
        if operator in DAY_COUNTS:
            return self.days(raw)
        if operator is Operator.MONTH_IS:
            return self.month(raw)
        if self.field.type is Type.PARTIAL_DATE and operator is Operator.ON:
            return self.partial_date(raw)
        return self.scalar(raw)

    def several(self, raw: object) -> tuple[Scalar, ...]:
        if not isinstance(raw, list | tuple) or not raw:
            raise self.problem(_("choose at least one value."))
        if len(raw) > MAX_VALUES:
            raise self.problem(_("at most %(count)s values at once.") % {"count": MAX_VALUES})
        # A set in meaning: repeated values are dropped, the order stays for the reader.
        return tuple(dict.fromkeys(self.scalar(item) for item in raw))

    def pair(self, raw: object) -> tuple[Scalar, ...]:
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            raise self.problem(_("a first and a last value are needed."))
        first, last = (self.date(item) if self.field.type.is_temporal else self.number(item) for item in raw)
        if first > last:  # type: ignore[operator]  # both are dates or both are numbers
            raise self.problem(_("the first value is greater than the last."))
        return (first, last)

    def scalar(self, raw: object) -> Scalar:
        kind = self.field.type
        if kind.is_numeric:
            return self.number(raw)
        if kind.is_temporal:
            return self.date(raw)
        if kind is Type.MEMBER:
            return self.member(raw)
        if kind is Type.RELATION:
            return self.record(raw)
        text = self.text(raw)
        if kind in (Type.CHOICE, Type.MULTI_CHOICE):
            choices = self.field.get_choices()
            if choices and all(choice.value != text for choice in choices):
                raise self.problem(_("%(value)s is not one of the choices.") % {"value": shorten(text)})
        elif self.field.normalise is not None:
            try:
                text = self.field.normalise(text)
            except ValueError:
                raise self.problem(_("%(value)s cannot be read.") % {"value": shorten(raw)}) from None
            if not text:
                raise self.problem(_("%(value)s cannot be read.") % {"value": shorten(raw)})
        return text

    def text(self, raw: object) -> str:
        if not isinstance(raw, str):
            raise self.problem(_("a text is expected."))
        if len(raw) > MAX_TEXT:
            raise self.problem(
                ngettext("at most %(count)s letter.", "at most %(count)s letters.", MAX_TEXT) % {"count": MAX_TEXT}
            )
        # PostgreSQL takes neither a null byte nor half of a surrogate pair.
        if "\x00" in raw or any("\ud800" <= character <= "\udfff" for character in raw):
            raise self.problem(_("the text holds characters that cannot be stored."))
        text = raw if self.field.type in (Type.CHOICE, Type.MULTI_CHOICE) else compose(raw)
        if not text:
            raise self.problem(_("a value is needed."))
        return text

    def number(self, raw: object) -> int | Decimal:
        number: Decimal | None = None
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            raw = str(raw)
        if (
            isinstance(raw, str)
            and len(raw) <= 40
            and re.fullmatch(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", raw)
        ):
            try:
                number = Decimal(raw.replace(",", ""))
            except InvalidOperation:
                number = None
        if number is None or abs(number) >= Decimal(10) ** 18 or len(number.as_tuple().digits) > 28:
            raise self.problem(_("%(value)s is not a number.") % {"value": shorten(raw)})
        # Whole numbers stay int: an integer column compared with a numeric parameter would lose its index.
        return int(number) if number == number.to_integral_value() else number.normalize()

    def date(self, raw: object) -> date:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            try:
                day = date.fromisoformat(raw)
            except ValueError:
                day = date.min
            if 1000 <= day.year <= 9000:
                return day
        raise self.problem(_("%(value)s is not a date like 2026-12-31.") % {"value": shorten(raw)})

    def partial_date(self, raw: object) -> str:
        if isinstance(raw, str) and is_stored(raw):
            return raw
        raise self.problem(
            _("%(value)s is not a date like 1987-12-31, 1987-12-XX, 1987-XX-XX or XXXX-12-31.")
            % {"value": shorten(raw)}
        )

    def days(self, raw: object) -> int:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,6}", raw):
            raw = int(raw)
        if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= MAX_DAYS:
            raise self.problem(_("a number of days from 0 to %(count)s is needed.") % {"count": MAX_DAYS})
        return raw

    def month(self, raw: object) -> int | str:
        if raw in (THIS_MONTH, NEXT_MONTH) and isinstance(raw, str):
            return raw
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,2}", raw):
            raw = int(raw)
        if not isinstance(raw, int) or isinstance(raw, bool) or not 1 <= raw <= 12:
            raise self.problem(_("a month from 1 to 12, this or next is needed."))
        return raw

    def member(self, raw: object) -> UUID | str:
        if raw == ME:
            return ME
        text = self.text(raw)
        try:
            return UUID(text)
        except ValueError:
            raise self.problem(_("%(value)s is not a member.") % {"value": shorten(raw)}) from None

    def record(self, raw: object) -> UUID:
        try:
            return UUID(self.text(raw))
        except ValueError:
            raise self.problem(_("%(value)s is not the id of a record.") % {"value": shorten(raw)}) from None


def shorten(raw: object) -> str:
    """A value as it may be repeated in a message: printable, at most 40 characters."""
    text = "".join(character for character in str(raw)[:41] if character.isprintable())
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


# The address bar: f=stage:is:regular&f=total_spent:at_least:1000


def parse_url(filters: Sequence[str], entity: Entity, viewer: Reader) -> And:
    """The comparisons of repeated `f` parameters, all of which must hold.

    Each is `field:operator:value`; the values of a list are joined by commas, a comma or backslash inside one is
    written after a backslash. :raises ConditionProblem: with a path such as `f[1].value`.
    """
    parser = _Parser(entity.seen_by(viewer))
    if len(filters) >= MAX_NODES:
        raise ConditionProblem(_("A condition has at most %(count)s parts.") % {"count": MAX_NODES}, "f")
    parts = []
    for index, text in enumerate(filters):
        name, _colon, rest = text.partition(":")
        operator, has_value, raw = rest.partition(":")
        many = operator in {known.value for known in (*_LISTS, Operator.BETWEEN)}
        value: object = (_split(raw) if many else raw) if has_value else None
        parts.append(parser.comparison(name, operator, value, f"f[{index}]"))
    return And(tuple(parts))


def to_url(tree: Node) -> tuple[str, ...] | None:
    """The `f` parameters of a comparison or of an and of comparisons; None for other shapes, which go as JSON."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    filters = []
    for part in parts:
        if not isinstance(part, Comparison):
            return None
        text = f"{part.field}:{part.operator.value}"
        if isinstance(part.value, tuple):
            text += ":" + ",".join(_scalar_text(item).replace("\\", "\\\\").replace(",", "\\,") for item in part.value)
        elif part.value is not None:
            text += ":" + _scalar_text(part.value)
        filters.append(text)
    return tuple(filters)


def _split(text: str) -> list[str]:
    """Parts between commas; a backslash takes the character after it as it is."""
    parts, current, characters = [], "", iter(text)
    for character in characters:
        if character == ",":
            parts.append(current)
            current = ""
        else:
            current += next(characters, "\\") if character == "\\" else character
    return [*parts, current]
