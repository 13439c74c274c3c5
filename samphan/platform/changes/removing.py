"""The second half of an undo: rows that the act made go away, but not those that somebody worked on since."""

from typing import Any

from django.db import models

from samphan.platform.changes.recording import Tracked, tracked_models
from samphan.platform.changes.undone import Act, Undone


def prepare(cursor: Any) -> None:
    """Make the tables in which one undo writes its notes."""
    cursor.execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS undo_keep (of_table text, id uuid, PRIMARY KEY (of_table, id))
               ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE IF NOT EXISTS undo_whole (id uuid PRIMARY KEY) ON COMMIT DELETE ROWS;
        DELETE FROM undo_keep;
        """
    )


def lock(cursor: Any, tracked: Tracked, act: Act) -> None:
    """Keep others from the rows until the end: what they are writing right now is waited for, and seen.

    Of what the act made only whole records: whoever changes a part of one writes the record too, or points to it.
    """
    changed = f"""t.id IN (SELECT h.pgh_obj_id FROM {tracked.history_table} h
        WHERE h.pgh_context_id = %(act)s AND h.pgh_label = 'update')"""
    for which in (changed, *([act.made(tracked, "t")] if tracked.part_of is None else [])):
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {tracked.table} t WHERE {which} ORDER BY t.id FOR UPDATE) locked",
            act.parameters,
        )


def keep_changed_parts(cursor: Any, tracked: Tracked, act: Act, undone: Undone) -> None:
    """Of parts that are one value together, such as the lines of an order: leave those that somebody replaced since."""
    parent, name = tracked.parent_column, tracked.model._meta.model_name
    cursor.execute("DELETE FROM undo_whole")
    cursor.execute(
        f"""
        INSERT INTO undo_whole
        WITH touched AS (
            SELECT h."{parent}" AS id FROM {tracked.history_table} h WHERE h.pgh_context_id = %(act)s
            UNION SELECT t."{parent}" FROM {tracked.table} t WHERE {act.made(tracked, "t")}
            UNION SELECT h."{parent}" FROM {tracked.history_table} h WHERE {act.made(tracked, "h")})
        SELECT touched.id FROM touched
         WHERE EXISTS (SELECT 1 FROM {tracked.table} t
                        WHERE t."{parent}" = touched.id AND ({act.made(tracked, "t")}) IS NOT TRUE)
            OR EXISTS (SELECT 1 FROM {tracked.history_table} h
                        WHERE h."{parent}" = touched.id AND {act.made(tracked, "h")} AND h.pgh_label = 'delete'
                          AND h.pgh_context_id IS DISTINCT FROM %(act)s AND h.pgh_id > {act.since(tracked, "h")}
                          AND NOT EXISTS (SELECT 1 FROM {tracked.table} t WHERE t.id = h.pgh_obj_id))
        """,
        act.parameters,
    )
    cursor.execute(
        f"""
        INSERT INTO undo_keep SELECT '{tracked.table}', t.id
          FROM undo_whole w JOIN {tracked.table} t ON t."{parent}" = w.id WHERE {act.made(tracked, "t")}
        """,
        act.parameters,
    )
    cursor.execute(f"SELECT id, '{name}' FROM undo_whole")
    undone.keep(cursor.fetchall())


def remove_made(cursor: Any, act: Act, undone: Undone) -> None:
    """Delete the rows that the act made, but not those that somebody worked on or that later rows rest on."""
    for tracked in tracked_models:
        _keep_worked_on(cursor, tracked, act, undone)
    while _keep_what_others_rest_on(cursor, act, undone):
        pass
    for tracked in reversed(tracked_models):
        cursor.execute(
            f"""
            DELETE FROM {tracked.table} t WHERE {act.made(tracked, "t")}
               AND NOT EXISTS (SELECT 1 FROM undo_keep k WHERE k.of_table = '{tracked.table}' AND k.id = t.id)
            """,
            act.parameters,
        )
        undone.deleted += cursor.rowcount


def _keep_worked_on(cursor: Any, tracked: Tracked, act: Act, undone: Undone) -> None:
    """Keep the rows that differ from what the act left; an edit that was itself taken back is none."""
    edits = [
        (name, column)
        for name, column in zip(tracked.fields, tracked.columns, strict=True)
        # Where a value came from follows the value, and who holds what only one may hold follows the others.
        if name not in tracked.merged and column not in tracked.claims
    ]
    differs = ", ".join(
        f'CASE WHEN first."{column}" IS DISTINCT FROM t."{column}" THEN \'{name}\' END' for name, column in edits
    )
    cursor.execute(
        f"""
        WITH first AS (
            SELECT DISTINCT ON (h.pgh_obj_id) h.* FROM {tracked.history_table} h
             WHERE {act.made(tracked, "h")} AND h.pgh_label = 'update' AND h.pgh_context_id IS DISTINCT FROM %(act)s
               AND h.pgh_id > {act.since(tracked, "h")}
             ORDER BY h.pgh_obj_id, h.pgh_id),
        edited AS (
            SELECT t.id, array_remove(ARRAY[{differs}]::text[], NULL) AS fields
              FROM first JOIN {tracked.table} t ON t.id = first.pgh_obj_id),
        noted AS (
            INSERT INTO undo_keep SELECT '{tracked.table}', id FROM edited WHERE fields <> '{{}}' ON CONFLICT DO NOTHING)
        SELECT id, unnest(fields) FROM edited
        """,
        act.parameters,
    )
    undone.keep(cursor.fetchall())


def _keep_what_others_rest_on(cursor: Any, act: Act, undone: Undone) -> bool:
    """One round: keep parents of surviving rows, and the parts of kept records; True while it finds more."""
    tables = {tracked.model: tracked for tracked in tracked_models}
    found = False
    for child in tracked_models:
        for reference in child.model._meta.concrete_fields:
            if not isinstance(reference, models.ForeignKey) or reference.related_model not in tables:
                continue
            parent = tables[reference.related_model]  # type: ignore[index]
            survives = (
                f"(({act.made(child, 'c')}) IS NOT TRUE OR EXISTS (SELECT 1 FROM undo_keep k"
                f" WHERE k.of_table = '{child.table}' AND k.id = c.id))"
            )
            cursor.execute(
                f"""
                INSERT INTO undo_keep
                SELECT DISTINCT '{parent.table}', t.id FROM {parent.table} t
                  JOIN {child.table} c ON c.workspace_id = t.workspace_id AND c."{reference.column}" = t.id
                 WHERE {act.made(parent, "t")} AND {survives}
                ON CONFLICT DO NOTHING RETURNING id
                """,
                act.parameters,
            )
            rested_on = cursor.fetchall()
            found = found or bool(rested_on)
            undone.keep([(row_id, child.model._meta.model_name or "") for (row_id,) in rested_on])
            if child.part_of == reference.name:
                cursor.execute(
                    f"""
                    INSERT INTO undo_keep
                    SELECT '{child.table}', c.id FROM {child.table} c JOIN undo_keep k
                        ON k.of_table = '{parent.table}' AND k.id = c."{reference.column}"
                     WHERE {act.made(child, "c")} ON CONFLICT DO NOTHING
                    """,
                    act.parameters,
                )
                found = found or cursor.rowcount > 0
    return found
