"""Sessions: which ones a person has, how long they last, and ending them."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from samphan.administration import audit
from samphan.administration.models import Member, User
from samphan.administration.security.models import UserSession
from samphan.platform.access import Viewer

SHOWN = 100  # sessions on one page; nobody has more
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# The first that is found names the browser: most of them also call themselves the later ones.
_BROWSERS = (
    ("Line/", "LINE"),
    ("FBAN|FBAV", "Facebook"),
    ("Edg(?:e|A|iOS)?/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in."""

    id: UUID
    device: str
    is_phone: bool
    ip: str
    signed_in_at: datetime
    last_seen_at: datetime
    is_this: bool


def device_of(agent: str) -> str:
    """What a browser calls itself, in words: “Chrome, Windows”."""
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown device")


def open_sessions(user: User, *, this_key: str | None = None, at: datetime | None = None) -> list[OpenSession]:
    """Where a person is signed in, the one they look from first, then by when each was last seen."""
    now = at or timezone.now()
    rows = UserSession.objects.filter(user_id=user.pk, expire_date__gt=now).order_by("-last_seen_at")[:SHOWN]
    found = [
        OpenSession(
            row.id,
            device_of(row.agent),
            bool(re.search("iPhone|Android|Mobile", row.agent)),
            row.ip or "",
            row.signed_in_at,
            row.last_seen_at,
            row.session_key == this_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_this)


def end_session(user: User, session_id: UUID, *, viewer: Viewer) -> bool:
    """Sign one's own browser out; False when it was signed out already."""
    return _end(UserSession.objects.filter(user_id=user.pk, id=session_id), user, viewer) > 0


def end_others(user: User, *, this_key: str | None, viewer: Viewer) -> int:
    """Sign every browser of one's own out but the one with this key; returns how many there were."""
    return _end(UserSession.objects.filter(user_id=user.pk).exclude(session_key=this_key or ""), user, viewer)


def end_all_of(member: Member, *, viewer: Viewer) -> int:
    """Sign every browser of a member out; returns how many there were."""
    return _end(UserSession.objects.filter(user_id=member.user_id), member.user, viewer, member=member)


def forget_sessions(user: User, *, but: str | None = None) -> int:
    """End sessions after a change of password or access, which is audited by itself; `but` is a key that stays."""
    gone = UserSession.objects.filter(user_id=user.pk).exclude(session_key=but or "")
    return gone.delete()[0]


def forget_expired(at: datetime) -> int:
    """Delete the rows of sessions that ended by themselves; safe to run twice."""
    return UserSession.objects.filter(expire_date__lt=at).delete()[0]


def _end(rows: "QuerySet[UserSession]", user: User, viewer: Viewer, member: Member | None = None) -> int:
    count, _of_what = rows.delete()
    if count:
        who = {"member": str(member.pk)} if member is not None else {}
        audit.record("administration.sessions_ended", viewer=viewer, sessions=count, **who)
    return count
