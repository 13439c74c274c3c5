"""A first start by the recorded statements, held against one that works every migration out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from samphan.administration.models import Workspace
from samphan.config.environment import load_environment
from samphan.runtime import recorded
from samphan.runtime.postgres import EmbeddedPostgres
from samphan.runtime.roles import OWNER, prepare

BY_RECORD = """
import sys
from pathlib import Path
from samphan.runtime import migrating, recorded
recorded.SCHEMA = Path(sys.argv[1])
migrating.main()
"""


def schema_of(home: Path, *starts: Path) -> list[str]:
    """Everything the schema holds after starts by these records, one after the other."""
    environment = load_environment({**os.environ, "SAMPHAN_HOME": str(home), "SAMPHAN_DATABASE_ROLE": OWNER})
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    server.ensure_running()
    try:
        prepare(environment)
        variables = {**os.environ, **environment.variables(), "SAMPHAN_DATABASE_ROLE": OWNER}
        for record in starts:
            subprocess.run(
                [sys.executable, "-c", BY_RECORD, str(record)],
                env=variables,
                check=True,
                capture_output=True,
                timeout=400,
            )
        with server.superuser("samphan") as connection:
            found = connection.execute(EVERYTHING).fetchall()
    finally:
        server.destroy()
    return [str(line) for (line,) in found]


EVERYTHING = """
    SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, column_default, collation_name,
                     generation_expression, character_maximum_length)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'policy', to_jsonb(p)) FROM pg_policies p
    UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(p.oid), p.proleakproof, p.proacl)
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', 'relation', oid::regclass, relkind, relrowsecurity, relforcerowsecurity, relpersistence,
                               reloptions, relacl, relowner::regrole)
      FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'sequence', to_jsonb(s) - 'last_value') FROM pg_sequences s WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext
    UNION ALL SELECT concat_ws(' ', 'type', typname, pg_get_expr(typdefaultbin, 0))
      FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e')
    UNION ALL SELECT concat_ws(' ', 'migration', app, name) FROM django_migrations
    UNION ALL SELECT concat_ws(' ', 'permission', codename) FROM auth_permission
    ORDER BY 1
"""


@pytest.fixture(scope="module")
def recorded_schema(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return schema_of(tmp_path_factory.mktemp("record"), recorded.SCHEMA)


def first(count: int, folder: Path) -> Path:
    """A record of the first migrations alone."""
    parts = recorded.SCHEMA.read_text("utf-8").split(recorded.HEAD)
    path = folder / "schema.sql"
    path.write_text(recorded.HEAD.join(parts[: count + 1]), "utf-8")
    assert len(recorded.read(path)) == count
    return path


def test_what_came_after_the_record_is_worked_out(recorded_schema: list[str], tmp_path: Path) -> None:
    """The tables are those that the last migrations of ours make by themselves."""
    count = len(recorded.read()) - 8
    assert schema_of(tmp_path / "home", first(count, tmp_path)) == recorded_schema


@pytest.mark.long
def test_makes_the_tables_that_the_migrations_make(recorded_schema: list[str], tmp_path: Path) -> None:
    assert schema_of(tmp_path / "home", first(0, tmp_path)) == recorded_schema


def test_a_company_is_never_laid_out_anew(recorded_schema: list[str], workspace: Workspace) -> None:
    """The record is for a database without anything in it: its statements know no rows."""
    from django.db import connection

    assert not recorded.is_empty(connection)
    assert {line.split()[0] for line in recorded_schema} >= {"policy", "trigger", "function", "index", "permission"}


def test_holds_most_migrations_as_they_are() -> None:
    """Where many came since, or old ones changed, a first start is slow: `make schema` records them anew."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    ours = [key for migration in loader.disk_migrations.values() if (key := recorded.key_of(migration))]
    assert apps.is_installed("samphan.customers")
    missing = sorted(f"{app}.{name}" for app, name, digest in ours if (app, name, digest) not in recorded.read())
    assert len(missing) <= ENOUGH, (
        f"{len(missing)} migrations are not in schema.sql, make schema records them: {missing}"
    )


ENOUGH = 12


@pytest.mark.parametrize("text", ["", "-- nothing\n"])
def test_reads_an_empty_record(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(text, "utf-8")
    assert recorded.read(path) == {}
