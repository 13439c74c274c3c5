"""Make the tables of a backup in an empty database: exactly the migrations that it had, in their order.

Run by itself (`python -m samphan.runtime.backup.schema`), as the owner of the tables, with the migrations on standard input.
"""

import json
import sys
from typing import Any

from psycopg import sql

from samphan.runtime.home import RuntimeProblem


def make_tables(migrations: list[list[str]]) -> None:
    """Apply these migrations and no others, after taking away what empty tables there are.

    :raises RuntimeProblem: when this program does not have one of them, before anything is changed.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    wanted = {(app, name) for app, name in migrations}
    connection.ensure_connection()
    loader = MigrationExecutor(connection).loader
    unknown = sorted(wanted - set(loader.disk_migrations or ()))
    if unknown:
        raise RuntimeProblem(
            f"The backup was made by a newer version of Samphan, which knows {len(unknown)} changes of the tables more than"
            f" this one ({'.'.join(unknown[0])}): install that version or a later one."
        )
    drop_tables(connection.connection)
    executor = MigrationExecutor(connection)
    everything = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    executor.migrate(None, plan=[step for step in everything if (step[0].app_label, step[0].name) in wanted])


def drop_tables(connection: Any) -> None:
    """Take away every table, function and type of the role that asks; the caller knows that they hold nothing."""
    own = "relnamespace = 'public'::regnamespace AND relowner = current_user::regrole"
    for kinds, what in (("'v'", "VIEW"), ("'m'", "MATERIALIZED VIEW"), ("'r', 'p'", "TABLE"), ("'S'", "SEQUENCE")):
        rows = connection.execute(f"SELECT relname FROM pg_class WHERE relkind IN ({kinds}) AND {own}").fetchall()
        if rows:
            names = sql.SQL(", ").join(sql.Identifier("public", name) for (name,) in rows)
            connection.execute(sql.SQL(f"DROP {what} IF EXISTS {{}} CASCADE").format(names))
    routines = connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole"
    ).fetchall()
    for (signature,) in routines:
        connection.execute(f"DROP ROUTINE IF EXISTS {signature} CASCADE")
    types = connection.execute(
        "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typowner = current_user::regrole"
        " AND (typtype IN ('e', 'd')"
        " OR typtype = 'c' AND EXISTS (SELECT 1 FROM pg_class WHERE oid = typrelid AND relkind = 'c'))"
    ).fetchall()
    for (name,) in types:
        connection.execute(sql.SQL("DROP TYPE IF EXISTS {} CASCADE").format(sql.Identifier("public", name)))


def main() -> int:
    import django

    django.setup()
    try:
        make_tables(json.load(sys.stdin))
    except RuntimeProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
