"""Rounds of kills and outages at random moments: what is done meanwhile, and what must have come of it."""

import csv
import http.client
import io
import random
import re
import threading
import time
import urllib.error
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psycopg

from samphan.integrations.tests.receiver import OtherSystem
from tests.browser.site import Site
from tests.whole.strikes import Ledger, in_flight, strike
from tests.whole.visitor import Visitor, state

AWAY = (OSError, http.client.HTTPException, urllib.error.URLError)
PATIENCE_SECONDS = 180
UNDER_WAY_SECONDS = 90
T = TypeVar("T")
PARTS = ("front", "worker", "postgres")
ACTS = ("write_customers", "edit_many", "import_file", "export", "all_at_once")
WORK = {"write_customers": "webhooks", "edit_many": "bulk edit", "import_file": "import", "export": "export"}
"""The work that an act sets going."""


class Round:
    """One round: an act under way, and strikes at moments that its seed decides.

    Half of the strikes come so long after the beginning, the other half so long after the act's work was seen under way.

    :param what: what may strike: parts of the program, `away` or `full`.
    """

    def __init__(
        self,
        site: Site,
        visitor: Visitor,
        system: OtherSystem,
        seed: str,
        folder: Path,
        ledger: Ledger,
        what: Sequence[str] = PARTS,
    ) -> None:
        self.site, self.visitor, self.system, self.folder = site, visitor, system, folder
        self.seed, self.ledger, self.what = seed, ledger, what
        self.chance = random.Random(seed)
        self.mark = re.sub(r"\W", "", seed)
        self.strikes: list[str] = []
        self.lines = (4_000, 9_000)  # of a file that is imported, from and to
        self._fetching = threading.Event()

    def run(self, act: str, meets: Sequence[str] = ()) -> None:
        """Do an act while things strike.

        :param meets: the work that each strike is to meet, one after the other; by the seed otherwise.
        """
        plan = [
            (
                work or WORK.get(act) or self.chance.choice(sorted(WORK.values())),
                bool(work) or self.chance.random() < 0.5,
                self.chance.uniform(0.05, 2.5),
                self.chance.uniform(0.0, 0.6),
                self.chance.choice(self.what),
            )
            for work in meets or [""] * self.chance.randint(1, 3)
        ]
        lasting = self.chance.uniform(2.0, 6.0)
        print(f"round {self.seed}: {act}", flush=True)
        began = time.monotonic()

        def strike_all() -> None:
            for work, waits, pause, short, what in plan:
                if waits:
                    self._wait_until_under_way(work)
                    time.sleep(short)
                else:
                    time.sleep(pause)
                flying = in_flight(self.site) | ({"export": "being fetched"} if self._fetching.is_set() else {})
                at = time.monotonic() - began
                if strike(self.site, what, lasting):
                    self.strikes.append(what)
                    self.ledger.note(self.seed, what, at, flying)

        striker = threading.Thread(target=strike_all)
        striker.start()
        try:
            self._settled: Callable[[], None] = getattr(self, act)()
        finally:
            striker.join()

    def _wait_until_under_way(self, work: str) -> None:
        deadline = time.monotonic() + UNDER_WAY_SECONDS
        while time.monotonic() < deadline:
            if work == "export":
                is_under_way = self._fetching.is_set()
            else:
                # The check of a file comes soon; what is to be met is the writing.
                how = in_flight(self.site).get(work, "")
                is_under_way = "running" in how if work == "import" else bool(how)
            if is_under_way:
                return
            time.sleep(0.01)

    def check(self) -> None:
        """What the act promised, once everything is at rest."""
        self._settled()

    # Acts; each returns what is to be checked at rest.

    def import_file(self) -> Callable[[], None]:
        """Orders from a file."""
        chance = random.Random(f"{self.seed} import")
        lines, orders = chance.randint(*self.lines), 0
        path = self.folder / f"{self.mark}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(
                ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
            )
            written = 0
            while written < lines:
                orders += 1
                for _line in range(min(chance.randint(1, 9), lines - written)):
                    sku = chance.randrange(500)
                    price = chance.randrange(25, 99_999) / 1000
                    row = (
                        f"{self.mark}-{orders}",
                        f"P{sku:04d}",
                        f"สินค้า {sku}",
                        1,
                        "2026-01-01 09:00",
                        price,
                        12_000 + orders % 300,
                    )
                    writer.writerow(row)
                    written += 1
        batch = self.again(lambda: self.visitor.start_import(path, check_seconds=120))

        def check() -> None:
            now, done, failure = state(self.site, batch)
            assert (now, done) == ("done", lines), failure
            assert self.count("commerce_order", "number LIKE %s", f"{self.mark}-%") == orders
            sql = "SELECT count(*) FROM commerce_orderline l JOIN commerce_order o ON o.id = l.order_id WHERE o.number LIKE %s"
            assert self.number(sql, f"{self.mark}-%") == lines

        return check

    def edit_many(self) -> Callable[[], None]:
        """One field of all customers, in the background."""
        now = self.again(lambda: self.number("SELECT coalesce(max(ascii(grade)), 0) FROM customers_customer"))
        grade = random.Random(f"{self.seed} grade").choice([one for one in "ABCD" if ord(one) != now])
        fields = {"all": "1", "list": "", "field": "grade", "value": grade}
        self.again(lambda: self.visitor.post("/customers/bulk/", fields))

        def check() -> None:
            total = self.count("customers_customer", "deleted_at IS NULL AND created_at < now() - interval '1 hour'")
            assert total > 2_000
            other = "deleted_at IS NULL AND grade <> %s AND created_at < now() - interval '1 hour'"
            assert self.count("customers_customer", other, grade) == 0

        return check

    def export(self) -> Callable[[], None]:
        """All customers as a file: whole, or visibly broken off."""
        tries = 0

        def fetch() -> tuple[int, str, int]:
            nonlocal tries
            tries += 1
            before = self.count("customers_customer", "deleted_at IS NULL")
            self._fetching.set()
            try:
                found = self.visitor.get("/export/customers/?format=csv&which=all", slowly=True)[1]
            finally:
                self._fetching.clear()
            return before, found, self.count("customers_customer", "deleted_at IS NULL")

        for _time in range(3):
            before, found, after = self.again(fetch)
            rows = list(csv.reader(io.StringIO(found.removeprefix("\ufeff"))))
            # A file that ends without a word is whole; what was cut ended in an error, and was fetched again.
            assert before <= len(rows) - 1 <= after, f"{len(rows) - 1} of {before} to {after} rows after {tries} tries"
        return lambda: None

    def write_customers(self) -> Callable[[], None]:
        """Customers one by one, each told to a webhook."""
        acknowledged: set[str] = set()
        self.system.before = lambda heard: time.sleep(0.05)  # a call lasts, so that a strike may meet it
        deadline, number = time.monotonic() + PATIENCE_SECONDS, 0
        # Past every kill, and until enough of them were taken.
        while number < 12 or len(acknowledged) < 8:
            number += 1
            assert time.monotonic() < deadline, f"{len(acknowledged)} of {number} customers were taken"
            try:
                acknowledged.add(self.visitor.add_customer(f"คน{self.mark}ที่{number}"))
            except urllib.error.HTTPError as error:
                assert error.code >= 500, error.read().decode("utf-8", "replace")[:2_000]
                time.sleep(0.3)
            except AWAY:
                time.sleep(0.3)

        def check() -> None:
            with self.site.database() as connection:
                rows = connection.execute(
                    "SELECT id::text, name FROM customers_customer WHERE name LIKE %s", [f"คน{self.mark}ที่%"]
                ).fetchall()
            ids = {str(row[0]) for row in rows}
            assert acknowledged <= ids, "a customer that was acknowledged is lost"
            assert len(rows) == len({row[1] for row in rows}), "a customer is there twice"
            heard = [one for one in list(self.system.heard) if one.payload["type"] == "customer.created"]
            told: dict[str, set[str]] = {}
            for one in heard:
                told.setdefault(one.payload["data"]["id"], set()).add(one.headers["webhook-id"])
            assert ids <= set(told), "a customer was not told to the webhook"
            doubled = {identity for identity in ids if len(told[identity]) > 1}
            assert not doubled, "a customer was told under two ids"

        return check

    def all_at_once(self) -> Callable[[], None]:
        """All of it by several people at the same time."""
        checks: list[Callable[[], None]] = []
        problems: list[BaseException] = []

        def do(act: str) -> None:
            try:
                checks.append(getattr(self, act)())
            except BaseException as problem:
                problems.append(problem)

        people = [threading.Thread(target=do, args=(act,)) for act in WORK]
        for one in people:
            one.start()
        for one in people:
            one.join()
        if problems:
            raise problems[0]

        def check() -> None:
            for one in checks:
                one()

        return check

    # Ways to ask

    def again(self, act: Callable[[], T]) -> T:
        """Do something as a patient person does: again after a moment while nobody answers."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return act()
            except (*AWAY, psycopg.OperationalError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def count(self, table: str, where: str, *values: object) -> int:
        return self.number(f"SELECT count(*) FROM {table} WHERE {where}", *values)

    def number(self, sql: str, *values: object) -> int:
        with self.site.database() as connection:
            row = connection.execute(sql, values or None).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return int(row[0])
