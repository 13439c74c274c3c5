"""Sessions in a table of our own, so that a person sees theirs and they can be ended.

The row is read with the session anyway, so knowing since when and from where costs no statement of its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from samphan.administration.security.models import UserSession

if TYPE_CHECKING:
    from samphan.administration.models import Workspace

SEEN_EVERY = timedelta(minutes=5)  # how exact “last seen” is; each is a write


class SessionStore(DatabaseStore):
    """A session whose row knows its person, browser and times."""

    row: UserSession | None = None
    ip: str | None = None
    agent: str = ""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def seen_from(self, ip: str | None, agent: str) -> None:
        """Say where the request comes from, for the row that is written if it signs somebody in."""
        self.ip, self.agent = ip or None, agent.replace("\x00", "")[:300]

    def touch(self) -> None:
        """Write down that the session is in use, once in a while."""
        now = timezone.now()
        if self.row is None or now - self.row.last_seen_at < SEEN_EVERY:
            return
        values = {"last_seen_at": now, **({"ip": self.ip} if self.ip else {})}
        UserSession.objects.filter(session_key=self.row.session_key).update(**values)
        for name, value in values.items():
            setattr(self.row, name, value)

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]
        self.row = found
        return found

    def create_model_instance(self, data: Any) -> UserSession:
        made = cast(UserSession, super().create_model_instance(data))
        known = data.get(SESSION_KEY)
        made.user_id = UUID(known) if known else None
        now = timezone.now()
        before = self.row if self.row is not None and self.row.session_key == made.session_key else None
        made.signed_in_at = made.last_seen_at = now
        made.ip, made.agent = self.ip, self.agent
        if before is not None:
            made.id, made.ip, made.agent = before.id, self.ip or before.ip, self.agent or before.agent
            if before.user_id == made.user_id:
                made.signed_in_at = before.signed_in_at
        self.row = made
        return made


def is_over(store: SessionStore, workspaces: Iterable["Workspace"], *, at: datetime) -> bool:
    """Whether a session is too old, or was not used for too long, by the strictest of the person's companies."""
    row = store.row
    rules = list(workspaces)
    if row is None or not rules or not store.get(SESSION_KEY):
        return False
    idle = timedelta(minutes=min(one.session_idle_minutes for one in rules))
    longest = timedelta(hours=min(one.session_hours for one in rules))
    return at - row.last_seen_at > idle or at - row.signed_in_at > longest
