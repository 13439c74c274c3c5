"""What a person hears when their way of signing in changes, or when somebody signs in from a new device.

Both under the bell of every company where they work and by e-mail, at once and whatever they chose for notifications: who
broke in could look at the bell and choose. The e-mail says to open the site oneself; the only address in it is the site's.
"""

import hashlib
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from allauth.core import context as allauth_context
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samphan.administration import notifications, queries
from samphan.administration.models import Notification, User
from samphan.administration.notifications import choices, mails
from samphan.administration.notifications.queries import lines_of
from samphan.administration.security import sessions
from samphan.administration.security.models import UserSession
from samphan.platform import outgoing
from samphan.platform.ids import uuid7
from samphan.platform.language import reader_language
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai import calendar
from samphan.ui import preferences

PREFIX = "administration.alert_"
_WORDS: dict[str, tuple[str | Promise, str]] = {
    "new_device": (_("Sign-in from a new device"), "monitor"),
    "password_changed": (_("Your password was changed"), "key-round"),
    "email_changed": (_("Your e-mail address was changed"), "key-round"),
    "app_added": (_("An authenticator app was added to your account"), "shield-check"),
    "app_removed": (_("The authenticator app was taken off your account"), "lock"),
    "passkey_added": (_("A passkey was added to your account"), "shield-check"),
    "passkey_removed": (_("A passkey was taken off your account"), "lock"),
    "codes_made": (_("New recovery codes were made for your account"), "key-round"),
    "code_used": (_("Somebody signed in with one of your recovery codes"), "key-round"),
    "company_account_connected": (_("The company's sign-in was connected to your account"), "shield-check"),
    "steps_reset": (_("An administrator took your second steps off"), "lock"),
    "locked": (_("Your sign-in was closed for 15 minutes after wrong tries"), "lock"),
}
_COOKIE_DAYS, _MOST_PEOPLE = 400, 8  # browsers keep no cookie longer; people who share one browser
_SALT = "samphan.device"


class AlertRefused(Exception):
    """The e-mail server did not take an e-mail; another try may help."""


def declare_kinds() -> None:
    """Give every alert its words under the bell."""
    for what, (title, icon) in _WORDS.items():
        notifications.declare(f"{PREFIX}{what}", title, body="%(where)s", icon=icon)


def tell(user: User, what: str, *, to: str = "") -> None:
    """Tell a person what happened to their account, under the bell and by e-mail.

    :param what: one of the alerts above. :param to: the address for the e-mail, where it is no longer the person's own.
    """
    from samphan.administration.jobs import send_alert_mail

    request = allauth_context.request
    is_mailed = False
    for member in queries.memberships_of(user.pk):
        with in_workspace(member.workspace_id), translation.override(user.language):
            key = str(uuid7())
            values = {"where": _where(request), **({"to": to} if to else {})}
            notifications.notify([member.pk], f"{PREFIX}{what}", key=key, values=values, url=reverse("security"))
            if not is_mailed and not member.workspace.is_demo and choices.can_send():
                send_alert_mail.enqueue(workspace_id=member.workspace_id, key=key)
                is_mailed = True


def send(workspace_id: UUID, key: str) -> None:
    """Send the e-mail of an alert to its person.

    :raises AlertRefused: when the e-mail server did not take it and another try may help.
    """
    with in_workspace(workspace_id):
        told = Notification.objects.select_related("member__user", "member__workspace").filter(
            workspace_id=workspace_id, key=key, kind__startswith=PREFIX
        ).first()  # fmt: skip
        held = outgoing.hold_of(workspace_id)
        if told is None or not told.member.user.email or (held is not None and told.created_at < held.since):
            return  # what the home that was backed up had to tell, it told
        with translation.override(told.member.user.language):
            letter = _letter(told)
    try:
        letter.send()
    except (OSError, SMTPException) as error:
        said, is_final = mails.what_was_said(error)
        if not is_final:
            raise AlertRefused(said) from error


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether a person signed in on this device before: its mark says so, or they are signed in there by the same address.

    Who never signed in has no device yet, so the first one is none that surprises.
    """
    if user.last_login is None or _mark(user) in _marks(request):
        return True
    agent = request.headers.get("User-Agent", "").replace("\x00", "")[:300]
    ip = request.META.get("REMOTE_ADDR") or None
    return UserSession.objects.filter(user_id=user.pk, agent=agent, ip=ip).exists()


def remember(request: HttpRequest, user: User) -> None:
    """Have the answer to this request mark the device as one of this person."""
    marks = [_mark(user), *(one for one in _marks(request) if one != _mark(user))]
    request.device_marks = marks[:_MOST_PEOPLE]  # type: ignore[attr-defined]


def mark_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put the mark into the answer, when somebody signed in with the request."""
    marks = getattr(request, "device_marks", None)
    if marks:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            signing.dumps(marks, salt=_SALT),
            max_age=_COOKIE_DAYS * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _marks(request: HttpRequest) -> list[str]:
    try:
        found: Any = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT)
    except signing.BadSignature:
        return []
    return [str(one) for one in found]


def _mark(user: User) -> str:
    return hashlib.sha256(f"{_SALT}:{user.pk}".encode()).hexdigest()[:16]


def _where(request: HttpRequest | None) -> str:
    """The device and the address in the network from which something was done; "" for the command line."""
    if request is None:
        return ""
    device = sessions.device_of(request.headers.get("User-Agent", ""))
    ip = request.META.get("REMOTE_ADDR", "")
    return f"{device} · IP {ip}" if ip else device


def _letter(told: Notification) -> EmailMultiAlternatives:
    (line,) = lines_of([told])
    user, workspace, language = told.member.user, told.member.workspace, reader_language()
    era: calendar.Era = "ce" if preferences.preference_of(told.member, "era") == "ce" else "be"
    context = {
        "heading": line.title,
        "name": told.member.name,
        "company": workspace.name_en if language == "en" and workspace.name_en else workspace.name,
        "where": line.body,
        "at": calendar.format_datetime(line.at, "short", language, era, zone=workspace.zone),
        "account": user.email,
        "site": settings.SITE_URL,
        "path": gettext("Settings") + " → " + gettext("Sign-in and security"),
        "language": language,
    }
    letter = EmailMultiAlternatives(
        line.title,
        render_to_string("administration/security/alert_mail.txt", context).strip() + "\n",
        to=[str(told.values.get("to") or user.email)],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    letter.attach_alternative(render_to_string("administration/security/alert_mail.html", context), "text/html")
    return letter
