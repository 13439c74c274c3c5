"""Webhooks: who is called, what there is to tell, and what each call came to."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.integrations.permissions import CHANGE_WEBHOOKS
from samphan.platform.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from samphan.platform.access import Viewer

TEST_EVENT = "webhook.test"


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The endpoints of the viewer's workspace, for those who may set them up; none for anybody else."""
        return self.filter(workspace_id=viewer.workspace_id) if viewer.may(CHANGE_WEBHOOKS) else self.none()


class WebhookEndpoint(WorkspaceModel):
    """An address of another system that is called when something happens.

    `owner` is the member whose eyes it has: a call tells what this member may see at that moment, and nothing more. Whoever
    changes where it goes or what it tells becomes its owner, so that nobody reads through somebody else's eyes.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("webhook", "On")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Stopped")

    class Reason(models.TextChoices):
        FAILING = "failing", _("the last try of a delivery failed too")
        GONE = "gone", _("the other system said that the address is gone (410)")
        OWNER_LEFT = "owner_left", _("whoever set it up has no access any more")

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address that is called"), max_length=2_000)
    events = ArrayField(models.CharField(max_length=60), default=list)  # public names; empty with `is_for_all`
    is_for_all = models.BooleanField(default=False)
    owner = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    secret = models.CharField(max_length=120)
    old_secret = models.CharField(max_length=120, blank=True, default="")  # signs too, until the moment below
    old_secret_until = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=10, choices=Reason, blank=True, default="")  # why it is disabled
    disabled_at = models.DateTimeField(null=True)
    failure_streak = models.IntegerField(default=0)  # calls since the last that went well
    not_before = models.DateTimeField(null=True)  # nobody calls before: it asked for rest, or fails again and again
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    is_hook = models.BooleanField(default=False)  # made by a REST hook of the API; gone when it answers 410

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        constraints = [
            models.CheckConstraint(
                name="webhook_disabled_with_a_reason",
                condition=Q(state="disabled", disabled_at__isnull=False) & ~Q(reason="")
                | ~Q(state="disabled") & Q(reason="", disabled_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["workspace", "state"], name="webhook_by_state")]

    def __str__(self) -> str:
        return self.name

    def wants(self, event: str) -> bool:
        """Whether this endpoint chose an event, by its public name."""
        return self.is_for_all or event in self.events

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that sign at a moment, the newest first."""
        is_changing = self.old_secret and self.old_secret_until is not None and at < self.old_secret_until
        return [self.secret, self.old_secret] if is_changing else [self.secret]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The deliveries of the viewer's workspace, for those who may set webhooks up; none for anybody else."""
        return self.filter(workspace_id=viewer.workspace_id) if viewer.may(CHANGE_WEBHOOKS) else self.none()


class WebhookDelivery(WorkspaceModel):
    """One event on its way to one endpoint. It holds ids and names of fields; what is sent is read at each attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", pgettext_lazy("delivery", "Failed")
        WITHHELD = "withheld", _("Withheld")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    event = models.CharField(_("event"), max_length=60)  # public name
    source = models.CharField(max_length=60)  # which event of the outbox, so that none is told twice
    happened_at = models.DateTimeField()
    subject = models.JSONField(default=dict)  # as `public_events.Told` writes it
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    attempt_count = models.IntegerField(default=0)  # begun since the last replay; a killed worker counts
    next_at = models.DateTimeField()  # while it waits; during an attempt the moment at which that counts as lost
    ended_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)  # HTTP status of the last attempt
    problem = models.CharField(max_length=20, blank=True, default="")  # of the last attempt, see `calls.Answer`

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        constraints = [models.UniqueConstraint(fields=["workspace", "endpoint", "source"], name="webhook_told_once")]
        indexes = [
            models.Index(fields=["workspace", "endpoint", "id"], name="webhook_delivery_log"),
            models.Index(fields=["workspace", "endpoint", "state", "id"], name="webhook_delivery_by_state"),
            models.Index(
                fields=["workspace", "endpoint", "id"], include=["next_at"],
                name="webhook_delivery_waiting", condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["workspace", "endpoint", "next_at"], name="webhook_delivery_due", condition=Q(state="waiting")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same at every attempt and every replay, so that a receiver knows what it has."""
        return f"msg_{self.pk.hex}"


class WebhookAttempt(WorkspaceModel):
    """One call: what was sent and what came back, both cut, without secrets."""

    delivery = models.ForeignKey(
        WebhookDelivery, models.CASCADE, related_name="attempts", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    status = models.IntegerField(null=True)
    problem = models.CharField(max_length=20, blank=True, default="")
    detail = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")  # that was connected to
    # What the endpoint's owner of that moment could see; shown to that member alone.
    owner = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    sent = models.TextField(blank=True, default="")
    sent_bytes = models.IntegerField(default=0)
    answer = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("attempt")
        indexes = [models.Index(F("workspace"), F("delivery"), F("id"), name="webhook_attempt_by_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%Y-%m-%d %H:%M:%S}"


class WebhookPulse(models.Model):
    """When a workspace has the next delivery to make, so that the sender need not ask every workspace.

    No row-level security: the sender serves every workspace, and this says nothing but a moment. `version` grows with
    each new delivery, so that the sender never puts the moment later than it saw.
    """

    workspace_id = models.UUIDField(primary_key=True)
    due_at = models.DateTimeField()
    version = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="webhook_pulse_due")]

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.due_at}"
