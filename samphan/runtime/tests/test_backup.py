"""A backup of one home, made while people work, restored on another: everything is there, and nothing else."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from samphan.config.environment import Environment, load_environment
from samphan.runtime.backup import sealing
from samphan.runtime.backup.archive import read_archive
from samphan.runtime.backup.making import last_backup, make_backup, verify
from samphan.runtime.backup.restoring import restore
from samphan.runtime.binaries import wheel_folder
from samphan.runtime.home import RuntimeProblem, only_supervisor
from samphan.runtime.postgres import EmbeddedPostgres, database
from samphan.runtime.roles import unmarked_functions
from samphan.runtime.tests.comparing import catalogue_of, rows_of, sequences_of
from samphan.runtime.tests.conftest import free_port

PASSPHRASE = "ช้างเผือก กลางดอย"
ORDERS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n" + "".join(
    f"{5000 + n},85123A,กาแฟดอยหมอก\\t{n},{n},2010-12-01 08:26:00,2.555,{17000 + n}\n" for n in range(40)
)

KEPT = 200


def quiet(text: str) -> None:
    """What a restore says of its progress is not looked at."""


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "WORK_FACTOR", 10)


def run(environment: Environment, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    return subprocess.run(
        [sys.executable, "-m", "samphan.runtime.cli", *arguments],
        env={**inherited, **environment.variables(), "SAMPHAN_LANGUAGE": "en"},
        input=given, capture_output=True, text=True, timeout=900,
    )  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Iterator[Environment]:
    """The demo company with an import and with files, served by nobody."""
    home = Path(tempfile.mkdtemp(prefix="samphan-backup-"))
    passed = {"SAMPHAN_POSTGRES_BIN": os.environ.get("SAMPHAN_POSTGRES_BIN", "")}
    environment = load_environment({**passed, "SAMPHAN_HOME": str(home), "SAMPHAN_PORT": str(free_port())})
    server = EmbeddedPostgres(home, environment.postgres_bin)
    server.ensure_running()
    assert run(environment, "demo").returncode == 0
    orders = home / "orders.csv"
    orders.write_text(ORDERS, "utf-8")
    imported = run(environment, "import", str(orders), "--as", "orders")
    assert imported.returncode == 0, imported.stderr
    photos = home / "files" / "workspaces" / "ก ข"
    photos.mkdir(parents=True)
    (photos / "รูป ร้าน's.jpg").write_bytes(os.urandom(2_500_000))
    (photos / "empty").write_bytes(b"")
    yield environment
    server.destroy()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "company.samphan"


def files_of(home: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mode, int(path.stat().st_mtime))
        for path in (home / "files").rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def restored(company: Environment) -> Iterator[tuple[Environment, dict[str, str]]]:
    """Another home, of the newest PostgreSQL there is, with what a sealed backup of the company held."""
    home = Path(tempfile.mkdtemp(prefix="samphan-restored-"))
    programs = wheel_folder(Path(tempfile.gettempdir()))
    other = load_environment(
        {"SAMPHAN_HOME": str(home), "SAMPHAN_PORT": str(free_port()), "SAMPHAN_POSTGRES_BIN": str(programs or "")}
    )
    file = home.with_name(f"{home.name}.samphan")
    made = run(company, "backup", "--passphrase", "--json", str(file), given=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr
    server = EmbeddedPostgres(home, other.postgres_bin)
    server.ensure_running()
    done = run(other, "restore", "--json", str(file), given=f"{PASSPHRASE}\n")
    assert done.returncode == 0, done.stderr
    yield other, {"made": made.stdout, "done": done.stdout, "file": str(file)}
    server.destroy()
    shutil.rmtree(home, ignore_errors=True)
    file.unlink()


def test_another_home_has_every_row_of_every_table_and_every_file(company, restored):
    other, said = restored
    with (
        EmbeddedPostgres(company.home).superuser() as before,
        EmbeddedPostgres(other.home, other.postgres_bin).superuser() as after,
    ):
        # A restored home holds back what goes outside, which the old one does not.
        held = frozenset({"platform_outgoinghold"})
        expected = rows_of(before, without=held)
        assert sum(count for count, _sum in expected.values()) > 20_000
        assert rows_of(after, without=held) == expected
        assert after.execute("SELECT count(*) FROM platform_outgoinghold").fetchone() == (1,)
        assert sequences_of(after) == sequences_of(before)
        assert unmarked_functions(after) == []
        if before.info.server_version // 10_000 == after.info.server_version // 10_000:
            assert catalogue_of(after) == catalogue_of(before)
        else:
            # Two versions print some expressions differently; what there is must have the same names.
            assert {name: len(found) for name, found in catalogue_of(after).items()} == {
                name: len(found) for name, found in catalogue_of(before).items()
            }
    assert files_of(other.home) == files_of(company.home)
    assert len(files_of(other.home)) > 2
    assert other.secret_key() == company.secret_key()
    made, done = json.loads(said["made"]), json.loads(said["done"])
    assert made["encrypted"] is True
    assert (made["rows"], made["files"]) == (done["rows"], done["files"])
    assert last_backup(company.home)["file"] == said["file"]


def test_the_other_home_is_healthy_and_its_pages_answer(restored):
    other, _said = restored
    doctor = json.loads(run(other, "doctor", "--json").stdout)
    wrong = [check for check in doctor["checks"] if not check["ok"] and check["name"] not in ("front end", "port")]
    assert [check["name"] for check in wrong] == ["outgoing"]
    said = json.loads(run(other, "outgoing", "--json").stdout)["workspaces"]
    assert said[0]["held_since"]
    assert json.loads(run(other, "outgoing", "--release", "--json").stdout)["workspaces"][0]["held_since"] is None
    assert json.loads(run(other, "outgoing", "--hold", "--json").stdout)["workspaces"][0]["held_since"]
    found = json.loads(run(other, "search", "ดอยหมอก", "--json").stdout)
    assert found["results"]


EVENTS = """
import json, os, django
django.setup()
from samphan.platform.events.dispatcher import deliver_waiting, lag
from django.db import connection
from samphan.administration.models import Workspace
from samphan.customers.models import Customer
from samphan.platform.tenancy import in_workspace
from samphan.administration.models import SystemViewer
from samphan.customers import actions
while deliver_waiting(): pass
before = lag()[0]
with connection.cursor() as cursor:
    cursor.execute("SELECT id FROM administration_workspace")
    (workspace,) = cursor.fetchone()
    cursor.execute("INSERT INTO platform_outboxevent (workspace_id, type, payload) SELECT workspace_id, type, payload"
                   " FROM platform_outboxevent ORDER BY id DESC LIMIT 3")
waiting = lag()[0]
while deliver_waiting(): pass
print(json.dumps([before, waiting, lag()[0]]))
"""


def test_events_go_on_where_they_were_though_the_other_server_counts_from_the_beginning(company, restored):
    other, _said = restored
    with EmbeddedPostgres(other.home, other.postgres_bin).superuser() as after:
        ahead = "SELECT count(*) FROM platform_outboxevent WHERE transaction >= pg_snapshot_xmin(pg_current_snapshot())"
        assert after.execute(ahead).fetchone() == (0,)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    answer = subprocess.run(
        [sys.executable, "-c", EVENTS], capture_output=True, text=True, timeout=600,
        env={**inherited, **other.variables(), "DJANGO_SETTINGS_MODULE": "samphan.config.settings"},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    before, waiting, after_delivery = json.loads(answer.stdout.splitlines()[-1])
    assert (before, waiting, after_delivery) == (0, 3, 0)


def test_refuses_a_home_that_is_not_empty_or_is_served(company, restored, make_environment):
    other, said = restored
    with pytest.raises(RuntimeProblem, match=r"is not empty \(workspace demo\)"):
        restore(other, Path(said["file"]), PASSPHRASE, say=quiet)
    fresh = make_environment()
    with only_supervisor(fresh.home, "http://localhost:1"), pytest.raises(RuntimeProblem, match="already runs"):
        restore(fresh, Path(said["file"]), PASSPHRASE, say=quiet)
    (fresh.home / "files").mkdir()
    (fresh.home / "files" / "mine.txt").write_text("x")
    with pytest.raises(RuntimeProblem, match="holds files already"):
        restore(fresh, Path(said["file"]), PASSPHRASE, say=quiet)


def test_a_backup_overwrites_nothing_and_leaves_nothing_when_it_fails(company, tmp_path):
    mine = tmp_path / "mine.samphan"
    mine.write_text("my only backup")
    with pytest.raises(RuntimeProblem, match="exists already"):
        make_backup(company, mine, say=quiet)
    assert mine.read_text() == "my only backup"
    with pytest.raises(RuntimeProblem, match="at least 8 characters"):
        make_backup(company, tmp_path / "weak.samphan", "1234567", say=quiet)
    with pytest.raises(RuntimeProblem, match="There is no folder"):
        make_backup(company, tmp_path / "none" / "x.samphan", say=quiet)
    refused = run(company, "backup", str(mine), "--json")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.samphan"]


def test_a_killed_backup_leaves_no_file_of_its_name_and_the_next_one_tidies_up(company, target):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "samphan.runtime.cli", "backup", str(target)],
        env={**inherited, **company.variables()}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(target.parent.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = list(target.parent.iterdir())
    assert left
    if target in left:
        pytest.skip("the backup was faster than the kill")
    with pytest.raises(RuntimeProblem, match=r"is damaged|is no backup"):
        verify(left[0], None)
    make_backup(company, target, say=quiet)
    assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o600
    assert not (company.home / ".backup-files").exists()


class Work(threading.Thread):
    """Somebody who writes without pause: each transaction adds one row to two tables, and one of them names a file.

    Older files go with their rows: after each commit, what it no longer names is deleted.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._parameters = EmbeddedPostgres(environment.home).parameters("postgres")
        self.folder = environment.home / "files" / "work"
        self.folder.mkdir()
        self.enough = threading.Event()
        self.done = 0

    def run(self) -> None:
        with psycopg.connect(**self._parameters, autocommit=True) as connection:
            while not self.enough.is_set():
                number = self.done + 1
                (self.folder / str(number)).write_text(f"content of {number}")
                with connection.transaction():
                    connection.execute(
                        "INSERT INTO samphan_cache VALUES (%s, %s, now())", (f"work {number}", str(number))
                    )
                    connection.execute(
                        "INSERT INTO platform_outboxevent (workspace_id, type, payload)"
                        " VALUES (gen_random_uuid(), 'work', to_jsonb(%s::int))", (number,)
                    )  # fmt: skip
                    connection.execute("DELETE FROM samphan_cache WHERE cache_key = %s", (f"work {number - KEPT}",))
                (self.folder / str(number - KEPT)).unlink(missing_ok=True)
                self.done = number


def test_a_backup_made_while_people_write_is_of_one_moment(company, target):
    work = Work(company)
    work.start()
    try:
        while work.done < 2 * KEPT:
            time.sleep(0.01)
        begun_with = work.done
        make_backup(company, target, PASSPHRASE, say=quiet)
        ended_with = work.done
    finally:
        work.enough.set()
        work.join()
        shutil.rmtree(work.folder)
        with EmbeddedPostgres(company.home).superuser() as connection:
            connection.execute("DELETE FROM samphan_cache WHERE cache_key LIKE 'work %'")
            connection.execute("DELETE FROM platform_outboxevent WHERE type = 'work'")
    assert ended_with > begun_with
    cached, told, files = set(), set(), {}
    with read_archive(target, PASSPHRASE) as archive:
        columns = archive.contents.tables
        for entry in archive.entries():
            lines = entry.content().decode("utf-8", "replace").splitlines()
            if entry.name.startswith("tables/samphan_cache/"):
                rows = (dict(zip(columns["samphan_cache"], line.split("\t"), strict=True)) for line in lines)
                cached |= {int(row["value"]) for row in rows if row["cache_key"].startswith("work ")}
            elif entry.name.startswith("tables/platform_outboxevent/"):
                rows = (dict(zip(columns["platform_outboxevent"], line.split("\t"), strict=True)) for line in lines)
                told |= {int(row["payload"]) for row in rows if row["type"] == "work"}
            elif entry.name.startswith("files/work/"):
                files[int(entry.name.rpartition("/")[2])] = lines
    newest = max(told)
    assert begun_with <= newest <= ended_with
    # Every transaction whole or not at all, and none passed over.
    assert told == set(range(1, newest + 1))
    assert cached == set(range(newest - KEPT + 1, newest + 1))
    # What the rows name is there, though it was deleted before the backup came to it.
    assert {number: files.get(number) for number in cached} == {number: [f"content of {number}"] for number in cached}


def test_reads_everything_where_it_may_not_go_around_the_walls(company, tmp_path):
    """As on a managed server: the login is no superuser, and row-level security binds the owner of the tables too."""
    found = EmbeddedPostgres(company.home).parameters()
    url = f"postgresql://samphan@/samphan?host={found['host']}&port={found['port']}"
    outside = load_environment({**company.variables(), "SAMPHAN_DATABASE_URL": url})
    assert not outside.is_embedded
    here = make_backup(company, tmp_path / "here.samphan", say=quiet).sums
    there = make_backup(outside, tmp_path / "there.samphan", say=quiet).sums
    assert there.rows == here.rows
    assert there.files == here.files


def test_says_when_the_backup_is_of_a_later_version(company, make_environment, target):
    with EmbeddedPostgres(company.home).superuser() as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('platform', '9999_later', now())"
        )
        try:
            make_backup(company, target, say=quiet)
        finally:
            connection.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    fresh = make_environment()
    with pytest.raises(RuntimeProblem, match=r"made by a newer version of Samphan.*platform\.9999_later"):
        restore(fresh, target, say=quiet)


def test_a_home_without_anything_has_no_backup(make_environment, target):
    fresh = make_environment()
    with database(fresh), pytest.raises(RuntimeProblem, match="nothing to back up"):
        from samphan.runtime.roles import prepare

        prepare(fresh)
        make_backup(fresh, target, say=quiet)
    assert not target.exists()
