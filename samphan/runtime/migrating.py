"""Bring the tables to this version: all waiting migrations in one transaction, so that one that fails leaves the old state.

Run by itself (`python -m samphan.runtime.migrating`), as the owner of the tables; the caller holds the lock.
"""

import sys
from typing import Any

from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own command, which lets each migration of a transaction find the one before it finished."""

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Check what waits to be checked: a table with checks outstanding cannot be altered by the next migration."""
        from django.db import connection

        super().migration_progress_callback(action, migration, fake)
        if action == "apply_success" and connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def bring_to_this_version() -> None:
    """Apply what waits: together where every migration can be taken back, else one after the other.

    The tables of an empty database are made one migration after the other too, by their recorded statements: there is no old
    state to leave, and thousands of new tables and indexes would want a lock each until the end.
    """
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from samphan.runtime import recorded

    executor = MigrationExecutor(connection)
    is_empty = recorded.is_empty(connection)
    if is_empty:
        recorded.lay_out(connection)
        executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    together = not is_empty and all(migration.atomic for migration, _backwards in plan)
    connection.close()
    if together and plan:
        with transaction.atomic():
            call_command(Command(), interactive=False, verbosity=0)
    else:
        call_command("migrate", interactive=False, verbosity=0)


def main() -> int:
    import django

    django.setup()
    bring_to_this_version()
    return 0


if __name__ == "__main__":
    sys.exit(main())
