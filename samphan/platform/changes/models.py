"""History as the database keeps it."""

import pghistory.models
from django.db import models
from django.db.models.functions import Now

from samphan.platform.ids import uuid7


class HistoryEvent(pghistory.models.Event):
    """One earlier state of a row, written by a trigger when the row changed or went away.

    The row itself is the newest state and says in `created_in` where it came from, so that making a row writes no
    history, and an import of a million rows costs nothing twice. `pgh_context_id` is the changeset that ended this state.
    """

    pgh_context_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Changeset(models.Model):
    """One act that changed rows: an edit, an import, a bulk edit, a merge; the unit of history and of undo."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    kind = models.CharField(max_length=64)  # domain.noun_verbed, such as customers.customer_edited
    member_id = models.UUIDField(null=True)  # None: the system
    note = models.JSONField(default=dict)  # what the act wants to remember of itself: file name, form, reason
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)  # the changeset that took this one back
    erased_at = models.DateTimeField(null=True)  # when rows that it touched were erased for good, first

    class Meta:
        indexes = [
            models.Index(fields=["workspace_id", "id"], name="changeset_by_workspace"),
            # Few acts are done in somebody's place, and they are asked for by who did them.
            models.Index(
                fields=["workspace_id", "member_id", "id"],
                condition=models.Q(note__has_key="for"),
                name="changeset_for_another",
            ),
        ]
