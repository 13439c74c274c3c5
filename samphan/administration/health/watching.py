"""The watch: administrators hear once that work is late or failed, and once that it is over."""

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Workspace
from samphan.administration.notifications import kinds
from samphan.administration.notifications.actions import notify
from samphan.platform import health
from samphan.platform.tenancy import in_workspace

VIEW, REPAIR = "administration.view_health", "administration.repair_work"
TOPIC = "administration.work_stopped"

ALARMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "events_late": (
        _("What follows from changes is late"),
        _("Notifications, search and other systems are behind by more than 5 minutes."),
    ),
    "jobs_late": (
        _("Work in the background is late"),
        _("Imports, exports and e-mails wait for more than 15 minutes."),
    ),
    "jobs_failed": (_("Work in the background failed"), _("Open the page to see what, to try it again or to drop it.")),
    "outgoing_held": (
        _("Webhooks and e-mails are held back since a restore"),
        _("Look at what waits, then send it or drop it."),
    ),
    "letters_dead": (
        _("Something that should have followed a change did not"),
        _("It was tried 5 times. Open the page to see why, to try it again or to drop it."),
    ),
}
"""Title and body by the name of an alarm."""


def declare_own() -> None:
    """Make the notifications of the watch known."""
    label = _("Work in the background stopped or is late")
    kinds.declare_topic(TOPIC, label, icon="activity", order=90, is_mailed=True)
    for name, (title, body) in ALARMS.items():
        kinds.declare(f"administration.alarm_{name}", title, body=body, icon="circle-alert", tone="bad", topic=TOPIC)
        kinds.declare(f"administration.over_{name}", _("Over: %(what)s"), icon="circle-check", topic=TOPIC)


def watch(*, at: datetime) -> int:
    """Look at every workspace; returns how many alarms began or ended. Safe to run twice."""
    outbox, jobs = health.delays(at)
    told = 0
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            wrong = health.troubles(workspace_id, at=at, outbox=outbox, jobs=jobs)
            began, ended = health.raise_or_end(workspace_id, wrong, at=at)
            if not began and not ended:
                continue
            active = Member.objects.filter(workspace_id=workspace_id, is_active=True)
            members = [member.pk for member in active if member.may(VIEW)]
            for kind, alarms in (("alarm", began), ("over", ended)):
                for alarm in alarms:
                    if alarm.name not in ALARMS:
                        continue
                    told += 1
                    notify(
                        members,
                        f"administration.{kind}_{alarm.name}",
                        key=str(alarm.pk),
                        values={"what": str(ALARMS[alarm.name][0])},
                        url=reverse("health"),
                        at=at,
                    )
    return told
