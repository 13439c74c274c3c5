"""Make a backup while everything goes on."""

import contextlib
import dataclasses
import datetime as dt
import glob
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from samphan import __version__
from samphan.config.environment import Environment
from samphan.config.files import file_storage
from samphan.runtime.backup import catalogue
from samphan.runtime.backup.archive import (
    CONTENTS,
    FILES,
    FORMAT,
    HOME,
    SEQUENCES,
    ArchiveWriter,
    Contents,
    Sums,
    read_archive,
)
from samphan.runtime.backup.catalogue import Connection, Table
from samphan.runtime.backup.sealing import SHORTEST_PASSPHRASE
from samphan.runtime.home import FileLock, RuntimeProblem, existing_id
from samphan.runtime.postgres import EmbeddedPostgres
from samphan.runtime.roles import OWNER
from samphan.runtime.supervisor import MIGRATION_LOCK

PART_BYTES = 8 * 2**20
REPORT_SECONDS = 5.0
LAST_BACKUP = "backup.json"
STAGING = ".backup-files"
# Beside the key: the owner's own lines for the embedded database.
HOME_FILES = ("postgresql.conf",)

Say = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Made:
    """A finished backup, read back and found whole."""

    path: Path
    size: int
    seconds: float
    contents: Contents
    sums: Sums
    is_encrypted: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.path),
            "bytes": self.size,
            "seconds": round(self.seconds, 1),
            "encrypted": self.is_encrypted,
            **described(self.contents, self.sums),
        }


def described(contents: Contents, sums: Sums) -> dict[str, Any]:
    """What a backup holds, for `--json`."""
    return {
        "samphan": contents.samphan,
        "created_at": contents.created_at,
        "postgres": contents.postgres,
        "workspaces": contents.workspaces,
        "tables": len(contents.tables),
        "rows": sums.row_count,
        "files": sums.files,
        "file_bytes": sums.file_bytes,
    }


def make_backup(environment: Environment, target: Path, passphrase: str | None = None, *, say: Say) -> Made:
    """Write one consistent backup of a running database to a new file, read it back, and only then give it its name.

    :param target: a file that does not exist yet; until it is whole it has another name, with `.partial` behind.
    :param passphrase: encrypts it; without one the file is readable by whoever holds it.
    :raises RuntimeProblem: with one sentence; nothing is left behind then.
    """
    target = target.absolute()
    if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
        raise RuntimeProblem(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
    if target.exists() or target.is_symlink():
        raise RuntimeProblem(f"{target} exists already, and a backup overwrites nothing: choose another name.")
    if not target.parent.is_dir():
        raise RuntimeProblem(f"There is no folder {target.parent}.")
    started_at = time.monotonic()
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    with _only_backup(environment.home):
        for left in target.parent.glob(f".{glob.escape(target.name)}.*.partial"):
            left.unlink(missing_ok=True)  # of one that was killed
        try:
            sums = _write(environment, partial, passphrase, say)
            say("Reading it back …")
            contents, found = verify(partial, passphrase)
            if found != sums:
                raise RuntimeProblem("The backup reads back as something else than was written: look after the disk.")
            _name(partial, target)
        except OSError as error:
            raise RuntimeProblem(f"{target} cannot be written: {(error.strerror or str(error)).lower()}.") from error
        finally:
            partial.unlink(missing_ok=True)
    made = Made(target, target.stat().st_size, time.monotonic() - started_at, contents, sums, passphrase is not None)
    _note(environment.home, made)
    return made


def verify(path: Path, passphrase: str | None) -> tuple[Contents, Sums]:
    """Read a backup to its end and hold it against its own checksums.

    :raises RuntimeProblem: for whatever is wrong with it.
    """
    with read_archive(path, passphrase) as archive:
        for _entry in archive.entries():
            pass
        return archive.contents, archive.sums


def last_backup(home: Path) -> dict[str, Any] | None:
    """What was noted of the newest backup made from this home; None when there was none."""
    try:
        return dict(json.loads((home / LAST_BACKUP).read_text("utf-8")))
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def reading(environment: Environment) -> Iterator[Connection]:
    """A connection that may read every row: the embedded server's superuser, else the owner of the tables."""
    if environment.is_embedded:
        with EmbeddedPostgres(environment.home, environment.postgres_bin).superuser() as connection:
            yield connection
        return
    parameters = {"connect_timeout": 10, **environment.database_parameters()}
    try:
        opened = psycopg.connect(**parameters, autocommit=True)
    except psycopg.OperationalError as error:
        raise RuntimeProblem(f"The database does not answer: {str(error).strip().splitlines()[-1]}") from error
    with opened as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        yield connection


def _write(environment: Environment, partial: Path, passphrase: str | None, say: Say) -> Sums:
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=2**20) as file:
        archive = ArchiveWriter(file, passphrase)
        with _held_files(environment.home) as held:
            with reading(environment) as connection:
                for statement in catalogue.SESSION:
                    connection.execute(statement)
                # Migrations wait for the end of a backup, instead of queueing for a table and holding everybody up.
                connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", (MIGRATION_LOCK,))
                _add_rows(archive, connection, environment, held.hold, say)
            _add_home(archive, environment)
            _add_files(archive, held, say)
            remote = remote_files(environment)
            if remote is not None:
                _add_remote(archive, remote, set(held.paths), say)
        sums = archive.finish()
        file.flush()
        os.fsync(file.fileno())
    return sums


def _add_rows(
    archive: ArchiveWriter, connection: Connection, environment: Environment, hold_files: Callable[[], None], say: Say
) -> None:
    hold_files()
    # Reads alone: it has no transaction id, so it holds back neither the outbox nor anybody's write.
    connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.execute("SELECT 1")  # takes the snapshot
    # Files come before the rows that name them and go after: held before and after the snapshot, all that it names are there.
    hold_files()
    contents, found = _contents(connection, environment)
    archive.add(CONTENTS, contents.to_json())
    workspaces = _workspace_ids(connection) if not _sees_everything(connection) else None
    rows, reported_at = 0, time.monotonic()
    for table in found:
        for part in _parts(connection, table, workspaces):
            rows += archive.add_part(table.name, part)
            if time.monotonic() - reported_at > REPORT_SECONDS:
                say(f"{rows:,} rows; now {table.name}")
                reported_at = time.monotonic()
        archive.tally.begin_table(table.name)
    archive.add(SEQUENCES, json.dumps(_sequence_values(connection)).encode())
    connection.execute("COMMIT")
    say(f"{rows:,} rows of {len(found)} tables")


def _contents(connection: Connection, environment: Environment) -> tuple[Contents, list[Table]]:
    found = catalogue.tables(connection)
    names = {table.name for table in found}
    if "django_migrations" not in names or "administration_workspace" not in names:
        raise RuntimeProblem(f"There is nothing to back up in {environment.home} yet: its database has no tables.")
    migrations = connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    slugs = connection.execute("SELECT slug FROM administration_workspace ORDER BY slug").fetchall()
    (server,) = connection.execute("SHOW server_version").fetchone() or ("",)
    contents = Contents(
        format=FORMAT,
        samphan=__version__,
        created_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        postgres=str(server),
        home=existing_id(environment.home) or "",
        workspaces=[str(slug) for (slug,) in slugs],
        migrations=[[str(app), str(name)] for app, name in migrations],
        tables={table.name: list(table.columns) for table in found},
        indexes=catalogue.indexes(connection),
    )
    return contents, found


def _sees_everything(connection: Connection) -> bool:
    row = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _workspace_ids(connection: Connection) -> list[str]:
    return [str(found) for (found,) in connection.execute("SELECT id FROM administration_workspace ORDER BY id")]


def _parts(connection: Connection, table: Table, workspaces: list[str] | None) -> Iterator[bytes]:
    """The rows of one table as COPY writes them, in parts that end with a row.

    :param workspaces: where row-level security binds even the owner of the tables, a walled table is read once for each.
    """
    if workspaces is None or not table.has_walls:
        yield from _copied(connection, table, None)
        return
    for workspace in workspaces:
        connection.execute("SELECT set_config('samphan.workspace', %s, true)", (workspace,))
        yield from _copied(connection, table, workspace if table.has_workspace else None)
        if not table.has_workspace:
            raise RuntimeProblem(f"The rows of {table.name} are walled and carry no workspace: report this.")
    connection.execute("SELECT set_config('samphan.workspace', '', true)")


def _copied(connection: Connection, table: Table, workspace: str | None) -> Iterator[bytes]:
    query = sql.SQL("SELECT {} FROM {}").format(table.column_list(), sql.Identifier("public", table.name))
    if workspace is not None:
        query += sql.SQL(" WHERE workspace_id = {}").format(sql.Literal(workspace))
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as copy:
        waiting: list[memoryview | bytes] = []
        size = 0
        for row in copy:
            waiting.append(bytes(row))
            size += len(row)
            if size >= PART_BYTES:
                yield b"".join(waiting)
                waiting, size = [], 0
        if waiting:
            yield b"".join(waiting)


def _sequence_values(connection: Connection) -> dict[str, list[Any]]:
    values = {}
    for name in catalogue.sequences(connection):
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier("public", name))
        values[name] = list(connection.execute(query).fetchone() or ())
    return values


def _add_home(archive: ArchiveWriter, environment: Environment) -> None:
    key = environment.secret_key().encode()
    archive.tally.begin_file(f"{HOME}secret_key", len(key))
    archive.tally.add_bytes(key)
    archive.add(f"{HOME}secret_key", key)
    for name in HOME_FILES:
        if (environment.home / name).is_file():
            archive.add_file(f"{HOME}{name}", environment.home / name)


class _HeldFiles:
    """The installation's files, held by a second name each, so that what is deleted meanwhile can still be read."""

    def __init__(self, source: Path, staging: Path) -> None:
        self._source, self._staging = source, staging
        self.paths: dict[str, Path] = {}

    def hold(self) -> None:
        """Hold what is there now and not held yet; where the disk gives no second names, remember where it lies."""
        for folder, _folders, names in os.walk(self._source):
            for name in names:
                path = Path(folder) / name
                relative = path.relative_to(self._source).as_posix()
                if relative in self.paths or path.is_symlink():
                    continue
                second = self._staging / str(len(self.paths))
                try:
                    second.hardlink_to(path)
                except FileNotFoundError:
                    continue
                except OSError:
                    second = path
                self.paths[relative] = second


@contextlib.contextmanager
def _held_files(home: Path) -> Iterator[_HeldFiles]:
    staging = home / STAGING
    shutil.rmtree(staging, ignore_errors=True)  # of a backup that was killed; this one has the lock
    staging.mkdir(mode=0o700)
    try:
        yield _HeldFiles(home / "files", staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _add_files(archive: ArchiveWriter, held: _HeldFiles, say: Say) -> None:
    total, reported_at = 0, time.monotonic()
    for number, (relative, path) in enumerate(sorted(held.paths.items()), 1):
        with contextlib.suppress(FileNotFoundError):  # only where the disk gave no second name
            total += archive.add_file(f"{FILES}{relative}", path)
        if time.monotonic() - reported_at > REPORT_SECONDS:
            say(f"{number:,} of {len(held.paths):,} files, {total / 2**20:,.0f} MiB")
            reported_at = time.monotonic()
    say(f"{len(held.paths):,} files, {total / 2**20:,.1f} MiB")


def remote_files(environment: Environment) -> Any:
    """The bucket of SAMPHAN_FILES_URL, through its storage; None where files lie in the home."""
    if environment.files_url is None:
        return None
    os.environ.update(environment.variables())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")
    from django.utils.module_loading import import_string

    entry = file_storage(environment.files_url, environment.home)
    try:
        return import_string(entry["BACKEND"])(**entry["OPTIONS"])
    except ImportError as error:
        raise RuntimeProblem(
            "SAMPHAN_FILES_URL is set, and the extra is missing: pip install 'samphan[s3]'."
        ) from error


def _add_remote(archive: ArchiveWriter, storage: Any, known: set[str], say: Say) -> None:
    """Files of a bucket: they are written once under a name of their own, and never changed."""
    count = 0
    for name in _remote_names(storage, ""):
        if name in known:
            continue  # also in the home: the one that the rows name was there first
        with contextlib.suppress(FileNotFoundError), storage.open(name) as source:
            archive.add_stream(f"{FILES}{name}", source, int(storage.size(name)))
            count += 1
    say(f"{count:,} files of the bucket")


def _remote_names(storage: Any, folder: str) -> Iterator[str]:
    folders, names = storage.listdir(folder)
    for name in sorted(names):
        if name:
            yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from _remote_names(storage, f"{folder}/{name}" if folder else name)


@contextlib.contextmanager
def _only_backup(home: Path) -> Iterator[None]:
    lock = FileLock(home / "backup.lock")
    try:
        if not lock.acquire(timeout_seconds=0):
            raise RuntimeProblem("Another backup of this home is being made; wait until it is done.")
        yield
    finally:
        lock.release()


def _name(partial: Path, target: Path) -> None:
    """Give the finished file its name, unless somebody made one of that name meanwhile."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise RuntimeProblem(f"{target} was made by somebody else meanwhile; nothing was overwritten.") from None
    except OSError:
        # A disk without second names.
        if target.exists():
            raise RuntimeProblem(f"{target} was made by somebody else meanwhile; nothing was overwritten.") from None
        partial.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _note(home: Path, made: Made) -> None:
    aside = home / f".{LAST_BACKUP}.{os.getpid()}"
    aside.write_text(json.dumps(made.as_json(), ensure_ascii=False), "utf-8")
    aside.replace(home / LAST_BACKUP)
