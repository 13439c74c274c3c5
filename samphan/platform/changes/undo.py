"""Take one changeset back: one engine for imports, bulk edits, deletions and merges.

What the changeset wrote is put back to what stood before; what somebody changed later stays and is listed. Rows it made
go away, unless something later rests on them. Everything happens in one transaction and in sets, whatever the size.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.platform.changes.contested import loosen, tighten, unclaimed
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import Tracked, changeset, tracked_models
from samphan.platform.errors import DomainError


class CannotUndo(DomainError):
    """There is nothing to take back, or it was taken back before."""


@dataclass(frozen=True)
class Kept:
    """A field that was changed after the changeset, and keeps that later value."""

    id: UUID
    field: str


@dataclass
class Undone:
    """What an undo did: `changeset` is its own, so that it can be seen in the history."""

    changeset: UUID
    deleted: int = 0
    restored: int = 0
    kept: list[Kept] = field(default_factory=list)


_refreshers: list[Callable[[UUID], None]] = []


def after_undo(function: Callable[[UUID], None]) -> Callable[[UUID], None]:
    """Register a function that makes computed values (totals, search texts) true again after an undo.

    It is given the undo's changeset: what the undo touched is in the history tables under that id.
    """
    _refreshers.append(function)
    return function


def undo_changeset(changeset_id: UUID, *, member_id: UUID | None) -> Undone:
    """Put back what a changeset changed; stands inside `in_workspace`.

    :raises CannotUndo: when the changeset does not exist here, or is undone already.
    """
    with changeset("platform.changeset_undone", member_id=member_id, note={"of": str(changeset_id)}) as own:
        claimed = Changeset.objects.filter(id=changeset_id, undone_at=None).exclude(id=own)
        if not claimed.update(undone_at=timezone.now(), undone_by=own):
            raise CannotUndo(_("This was undone already, or is not there."))
        undone = Undone(own)
        loosened = {tracked.table: loosen(tracked, changeset_id) for tracked in tracked_models}
        for tracked in tracked_models:
            _restore_deleted(tracked, changeset_id, undone)
            _restore_updated(tracked, changeset_id, undone)
        _delete_made(changeset_id, undone)
        for tracked in tracked_models:
            tighten(tracked, loosened[tracked.table])
        for refresh in _refreshers:
            refresh(own)
    return undone


def is_undoable(changeset_id: UUID) -> bool:
    """True while the changeset is there and not taken back."""
    return Changeset.objects.filter(id=changeset_id, undone_at=None).exists()


def _restore_deleted(tracked: Tracked, changeset_id: UUID, undone: Undone) -> None:
    names = ["id", "workspace_id", "created_at", "created_in", *tracked.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(_value_of_deleted(tracked, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {tracked.table} ({columns})
            SELECT {values} FROM {tracked.history_table} h
             WHERE pgh_context_id = %s AND pgh_label = 'delete' AND created_in IS DISTINCT FROM %s
            ON CONFLICT (id) DO NOTHING
            """,
            [changeset_id, changeset_id],
        )
        undone.restored += cursor.rowcount


def _restore_updated(tracked: Tracked, changeset_id: UUID, undone: Undone) -> None:
    """Write the values before the changeset where those after it still stand."""
    columns = tracked.columns
    # before: the row when the changeset first touched it; later: the row when somebody else first touched it after.
    source = f"""
        WITH before AS (
            SELECT DISTINCT ON (pgh_obj_id) * FROM {tracked.history_table}
             WHERE pgh_context_id = %(changeset)s AND pgh_label = 'update'
               AND created_in IS DISTINCT FROM %(changeset)s
             ORDER BY pgh_obj_id, pgh_id
        ), last AS (
            SELECT pgh_obj_id, max(pgh_id) AS pgh_id FROM {tracked.history_table}
             WHERE pgh_context_id = %(changeset)s AND pgh_label = 'update' GROUP BY pgh_obj_id
        ), later AS (
            SELECT last.pgh_obj_id AS of_id, found.* FROM last CROSS JOIN LATERAL (
                SELECT * FROM {tracked.history_table} h
                 WHERE h.pgh_obj_id = last.pgh_obj_id AND h.pgh_id > last.pgh_id
                   AND h.pgh_context_id IS DISTINCT FROM %(own)s ORDER BY h.pgh_id LIMIT 1) found
        )
    """
    # Whose value stands now: the changeset's own (put back), or a later one (kept).
    changed = {
        name: f'before."{name}" IS DISTINCT FROM (CASE WHEN later.of_id IS NULL THEN t."{name}" ELSE later."{name}" END)'
        for name in columns
    }
    standing = {name: f'(later.of_id IS NULL OR t."{name}" IS NOT DISTINCT FROM later."{name}")' for name in columns}
    fields = dict(zip(columns, tracked.fields, strict=True))
    joins = (
        f"before JOIN {tracked.table} t ON t.id = before.pgh_obj_id LEFT JOIN later ON later.of_id = before.pgh_obj_id"
    )
    parameters = {"changeset": changeset_id, "own": undone.changeset}
    stands = {
        name: f'(CASE WHEN {changed[name]} AND {standing[name]} THEN before."{name}" ELSE t."{name}" END)'
        for name in columns
    }
    with connection.cursor() as cursor:
        listed = " UNION ALL ".join(
            f"SELECT t.id, '{fields[name]}' FROM {joins} WHERE {changed[name]} AND NOT {standing[name]}"
            for name in columns
        )
        cursor.execute(f"{source} {listed}", parameters)
        undone.kept += [Kept(row_id, name) for row_id, name in cursor.fetchall()]
        assignments = ", ".join(f'"{name}" = {_value_back(tracked, name, stands)}' for name in columns)
        cursor.execute(
            f"""
            {source}
            UPDATE {tracked.table} AS target SET {assignments} FROM {joins}
             WHERE target.id = t.id AND ({" OR ".join(f"({changed[name]} AND {standing[name]})" for name in columns)})
            """,
            parameters,
        )
        undone.restored += cursor.rowcount


def _value_of_deleted(tracked: Tracked, column: str) -> str:
    if tracked.only_one is None or column != tracked.only_one[0]:
        return f'h."{column}"'
    return f"""h."{column}" AND {unclaimed(tracked, "h", 'h."{}"'.format)}"""


def _value_back(tracked: Tracked, column: str, stands: Mapping[str, str]) -> str:
    """What will stand in a column; a mark that one row may have only where nobody else has it for what will stand."""
    if tracked.only_one is None or column != tracked.only_one[0]:
        return stands[column]
    return f"({stands[column]} AND {unclaimed(tracked, 't', stands.__getitem__)})"


def _delete_made(changeset_id: UUID, undone: Undone) -> None:
    """Delete the rows that the changeset made, but not those that somebody worked on or that later rows rest on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS undo_keep (of_table text, id uuid, PRIMARY KEY (of_table, id)) "
            "ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM undo_keep")
        for tracked in tracked_models:
            cursor.execute(
                f"""
                INSERT INTO undo_keep SELECT DISTINCT '{tracked.table}', t.id
                  FROM {tracked.table} t JOIN {tracked.history_table} h ON h.pgh_obj_id = t.id
                 WHERE t.created_in = %s AND h.pgh_context_id IS DISTINCT FROM %s
                   AND h.pgh_context_id IS DISTINCT FROM %s AND h.pgh_label = 'update'
                """,
                [changeset_id, changeset_id, undone.changeset],
            )
        undone.kept += _later_edits(changeset_id, undone.changeset)
        while _keep_what_others_rest_on(changeset_id, undone):
            pass
        for tracked in reversed(tracked_models):
            cursor.execute(
                f"""
                DELETE FROM {tracked.table} t WHERE t.created_in = %s
                   AND NOT EXISTS (SELECT 1 FROM undo_keep k WHERE k.of_table = '{tracked.table}' AND k.id = t.id)
                """,
                [changeset_id],
            )
            undone.deleted += cursor.rowcount


def _later_edits(changeset_id: UUID, own: UUID) -> list[Kept]:
    """The fields of rows made by the changeset that somebody changed afterwards."""
    kept: list[Kept] = []
    with connection.cursor() as cursor:
        for tracked in tracked_models:
            differs = " UNION ALL ".join(
                f"""SELECT t.id, '{name}' FROM first JOIN {tracked.table} t ON t.id = first.pgh_obj_id
                     WHERE first."{column}" IS DISTINCT FROM t."{column}" """
                for name, column in zip(tracked.fields, tracked.columns, strict=True)
                if name != "sources"
            )
            cursor.execute(
                f"""
                WITH first AS (
                    SELECT DISTINCT ON (h.pgh_obj_id) h.* FROM {tracked.history_table} h
                      JOIN undo_keep k ON k.of_table = '{tracked.table}' AND k.id = h.pgh_obj_id
                     WHERE h.pgh_context_id IS DISTINCT FROM %s AND h.pgh_context_id IS DISTINCT FROM %s
                       AND h.pgh_label = 'update'
                     ORDER BY h.pgh_obj_id, h.pgh_id)
                {differs}
                """,
                [changeset_id, own],
            )
            kept += [Kept(row_id, name) for row_id, name in cursor.fetchall()]
    return kept


def _keep_what_others_rest_on(changeset_id: UUID, undone: Undone) -> bool:
    """One round: keep parents of surviving rows, and the parts of kept records; True while it finds more."""
    tables = {tracked.model: tracked for tracked in tracked_models}
    found = False
    with connection.cursor() as cursor:
        for child in tracked_models:
            for reference in child.model._meta.concrete_fields:
                if not isinstance(reference, models.ForeignKey) or reference.related_model not in tables:
                    continue
                parent = tables[reference.related_model]  # type: ignore[index]
                survives = (
                    "(c.created_in IS DISTINCT FROM %(changeset)s OR EXISTS (SELECT 1 FROM undo_keep k"
                    f" WHERE k.of_table = '{child.table}' AND k.id = c.id))"
                )
                cursor.execute(
                    f"""
                    INSERT INTO undo_keep
                    SELECT DISTINCT '{parent.table}', p.id FROM {parent.table} p
                      JOIN {child.table} c ON c.workspace_id = p.workspace_id AND c."{reference.column}" = p.id
                     WHERE p.created_in = %(changeset)s AND {survives}
                    ON CONFLICT DO NOTHING RETURNING id
                    """,
                    {"changeset": changeset_id},
                )
                rested_on = cursor.fetchall()
                found = found or bool(rested_on)
                undone.kept += [Kept(row_id, child.model._meta.model_name or "") for (row_id,) in rested_on]
                if child.part_of == reference.name:
                    cursor.execute(
                        f"""
                        INSERT INTO undo_keep
                        SELECT '{child.table}', c.id FROM {child.table} c JOIN undo_keep k
                            ON k.of_table = '{parent.table}' AND k.id = c."{reference.column}"
                         WHERE c.created_in = %s ON CONFLICT DO NOTHING
                        """,
                        [changeset_id],
                    )
                    found = found or cursor.rowcount > 0
    return found
