"""Reads about webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q

from samphan.administration.models import Member
from samphan.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from samphan.platform.access import Viewer

PAGE_SIZE = 50
State = WebhookDelivery.State


def endpoints(viewer: Viewer) -> list[WebhookEndpoint]:
    """Every webhook by name, with its owner."""
    return list(WebhookEndpoint.objects.visible_to(viewer).select_related("owner").order_by("name", "id"))


@dataclass(frozen=True)
class Log:
    """A page of what an endpoint was told, the newest first; `older` is where the next page begins."""

    rows: list[WebhookDelivery]
    older: UUID | None


def log(viewer: Viewer, endpoint: WebhookEndpoint, *, state: str = "", before: UUID | None = None) -> Log:
    """What an endpoint was told, by keyset over the id."""
    rows = WebhookDelivery.objects.visible_to(viewer).filter(endpoint=endpoint)
    if state in State.values:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: PAGE_SIZE + 1])
    return Log(found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None)


@dataclass(frozen=True)
class Figures:
    """What became of the deliveries of an endpoint since a moment; counted up to 10,000."""

    delivered: int
    waiting: int
    failed: int


def figures(viewer: Viewer, endpoint: WebhookEndpoint, *, at: datetime) -> Figures:
    """The last 24 hours of an endpoint."""
    rows = WebhookDelivery.objects.visible_to(viewer).filter(endpoint=endpoint, created_at__gte=at - timedelta(days=1))
    recent = WebhookDelivery.objects.filter(pk__in=rows.order_by("-id").values("pk")[:10_000])
    found = recent.aggregate(
        delivered=Count("pk", filter=Q(state=State.DELIVERED)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    return Figures(**found)


def attempts(viewer: Member, delivery: WebhookDelivery) -> Sequence[WebhookAttempt]:
    """The calls of a delivery, the last first. What was sent and answered is for whoever it was read for."""
    rows = list(
        WebhookAttempt.objects.filter(workspace_id=viewer.workspace_id, delivery=delivery)
        .annotate(owner_name=F("owner__name"))
        .order_by("-id")[:40]
    )
    for row in rows:
        if row.owner_id != viewer.pk:
            row.sent = row.answer = ""
    return rows
