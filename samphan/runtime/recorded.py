"""The statements of our own migrations on an empty database, kept in `data/schema.sql` as `make schema` recorded them.

Django works out anew what each of several hundred operations means, with every model of every state in between: a minute
of work at the first start. The statements are always the same while the database is empty, and take seconds.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parent / "data" / "schema.sql"
OURS = "samphan."
HEAD = "-- migration "
END = "\n--;\n"  # stands between two statements


def read(path: Path = SCHEMA) -> Mapping[tuple[str, str, str], str]:
    """(app, migration, digest of its source) → its statements, as one text."""
    if not path.is_file():
        return {}
    found = {}
    for part in path.read_text("utf-8").split(HEAD)[1:]:
        head, _, statements = part.partition("\n")
        app, name, digest = head.split()
        found[app, name, digest] = statements.replace(END, ";\n")
    return found


def key_of(migration: Any) -> tuple[str, str, str] | None:
    """What `schema.sql` calls a migration; None for one that is not ours."""
    if not type(migration).__module__.startswith(OURS):
        return None
    source = Path(inspect.getfile(type(migration))).read_bytes()
    return migration.app_label, migration.name, hashlib.sha256(source).hexdigest()[:16]


def is_empty(connection: Any) -> bool:
    """Whether a database holds no company yet; one whose first start was killed holds some of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.administration_workspace') IS NULL")
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT NOT EXISTS (SELECT FROM administration_workspace)")
        return bool(cursor.fetchone()[0])


def lay_out(connection: Any) -> None:
    """Make the tables of an empty database by what is recorded, up to the first migration of ours that is not.

    Each migration is one transaction, as Django's command has it: after a start that was killed the next goes on from there.
    """
    from django.db import transaction
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.recorder.ensure_schema()
    known = read()
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        key = key_of(migration)
        if key is None:
            # Others' migrations know few models: their states are made quickly.
            node = (migration.app_label, migration.name)
            executor.apply_migration(executor.loader.project_state(node, at_end=False), migration)
        elif key in known:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(known[key])
                executor.recorder.record_applied(migration.app_label, migration.name)
        else:
            break
