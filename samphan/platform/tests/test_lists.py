"""The list engine over a real table: pages both ways, filters, counts, export, and addresses that lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connections, models
from django.test.utils import CaptureQueriesContext

from samphan.platform import counts, lists, rls
from samphan.platform.catalogue import Operator
from samphan.platform.conditions import And, Comparison, ConditionProblem, Not, Or
from samphan.platform.conditions.tests import shop
from samphan.platform.conditions.tests.shop import GUEST, OTHER_WORKSPACE, WORKSPACE, Clerk
from samphan.platform.conditions.tests.throwaway import throwaway_postgres
from samphan.platform.counts import Count
from samphan.platform.lists import ListState

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
WHEN: dict[str, Any] = {"now": NOW, "zone": BANGKOK}
GUESTS = 230


class Guest(models.Model):
    id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()

    objects: models.Manager[Guest] = models.Manager()

    class Meta:
        app_label = "platform_lists_tests"
        db_table = "shop_guest"
        managed = False


def guest_rows() -> Iterator[list[object]]:
    for index in range(GUESTS):
        row = {
            # Many ties and many without a value: what keyset paging goes wrong on.
            "name": None if index % 7 == 0 else f"สมชาย {index % 20:02}",
            "spent": None if index % 5 == 0 else (index % 11) * 100,
            "seen_at": None if index % 3 == 0 else NOW - timedelta(days=index % 40, microseconds=index % 2),
            "stage": ("lead", "regular", None)[index % 3],
        }
        yield [UUID(int=(1 << 100) + index * 7919 % 1000), WORKSPACE, *shop.insert_values(row)]
    yield [UUID(int=5), OTHER_WORKSPACE, *shop.insert_values({"name": "ของบริษัทอื่น"})]


@pytest.fixture(scope="module")
def using(request: pytest.FixtureRequest) -> Iterator[str]:
    """The alias of a database that holds the guests."""
    with ExitStack() as stack:
        dsn = stack.enter_context(throwaway_postgres())
        with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
            cursor.execute(shop.SCHEMA)
            cursor.executemany(shop.insert_sql(), list(guest_rows()))
            for name in rls.LEAKPROOF:
                cursor.execute(f"ALTER FUNCTION pg_catalog.{name} LEAKPROOF")
            cursor.execute("CREATE ROLE app NOBYPASSRLS")
            for table in ("shop_guest", "shop_contact"):
                cursor.execute(f"GRANT SELECT ON {table} TO app")
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
                cursor.execute(
                    f"CREATE POLICY wall ON {table} USING"
                    " (workspace_id = nullif(current_setting('samphan.workspace', true), '')::uuid)"
                )
            cursor.execute("INSERT INTO shop_contact SELECT workspace_id, id, 'phone', '0812345678' FROM shop_guest")
        options = dict(part.split("=", 1) for part in dsn.split())
        connections.databases["throwaway"] = connections.databases["default"] | {
            "NAME": options["dbname"], "USER": options["user"], "HOST": options["host"], "PORT": "", "OPTIONS": {},
            "CONN_MAX_AGE": 0,
        }  # fmt: skip
        blocker = request.getfixturevalue("django_db_blocker")
        if blocker is not None:
            stack.enter_context(blocker.unblock())
        stack.callback(connections.databases.pop, "throwaway")
        stack.callback(lambda: connections["throwaway"].close())
        yield "throwaway"


@pytest.fixture
def guests(using: str) -> models.QuerySet[Guest]:
    return Guest.objects.using(using).filter(workspace_id=WORKSPACE)


def state_of(query: str, **changes: Any) -> ListState:
    return replace(ListState.parse(query, GUEST, Clerk()), **changes)


def walk(guests: models.QuerySet[Guest], state: ListState) -> list[lists.Page]:
    pages = [lists.page(guests, state, Clerk(), **WHEN)]
    while pages[-1].next_cursor:
        pages.append(lists.page(guests, replace(state, cursor=pages[-1].next_cursor), Clerk(), **WHEN))
    return pages


SORTS = [
    "",
    "sort=name",
    "sort=-name",
    "sort=spent",
    "sort=-seen_at",
    "sort=spent,-seen_at",
    "sort=-name,spent,-seen_at",
]


@pytest.mark.parametrize("query", SORTS)
def test_pages_show_every_row_once_in_order(guests: models.QuerySet[Guest], query: str) -> None:
    ids = [row["id"] for page in walk(guests, state_of(query, size=17)) for row in page.rows]
    assert len(ids) == len(set(ids)) == GUESTS
    whole = lists.page(guests, state_of(query, size=1000), Clerk(), **WHEN)
    assert ids == [row["id"] for row in whole.rows]
    assert whole.exact_count == GUESTS


@pytest.mark.parametrize("query", SORTS)
def test_going_back_shows_the_pages_that_were_seen(guests: models.QuerySet[Guest], query: str) -> None:
    state = state_of(query, size=50)
    pages = walk(guests, state)
    assert pages[0].previous_cursor is None
    page = pages[-1]
    for seen in reversed(pages[:-1]):
        assert page.previous_cursor is not None
        page = lists.page(guests, replace(state, cursor=page.previous_cursor), Clerk(), **WHEN)
        assert page.rows == seen.rows
        assert page.next_cursor is not None
    assert page.previous_cursor is None


def test_sorts_those_without_a_value_as_declared(guests: models.QuerySet[Guest]) -> None:
    rows = lists.page(guests, state_of("sort=-seen_at&columns=seen_at", size=1000), Clerk(), **WHEN).rows
    seen = [row["seen_at"] for row in rows]
    known = [moment for moment in seen if moment is not None]
    assert seen == sorted(known, reverse=True) + [None] * (len(seen) - len(known))


def test_a_page_is_one_select(guests: models.QuerySet[Guest], using: str) -> None:
    state = state_of("f=spent:at_least:300&columns=name,phone&sort=-spent")
    with CaptureQueriesContext(connections[using]) as queries:
        page = lists.page(guests, state, Clerk(), **WHEN)
    assert len(queries) == 1
    assert page.columns == ("name", "phone")
    assert page.rows[0]["phone"] == ["0812345678"]


@pytest.mark.parametrize("query", ["sort=name", "sort=-name", "sort=-seen_at", "sort=spent"])
def test_a_later_page_is_a_range_of_the_index(guests: models.QuerySet[Guest], using: str, query: str) -> None:
    state = state_of(query, size=20)
    first = lists.page(guests, state, Clerk(), **WHEN)
    with CaptureQueriesContext(connections[using]) as queries:
        lists.page(guests, replace(state, cursor=first.next_cursor or ""), Clerk(), **WHEN)
    with connections[using].cursor() as cursor:
        # As the application's role: row-level security switches indexes off for whatever is not leakproof.
        cursor.execute("SET ROLE app")
        cursor.execute("SELECT set_config('samphan.workspace', %s, false)", [str(WORKSPACE)])
        for kind in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET enable_{kind} = off")
        cursor.execute("EXPLAIN " + queries[0]["sql"].replace("%", "%%"))
        plan = "\n".join(line[0] for line in cursor.fetchall())
        cursor.execute("RESET ALL")
        cursor.execute("RESET ROLE")
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "ROW(" in condition
    assert "Sort" not in plan


def test_filters_by_a_nested_condition(guests: models.QuerySet[Guest]) -> None:
    where = Or((Comparison("stage", Operator.IS, "regular"), Not(Comparison("name", Operator.IS_KNOWN))))
    rows = lists.page(guests, state_of("columns=stage,name", where=where, size=1000), Clerk(), **WHEN).rows
    assert rows
    assert all(row["stage"] == "regular" or row["name"] is None for row in rows)


def test_filters_by_child_rows_and_like_wildcards(guests: models.QuerySet[Guest]) -> None:
    found = lists.page(guests, state_of("f=phone:contains:081-234&f=name:contains:100%25"), Clerk(), **WHEN)
    assert found.rows == []
    assert lists.page(guests, state_of("f=phone:contains:081-234"), Clerk(), **WHEN).rows


def test_the_address_holds_the_whole_state() -> None:
    query = "columns=name,stage&sort=-spent,name&f=stage:is_any_of:lead,lost&f=name:contains:a:b,c&size=100"
    state = ListState.parse(query, GUEST, Clerk())
    assert state.notices == ()
    assert ListState.parse(state.to_query(), GUEST, Clerk()) == state
    nested = replace(state, where=Or((state.where, Comparison("is_vip", Operator.IS_TRUE))))
    assert ListState.parse(nested.to_query(), GUEST, Clerk()) == nested
    assert ListState.parse("", GUEST, Clerk()).to_query() == ""


def test_a_change_of_state_goes_back_to_the_first_page() -> None:
    state = state_of("sort=name", cursor="abc")
    assert "cursor" in parse_qs(state.to_query())
    assert "cursor" not in parse_qs(state.to_query(sort=(("spent", True),)))


@pytest.mark.parametrize(
    "query",
    ["columns=shoe_size,name", "sort=shoe_size", "sort=stage", "f=shoe_size:is:1", "f=stage:is:unheard", "f=stage",
     "f=spent:at_least:lots", "where={", "where=" + "[" * 5000, 'where={"version":9}', "q=สมชาย", "f=name:is:%00",
     "f=born:on:2026-02-31"],
)  # fmt: skip
def test_drops_what_it_cannot_use_with_a_notice(query: str) -> None:
    state = ListState.parse(query, GUEST, Clerk())
    assert len(state.notices) == 1
    assert state.where == And()
    assert state.get_sort() == GUEST.default_sort


def test_a_masked_field_is_answered_like_one_that_does_not_exist(guests: models.QuerySet[Guest]) -> None:
    clerk = Clerk(frozenset({"financial"}))
    query = "columns=name,spent&sort=-spent&f=spent:at_least:100"
    state = ListState.parse(query, GUEST, clerk)
    assert len(state.notices) == 3
    shown = lists.page(guests, state, clerk, **WHEN)
    assert shown.columns == ("name",)
    # A state made by somebody who may read it gives nothing away either.
    whole = ListState.parse(query, GUEST, Clerk())
    with pytest.raises(ConditionProblem):
        lists.page(guests, whole, clerk, **WHEN)
    unfiltered = lists.page(guests, replace(whole, where=And()), clerk, **WHEN)
    assert unfiltered.columns == ("name",)


@pytest.mark.parametrize("cursor", ["x", "eyJ9", "%00", "a:b:c", "." * 5000])
def test_a_damaged_cursor_shows_the_first_page(guests: models.QuerySet[Guest], cursor: str) -> None:
    state = state_of("sort=name")
    first = lists.page(guests, state, Clerk(), **WHEN)
    forged = (first.next_cursor or "")[:-2] + "AA"
    for damaged in (cursor, forged):
        shown = lists.page(guests, replace(state, cursor=damaged), Clerk(), **WHEN)
        # A cursor is signed with the second in which it was made.
        assert replace(shown, next_cursor="") == replace(first, next_cursor="")


def test_a_cursor_of_another_order_shows_the_first_page(guests: models.QuerySet[Guest]) -> None:
    by_name = lists.page(guests, state_of("sort=name"), Clerk(), **WHEN)
    by_spent = state_of("sort=spent")
    shown = lists.page(guests, replace(by_spent, cursor=by_name.next_cursor or ""), Clerk(), **WHEN)
    # A cursor is signed with the second in which it was made.
    assert replace(shown, next_cursor="") == replace(lists.page(guests, by_spent, Clerk(), **WHEN), next_cursor="")


def test_counts_exactly_what_is_cheap(guests: models.QuerySet[Guest]) -> None:
    assert lists.about_count(guests, state_of(""), Clerk(), **WHEN) == Count(GUESTS, is_exact=True)
    filtered = state_of("f=stage:is:lead")
    assert lists.about_count(guests, filtered, Clerk(), **WHEN) == Count(77, is_exact=True)


def test_estimates_what_is_beyond_the_cap(
    guests: models.QuerySet[Guest], using: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("ANALYZE shop_guest")
    monkeypatch.setattr(counts, "CAP", 100)
    count = lists.about_count(guests, state_of(""), Clerk(), **WHEN)
    assert not count.is_exact
    assert 200 <= count.value <= 260


def test_a_count_that_takes_long_is_given_up(
    guests: models.QuerySet[Guest], using: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "TIMEOUT_MS", 20)
    slow = guests.filter(lists._condition("pg_sleep(0.01) IS NOT NULL", ()))
    assert not lists.about_count(slow, state_of(""), Clerk(), **WHEN).is_exact
    with connections[using].cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_count_comes_back_on_a_machine_so_busy_that_going_back_takes_too_long_as_well(
    guests: models.QuerySet[Guest], using: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_back, tries = counts.transaction.savepoint_rollback, []

    def slowly(savepoint: str, using: str) -> None:
        tries.append(savepoint)
        if len(tries) < 3:
            raise counts.OperationalError("canceling statement due to statement timeout")
        going_back(savepoint, using=using)

    monkeypatch.setattr(counts.transaction, "savepoint_rollback", slowly)
    assert lists.about_count(guests, state_of(""), Clerk(), **WHEN).is_exact
    assert len(tries) == 3
    with connections[using].cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(1234, True), "1,234"),
        (Count(12_345, False), "about 12,000"),
        (Count(1_234_567, False), "about 1.2 million"),
        (Count(1_000_100, False), "about 1 million"),
        (Count(23_456_789, False), "about 23 million"),
        (Count(0, False), "about 0"),
    ],
)
def test_words_an_estimate_with_two_figures(count: Count, words: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert count.words() == words


def test_exports_every_row_once_in_chunks(guests: models.QuerySet[Guest]) -> None:
    state = state_of("columns=name,spent&sort=-spent")
    chunks = list(lists.select_rows(guests, state, Clerk(), chunk=40, **WHEN))
    assert [len(chunk) for chunk in chunks] == [40, 40, 40, 40, 40, 30]
    shown = lists.page(guests, replace(state, size=1000), Clerk(), **WHEN)
    assert [row for chunk in chunks for row in chunk] == [(row["name"], row["spent"]) for row in shown.rows]
