"""The first half of an undo: rows that were deleted come back, and values that were changed are put back."""

from typing import Any

from django.db import models

from samphan.platform.changes.recording import Tracked, tracked_models
from samphan.platform.changes.undone import Act, Undone


def prepare(cursor: Any) -> None:
    """Make the tables in which one undo writes its notes."""
    cursor.execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS undo_claim (of_table text, id uuid, field text, wanted boolean,
               PRIMARY KEY (of_table, id, field)) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE IF NOT EXISTS undo_segment (row_id uuid, first_id bigint, last_id bigint, round integer)
               ON COMMIT DELETE ROWS;
        DELETE FROM undo_claim;
        """
    )


# Rows that were deleted


def bring_back(cursor: Any, tracked: Tracked, act: Act, undone: Undone) -> None:
    """Insert again what the act deleted; what cannot come back, because something took its place, is listed."""
    parents = _parents(tracked)
    stored = ["id", "workspace_id", "created_at", "created_in", *tracked.columns]
    values, conditions = [], ["true"]
    for column in stored:
        value = f'h."{column}"'
        if column in tracked.claims:
            value = "false"  # settled at the end, when everybody else has let go
        elif column in parents:
            there = _there(parents[column][0], value)
            if parents[column][1]:
                value = f"CASE WHEN {there} THEN {value} END"
            else:
                conditions.append(there)
        values.append(value)
    columns = ", ".join(f'"{column}"' for column in stored)
    gone = f"""{tracked.history_table} h WHERE h.pgh_context_id = %(act)s AND h.pgh_label = 'delete'
        AND ({act.made(tracked, "h")}) IS NOT TRUE"""
    if tracked.is_one_value:
        gone += f' AND NOT EXISTS (SELECT 1 FROM undo_whole w WHERE w.id = h."{tracked.parent_column}")'
    cursor.execute(
        f"""
        INSERT INTO {tracked.table} ({columns}) SELECT {", ".join(values)} FROM {gone} AND {" AND ".join(conditions)}
        ON CONFLICT DO NOTHING
        """,
        act.parameters,
    )
    undone.restored += cursor.rowcount
    name = tracked.model._meta.model_name
    cursor.execute(
        f"SELECT h.id, '{name}' FROM {gone} AND NOT EXISTS (SELECT 1 FROM {tracked.table} t WHERE t.id = h.id)",
        act.parameters,
    )
    undone.keep(cursor.fetchall())
    for column in tracked.claims:
        cursor.execute(
            f"""
            INSERT INTO undo_claim SELECT '{tracked.table}', h.id, '{column}', true FROM {gone} AND h."{column}"
            ON CONFLICT DO NOTHING
            """,
            act.parameters,
        )


# Values that were changed


def put_back(cursor: Any, tracked: Tracked, act: Act, undone: Undone) -> None:
    """Write the values before the act where those that it left still stand; list those that somebody changed later."""
    for number in range(1, _segments(cursor, tracked, act) + 1):
        cursor.execute("DROP TABLE IF EXISTS undo_plan")
        cursor.execute(_plan(tracked), {"round": number})
        cursor.execute("ALTER TABLE undo_plan ADD PRIMARY KEY (id)")
        cursor.execute("ANALYZE undo_plan")
        written = {column: f'p."{column}"' for column in tracked.columns}
        for column, scope in tracked.claims.items():
            # What only one row may hold is let go of now, and taken at the end.
            stays = " AND ".join([f't."{column}"', *(f'p."{other}" = t."{other}"' for other in scope)])
            written[column] = f'(p."{column}" AND {stays})'
            cursor.execute(
                f"""
                INSERT INTO undo_claim SELECT '{tracked.table}', p.id, '{column}', p."{column}"
                  FROM undo_plan p JOIN {tracked.table} t ON t.id = p.id
                 WHERE p."{column}" IS DISTINCT FROM ({stays})
                ON CONFLICT (of_table, id, field) DO UPDATE SET wanted = excluded.wanted
                """
            )
        cursor.execute(
            f"""
            UPDATE {tracked.table} t SET {", ".join(f'"{column}" = {value}' for column, value in written.items())}
              FROM undo_plan p WHERE t.id = p.id
               AND ({", ".join(f't."{column}"' for column in written)}) IS DISTINCT FROM ({", ".join(written.values())})
            """
        )
        undone.restored += cursor.rowcount
        cursor.execute("SELECT id, unnest(kept) FROM undo_plan")
        undone.keep(cursor.fetchall())


def _segments(cursor: Any, tracked: Tracked, act: Act) -> int:
    """Note the stretches in which the act alone wrote a row, newest first in `round`; return the most of one row.

    Nearly every row has one. A long import may write a row again after somebody edited it: what it wrote later goes back
    to that edit, and what it wrote before was overwritten by the edit and stays.
    """
    own = f"""SELECT h.pgh_obj_id, h.pgh_id FROM {tracked.history_table} h
        WHERE h.pgh_context_id = %(act)s AND h.pgh_label = 'update' AND ({act.made(tracked, "h")}) IS NOT TRUE"""
    cursor.execute("DELETE FROM undo_segment")
    cursor.execute(
        f"""
        INSERT INTO undo_segment
        SELECT pgh_obj_id, min(pgh_id), max(pgh_id), 1 FROM ({own}) own GROUP BY pgh_obj_id
        """,
        act.parameters,
    )
    cursor.execute("SELECT EXISTS (SELECT 1 FROM undo_segment WHERE first_id < last_id)")
    if not cursor.fetchone()[0]:
        return _most(cursor)
    cursor.execute(
        f"""
        WITH several AS (DELETE FROM undo_segment WHERE first_id < last_id RETURNING *),
        states AS (
            SELECT h.pgh_obj_id, h.pgh_id, h.pgh_context_id IS NOT DISTINCT FROM %(act)s AS is_own
              FROM several s JOIN {tracked.history_table} h
                ON h.pgh_obj_id = s.row_id AND h.pgh_id BETWEEN s.first_id AND s.last_id),
        numbered AS (
            SELECT *, row_number() OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id)
                    - row_number() OVER (PARTITION BY pgh_obj_id, is_own ORDER BY pgh_id) AS stretch FROM states)
        INSERT INTO undo_segment
        SELECT pgh_obj_id, min(pgh_id), max(pgh_id), row_number() OVER (PARTITION BY pgh_obj_id ORDER BY max(pgh_id) DESC)
          FROM numbered WHERE is_own GROUP BY pgh_obj_id, stretch
        """,
        act.parameters,
    )
    return _most(cursor)


def _most(cursor: Any) -> int:
    cursor.execute("SELECT coalesce(max(round), 0) FROM undo_segment")
    return int(cursor.fetchone()[0])


def _plan(tracked: Tracked) -> str:
    """SQL that works out, row by row, what is written and what is kept."""
    columns = tracked.columns
    names = dict(zip(columns, tracked.fields, strict=True))
    plain = [column for column in columns if names[column] not in tracked.merged]
    left = {column: f'(CASE WHEN l.id IS NULL THEN t."{column}" ELSE l."{column}" END)' for column in columns}
    changed = {column: f'b."{column}" IS DISTINCT FROM {left[column]}' for column in columns}
    stands = {column: f't."{column}" IS NOT DISTINCT FROM {left[column]}' for column in columns}
    parents = _parents(tracked)
    possible: dict[str, str] = {}
    for column in plain:
        tests = [stands[other] for other in tracked.goes_with(column)]
        if column in parents:
            value = f'b."{column}"'
            tests.append(f"({value} IS NULL OR {_there(parents[column][0], value, 't')})")
        for unique in _unique(tracked, column):
            same = " AND ".join(
                f'o."{other}" = (CASE WHEN {changed[other]} THEN b."{other}" ELSE t."{other}" END)' for other in unique
            )
            tests.append(
                f"NOT EXISTS (SELECT 1 FROM {tracked.table} o"
                f" WHERE o.workspace_id = t.workspace_id AND o.id <> t.id AND {same})"
            )
        possible[column] = " AND ".join(tests)
    values = {
        column: f'CASE WHEN {changed[column]} AND {possible[column]} THEN b."{column}" ELSE t."{column}" END'
        for column in plain
    }
    kept = ", ".join(
        f'CASE WHEN {changed[column]} AND NOT ({possible[column]}) AND t."{column}" IS DISTINCT FROM b."{column}"'
        f" THEN '{names[column]}' END"
        for column in plain
    )
    merged = {
        column: _merged(f'b."{column}"', left[column], f't."{column}"') for column in columns if column not in values
    }
    shown = ", ".join(f'{value} AS "{column}"' for column, value in {**values, **merged}.items())
    return f"""
        CREATE TEMP TABLE undo_plan ON COMMIT DROP AS
        SELECT t.id, later.kept, {shown}
          FROM undo_segment s
          JOIN {tracked.history_table} b ON b.pgh_id = s.first_id
          JOIN {tracked.table} t ON t.id = s.row_id
          LEFT JOIN LATERAL (
              SELECT * FROM {tracked.history_table} h WHERE h.pgh_obj_id = s.row_id AND h.pgh_id > s.last_id
               ORDER BY h.pgh_id LIMIT 1) l ON true
          CROSS JOIN LATERAL (SELECT array_remove(ARRAY[{kept}]::text[], NULL) AS kept) later
         WHERE s.round = %(round)s
    """


def _merged(before: str, left: str, now: str) -> str:
    """SQL of a JSON object put back key by key; the keys of fields that are kept are kept with them."""
    return f"""CASE WHEN {before} = {left} THEN {now} WHEN {now} = {left} AND later.kept = '{{}}' THEN {before} ELSE (
        SELECT coalesce(jsonb_object_agg(k.key, k.value), '{{}}') FROM (
            SELECT key, CASE WHEN {before} -> key IS DISTINCT FROM {left} -> key
                              AND {now} -> key IS NOT DISTINCT FROM {left} -> key AND key <> ALL (later.kept)
                             THEN {before} -> key ELSE {now} -> key END AS value
              FROM jsonb_object_keys({before} || {now}) AS key) k WHERE k.value IS NOT NULL) END"""


# What only one row may hold


def settle_claims(cursor: Any, tracked: Tracked, undone: Undone) -> None:
    """Give what only one row may hold back to whom it belonged, unless somebody else has come to hold it."""
    for column, scope in tracked.claims.items():
        same = " AND ".join(f'o."{other}" = t."{other}"' for other in ("workspace_id", *scope))
        nobody = f'NOT EXISTS (SELECT 1 FROM {tracked.table} o WHERE {same} AND o."{column}")'
        among = ", ".join(f't."{other}"' for other in scope)
        cursor.execute(
            f"""
            UPDATE {tracked.table} r SET "{column}" = true FROM (
                SELECT DISTINCT ON ({among}) t.id FROM undo_claim c JOIN {tracked.table} t ON t.id = c.id
                 WHERE c.of_table = '{tracked.table}' AND c.field = '{column}' AND c.wanted
                   AND NOT t."{column}" AND {nobody}
                 ORDER BY {among}, t.id) heir
             WHERE r.id = heir.id
            """
        )
        cursor.execute(
            f"""
            SELECT t.id, '{column}' FROM undo_claim c JOIN {tracked.table} t ON t.id = c.id
             WHERE c.of_table = '{tracked.table}' AND c.field = '{column}' AND c.wanted AND NOT t."{column}"
            """
        )
        undone.keep(cursor.fetchall())


# What the database holds a row to


def _parents(tracked: Tracked) -> dict[str, tuple[str, bool]]:
    """Columns that point to rows which can go away, each with their table, and whether it may be empty."""
    tables = {one.model: one.table for one in tracked_models}
    found = {}
    for name in tracked.fields:
        reference: Any = tracked.model._meta.get_field(name)
        if isinstance(reference, models.ForeignKey) and reference.related_model in tables:
            found[str(reference.column)] = (tables[reference.related_model], reference.null)  # type: ignore[index]
    return found


def _there(parent: str, value: str, row: str = "h") -> str:
    return f"EXISTS (SELECT 1 FROM {parent} p WHERE p.workspace_id = {row}.workspace_id AND p.id = {value})"


def _unique(tracked: Tracked, column: str) -> list[list[str]]:
    """The sets of columns, this one among them, that no two rows of a workspace may share."""
    found = []
    for constraint in tracked.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            fields = [tracked.model._meta.get_field(name) for name in constraint.fields if name != "workspace"]
            columns = [str(field.column) for field in fields]  # type: ignore[union-attr]
            if column in columns:
                found.append(columns)
    return found
