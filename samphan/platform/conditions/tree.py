"""Conditions as JSON with a version, and their short form for the address bar.

A stored condition is `{"version": 1, "where": {...}}`; a node is `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}`,
`{"field": "stage", "operator": "is", "value": "regular"}`, `{"related": "orders", "measure": "count", ...}`,
`{"sequence": [...]}` or `{"in_segment": "..."}`. The language with examples: docs/conditions.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from samphan.platform import related
from samphan.platform.catalogue import Entity, Field, Operator, Privacy, Reader, Type
from samphan.platform.conditions import segments
from samphan.platform.conditions.nodes import (
    EVERYTHING,
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
    Step,
    Trend,
    Value,
    Window,
    comparisons,
)
from samphan.platform.conditions.nodes import Sequence as SequenceNode
from samphan.platform.conditions.values import (
    BARE,
    DAY_COUNTS,
    LISTS,
    MAX_DAYS,
    ConditionProblem,
    Values,
    apart_json,
    read_apart,
    read_uuid,
    read_window,
    shorten,
    window_json,
)

VERSION = 1  # another one when a stored condition would come to mean something else; new shapes of nodes do not do that
MAX_NODES = 256
MAX_DEPTH = 8

__all__ = [
    "DAY_COUNTS", "EVERYTHING", "ME", "NEXT_MONTH", "THIS_MONTH", "VERSION", "And", "Comparison", "ConditionProblem", "Node",
    "Not", "Or", "Scalar", "Value", "comparisons", "parse", "parse_json", "parse_url", "shorten", "to_compact_json", "to_json",
    "to_url",
]  # fmt: skip


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
    return EVERYTHING if where is None else _Parser(entity.seen_by(viewer), viewer).node(where, "where", 1)


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
        case Comparison(field, operator, value, kind):
            named: dict[str, object] = {"field": field, "operator": operator.value, **_value_json(value)}
            return named if kind is None else {**named, "type": kind.value}
        case Measure(question, operator, value):
            return {**_question_json(question), "operator": operator.value, **_value_json(value)}
        case Change(question, earlier, trend, percent):
            compared = {"compared_with": window_json(earlier), "operator": trend.value}
            return {**_question_json(question), **compared, **_value_json(percent)}
        case SequenceNode():
            document: dict[str, object] = {"sequence": [_step_json(node.first), _step_json(node.then)]}
            if node.apart is not None:
                document["apart"] = apart_json(node.apart)
            if node.without is not None:
                document["without"] = _step_json(node.without)
            return document | _within_json(node.window)
        case InSegment(segment_id):
            return {"in_segment": str(segment_id)}


def _question_json(question: Question) -> dict[str, object]:
    document: dict[str, object] = {"related": question.related, "measure": question.reckoning.value}
    if question.field:
        document["field"] = question.field
    if question.type is not None:
        document["type"] = question.type.value
    if question.where != EVERYTHING:
        document["where"] = _node_json(question.where)
    return document | _within_json(question.window)


def _step_json(step: Step) -> dict[str, object]:
    where = {} if step.where == EVERYTHING else {"where": _node_json(step.where)}
    return {"related": step.related, **where}


def _within_json(window: Window) -> dict[str, object]:
    document = window_json(window)
    return {"within": document} if document else {}


def _value_json(value: Value) -> dict[str, object]:
    if isinstance(value, tuple):
        return {"value": [_scalar_json(item) for item in value]}
    return {} if value is None else {"value": _scalar_json(value)}


def _scalar_json(value: Scalar) -> str | int:
    # A Decimal with a fraction travels as text: JSON numbers are read as binary floats elsewhere.
    return value if isinstance(value, str | int) else _scalar_text(value)


def _scalar_text(value: Scalar) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


_COMPARISON = frozenset({"field", "operator"})
_MEASURE = frozenset({"related", "measure", "operator"})
_MEASURE_MAY = frozenset({"field", "type", "where", "within", "compared_with", "value"})
_SEQUENCE_MAY = frozenset({"apart", "without", "within"})


class _Parser:
    """Reads nodes of one condition and counts them.

    :param inside: the collection whose rows a `where` inside a measure asks; None for the record itself.
    """

    def __init__(self, entity: Entity, viewer: Reader, inside: related.Collection | None = None) -> None:
        self.entity = entity
        self.viewer = viewer
        self.inside = inside
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
        if keys >= _COMPARISON and keys <= _COMPARISON | {"value", "type"}:
            return self.comparison(
                document["field"], document["operator"], document.get("value"), path, document.get("type")
            )
        if self.inside is not None and keys & {"related", "sequence", "in_segment"}:
            raise ConditionProblem(_("A condition on what belongs to a record asks its fields alone."), path)
        if keys >= _MEASURE and keys <= _MEASURE | _MEASURE_MAY:
            return self.measure(document, path, depth)
        if "sequence" in keys and keys <= {"sequence"} | _SEQUENCE_MAY:
            return self.sequence(document, path, depth)
        if keys == {"in_segment"}:
            return self.in_segment(document["in_segment"], f"{path}.in_segment")
        raise ConditionProblem(
            _("A part is and, or, not, a field with operator and value, a measure, a sequence or a segment."), path
        )

    def comparison(
        self, name: object, operator_name: object, raw: object, path: str, kind: object = None
    ) -> Comparison:
        field, found = self.field(name, kind, path)
        operator = next((known for known in field.operators if known.value == operator_name), None)
        if operator is None or not field.is_filterable:
            raise ConditionProblem(
                _("%(field)s cannot be asked with %(operator)s.")
                % {"field": field.label, "operator": shorten(operator_name)},
                f"{path}.operator",
            )
        return Comparison(str(name), operator, Values(field, f"{path}.value").read(operator, raw), found)

    def field(self, name: object, kind: object, path: str) -> tuple[Field, Type | None]:
        """The field that a part names, and the type of a property."""
        is_property = isinstance(name, str) and name.startswith(related.PROPERTY)
        if is_property and self.inside is not None and self.inside.properties:
            return self.property(str(name), kind, path)
        if not isinstance(name, str) or not self.entity.has_field(name):
            raise ConditionProblem(_("There is no field %(name)s.") % {"name": shorten(name)}, f"{path}.field")
        if kind is not None:
            raise ConditionProblem(_("Only a property is asked with its type."), f"{path}.type")
        return self.entity.field(name), None

    def property(self, name: str, kind: object, path: str) -> tuple[Field, Type]:
        assert self.inside is not None  # noqa: S101  asked for the rows of a collection alone
        plain = name.removeprefix(related.PROPERTY)
        # Neither quote of SQL nor brace of a template is refused: it is written as a literal. A null byte no database takes.
        if not plain or len(plain) > related.MAX_PROPERTY or not plain.isprintable():
            raise ConditionProblem(_("There is no field %(name)s.") % {"name": shorten(name)}, f"{path}.field")
        if kind is None:
            found = self.inside.property_type(plain, self.viewer.workspace_id)
            if found is None:
                raise ConditionProblem(
                    _("The type of %(name)s is not known; name it: text, number, boolean or datetime.")
                    % {"name": shorten(plain)},
                    f"{path}.type",
                )
        else:
            found = next((one for one in related.PROPERTY_TYPES if one.value == kind), None)
            if found is None:
                raise ConditionProblem(
                    _("%(value)s is no type of a property; it is text, number, boolean or datetime.")
                    % {"value": shorten(kind)},
                    f"{path}.type",
                )
        return self.inside.field(name, found), found

    def rows(self, name: object, path: str) -> tuple[related.Collection, Entity]:
        """A collection and the fields of it that the viewer reads."""
        found = related.find(self.entity.name, name) if isinstance(name, str) else None
        seen = found.seen_by(self.viewer) if found is not None else None
        if found is None or seen is None:
            raise ConditionProblem(
                _("Nothing called %(name)s belongs to these records.") % {"name": shorten(name)}, f"{path}.related"
            )
        return found, seen

    def where(self, found: related.Collection, seen: Entity, raw: object, path: str, depth: int) -> Node:
        """A condition over the rows of a collection; its parts count like all others."""
        if raw is None:
            return EVERYTHING
        within = _Parser(seen, self.viewer, found)
        within.nodes = self.nodes
        tree = within.node(raw, f"{path}.where", depth + 1)
        self.nodes = within.nodes
        return tree

    def measure(self, document: Mapping[str, object], path: str, depth: int) -> Measure | Change:
        collection, seen = self.rows(document["related"], path)
        reckoning = next((one for one in Reckoning if one.value == document["measure"]), None)
        if reckoning is None:
            raise ConditionProblem(
                _("%(name)s is no measure; there are %(names)s.")
                % {"name": shorten(document["measure"]), "names": ", ".join(Reckoning)},
                f"{path}.measure",
            )
        inner = _Parser(seen, self.viewer, collection)
        kind: Type | None = None
        if reckoning.needs_field:
            field, kind = inner.field(document.get("field"), document.get("type"), path)
            refuse_unmeasured(field, reckoning, f"{path}.field")
        elif "field" in document or "type" in document:
            raise ConditionProblem(_("This measure takes no field."), f"{path}.field")
        question = Question(
            collection.name,
            reckoning,
            str(document["field"]) if reckoning.needs_field else "",
            kind,
            self.where(collection, seen, document.get("where"), path, depth),
            read_window(document.get("within"), f"{path}.within"),
        )
        trend = next((one for one in Trend if one.value == document["operator"]), None)
        if trend is not None:
            return self.change(question, trend, document, path)
        if "compared_with" in document:
            raise ConditionProblem(_("An earlier window goes with falls_by or rises_by."), f"{path}.compared_with")
        operators = measure_operators(reckoning)
        operator = next((one for one in operators if one.value == document["operator"]), None)
        if operator is None:
            raise ConditionProblem(
                _("%(field)s cannot be asked with %(operator)s.")
                % {"field": reckoning.value, "operator": shorten(document["operator"])},
                f"{path}.operator",
            )
        values = Values(_NUMBER, f"{path}.value")
        raw = document.get("value")
        if reckoning.is_of_time and operator not in BARE:
            for one in raw if isinstance(raw, list | tuple) and operator is Operator.BETWEEN else (raw,):
                values.days(one)
        return Measure(question, operator, values.read(operator, raw))

    def change(self, question: Question, trend: Trend, document: Mapping[str, object], path: str) -> Change:
        if question.reckoning.is_of_time or question.reckoning in (Reckoning.MINIMUM, Reckoning.MAXIMUM):
            raise ConditionProblem(_("Only a count, a sum or an average rises or falls."), f"{path}.measure")
        raw = document.get("compared_with")
        if raw is None and question.window.days and 2 * question.window.days <= MAX_DAYS:
            earlier = Window(before_days=2 * question.window.days, after_days=question.window.days)
        elif raw is None:
            raise ConditionProblem(_("Name the earlier window, as compared_with."), f"{path}.compared_with")
        else:
            earlier = read_window(raw, f"{path}.compared_with")
        percent = Values(_NUMBER, f"{path}.value").number(document.get("value"))
        if not 0 < percent <= 1_000_000 or (trend is Trend.FALLS_BY and percent > 100):
            raise ConditionProblem(
                _("A percentage above 0 is needed; nothing falls by more than 100."), f"{path}.value"
            )
        return Change(question, earlier, trend, percent)

    def sequence(self, document: Mapping[str, object], path: str, depth: int) -> SequenceNode:
        steps = document["sequence"]
        if not isinstance(steps, list | tuple) or len(steps) != 2:
            raise ConditionProblem(_("A sequence has two steps."), f"{path}.sequence")
        first, then = (self.step(one, f"{path}.sequence[{index}]", depth + 1) for index, one in enumerate(steps))
        return SequenceNode(
            first,
            then,
            self.step(document["without"], f"{path}.without", depth + 1) if "without" in document else None,
            read_apart(document["apart"], f"{path}.apart") if "apart" in document else None,
            read_window(document.get("within"), f"{path}.within"),
        )

    def step(self, document: object, path: str, depth: int) -> Step:
        if not isinstance(document, Mapping) or not {"related"} <= set(document) <= {"related", "where"}:
            raise ConditionProblem(_("A step is an object with related and where."), path)
        self.nodes += 1
        collection, seen = self.rows(document["related"], path)
        return Step(collection.name, self.where(collection, seen, document.get("where"), path, depth))

    def in_segment(self, raw: object, path: str) -> InSegment:
        segment_id, known = read_uuid(raw, path), segments.known()
        if known is None or known.of != self.entity.name or known.name(segment_id) is None:
            raise ConditionProblem(_("There is no such segment."), path)
        return InSegment(segment_id)


_NUMBER = Field("number", "", Type.NUMBER, Privacy.PUBLIC, "")
_AMOUNTS = (
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.GREATER,
    Operator.LESS,
    Operator.BETWEEN,
    Operator.IS,
    Operator.IS_NOT,
)


def measure_operators(reckoning: Reckoning) -> tuple[Operator, ...]:
    """The operators of a measure, without those on trends; a total is always known."""
    return _AMOUNTS if reckoning.is_total else (*_AMOUNTS, Operator.IS_KNOWN, Operator.IS_UNKNOWN)


def refuse_unmeasured(field: Field, reckoning: Reckoning, path: str) -> None:
    """Raise ConditionProblem for a field that a measure cannot reckon with."""
    is_one = field.many is None and field.type not in (Type.MULTI_CHOICE, Type.FILE)
    if not is_one or not (field.type.is_numeric or reckoning is Reckoning.DISTINCT) or not field.is_filterable:
        raise ConditionProblem(
            _("%(field)s cannot be reckoned with %(measure)s.")
            % {"field": field.label, "measure": shorten(reckoning.value)},
            path,
        )


# The address bar: f=stage:is:regular&f=total_spent:at_least:1000


def parse_url(filters: Sequence[str], entity: Entity, viewer: Reader) -> And:
    """The comparisons of repeated `f` parameters, all of which must hold.

    Each is `field:operator:value`; the values of a list are joined by commas, a comma or backslash inside one is
    written after a backslash. :raises ConditionProblem: with a path such as `f[1].value`.
    """
    parser = _Parser(entity.seen_by(viewer), viewer)
    if len(filters) >= MAX_NODES:
        raise ConditionProblem(_("A condition has at most %(count)s parts.") % {"count": MAX_NODES}, "f")
    parts = []
    for index, text in enumerate(filters):
        name, _colon, rest = text.partition(":")
        operator, has_value, raw = rest.partition(":")
        many = operator in {known.value for known in (*LISTS, Operator.BETWEEN)}
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
