"""Kill -9 of the worker and of PostgreSQL during an import from the browser: it ends complete, once."""

import contextlib
import os
import random
import signal
from pathlib import Path

import pytest

from samphan.runtime.postgres import EmbeddedPostgres
from tests.browser.site import Site
from tests.whole.order_files import check_all, invented, online_retail, stored
from tests.whole.visitor import Visitor, wait_for, wait_for_rows


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
    batch = Visitor(site).start_import(file.path, check_seconds=180)
    hits = 0
    for rows, kill in ((1, kill_worker), (12_000, kill_postgres)):
        if wait_for_rows(site, batch, rows, 180) == "running":
            kill(site)
            hits += 1
    assert hits == 2, "the import was over before it could be disturbed"
    wait_for(site, batch, ("done",), 300)
    check_all(site, batch, file, before)


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.parametrize("number", range(int(os.environ.get("CRASH_ROUNDS", "5"))))
def test_survives_being_killed_again_and_again(site: Site, tmp_path: Path, shared: Path, number: int) -> None:
    chance = random.Random(number)
    file = online_retail(shared, tmp_path)
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
