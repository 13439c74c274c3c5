"""The emitter says what the oracle says: of any rows, any condition."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samphan.platform import rls
from samphan.platform.catalogue import Operator, Type
from samphan.platform.conditions import Comparison, Node, Not, emit, holds, parse, parse_url, to_json, to_url
from samphan.platform.conditions.tests import shop
from samphan.platform.conditions.tests.shop import GUEST, Clerk
from samphan.platform.thai.partial_dates import PartialDate

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)  # already the 22nd in Bangkok
TODAY = date(2026, 11, 22)
MEMBERS = [UUID(int=1), UUID(int=2), UUID(int=3)]
EXAMPLES = settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

Database = psycopg.Connection[tuple[object, ...]]

# Few letters, so that texts meet: Thai with marks, both cases, LIKE's wildcards, quotes, letters that lower oddly.
letters = st.sampled_from([*"กำเอ้ิ", *"aAbBÉéİßΣς", *"%_\\'\" ,:{}|", "\n", "😀"])
texts = st.text(letters, max_size=4)
some_texts = st.text(letters, min_size=1, max_size=3).filter(lambda text: text.strip())
days = st.integers(-4, 4).map(lambda away: TODAY + timedelta(days=away)) | st.dates(date(1950, 1, 1), date(2030, 1, 1))
moments = st.builds(
    lambda day, second: datetime(day.year, day.month, day.day, tzinfo=BANGKOK) + timedelta(seconds=second),
    days,
    st.sampled_from([0, 1, 3600 * 7, 86_399]) | st.integers(0, 86_399),
)
partial_days = days.flatmap(
    lambda day: st.sampled_from(
        [str(PartialDate(*parts)) for parts in ((day.year, day.month, day.day), (day.year, day.month), (day.year,))]
        + [f"XXXX-{day:%m-%d}", "XXXX-02-29", "2024-02-29"]
    )
)
numbers = st.integers(-3, 3) | st.decimals(-3, 3, places=2) | st.integers(-(10**9), 10**9)
values_of_type = {
    Type.TEXT: texts, Type.LONG_TEXT: texts, Type.IDENTIFIER: texts, Type.NUMBER: st.integers(-3, 3),
    Type.MONEY: st.decimals(-3, 3, places=2), Type.DATE: days, Type.DATETIME: moments, Type.PARTIAL_DATE: partial_days,
    Type.CHOICE: st.sampled_from([choice.value for choice in shop.STAGES]), Type.BOOLEAN: st.booleans(),
    Type.MULTI_CHOICE: st.lists(st.sampled_from([choice.value for choice in shop.TAGS]), max_size=3),
    Type.MEMBER: st.sampled_from(MEMBERS), Type.PHONE: st.lists(st.text("0123", max_size=4), max_size=2),
    Type.EMAIL: st.lists(texts, max_size=2),
}  # fmt: skip
rows = st.fixed_dictionaries(
    {field.name: st.none() | values_of_type[field.type] for field in GUEST.fields}
    | {name: values_of_type[GUEST.field(name).type] for name in shop.CHILDREN}
)
asked_of_type: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: some_texts, Type.LONG_TEXT: some_texts, Type.IDENTIFIER: some_texts, Type.EMAIL: some_texts,
    Type.PHONE: st.text("0123- ", min_size=1, max_size=4).filter(lambda text: any(map(str.isdigit, text))),
    Type.CHOICE: values_of_type[Type.CHOICE], Type.MULTI_CHOICE: st.sampled_from([c.value for c in shop.TAGS]),
    Type.MEMBER: st.sampled_from([*map(str, MEMBERS), "me"]),
    Type.DATE: days.map(date.isoformat), Type.DATETIME: days.map(date.isoformat),
    Type.NUMBER: numbers.map(str), Type.MONEY: numbers.map(str), Type.PARTIAL_DATE: days.map(date.isoformat),
}  # fmt: skip


@st.composite
def comparison_documents(draw: st.DrawFn) -> dict[str, object]:
    field = draw(st.sampled_from(GUEST.fields))
    operator = draw(st.sampled_from(field.operators))
    document: dict[str, object] = {"field": field.name, "operator": operator.value}
    match operator:
        case Operator.IS_KNOWN | Operator.IS_UNKNOWN | Operator.IS_TRUE | Operator.IS_FALSE:
            return document
        case (
            Operator.IS_ANY_OF
            | Operator.IS_NONE_OF
            | Operator.HAS_ANY_TAG
            | Operator.HAS_ALL_TAGS
            | Operator.HAS_NO_TAG
        ):
            return document | {"value": draw(st.lists(asked_of_type[field.type], min_size=1, max_size=3))}
        case Operator.BETWEEN:
            pair = [draw(asked_of_type[field.type]), draw(asked_of_type[field.type])]
            return document | {"value": sorted(pair, key=Decimal if field.type.is_numeric else str)}
        case Operator.ON if field.type is Type.PARTIAL_DATE:
            return document | {"value": draw(partial_days)}
        case Operator.WITHIN_LAST | Operator.WITHIN_NEXT | Operator.MORE_THAN_DAYS_AGO | Operator.COMES_ROUND_WITHIN:
            return document | {"value": draw(st.integers(0, 5) | st.integers(0, 36_500))}
        case Operator.MONTH_IS:
            return document | {"value": draw(st.integers(1, 12) | st.sampled_from(["this", "next", 11]))}
        case _:
            return document | {"value": draw(asked_of_type[field.type])}


documents = st.recursive(
    comparison_documents(),
    lambda inner: (
        st.builds(lambda parts: {"and": parts}, st.lists(inner, max_size=3))
        | st.builds(lambda parts: {"or": parts}, st.lists(inner, max_size=3))
        | st.builds(lambda part: {"not": part}, inner)
    ),
    max_leaves=6,
)


def depth(document: Any) -> int:
    parts = document.get("and") or document.get("or") or ([document["not"]] if "not" in document else [])
    return 1 + max(map(depth, parts), default=0)


trees: st.SearchStrategy[Node] = documents.filter(lambda document: depth(document) <= 8).map(
    lambda document: parse({"version": 1, "where": document}, GUEST, Clerk())
)


@pytest.fixture(scope="module")
def guests(database: Database) -> Database:
    database.execute(shop.SCHEMA)
    database.commit()
    return database


def found(database: Database, tree: Node, table_rows: list[dict[str, Any]], me: UUID | None) -> list[int]:
    """Positions of the rows that PostgreSQL finds."""
    ids = [UUID(int=100 + index) for index in range(len(table_rows))]
    with database.cursor() as cursor:
        cursor.executemany(
            shop.insert_sql(),
            [[id_, shop.WORKSPACE, *shop.insert_values(row)] for id_, row in zip(ids, table_rows, strict=True)],
        )
        children = [
            [shop.WORKSPACE, id_, kind, value]
            for id_, row in zip(ids, table_rows, strict=True)
            for name, kind in shop.CHILDREN.items()
            for value in row[name]
        ]
        if children:
            cursor.executemany("INSERT INTO shop_contact VALUES (%s, %s, %s, %s)", children)
        sql, params = emit(tree, GUEST, NOW, BANGKOK, me)
        cursor.execute(f"SELECT id FROM shop_guest WHERE {sql}", params)
        result = {row[0] for row in cursor.fetchall()}
    database.rollback()
    return [index for index, id_ in enumerate(ids) if id_ in result]


@EXAMPLES
@given(
    tree=trees,
    table_rows=st.lists(rows, min_size=1, max_size=6),
    me=st.none() | st.sampled_from(MEMBERS),
)
def test_finds_the_rows_that_the_oracle_names(
    guests: Database, tree: Node, table_rows: list[dict[str, Any]], me: UUID | None
) -> None:
    expected = [index for index, row in enumerate(table_rows) if holds(tree, GUEST, row, NOW, BANGKOK, me)]
    assert found(guests, tree, table_rows, me) == expected


@settings(EXAMPLES, max_examples=150)
@given(tree=trees, row=rows)
def test_a_row_meets_a_condition_or_its_complement(guests: Database, tree: Node, row: dict[str, Any]) -> None:
    assert found(guests, tree, [row], None) != found(guests, Not(tree), [row], None)


@settings(EXAMPLES, max_examples=300)
@given(tree=trees)
def test_a_tree_survives_its_json(tree: Node) -> None:
    assert parse(to_json(tree), GUEST, Clerk()) == tree


@settings(EXAMPLES, max_examples=300)
@given(documents=st.lists(comparison_documents(), max_size=4))
def test_comparisons_survive_the_address_bar(documents: list[dict[str, object]]) -> None:
    tree = parse({"version": 1, "where": {"and": documents}}, GUEST, Clerk())
    filters = to_url(tree)
    assert filters is not None
    assert parse_url(filters, GUEST, Clerk()) == tree


def test_finds_a_like_wildcard_only_as_itself(guests: Database) -> None:
    wanted = Comparison("name", Operator.CONTAINS, "100%_\\")
    assert found(guests, wanted, [guest(name="ลด 100%_\\ วันนี้"), guest(name="100xy\\")], None) == [0]


def test_birthdays_come_round_over_the_turn_of_the_year(guests: Database) -> None:
    births = ["1987-12-31", "XXXX-01-02", "1990-01-XX", "1990-XX-XX", "2001-02-01", "1980-12-27", None]
    soon = Comparison("birth", Operator.COMES_ROUND_WITHIN, 7)
    people = [guest(birth=birth) for birth in births]
    new_year = datetime(2026, 12, 28, 5, tzinfo=UTC)
    with guests.cursor() as cursor:
        cursor.executemany(
            shop.insert_sql(),
            [[UUID(int=1 + i), shop.WORKSPACE, *shop.insert_values(row)] for i, row in enumerate(people)],
        )
        sql, params = emit(soon, GUEST, new_year, BANGKOK)
        names = cursor.execute(f"SELECT birth FROM shop_guest WHERE {sql} ORDER BY id", params).fetchall()
    guests.rollback()
    assert [row[0] for row in names] == ["1987-12-31", "XXXX-01-02"]
    assert [holds(soon, GUEST, row, new_year, BANGKOK) for row in people] == [True, True, *[False] * 5]


@pytest.mark.parametrize(
    ("operator", "value", "births"),
    [
        (Operator.ON, "1987-XX-XX", ["1987-11-21", "1987-11-XX", "1987-XX-XX"]),
        (Operator.ON, "XXXX-11-05", ["XXXX-11-05"]),
        (Operator.BEFORE, date(1987, 12, 1), ["1987-11-21", "1987-11-XX"]),
        (Operator.AFTER, date(1986, 12, 31), ["1987-11-21", "1987-11-XX", "1987-XX-XX"]),
        (Operator.BETWEEN, (date(1987, 1, 1), date(1987, 12, 31)), ["1987-11-21", "1987-11-XX", "1987-XX-XX"]),
        (Operator.BETWEEN, (date(1987, 1, 2), date(1987, 12, 31)), ["1987-11-21", "1987-11-XX"]),
        (Operator.MONTH_IS, 11, ["1987-11-21", "1987-11-XX", "XXXX-11-05"]),
    ],
)
def test_what_is_not_known_for_certain_is_not_found(
    guests: Database, operator: Operator, value: Any, births: list[str]
) -> None:
    people = ["1987-11-21", "1987-11-XX", "1987-XX-XX", "XXXX-11-05"]
    hits = found(guests, Comparison("birth", operator, value), [guest(birth=birth) for birth in people], None)
    assert [people[index] for index in hits] == births


def test_a_day_begins_at_midnight_in_bangkok(guests: Database) -> None:
    on_the_22nd = Comparison("seen_at", Operator.ON, date(2026, 11, 22))
    night = [datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 21, 17, tzinfo=UTC)]
    assert found(guests, on_the_22nd, [guest(seen_at=moment) for moment in night], None) == [1]


@pytest.mark.parametrize(
    ("comparison", "index"),
    [
        # A sorted field is compared as its sort sees it: one index serves the range and the order.
        (Comparison("seen_at", Operator.WITHIN_LAST, 30), "shop_guest_seen "),
        (Comparison("birth", Operator.COMES_ROUND_WITHIN, 7), "shop_guest_birthday"),
        (Comparison("birth", Operator.ON, "XXXX-11-05"), "shop_guest_birthday"),
        (Comparison("stage", Operator.IS, "regular"), "shop_guest_stage"),
        (Comparison("stage", Operator.IS_ANY_OF, ("regular", "lost")), "shop_guest_stage"),
    ],
)
def test_a_plain_comparison_is_an_index_condition(guests: Database, comparison: Comparison, index: str) -> None:
    sql, params = emit(comparison, GUEST, NOW, BANGKOK)
    guests.execute(
        "INSERT INTO shop_guest (id, workspace_id, stage, seen_at, birth) SELECT gen_random_uuid(), %s,"
        " (ARRAY['lead', 'regular', 'lost', 'new', 'vip'])[1 + i %% 5], %s::timestamptz - i * interval '1 day',"
        " to_char(date '1980-01-01' + i, '\"XXXX\"-MM-DD') FROM generate_series(1, 5000) i",
        [shop.WORKSPACE, NOW],
    )
    guests.execute("ANALYZE shop_guest")
    guests.execute("SET LOCAL enable_seqscan = off")
    plan = guests.execute(
        f"EXPLAIN SELECT 1 FROM shop_guest WHERE workspace_id = %s AND {sql}", [shop.WORKSPACE, *params]
    ).fetchall()
    guests.rollback()
    text = "\n".join(str(line[0]) for line in plan)
    column = GUEST.field(comparison.field).sql.partition(".")[2]
    assert index in text
    assert any(column in line for line in text.splitlines() if "Index Cond" in line)


def test_every_function_behind_an_operator_is_leakproof_or_made_so(guests: Database) -> None:
    operators = [
        ("=", "text"), ("=", "uuid"), ("<>", "text"), ("~~", "text"), ("!~~", "text"), (">=", "text"), ("<=", "text"),
        ("&&", "anyarray"), ("@>", "anyarray"),
        *[(sign, kind) for sign in (">=", "<=", "<", ">", "=") for kind in ("numeric", "int4", "int8")],
        *[(sign, kind) for sign in (">=", "<") for kind in ("timestamptz", "date")],
        ("<=", "date"),
    ]  # fmt: skip
    made = {name.partition("(")[0] for name in rls.LEAKPROOF}
    for sign, kind in operators:
        found_function = guests.execute(
            "SELECT p.proname, p.proleakproof FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode"
            " WHERE o.oprname = %s AND o.oprleft = %s::regtype AND o.oprright = %s::regtype",
            [sign, kind, kind],
        ).fetchone()
        assert found_function is not None, (sign, kind)
        assert found_function[1] or found_function[0] in made, found_function


def guest(**values: object) -> dict[str, Any]:
    return {name: [] for name in shop.CHILDREN} | values
