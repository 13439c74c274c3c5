"""The settings of webhooks: endpoints, their secrets, and the log of what was sent."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from samphan.administration.middleware import MemberRequest
from samphan.integrations import actions, queries, retries, troubles
from samphan.integrations.actions import BadWebhook
from samphan.integrations.forms import EndpointForm, ReplayForm
from samphan.integrations.jobs import replay_webhooks
from samphan.integrations.models import TEST_EVENT, WebhookDelivery, WebhookEndpoint
from samphan.integrations.permissions import CHANGE_WEBHOOKS
from samphan.integrations.public_events import EVENTS
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.platform.thai.dates import DateProblem, parse_date

PLACE = "webhooks"
TONES = {"delivered": "green", "waiting": "sky", "failed": "rose", "withheld": "slate"}
STATE_TONES = {"active": "green", "paused": "amber", "disabled": "rose"}


@requires(CHANGE_WEBHOOKS)
@require_GET
def webhooks(request: MemberRequest) -> HttpResponse:
    """Every webhook and how it does."""
    rows = [
        {
            "endpoint": endpoint,
            "host": urlsplit(endpoint.url).hostname,
            "tone": STATE_TONES[endpoint.state],
            "events": _("All events") if endpoint.is_for_all else _event_words(endpoint),
        }
        for endpoint in queries.endpoints(request.member)
    ]
    return render(request, "integrations/webhooks.html", {"settings_place": PLACE, "rows": rows})


@requires(CHANGE_WEBHOOKS)
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("secret")
def new_webhook(request: MemberRequest) -> HttpResponse:
    """Make a webhook; its secret is shown on the answer and never again."""
    if request.method == "GET":
        return _form(request, EndpointForm(initial={"scope": "chosen"}))
    form = EndpointForm(request.POST)
    if form.is_valid():
        try:
            endpoint = actions.create_endpoint(acting_member=request.member, **_values(form))
        except BadWebhook as problem:
            form.add_error(problem.field, str(problem))
        else:
            return _secret(request, endpoint, is_new=True)
    return _form(request, form, status=422)


@requires(CHANGE_WEBHOOKS)
@require_GET
def webhook(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """One webhook: how it does, and what it sent. `?state=` narrows the log, `?before=` is where the page before ended."""
    endpoint = _endpoint(request, endpoint_id)
    state = request.GET.get("state", "")
    if state not in WebhookDelivery.State.values:
        state = ""
    before = as_uuid(request.GET.get("before", ""))
    log = queries.log(request.member, endpoint, state=state, before=before)
    context = {
        "settings_place": PLACE,
        "endpoint": endpoint,
        "tone": STATE_TONES[endpoint.state],
        "why": _why(endpoint),
        "events": [
            (name, EVENTS[name].label if name in EVENTS else name)
            for name in (EVENTS if endpoint.is_for_all else endpoint.events)
        ],
        "rows": [_row(delivery) for delivery in log.rows],
        "older": log.older,
        "is_first": before is None,
        "state": state,
        "states": [("", _("All")), *WebhookDelivery.State.choices],
        "figures": queries.figures(request.member, endpoint, at=timezone.now()),
        "is_changing_secret": len(endpoint.secrets_at(timezone.now())) > 1,
        "is_resting": endpoint.state == "active" and endpoint.not_before and endpoint.not_before > timezone.now(),
        "today": request.member.workspace.today(),
        "kept_days": actions.KEPT.days,
    }
    template = "integrations/webhook.html"
    return render(request, f"{template}#log" if request.htmx else template, context)


@requires(CHANGE_WEBHOOKS)
@require_http_methods(["GET", "POST"])
def webhook_edit(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Name, address and events of a webhook."""
    endpoint = _endpoint(request, endpoint_id)
    if request.method == "GET":
        initial = {
            "name": endpoint.name,
            "url": endpoint.url,
            "events": endpoint.events,
            "scope": "all" if endpoint.is_for_all else "chosen",
        }
        return _form(request, EndpointForm(initial=initial), endpoint)
    form = EndpointForm(request.POST)
    if form.is_valid():
        try:
            actions.change_endpoint(endpoint, acting_member=request.member, **_values(form))
        except BadWebhook as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, _("Saved"))
            return redirect("webhook", endpoint.pk)
    return _form(request, form, endpoint, status=422)


@requires(CHANGE_WEBHOOKS)
@require_POST
@never_cache
@sensitive_variables("secret")
def webhook_secret(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Make a new secret, shown on the answer and never again."""
    endpoint = _endpoint(request, endpoint_id)
    actions.rotate_secret(endpoint, acting_member=request.member, at=timezone.now())
    return _secret(request, endpoint)


@requires(CHANGE_WEBHOOKS)
@require_POST
def webhook_pause(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Hold a webhook."""
    endpoint = _endpoint(request, endpoint_id)
    actions.pause_endpoint(endpoint, acting_member=request.member)
    return redirect("webhook", endpoint.pk)


@requires(CHANGE_WEBHOOKS)
@require_POST
def webhook_resume(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Switch a webhook on again."""
    endpoint = _endpoint(request, endpoint_id)
    actions.resume_endpoint(endpoint, acting_member=request.member, at=timezone.now())
    messages.success(request, _("It is on. What waited goes out now."))
    return redirect("webhook", endpoint.pk)


@requires(CHANGE_WEBHOOKS)
@require_POST
def webhook_test(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Call a webhook once to see whether it answers."""
    endpoint = _endpoint(request, endpoint_id)
    delivery = actions.test_endpoint(endpoint, acting_member=request.member, at=timezone.now())
    return redirect("webhook-delivery", endpoint.pk, delivery.pk)


@requires(CHANGE_WEBHOOKS)
@require_POST
def webhook_deletion(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Remove a webhook and its log."""
    endpoint = _endpoint(request, endpoint_id)
    actions.delete_endpoint(endpoint, acting_member=request.member)
    messages.success(request, _("Deleted the webhook “%(name)s”") % {"name": endpoint.name})
    if request.htmx:
        return HttpResponseClientRedirect(reverse("webhooks"))
    return redirect("webhooks")


@requires(CHANGE_WEBHOOKS)
@require_http_methods(["GET", "POST"])
def webhook_replay(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Send again what happened from one day to another."""
    endpoint = _endpoint(request, endpoint_id)
    today = request.member.workspace.today()
    form = ReplayForm(request.POST or None, initial={"only_failed": True})
    if request.method == "POST" and form.is_valid():
        days: dict[str, Any] = {}
        for name in ("first", "last"):
            typed = form.cleaned_data[name]
            try:
                days[name] = parse_date(typed, day_first=True, today=today).date if typed else today
            except DateProblem as problem:
                form.add_error(name, str(problem))
        if len(days) == 2 and days["last"] < days["first"]:
            form.add_error("last", _("The last day is before the first."))
        oldest = today - actions.KEPT
        if not form.errors and days["last"] < oldest:
            form.add_error("last", _("Events are kept for %(days)s days.") % {"days": actions.KEPT.days})
        if not form.errors:
            zone = request.member.workspace.zone
            replay_webhooks.enqueue(
                workspace_id=request.member.workspace_id,
                endpoint_id=endpoint.pk,
                member_id=request.member.pk,
                since=datetime.combine(days["first"], time.min, zone).astimezone(UTC).isoformat(),
                until=datetime.combine(days["last"] + timedelta(days=1), time.min, zone).astimezone(UTC).isoformat(),
                only_failed=form.cleaned_data["only_failed"],
                at=timezone.now().isoformat(),
            )
            messages.success(request, _("What happened in this time goes out again."))
            return redirect("webhook", endpoint.pk)
    context = {"settings_place": PLACE, "endpoint": endpoint, "form": form, "kept_days": actions.KEPT.days}
    return render(request, "integrations/webhook_replay.html", context, status=422 if form.errors else 200)


@requires(CHANGE_WEBHOOKS)
@require_GET
def webhook_delivery(request: MemberRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    """One delivery with each of its calls."""
    endpoint, delivery = _delivery(request, endpoint_id, delivery_id)
    attempts = [
        {
            "attempt": attempt,
            "said": troubles.in_words(attempt.status, attempt.problem, attempt.detail),
            "is_good": attempt.status is not None and 200 <= attempt.status < 300,
            "milliseconds": round(attempt.seconds * 1000),
            "is_mine": attempt.owner_id == request.member.pk,
        }
        for attempt in queries.attempts(request.member, delivery)
    ]
    context = {
        "settings_place": PLACE,
        "endpoint": endpoint,
        "row": _row(delivery),
        "delivery": delivery,
        "attempts": attempts,
        "left": max(0, retries.ATTEMPTS - delivery.attempt_count) if delivery.event != TEST_EVENT else 0,
    }
    template = "integrations/webhook_delivery.html"
    return render(request, f"{template}#calls" if request.htmx else template, context)


@requires(CHANGE_WEBHOOKS)
@require_POST
def webhook_delivery_replay(request: MemberRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send one delivery again."""
    endpoint, delivery = _delivery(request, endpoint_id, delivery_id)
    actions.replay_delivery(delivery, acting_member=request.member, at=timezone.now())
    return redirect("webhook-delivery", endpoint.pk, delivery.pk)


def _endpoint(request: MemberRequest, endpoint_id: UUID) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.visible_to(request.member).select_related("owner")
    return get_object_or_404(found, pk=endpoint_id)


def _delivery(request: MemberRequest, endpoint_id: UUID, delivery_id: UUID) -> tuple[WebhookEndpoint, WebhookDelivery]:
    endpoint = _endpoint(request, endpoint_id)
    found = WebhookDelivery.objects.visible_to(request.member).filter(endpoint=endpoint).select_related("endpoint")
    return endpoint, get_object_or_404(found, pk=delivery_id)


def _values(form: EndpointForm) -> dict[str, Any]:
    values = form.cleaned_data
    return {
        "name": values["name"],
        "url": values["url"],
        "events": values["events"],
        "is_for_all": values["scope"] == "all",
    }


def _form(
    request: MemberRequest, form: EndpointForm, endpoint: WebhookEndpoint | None = None, *, status: int = 200
) -> HttpResponse:
    chosen = form["events"].value() or []
    boxes = [(event.name, event.label, event.name in chosen) for event in EVENTS.values()]
    takes_over = endpoint is not None and endpoint.owner_id != request.member.pk
    context = {
        "settings_place": PLACE,
        "form": form,
        "endpoint": endpoint,
        "boxes": boxes,
        "takes_over": takes_over,
        "allows_inside": bool(settings.ENVIRONMENT.webhook_networks),
    }
    return render(request, "integrations/webhook_edit.html", context, status=status)


def _secret(request: MemberRequest, endpoint: WebhookEndpoint, *, is_new: bool = False) -> HttpResponse:
    context = {"settings_place": PLACE, "endpoint": endpoint, "secret": endpoint.secret, "is_new": is_new}
    return render(request, "integrations/webhook_secret.html", context)


def _row(delivery: WebhookDelivery) -> dict[str, Any]:
    event = EVENTS.get(delivery.event)
    label = _("Test") if delivery.event == TEST_EVENT else str(event.label) if event else delivery.event
    said = troubles.in_words(delivery.status, delivery.problem) if delivery.attempt_count else ""
    if delivery.state == WebhookDelivery.State.WITHHELD:
        said = _("Whoever set it up may not see this, so it was not sent.")
    is_retry = delivery.state == WebhookDelivery.State.WAITING and bool(delivery.status or delivery.problem)
    return {
        "delivery": delivery,
        "label": label,
        "tone": TONES[delivery.state],
        "said": said,
        "next_at": delivery.next_at if is_retry else None,
    }


def _why(endpoint: WebhookEndpoint) -> str:
    if endpoint.state == WebhookEndpoint.State.DISABLED:
        return _("Stopped: %(why)s.") % {"why": endpoint.get_reason_display()}
    return ""


def _event_words(endpoint: WebhookEndpoint) -> str:
    names = [str(EVENTS[name].label) if name in EVENTS else name for name in endpoint.events]
    return ", ".join(names)
