"""The public Online Retail data, written by sets: COPY into a temporary table, then INSERT ... SELECT.

Source: UCI Machine Learning Repository, "Online Retail" (2015), CC BY 4.0; see README.md of the shared folder.
"""

from pathlib import Path
from uuid import UUID

import pyarrow
import pyarrow.parquet as parquet
from django.db import connection

from samphan.commerce import actions

LINES = 541_909
SUM = "9747747.934"
CUSTOMERS = 4_372
INVOICES = 25_900


def file_in(shared: Path) -> Path:
    """The file, whether the folder is the data itself or holds it."""
    data = shared / "data" if (shared / "data").is_dir() else shared
    return data / "online_retail" / "online_retail.parquet"


def read(shared: Path, lines: int = LINES) -> pyarrow.Table:
    """The first so many lines of the file, which is in the order of time."""
    return parquet.read_table(file_in(shared)).slice(0, lines)


def load(table: pyarrow.Table, workspace_id: UUID) -> None:
    """Put customers, products and orders with lines into the workspace; stands inside `in_workspace`."""
    columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE retail (row serial, invoice text, sku text, description text, quantity numeric,
                                      at timestamptz, price numeric, customer text) ON COMMIT DROP
            """
        )
        raw = cursor.cursor
        with raw.copy("COPY retail (invoice, sku, description, quantity, at, price, customer) FROM STDIN") as copy:
            for batch in table.select(columns).to_batches(20_000):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    copy.write_row([None if cell is None else str(cell) for cell in row])
        for statement in _STATEMENTS:
            cursor.execute(statement, {"workspace": workspace_id})
    actions.refresh_order_totals()
    actions.refresh_customer_totals()


_STATEMENTS = (
    "ANALYZE retail",
    # Of the other tables the planner knows what they held before, perhaps nothing; joined row by row it would take hours.
    "SET LOCAL enable_nestloop = off",
    """INSERT INTO customers_customer (id, workspace_id, kind, title, first_name, last_name, name, name_en, nickname,
           gender, tax_id, branch, grade, stage, source, note, language, custom, sources, name_key, order_count,
           total_spent)
       SELECT samphan_uuid7(), %(workspace)s, 'person', '', '', '', 'ลูกค้า ' || customer, '', '', '', '', '', '', '', '',
              '', '', '{}', '{}', customer, 0, 0
         FROM (SELECT DISTINCT customer FROM retail WHERE customer IS NOT NULL) AS c""",
    """INSERT INTO commerce_product (id, workspace_id, sku, name, category, unit, is_active, name_key)
       SELECT samphan_uuid7(), %(workspace)s, sku, coalesce(max(description), sku), '', '', true, sku
         FROM retail GROUP BY sku""",
    """INSERT INTO commerce_order (id, workspace_id, number, customer_id, ordered_at, channel, currency, total,
           line_count)
       SELECT samphan_uuid7(), %(workspace)s, r.invoice, c.id, r.at, '', 'THB', 0, 0
         FROM (SELECT invoice, customer, min(at) AS at FROM retail GROUP BY invoice, customer) AS r
         LEFT JOIN customers_customer c
           ON c.workspace_id = %(workspace)s AND c.name_key = r.customer AND c.deleted_at IS NULL""",
    """INSERT INTO commerce_orderline (id, workspace_id, order_id, position, product_id, sku, description, quantity,
           unit_price)
       SELECT samphan_uuid7(), %(workspace)s, o.id, r.row, p.id, r.sku, coalesce(r.description, ''), r.quantity, r.price
         FROM retail r JOIN commerce_order o ON o.workspace_id = %(workspace)s AND o.number = r.invoice
         JOIN commerce_product p ON p.workspace_id = %(workspace)s AND p.sku = r.sku""",
    "SET LOCAL enable_nestloop = on",
)
