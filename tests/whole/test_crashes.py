"""Kill -9 of the worker and of PostgreSQL during an import from the browser: it ends complete, once."""

import contextlib
import csv
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from samphan.runtime.postgres import EmbeddedPostgres
from tests.browser.site import OWNER, PASSWORD, Site
from tests.crash.visitor import Visitor, wait_for, wait_for_rows

HEADINGS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
TABLES = ("customers_customer", "customers_identity", "commerce_product", "commerce_order", "commerce_orderline")


@dataclass(frozen=True)
class OrderFile:
    """A file of order lines, and what must be in the database once it is in."""

    path: Path
    lines: int
    orders: int
    total: Decimal


@pytest.fixture
def site() -> Iterator[Site]:
    """A company of one's own whose processes may die."""
    site = Site()
    try:
        site.command("init", "--slug", "shop", "--name", "ร้านของเรา")
        door = ("--workspace", "shop", "--email", OWNER, "--role", "owner", "--password-stdin")
        site.command("user", "create", *door, given=PASSWORD + "\n")
        site.start(demo=False)
        yield site
    finally:
        site.destroy()


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


def online_retail(shared: Path, folder: Path) -> OrderFile:
    """The public file, with dates that leave nothing to ask."""
    from pyarrow import parquet

    data = shared / "data" if (shared / "data").is_dir() else shared
    table = parquet.read_table(data / "online_retail" / "online_retail.parquet").select(list(HEADINGS))
    path = folder / "online_retail.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for batch in table.to_batches(20_000):
            writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    return OrderFile(path, 541_909, 25_900, Decimal("9747747.934"))


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


def kill_worker(site: Site) -> None:
    """Kill -9 of the worker, without a word."""
    worker = next(pid for pid, words in site.children().items() if " worker" in words)
    os.kill(worker, signal.SIGKILL)


def kill_postgres(site: Site) -> None:
    """Kill -9 of the postmaster, without a word."""
    running = EmbeddedPostgres(site.home).running()
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)


@pytest.mark.slow
def test_ends_complete_and_once_though_worker_and_database_were_killed(site: Site, tmp_path: Path) -> None:
    file, before = invented(tmp_path, 30_000), stored(site)
    batch = Visitor(site).start_import(file.path, check_seconds=60)
    hits = 0
    for rows, kill in ((1, kill_worker), (12_000, kill_postgres)):
        if wait_for_rows(site, batch, rows, 60) == "running":
            kill(site)
            hits += 1
    assert hits == 2, "the import was over before it could be disturbed"
    wait_for(site, batch, ("done",), 180)
    check_all(site, batch, file, before)


@pytest.mark.crash
@pytest.mark.parametrize("number", range(int(os.environ.get("CRASH_ROUNDS", "5"))))
def test_survives_being_killed_again_and_again(site: Site, tmp_path: Path, shared: Path, number: int) -> None:
    chance = random.Random(number)
    data = (shared / "data" if (shared / "data").is_dir() else shared) / "online_retail" / "online_retail.parquet"
    file = online_retail(shared, tmp_path) if data.exists() else invented(tmp_path, 400_000)
    before = stored(site)
    batch = Visitor(site).start_import(file.path, check_seconds=900)
    at = 0
    while (at := at + chance.randint(file.lines // 20, file.lines // 5)) < file.lines:
        if wait_for_rows(site, batch, at, 900) != "running":
            break
        with contextlib.suppress(StopIteration):
            chance.choice((kill_worker, kill_postgres))(site)
    wait_for(site, batch, ("done",), 1800)
    check_all(site, batch, file, before)


@pytest.mark.slow
@pytest.mark.shared
def test_takes_the_first_month_back_to_the_last_row(site: Site, shared: Path, tmp_path: Path) -> None:
    data = shared / "data" if (shared / "data").is_dir() else shared
    before, sums = dump(site), stored(site)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"columns": {}, "formats": {"InvoiceDate": {"order": "dmy", "era": "ce"}}, "keys": []}', "utf-8"
    )
    file = data / "online_retail" / "online_retail_2010-12.csv.gz"
    answer = site.command("import", str(file), "--as", "orders", "--mapping", str(mapping))
    assert answer["rows"] == 42_481 == answer["created"] + answer["updated"] + answer["skipped"] + answer["errors"]
    assert answer["errors"] == 0
    now = stored(site)
    assert now.lines - sums.lines == 42_481
    assert now.total - sums.total == _sum_of_first_month(data)
    undone = site.command("import", "--undo", str(answer["batch"]))
    assert undone["kept"] == []
    assert dump(site) == before


def _sum_of_first_month(data: Path) -> Decimal:
    import gzip

    with gzip.open(
        data / "online_retail" / "online_retail_2010-12.csv.gz", "rt", encoding="latin-1", newline=""
    ) as file:
        return sum((Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in csv.DictReader(file)), Decimal(0))


def dump(site: Site) -> dict[str, list[str]]:
    """Every row of the business tables, as text and in order."""
    found = {}
    with site.database() as connection:
        for table in TABLES:
            rows = connection.execute(f"SELECT md5(t::text) FROM {table} t ORDER BY id").fetchall()
            found[table] = [str(row[0]) for row in rows]
    return found
