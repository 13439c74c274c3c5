"""From staged lines to orders: sets only, in pieces that commit with the import's checkpoint."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.administration.custom_fields import importing
from samphan.commerce.models import Product
from samphan.customers.references import customers_of_references
from samphan.platform.bulk import copy_rows
from samphan.platform.changes.recording import current_changeset
from samphan.platform.imports.kinds import Counts
from samphan.platform.thai.collation import sort_key


def known_order_numbers(workspace_id: UUID, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that orders here have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM commerce_order WHERE workspace_id = %s AND number = ANY(%s)",
            [workspace_id, list(numbers)],
        )
        return {number for (number,) in cursor.fetchall()}


def lines_without_number(batch_id: UUID) -> list[tuple[int, datetime]]:
    """Id and day of the staged lines that are orders by themselves, as they stand in the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, ordered_at FROM commerce_stagedline WHERE batch_id = %s AND number = '' ORDER BY row",
            [batch_id],
        )
        return [(line, at) for line, at in cursor.fetchall()]


def number_lines(numbers: Sequence[tuple[int, str]]) -> None:
    """Give staged lines their numbers."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS import_number (line bigint PRIMARY KEY, number text)")
        cursor.execute("TRUNCATE import_number")
        copy_rows(cursor, "import_number", ["line", "number"], numbers)
        cursor.execute(
            "UPDATE commerce_stagedline s SET number = n.number FROM import_number n WHERE s.id = n.line AND s.number = ''"
        )


def make_products(workspace_id: UUID, batch_id: UUID) -> int:
    """Add the products that staged lines name and nobody knows, under their commonest description; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.sku, coalesce(mode() WITHIN GROUP (ORDER BY nullif(s.description, '')), s.sku),
                   mode() WITHIN GROUP (ORDER BY s.unit_price) FILTER (WHERE s.unit_price > 0)
              FROM commerce_stagedline s
             WHERE s.batch_id = %s AND s.sku <> ''
               AND NOT EXISTS (SELECT 1 FROM commerce_product p WHERE p.workspace_id = %s AND p.sku = s.sku)
             GROUP BY s.sku
            """,
            [batch_id, workspace_id],
        )
        unknown = cursor.fetchall()
    Product.objects.bulk_create(
        [
            Product(
                workspace_id=workspace_id,
                created_in=current_changeset(),
                sku=sku,
                name=name[:300],
                unit_price=price,
                name_key=sort_key(name[:300]),
            )
            for sku, name, price in unknown
        ],
        batch_size=1000,
    )
    return len(unknown)


def find_customers(workspace_id: UUID, batch_id: UUID, *, at: datetime) -> int:
    """Find or make the customer behind every reference of the staged lines; returns how many references there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer FROM commerce_stagedline WHERE batch_id = %s AND customer <> ''", [batch_id]
        )
        references = [reference for (reference,) in cursor.fetchall()]
        found = customers_of_references(workspace_id, references, source=f"import:{batch_id}", at=at)
        cursor.execute("DELETE FROM commerce_stagedcustomer WHERE batch_id = %s", [batch_id])
        copy_rows(
            cursor,
            "commerce_stagedcustomer",
            ["batch_id", "reference", "customer_id"],
            [(batch_id, reference, customer_id) for reference, customer_id in found.items()],
        )
    return len(references)


def make_orders(workspace_id: UUID, batch_id: UUID, *, after: str, limit: int) -> tuple[Counts, str | None]:
    """Turn the next staged orders, by number, into orders; returns the lines counted and the last number, None at the end.

    A new order is created; one that is here with the very same lines is skipped; one that is here with others gets the
    lines of the file.
    """
    names: dict[str, Any] = {
        "batch": batch_id,
        "workspace": workspace_id,
        "after": after,
        "limit": limit,
        "act": current_changeset(),
        "custom": importing.defaults("orders", workspace_id),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS import_order (number text PRIMARY KEY, order_id uuid, ordered_at timestamptz, "
            "customer_id uuid, channel text, total numeric, lines integer, state text, custom jsonb)"
        )
        cursor.execute("TRUNCATE import_order")
        cursor.execute(
            """
            INSERT INTO import_order
            WITH wanted AS (
                SELECT DISTINCT number FROM commerce_stagedline WHERE batch_id = %(batch)s AND number > %(after)s
                 ORDER BY number LIMIT %(limit)s)
            SELECT s.number, coalesce(min(o.id::text)::uuid, samphan_uuid7()), min(s.ordered_at),
                   (array_agg(c.customer_id ORDER BY s.row) FILTER (WHERE c.customer_id IS NOT NULL))[1],
                   coalesce(max(nullif(s.channel, '')), ''),
                   round(sum(s.quantity * s.unit_price), 6), count(*),
                   CASE WHEN min(o.id::text) IS NULL THEN 'new' ELSE 'known' END,
                   (array_agg(s.custom::jsonb ORDER BY s.row) FILTER (WHERE s.custom <> ''))[1]
              FROM wanted w
              JOIN commerce_stagedline s ON s.batch_id = %(batch)s AND s.number = w.number
              LEFT JOIN commerce_stagedcustomer c ON c.batch_id = %(batch)s AND c.reference = s.customer
              LEFT JOIN commerce_order o ON o.workspace_id = %(workspace)s AND o.number = s.number
             GROUP BY s.number
            """,
            names,
        )
        if not cursor.rowcount:
            return Counts(), None
        cursor.execute("ANALYZE import_order")
        cursor.execute("SELECT max(number) FROM import_order")
        last: str = cursor.fetchone()[0]
        _mark_same(cursor, names)
        cursor.execute(
            """
            INSERT INTO commerce_order (id, workspace_id, created_in, number, customer_id, ordered_at, channel, currency,
                                        total, line_count, custom)
            SELECT order_id, %(workspace)s, %(act)s, number, customer_id, ordered_at, channel, 'THB', total, lines,
                   %(custom)s::jsonb || coalesce(custom, '{}')
              FROM import_order WHERE state = 'new'
            """,
            names,
        )
        cursor.execute(
            """
            DELETE FROM commerce_orderline l USING import_order t
             WHERE t.state = 'known' AND l.workspace_id = %(workspace)s AND l.order_id = t.order_id
            """,
            names,
        )
        cursor.execute(
            """
            UPDATE commerce_order o SET ordered_at = t.ordered_at, customer_id = coalesce(t.customer_id, o.customer_id),
                   channel = coalesce(nullif(t.channel, ''), o.channel), total = t.total, line_count = t.lines,
                   custom = o.custom || coalesce(t.custom, '{}')
              FROM import_order t WHERE t.state = 'known' AND o.workspace_id = %(workspace)s AND o.id = t.order_id
            """,
            names,
        )
        cursor.execute(
            """
            INSERT INTO commerce_orderline (id, workspace_id, created_in, order_id, position, product_id, sku, description,
                                            quantity, unit_price)
            SELECT samphan_uuid7(), %(workspace)s, %(act)s, t.order_id,
                   row_number() OVER (PARTITION BY s.number ORDER BY s.row), p.id, s.sku, s.description, s.quantity,
                   s.unit_price
              FROM import_order t
              JOIN commerce_stagedline s ON s.batch_id = %(batch)s AND s.number = t.number
              LEFT JOIN commerce_product p ON p.workspace_id = %(workspace)s AND p.sku = s.sku AND s.sku <> ''
             WHERE t.state <> 'same'
            """,
            names,
        )
        cursor.execute("SELECT state, sum(lines) FROM import_order GROUP BY state")
        lines = {state: int(count) for state, count in cursor.fetchall()}
    return Counts(created=lines.get("new", 0), updated=lines.get("known", 0), skipped=lines.get("same", 0)), last


def _mark_same(cursor: Any, names: dict[str, Any]) -> None:
    """Orders that are here already with the very same lines, customer and time are left alone."""
    cursor.execute(
        """
        UPDATE import_order t SET state = 'same'
          FROM commerce_order o
         WHERE t.state = 'known' AND o.workspace_id = %(workspace)s AND o.id = t.order_id
           AND o.custom @> coalesce(t.custom, '{}')
           AND o.ordered_at = t.ordered_at AND o.total = t.total AND o.line_count = t.lines
           AND (t.customer_id IS NULL OR o.customer_id IS NOT DISTINCT FROM t.customer_id)
           AND (SELECT array_agg((l.sku, l.description, l.quantity, l.unit_price)::text ORDER BY l.position)
                  FROM (SELECT sku, description, quantity::numeric(14,3), unit_price::numeric(18,6), position
                          FROM commerce_orderline WHERE workspace_id = %(workspace)s AND order_id = o.id) l)
             = (SELECT array_agg((s.sku, s.description, s.quantity, s.unit_price)::text ORDER BY s.row)
                  FROM commerce_stagedline s WHERE s.batch_id = %(batch)s AND s.number = t.number)
        """,
        names,
    )


def forget(batch_id: UUID) -> None:
    """Remove what was staged for a batch."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM commerce_stagedline WHERE batch_id = %s", [batch_id])
        cursor.execute("DELETE FROM commerce_stagedcustomer WHERE batch_id = %s", [batch_id])
