"""Routes of `/api/v1/webhooks`, and REST hooks for services that subscribe by themselves."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import AwareDatetime, Field

from samphan.administration import lists as member_lists
from samphan.administration.middleware import MemberRequest
from samphan.integrations import actions, payloads, queries
from samphan.integrations.jobs import replay_webhooks
from samphan.integrations.models import WebhookDelivery, WebhookEndpoint
from samphan.integrations.permissions import CHANGE_WEBHOOKS
from samphan.integrations.public_events import EVENTS, Told
from samphan.platform.access import requires
from samphan.platform.api import BASE, problems
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import CursorParams, Strict
from samphan.platform.api.walking import walk

problems.tells_fields(actions.BadWebhook, lambda refusal: [(refusal.field, str(refusal))])

router = Router(tags=["Webhooks"])
SAMPLES = 3
MAX_EVENTS = 100


class EventOut(Schema):
    """Something that a webhook can hear of."""

    name: str
    label: str
    entity: str | None
    is_many: bool


class EventsOut(Schema):
    """Every event."""

    data: list[EventOut]


class WebhookOut(Schema):
    """An address that is called when something happens. `owner_id` is the member whose eyes it has."""

    id: UUID
    name: str
    url: str
    events: list[str]
    is_for_all: bool
    is_hook: bool
    state: str
    reason: str | None
    owner_id: UUID
    last_success_at: str | None
    last_failure_at: str | None
    secret: str | None = Field(None, description="On the answer that makes it, and never again.")


class WebhooksOut(Schema):
    """Every webhook by name."""

    data: list[WebhookOut]


class WebhookIn(Strict):
    """A webhook to make."""

    name: str = Field(..., min_length=1, max_length=100)
    url: str = Field(..., min_length=1, max_length=2_000)
    events: list[str] = Field([], max_length=MAX_EVENTS, examples=[["customer.created", "order.created"]])
    is_for_all: bool = Field(False, description="All events, also those to come.")


class WebhookChanges(Strict):
    """What to write of a webhook; whoever changes where it goes or what it tells becomes its owner."""

    name: str | None = Field(None, min_length=1, max_length=100)
    url: str | None = Field(None, min_length=1, max_length=2_000)
    events: list[str] | None = Field(None, max_length=MAX_EVENTS)
    is_for_all: bool | None = None


@router.get(
    "/webhook-events", response=EventsOut, operation_id="webhook_events", summary=_("Events that a webhook can hear of")
)
@requires(CHANGE_WEBHOOKS)
def webhook_events(request: MemberRequest) -> HttpResponse:
    """Names that stay, with words in the language of the request."""
    found = [
        {"name": one.name, "label": str(one.label), "entity": one.entity or None, "is_many": one.is_many}
        for one in EVENTS.values()
    ]
    return answer(request, {"data": found})


@router.get("/webhooks", response=WebhooksOut, operation_id="webhooks_list", summary=_("List webhooks"))
@requires(CHANGE_WEBHOOKS)
def list_webhooks(request: MemberRequest) -> HttpResponse:
    """Every webhook of the company and how it does."""
    return answer(request, {"data": [_webhook(one) for one in queries.endpoints(request.member)]})


@router.post("/webhooks", response={201: WebhookOut}, operation_id="webhooks_create", summary=_("Make a webhook"))
@requires(CHANGE_WEBHOOKS)
def create_webhook(request: MemberRequest, body: Body[WebhookIn]) -> HttpResponse:
    """Call an address from now on when something happens; the answer alone holds the secret that signs the calls."""
    made = actions.create_endpoint(**body.model_dump(), acting_member=request.member)
    location = f"{BASE}webhooks/{made.pk}"
    return answer(request, _webhook(made) | {"secret": made.secret}, status=201, location=location)


@router.get("/webhooks/{uuid:webhook_id}", response=WebhookOut, operation_id="webhooks_get", summary=_("One webhook"))
@requires(CHANGE_WEBHOOKS)
def get_webhook(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """One webhook, without its secret."""
    return answer(request, _webhook(_find(request, webhook_id)))


@router.patch(
    "/webhooks/{uuid:webhook_id}", response=WebhookOut, operation_id="webhooks_update", summary=_("Change a webhook")
)
@requires(CHANGE_WEBHOOKS)
def change_webhook(request: MemberRequest, webhook_id: UUID, body: Body[WebhookChanges]) -> HttpResponse:
    """Write name, address or events."""
    found = _find(request, webhook_id)
    now = {"name": found.name, "url": found.url, "events": found.events, "is_for_all": found.is_for_all}
    given = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    if given.get("events") and "is_for_all" not in given:
        given["is_for_all"] = False
    actions.change_endpoint(found, **{**now, **given}, acting_member=request.member)
    return answer(request, _webhook(found))


@router.delete(
    "/webhooks/{uuid:webhook_id}", response={204: None}, operation_id="webhooks_delete", summary=_("Delete a webhook")
)
@requires(CHANGE_WEBHOOKS)
def delete_webhook(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Remove a webhook with its log."""
    actions.delete_endpoint(_find(request, webhook_id), acting_member=request.member)
    return nothing()


@router.post(
    "/webhooks/{uuid:webhook_id}/secret",
    response=WebhookOut,
    operation_id="webhooks_secret",
    summary=_("Make a new secret"),
)
@requires(CHANGE_WEBHOOKS)
def new_secret(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """A new secret, on this answer alone; for 24 hours the old one signs too."""
    found = _find(request, webhook_id)
    secret = actions.rotate_secret(found, acting_member=request.member, at=timezone.now())
    return answer(request, _webhook(found) | {"secret": secret})


@router.post(
    "/webhooks/{uuid:webhook_id}/pause", response=WebhookOut, operation_id="webhooks_pause", summary=_("Hold a webhook")
)
@requires(CHANGE_WEBHOOKS)
def pause_webhook(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Call nobody until it goes on; what happens meanwhile waits for 30 days."""
    actions.pause_endpoint(_find(request, webhook_id), acting_member=request.member)
    return answer(request, _webhook(_find(request, webhook_id)))


@router.post(
    "/webhooks/{uuid:webhook_id}/resumption",
    response=WebhookOut,
    operation_id="webhooks_resume",
    summary=_("Switch a webhook on again"),
)
@requires(CHANGE_WEBHOOKS)
def resume_webhook(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Call again, whether it was held or stopped by itself; what waited goes out now."""
    actions.resume_endpoint(_find(request, webhook_id), acting_member=request.member, at=timezone.now())
    return answer(request, _webhook(_find(request, webhook_id)))


def _find(request: MemberRequest, webhook_id: UUID) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.visible_to(request.member).select_related("owner").filter(pk=webhook_id).first()
    if found is None:
        raise Http404
    return found


def _webhook(one: WebhookEndpoint) -> dict[str, Any]:
    names = (
        "name",
        "url",
        "events",
        "is_for_all",
        "is_hook",
        "state",
        "owner_id",
        "last_success_at",
        "last_failure_at",
    )
    return {"id": one.pk, **{name: getattr(one, name) for name in names}, "reason": one.reason or None}


# What was sent


class DeliveryOut(Schema):
    """One event on its way to one address. `id` is in the header `webhook-id` of the calls."""

    id: UUID
    message_id: str
    event: str
    happened_at: str
    state: str
    attempt_count: int
    next_at: str | None
    status: int | None
    problem: str | None


class DeliveryPage(Schema):
    """One page of the log, the newest first."""

    data: list[DeliveryOut]
    next_cursor: str | None


class AttemptOut(Schema):
    """One call: what came back, and for whoever it was read for also what was sent."""

    at: str
    seconds: float
    status: int | None
    problem: str | None
    sent: str
    answer: str


class DeliveryWithCallsOut(DeliveryOut):
    """One delivery with each of its calls, the last first."""

    attempts: list[AttemptOut]


class LogParams(CursorParams):
    """Which deliveries."""

    state: Literal["", "waiting", "delivered", "failed", "withheld"] = ""


@router.post(
    "/webhooks/{uuid:webhook_id}/test",
    response={202: DeliveryOut},
    operation_id="webhooks_test",
    summary=_("Try a webhook"),
)
@requires(CHANGE_WEBHOOKS)
def test_webhook(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Call the address once to see whether it answers; the delivery says what came of it."""
    made = actions.test_endpoint(_find(request, webhook_id), acting_member=request.member, at=timezone.now())
    return answer(request, _delivery(made), status=202)


@router.get(
    "/webhooks/{uuid:webhook_id}/deliveries",
    response=DeliveryPage,
    operation_id="deliveries_list",
    summary=_("What a webhook sent"),
)
@requires(CHANGE_WEBHOOKS)
def list_deliveries(request: MemberRequest, webhook_id: UUID, params: Query[LogParams]) -> HttpResponse:
    """The log of the last 30 days."""
    rows = WebhookDelivery.objects.visible_to(request.member).filter(endpoint=_find(request, webhook_id))
    if params.state:
        rows = rows.filter(state=params.state)
    found, cursor = walk(rows, params, ("pk",), descending=True)
    return answer(request, {"data": [_delivery(one) for one in found], "next_cursor": cursor})


@router.get(
    "/webhooks/{uuid:webhook_id}/deliveries/{uuid:delivery_id}",
    response=DeliveryWithCallsOut,
    operation_id="deliveries_get",
    summary=_("One delivery with its calls"),
)
@requires(CHANGE_WEBHOOKS)
def get_delivery(request: MemberRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Each call with what came back."""
    found = _find_delivery(request, webhook_id, delivery_id)
    calls = [
        {
            "at": one.at, "seconds": one.seconds, "status": one.status, "problem": one.problem or None, "sent": one.sent,
            "answer": one.answer,
        }
        for one in queries.attempts(request.member, found)
    ]  # fmt: skip
    return answer(request, _delivery(found) | {"attempts": calls})


@router.post(
    "/webhooks/{uuid:webhook_id}/deliveries/{uuid:delivery_id}/replay",
    response={202: DeliveryOut},
    operation_id="deliveries_replay",
    summary=_("Send a delivery again"),
)
@requires(CHANGE_WEBHOOKS)
def replay_delivery(request: MemberRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send it once more under the same id, with what there is to say now."""
    found = _find_delivery(request, webhook_id, delivery_id)
    actions.replay_delivery(found, acting_member=request.member, at=timezone.now())
    found.refresh_from_db()
    return answer(request, _delivery(found), status=202)


class ReplayIn(Strict):
    """A time whose events go out again."""

    since: AwareDatetime
    until: AwareDatetime | None = Field(None, description="Now, unless it says otherwise.")
    only_failed: bool = True


@router.post(
    "/webhooks/{uuid:webhook_id}/replay",
    response={202: None},
    operation_id="webhooks_replay",
    summary=_("Send a whole time again"),
)
@requires(CHANGE_WEBHOOKS)
def replay(request: MemberRequest, webhook_id: UUID, body: Body[ReplayIn]) -> HttpResponse:
    """Send what happened from one moment to another once more; a worker does it."""
    found, now = _find(request, webhook_id), timezone.now()
    until = min(body.until or now, now)
    if until < body.since:
        raise invalid("until", gettext("The last day is before the first."))
    if until < now - actions.KEPT:
        raise invalid("until", gettext("Events are kept for %(days)s days.") % {"days": actions.KEPT.days})
    replay_webhooks.enqueue(
        workspace_id=request.member.workspace_id,
        endpoint_id=found.pk,
        member_id=request.member.pk,
        since=max(body.since, now - actions.KEPT - timedelta(days=1)).isoformat(),
        until=until.isoformat(),
        only_failed=body.only_failed,
        at=now.isoformat(),
    )
    return HttpResponse(status=202)


def _find_delivery(request: MemberRequest, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    rows = WebhookDelivery.objects.visible_to(request.member).filter(endpoint=_find(request, webhook_id))
    found = rows.select_related("endpoint").filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    return found


def _delivery(one: WebhookDelivery) -> dict[str, Any]:
    names = ("message_id", "event", "happened_at", "state", "attempt_count", "status")
    next_at = one.next_at if one.state == WebhookDelivery.State.WAITING else None
    return {
        "id": one.pk, **{name: getattr(one, name) for name in names}, "next_at": next_at, "problem": one.problem or None,
    }  # fmt: skip


# REST hooks


class HookIn(Strict):
    """One event and where to say so, as Zapier, Make and others subscribe by themselves."""

    target_url: str = Field(..., min_length=1, max_length=2_000)
    event: str = Field(..., max_length=60, examples=["customer.created"])


class HookOut(Schema):
    """A subscription; `secret` signs its calls and is on this answer alone."""

    id: UUID
    target_url: str
    event: str
    secret: str


class SamplesOut(Schema):
    """What calls of this event would say now, about the newest records."""

    data: list[dict[str, Any]]


@router.post("/hooks", response={201: HookOut}, operation_id="hooks_subscribe", summary=_("Subscribe to an event"))
@requires(CHANGE_WEBHOOKS)
def subscribe(request: MemberRequest, body: Body[HookIn]) -> HttpResponse:
    """A REST hook: one event, one address. It ends by its DELETE, or by itself when the address answers 410."""
    if body.event not in EVENTS:
        raise invalid("event", gettext("There is no event “%(name)s”.") % {"name": body.event[:60]})
    host = urlsplit(body.target_url).hostname or body.target_url
    try:
        made = actions.create_endpoint(
            name=f"{host[:60]} · {body.event}"[:100],
            url=body.target_url,
            events=[body.event],
            is_hook=True,
            acting_member=request.member,
        )
    except actions.BadWebhook as refused:
        raise invalid("target_url", str(refused)) from None
    found = {"id": made.pk, "target_url": made.url, "event": body.event, "secret": made.secret}
    return answer(request, found, status=201, location=f"{BASE}hooks/{made.pk}")


@router.delete(
    "/hooks/{uuid:hook_id}", response={204: None}, operation_id="hooks_unsubscribe", summary=_("End a subscription")
)
@requires(CHANGE_WEBHOOKS)
def unsubscribe(request: MemberRequest, hook_id: UUID) -> HttpResponse:
    """Hear no more of the event."""
    found = _find(request, hook_id)
    if not found.is_hook:
        raise Http404
    actions.delete_endpoint(found, acting_member=request.member)
    return nothing()


@router.get(
    "/hooks/samples/{event}", response=SamplesOut, operation_id="hooks_samples", summary=_("Samples of an event")
)
@requires(CHANGE_WEBHOOKS)
def samples(request: MemberRequest, event: str) -> HttpResponse:
    """What calls about the newest records would say, for the service where the fields are chosen."""
    known = EVENTS.get(event)
    if known is None:
        raise Http404
    found: list[Mapping[str, Any]] = []
    if known.entity and request.member.may(member_lists.kind(known.entity).permission):
        rows = member_lists.kind(known.entity).rows(request.member).order_by("-pk").values_list("pk", flat=True)
        ids = list(rows[:SAMPLES])
        groups = [tuple(ids)] if known.is_many else [(one,) for one in ids]
        made = [_unsent(request, event, group) for group in groups if group]
        bodies = payloads.compose(made, request.member)
        found = [json.loads(bodies[one.pk]) for one in made if one.pk in bodies]
    return answer(request, {"data": found or [payloads.sample(event, request.member)]})


def _unsent(request: MemberRequest, event: str, ids: tuple[UUID, ...]) -> WebhookDelivery:
    return WebhookDelivery(
        workspace_id=request.member.workspace_id,
        event=event,
        happened_at=timezone.now(),
        subject=Told(event, ids).as_subject(),
    )
