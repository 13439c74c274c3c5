"""Files of orders, and what the database holds of them."""

import csv
import random
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.browser.site import Site

HEADINGS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
TABLES = (
    "customers_customer",
    "customers_identity",
    "customers_address",
    "customers_customertag",
    "platform_searchdocument",
    "commerce_product",
    "commerce_order",
    "commerce_orderline",
)


@dataclass(frozen=True)
class OrderFile:
    """A file of order lines, and what must be in the database once it is in."""

    path: Path
    lines: int
    orders: int
    total: Decimal


def invented(folder: Path, lines: int) -> OrderFile:
    """An order file with returns, anonymous orders and duplicate lines, in the headings of Online Retail."""
    chance = random.Random(2569)
    path = folder / "orders.csv"
    total, orders = Decimal(0), 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        written = 0
        while written < lines:
            orders += 1
            at = datetime(2026, 1, 1, 9) + timedelta(minutes=7 * orders)
            customer = "" if chance.random() < 0.25 else str(12000 + chance.randrange(900))
            for _line in range(min(chance.randint(1, 40), lines - written)):
                sku, quantity = chance.randrange(2000), chance.choice((1, 1, 2, 6, 12, -1))
                price = Decimal(chance.randrange(25, 99_999)) / 1000
                row = (
                    f"K{orders:06d}",
                    f"P{sku:04d}",
                    f"สินค้าที่ {sku}",
                    quantity,
                    f"{at:%Y-%m-%d %H:%M}",
                    price,
                    customer,
                )
                writer.writerow(row)
                total += quantity * price
                written += 1
    return OrderFile(path, lines, orders, total)


def shared_data(shared: Path) -> Path:
    """The folder of public data, with or without its documents beside it."""
    return shared / "data" if (shared / "data").is_dir() else shared


def online_retail(shared: Path, folder: Path) -> OrderFile:
    """The public file, with dates that leave nothing to ask."""
    return _retail(shared, folder / "online_retail.csv", OrderFile(Path(), 541_909, 25_900, Decimal("9747747.934")))


def online_retail_cleaned(shared: Path, folder: Path) -> OrderFile:
    """Its sales to known customers alone, as its description cleans it: no returns, nothing that cost nothing."""
    file = OrderFile(Path(), 397_884, 18_532, Decimal("8911407.904"))
    return _retail(shared, folder / "online_retail_cleaned.csv", file, is_cleaned=True)


def _retail(shared: Path, path: Path, known: OrderFile, *, is_cleaned: bool = False) -> OrderFile:
    from pyarrow import parquet

    source = shared_data(shared) / "online_retail" / "online_retail.parquet"
    table = parquet.read_table(source).select(list(HEADINGS))
    lines = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for batch in table.to_batches(20_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number, _sku, _name, quantity, _at, price, customer = row
                if is_cleaned and (not customer or quantity <= 0 or price <= 0 or str(number).startswith("C")):
                    continue
                writer.writerow(row)
                lines += 1
    assert lines == known.lines
    return replace(known, path=path)


@dataclass(frozen=True)
class Stored:
    """What the database holds of orders."""

    lines: int
    orders: int
    total: Decimal


def stored(site: Site) -> Stored:
    with site.database() as connection:
        lines = connection.execute("SELECT count(*), sum(quantity * unit_price) FROM commerce_orderline").fetchone()
        orders = connection.execute("SELECT count(*) FROM commerce_order").fetchone()
    assert lines is not None
    assert orders is not None
    return Stored(int(lines[0]), int(orders[0]), Decimal(lines[1] or 0))


def check_all(site: Site, batch: str, file: OrderFile, before: Stored) -> None:
    """Every line is there once, nothing twice, and every computed figure is true."""
    now = stored(site)
    assert now.lines - before.lines == file.lines
    assert now.orders - before.orders == file.orders
    assert now.total - before.total == file.total
    with site.database() as connection:
        row = connection.execute(
            "SELECT state, rows, rows_done, created + updated + skipped + errors FROM platform_importbatch WHERE id = %s",
            [batch],
        ).fetchone()
        assert row == ("done", file.lines, file.lines, file.lines)
        for question in (
            "SELECT workspace_id, number, count(*) FROM commerce_order GROUP BY 1, 2 HAVING count(*) > 1",
            "SELECT order_id, position, count(*) FROM commerce_orderline GROUP BY 1, 2 HAVING count(*) > 1",
            "SELECT workspace_id, sku, count(*) FROM commerce_product GROUP BY 1, 2 HAVING count(*) > 1",
            "SELECT workspace_id, kind, value, count(*) FROM customers_identity WHERE resolves GROUP BY 1, 2, 3"
            " HAVING count(*) > 1",
            "SELECT o.id FROM commerce_order o LEFT JOIN commerce_orderline l ON l.order_id = o.id GROUP BY o.id"
            " HAVING o.line_count <> count(l.id) OR o.total <> coalesce(sum(l.quantity * l.unit_price), 0)",
            "SELECT c.id FROM customers_customer c LEFT JOIN commerce_order o"
            " ON o.customer_id = c.id GROUP BY c.id"
            " HAVING c.order_count <> count(o.id) FILTER (WHERE o.total >= 0) OR c.total_spent <> coalesce(sum(o.total), 0)",
        ):
            wrong = _settled(connection, question)
            assert not wrong, f"{question}\n{wrong[:5]}"


def _settled(connection: object, question: str) -> list[object]:
    """Rows of a question that should have none; computed figures follow the import within a moment."""
    deadline = time.monotonic() + 60
    while True:
        wrong = connection.execute(question).fetchall()  # type: ignore[attr-defined]
        if not wrong or time.monotonic() > deadline:
            return list(wrong)
        time.sleep(0.5)


def dump(site: Site) -> dict[str, str]:
    """A fingerprint of every row of the business tables, whatever their order."""
    found = {}
    with site.database() as connection:
        for table in TABLES:
            question = (
                f"SELECT count(*) || ' ' || md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {table} t"
            )
            row = connection.execute(question).fetchone()
            found[table] = str(row and row[0])
    return found
