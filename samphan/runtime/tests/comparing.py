"""Two databases held against each other: every row of every table, and all that the catalogue says of them."""

import hashlib
from typing import Any

import psycopg
from psycopg import sql

from samphan.runtime.backup import catalogue

CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid), a.attstattarget IS NOT NULL AND a.attstattarget > 0
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
           AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
    """,
    "tables": """
        SELECT relname, relkind, relrowsecurity, relforcerowsecurity, relpersistence, reloptions::text, relowner::regrole::text,
               (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(relacl) x)::text
          FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
           AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred, convalidated
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND contype <> 't'
    """,
    "indexes": """
        SELECT i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace
    """,
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    """,
    "policies": "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies",
    "statistics": "SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext",
    "functions": """
        SELECT oid::regprocedure::text, pg_get_functiondef(oid), proowner::regrole::text FROM pg_proc p
         WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
           AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
    """,
    "enumerations": """
        SELECT enumtypid::regtype::text, enumlabel, row_number() OVER (PARTITION BY enumtypid ORDER BY enumsortorder)
          FROM pg_enum
    """,
    "leakproof": "SELECT oid::regprocedure::text FROM pg_proc WHERE proleakproof AND pronamespace = 'public'::regnamespace",
}


def catalogue_of(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """What there is, as sorted texts. Versions of PostgreSQL print some expressions differently: compare within one."""
    return {what: sorted(str(row) for row in connection.execute(query)) for what, query in CATALOGUE.items()}


def rows_of(
    connection: psycopg.Connection[Any], *, without: frozenset[str] = frozenset()
) -> dict[str, tuple[int, str]]:
    """Table to number and sum of its rows, read as text in one order.

    Transaction ids count from each server's own beginning, so they are compared by their order.
    """
    for statement in catalogue.SESSION:
        connection.execute(statement)
    numbered = set(catalogue.columns_of_type(connection, "xid8"))
    ids = " UNION ".join(f"SELECT {column} AS id FROM {table}" for table, column in sorted(numbered))
    connection.execute("DROP TABLE IF EXISTS order_of_ids")
    connection.execute(
        f"CREATE TEMP TABLE order_of_ids AS SELECT id, rank() OVER (ORDER BY id) AS number FROM ({ids}) ids"
    )
    found = {}
    for table in catalogue.tables(connection):
        if table.name in without:
            continue
        values = sql.SQL(", ").join(
            sql.SQL("(SELECT number FROM order_of_ids WHERE id = t.{})").format(sql.Identifier(column))
            if (table.name, column) in numbered
            else sql.SQL("t.{}").format(sql.Identifier(column))
            for column in sorted(table.columns)
        )
        query = sql.SQL('SELECT ROW({})::text COLLATE "C" FROM {} t ORDER BY 1').format(
            values, sql.Identifier(table.name)
        )
        total, count = hashlib.sha256(), 0
        for (row,) in connection.execute(query):
            total.update(row.encode())
            count += 1
        found[table.name] = (count, total.hexdigest())
    return found


def sequences_of(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    return {
        name: connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        ).fetchone()
        for name in catalogue.sequences(connection)
    }
