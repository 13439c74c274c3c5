"""Jobs of work."""

from datetime import UTC, datetime

from samphan.administration.models import Workspace
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace
from samphan.work.reminders import remind_due


@job(cron="* * * * *")
def remind_of_tasks(timestamp: int) -> None:
    """Tell of the tasks whose reminder has come by a moment, in seconds since 1970. Safe to run twice."""
    at = datetime.fromtimestamp(timestamp, UTC)
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            remind_due(workspace_id, at=at)
