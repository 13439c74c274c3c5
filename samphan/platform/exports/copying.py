"""Rows out of PostgreSQL as the text of a CSV file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from samphan.platform.exports.reading import MEMORY


@contextmanager
def copying(cursor: Any, sql: str, params: Sequence[Any]) -> Iterator[Iterator[bytes]]:
    """The rows of a SELECT as lines of CSV, one piece a row. COPY out of a query works under row-level security."""
    cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
    with cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, ENCODING 'UTF8')", params) as copy:
        yield (bytes(data) for data in copy)
