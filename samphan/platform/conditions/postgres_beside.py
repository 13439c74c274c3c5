"""Emits for PostgreSQL what a condition asks of the rows that belong to a record: measures, changes and sequences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from samphan.platform import related
from samphan.platform.catalogue import Entity, Operator
from samphan.platform.conditions.nodes import (
    And,
    Change,
    Comparison,
    Measure,
    Node,
    Not,
    Or,
    Question,
    Reckoning,
    Trend,
    Value,
    Window,
)
from samphan.platform.conditions.nodes import Sequence as SequenceNode
from samphan.platform.conditions.oracle import Answer, measures
from samphan.platform.conditions.postgres_values import NUMERIC_OPERATORS, Moment, Sql, compared, joined
from samphan.platform.related import Collection


def emit(tree: Measure | Change | SequenceNode, entity: Entity, moment: Moment, is_whole: bool) -> Sql:
    """One such node, true exactly where it holds."""
    match tree:
        case Measure(question, operator, value):
            rows = _Rows(related.collection(entity.name, question.related), moment)
            return rows.measure(question, operator, value, entity, is_whole)
        case Change(question):
            rows = _Rows(related.collection(entity.name, question.related), moment)
            return rows.change(tree, question, entity, is_whole)
        case SequenceNode():
            return _sequence(tree, entity, moment, is_whole)


def where(tree: Node, collection: Collection, moment: Moment) -> Sql:
    """A condition over the rows of a collection."""
    match tree:
        case And(parts) | Or(parts):
            return joined(tree, [where(part, collection, moment) for part in parts])
        case Not(part):
            sql, params = where(part, collection, moment)
            return f"({sql} IS NOT TRUE)", params
        case Comparison(name, operator, value, kind):
            return compared(collection.field(name, kind), operator, value, moment)
    raise TypeError(tree)


def within(window: Window, collection: Collection, moment: Moment) -> Sql:
    """The days of a window as a range of moments."""
    first, last = window.span(moment.today)
    parts: list[str] = []
    params: list[object] = []
    if first is not None:
        parts.append(f"{collection.time_sql} >= %s")
        params.append(moment.start_of(first))
    if last is not None:
        parts.append(f"{collection.time_sql} < %s")
        params.append(moment.start_of(last + timedelta(days=1)))
    return " AND ".join(parts), params


def asked(question: Question, collection: Collection, moment: Moment) -> Sql:
    """Which rows a question is about: its window and its condition; empty for all."""
    parts = [within(question.window, collection, moment)]
    if question.where != And():
        parts.append(where(question.where, collection, moment))
    parts = [part for part in parts if part[0]]
    return " AND ".join(sql for sql, _params in parts), [param for _sql, params in parts for param in params]


def owned(collection: Collection, entity: Entity) -> str:
    """The rows of the record at hand: workspace first, as every index goes."""
    return f"{collection.owner_workspace} = {entity.table}.workspace_id AND {collection.owner} = {entity.id_sql}"


def value_sql(question: Question, collection: Collection) -> str:
    """What a question reckons with, null where it is nothing."""
    if question.reckoning.is_of_time:
        return collection.time_sql
    if question.reckoning is Reckoning.COUNT:
        return "*"
    field = collection.field(question.field, question.type)
    return f"NULLIF({field.sql}, '')" if field.type.may_be_empty else field.sql


def aggregate(question: Question, collection: Collection) -> str:
    """The answer as an aggregate; of an average its sum."""
    value = value_sql(question, collection)
    match question.reckoning:
        case Reckoning.COUNT:
            return "count(*)"
        case Reckoning.SUM:
            return f"COALESCE(sum({value}), 0)"
        case Reckoning.AVERAGE:
            return f"sum({value})"
        case Reckoning.DISTINCT:
            return f"count(DISTINCT {value})"
        case Reckoning.MINIMUM | Reckoning.DAYS_SINCE_FIRST:
            return f"min({value})"
        case _:
            return f"max({value})"


@dataclass(frozen=True)
class _Rows:
    """The rows of one collection beside a record."""

    collection: Collection
    moment: Moment

    def measure(self, question: Question, operator: Operator, value: Value, entity: Entity, is_whole: bool) -> Sql:
        condition, params = asked(question, self.collection, self.moment)
        test, test_params = self.test(question, operator, value)
        is_counted = question.reckoning is Reckoning.COUNT and not is_whole
        if is_counted and _means(operator, value, at_least_one=True):
            return f"EXISTS (SELECT 1 {self.source(entity, condition)})", params
        if is_counted and _means(operator, value, at_least_one=False):
            return f"NOT EXISTS (SELECT 1 {self.source(entity, condition)})", params
        if not is_whole:
            return f"(SELECT {test} {self.source(entity, condition)})", [*test_params, *params]
        over_none = measures(
            operator, value, _nothing(question.reckoning), question.reckoning, self.moment.today, self.moment.zone
        )
        return self.among(entity, condition, params, test, test_params, over_none)

    def change(self, tree: Change, question: Question, entity: Entity, is_whole: bool) -> Sql:
        """Both windows in one pass over the rows that lie in either."""
        now, was = (asked(Question(question.related, window=one), self.collection, self.moment) for one in (
            question.window, tree.earlier))  # fmt: skip
        value = value_sql(question, self.collection)
        agg = {Reckoning.COUNT: "count(*)", Reckoning.DISTINCT: f"count(DISTINCT {value})"}.get(
            question.reckoning, f"sum({value})"
        )
        after, before = (f"{agg}{f' FILTER (WHERE {sql})' if sql else ''}" for sql, _params in (now, was))
        each = [now[1], was[1]]
        if question.reckoning is Reckoning.AVERAGE:
            n_after, n_before = (
                f"count({value}){f' FILTER (WHERE {sql})' if sql else ''}" for sql, _params in (now, was)
            )
            after, before = f"{after} * {n_before}", f"{before} * {n_after}"
            each = [[*now[1], *was[1]], [*was[1], *now[1]]]
        elif question.reckoning is Reckoning.SUM:
            after = f"COALESCE({after}, 0)"
        factor, sign = (100 - Decimal(tree.percent), "<=") if tree.trend is Trend.FALLS_BY else (
            100 + Decimal(tree.percent), ">=")  # fmt: skip
        test = f"{before} > 0 AND {after} * 100 {sign} {before} * %s"
        test_params = [*each[1], *each[0], *each[1], factor]
        condition, params = where(question.where, self.collection, self.moment)
        either = " OR ".join(f"({sql})" for sql, _params in (now, was) if sql) if now[0] and was[0] else ""
        if either:
            condition, params = f"{condition} AND ({either})", [*params, *now[1], *was[1]]
        if not is_whole:
            return f"(SELECT {test} {self.source(entity, condition)})", [*test_params, *params]
        return self.among(entity, condition, params, test, test_params, over_none=False)

    def test(self, question: Question, operator: Operator, value: Value) -> Sql:
        """The operator on the aggregate."""
        agg = aggregate(question, self.collection)
        count = f"count({value_sql(question, self.collection)})"
        if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
            return f"{count} {'>' if operator is Operator.IS_KNOWN else '='} 0", []
        if question.reckoning.is_of_time:
            return self.days(agg, operator, value)
        times = f" * {count}" if question.reckoning is Reckoning.AVERAGE else ""
        if operator is Operator.BETWEEN:
            first, last = cast("tuple[object, object]", value)
            return f"{agg} BETWEEN %s{times} AND %s{times}", [first, last]
        sign = "<>" if operator is Operator.IS_NOT else NUMERIC_OPERATORS[operator]
        return f"{agg} {sign} %s{times}", [value]

    def days(self, agg: str, operator: Operator, value: Value) -> Sql:
        """Days since a moment as the range of moments that are so long ago."""
        if operator is Operator.IS_NOT:
            is_so = self.days(agg, Operator.IS, value)
            return f"NOT ({is_so[0]})", is_so[1]
        newest, oldest = days_between(operator, value)
        parts: list[str] = []
        params: list[object] = []
        if oldest is not None:
            parts.append(f"{agg} >= %s")
            params.append(self.moment.start_of(self.moment.today - timedelta(days=oldest)))
        if newest is not None:
            parts.append(f"{agg} < %s")
            params.append(self.moment.start_of(self.moment.today - timedelta(days=newest - 1)))
        return " AND ".join(parts), params

    def source(self, entity: Entity, condition: str) -> str:
        """FROM and WHERE of the rows of the record at hand."""
        more = f" AND {condition}" if condition else ""
        return f"FROM {self.collection.rows} WHERE {owned(self.collection, entity)}{more}"

    def among(
        self,
        entity: Entity,
        condition: str,
        params: list[object],
        test: str,
        test_params: list[object],
        over_none: bool,
    ) -> Sql:
        """Reckoned for every record at once; one without rows is not among them, and answers for nothing."""
        more = f" AND {condition}" if condition else ""
        sql = (
            f"SELECT {self.collection.owner} AS owner FROM {self.collection.rows}"
            f" WHERE {_everybody(self.collection)}{more} GROUP BY {self.collection.owner}"
            f" HAVING {f'({test}) IS NOT TRUE' if over_none else test}"
        )
        return _is_among(sql, entity, is_not=over_none), [_workspace(entity), *params, *test_params]


def _everybody(collection: Collection) -> str:
    """The rows that belong to anybody in the workspace, one parameter."""
    return f"{collection.owner_workspace} = %s AND {collection.owner} IS NOT NULL"


def _workspace(entity: Entity) -> UUID:
    if entity.workspace_id is None:
        raise ValueError(f"{entity.name!r} are asked as a whole in one workspace: join it first")
    return entity.workspace_id


def _is_among(sql: str, entity: Entity, *, is_not: bool = False) -> str:
    """Whether the record is an owner that a SELECT finds.

    EXISTS, for the planner takes it as a join where it may, and weighs a hash against one look for each record where it
    may not, inside an OR; NOT IN over many owners would be compared one by one.
    """
    return f"{'NOT ' if is_not else ''}EXISTS (SELECT 1 FROM ({sql}) AS found WHERE found.owner = {entity.id_sql})"


def days_between(operator: Operator, value: Value) -> tuple[int | None, int | None]:
    """The least and the most days that an operator on days since something accepts; None is open."""
    if operator is Operator.BETWEEN:
        first, last = cast("tuple[int, int]", value)
        return first, last
    days = cast("int", value)
    match operator:
        case Operator.AT_LEAST:
            return days, None
        case Operator.GREATER:
            return days + 1, None
        case Operator.AT_MOST:
            return None, days
        case Operator.LESS:
            return None, days - 1
        case _:
            return days, days


def _nothing(reckoning: Reckoning) -> Answer:
    """The answer over no rows."""
    return Answer(0, 0 if reckoning.is_total else None)


def _means(operator: Operator, value: Value, *, at_least_one: bool) -> bool:
    """Whether an operator on a count asks no more than whether there is a row, or whether there is none."""
    if at_least_one:
        return (operator, value) in ((Operator.AT_LEAST, 1), (Operator.GREATER, 0), (Operator.IS_NOT, 0))
    return (operator, value) in ((Operator.AT_MOST, 0), (Operator.LESS, 1), (Operator.IS, 0))


def _sequence(tree: SequenceNode, entity: Entity, moment: Moment, is_whole: bool) -> Sql:
    """For each time of a `then` the last `first` strictly before it: the nearest, with the least between.

    Rows of one moment are brought together, so that "before" is the row before.
    """
    names = ("is_first", "is_then", "is_without")
    parts: list[str] = []
    params: list[object] = []
    for name in dict.fromkeys(step.related for step in tree.steps):
        collection = related.collection(entity.name, name)
        flags: list[str] = []
        flag_params: list[object] = []
        tests: list[str] = []
        test_params: list[object] = []
        for flag, step in zip(names, (tree.first, tree.then, tree.without), strict=True):
            if step is None or step.related != name:
                flags.append(f"FALSE AS {flag}")
                continue
            sql, values = where(step.where, collection, moment)
            flags.append(f"({sql}) IS TRUE AS {flag}")
            flag_params += values
            tests.append(sql)
            test_params += values
        window, window_params = within(tree.window, collection, moment)
        mine = _everybody(collection) if is_whole else owned(collection, entity)
        parts.append(
            f"SELECT {collection.owner} AS owner, {collection.time_sql} AS at, {', '.join(flags)} FROM {collection.rows}"
            f" WHERE {mine}{f' AND {window}' if window else ''} AND ({' OR '.join(tests)})"
        )
        params += [*flag_params, *([_workspace(entity)] if is_whole else []), *window_params, *test_params]
    flags_of_moment = ", ".join(f"bool_or({name}) AS {name}" for name in names)
    before = "OVER (PARTITION BY owner ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    moments = f"SELECT owner, at, {flags_of_moment} FROM ({' UNION ALL '.join(parts)}) AS steps GROUP BY owner, at"
    marked = (
        f"SELECT owner, at, is_then, max(at) FILTER (WHERE is_first) {before} AS begun,"
        f" max(at) FILTER (WHERE is_without) {before} AS broken FROM ({moments}) AS moments"
    )
    apart = ""
    if tree.apart is not None:
        apart = " AND at - begun <= %s"
        params.append(tree.apart)
    found = (
        f"SELECT owner FROM ({marked}) AS marked WHERE is_then AND begun IS NOT NULL"
        f" AND (broken IS NULL OR broken <= begun){apart}"
    )
    return (_is_among(found, entity) if is_whole else f"EXISTS ({found})"), params
