"""Emits single comparisons for PostgreSQL: one field, of a record or of a row beside it, against a value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID

from samphan.platform.catalogue import Field, Operator, Type
from samphan.platform.conditions.folding import escape_like, fold
from samphan.platform.conditions.nodes import ME, And, Or, Scalar, Value
from samphan.platform.conditions.oracle import NEGATED, days_of, month_of
from samphan.platform.thai.partial_dates import days_of_year, reach_of

Sql = tuple[str, list[object]]

NUMERIC_OPERATORS = {
    Operator.GREATER: ">",
    Operator.LESS: "<",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.IS: "=",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When, where and for whom a condition is asked: what its SQL holds as constants."""

    now: datetime
    zone: tzinfo
    me: UUID | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The moment at which a day begins in the zone."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)


def compared(field: Field, operator: Operator, value: Value, moment: Moment) -> Sql:
    """One comparison; it may come out null instead of false."""
    return _Emitter(field, moment).comparison(operator, value)


def joined(node: And | Or, emitted: Sequence[Sql]) -> Sql:
    """The parts of a node, emitted already."""
    if not emitted:
        return ("TRUE" if isinstance(node, And) else "FALSE"), []
    word = " AND " if isinstance(node, And) else " OR "
    return f"({word.join(sql for sql, _params in emitted)})", [p for _sql, params in emitted for p in params]


class _Emitter:
    """Emits the comparisons of one field."""

    def __init__(self, field: Field, moment: Moment) -> None:
        self.field = field
        self.value_sql = field.test_sql
        self.moment = moment
        self.today = moment.today
        self.zone = moment.zone
        self.me = moment.me

    def comparison(self, operator: Operator, value: Value) -> Sql:
        match operator:
            case Operator.IS_KNOWN:
                return self.known()
            case Operator.IS_UNKNOWN:
                return self.unknown()
            case Operator.HAS_ANY_TAG | Operator.HAS_ALL_TAGS | Operator.HAS_NO_TAG:
                return self.tags(operator, [str(item) for item in _several(value)])
            case Operator.IS_NOT | Operator.IS_NONE_OF | Operator.NOT_CONTAINS:
                known, no_params = self.known()
                positive, params = self.any_value(self.test(NEGATED[operator], value))
                return f"({known} AND NOT {positive})", [*no_params, *params]
            case _:
                return self.any_value(self.test(operator, value))

    def any_value(self, test: Sql) -> Sql:
        """The test on the field's value, or on any of them."""
        sql, params = test
        return (self.field.many.replace("{test}", sql) if self.field.many else f"({sql})"), params

    @property
    def is_array(self) -> bool:
        return self.field.type is Type.MULTI_CHOICE and self.field.many is None

    @property
    def ranked_sql(self) -> str:
        """The value as the field's sort sees it: the index of a sorted column serves a range of nothing else.

        Where the value is null it stands for "before all", so a range that is open below asks for a value besides.
        """
        sort = self.field.sort
        if sort is None or sort.nothing is None or self.field.many:
            return self.value_sql
        return sort.expression

    def known(self) -> Sql:
        if self.is_array:
            return f"({self.value_sql} <> '{{}}')", []
        return self.any_value((f"{self.value_sql} <> ''" if self.is_text else f"{self.value_sql} IS NOT NULL", []))

    def unknown(self) -> Sql:
        if self.field.many:
            return f"NOT {self.known()[0]}", []
        if self.is_array:
            return f"({self.value_sql} IS NULL OR {self.value_sql} = '{{}}')", []
        empty = f" OR {self.value_sql} = ''" if self.is_text else ""
        return f"({self.value_sql} IS NULL{empty})", []

    @property
    def is_text(self) -> bool:
        return self.field.type.may_be_empty

    def tags(self, operator: Operator, wanted: list[str]) -> Sql:
        cast = self.field.cast
        if operator is Operator.HAS_NO_TAG:
            sql, params = self.tags(Operator.HAS_ANY_TAG, wanted)
            return f"({sql} IS NOT TRUE)", params
        if self.field.json_sql:
            parts = [wanted] if operator is Operator.HAS_ALL_TAGS else [[item] for item in wanted]
            contained = [f"{self.field.json_sql} @> %s::jsonb"] * len(parts)
            return f"({' OR '.join(contained) or 'FALSE'})", [json.dumps(part, ensure_ascii=False) for part in parts]
        if self.is_array:
            return f"({self.value_sql} {'@>' if operator is Operator.HAS_ALL_TAGS else '&&'} %s::{cast}[])", [wanted]
        if operator is Operator.HAS_ANY_TAG:
            return self.any_value((f"{self.value_sql} = ANY(%s::{cast}[])", [wanted]))
        each = [self.any_value((f"{self.value_sql} = %s::{cast}", [item]))[0] for item in wanted]
        return f"({' AND '.join(each)})", list(wanted)

    def test(self, operator: Operator, value: Value) -> Sql:
        """A positive operator on one value; null where the value is."""
        kind = self.field.type
        if kind is Type.BOOLEAN:
            return (self.value_sql if operator is Operator.IS_TRUE else f"NOT {self.value_sql}"), []
        if kind is Type.CHOICE:
            return self.equals(self.value_sql, list(_several(value)), self.field.cast)
        if kind is Type.RELATION:
            return self.equals(self.value_sql, list(_several(value)), self.field.cast)
        if kind is Type.MEMBER:
            members = [self.me if item == ME else item for item in _several(value)]
            return self.equals(self.value_sql, [item for item in members if item is not None], self.field.cast)
        if kind is Type.PARTIAL_DATE:
            return self.partial_days(operator, value)
        if kind.is_temporal:
            return self.days(operator, value)
        if kind.is_numeric:
            ranked = self.ranked_sql
            if operator is Operator.BETWEEN:
                return f"{ranked} BETWEEN %s AND %s", list(_several(value))
            known = f" AND {self.value_sql} IS NOT NULL" if ranked != self.value_sql else ""
            return f"{ranked} {NUMERIC_OPERATORS[operator]} %s{known}", [value]
        return self.text(operator, value)

    def equals(self, value_sql: str, wanted: list[object], cast: str | None) -> Sql:
        if not wanted:
            return "FALSE", []
        if len(wanted) == 1:
            return f"{value_sql} = %s" + (f"::{cast}" if cast else ""), wanted
        return f"{value_sql} = ANY(%s::{cast or 'text'}[])", [wanted]

    def text(self, operator: Operator, value: Value) -> Sql:
        folded = self.field.test_folded_sql
        wanted = [fold(str(item)) for item in _several(value)]
        match operator:
            case Operator.CONTAINS:
                return f"{folded} LIKE %s", [f"%{escape_like(wanted[0])}%"]
            case Operator.STARTS_WITH:
                return f"{folded} LIKE %s", [f"{escape_like(wanted[0])}%"]
            case _:
                return self.equals(folded, [*wanted], None)

    def days(self, operator: Operator, value: Value) -> Sql:
        is_moment, is_text = self.field.type is Type.DATETIME, self.field.cast == "text"
        if operator is Operator.MONTH_IS and is_text:
            return f"substring({self.value_sql}, 6, 2) = %s", [f"{month_of(value, self.today):02}"]
        if operator is Operator.MONTH_IS:
            local = f"{self.value_sql} AT TIME ZONE %s" if is_moment else self.value_sql
            zone = [zone_name(self.zone)] if is_moment else []
            return f"EXTRACT(MONTH FROM {local}) = %s", [*zone, month_of(value, self.today)]
        first, last = days_of(operator, value, self.today)
        parts: list[str] = []
        params: list[object] = []
        if first is not None:
            parts.append(f"{self.ranked_sql} >= %s")
            params.append(self.moment.start_of(first) if is_moment else first.isoformat() if is_text else first)
        if last is not None:
            parts.append(f"{self.ranked_sql} {'<' if is_moment else '<='} %s")
            upper = (
                self.moment.start_of(last + timedelta(days=1)) if is_moment else last.isoformat() if is_text else last
            )
            params.append(upper)
        if self.ranked_sql != self.value_sql:
            parts.append(f"{self.value_sql} IS NOT NULL")
        return " AND ".join(parts), params

    def partial_days(self, operator: Operator, value: Value) -> Sql:
        """Comparisons of stored texts; `partial_dates` says why they mean what the oracle does."""
        # An index holds this expression: month and day, 11-05, 11-XX or XX-XX.
        month_day = f"substring({self.value_sql}, 6, 5)"
        if operator is Operator.MONTH_IS:
            month = f"{month_of(value, self.today):02}"
            return f"{month_day} BETWEEN %s AND %s", [f"{month}-01", f"{month}-XX"]
        if operator is Operator.COMES_ROUND_WITHIN:
            spans = days_of_year(self.today, int(str(value)))
            knows_day = f"{self.value_sql} NOT LIKE '%%X'"
            if not spans:
                return knows_day, []
            within = " OR ".join([f"{month_day} BETWEEN %s AND %s"] * len(spans))
            return f"({within}) AND {knows_day}", [end for span in spans for end in span]
        if operator is Operator.ON:
            asked = str(value)
            if "X" not in asked:
                return f"{self.value_sql} = %s", [asked]
            if asked.startswith("X"):
                return f"{month_day} = %s", [asked[5:]]
            return f"{self.value_sql} LIKE %s", [asked.replace("X", "_")]
        low, high = reach_of(*days_of(operator, value, self.today))
        parts: list[str] = []
        params: list[object] = []
        if high is not None:
            parts.append(f"{self.value_sql} <= %s")
            params.append(high)
        if low is not None:
            parts.append(f"replace({self.value_sql}, 'X', '0') >= %s")
            params.append(low)
        return " AND ".join(parts), params


def zone_name(zone: tzinfo) -> str:
    return str(getattr(zone, "key", None) or zone.tzname(None) or "UTC")


def _several(value: Value) -> tuple[Scalar, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
