"""What belongs to a record, reckoned three ways: the emitters say what the oracle says of any rows and any condition."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samphan.platform.catalogue import Operator
from samphan.platform.conditions import Node, emit, holds, parse, segments, to_json
from samphan.platform.conditions.nodes import Reckoning, Trend
from samphan.platform.conditions.tests import shop
from samphan.platform.conditions.tests.shop import GUEST, Clerk
from samphan.platform.conditions.tree import measure_operators

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)  # already the 22nd in Bangkok
TODAY = date(2026, 11, 22)
WHOLE = GUEST.in_workspace(shop.WORKSPACE)
SEGMENTS = [UUID(int=71), UUID(int=72)]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

Database = psycopg.Connection[tuple[object, ...]]

# Days and moments that meet at the bounds of windows, midnight in Bangkok among them; equal moments come up often.
days = st.sampled_from([0, 0, 1, 2, 3, 5, 30, 31, 60, 61, 90, 400, -1])
seconds = st.sampled_from([0, 1, 60, 3600, 3600 * 7, 86_399])
moments = st.builds(
    lambda ago, second: datetime(2026, 11, 22, tzinfo=BANGKOK) - timedelta(days=ago) + timedelta(seconds=second),
    days,
    seconds,
)
amounts = st.decimals(-5, 300, places=2) | st.sampled_from(
    [Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal(100)]
)
channels = st.sampled_from(["", "LINE", "line", "หน้าร้าน", "หน้าร้านน้ำ", "Web%", "O'x"])
orders = st.fixed_dictionaries(
    {
        "ordered_at": moments, "total": st.none() | amounts, "channel": channels,
        "way": st.sampled_from([None, "", "post", "own"]), "is_gift": st.sampled_from([None, True, False]),
    }
)  # fmt: skip
property_values = {
    "price": st.sampled_from([None, "5", True]) | st.integers(-3, 3) | st.decimals(-3, 3, places=2).map(float),
    "page": st.sampled_from([None, "", "/", "ราคา", "PRICE", "price", 7, ["a"], {"a": 1}]),
    "is_new": st.sampled_from([None, True, False, "true", 1]),
    "until": st.sampled_from(
        [None, "", "2026-11-22", "2026-11-21T17:00:00Z", "2026-11-22T00:00:00.5+07:00", "2026-02-30T00:00:00Z", 5]
    ),
    "it's": st.sampled_from([None, "a\\b", 'q"', "%"]),
}
events = st.fixed_dictionaries(
    {
        "at": moments,
        "name": st.sampled_from(["Looked", "looked", "Bought", "ดูสินค้า"]),
        "properties": st.dictionaries(st.sampled_from(list(property_values)), st.none(), max_size=3).flatmap(
            lambda names: st.fixed_dictionaries({name: property_values[name] for name in names})
        ),
    }
)
people = st.fixed_dictionaries(
    {
        "name": st.sampled_from([None, "", "สมชาย", "สมหญิง"]),
        "orders": st.lists(orders, max_size=5),
        "events": st.lists(events, max_size=5),
        "segments": st.sets(st.sampled_from(SEGMENTS)),
    }
)

_bare = {"is_known": None, "is_unknown": None}
_text = st.sampled_from(["contains", "is", "is_not", "not_contains", "starts_with"])
_amount = st.sampled_from(["at_least", "at_most", "greater", "less", "is", "is_not"])
number_values = st.integers(-2, 4) | st.sampled_from(["0.1", "0.3", "100", "150.5"])


def asks(name: str, kind: str | None = None, operators: Any = _text, values: Any = None) -> Any:
    typed = {"type": kind} if kind else {}
    return st.one_of(
        st.builds(lambda op, value: {"field": name, **typed, "operator": op, "value": value}, operators, values),
        st.sampled_from([{"field": name, **typed, "operator": op} for op in _bare]),
    )


some_texts = st.sampled_from(["line", "LINE", "หน้าร้าน", "น", "%", "'", "price", "a\\b", "/"])
some_days = st.sampled_from(["2026-11-22", "2026-11-21", "2026-10-22"])
temporal = st.sampled_from(["on", "before", "after"])
of_orders = st.one_of(
    asks("total", None, _amount, number_values),
    asks("channel", None, _text, some_texts),
    asks("way", None, st.sampled_from(["is", "is_not"]), st.sampled_from(["post", "own"])),
    asks("ordered_at", None, temporal, some_days),
    st.sampled_from([{"field": "is_gift", "operator": op} for op in ("is_true", "is_false", "is_known", "is_unknown")]),
)
of_events = st.one_of(
    st.sampled_from([{"field": "name", "operator": "is", "value": name} for name in ("Looked", "BOUGHT", "ดูสินค้า")]),
    asks("properties.price", "number", _amount, number_values),
    asks("properties.page", "text", _text, some_texts),
    asks("properties.until", "datetime", temporal, some_days),
    asks("properties.it's", "text", _text, some_texts),
    st.sampled_from(
        [{"field": "properties.is_new", "type": "boolean", "operator": op} for op in ("is_true", "is_false")]
    ),
)


def grouped(leaf: Any, leaves: int) -> Any:
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(lambda word, parts: {word: parts}, st.sampled_from(["and", "or"]), st.lists(inner, max_size=2))
            | st.builds(lambda part: {"not": part}, inner)
        ),
        max_leaves=leaves,
    )


wheres = {"orders": grouped(of_orders, 2), "events": grouped(of_events, 2)}
windows = st.sampled_from(
    [None, None, {"days": 0}, {"days": 1}, {"days": 30}, {"days": 90}, {"before_days": 60, "after_days": 30},
     {"from": "2026-11-21", "to": "2026-11-22"}, {"from": "2026-10-22"}, {"to": "2026-11-20"}]
)  # fmt: skip
fields = {
    "orders": [("total", None), ("channel", None), ("is_gift", None)],
    "events": [("properties.price", "number"), ("properties.page", "text")],
}


@st.composite
def measures(draw: st.DrawFn) -> dict[str, object]:
    rows = draw(st.sampled_from(["orders", "events"]))
    reckoning = draw(
        st.sampled_from(
            [
                "count",
                "count",
                "sum",
                "average",
                "minimum",
                "maximum",
                "distinct",
                "days_since_last",
                "days_since_first",
            ]
        )
    )
    document: dict[str, object] = {"related": rows, "measure": reckoning}
    if reckoning not in ("count", "days_since_last", "days_since_first"):
        numeric = fields[rows][:1]
        name, kind = draw(st.sampled_from(fields[rows] if reckoning == "distinct" else numeric))
        document |= {"field": name} | ({"type": kind} if kind else {})
    if draw(st.booleans()):
        document["where"] = draw(wheres[rows])
    window = draw(windows)
    if window:
        document["within"] = window
    if reckoning in ("count", "sum", "average", "distinct") and draw(st.integers(0, 3)) == 0:
        document |= {"operator": draw(st.sampled_from(["falls_by", "rises_by"]))}
        document |= {"value": draw(st.sampled_from([1, 50, 100, "33.3"]))}
        if not (window and window.get("days")):
            document["compared_with"] = draw(windows.filter(bool))
        return document
    is_total = reckoning in ("count", "sum", "distinct")
    operator = draw(_amount | st.just("between") | (st.nothing() if is_total else st.sampled_from(list(_bare))))
    document["operator"] = operator
    values = st.integers(0, 90) if reckoning.startswith("days") else number_values
    if operator == "between":
        document["value"] = sorted([draw(values), draw(values)], key=Decimal)
    elif operator not in _bare:
        document["value"] = draw(values)
    return document


@st.composite
def sequences(draw: st.DrawFn) -> dict[str, object]:
    def step() -> dict[str, object]:
        rows = draw(st.sampled_from(["orders", "events"]))
        return {"related": rows, "where": draw(wheres[rows])} if draw(st.booleans()) else {"related": rows}

    document: dict[str, object] = {"sequence": [step(), step()]}
    if draw(st.booleans()):
        document["apart"] = draw(st.sampled_from([{"days": 1}, {"days": 30}, {"hours": 1}, {"minutes": 1}]))
    if draw(st.booleans()):
        document["without"] = step()
    window = draw(windows)
    return document | ({"within": window} if window else {})


documents = grouped(
    st.one_of(
        measures(),
        measures(),
        sequences(),
        st.sampled_from([{"in_segment": str(one)} for one in SEGMENTS]),
        st.just({"field": "name", "operator": "contains", "value": "สม"}),
    ),
    4,
)


@pytest.fixture(scope="module", autouse=True)
def known_segments() -> Any:
    before = segments.use(
        segments.Segments(
            of="guests",
            name=lambda one: {SEGMENTS[0]: "ประจำ", SEGMENTS[1]: "ใหม่"}.get(one),
            tree=lambda one: None,
            rows=lambda one: (
                "EXISTS (SELECT 1 FROM shop_member m WHERE m.workspace_id = shop_guest.workspace_id"
                " AND m.guest_id = shop_guest.id AND m.segment_id = %s)",
                [one],
            ),
            columns=lambda one, workspace: (
                f"SELECT m.guest_id FROM shop_member AS m WHERE m.workspace_id = '{workspace}' AND m.segment_id = '{one}'"
            ),
        )
    )
    yield
    segments.use(before)


@pytest.fixture(scope="module")
def guests(database: Database) -> Any:
    database.execute(shop.SCHEMA)
    database.commit()
    yield database
    database.rollback()
    database.execute("DROP TABLE shop_guest, shop_contact, shop_order, shop_event, shop_member")
    database.commit()


def tree_of(document: object) -> Node:
    return parse({"version": 1, "where": document}, GUEST, Clerk())


def ids_of(everybody: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(int=100 + index) for index in range(len(everybody))]


def named_by_oracle(tree: Node, everybody: list[dict[str, Any]]) -> set[UUID]:
    return {
        id_
        for id_, one in zip(ids_of(everybody), everybody, strict=True)
        if holds(
            tree, GUEST, one, NOW, BANGKOK,
            rows={"orders": one["orders"], "events": one["events"]}, is_member=one["segments"].__contains__,
        )
    }  # fmt: skip


def fill(cursor: psycopg.Cursor[tuple[object, ...]], everybody: list[dict[str, Any]]) -> None:
    """The people in tables, and rows of nobody and of another workspace beside them, which count for nothing."""
    for id_, one in zip(ids_of(everybody), everybody, strict=True):
        cursor.execute(
            "INSERT INTO shop_guest (id, workspace_id, name) VALUES (%s, %s, %s)", [id_, shop.WORKSPACE, one["name"]]
        )
        for workspace, owner in ((shop.WORKSPACE, id_), (shop.OTHER_WORKSPACE, id_), (shop.WORKSPACE, None)):
            rows = one["orders"] if owner and workspace == shop.WORKSPACE else one["orders"][:1]
            if rows:
                cursor.executemany(
                    "INSERT INTO shop_order (workspace_id, guest_id, ordered_at, total, channel, way, is_gift)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    [
                        [workspace, owner, *(row[k] for k in ("ordered_at", "total", "channel", "way", "is_gift"))]
                        for row in rows
                    ],
                )
        if one["events"]:
            cursor.executemany(
                "INSERT INTO shop_event (workspace_id, guest_id, at, name, properties) VALUES (%s, %s, %s, %s, %s)",
                [[shop.WORKSPACE, id_, row["at"], row["name"], json.dumps(row["properties"])] for row in one["events"]],
            )
        for segment in one["segments"]:
            cursor.execute("INSERT INTO shop_member VALUES (%s, %s, %s)", [shop.WORKSPACE, segment, id_])


def found_by_postgres(
    database: Database, trees: list[Node], everybody: list[dict[str, Any]]
) -> list[list[set[object]]]:
    """For each condition whom PostgreSQL finds, record by record and all at once."""
    with database.cursor() as cursor:
        fill(cursor, everybody)
        answers = []
        for tree in trees:
            both = []
            for is_whole in (False, True):
                sql, params = emit(tree, WHOLE, NOW, BANGKOK, is_whole=is_whole)
                cursor.execute(f"SELECT id FROM shop_guest WHERE {sql}", params)
                both.append({row[0] for row in cursor.fetchall()})
            answers.append(both)
    database.rollback()
    return answers


def check(database: Database, documents: list[object], everybody: list[dict[str, Any]]) -> None:
    trees = [tree_of(document) for document in documents]
    for tree, (one_by_one, at_once) in zip(trees, found_by_postgres(database, trees, everybody), strict=True):
        wanted = named_by_oracle(tree, everybody)
        assert one_by_one == wanted, to_json(tree)
        assert at_once == wanted, to_json(tree)
        assert parse(json.loads(json.dumps(to_json(tree))), GUEST, Clerk()) == tree


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(documents=st.lists(documents, min_size=4, max_size=4), everybody=st.lists(people, min_size=2, max_size=6))
def test_postgres_finds_whom_the_oracle_names(
    guests: Database, documents: list[object], everybody: list[dict[str, Any]]
) -> None:
    check(guests, documents, everybody)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=QUIET)
@given(documents=st.lists(documents, min_size=4, max_size=4), everybody=st.lists(people, min_size=2, max_size=6))
def test_postgres_finds_whom_the_oracle_names_at_length(
    guests: Database, documents: list[object], everybody: list[dict[str, Any]]
) -> None:
    check(guests, documents, everybody)


# Hypothesis finds the odd; that every reckoning meets every window and operator is seen to here, over a crowd made once.


def crowd(people_count: int) -> list[dict[str, Any]]:
    """People with a few rows each, on and around the bounds."""
    chance = random.Random(11)
    moments = [
        datetime(2026, 11, 22, tzinfo=BANGKOK) - timedelta(days=ago) + timedelta(seconds=second)
        for ago in (-1, 0, 1, 2, 29, 30, 31, 59, 60, 61, 89, 90, 91)
        for second in (0, 0, 60, 86_399)
    ]

    def order() -> dict[str, Any]:
        return {
            "ordered_at": chance.choice(moments),
            "total": chance.choice(
                [None, *(Decimal(one) for one in ("-5", "0", "0.1", "0.2", "0.3", "1", "1", "100", "150.5"))]
            ),
            "channel": chance.choice(["", "LINE", "line", "หน้าร้าน", "Web%"]),
            "way": chance.choice([None, "", "post", "own"]),
            "is_gift": chance.choice([None, True, False]),
        }

    def event() -> dict[str, Any]:
        properties = {
            "price": chance.choice([None, "5", True, 0, 1, 1, 0.1, 0.3, 2.5, -3]),
            "page": chance.choice([None, "", "/", "ราคา", "PRICE", 7, ["a"]]),
        }
        left = {name: value for name, value in properties.items() if chance.random() < 0.7}
        return {"at": chance.choice(moments), "name": chance.choice(["Looked", "Bought"]), "properties": left}

    return [
        {
            "name": chance.choice([None, "", "สมชาย"]),
            "orders": [order() for _ in range(chance.choice([0, 1, 2, 3, 6]))],
            "events": [event() for _ in range(chance.choice([0, 1, 2, 3, 6]))],
            "segments": {one for one in SEGMENTS if chance.random() < 0.3},
        }
        for _ in range(people_count)
    ]


NUMBERS = [0, 1, 2, 3, 30, 60, "0.1", "0.3", "1.5", 100]
WHERES: dict[str, list[dict[str, object] | None]] = {
    "orders": [
        None,
        None,
        {"field": "channel", "operator": "is", "value": "line"},
        {"field": "way", "operator": "is_unknown"},
    ],
    "events": [None, None, {"field": "name", "operator": "is", "value": "looked"}],
}
WINDOWS = [None, {"days": 0}, {"days": 30}, {"days": 60}, {"before_days": 60, "after_days": 30}, {"to": "2026-11-21"}]


def every_measure(times: int) -> list[dict[str, object]]:
    """Each measure with each window and operator, `times` over with other values."""
    chance = random.Random(13)
    found: list[dict[str, object]] = []
    for _turn, rows, reckoning, window in product(range(times), fields, Reckoning, WINDOWS):
        document: dict[str, object] = {"related": rows, "measure": reckoning.value}
        if reckoning.needs_field:
            name, kind = chance.choice(fields[rows]) if reckoning is Reckoning.DISTINCT else fields[rows][0]
            document |= {"field": name} | ({"type": kind} if kind else {})
        if where := chance.choice(WHERES[rows]):
            document["where"] = where
        if window:
            document["within"] = window
        for operator in measure_operators(reckoning):
            values = [one for one in NUMBERS if isinstance(one, int)] if reckoning.is_of_time else NUMBERS
            pair = sorted(chance.sample(values, 2), key=Decimal)
            value = {Operator.BETWEEN: pair, Operator.IS_KNOWN: None, Operator.IS_UNKNOWN: None}.get(operator, pair[1])
            found.append(document | {"operator": operator.value} | ({} if value is None else {"value": value}))
        if reckoning in (Reckoning.COUNT, Reckoning.SUM, Reckoning.AVERAGE, Reckoning.DISTINCT):
            for trend in Trend:
                changing = document | {"operator": trend.value, "value": chance.choice([1, 50, "33.3", 100])}
                if not (window and "days" in window and window["days"]):
                    changing["compared_with"] = chance.choice(
                        [{"before_days": 90, "after_days": 30}, {"to": "2026-10-22"}]
                    )
                found.append(changing)
    for _turn, first, then, without in product(range(6 * times), WHERES, WHERES, (None, *WHERES)):
        steps = [
            {"related": rows} | ({"where": where} if (where := chance.choice(WHERES[rows])) else {})
            for rows in (first, then, without)
            if rows
        ]
        sequence: dict[str, object] = {"sequence": steps[:2]} | ({"without": steps[2]} if without else {})
        if apart := chance.choice([None, {"days": 1}, {"days": 30}, {"minutes": 1}]):
            sequence["apart"] = apart
        found.append(sequence | ({"within": window} if (window := chance.choice(WINDOWS)) else {}))
    return found


def test_every_measure_window_and_operator(guests: Database) -> None:
    everybody = crowd(60)
    documents: list[object] = [*every_measure(1)]
    check(guests, documents, everybody)
    named = [len(named_by_oracle(tree_of(document), everybody)) for document in documents]
    assert sum(0 < count < len(everybody) for count in named) > len(named) / 2, "most of them tell people apart"
