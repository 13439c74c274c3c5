"""How each member wants to hear of each topic, and what follows from it for e-mail.

Until a member chooses, a mention and a reminder go out by e-mail too, because somebody or some hour waits for them;
everything else stays under the bell. Nothing goes out where no e-mail server is configured, nor in the demo company, whose
people have invented addresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Notification, NotificationChoice, NotificationMail, Workspace
from samphan.administration.notifications import kinds
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import current_workspace

Channel = NotificationChoice.Channel
DESK = timedelta(minutes=5)  # who looks at the bell within this time gets no e-mail
MORNING = time(8)  # of the daily summary, in the time zone of the company


class UnknownChoice(DomainError):
    message = _("There is no such choice. Read the page again.")


@dataclass(frozen=True)
class Choice:
    """One line of the settings: a topic and the way a member hears of it."""

    topic: kinds.Topic
    channel: str


def can_send() -> bool:
    """Whether this installation has an e-mail server; printing e-mails to the log is none."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


def choices_of(member: Member) -> list[Choice]:
    """Every topic with the way this member hears of it."""
    mine = NotificationChoice.objects.filter(workspace_id=member.workspace_id, member_id=member.pk)
    chosen = dict(mine.values_list("topic", "channel"))
    return [Choice(topic, chosen.get(topic.name) or _usual(topic)) for topic in kinds.topics()]


@transaction.atomic
def choose(member: Member, wanted: Mapping[str, str]) -> None:
    """Keep the ways a member chose, by topic; what waits for an e-mail that is not wanted any more is let go.

    :raises UnknownChoice: for a topic or a way that there is not; nothing is kept then.
    """
    if any(kinds.topic(name) is None or channel not in Channel.values for name, channel in wanted.items()):
        raise UnknownChoice
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(workspace_id=member.workspace_id, member_id=member.pk, topic=name, channel=channel)
            for name, channel in wanted.items()
        ],
        update_conflicts=True,
        update_fields=["channel"],
        unique_fields=["workspace", "member", "topic"],
    )
    waiting = NotificationMail.objects.filter(workspace_id=member.workspace_id, member_id=member.pk, sent_at=None)
    for channel in (Channel.MAIL, Channel.DAILY):
        others = [kind for name, chosen in wanted.items() if chosen != channel for kind in kinds.kinds_of(name)]
        waiting.filter(channel=channel, notification__kind__in=others).delete()


def plan(notification_ids: Iterable[UUID], topic_name: str, *, at: datetime) -> None:
    """Write down which of these notifications of one topic go out by e-mail, and when; stands where they are written."""
    topic = kinds.topic(topic_name)
    workspace_id = current_workspace()
    if topic is None or workspace_id is None or not can_send():
        return
    # Of two deliveries of one event, only the notifications of one were written.
    rows = Notification.objects.filter(workspace_id=workspace_id, pk__in=list(notification_ids))
    told = dict(rows.values_list("member_id", "pk"))
    company = Workspace.objects.filter(pk=workspace_id, is_demo=False).only("time_zone").first()
    if not told or company is None:
        return
    theirs = NotificationChoice.objects.filter(workspace_id=workspace_id, member_id__in=told, topic=topic.name)
    chosen = dict(theirs.values_list("member_id", "channel"))
    morning = next_morning(at, company.zone)
    mails = []
    for member_id, notification_id in told.items():
        channel = chosen.get(member_id) or _usual(topic)
        if channel != Channel.BELL:
            mails.append(
                NotificationMail(
                    workspace_id=workspace_id,
                    notification_id=notification_id,
                    member_id=member_id,
                    channel=channel,
                    due_at=morning if channel == Channel.DAILY else at + DESK,
                )
            )
    NotificationMail.objects.bulk_create(mails, ignore_conflicts=True)


def next_morning(at: datetime, zone: ZoneInfo) -> datetime:
    """The next eight o'clock after a moment, where the company is."""
    local = at.astimezone(zone)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone)


def _usual(topic: kinds.Topic) -> str:
    return Channel.MAIL if topic.is_mailed else Channel.BELL
