"""`samphan upgrade`: bring a home from whatever earlier version to this one, with a backup to go back to."""

import dataclasses
import datetime as dt
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg

from samphan import __version__
from samphan.config.environment import Environment
from samphan.runtime.home import RuntimeProblem, only_supervisor, prepare_home
from samphan.runtime.postgres import database
from samphan.runtime.roles import unmarked_functions
from samphan.runtime.supervisor import prepare_database

FOLDER = "backups"


@dataclasses.dataclass(frozen=True)
class Upgraded:
    """What an upgrade did."""

    changes: list[str]
    backup: Path | None
    marks: int
    warnings: list[str]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "version": __version__,
            "changes": self.changes,
            "backup": str(self.backup) if self.backup else None,
            "marks": self.marks,
            "warnings": self.warnings,
            "seconds": round(self.seconds, 1),
        }


def upgrade(
    environment: Environment,
    *,
    say: Callable[[str], None],
    backup: Path | None = None,
    passphrase: str | None = None,
    with_backup: bool = True,
) -> Upgraded:
    """Back up, migrate under the lock, put the marks on again; a second run finds nothing to do.

    :param backup: the file to back up to; default: one in `backups` of the home.
    :raises RuntimeProblem: with one sentence; the database is then what it was before.
    """
    started_at = time.monotonic()
    prepare_home(environment.home)
    # With a server of its own, only the other machines know whether they run; migrations take a lock there all the same.
    alone = only_supervisor(environment.home, "it is being upgraded") if environment.is_embedded else nullcontext()
    with alone, database(environment):
        applied = _applied(environment)
        made = None
        waiting = _waiting(applied)
        if waiting and applied and with_backup:
            made = _back_up(environment, backup, passphrase, say)
        unmarked = _unmarked(environment)
        if waiting:
            say(f"Bringing the database to Samphan {__version__}: {len(waiting)} changes …")
        try:
            warnings = prepare_database(environment)
        except RuntimeProblem as problem:
            before = f" Before it, everything was written to {made}." if made else ""
            # Changes that PostgreSQL cannot take back, such as an index made beside running work, come one by one.
            stay = _applied(environment) - applied
            state = f"{len(stay)} changes before it stay." if stay else "The database is as it was."
            raise RuntimeProblem(f"{problem} {state}{before}") from problem
        return Upgraded(waiting, made, unmarked - _unmarked(environment), warnings, time.monotonic() - started_at)


def _back_up(environment: Environment, target: Path | None, passphrase: str | None, say: Callable[[str], None]) -> Path:
    from samphan.runtime.backup.making import make_backup

    if target is None:
        folder = environment.home / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"before-{__version__}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.samphan"
    return make_backup(environment, target, passphrase, say=say).path


def _applied(environment: Environment) -> set[tuple[str, str]]:
    """Migrations that the database has; none for a database that has no tables, or does not exist yet."""
    try:
        with psycopg.connect(**environment.database_parameters(), autocommit=True) as connection:
            connection.execute("SET ROLE samphan_owner")
            return {
                (str(app), str(name)) for app, name in connection.execute("SELECT app, name FROM django_migrations")
            }
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedObject):
        return set()
    except psycopg.OperationalError as error:
        if environment.is_embedded:
            return set()
        raise RuntimeProblem(f"The database does not answer: {str(error).strip().splitlines()[-1]}") from error


def _waiting(applied: set[tuple[str, str]]) -> list[str]:
    """Migrations of this program that are not applied, in their order; it asks no database."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")
    django.setup()
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    wanted: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            wanted[key] = None
    unknown = sorted(applied - set(loader.disk_migrations or ()))
    if unknown:
        raise RuntimeProblem(
            f"The database belongs to a newer version of Samphan ({'.'.join(unknown[0])}): install that version or a later one."
        )
    return [".".join(key) for key in wanted if key not in applied]


def _unmarked(environment: Environment) -> int:
    try:
        with psycopg.connect(**environment.database_parameters(), autocommit=True) as connection:
            return len(unmarked_functions(connection))
    except psycopg.OperationalError:
        return 0
