"""The one fixture through which these tests reach a database."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from samphan.platform.conditions.tests.throwaway import throwaway_postgres


@pytest.fixture(scope="session")
def database() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection to an empty database in which tables may be made."""
    with throwaway_postgres() as dsn, psycopg.connect(dsn) as connection:
        yield connection
        connection.rollback()
