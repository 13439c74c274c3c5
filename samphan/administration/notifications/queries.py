"""Reads about notifications."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from samphan.administration.models import Member, Notification
from samphan.administration.notifications.kinds import kind

IN_PANEL = 20
ON_PAGE = 50
COUNTED = 100  # the bell says 99+ from here on


@dataclass(frozen=True)
class Line:
    """A notification in the words of its reader."""

    id: UUID
    title: str
    body: str
    icon: str
    tone: str
    at: datetime
    is_read: bool


def unseen(request: HttpRequest) -> QuerySet[Notification]:
    """What the member behind a request has not seen, at most 100."""
    member: Member = request.member  # type: ignore[attr-defined]
    return Notification.objects.filter(workspace_id=member.workspace_id, member_id=member.pk, seen_at=None)[:COUNTED]


def notifications_of(member: Member, *, before: UUID | None = None, limit: int = ON_PAGE) -> tuple[list[Line], bool]:
    """The newest notifications of a member, or those before one of them, and whether there are more."""
    mine = Notification.objects.filter(workspace_id=member.workspace_id, member_id=member.pk)
    if before is not None:
        mine = mine.filter(pk__lt=before)
    rows = list(mine.order_by("-pk")[: limit + 1])
    return lines_of(rows[:limit]), len(rows) > limit


def lines_of(rows: Iterable[Notification]) -> list[Line]:
    """Notifications in the words of their reader, without those whose domain is gone."""
    lines = []
    for row in rows:
        known = kind(row.kind)
        if known is not None:
            title, body = known.in_words(row.values)
            lines.append(Line(row.pk, title, body, known.icon, known.tone, row.created_at, row.read_at is not None))
    return lines
