"""A company as it stands: every row of every table, to the byte."""

import json
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.platform.changes.recording import tracked_models

# What an undo leaves as it is, and why. Every other table of a workspace is compared, a new one from its first day on.
LEFT_OUT = {
    "platform_changeset": "the undo is an act itself, and says so",
    "platform_outboxevent": "an undo tells listeners what happened, as every act does",
    "platform_importbatch": "the file stays, marked as undone",
    "platform_importproblem": "so does what did not pass",
    "platform_openedrecord": "who looked at what was looked at",
    "platform_searchword": "the dictionary of a forgiving search says nothing about whose a word is, and only grows",
    "administration_numbercounter": "a number that was given is not given again",
    "insights_customerproblem": "problems are found anew after every change",
    "insights_qualityrun": "how far a count came is nobody's act",
    "administration_fieldfile": "what a file holds is kept for as long as undo can bring it back",
    "administration_fielduse": "what lists were asked was asked",
    "administration_auditentry": "what was read was read",
    "administration_listact": "that a bulk edit was asked for stays true",
    "administration_notification": "who was told was told",
    "administration_notificationmail": "and what was sent was sent",
} | {tracked.history_table: "history only grows" for tracked in tracked_models}

Row = tuple[str, str]  # as PostgreSQL writes the row, and as JSON, column by column
Snapshot = dict[str, dict[str, Row]]
Rows = dict[str, dict[str, dict[str, Any]]]


@cache
def tables() -> dict[str, str]:
    """Tables that are compared, with their key."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.table_name, min(k.column_name::text) FROM information_schema.key_column_usage k
              JOIN information_schema.table_constraints c USING (constraint_schema, constraint_name)
              JOIN information_schema.columns w
                ON w.table_schema = k.table_schema AND w.table_name = k.table_name AND w.column_name = 'workspace_id'
             WHERE k.table_schema = 'public' AND c.constraint_type = 'PRIMARY KEY'
             GROUP BY k.table_name ORDER BY k.table_name
            """
        )
        return {table: key for table, key in cursor.fetchall() if table not in LEFT_OUT}


def take(workspace_id: UUID) -> Snapshot:
    """Every row by table and id."""
    found: Snapshot = {}
    with connection.cursor() as cursor:
        for table, key in tables().items():
            cursor.execute(
                f'SELECT "{key}"::text, t::text, to_jsonb(t)::text FROM "{table}" t WHERE workspace_id = %s ORDER BY 1',
                [workspace_id],
            )
            found[table] = {row[0]: row[1:] for row in cursor.fetchall()}
    return found


def columns(taken: Snapshot) -> Rows:
    """The columns of tables with history that are kept in it; the others follow from them."""
    return {
        tracked.table: {
            key: {"id": key} | {column: value for column, value in json.loads(row).items() if column in tracked.columns}
            for key, (_text, row) in taken[tracked.table].items()
        }
        for tracked in tracked_models
    }


def differences(wanted: Snapshot, found: Snapshot) -> list[str]:
    """What differs, one line a row."""
    lines = []
    for table in wanted:
        for key in sorted(wanted[table].keys() | found[table].keys()):
            ours, theirs = wanted[table].get(key), found[table].get(key)
            if ours != theirs:
                lines.append(f"{table} {key}\n  wanted {ours and ours[0]}\n  found  {theirs and theirs[0]}")
    return lines
