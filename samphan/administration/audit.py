"""The audit trail of acts and reads; changes of rows are in the history."""

from typing import Any

from samphan.administration.models import AuditEntry
from samphan.platform.access import Viewer


def record(action: str, *, viewer: Viewer, **detail: Any) -> None:
    """Write down that somebody did or read something that leaves no change: `customers.list_exported`.

    :param detail: counts, field names and file names; never personal data.
    """
    AuditEntry.objects.create(
        workspace_id=viewer.workspace_id, member_id=viewer.id, action=action, detail=detail
    )
