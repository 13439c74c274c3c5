"""Record what each migration of ours says to an empty database, into samphan/runtime/data/schema.sql (`make schema`).

A first start executes the record; migrations that came after it are worked out as ever, so it need not be made anew with
each. tests/test_recorded_schema.py holds both ways against each other.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from samphan.config.environment import load_environment
from samphan.runtime import recorded
from samphan.runtime.postgres import EmbeddedPostgres
from samphan.runtime.roles import OWNER, prepare

HEADING = "-- Recorded by `make schema`: what each migration says to an empty database. Not to be edited by hand.\n"
READS = ("SELECT ", "SAVEPOINT ", "RELEASE ", "SET CONSTRAINTS ")


@contextmanager
def listening(connection: Any, heard: list[str]) -> Iterator[None]:
    def listen(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        said = str(sql) if params is None else connection.ops.compose_sql(sql, params)
        if not said.lstrip().upper().startswith(READS):
            heard.append(said.strip().rstrip(";"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield


def record(connection: Any) -> str:
    """The whole file's text, from the migrations carried out on an empty database."""
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.state import ProjectState

    executor = MigrationExecutor(connection)
    executor.recorder.ensure_schema()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    state = ProjectState(real_apps=executor.loader.unmigrated_apps)
    parts = [HEADING]
    for migration, _backwards in plan:
        heard: list[str] = []
        with listening(connection, heard):
            state = executor.apply_migration(state, migration)
        if key := recorded.key_of(migration):
            told = [statement for statement in heard if '"django_migrations"' not in statement]
            parts.append("{}{}\n{}\n".format(recorded.HEAD, " ".join(key), recorded.END.join(told)))
    return "".join(parts)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="samphan-schema-") as folder:
        os.environ |= {"SAMPHAN_HOME": folder, "SAMPHAN_DATABASE_ROLE": OWNER}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")
        environment = load_environment(os.environ)
        server = EmbeddedPostgres(environment.home, environment.postgres_bin)
        server.ensure_running()
        try:
            prepare(environment)
            import django

            django.setup()
            from django.db import connection

            text = record(connection)
            connection.close()
        finally:
            server.destroy()
    recorded.SCHEMA.write_text(text, "utf-8")
    print(f"{recorded.SCHEMA.name}: {text.count(recorded.HEAD)} migrations, {len(text):,} characters")


if __name__ == "__main__":
    main()
