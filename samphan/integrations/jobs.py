"""Jobs of integrations."""

from datetime import UTC, datetime
from uuid import UUID

from samphan.administration.models import Member, Workspace
from samphan.integrations import actions
from samphan.integrations.models import WebhookEndpoint, WebhookPulse
from samphan.integrations.sender import Sender
from samphan.platform import jobs
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace


@job()
def send_webhooks() -> None:
    """Call what is due. Safe to run twice: a delivery is claimed before it goes out."""
    if Sender(stopping=jobs.stopping).run():
        send_webhooks.enqueue(once="webhooks")


@job(cron="* * * * *")
def look_for_webhooks(timestamp: int) -> None:
    """Bring the sender back for what is due by now, such as a retry. Safe to run twice."""
    if WebhookPulse.objects.filter(due_at__lte=datetime.fromtimestamp(timestamp + 60, UTC)).exists():
        send_webhooks.enqueue(once="webhooks")


@job()
def replay_webhooks(
    workspace_id: str, endpoint_id: str, member_id: str, since: str, until: str, only_failed: bool, at: str
) -> None:
    """Send again what happened between two ISO moments. Safe to run twice."""
    with in_workspace(UUID(workspace_id)):
        endpoint = WebhookEndpoint.objects.filter(pk=UUID(endpoint_id)).first()
        member = Member.objects.filter(pk=UUID(member_id)).first()
        if endpoint is not None and member is not None:
            actions.replay_range(
                endpoint,
                since=datetime.fromisoformat(since),
                until=datetime.fromisoformat(until),
                only_failed=only_failed,
                acting_member=member,
                at=datetime.fromisoformat(at),
            )


@job(cron="51 19 * * *")
def forget_old_webhooks(timestamp: int) -> None:
    """Delete deliveries older than they are kept, at night in Thailand. Safe to run twice."""
    before = datetime.fromtimestamp(timestamp, UTC) - actions.KEPT
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        goes_on = 1
        while goes_on:
            with in_workspace(workspace_id):
                goes_on = actions.forget(workspace_id, before)
