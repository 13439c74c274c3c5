"""Who buys how much: the one query behind the figures, the chart, the table and the grades of "best customers"."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from samphan.customers import names
from samphan.customers.models import Customer
from samphan.insights.periods import Period
from samphan.platform.access import Reach, Viewer
from samphan.platform.changes.models import Changeset

POINTS = 100  # of the curve at most
TOP_COUNT = 50
TOP_SHARE = Decimal("0.2")
GRADES = (("A", Decimal("0.50")), ("B", Decimal("0.80")), ("C", Decimal("0.95")), ("D", Decimal(1)))
"""Each grade and the cumulative share of sales at which it ends."""

KEEP_FROM_SECONDS = 0.1  # a summary that took longer is kept
KEEP_SECONDS = 7 * 24 * 3600


class Point(msgspec.Struct, frozen=True):
    """The first `customers` customers bought for `sales`; each of them for at least `from_amount`."""

    customers: int
    sales: Decimal
    from_amount: Decimal


class Band(msgspec.Struct, frozen=True):
    """The customers of one grade: those who bought for at least `from_amount` and are in no better grade.

    `below_amount` is where the better grade begins, None for A.
    """

    grade: str
    customers: int
    sales: Decimal
    from_amount: Decimal
    below_amount: Decimal | None = None


class Best(msgspec.Struct, frozen=True):
    """One of the best customers: place, sum and number of orders in the period, sum of all up to here."""

    rank: int
    customer_id: UUID
    amount: Decimal
    orders: int
    running: Decimal


class Summary(msgspec.Struct, frozen=True):
    """Everything that "best customers" shows of one period. Amounts in THB; see `metrics` for each definition."""

    as_of: datetime
    seconds: float
    stamp: str
    customers: int
    known_sales: Decimal
    returning_customers: int
    returning_sales: Decimal
    anonymous_orders: int
    anonymous_sales: Decimal
    all_orders: int
    all_sales: Decimal
    top_customers: int
    top_sales: Decimal
    top_from: Decimal
    points: tuple[Point, ...]
    bands: tuple[Band, ...]
    best: tuple[Best, ...]
    is_stale: bool = False

    @property
    def deleted_sales(self) -> Decimal:
        """What is left of all sales: orders of deleted customers."""
        return self.all_sales - self.known_sales - self.returning_sales - self.anonymous_sales

    @property
    def top_share(self) -> Decimal | None:
        return self.top_sales / self.known_sales if self.known_sales else None

    def share(self, amount: Decimal) -> Decimal:
        """The part of the sales to known customers, 0 to 1."""
        return amount / self.known_sales if self.known_sales else Decimal(0)


@dataclass(frozen=True)
class _Source:
    """Relations of the customers' sums in a period, as SQL: (id, amount, orders), deleted customers left out."""

    sums: str
    params: tuple[object, ...]
    orders_where: str
    orders_params: tuple[object, ...]


def best_customers(viewer: Viewer, period: Period, zone: tzinfo, *, fresh: bool = False) -> Summary:
    """The summary of a period over the customers that the viewer sees, computed now, or kept where computing takes long.

    Who does not reach everybody's has few customers, and nothing of theirs is kept.

    A kept summary of which something may have changed meanwhile says so by `is_stale`; `refresh_summaries` makes it
    anew. :param fresh: compute in any case, and keep it where it took long.
    """
    workspace_id = viewer.workspace_id
    stamp = _stamp(workspace_id)
    if viewer.reach("customers") is not Reach.ALL:
        return _compute(viewer, period, zone, stamp)
    key = f"insights.best_customers:{workspace_id}:{period.key}"
    if not fresh and (kept := cache.get(key)) is not None:
        try:
            summary = msgspec.json.decode(kept, type=Summary)
        except msgspec.DecodeError:  # kept by another version
            pass
        else:
            return msgspec.structs.replace(summary, is_stale=summary.stamp != stamp)
    summary = _compute(viewer, period, zone, stamp)
    if summary.seconds >= KEEP_FROM_SECONDS:
        cache.set(key, msgspec.json.encode(summary), KEEP_SECONDS)
    else:
        cache.delete(key)
    return summary


def _stamp(workspace_id: UUID) -> str:
    """Another one after any act in the workspace."""
    last = Changeset.objects.filter(workspace_id=workspace_id).order_by("-id").values_list("id", flat=True).first()
    return str(last or "")


def _compute(viewer: Viewer, period: Period, zone: tzinfo, stamp: str) -> Summary:
    began = time.perf_counter()
    source = _source(viewer, period, zone)
    curve = _rows(_CURVE.format(sums=source.sums, cases=_GRADE_CASES), [*source.params, POINTS, TOP_SHARE])
    points, bands, top = [], [], (0, Decimal(0), Decimal(0))
    for kind, grade, customers, sales, amount in curve:
        if kind == "point":
            points.append(Point(int(customers), sales, amount))
        elif kind == "band":
            bands.append(Band(grade, int(customers), sales, amount))
        elif customers is not None:
            top = (int(customers), sales, amount)
    points.sort(key=lambda point: point.customers)
    bands.sort(key=lambda band: band.grade)
    bands = [
        msgspec.structs.replace(band, below_amount=bands[index - 1].from_amount if index else None)
        for index, band in enumerate(bands)
    ]
    returning = _rows(
        f"SELECT count(*), coalesce(sum(amount), 0) FROM ({source.sums}) AS bought WHERE amount < 0", source.params
    )[0]
    orders = _rows(
        f"""
        SELECT count(*), coalesce(sum(total), 0),
               count(*) FILTER (WHERE customer_id IS NULL), coalesce(sum(total) FILTER (WHERE customer_id IS NULL), 0)
          FROM commerce_order o WHERE {source.orders_where}
        """,
        source.orders_params,
    )[0]
    best, running = [], Decimal(0)
    top_rows = _rows(
        f"SELECT id, amount, orders FROM ({source.sums}) AS bought WHERE amount > 0"
        " ORDER BY amount DESC, id DESC LIMIT %s",
        [*source.params, TOP_COUNT],
    )
    for rank, (customer_id, amount, count) in enumerate(top_rows, 1):
        running += amount
        best.append(Best(rank, customer_id, amount, int(count), running))
    return Summary(
        as_of=timezone.now(),
        seconds=time.perf_counter() - began,
        stamp=stamp,
        customers=points[-1].customers if points else 0,
        known_sales=points[-1].sales if points else Decimal(0),
        returning_customers=int(returning[0]),
        returning_sales=returning[1],
        all_orders=int(orders[0]),
        all_sales=orders[1],
        anonymous_orders=int(orders[2]),
        anonymous_sales=orders[3],
        top_customers=top[0],
        top_sales=top[1],
        top_from=top[2],
        points=tuple(points),
        bands=tuple(bands),
        best=tuple(best),
    )


def _source(viewer: Viewer, period: Period, zone: tzinfo) -> _Source:
    workspace_id: UUID = viewer.workspace_id
    among, within = "", ()
    if viewer.reach("customers") is not Reach.ALL:
        sql, within = Customer.objects.visible_to(viewer).order_by().values("pk").query.sql_with_params()
        among = f" AND {{column}} IN ({sql})"
    if period.is_all_time:
        # The sums of all time stand on the customers: one walk along the index of total_spent.
        sums = f"""
            SELECT c.id, c.total_spent AS amount, c.order_count AS orders FROM customers_customer c
             WHERE c.workspace_id = %s AND c.deleted_at IS NULL{among.format(column="c.id")}
        """
        theirs = f"o.workspace_id = %s{among.format(column='o.customer_id')}"
        return _Source(sums, (workspace_id, *within), theirs, (workspace_id, *within))
    start, end = period.bounds(zone)
    where, params = [f"o.workspace_id = %s{among.format(column='o.customer_id')}"], [workspace_id, *within]
    if start is not None:
        where.append("o.ordered_at >= %s")
        params.append(start)  # type: ignore[arg-type]
    if end is not None:
        where.append("o.ordered_at < %s")
        params.append(end)  # type: ignore[arg-type]
    condition = " AND ".join(where)
    sums = f"""
        SELECT s.id, s.amount, s.orders
          FROM (SELECT o.customer_id AS id, sum(o.total) AS amount, count(*) FILTER (WHERE o.total >= 0) AS orders
                  FROM commerce_order o WHERE {condition} AND o.customer_id IS NOT NULL GROUP BY o.customer_id) AS s
          JOIN customers_customer c ON c.workspace_id = %s AND c.id = s.id AND c.deleted_at IS NULL
    """
    return _Source(sums, (*params, workspace_id), condition, tuple(params))


_GRADE_CASES = " ".join(f"WHEN before < {end} * whole.sales THEN '{grade}'" for grade, end in GRADES)

# Customers of the same sum stand or fall together, so that "at least this much" opens exactly the people behind a point
# or a grade. A group belongs to the grade in which it begins: A is everybody needed to reach half of the sales.
_CURVE = """
    WITH groups AS MATERIALIZED (
        SELECT amount, count(*) AS n FROM ({sums}) AS bought WHERE amount > 0 GROUP BY amount
    ), run AS MATERIALIZED (
        SELECT amount, n, sum(n) OVER w AS customers, sum(amount * n) OVER w AS sales FROM groups
        WINDOW w AS (ORDER BY amount DESC ROWS UNBOUNDED PRECEDING)
    ), whole AS MATERIALIZED (
        SELECT max(customers) AS customers, max(sales) AS sales FROM run
    ), banded AS (
        SELECT n, amount, CASE {cases} ELSE 'D' END AS grade
          FROM (SELECT n, amount, sales - amount * n AS before FROM run) AS r, whole
    )
    SELECT 'point', NULL, max(run.customers), max(run.sales), min(run.amount)
      FROM run, whole GROUP BY ceil(run.customers * %s / whole.customers)
    UNION ALL
    SELECT 'band', grade, sum(n), sum(amount * n), min(amount) FROM banded GROUP BY grade
    UNION ALL
    (SELECT 'top', NULL, k, run.sales - (run.customers - k) * run.amount, run.amount
       FROM run, whole, LATERAL (SELECT ceil(whole.customers * %s) AS k) AS first
      WHERE run.customers >= k ORDER BY run.customers LIMIT 1)
"""


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Person:
    """A customer of the period: id, name as people write it, kind, sum in THB and number of orders."""

    id: UUID
    name: str
    kind: str
    grade: str
    amount: Decimal
    orders: int


def people(
    viewer: Viewer,
    period: Period,
    zone: tzinfo,
    *,
    at_least: Decimal,
    below: Decimal | None,
    after: tuple[Decimal, UUID] | None = None,
    limit: int = TOP_COUNT,
) -> list[Person]:
    """The customers who bought for at least so much in the period, most first, from a place on."""
    source = _source(viewer, period, zone)
    where, params = ["bought.amount >= %s", "bought.amount > 0"], [*source.params, at_least]
    if below is not None:
        where.append("bought.amount < %s")
        params.append(below)
    if after is not None:
        where.append("(bought.amount, bought.id) < (%s, %s)")
        params += after
    rows = _rows(
        f"""
        SELECT c.id, {names.name_sql("c")}, c.kind, c.grade, b.amount, b.orders
          FROM (SELECT id, amount, orders FROM ({source.sums}) AS bought WHERE {" AND ".join(where)}
                 ORDER BY amount DESC, id DESC LIMIT %s) AS b
          JOIN customers_customer c ON c.workspace_id = %s AND c.id = b.id
         ORDER BY b.amount DESC, b.id DESC
        """,
        [*params, limit, viewer.workspace_id],
    )
    return [_person(row) for row in rows]


def people_sql(viewer: Viewer, period: Period, zone: tzinfo, band: Band) -> tuple[str, list[object]]:
    """SELECT of the ids of a grade's customers, with its parameters."""
    source = _source(viewer, period, zone)
    sql = f"SELECT id FROM ({source.sums}) AS bought WHERE amount >= %s"
    if band.below_amount is None:
        return sql, [*source.params, band.from_amount]
    return f"{sql} AND amount < %s", [*source.params, band.from_amount, band.below_amount]


def named_customers(ids: Sequence[UUID], workspace_id: UUID) -> dict[UUID, Person]:
    """Names and grades of customers, by id; deleted ones are not there."""
    rows = _rows(
        f"SELECT c.id, {names.name_sql('c')}, c.kind, c.grade, c.total_spent, c.order_count FROM customers_customer c"
        " WHERE c.workspace_id = %s AND c.id = ANY(%s) AND c.deleted_at IS NULL",
        [workspace_id, list(ids)],
    )
    return {row[0]: _person(row) for row in rows}


def _person(row: tuple[Any, ...]) -> Person:
    return Person(row[0], names.from_sql(row[1]), *row[2:])
