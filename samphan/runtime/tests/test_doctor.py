"""The doctor: each thing is broken, found, and named with its remedy."""

import dataclasses
import datetime as dt
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from samphan.administration.custom_fields import indexes as field_indexes
from samphan.administration.custom_fields import shapes
from samphan.config.environment import Environment, load_environment
from samphan.runtime import doctor_checks, doctor_operations
from samphan.runtime.backup import catalogue, schedule
from samphan.runtime.postgres import EmbeddedPostgres


@pytest.fixture
def here() -> Environment:
    """The tests' own home."""
    return load_environment(os.environ)


@pytest.fixture
def superuser(db: None, here: Environment) -> Iterator[psycopg.Connection]:
    with EmbeddedPostgres(here.home, here.postgres_bin).superuser() as connection:
        yield connection


@pytest.fixture
def alone(tmp_path: Path) -> Environment:
    """A home of files alone, for what needs no database."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "id").write_text("1f")
    return load_environment({"SAMPHAN_HOME": str(home), "SAMPHAN_PORT": "8000"})


def bad(check, environment, *words):
    found = check(environment)
    assert not found.ok, found
    assert found.message.count("\n") == 0
    assert found.remedy
    for word in words:
        assert word in f"{found.message} → {found.remedy}"


def good(check, environment):
    found = check(environment)
    assert found.ok, found


@pytest.mark.parametrize(
    "name",
    ["postgres_settings", "indexes", "constraints", "dead_letters", "failed_jobs", "files", "clock", "mail", "permissions",
     "address"],
)  # fmt: skip
def test_is_content_with_a_healthy_home(name, db, here):
    good(getattr(doctor_operations, name), here)


def test_finds_too_few_connections(db, here):
    bad(
        doctor_operations.postgres_settings, dataclasses.replace(here, threads=200), "60 connections", "SAMPHAN_THREADS"
    )


def test_finds_a_database_that_may_lose_what_was_saved(superuser, here):
    try:
        superuser.execute("ALTER SYSTEM SET full_page_writes = off")
        superuser.execute("SELECT pg_reload_conf()")
        wait_for(superuser, "full_page_writes", "off")
        bad(doctor_operations.postgres_settings, here, "full_page_writes is off", "Switch both on")
    finally:
        superuser.execute("ALTER SYSTEM RESET full_page_writes")
        superuser.execute("SELECT pg_reload_conf()")
        wait_for(superuser, "full_page_writes", "on")
    time.sleep(0.1)
    good(doctor_operations.postgres_settings, here)


def wait_for(connection, name, value):
    deadline = time.monotonic() + 10
    while connection.execute(f"SHOW {name}").fetchone() != (value,) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)  # every other session reads it too


def test_finds_an_index_that_was_never_finished(superuser, here):
    superuser.execute("SET allow_system_table_mods = on")
    superuser.execute("CREATE INDEX unfinished ON platform_changeset (id)")
    try:
        superuser.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'unfinished'::regclass")
        bad(doctor_operations.indexes, here, "unfinished", "REINDEX INDEX unfinished")
    finally:
        superuser.execute("DROP INDEX unfinished")


def test_knows_the_indexes_of_custom_fields_and_a_backup_takes_them_along(superuser, here):
    index = shapes.Index(f"custom_{'0' * 32}_sort_01234567", "customers_customer", 'ON "customers_customer" (id)')
    superuser.execute("SET allow_system_table_mods = on")
    superuser.execute(index.create(concurrently=True))
    try:
        good(doctor_operations.indexes, here)
        definition = catalogue.indexes(superuser)[index.name]
        assert definition.startswith(f"CREATE INDEX {index.name} ON public.customers_customer")
        superuser.execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{index.name}'::regclass")
        bad(doctor_operations.indexes, here, "custom fields", "within the hour")
        assert index.name not in catalogue.indexes(superuser)
        # While a run is at work it is no fault.
        superuser.execute("SELECT pg_advisory_lock(hashtext(%s))", [field_indexes.LOCK])
        good(doctor_operations.indexes, here)
    finally:
        superuser.execute(f"DROP INDEX {index.name}")


def test_finds_a_rule_that_old_rows_were_not_held_against(superuser, here):
    superuser.execute("ALTER TABLE platform_changeset ADD CONSTRAINT unchecked CHECK (id IS NOT NULL) NOT VALID")
    try:
        bad(doctor_operations.constraints, here, "unchecked", "VALIDATE CONSTRAINT unchecked")
    finally:
        superuser.execute("ALTER TABLE platform_changeset DROP CONSTRAINT unchecked")


def test_finds_a_table_without_its_wall_and_a_role_that_goes_around_them(superuser, here):
    superuser.execute("ALTER TABLE platform_changeset DISABLE ROW LEVEL SECURITY")
    try:
        bad(doctor_checks._row_level_security, here, "platform_changeset")
    finally:
        superuser.execute("ALTER TABLE platform_changeset ENABLE ROW LEVEL SECURITY")
    superuser.execute("ALTER ROLE samphan_app BYPASSRLS")
    try:
        bad(doctor_checks._row_level_security, here, "bypasses", "BYPASSRLS")
    finally:
        superuser.execute("ALTER ROLE samphan_app NOBYPASSRLS")
    good(doctor_checks._row_level_security, here)


def test_finds_a_function_without_its_mark(superuser, here):
    superuser.execute("ALTER FUNCTION lower(text) NOT LEAKPROOF")
    try:
        bad(doctor_checks._leakproof, here, "1 lack their mark: lower")
    finally:
        superuser.execute("ALTER FUNCTION lower(text) LEAKPROOF")


def test_finds_a_migration_that_waits(superuser, here):
    # The newest of one app, which no other one stands on.
    gone = superuser.execute(
        "DELETE FROM django_migrations WHERE app = 'customers' AND name = (SELECT max(name) FROM django_migrations"
        " WHERE app = 'customers') RETURNING app, name, applied"
    ).fetchone()
    try:
        bad(doctor_checks._migrations, here, f"{gone[0]}.{gone[1]}", "samphan upgrade")
    finally:
        superuser.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", gone)


def test_finds_what_was_given_up(superuser, here):
    try:
        superuser.execute(
            "WITH made AS (INSERT INTO platform_outboxevent (workspace_id, type, payload)"
            " VALUES (gen_random_uuid(), 'doctor', '{}') RETURNING id)"
            " INSERT INTO platform_deadletter (subscriber, event_id, error, attempts) SELECT 'search', id, 'x', 1 FROM made"
        )
        bad(doctor_operations.dead_letters, here, "1 events were given up, most by search")
        superuser.execute(
            "WITH made AS (INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts)"
            " VALUES ('default', 'samphan.work.jobs.send_reminders', 0, '{}', 'failed', 1) RETURNING id)"
            " INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'failed', now() FROM made"
        )
        bad(doctor_operations.failed_jobs, here, "1 failed within a day: send_reminders (1)")
    finally:
        superuser.execute("DELETE FROM platform_deadletter WHERE subscriber = 'search'")
        superuser.execute("DELETE FROM platform_outboxevent WHERE type = 'doctor'")
        superuser.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'samphan.work.jobs.send_reminders'")


def test_finds_a_clock_that_was_wrong(superuser, here, monkeypatch):
    try:
        superuser.execute(
            "INSERT INTO platform_outboxevent (workspace_id, type, payload, at)"
            " VALUES (gen_random_uuid(), 'doctor', '{}', now() + interval '1 hour')"
        )
        bad(doctor_operations.clock, here, "in the future", "set-ntp")
    finally:
        superuser.execute("DELETE FROM platform_outboxevent WHERE type = 'doctor'")
    monkeypatch.setattr(doctor_operations.time, "time", lambda real=time.time: real() + 90)
    bad(doctor_operations.clock, here, "90 s apart", "set-ntp")


def test_finds_a_mail_server_that_does_not_answer(here, settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
    url = f"smtp://127.0.0.1:{port}"
    environment = dataclasses.replace(here, email_url=url)
    for name, value in environment.email_settings().items():
        setattr(settings, name, value)
    bad(doctor_operations.mail, environment, "127.0.0.1 does not take us", "refused", "SAMPHAN_EMAIL_URL")
    with socket.socket() as polite:
        polite.bind(("127.0.0.1", 0))
        polite.listen()
        settings.EMAIL_PORT = polite.getsockname()[1]
        threading.Thread(target=greet, args=(polite,), daemon=True).start()
        good(doctor_operations.mail, environment)


def greet(server):
    caller, _address = server.accept()
    with caller, caller.makefile("rb") as lines:
        caller.sendall(b"220 mail\r\n")
        for line in lines:
            caller.sendall(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 mail\r\n")


def test_finds_files_that_others_may_read(alone):
    (alone.home / "secret_key").write_text("x" * 50)
    (alone.home / "secret_key").chmod(0o600)
    good(doctor_operations.permissions, alone)
    (alone.home / "secret_key").chmod(0o644)
    good(doctor_operations.permissions, alone)  # the folder around it is closed
    alone.home.chmod(0o755)
    bad(doctor_operations.permissions, alone, "secret_key", "chmod -R go-rwx")
    secret = alone.home.parent / "passphrase"
    secret.write_text("long enough")
    secret.chmod(0o644)
    alone.home.chmod(0o700)
    bad(doctor_operations.permissions, dataclasses.replace(alone, backup_passphrase_file=secret), "passphrase")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SAMPHAN_HOST": "0.0.0.0"}, ("no TLS", "https")),  # noqa: S104
        ({"SAMPHAN_URL": "http://crm.example.co.th"}, ("no TLS", "https")),
        ({"SAMPHAN_URL": "https://crm.example.co.th"}, ("No proxy is trusted", "SAMPHAN_TRUSTED_PROXIES")),
        ({"SAMPHAN_URL": "https://crm.example.co.th", "SAMPHAN_DEBUG": "1"}, ("SAMPHAN_DEBUG shows faults",)),
    ],
)
def test_finds_an_address_that_is_not_safe(alone, variables, words):
    bad(doctor_operations.address, load_environment({"SAMPHAN_HOME": str(alone.home), **variables}), *words)


def test_is_content_with_a_safe_address(alone):
    proxied = {"SAMPHAN_URL": "https://crm.example.co.th", "SAMPHAN_TRUSTED_PROXIES": "127.0.0.1"}
    good(doctor_operations.address, load_environment({"SAMPHAN_HOME": str(alone.home), **proxied}))
    good(doctor_operations.address, alone)


def test_finds_that_there_is_no_young_backup(alone):
    good(doctor_operations.backups, alone)
    long_ago = time.time() - 9 * 86_400
    os.utime(alone.home / "id", (long_ago, long_ago))
    bad(doctor_operations.backups, alone, "no backup in 9 days", "samphan backup FILE")
    note(alone.home, days=3)
    good(doctor_operations.backups, alone)
    note(alone.home, days=8)
    bad(doctor_operations.backups, alone, "8 days old", "SAMPHAN_BACKUP_FOLDER")
    daily = dataclasses.replace(alone, backup_folder=alone.home)
    note(alone.home, days=1)
    good(doctor_operations.backups, daily)
    note(alone.home, days=2)
    bad(doctor_operations.backups, daily, "2 days old", "worker runs")


def note(home, *, days):
    made_at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    (home / "backup.json").write_text(json.dumps({"file": str(home / "id"), "created_at": made_at.isoformat()}))


def test_finds_what_a_killed_process_left(alone):
    good(doctor_operations.leftovers, alone)
    left = alone.home / "files.restoring"
    left.mkdir()
    good(doctor_operations.leftovers, alone)  # somebody may still work on it
    old = time.time() - 7200
    os.utime(left, (old, old))
    bad(doctor_operations.leftovers, alone, "files.restoring", "rm -r")


def test_finds_a_full_disk(alone, monkeypatch):
    monkeypatch.setattr(doctor_checks, "SCARCE_DISK_BYTES", 2**60)
    bad(doctor_checks._disk, alone, "GiB free", "Free some space")


def test_a_check_that_cannot_be_made_has_failed():
    found = doctor_checks._guarded(doctor_operations.backups, None)
    assert not found.ok
    assert found.remedy


BANGKOK_0230 = dt.datetime(2026, 11, 21, 19, 30, tzinfo=dt.UTC)


def scheduled(alone: Environment) -> Environment:
    folder = alone.home.parent / "backups"
    folder.mkdir(exist_ok=True)
    return dataclasses.replace(alone, backup_folder=folder, backup_keep=3)


def test_a_backup_is_due_once_a_day_and_is_made_up_for(alone):
    assert not schedule.is_due(alone, now=BANGKOK_0230)
    daily = scheduled(alone)
    assert schedule.is_due(daily, now=BANGKOK_0230)
    (alone.home / "backup.json").write_text(json.dumps({"created_at": "2026-11-21T19:31:00+00:00"}))
    assert not schedule.is_due(daily, now=BANGKOK_0230 + dt.timedelta(hours=23, minutes=59))
    assert schedule.is_due(daily, now=BANGKOK_0230 + dt.timedelta(hours=24))
    assert schedule.is_due(daily, now=BANGKOK_0230 + dt.timedelta(days=3, hours=5))  # the machine was off for days
    failed_at = BANGKOK_0230 + dt.timedelta(hours=24)
    (alone.home / "backup-failed.json").write_text(json.dumps({"at": failed_at.isoformat(), "reason": "x"}))
    assert not schedule.is_due(daily, now=failed_at + dt.timedelta(minutes=50))
    assert schedule.is_due(daily, now=failed_at + dt.timedelta(minutes=60))


def test_a_scheduled_backup_keeps_so_many_and_touches_nothing_else(db, here, tmp_path):
    daily = dataclasses.replace(here, backup_folder=tmp_path, backup_keep=3)
    (tmp_path / "samphan-mine.samphan").write_text("mine")
    try:
        for day in range(5):
            done = schedule.make_scheduled(daily, now=BANGKOK_0230 + dt.timedelta(days=day), say=lambda text: None)
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "samphan-20261123T193000Z.samphan",
            "samphan-20261124T193000Z.samphan",
            "samphan-20261125T193000Z.samphan",
            "samphan-mine.samphan",
        ]
        assert [path.name for path in done.removed] == ["samphan-20261122T193000Z.samphan"]
        unreadable = dataclasses.replace(daily, backup_passphrase_file=tmp_path / "none")
        with pytest.raises(Exception, match="cannot be read: no such file"):
            schedule.make_scheduled(
                unreadable, now=dt.datetime.now(dt.UTC) + dt.timedelta(days=9), say=lambda text: None
            )
        bad(doctor_operations.backups, daily, "The last scheduled backup failed", "cannot be read")
    finally:
        for name in ("backup.json", "backup-failed.json"):
            (here.home / name).unlink(missing_ok=True)
