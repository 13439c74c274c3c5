"""Write many rows of a workspace at once, through a temporary table: COPY is refused where row-level security is on."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from samphan.platform.bulk import copy_rows


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Insert rows into a model's table as the application's role; stands inside `in_workspace`."""
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE demo_rows ON COMMIT DROP AS SELECT {names} FROM "{table}" WHERE false')
        copy_rows(cursor, "demo_rows", columns, rows)
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM demo_rows')
        written: int = cursor.rowcount
        cursor.execute("DROP TABLE demo_rows")
    return written
