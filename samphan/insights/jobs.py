"""Work of insights that nobody waits for."""

from uuid import UUID
from zoneinfo import ZoneInfo

from samphan.insights import actions
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace


@job()
def refresh_summaries(workspace_id: str, zone: str) -> None:
    """Work out the kept summaries of a workspace anew. Safe to run twice."""
    with in_workspace(UUID(workspace_id)):
        actions.refresh_summaries(UUID(workspace_id), ZoneInfo(zone))
