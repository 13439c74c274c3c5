"""Take one changeset back: one engine for imports, bulk edits, deletions and merges.

What the changeset wrote is put back to what stood before; what somebody changed later stays and is listed. Rows it made
go away, unless something later rests on them. Everything happens in one transaction and in sets, whatever the size.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.platform.changes import removing, restoring
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset, tracked_models
from samphan.platform.changes.undone import Act, Kept, Undone
from samphan.platform.errors import DomainError

__all__ = ["CannotUndo", "Kept", "Undone", "after_undo", "is_undoable", "undo_changeset"]


class CannotUndo(DomainError):
    """There is nothing to take back, or it was taken back before."""


_refreshers: list[Callable[[UUID], None]] = []


def after_undo(function: Callable[[UUID], None]) -> Callable[[UUID], None]:
    """Register a function that makes computed values (totals, search texts) true again after an undo.

    It is given the undo's changeset: what the undo touched is in the history tables under that id.
    """
    _refreshers.append(function)
    return function


def undo_changeset(changeset_id: UUID, *, member_id: UUID | None) -> Undone:
    """Put back what a changeset changed; stands inside `in_workspace`.

    :raises CannotUndo: when the changeset does not exist here, is undone already, or nothing of it is left because the
        records were erased for good.
    """
    with changeset("platform.changeset_undone", member_id=member_id, note={"of": str(changeset_id)}) as own:
        claimed = Changeset.objects.filter(id=changeset_id, undone_at=None).exclude(id=own)
        if not claimed.update(undone_at=timezone.now(), undone_by=own):
            raise CannotUndo(_("This was undone already, or is not there."))
        act = Act(changeset_id, Changeset.objects.filter(undone_by=changeset_id).values_list("id", flat=True).first())
        undone = Undone(own)
        with connection.cursor() as cursor:
            removing.prepare(cursor)
            restoring.prepare(cursor)
            for tracked in tracked_models:
                removing.lock(cursor, tracked, act)
            for tracked in tracked_models:
                if tracked.is_one_value:
                    removing.keep_changed_parts(cursor, tracked, act, undone)
                restoring.bring_back(cursor, tracked, act, undone)
                restoring.put_back(cursor, tracked, act, undone)
            removing.remove_made(cursor, act, undone)
            for tracked in tracked_models:
                restoring.settle_claims(cursor, tracked, undone)
        if not (undone.deleted or undone.restored or undone.kept) and _is_erased(changeset_id):
            raise CannotUndo(_("What this changed was erased for good. It cannot come back."))
        for refresh in _refreshers:
            refresh(own)
    return undone


def _is_erased(changeset_id: UUID) -> bool:
    return Changeset.objects.filter(id=changeset_id, erased_at__isnull=False).exists()


def is_undoable(changeset_id: UUID) -> bool:
    """True while the changeset is there and not taken back."""
    return Changeset.objects.filter(id=changeset_id, undone_at=None).exists()
