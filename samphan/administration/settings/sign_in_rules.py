"""How people of the company sign in: whether everybody has a second step, and how long a session lasts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from samphan.administration.models import Workspace
from samphan.administration.settings import store

# OWASP ASVS 3.3.2 at level 2 asks for half an hour of rest or twelve hours in all; both are the first choice.
IDLE_MINUTES = (30, 2 * 60, 12 * 60, 3 * 24 * 60, 14 * 24 * 60)
SESSION_HOURS = (12, 24, 7 * 24, 30 * 24)

LABELS: dict[str, Any] = {
    "needs_second_step": _("A second step for everybody"),
    "session_idle_minutes": _("Sign out when not used for"),
    "session_hours": _("Sign in again at the latest after"),
}


def span(minutes: int) -> str:
    """A length of time in words: 30 minutes, 12 hours, 7 days."""
    length = timedelta(minutes=minutes)
    if minutes % (24 * 60) == 0:
        return ngettext("%(count)d day", "%(count)d days", length.days) % {"count": length.days}
    if minutes % 60 == 0:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _shown(key: str, value: Any) -> str:
    if key == "needs_second_step":
        return _now("on") if value else _now("off")
    return span(int(value) * (60 if key == "session_hours" else 1))


def _defaults(workspace: Workspace) -> store.Values:
    return {key: getattr(workspace, key) for key in LABELS}


def _applied(workspace_id: UUID, values: store.Values) -> None:
    Workspace.objects.filter(pk=workspace_id).update(**{key: values[key] for key in LABELS})


RULES = store.Topic(
    "sign-in-rules",
    "administration.security_changed",
    _defaults,
    LABELS,
    shown=_shown,
    applied=_applied,
    url_name="sign-in-rules",
)
