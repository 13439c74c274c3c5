"""Bring the birth dates that are there, and their earlier states, into the text that may lack parts."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 20_000
KEYS = {"customers_customer": "id", "customers_customerhistory": "pgh_id"}


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _move(schema_editor, "birth = to_char(t.birth_date, 'YYYY-MM-DD')", "birth_date IS NOT NULL AND birth IS NULL")


def empty(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Only whole dates fit into the old column."""
    known = "birth IS NOT NULL AND birth NOT LIKE '%%X%%'"
    # On the way back the trigger of before, which keeps every change of `birth_date`, stands already.
    schema_editor.execute("ALTER TABLE customers_customer DISABLE TRIGGER USER")
    _move(schema_editor, "birth_date = t.birth::date", f"{known} AND birth_date IS DISTINCT FROM birth::date")
    schema_editor.execute("ALTER TABLE customers_customer ENABLE TRIGGER USER")


def _move(schema_editor: BaseDatabaseSchemaEditor, change: str, where: str) -> None:
    # The history of an update is written where tracked columns change; `birth` is not among those of the trigger yet.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM administration_workspace")
        workspaces = [row[0] for row in cursor.fetchall()]
        for workspace in workspaces:
            # The second wall holds for the owner of the tables too.
            cursor.execute("SELECT set_config('samphan.workspace', %s, true)", [str(workspace)])
            for table, key in KEYS.items():
                moved = BATCH
                while moved == BATCH:
                    cursor.execute(
                        f"UPDATE {table} t SET {change} FROM (SELECT {key} FROM {table} WHERE workspace_id = %s AND {where}"
                        f" LIMIT {BATCH}) todo WHERE t.{key} = todo.{key}",
                        [workspace],
                    )
                    moved = cursor.rowcount
        cursor.execute("SELECT set_config('samphan.workspace', '', true)")


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_birth"), ("administration", "0002_walls")]

    operations = [migrations.RunPython(fill, empty)]
