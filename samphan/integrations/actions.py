"""Everything that writes webhooks. Each stands inside `in_workspace`, as a request or a job does."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration import audit
from samphan.administration.models import Member
from samphan.integrations import addresses, signatures
from samphan.integrations.models import TEST_EVENT, WebhookDelivery, WebhookEndpoint
from samphan.integrations.public_events import EVENTS, Told, sources, told_of
from samphan.platform import live
from samphan.platform.errors import DomainError
from samphan.platform.events import history
from samphan.platform.events.outbox import Delivery
from samphan.platform.ids import uuid7

MOST_ENDPOINTS = 50
OLD_SECRET_FOR = timedelta(hours=24)
KEPT = timedelta(days=30)
TOPIC = "webhook"
State = WebhookEndpoint.State


class BadWebhook(DomainError):
    """What was typed cannot be a webhook; `field` says where."""

    def __init__(self, field: str, message: Any, **values: Any) -> None:
        self.field = field
        super().__init__(message, **values)


def _allowed() -> tuple[addresses.Network, ...]:
    from django.conf import settings

    return addresses.networks(settings.ENVIRONMENT.webhook_networks)


def _checked(name: str, url: str, events: Iterable[str], is_for_all: bool) -> dict[str, Any]:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise BadWebhook("name", _("Give it a name of at most 100 letters, such as the other system's."))
    try:
        url = addresses.check_url(url, _allowed())
    except addresses.BadAddress as problem:
        raise BadWebhook("url", str(problem)) from problem
    chosen = [] if is_for_all else list(dict.fromkeys(events))
    unknown = [one for one in chosen if one not in EVENTS]
    if unknown:
        raise BadWebhook("events", _("There is no event “%(name)s”."), name=unknown[0][:60])
    if not chosen and not is_for_all:
        raise BadWebhook("events", _("Choose at least one event."))
    return {"name": name, "url": url, "events": chosen, "is_for_all": is_for_all}


@transaction.atomic
def create_endpoint(
    *,
    name: str,
    url: str,
    events: Iterable[str] = (),
    is_for_all: bool = False,
    is_hook: bool = False,
    acting_member: Member,
) -> WebhookEndpoint:
    """Call an address from now on when something happens, with the eyes of the acting member.

    The secret stands on what is returned: whoever made it sees it once.

    :raises BadWebhook: when something of it cannot be taken.
    """
    values = _checked(name, url, events, is_for_all)
    mine = WebhookEndpoint.objects.filter(workspace_id=acting_member.workspace_id)
    if mine.count() >= MOST_ENDPOINTS:
        raise BadWebhook(
            "name", _("There are %(most)s webhooks, which is the most. Delete one first."), most=MOST_ENDPOINTS
        )
    endpoint = WebhookEndpoint.objects.create(
        workspace_id=acting_member.workspace_id,
        owner=acting_member,
        secret=signatures.new_secret(),
        is_hook=is_hook,
        **values,
    )
    audit.record("integrations.webhook_added", viewer=acting_member, name=endpoint.name)
    return endpoint


@transaction.atomic
def change_endpoint(
    endpoint: WebhookEndpoint,
    *,
    name: str,
    url: str,
    events: Iterable[str] = (),
    is_for_all: bool = False,
    acting_member: Member,
) -> None:
    """Change name, address and events; who changes where it goes or what it tells becomes its owner.

    :raises BadWebhook: when something of it cannot be taken.
    """
    values = _checked(name, url, events, is_for_all)
    changed = [field for field, value in values.items() if getattr(endpoint, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(endpoint, field, values[field])
    if changed != ["name"] and endpoint.owner_id != acting_member.pk:
        endpoint.owner = acting_member
        changed.append("owner")
    if "url" in changed:
        # Another place: what the old one did is no reason to wait.
        endpoint.failure_streak, endpoint.not_before = 0, None
        changed += ["failure_streak", "not_before"]
    endpoint.save(update_fields=changed)
    audit.record(
        "integrations.webhook_changed",
        viewer=acting_member,
        name=endpoint.name,
        fields=[one for one in changed if one in ("name", "url", "events", "owner")],
    )


def rotate_secret(endpoint: WebhookEndpoint, *, acting_member: Member, at: datetime) -> str:
    """Make a new secret; for 24 hours both sign, so that the other system can change without losing a call.

    Whoever sees the secret can only check signatures; the owner stays.
    """
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, at + OLD_SECRET_FOR
    endpoint.secret = signatures.new_secret()
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    audit.record("integrations.webhook_secret_changed", viewer=acting_member, name=endpoint.name)
    return endpoint.secret


def pause_endpoint(endpoint: WebhookEndpoint, *, acting_member: Member) -> None:
    """Call nobody until it goes on; what happens meanwhile waits, for 30 days."""
    if WebhookEndpoint.objects.filter(pk=endpoint.pk, state=State.ACTIVE).update(state=State.PAUSED):
        audit.record("integrations.webhook_paused", viewer=acting_member, name=endpoint.name)


@transaction.atomic
def resume_endpoint(endpoint: WebhookEndpoint, *, acting_member: Member, at: datetime) -> None:
    """Call again, whether it was paused or stopped by itself; what waited goes out now. Whoever does it becomes the owner
    of one whose owner has left."""
    values: dict[str, Any] = {
        "state": State.ACTIVE, "reason": "", "disabled_at": None, "failure_streak": 0, "not_before": None,
    }  # fmt: skip
    if not Member.objects.filter(pk=endpoint.owner_id, is_active=True).exists():
        values["owner_id"] = acting_member.pk
    changed = WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(state=State.ACTIVE).update(**values)
    if changed:
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.WAITING)
        waiting.filter(next_at__gt=at).update(next_at=at)
        ring(endpoint.workspace_id, at)
        audit.record("integrations.webhook_resumed", viewer=acting_member, name=endpoint.name)


@transaction.atomic
def delete_endpoint(endpoint: WebhookEndpoint, *, acting_member: Member | None) -> None:
    """Remove a webhook with everything that it sent; None: it took itself off, by the answer 410 to a REST hook."""
    if acting_member is not None:
        audit.record("integrations.webhook_deleted", viewer=acting_member, name=endpoint.name)
    # By hand, in three statements: Django would read every delivery to delete it.
    with connection.cursor() as cursor:
        scope = [endpoint.workspace_id, endpoint.pk]
        cursor.execute(
            "DELETE FROM integrations_webhookattempt a USING integrations_webhookdelivery d"
            " WHERE a.workspace_id = %s AND d.workspace_id = a.workspace_id AND d.id = a.delivery_id"
            " AND d.endpoint_id = %s",
            scope,
        )
        cursor.execute("DELETE FROM integrations_webhookdelivery WHERE workspace_id = %s AND endpoint_id = %s", scope)
        cursor.execute("DELETE FROM integrations_webhookendpoint WHERE workspace_id = %s AND id = %s", scope)


# What happened becomes deliveries


def deliver_events(deliveries: Sequence[Delivery], endpoint_id: UUID | None = None) -> int:
    """Write down who is to hear of events of one workspace; returns how many deliveries are new. Safe to run twice.

    An endpoint hears nothing from before it was made, nor while it stood disabled.

    :param endpoint_id: for this endpoint alone, and also from the time when it was disabled: a replay.
    """
    if not deliveries:
        return 0
    workspace_id = deliveries[0].workspace_id
    endpoints = WebhookEndpoint.objects.filter(workspace_id=workspace_id)
    endpoints = endpoints.exclude(state=State.DISABLED) if endpoint_id is None else endpoints.filter(pk=endpoint_id)
    found = list(endpoints.only("id", "events", "is_for_all", "created_at"))
    if not found:
        return 0
    at = timezone.now()
    rows = [
        WebhookDelivery(
            id=uuid7(),
            workspace_id=workspace_id,
            endpoint_id=endpoint.pk,
            event=told.name,
            source=f"{delivery.id}:{number}",
            happened_at=delivery.at,
            subject=told.as_subject(),
            next_at=at,
        )
        for delivery in deliveries
        for number, told in enumerate(told_of(delivery.event))
        for endpoint in found
        if endpoint.wants(told.name) and delivery.at >= endpoint.created_at
    ]
    if not rows:
        return 0
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    ring(workspace_id, at)
    return len(rows)


def test_endpoint(endpoint: WebhookEndpoint, *, acting_member: Member, at: datetime) -> WebhookDelivery:
    """Call an endpoint once to see whether it answers, also one that is paused or disabled."""
    delivery = WebhookDelivery.objects.create(
        workspace_id=endpoint.workspace_id,
        endpoint=endpoint,
        event=TEST_EVENT,
        source=f"test:{uuid7().hex}",
        happened_at=at,
        subject=Told(TEST_EVENT).as_subject(),
        next_at=at,
    )
    ring(endpoint.workspace_id, at)
    audit.record("integrations.webhook_tested", viewer=acting_member, name=endpoint.name)
    return delivery


def replay_delivery(delivery: WebhookDelivery, *, acting_member: Member, at: datetime) -> None:
    """Send one delivery again, under the same `webhook-id` and with what there is to say now."""
    _again(WebhookDelivery.objects.filter(pk=delivery.pk), delivery.workspace_id, at)
    audit.record("integrations.webhook_replayed", viewer=acting_member, name=delivery.endpoint.name, rows=1)


@transaction.atomic
def replay_range(
    endpoint: WebhookEndpoint,
    *,
    since: datetime,
    until: datetime,
    only_failed: bool,
    acting_member: Member,
    at: datetime,
) -> int:
    """Send again what happened in a time, from the events themselves; returns how many deliveries go out.

    What nobody wrote down because the endpoint was disabled then, or chose the event later, goes out as well.

    :param only_failed: leave out what was delivered.
    """
    for events in history.between(endpoint.workspace_id, sources(), since, until):
        deliver_events(events, endpoint.pk)
    asked = WebhookDelivery.objects.filter(endpoint=endpoint, happened_at__gte=since, happened_at__lte=until)
    asked = asked.exclude(event=TEST_EVENT)
    wanted = [WebhookDelivery.State.FAILED, WebhookDelivery.State.WITHHELD]
    if not only_failed:
        wanted.append(WebhookDelivery.State.DELIVERED)
    _again(asked.filter(state__in=wanted), endpoint.workspace_id, at)
    count = asked.filter(state=WebhookDelivery.State.WAITING).count()
    audit.record("integrations.webhook_replayed", viewer=acting_member, name=endpoint.name, rows=count)
    return count


def _again(rows: models.QuerySet[WebhookDelivery], workspace_id: UUID, at: datetime) -> None:
    if rows.update(state=WebhookDelivery.State.WAITING, attempt_count=0, next_at=at, ended_at=None):
        ring(workspace_id, at)


def ring(workspace_id: UUID, at: datetime, *, wakes: bool = True) -> None:
    """Say that a workspace may have a delivery to make at a moment; `wakes` sees that a worker looks."""
    from samphan.integrations.jobs import send_webhooks

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO integrations_webhookpulse AS p (workspace_id, due_at, version) VALUES (%s, %s, 1)
            ON CONFLICT (workspace_id) DO UPDATE SET due_at = LEAST(p.due_at, EXCLUDED.due_at), version = p.version + 1
            """,
            [workspace_id, at],
        )
    if wakes:
        send_webhooks.enqueue(once="webhooks")


def forget(workspace_id: UUID, before: datetime, *, at_once: int = 5_000) -> int:
    """Delete what was made before a moment, with its attempts, so many at a time; returns how many deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH old AS (SELECT id FROM integrations_webhookdelivery
                          WHERE workspace_id = %(workspace)s AND created_at < %(before)s LIMIT %(count)s),
                 attempts AS (DELETE FROM integrations_webhookattempt
                               WHERE workspace_id = %(workspace)s AND delivery_id IN (SELECT id FROM old))
            DELETE FROM integrations_webhookdelivery
             WHERE workspace_id = %(workspace)s AND id IN (SELECT id FROM old)
            """,
            {"workspace": workspace_id, "before": before, "count": at_once},
        )
        return int(cursor.rowcount)


def tell_pages(workspace_id: UUID, endpoint_ids: Iterable[UUID], at: datetime) -> None:
    """Let open pages of these endpoints look again."""
    ids: dict[UUID | None, int] = dict.fromkeys(endpoint_ids, int(at.timestamp() * 1000))
    if ids:
        live.tell(workspace_id, TOPIC, ids)


def waiting_count(workspace_id: UUID) -> int:
    """Deliveries that wait for their next call."""
    return WebhookDelivery.objects.filter(workspace_id=workspace_id, state=WebhookDelivery.State.WAITING).count()


def withhold_waiting(workspace_id: UUID, at: datetime) -> int:
    """Let what waits stay unsent; returns how many. The log shows them, and each may still be sent by hand."""
    waiting = WebhookDelivery.objects.filter(workspace_id=workspace_id, state=WebhookDelivery.State.WAITING)
    return waiting.update(state=WebhookDelivery.State.WITHHELD, ended_at=at)
