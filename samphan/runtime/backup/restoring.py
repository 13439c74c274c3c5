"""Bring a backup into an empty home.

The tables are made by the same migrations that made them where the backup comes from, without what only slows loading down
(keys and indexes); rows, keys, files and numbers come in one transaction, so that a restore that fails leaves an empty home.
Making the foreign keys again checks each of them. Then the database goes on to this program's version, as at every start.
"""

import contextlib
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.core.files import File
from psycopg import sql

from samphan.config.environment import SECRET_KEY_FILE, Environment
from samphan.runtime.backup import catalogue
from samphan.runtime.backup.archive import (
    FILES,
    HOME,
    SEQUENCES,
    TABLES,
    Archive,
    Contents,
    Entry,
    Sums,
    read_archive,
    table_of,
)
from samphan.runtime.backup.catalogue import Connection
from samphan.runtime.backup.making import HOME_FILES, REPORT_SECONDS, Say, remote_files
from samphan.runtime.home import RuntimeProblem, only_supervisor
from samphan.runtime.postgres import database
from samphan.runtime.roles import OWNER, prepare
from samphan.runtime.supervisor import child_environment, prepare_database

STAGING = "files.restoring"
IMPORTS = "imports/"
# Every block that may fail and writes takes a transaction id of its own, without the cost of a transaction.
COUNT_ON = """
DO $$
DECLARE ahead bigint;
BEGIN
    SELECT count(*) + 1 - pg_current_xact_id()::text::bigint INTO ahead FROM restored_transactions;
    CREATE TEMP TABLE counted (number bigint) ON COMMIT DROP;
    WHILE ahead >= 0 LOOP
        BEGIN
            INSERT INTO counted VALUES (ahead);
        EXCEPTION WHEN division_by_zero THEN
            NULL;
        END;
        ahead := ahead - 1;
    END LOOP;
END $$
"""


@dataclasses.dataclass(frozen=True)
class Restored:
    contents: Contents
    sums: Sums
    seconds: float
    warnings: list[str]


def restore(
    environment: Environment,
    source: Path,
    passphrase: str | None = None,
    *,
    say: Say,
    to_this_version: bool = True,
    sends: bool = False,
) -> Restored:
    """Bring a backup into a home that is new or empty.

    :param to_this_version: False leaves the tables as the backup's version had them, and holds nothing back.
    :param sends: let webhooks and e-mails that waited in the old home go out at once; else `samphan outgoing` lets them go.
    :raises RuntimeProblem: with one sentence; the home is as empty as before then.
    """
    started_at = time.monotonic()
    with read_archive(source, passphrase) as archive, only_supervisor(environment.home, "a backup is being restored"):
        (environment.home / "prepared").unlink(missing_ok=True)
        with database(environment):
            warnings = prepare(environment)
            _refuse_full(environment)
            say(f"Making the tables of Samphan {archive.contents.samphan} …")
            _make_tables(environment, archive.contents)
            with _owner(environment) as connection:
                warnings += _Loading(environment, connection, archive, say).run()
            if to_this_version:
                say("Bringing it to this version …")
                warnings += [warning for warning in prepare_database(environment) if warning not in warnings]
            with _owner(environment) as connection:
                if to_this_version and not sends:
                    _hold_outgoing(connection, archive.contents)
                connection.execute("ANALYZE")
        return Restored(archive.contents, archive.sums, time.monotonic() - started_at, warnings)


@contextlib.contextmanager
def _owner(environment: Environment) -> Iterator[Connection]:
    """A connection as the owner of the tables, which may do all that a restore does without being superuser."""
    with psycopg.connect(**environment.database_parameters(), autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        for statement in catalogue.SESSION:
            connection.execute(statement)
        yield connection


def _hold_outgoing(connection: Connection, contents: Contents) -> None:
    connection.execute(
        "INSERT INTO platform_outgoinghold (workspace_id, since, backup_at)"
        " SELECT id, now(), %s FROM administration_workspace ON CONFLICT DO NOTHING",
        [contents.created_at],
    )


def _refuse_full(environment: Environment) -> None:
    with _owner(environment) as connection:
        if catalogue.has_table(connection, "administration_workspace"):
            found = connection.execute("SELECT slug FROM administration_workspace ORDER BY slug LIMIT 3").fetchall()
            if found:
                names = ", ".join(str(slug) for (slug,) in found)
                raise RuntimeProblem(
                    f"The home {environment.home} is not empty (workspace {names}), and a restore overwrites nothing: name"
                    " a new folder with SAMPHAN_HOME, or another database with SAMPHAN_DATABASE_URL."
                )
            if connection.execute("SELECT 1 FROM administration_user LIMIT 1").fetchone():
                raise RuntimeProblem(f"The home {environment.home} is not empty (it has users): name a new folder.")
    files = environment.home / "files"
    if any(path.is_file() for path in files.rglob("*")):
        raise RuntimeProblem(f"{files} holds files already, and a restore overwrites nothing: move them away first.")


def _make_tables(environment: Environment, contents: Contents) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "samphan.runtime.backup.schema"],
        env=child_environment(dataclasses.replace(environment, database_role=OWNER)),
        input=json.dumps(contents.migrations),
        capture_output=True,
        text=True,
        errors="replace",
    )
    if answer.returncode != 0:
        lines = answer.stderr.strip().splitlines() or ["The tables could not be made, and nothing was said about it."]
        raise RuntimeProblem(lines[-1])


class _Loading:
    """One restore's transaction."""

    def __init__(self, environment: Environment, connection: Connection, archive: Archive, say: Say) -> None:
        self._home, self._given_key = environment.home, environment.given_secret_key
        self._connection, self._archive, self._say = connection, archive, say
        self._staging = environment.home / STAGING
        self._key = ""
        self._warnings: list[str] = []
        self._remote = remote_files(environment)
        self._sent: list[str] = []

    def run(self) -> list[str]:
        """Load everything, or nothing; returns warnings."""
        shutil.rmtree(self._staging, ignore_errors=True)
        self._staging.mkdir(mode=0o700)
        files, placed = self._home / "files", False
        try:
            with self._connection.transaction():
                self._load()
                shutil.rmtree(files, ignore_errors=True)  # folders without a file
                self._staging.rename(files)
                placed = True
                self._send_away(files)
                self._place_key()
        except BaseException as error:
            if placed:
                shutil.rmtree(files, ignore_errors=True)
            for name in self._sent:
                with contextlib.suppress(Exception):
                    self._remote.delete(name)
            if isinstance(error, psycopg.Error):
                # The details would show what somebody's row says.
                said = error.diag.message_primary or str(error).strip().splitlines()[0]
                raise RuntimeProblem(
                    f"The backup could not be loaded, and the home is as empty as before: {said}."
                ) from error
            raise
        finally:
            shutil.rmtree(self._staging, ignore_errors=True)
        return self._warnings

    def _load(self) -> None:
        connection = self._connection
        memory = min(2**20, max(2**16, _memory_kilobytes() // 16))
        connection.execute(f"SET LOCAL maintenance_work_mem = {memory}")
        tables = catalogue.tables(connection)
        self._compare_tables({table.name: list(table.columns) for table in tables})
        walled = [table.name for table in tables if table.has_walls]
        names = [table.name for table in tables]
        keys, indexes = catalogue.keys(connection), catalogue.indexes(connection)
        self._each("ALTER TABLE {} DROP CONSTRAINT {}", [(key.table, key.name) for key in reversed(keys)])
        self._each("DROP INDEX {}", [(name,) for name in indexes])
        # The owner may load what is walled only while the walls do not bind it; nobody else sees this transaction.
        self._each("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", [(name,) for name in walled])
        self._each("ALTER TABLE {} DISABLE TRIGGER USER", [(name,) for name in names])
        # Emptied in this transaction, a table takes its rows as frozen: nothing has to be written again later.
        connection.execute(
            sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(sql.Identifier("public", name) for name in names))
        )
        self._take_entries()
        self._renumber_transactions()
        self._say("Making keys and indexes …")
        for key in keys:
            if key.kind != "f":
                self._add_key(key)
        for definition in {**indexes, **self._archive.contents.indexes}.values():
            connection.execute(definition)
        for key in keys:
            if key.kind == "f":
                self._add_key(key)
        self._each("ALTER TABLE {} ENABLE TRIGGER USER", [(name,) for name in names])
        self._each("ALTER TABLE {} FORCE ROW LEVEL SECURITY", [(name,) for name in walled])

    def _each(self, statement: LiteralString, names: list[tuple[str, ...]]) -> None:
        for found in names:
            self._connection.execute(sql.SQL(statement).format(*map(sql.Identifier, found)))

    def _add_key(self, key: catalogue.Constraint) -> None:
        statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} " + key.definition.replace("{", "{{").replace("}", "}}"))
        self._connection.execute(statement.format(sql.Identifier(key.table), sql.Identifier(key.name)))

    def _compare_tables(self, made: dict[str, list[str]]) -> None:
        for table, columns in self._archive.contents.tables.items():
            missing = sorted(set(columns) - set(made.get(table, ())))
            if missing:
                raise RuntimeProblem(
                    f"The backup has {table}.{missing[0]}, which no change of the tables in this version makes: it was made"
                    " by a version that was never released; restore it with that one."
                )

    def _take_entries(self) -> None:
        rows, reported_at = 0, time.monotonic()
        with contextlib.ExitStack() as open_copy, self._connection.cursor() as cursor:
            current = ""
            copy: psycopg.Copy | None = None
            for entry in self._archive.entries():
                table = table_of(entry.name) if entry.name.startswith(TABLES) else ""
                if table != current:
                    open_copy.close()  # ends the rows of the table before
                    current, copy = table, None
                if not table:
                    self._take(entry)
                    continue
                if copy is None:
                    copy = open_copy.enter_context(cursor.copy(self._copy_statement(table)))
                part = entry.content()
                copy.write(part)
                rows += part.count(b"\n")
                if time.monotonic() - reported_at > REPORT_SECONDS:
                    self._say(f"{rows:,} rows; now {table}")
                    reported_at = time.monotonic()
        self._say(f"{rows:,} rows and {self._archive.sums.files:,} files")

    def _copy_statement(self, table: str) -> sql.Composed:
        columns = sql.SQL(", ").join(map(sql.Identifier, self._archive.contents.tables[table]))
        return sql.SQL("COPY {} ({}) FROM STDIN WITH (FREEZE)").format(sql.Identifier("public", table), columns)

    def _take(self, entry: Entry) -> None:
        if entry.name == SEQUENCES:
            self._set_sequences(json.loads(entry.content()))
        elif entry.name == f"{HOME}{SECRET_KEY_FILE}":
            self._key = entry.content().decode()
        elif entry.name.startswith(HOME) and entry.name.removeprefix(HOME) in HOME_FILES:
            path = self._home / entry.name.removeprefix(HOME)
            if not path.exists():
                path.write_bytes(entry.content())
                self._warnings.append(f"{path.name} of the backup is in force from the next start of the database.")
        elif entry.name.startswith(FILES):
            self._write_file(entry)

    def _write_file(self, entry: Entry) -> None:
        path = (self._staging / entry.name.removeprefix(FILES)).resolve()
        if not path.is_relative_to(self._staging.resolve()):
            raise RuntimeProblem(
                f"The backup holds a file outside of its folder ({entry.name}): it is not to be trusted."
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as file:
            for piece in entry.pieces:
                file.write(piece)
        path.chmod(entry.mode)
        os.utime(path, (entry.modified_at, entry.modified_at))

    def _send_away(self, files: Path) -> None:
        """Move the files of customers into the bucket, where there is one; those of imports stay in the home."""
        if self._remote is None:
            return
        for path in sorted(files.rglob("*")):
            name = path.relative_to(files).as_posix()
            if path.is_file() and not name.startswith(IMPORTS):
                if self._remote.exists(name):
                    raise RuntimeProblem(f"The bucket holds {name} already, and a restore overwrites nothing.")
                with path.open("rb") as source:
                    self._remote.save(name, File(source))
                self._sent.append(name)
                path.unlink()

    def _set_sequences(self, values: dict[str, list[Any]]) -> None:
        for name in catalogue.sequences(self._connection):
            if name in values:
                last, is_called = values[name]
                query = sql.SQL("SELECT setval({}::regclass, %s, %s)").format(sql.Literal(f'public."{name}"'))
                self._connection.execute(query, (last, is_called))

    def _renumber_transactions(self) -> None:
        """Give the transactions that the outbox and its readers remember numbers that lie behind this server's own.

        Events are read below the oldest transaction that still runs. A young server counts from the beginning: to it, those
        of an older one have not happened yet, and its own would lie before what readers have read. So the ids become 1, 2,
        3 and on in their order, and the server counts on past them.
        """
        columns = catalogue.columns_of_type(self._connection, "xid8")
        if not columns:
            return
        remembered = sql.SQL(" UNION ").join(
            sql.SQL("SELECT {} AS id FROM {}").format(sql.Identifier(column), sql.Identifier(table))
            for table, column in columns
        )
        self._connection.execute(
            sql.SQL(
                "CREATE TEMP TABLE restored_transactions ON COMMIT DROP AS"
                " SELECT id, row_number() OVER (ORDER BY id)::text::xid8 AS number FROM ({}) remembered WHERE id IS NOT NULL"
            ).format(remembered)
        )
        for table, column in columns:
            self._connection.execute(
                sql.SQL("UPDATE {} t SET {} = r.number FROM restored_transactions r WHERE r.id = t.{}").format(
                    sql.Identifier(table), sql.Identifier(column), sql.Identifier(column)
                )
            )
        self._connection.execute(COUNT_ON)

    def _place_key(self) -> None:
        if self._given_key is not None:
            if self._key != self._given_key:
                self._warnings.append(
                    "SAMPHAN_SECRET_KEY is not the key of the backup: everybody has to sign in again, and what was"
                    " encrypted with that key cannot be read. Set it to the old one."
                )
            return
        aside = self._home / f".{SECRET_KEY_FILE}.restored"
        descriptor = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self._key)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._home / SECRET_KEY_FILE)


def _memory_kilobytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
    except (ValueError, OSError):
        return 2**21
