"""Kill -9 of front, worker and PostgreSQL, the database away, a full disk: nothing is lost or doubled, all goes on by itself.

The full disk is a small tmpfs under the cluster, which takes root and the right to mount; elsewhere those tests do not stand.
`make crash ROUNDS=50` and `make outages ROUNDS=50` are the long forms, at random moments, with a table of what was on its way
when something struck. CRASH_SEED repeats a run: it is printed with each round.
"""

import os
import random
import threading
import time
import urllib.error
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.whole.companies import Company, listening_site, prepare, serve
from tests.whole.invariants import broken, wait_for_rest
from tests.whole.rounds import ACTS, AWAY, PARTS, Round
from tests.whole.strikes import Ledger, disk_full, may_mount, small_disk
from tests.whole.visitor import Visitor

ROUNDS = int(os.environ.get("ROUNDS", "0"))  # of the long forms
DISK_BYTES = 4 * 2**30 if ROUNDS else 768 * 2**20
RECOVERY_SECONDS = 240
ENOUGH_ROUNDS = 20  # for a strike to have met each kind of work
MANY_LINES = (8_000, 30_000)  # of a file of the long forms, whose writing is then often met


def ask(visitor: Visitor, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and page of a request; 0 when nobody answered."""
    try:
        _address, page = visitor.get(path) if fields is None else visitor.post(path, fields)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except AWAY:
        return 0, ""
    return 200, page


def wait_until_answered(visitor: Visitor, path: str) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while (found := ask(visitor, path)[0]) != 200:
        assert time.monotonic() < deadline, f"{path} still answers {found}\n{visitor.site.log[-3000:]}"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for all tests of this file; where that can be had, on a disk small enough to be filled."""
    site = listening_site()
    try:
        prepare(site)
        with ExitStack() as stack:
            if may_mount():
                # As for any small disk: the log of writes may not grow to it by itself.
                (site.home / "postgresql.conf").write_text("max_wal_size = '96MB'\nmin_wal_size = '32MB'\n", "utf-8")
                stack.enter_context(small_disk(site, tmp_path_factory.mktemp("disk") / "state", DISK_BYTES))
            yield stack.enter_context(serve(site))
    finally:
        site.destroy()


def go_through(
    company: Company, folder: Path, what: Sequence[str], acts: Sequence[tuple[str, Sequence[str]]], *, seed: str
) -> Ledger:
    """Rounds, each with everything at rest and in order afterwards, by itself.

    :param acts: each with the work that its strikes are to meet; by the seed where that is empty.
    """
    site, visitor, system = company
    ledger = Ledger()
    for number, (act, meets) in enumerate(acts):
        one = Round(site, visitor, system, f"{seed}:{number}", folder, ledger, what)
        if ROUNDS:
            one.lines = MANY_LINES
        one.run(act, meets)
        wait_until_answered(visitor, "/customers/")
        wait_for_rest(site, RECOVERY_SECONDS)
        one.check()
        wrong = broken(site)
        assert not wrong, f"round {one.seed} after {one.strikes}: {wrong}\n{site.log[-3000:]}"
    return ledger


def go_through_many(company: Company, folder: Path, what: Sequence[str]) -> Ledger:
    """The long form: every act in turn, struck at moments that the seed decides."""
    seed = os.environ.get("CRASH_SEED") or str(random.SystemRandom().randrange(10**6))
    acts = [(ACTS[number % len(ACTS)], ()) for number in range(ROUNDS or 1)]
    ledger = go_through(company, folder, what, acts, seed=seed)
    print(ledger.table())
    return ledger


@pytest.mark.slow
def test_kills_of_front_worker_and_database_lose_nothing_and_double_nothing(company: Company, tmp_path: Path) -> None:
    """Its seed strikes each of the three."""
    ledger = go_through(company, tmp_path, PARTS, [("all_at_once", ("export", "bulk edit", "import"))], seed="51")
    assert not {"export", "bulk edit", "import"} & set(ledger.never_struck())


@pytest.mark.long
def test_rounds_of_kills_lose_nothing_and_double_nothing(company: Company, tmp_path: Path) -> None:
    ledger = go_through_many(company, tmp_path, PARTS)
    assert ROUNDS < ENOUGH_ROUNDS or not ledger.never_struck()


@pytest.mark.long
def test_rounds_of_outages_lose_nothing_and_need_no_hand(company: Company, tmp_path: Path) -> None:
    go_through_many(company, tmp_path, ("away", "full") if may_mount() else ("away",))


@pytest.mark.slow
def test_a_database_that_is_away_is_said_with_503_and_everything_goes_on_by_itself(
    company: Company, tmp_path: Path
) -> None:
    _site, visitor, _system = company
    visitor.get("/customers/")
    seen: list[tuple[int, str]] = []
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            seen.append(ask(visitor, "/customers/"))
            time.sleep(0.1)

    readers = [threading.Thread(target=load) for _reader in range(2)]
    for reader in readers:
        reader.start()
    try:
        ledger = go_through(company, tmp_path, ("away",), [("all_at_once", ("import",))], seed="2569")
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert "import" not in ledger.never_struck()
    answers = {status for status, _page in seen}
    assert answers == {200, 503}, answers
    assert all("ฐานข้อมูลไม่ตอบ" in page or "does not answer" in page for status, page in seen if status == 503)
    visitor.add_customer("หลังไฟดับ")


if may_mount():

    @pytest.mark.slow
    def test_a_full_disk_is_said_and_everything_goes_on_when_there_is_room(company: Company, tmp_path: Path) -> None:
        site, visitor, _system = company
        acknowledged, refused = 0, ""
        with disk_full(site):
            for number in range(400):
                name = f"คนที่{number}"
                fields = {"kind": "person", "name": name, "first_name": name, "note": "ก" * 2_000}
                status, page = ask(visitor, "/customers/new/", fields)
                assert status in (0, 200, 503), f"{status}: {page[:500]}"
                acknowledged += status == 200
                if status == 503:
                    refused = page
                    break
        assert "เต็ม" in refused or "full" in refused or "ไม่ตอบ" in refused, f"{acknowledged} written, none refused"
        wait_until_answered(visitor, "/customers/")
        with site.database() as connection:
            row = connection.execute("SELECT count(*) FROM customers_customer WHERE name LIKE 'คนที่%'").fetchone()
        assert row is not None
        assert acknowledged <= row[0] <= acknowledged + 1
        go_through(company, tmp_path, ("full",), [("all_at_once", ("import",))], seed="2570")
