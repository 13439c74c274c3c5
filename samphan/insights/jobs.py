"""Work of insights that nobody waits for."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from samphan.administration.models import SystemViewer, Workspace
from samphan.insights import actions, quality
from samphan.platform.jobs import job, stopping
from samphan.platform.tenancy import in_workspace


@job()
def refresh_summaries(workspace_id: str, zone: str) -> None:
    """Work out the kept summaries of a workspace anew. Safe to run twice."""
    with in_workspace(UUID(workspace_id)):
        actions.refresh_summaries(UUID(workspace_id), ZoneInfo(zone))


@job()
def measure_quality(workspace_id: str) -> None:
    """Count the quality of a workspace's data, part by part, and keep it as this week's. Safe to run twice.

    Each part is a transaction: a million customers hold nobody up, and a run that was killed goes on where it was.
    """
    found = None
    while found is None:
        with in_workspace(UUID(workspace_id)):
            if stopping.is_set():
                measure_quality.enqueue(once=f"quality:{workspace_id}", workspace_id=workspace_id)
                return
            today = Workspace.objects.only("time_zone").get(pk=workspace_id).today()
            found = quality.count_on(SystemViewer(UUID(workspace_id)), today=today, at=timezone.now())


@job(cron="47 19 * * *")
def measure_every_quality(timestamp: int) -> None:
    """Count every workspace, at night in Thailand; each day renews its week. Safe to run twice."""
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            measure_quality.enqueue(once=f"quality:{workspace_id}", workspace_id=workspace_id)
