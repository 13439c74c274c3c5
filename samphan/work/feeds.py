"""The secret address under which a member's calendar is read.

The address names the workspace and carries a secret of 192 bits; the database keeps only the secret's hash, so whoever
reads the database reads no calendar. An address that got about is replaced by a new one, and the old one is dead.
"""

import base64
import binascii
import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration import audit
from samphan.administration.models import Member
from samphan.work.models import CalendarFeed

SECRET_BYTES = 24
MADE, ENDED = "work.calendar_address_made", "work.calendar_address_ended"


def declare_all() -> None:
    """Give the acts their words on the audit page."""
    audit.declare(MADE, _("Made a calendar address"))
    audit.declare(ENDED, _("Ended the calendar address"))
    audit.declare("work.tasks_exported", _("Exported tasks"))


def make_feed(member: Member, *, at: datetime) -> str:
    """Give a member a new address, dead the one before; returns its token, which is shown this once."""
    secret = secrets.token_bytes(SECRET_BYTES)
    CalendarFeed.objects.filter(workspace_id=member.workspace_id, member_id=member.pk).delete()
    CalendarFeed.objects.create(
        workspace_id=member.workspace_id, member_id=member.pk, secret_hash=_hash(secret), made_at=at
    )
    audit.record(MADE, viewer=member)
    return base64.urlsafe_b64encode(member.workspace_id.bytes + secret).decode().rstrip("=")


def revoke_feed(member: Member) -> bool:
    """Make the member's address dead; False when there was none."""
    mine = CalendarFeed.objects.filter(workspace_id=member.workspace_id, member_id=member.pk)
    if not mine.delete()[0]:
        return False
    audit.record(ENDED, viewer=member)
    return True


def read_token(token: str) -> tuple[UUID, str] | None:
    """The workspace and the secret's hash in a token; None for what is none."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + SECRET_BYTES:
        return None
    return UUID(bytes=raw[:16]), _hash(raw[16:])


def feed_of(secret_hash: str) -> CalendarFeed | None:
    """The feed of a secret, of a member who still works here; stands inside the token's workspace."""
    found = CalendarFeed.objects.filter(secret_hash=secret_hash, member__is_active=True)
    return found.select_related("member", "member__workspace", "member__user").first()


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
