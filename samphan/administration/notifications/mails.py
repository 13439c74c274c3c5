"""Notifications by e-mail: what is due is queued, claimed, handed over once, and tried again when it was refused.

A row is claimed (`sent_at`) in a transaction of its own before the e-mail server hears of it. Two workers never hand over
the same; one that dies while it hands over leaves the claim, so that the e-mail may be missing but never comes twice: the
bell has it in any case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samphan.administration.models import Member, NotificationChoice, NotificationMail
from samphan.administration.notifications import choices
from samphan.administration.notifications.actions import notify
from samphan.administration.notifications.queries import Line, lines_of
from samphan.platform import outgoing
from samphan.platform.errors import DomainError
from samphan.platform.language import reader_language
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai import calendar
from samphan.ui import preferences

Channel = NotificationChoice.Channel
TOO_LATE = timedelta(days=2)  # past its time, an e-mail says nothing new any more
QUEUED = 1_000  # rows of one minute
TOGETHER = 200  # notifications in one e-mail
SUBJECT = 150  # characters of a subject
REFUSED = "administration.mail_refused"
RIGHT = "administration.change_settings"  # of those who hear that the server refuses


class MailRefused(Exception):
    """The e-mail server did not take an e-mail; another try may help."""


class NoServer(DomainError):
    message = gettext_lazy("No e-mail server is configured: set SAMPHAN_EMAIL_URL and start Samphan again.")


class TestRefused(DomainError):
    """The e-mail server did not take a test."""

    __test__ = False
    message = gettext_lazy("The e-mail server did not take the test e-mail. It said: %(said)s")


@dataclass(frozen=True)
class Letter:
    """An e-mail ready to go, and the rows that it stands for."""

    message: EmailMultiAlternatives
    mail_ids: list[UUID]


def due_letters(workspace_id: UUID, *, at: datetime) -> list[tuple[UUID, str]]:
    """Take what is due and nobody queued yet; returns each member and channel once, to queue in the same transaction.

    What was seen in the meantime, and what is too old, is let go. Stands inside `in_workspace`; safe to run twice.
    """
    if not choices.can_send():
        return []
    waiting = NotificationMail.objects.filter(workspace_id=workspace_id, sent_at=None, due_at__lte=at)
    waiting.filter(failed_at=None, due_at__lte=at - TOO_LATE).delete()
    rows = list(
        waiting.filter(queued_at=None, due_at__gt=at - TOO_LATE)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True)[:QUEUED]
    )
    NotificationMail.objects.filter(pk__in=[row.pk for row in rows], queued_at=None).update(queued_at=at)
    return sorted({(row.member_id, row.channel) for row in rows})


def send_due(workspace_id: UUID, member_id: UUID, channel: str, *, at: datetime) -> int:
    """Send a member what is due on a channel as one e-mail; returns how many notifications it holds. Safe to run twice.

    :raises MailRefused: when the e-mail server did not take it; the claim is given back then.
    """
    if not choices.can_send():
        return 0
    with in_workspace(workspace_id):
        if outgoing.hold_of(workspace_id) is not None:
            # Queued in the home that was backed up; it is queued anew when it may go.
            _unsent(workspace_id).filter(member_id=member_id, channel=channel).update(queued_at=None)
            return 0
        letter = _claim(workspace_id, member_id, channel, at)
    if letter is None:
        return 0
    try:
        letter.message.send()
    except (OSError, SMTPException) as error:
        said, is_final = what_was_said(error)
        with in_workspace(workspace_id):
            claimed = NotificationMail.objects.filter(pk__in=letter.mail_ids, sent_at=at)
            claimed.update(sent_at=None, failed_at=at, failure=said)
            _tell_administrators(workspace_id, said, at)
        if is_final:
            return 0
        raise MailRefused(said) from error
    return len(letter.mail_ids)


def _unsent(workspace_id: UUID) -> QuerySet[NotificationMail]:
    return NotificationMail.objects.filter(workspace_id=workspace_id, sent_at=None, failed_at=None)


def waiting_count(workspace_id: UUID) -> int:
    """Notifications that wait to go out by e-mail."""
    return _unsent(workspace_id).count()


def drop_waiting(workspace_id: UUID, at: datetime) -> int:
    """Let what is due by a moment stay unsent, the bell has it; returns how many."""
    return _unsent(workspace_id).filter(due_at__lte=at).delete()[0]


def _claim(workspace_id: UUID, member_id: UUID, channel: str, at: datetime) -> Letter | None:
    mine = NotificationMail.objects.filter(
        workspace_id=workspace_id, member_id=member_id, channel=channel, sent_at=None, due_at__lte=at
    )
    # Who has looked at the bell knows; a summary repeats what was seen and not opened.
    mine.filter(
        Q(notification__read_at__isnull=False) | Q(channel=Channel.MAIL, notification__seen_at__isnull=False)
    ).delete()
    member = Member.objects.select_related("user", "workspace").filter(workspace_id=workspace_id, pk=member_id).first()
    if member is None or not (member.is_active and member.user.is_active and member.user.email):
        mine.delete()
        return None
    rows = list(
        mine.filter(due_at__gt=at - TOO_LATE)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("notification")
        .order_by("notification_id")[:TOGETHER]
    )
    ids = [row.pk for row in rows]
    if not ids or not NotificationMail.objects.filter(pk__in=ids, sent_at=None).update(sent_at=at):
        return None
    with translation.override(member.user.language):
        lines = lines_of(row.notification for row in rows)
        return Letter(_compose(member, channel, lines, at), ids) if lines else None


def _compose(member: Member, channel: str, lines: Sequence[Line], at: datetime) -> EmailMultiAlternatives:
    zone, language = member.workspace.zone, reader_language()
    era: calendar.Era = "ce" if preferences.preference_of(member, "era") == "ce" else "be"
    today = calendar.format_date(at.astimezone(zone).date(), "short", language, era)
    count = len(lines)
    if channel == Channel.DAILY:
        heading = ngettext("%(day)s: %(count)d thing not read", "%(day)s: %(count)d things not read", count)
    elif count > 1:
        heading = ngettext("%(count)d notification", "%(count)d notifications", count)
    else:
        heading = lines[0].title.replace("%", "%%")
    heading = heading % {"day": today, "count": count}
    is_alone = count == 1 and channel == Channel.MAIL
    context = {
        "name": member.name,
        "company": member.workspace.name_en if language == "en" and member.workspace.name_en else member.workspace.name,
        "heading": heading,
        "is_alone": is_alone,  # its heading is its title
        "lines": [
            (
                line,
                calendar.format_datetime(line.at, "short", language, era, zone=zone),
                address(reverse("notification", args=[line.id])),
            )
            for line in lines
        ],
        "action": _("Open in Samphan"),
        "url": address(reverse("notification", args=[lines[0].id]) if is_alone else reverse("notification-list")),
        "settings_url": address(reverse("notification-choices")),
        "language": language,
    }
    subject = re.sub(r"\s+", " ", heading).strip()[:SUBJECT]
    message = EmailMultiAlternatives(
        subject,
        render_to_string("administration/notifications/mail.txt", context).strip() + "\n",
        to=[member.user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    message.attach_alternative(render_to_string("administration/notifications/mail.html", context), "text/html")
    return message


def send_test(member: Member) -> None:
    """Send a member an e-mail that says that e-mails arrive, in the language of whoever reads.

    :raises TestRefused: when it did not go out, with what the e-mail server said.
    """
    if not choices.can_send():
        raise NoServer
    subject, text = _("Test e-mail from Samphan"), _("E-mails from Samphan arrive here.")
    try:
        EmailMultiAlternatives(
            subject, f"{text}\n\n{address(reverse('notification-choices'))}\n", to=[member.user.email]
        ).send()
    except (OSError, SMTPException) as error:
        raise TestRefused(said=what_was_said(error)[0]) from error


def address(path: str) -> str:
    """The whole address of a page, for what leaves the product."""
    return f"{settings.SITE_URL}{path}"


def what_was_said(error: Exception) -> tuple[str, bool]:
    """What an e-mail server said, in its own words, and whether it will say so again however often one asks.

    550 to 559 for the only receiver is such an answer; everything else may be mended on the server's side.
    """
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (0, b""))
        return _said(code, words), 500 <= code < 600
    if isinstance(error, SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error), False
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:300], False


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return re.sub(r"\s+", " ", f"{code} {text}").strip()[:300]


def _tell_administrators(workspace_id: UUID, said: str, at: datetime) -> None:
    """Once a day, whoever may change the settings hears of it under the bell."""
    active = Member.objects.filter(workspace_id=workspace_id, is_active=True).select_related("workspace")
    told = [member for member in active if member.may(RIGHT)]
    if told:
        day = at.astimezone(told[0].workspace.zone).date()
        url = reverse("notification-choices")
        notify([one.pk for one in told], REFUSED, key=day.isoformat(), values={"why": said}, url=url, at=at)


@dataclass(frozen=True)
class Trouble:
    """E-mails that the server did not take. `who`: whom the last was for. `count`: notifications, at most 100."""

    said: str
    who: str
    at: datetime
    count: int


def trouble(workspace_id: UUID, *, at: datetime) -> Trouble | None:
    """What the e-mail server refused in the last two days and is not out yet, None while all is well."""
    rows = NotificationMail.objects.filter(workspace_id=workspace_id, sent_at=None, failed_at__gt=at - TOO_LATE)
    found = list(rows.select_related("member").order_by("-failed_at")[:100])
    if not found or found[0].failed_at is None:
        return None
    return Trouble(found[0].failure, found[0].member.name, found[0].failed_at, len(found))
