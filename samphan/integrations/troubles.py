"""What administrators hear when webhooks do not arrive, and the sentences that say why."""

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration import health, notifications
from samphan.administration.models import Member
from samphan.integrations.models import WebhookDelivery, WebhookEndpoint
from samphan.integrations.permissions import CHANGE_WEBHOOKS

TOPIC = "integrations.webhook_stopped"
STOPPED, FAILED = "integrations.webhook_stopped", "integrations.webhook_delivery_failed"

PROBLEMS: dict[str, str | Promise] = {
    "address": gettext_lazy("The name belongs to a private network (%(detail)s), where webhooks do not go."),
    "name": gettext_lazy("There is no such server: nobody knows the name %(detail)s."),
    "timeout": gettext_lazy("No answer came in time."),
    "tls": gettext_lazy("The certificate of the server cannot be trusted: %(detail)s"),
    "connection": gettext_lazy("Nobody answers at this address: %(detail)s"),
    "cut": gettext_lazy("The connection broke: %(detail)s"),
}


def declare() -> None:
    """Make the notifications of webhooks known. By e-mail too, until somebody chooses: another system waits."""
    notifications.declare_topic(
        TOPIC, gettext_lazy("A webhook stopped, or could not deliver"), icon="link", order=80, is_mailed=True
    )
    notifications.declare(
        STOPPED,
        gettext_lazy("The webhook “%(name)s” stopped"),
        body=gettext_lazy("Nothing is delivered any more. Open it to see why, and to switch it on again."),
        icon="circle-alert",
        tone="bad",
        topic=TOPIC,
    )
    notifications.declare(
        FAILED,
        gettext_lazy("The webhook “%(name)s” could not deliver"),
        body=gettext_lazy("The other system does not take some of what it is sent. It can be sent again."),
        icon="circle-alert",
        tone="bad",
        topic=TOPIC,
    )


def in_words(status: int | None, problem: str, detail: str = "") -> str:
    """What a call came to, as a sentence."""
    if problem:
        words = str(PROBLEMS.get(problem, PROBLEMS["cut"])) % {"detail": detail}
        return words.strip().rstrip(":")
    if status is None:
        return ""
    if 200 <= status < 300:
        return _("Taken (%(status)s)") % {"status": status}
    if 300 <= status < 400:
        return _("The address sends on elsewhere (%(status)s). Enter the new address: nobody is followed.") % {
            "status": status
        }
    if status == 410:
        return _("The other system does not want to be called any more (410).")
    if status in (401, 403):
        return _("The other system refuses (%(status)s). Compare the secret.") % {"status": status}
    if status == 404:
        return _("There is nothing at this address (404).")
    if status == 429:
        return _("Too many calls for the other system (429). It is called more slowly.")
    return _("The other system answered with %(status)s.") % {"status": status}


def findings(member: Member) -> list[health.Finding]:
    """The webhooks that stopped, for the page about the work behind the pages."""
    stopped = WebhookEndpoint.objects.visible_to(member).filter(state=WebhookEndpoint.State.DISABLED).order_by("name")
    return [
        health.Finding(
            _("The webhook “%(name)s” stopped") % {"name": endpoint.name},
            reverse("webhook", args=[endpoint.pk]),
            _("Open"),
        )
        for endpoint in stopped
    ]


def stop(endpoint: WebhookEndpoint, reason: WebhookEndpoint.Reason, *, at: datetime) -> None:
    """Call an endpoint no more until somebody switches it on again, and tell the administrators; once."""
    stopped = (
        WebhookEndpoint.objects.filter(pk=endpoint.pk)
        .exclude(state=WebhookEndpoint.State.DISABLED)
        .update(state=WebhookEndpoint.State.DISABLED, reason=reason, disabled_at=at)
    )
    if stopped:
        _tell(endpoint, STOPPED, key=f"{endpoint.pk}:{at.isoformat()}", at=at)


def tell_of_failed(endpoint: WebhookEndpoint, delivery: WebhookDelivery, *, at: datetime) -> None:
    """Tell the administrators once a day that an endpoint does not take something."""
    day = at.astimezone(endpoint.workspace.zone).date()
    _tell(endpoint, FAILED, key=f"{endpoint.pk}:{day.isoformat()}", at=at)


def _tell(endpoint: WebhookEndpoint, kind: str, *, key: str, at: datetime) -> None:
    active = Member.objects.filter(workspace_id=endpoint.workspace_id, is_active=True)
    notifications.notify(
        [member.pk for member in active if member.may(CHANGE_WEBHOOKS)],
        kind,
        key=key,
        values={"name": endpoint.name},
        url=reverse("webhook", args=[endpoint.pk]),
        at=at,
    )
