"""What only one row may be, while an act is taken back: two rows that exchanged it would both be it for a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from samphan.platform.changes.recording import Tracked


@dataclass(frozen=True)
class Loosened:
    """Rows that gave their mark up until everything is back; `made` are those that the changeset made."""

    made: tuple[UUID, ...] = ()


def loosen(tracked: Tracked, changeset_id: UUID) -> Loosened:
    """Take the mark from rows of the changeset that have it for values which other rows are given back.

    Rows that somebody changed later keep it, and the others are put back without.
    """
    if tracked.only_one is None:
        return Loosened()
    flag, keys = tracked.only_one
    same = " AND ".join(f'h."{key}" = t."{key}"' for key in keys)
    history = tracked.history_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {tracked.table} AS target SET "{flag}" = false
             WHERE target.id IN (
                SELECT t.id FROM {history} h
                  JOIN {tracked.table} t ON t.workspace_id = h.workspace_id AND {same} AND t."{flag}"
                 WHERE h.pgh_context_id = %(changeset)s AND h."{flag}" AND h.pgh_obj_id <> t.id
                   AND (t.created_in = %(changeset)s OR EXISTS (
                        SELECT 1 FROM {history} own WHERE own.pgh_obj_id = t.id AND own.pgh_context_id = %(changeset)s))
                   AND NOT EXISTS (
                        SELECT 1 FROM {history} later
                         WHERE later.pgh_obj_id = t.id AND later.pgh_context_id IS DISTINCT FROM %(changeset)s
                           AND later.pgh_id > coalesce((SELECT max(own.pgh_id) FROM {history} own
                                WHERE own.pgh_obj_id = t.id AND own.pgh_context_id = %(changeset)s), later.pgh_id - 1)))
            RETURNING target.id, target.created_in IS NOT DISTINCT FROM %(changeset)s
            """,
            {"changeset": changeset_id},
        )
        return Loosened(tuple(row_id for row_id, is_made in cursor.fetchall() if is_made))


def tighten(tracked: Tracked, loosened: Loosened) -> None:
    """Give rows that stay after all their mark back, where nobody else has it now."""
    if tracked.only_one is None or not loosened.made:
        return
    flag = tracked.only_one[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {tracked.table} AS t SET "{flag}" = true
             WHERE t.id = ANY(%s) AND {unclaimed(tracked, "t", 't."{}"'.format)}
            """,
            [list(loosened.made)],
        )


def unclaimed(tracked: Tracked, row: str, value_of: Callable[[str], str]) -> str:
    """SQL that is true while no row but `row` has the mark for the values that `value_of` gives each key."""
    if tracked.only_one is None:
        return "true"
    flag, keys = tracked.only_one
    same = " AND ".join(f'o."{key}" = {value_of(key)}' for key in keys)
    return (
        f"NOT EXISTS (SELECT 1 FROM {tracked.table} o WHERE o.workspace_id = {row}.workspace_id"
        f' AND {same} AND o."{flag}" AND o.id <> {row}.id)'
    )
