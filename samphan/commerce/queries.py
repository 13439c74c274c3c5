"""Reads about orders and products."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Sum

from samphan.commerce.models import Order, OrderLine, Product
from samphan.customers import names
from samphan.customers.timeline import Place
from samphan.platform.access import Viewer

SHOWN_LINES = 4  # of an order in the timeline; the rest is one click away
BUYERS = 50
CUSTOMER_CALLED = (
    f"(SELECT {names.name_sql('c')} FROM customers_customer c"
    " WHERE c.workspace_id = commerce_order.workspace_id AND c.id = commerce_order.customer_id)"
)
"""What the name of an order's customer is written from, see `customers.names`."""


@dataclass(frozen=True)
class Value:
    """What one customer has bought; amounts in THB, definitions in `samphan.commerce.actions`."""

    total_spent: Decimal
    order_count: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    months: tuple["Month", ...]

    @property
    def average_order(self) -> Decimal | None:
        """Total spent for each order, None without an order."""
        return self.total_spent / self.order_count if self.order_count else None


@dataclass(frozen=True)
class Month:
    """One calendar month of a customer: sum of orders, returns subtracted, and number of orders without credits."""

    first_day: date
    total: Decimal
    order_count: int


@dataclass
class Purchase:
    """An order with its first lines, as the timeline shows it."""

    order: Order
    lines: list[OrderLine] = field(default_factory=list)

    @property
    def more_lines(self) -> int:
        return max(self.order.line_count - len(self.lines), 0)


def orders(viewer: Viewer) -> Any:
    """The orders that a viewer may see."""
    return Order.objects.visible_to(viewer)


def lines_of(order: Order, viewer: Viewer) -> list[OrderLine]:
    """The lines of an order in their order, each with its product where it has one."""
    lines = OrderLine.objects.filter(workspace_id=viewer.workspace_id, order_id=order.pk)
    return list(lines.select_related("product").order_by("position", "id"))


def sum_of(rows: Any) -> Decimal:
    """Sum of the totals of a queryset of orders, in THB."""
    return rows.order_by().aggregate(sum=Sum("total"))["sum"] or Decimal(0)


def months_of(customer_id: UUID, viewer: Viewer, *, today: date, zone: tzinfo) -> tuple[Month, ...]:
    """The last twelve months of a customer, oldest first, this month last; months without an order are there with 0."""
    firsts = [today.replace(day=1)]
    while len(firsts) < 12:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    start = datetime.combine(firsts[0], time.min, zone).astimezone(UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', ordered_at AT TIME ZONE %s)::date, sum(total), count(*) FILTER (WHERE total >= 0)
              FROM commerce_order WHERE workspace_id = %s AND customer_id = %s AND ordered_at >= %s GROUP BY 1
            """,
            [str(zone), viewer.workspace_id, customer_id, start],
        )
        found = {day: (total, number) for day, total, number in cursor.fetchall()}
    return tuple(Month(first, *found.get(first, (Decimal(0), 0))) for first in firsts)


def purchases_of(
    customer_id: UUID, viewer: Viewer, *, before: Place | None = None, limit: int = 10, text: str = ""
) -> list[Purchase]:
    """The orders of a customer, newest first, with the first lines of each; two statements.

    :param before: only those older than this place. :param text: only those whose number, channel or lines hold it.
    """
    rows = orders(viewer).filter(customer_id=customer_id)
    if before is not None:
        rows = rows.filter(
            Q(ordered_at__lt=before.at) | Q(ordered_at=before.at, id__lt=before.id), ordered_at__lte=before.at
        )
    if text:
        spoken = OrderLine.objects.filter(workspace_id=viewer.workspace_id, order_id=OuterRef("pk"))
        rows = rows.filter(
            Q(number__icontains=text) | Q(channel__icontains=text) | Exists(spoken.filter(description__icontains=text))
        )
    found = [Purchase(order) for order in rows.order_by("-ordered_at", "-id")[:limit]]
    lines = _first_lines([item.order.pk for item in found], viewer)
    for item in found:
        item.lines = lines[item.order.pk]
    return found


def _first_lines(order_ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, list[OrderLine]]:
    """The first lines of several orders, by order."""
    found: dict[UUID, list[OrderLine]] = defaultdict(list)
    if order_ids:
        rows = OrderLine.objects.raw(
            """
            SELECT l.* FROM unnest(%s::uuid[]) AS o(id) CROSS JOIN LATERAL (
                SELECT * FROM commerce_orderline l WHERE l.workspace_id = %s AND l.order_id = o.id
                 ORDER BY l.position LIMIT %s) AS l
            """,
            [list(order_ids), viewer.workspace_id, SHOWN_LINES],
        )
        for line in rows:
            found[line.order_id].append(line)
    return found


@dataclass(frozen=True)
class Buyer:
    """A customer who bought a product; None stands for all anonymous orders together. `amount` in THB.

    `name` as people write it, "" for a customer who was deleted.
    """

    customer_id: UUID | None
    name: str
    quantity: Decimal
    amount: Decimal
    orders: int
    last_at: datetime

    @property
    def pieces(self) -> int:
        """The quantity as the number that decides between piece and pieces; half a piece is one."""
        return math.ceil(self.quantity)


@dataclass(frozen=True)
class Sales:
    """How a product sells: all of it, and the customers who bought most of it."""

    quantity: Decimal
    amount: Decimal
    orders: int
    customers: int
    first_at: datetime | None
    last_at: datetime | None
    buyers: tuple[Buyer, ...]


def sales_of(product: Product, viewer: Viewer) -> Sales:
    """What of a product was sold to whom, returns subtracted; buyers by amount, the first fifty, then all the anonymous."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sold AS (
                SELECT o.customer_id, sum(l.quantity) AS quantity, sum(l.quantity * l.unit_price) AS amount,
                       count(DISTINCT o.id) FILTER (WHERE l.quantity > 0) AS orders,
                       min(o.ordered_at) AS first_at, max(o.ordered_at) AS last_at
                  FROM commerce_orderline l
                  JOIN commerce_order o ON o.workspace_id = l.workspace_id AND o.id = l.order_id
                 WHERE l.workspace_id = %s AND l.product_id = %s GROUP BY o.customer_id
            )
            SELECT s.customer_id, """
            + names.name_sql("c")
            + """, s.quantity, s.amount, s.orders, s.first_at, s.last_at,
                   sum(s.quantity) OVER (), sum(s.amount) OVER (), sum(s.orders) OVER (),
                   count(s.customer_id) OVER (), min(s.first_at) OVER (), max(s.last_at) OVER ()
              FROM sold s LEFT JOIN customers_customer c
                ON c.workspace_id = %s AND c.id = s.customer_id AND c.deleted_at IS NULL
             ORDER BY s.customer_id IS NULL DESC, s.amount DESC, s.customer_id LIMIT %s
            """,
            [viewer.workspace_id, product.pk, viewer.workspace_id, BUYERS + 1],
        )
        rows = cursor.fetchall()
    if not rows:
        return Sales(Decimal(0), Decimal(0), 0, 0, None, None, ())
    quantity, amount, count, customers, first_at, last_at = rows[0][7:]
    found = [Buyer(row[0], names.from_sql(row[1]), row[2], row[3], row[4], row[6]) for row in rows]
    nobody, known = ([one for one in found if (one.customer_id is None) is wanted] for wanted in (True, False))
    buyers = (*known[:BUYERS], *nobody)
    return Sales(quantity, amount, int(count), int(customers), first_at, last_at, buyers)
