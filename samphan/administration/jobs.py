"""Jobs of administration."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone, translation

from samphan.administration import absences
from samphan.administration.api import idempotency, limits
from samphan.administration.custom_fields import hosts, indexes
from samphan.administration.health import watching
from samphan.administration.lists import acts
from samphan.administration.models import ListAct, Member, SystemViewer, Workspace
from samphan.administration.notifications import actions as notifications
from samphan.administration.notifications import choices, mails
from samphan.administration.security import alerts, sessions
from samphan.administration.settings import retention
from samphan.platform import outgoing
from samphan.platform.caching import forget_expired
from samphan.platform.errors import DomainError
from samphan.platform.events import dead_letters
from samphan.platform.health import forget_failures
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace

SEARCH_PART = 5_000  # records whose search documents are made anew in one transaction


@job()
def run_list_act(act_id: str, workspace_id: str) -> None:
    """Change one field of many records, part by part. Safe to run twice: each part is counted with what it wrote."""
    act, workspace = UUID(act_id), UUID(workspace_id)
    goes_on = True
    while goes_on:
        with in_workspace(workspace):
            member = Member.objects.select_related("user", "workspace").get(
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


@job()
def refresh_custom_search(workspace_id: str, entity: str, after: str = "") -> None:
    """Make the search documents of records anew, because fields that it reads changed; goes on where it stopped. Safe to
    run twice."""
    with in_workspace(UUID(workspace_id)):
        host = hosts.find(entity)
        if host is None:
            return
        rows = host.rows(SystemViewer(UUID(workspace_id))).order_by("pk")
        ids = list((rows.filter(pk__gt=UUID(after)) if after else rows).values_list("pk", flat=True)[:SEARCH_PART])
        if ids:
            host.refresh_search(ids)
            refresh_custom_search.enqueue(workspace_id=workspace_id, entity=entity, after=str(ids[-1]))


@job(cron="29 * * * *")
def tend_field_indexes(timestamp: int) -> None:
    """Build indexes of custom fields in frequent use, and take away what nobody uses. Safe to run twice."""
    indexes.tend(today=datetime.fromtimestamp(timestamp, UTC).date())


@job(cron="23 20 * * *")
def carry_out_retention(timestamp: int) -> None:
    """Delete what is past the time that each company keeps it, at night in Thailand. Safe to run twice."""
    at = datetime.fromtimestamp(timestamp, UTC)
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        retention.carry_out(workspace_id, at=at)


@job(cron="* * * * *")
def retry_dead_letters(timestamp: int) -> None:
    """Try again what subscribers failed on and is due by a moment, in seconds since 1970. Safe to run twice."""
    dead_letters.retry_due(at=datetime.fromtimestamp(timestamp, UTC))


@job(cron="* * * * *")
def watch_health(timestamp: int) -> None:
    """Tell administrators what stopped or is late, and that it is over. Safe to run twice."""
    watching.watch(at=datetime.fromtimestamp(timestamp, UTC))


@job(cron="37 * * * *")
def forget_old_failures(timestamp: int) -> None:
    """Delete why jobs failed that went well since. Safe to run twice."""
    forget_failures(datetime.fromtimestamp(timestamp, UTC))


@job(cron="41 * * * *")
def forget_old_cache(timestamp: int) -> None:
    """Delete what the cache keeps past its time by a moment, in seconds since 1970. Safe to run twice."""
    forget_expired(datetime.fromtimestamp(timestamp, UTC))


@job(cron="17 * * * *")
def forget_old_answers(timestamp: int) -> None:
    """Delete answers of the API whose key counts no longer, and counts of past minutes. Safe to run twice."""
    limits.forget()
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            idempotency.forget()


@job(cron="17 20 * * *")
def forget_old_sessions(timestamp: int) -> None:
    """Delete the rows of sessions that had ended by a moment, in seconds since 1970. Safe to run twice."""
    sessions.forget_expired(datetime.fromtimestamp(timestamp, UTC))


@job(cron="* * * * *")
def queue_notification_mails(timestamp: int) -> None:
    """Queue the e-mails that are due by a moment, in seconds since 1970. Safe to run twice."""
    if not choices.can_send():
        return
    at = datetime.fromtimestamp(timestamp, UTC)
    companies = Workspace.objects.filter(is_demo=False).exclude(pk__in=outgoing.held_ids())
    for workspace_id in companies.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            for member_id, channel in mails.due_letters(workspace_id, at=at):
                send_notification_mail.enqueue(workspace_id=workspace_id, member_id=member_id, channel=channel)


@job(retries=7, backoff=4)  # for six hours, with longer and longer waits
def send_notification_mail(workspace_id: str, member_id: str, channel: str) -> None:
    """Send a member what is due on a channel. Safe to run twice: what went out is claimed."""
    while mails.send_due(UUID(workspace_id), UUID(member_id), channel, at=timezone.now()):
        pass


@job(retries=7, backoff=4)
def send_alert_mail(workspace_id: str, key: str) -> None:
    """Send a person the e-mail about a change of how they sign in."""
    alerts.send(UUID(workspace_id), key)


@job(cron="5 * * * *")
def tell_stand_ins(timestamp: int) -> None:
    """Tell those whose time as a stand-in begins today, and those who are back, where the company is. Safe to run twice."""
    for workspace in Workspace.objects.order_by("id"):
        with in_workspace(workspace.pk):
            absences.tell_who_begins(workspace)
            absences.tell_who_returns(workspace)
