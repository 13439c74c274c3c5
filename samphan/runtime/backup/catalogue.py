"""What PostgreSQL's catalogue says of our tables: what a backup reads, and what a restore takes off and puts on again."""

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]

# Values are written the same way whatever the server's own settings, and no setting of a role may cut a long read short.
# As text, because it is the one form that every version from 15 on reads from every other.
SESSION: tuple[LiteralString, ...] = (
    "SET client_encoding = 'UTF8'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET TimeZone = 'UTC'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)
# Tables of an extension belong to it; partitions are read one by one, the table over them holds no row of its own.
OURS = """
    c.relnamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""


@dataclass(frozen=True)
class Table:
    """A table with the columns that hold values of their own; those that are computed from others come by themselves."""

    name: str
    columns: tuple[str, ...]
    has_walls: bool
    has_workspace: bool

    def column_list(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


def tables(connection: Connection) -> list[Table]:
    """Our tables by name."""
    rows = connection.execute(
        f"""
        SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum), c.relrowsecurity, bool_or(a.attname = 'workspace_id')
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         WHERE c.relkind = 'r' AND {OURS}
         GROUP BY c.oid, c.relname, c.relrowsecurity ORDER BY c.relname
        """
    ).fetchall()
    return [Table(name, tuple(columns), walls, bool(workspace)) for name, columns, walls, workspace in rows]


def indexes(connection: Connection) -> dict[str, str]:
    """Name to definition of every valid index that is not a constraint's."""
    rows = connection.execute(
        f"""
        SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE {OURS} AND i.indisvalid AND c.relkind = 'i' AND NOT c.relispartition
           AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
           AND EXISTS (SELECT 1 FROM pg_class t WHERE t.oid = i.indrelid AND t.relnamespace = c.relnamespace)
         ORDER BY 1
        """
    ).fetchall()
    return {str(name): str(definition) for name, definition in rows}


@dataclass(frozen=True)
class Constraint:
    table: str
    name: str
    kind: str
    definition: str


def keys(connection: Connection) -> list[Constraint]:
    """Primary, unique and exclusion keys first, then foreign keys: the order in which they can be put on again."""
    rows = connection.execute(
        f"""
        SELECT c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid)
          FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
         WHERE {OURS} AND c.relkind = 'r' AND k.contype IN ('p', 'u', 'x', 'f') AND k.conparentid = 0 AND NOT c.relispartition
         ORDER BY k.contype = 'f', c.relname, k.conname
        """
    ).fetchall()
    return [Constraint(*map(str, row)) for row in rows]


def sequences(connection: Connection) -> list[str]:
    rows = connection.execute(f"SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND {OURS} ORDER BY 1")
    return [str(name) for (name,) in rows.fetchall()]


def columns_of_type(connection: Connection, type_name: str) -> list[tuple[str, str]]:
    """Table and column of every column of a type."""
    rows = connection.execute(
        f"""
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind = 'r' AND {OURS} AND NOT a.attisdropped AND a.atttypid = %s::regtype ORDER BY 1, 2
        """,
        (type_name,),
    ).fetchall()
    return [(str(table), str(column)) for table, column in rows]


def has_table(connection: Connection, name: str) -> bool:
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"public.{name}",)).fetchone()
    return bool(found and found[0])
