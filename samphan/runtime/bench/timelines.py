"""The timeline of a customer with ten thousand entries, page by page to its end."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from psycopg import sql

from samphan.config.environment import load_environment
from samphan.runtime.bench.browser import Browser
from samphan.runtime.bench.measuring import Result, measure
from samphan.runtime.bench.stage import Stage
from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import EmbeddedPostgres

ENTRIES_A_REQUEST = 50  # 10,000 for a full measurement; half orders of two lines, half edits
PART = "timeline-older"
_RECORD = re.compile(r'data-row="?([0-9a-f-]{36})')
_OLDER = re.compile(r'id="timeline-older"><a [^>]*hx-get="([^"]+)"')
_MARK = '{"bench": "timeline"}'
_OURS = "SELECT id FROM platform_changeset WHERE note = %s::jsonb"

_ACTS = """
INSERT INTO platform_changeset (id, workspace_id, kind, note, at)
SELECT samphan_uuid7(), %(workspace)s, 'customers.customer_edited', %(mark)s::jsonb, now() - n * interval '7 minutes'
  FROM generate_series(1, %(count)s) AS n
"""
_ORDERS = """
WITH act AS (SELECT id FROM platform_changeset WHERE note = %(mark)s::jsonb LIMIT 1), made AS (
    INSERT INTO commerce_order
           (id, workspace_id, created_at, created_in, number, customer_id, ordered_at, channel, currency, total, line_count)
    SELECT samphan_uuid7(), %(workspace)s, now(), act.id, 'BENCH-' || n, %(customer)s,
           now() - n * interval '7 minutes 3 seconds', 'หน้าร้านอารีย์', 'THB', 760, 2
      FROM act, generate_series(1, %(count)s) AS n RETURNING id, created_in)
INSERT INTO commerce_orderline
       (id, workspace_id, created_at, created_in, order_id, position, sku, description, quantity, unit_price)
SELECT samphan_uuid7(), %(workspace)s, now(), made.created_in, made.id, position, 'CF-01', 'ดอยหมอกเบลนด์ คั่วกลาง 250 ก.', 1, 380
  FROM made, generate_series(1, 2) AS position
"""


def run(stage: Stage) -> list[Result]:
    """`record`: the newest records; `timeline_page`: one full timeline from its newest to its oldest page, every second one."""
    browser = stage.browser()
    try:
        records = list(dict.fromkeys(_RECORD.findall(browser.get("/customers/").decode())))
        if not records:
            raise RuntimeProblem("The list of customers shows no records.")
        results = [
            measure("record", [f"/customers/{record}/" for record in records], browser.get, times=stage.requests)
        ]
        entries = stage.requests * ENTRIES_A_REQUEST
        with _full_timeline(stage, UUID(records[0]), entries):
            pages = _walk(browser, f"/customers/{records[0]}/timeline/", entries)
            results.append(
                measure("timeline_page", pages[::2], lambda path: browser.get(path, target=PART), times=stage.requests)
            )
    finally:
        browser.close()
    for result in results:
        stage.say(f"{result.op}: p50 {result.p50_ms} ms, p95 {result.p95_ms} ms")
    return results


def _walk(browser: Browser, path: str, entries: int) -> list[str]:
    """The addresses of all pages, each from the one before."""
    pages = [path]
    while older := _OLDER.search(browser.get(pages[-1], target=PART).decode()):
        pages.append(html.unescape(older[1]))
    if len(pages) < entries // 40:
        raise RuntimeProblem(f"The timeline ended after {len(pages)} pages.")
    return pages


@contextmanager
def _full_timeline(stage: Stage, customer: UUID, entries: int) -> Iterator[None]:
    """Give one customer the entries for the length of the block; what an aborted run left goes away first."""
    server = EmbeddedPostgres(stage.home, load_environment(stage.variables).postgres_bin)
    with server.superuser() as connection:
        # Neither history nor events of what is no work of anybody.
        connection.execute("SET session_replication_role = replica")
        _remove(connection)
        try:
            with connection.transaction():
                _fill(connection, customer, entries)
            yield
        finally:
            _remove(connection)


def _fill(connection: psycopg.Connection[tuple[object, ...]], customer: UUID, entries: int) -> None:
    row = connection.execute("SELECT workspace_id FROM customers_customer WHERE id = %s", [customer]).fetchone()
    if row is None:
        raise RuntimeProblem("The customer of the list is not in the database.")
    values = {"workspace": row[0], "customer": customer, "count": entries // 2, "mark": _MARK}
    connection.execute(_ACTS, values)
    connection.execute(_ORDERS, values)
    columns = [
        str(name)
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'customers_customerhistory' AND column_name NOT LIKE 'pgh%' AND column_name <> 'nickname'"
        )
    ]
    kept = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    states = sql.SQL(
        "INSERT INTO customers_customerhistory"
        " (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, nickname, {kept})"
        " SELECT act.at, 'update', c.id, act.id, 'แพร' || row_number() OVER (ORDER BY act.at), {values}"
        " FROM customers_customer c CROSS JOIN platform_changeset act"
        " WHERE c.id = %(customer)s AND act.note = %(mark)s::jsonb ORDER BY act.at"
    ).format(kept=kept, values=sql.SQL(", ").join(sql.SQL("c.{}").format(sql.Identifier(name)) for name in columns))
    connection.execute(states, values)


def _remove(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with connection.transaction():
        for table, column in (
            ("commerce_orderline", "created_in"),
            ("commerce_order", "created_in"),
            ("customers_customerhistory", "pgh_context_id"),
        ):
            deleting = sql.SQL("DELETE FROM {} WHERE {} IN (" + _OURS + ")")
            connection.execute(deleting.format(sql.Identifier(table), sql.Identifier(column)), [_MARK])
        connection.execute("DELETE FROM platform_changeset WHERE note = %s::jsonb", [_MARK])
