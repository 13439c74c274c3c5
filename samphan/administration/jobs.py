"""Jobs of administration."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import translation

from samphan.administration.lists import acts
from samphan.administration.models import ListAct, Member, Workspace
from samphan.administration.notifications import actions as notifications
from samphan.platform.errors import DomainError
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace


@job()
def run_list_act(act_id: str, workspace_id: str) -> None:
    """Change one field of many records, part by part. Safe to run twice: each part is counted with what it wrote."""
    act, workspace = UUID(act_id), UUID(workspace_id)
    goes_on = True
    while goes_on:
        with in_workspace(workspace):
            member = Member.objects.select_related("user").get(
                pk=ListAct.objects.values_list("member_id").get(pk=act)[0]
            )
            try:
                with translation.override(member.user.language):
                    goes_on = acts.carry_out(act, member)
            except DomainError as problem:
                acts.fail(act, str(problem))
                goes_on = False
            if not goes_on:
                notifications.tell_that_a_list_act_ended(act)


@job(cron="23 20 * * *")
def forget_old_notifications(timestamp: int) -> None:
    """Delete what members were told longer ago than it is kept, at night in Thailand. Safe to run twice."""
    before = datetime.fromtimestamp(timestamp, UTC) - notifications.KEPT
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            notifications.forget(workspace_id, before)
