"""Tokens of the API: made, found, listed and revoked."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration import audit
from samphan.administration.models import ApiToken, Member
from samphan.administration.security.factors import has_step
from samphan.platform.access import Viewer, scopes
from samphan.platform.errors import DomainError

MARK = "smp_"
PREFIX_LENGTH = 12  # of the token, with its mark: enough to tell tokens apart, nothing to guess from
USED_EVERY = timedelta(minutes=1)  # how exact the last use is known
MAX_TOKENS = 100  # of one member that are usable
SEE_ALL = "administration.change_people"
MAX_NAME = 100


class BadToken(DomainError):
    """A token that cannot be made or revoked like this."""


@dataclass(frozen=True)
class MadeToken:
    """A new token: its row, and the secret, which is shown once and kept nowhere."""

    row: ApiToken
    secret: str


def create_token(
    member: Member,
    *,
    name: str,
    scopes_wanted: Sequence[str] = (),
    expires_at: datetime | None = None,
    acting_member: Viewer,
) -> MadeToken:
    """Make a token that acts for a member, narrowed to some scopes; stands inside `in_workspace`. Audited.

    :param scopes_wanted: empty for everything that the member may.
    :raises BadToken: for an unknown scope, a time that is past, or a member without access.
    """
    unknown = sorted(set(scopes_wanted) - set(scopes()))
    if unknown:
        raise BadToken(
            _("There is no scope “%(scope)s”; the scopes are %(scopes)s."),
            scope=unknown[0][:60],
            scopes=", ".join(scopes()),
        )
    if expires_at is not None and expires_at <= timezone.now():
        raise BadToken(_("The token would have expired already."))
    if not member.is_active:
        raise BadToken(_("%(name)s has no access; open it first."), name=member.name)
    name = " ".join(name.split()).replace("\x00", "")[:MAX_NAME]
    if not name:
        raise BadToken(_("A token needs a name, so that you know it again."))
    if _usable(member.workspace_id).filter(member_id=member.pk).count() >= MAX_TOKENS:
        raise BadToken(_("%(count)s tokens are enough; revoke one first."), count=MAX_TOKENS)
    secret = MARK + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        workspace_id=member.workspace_id,
        member=member,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        token_hash=hash_of(secret),
        scopes=sorted(set(scopes_wanted)),
        made_by_id=acting_member.id,
        expires_at=expires_at,
    )
    audit.record(
        "administration.token_made",
        viewer=acting_member,
        token=row.prefix,
        member=str(member.pk),
        scopes=row.scopes,
        expires_at=expires_at.isoformat() if expires_at else "",
    )
    return MadeToken(row, secret)


def revoke_token(token: ApiToken, *, acting_member: Viewer) -> None:
    """Let a token act no more, from the next request on. Audited; the second time nothing happens."""
    revoked = ApiToken.objects.filter(pk=token.pk, workspace_id=acting_member.workspace_id, revoked_at=None)
    if revoked.update(revoked_at=timezone.now()):
        audit.record("administration.token_revoked", viewer=acting_member, token=token.prefix)


def tokens(viewer: Viewer, *, everybody: bool = False) -> list[ApiToken]:
    """One's own usable tokens, or with the right for people everybody's, the newest first."""
    found = _usable(viewer.workspace_id).select_related("member", "made_by")
    if not (everybody and viewer.may(SEE_ALL)):
        found = found.filter(member=viewer.id)
    return list(found.order_by("-id")[:500])


def token_of(viewer: Viewer, token_id: UUID) -> ApiToken | None:
    """A token that the viewer may revoke: one's own, or with the right for people anybody's."""
    found = ApiToken.objects.filter(workspace_id=viewer.workspace_id, pk=token_id).select_related("member")
    if not viewer.may(SEE_ALL):
        found = found.filter(member=viewer.id)
    return found.first()


def hash_of(secret: str) -> str:
    """What is kept of a token."""
    return sha256(secret.encode()).hexdigest()


def find_token(secret: str) -> ApiToken | None:
    """The usable token of a secret, in whatever workspace; None for an unknown, revoked or expired one."""
    if not secret.startswith(MARK) or not secret.isascii() or len(secret) > 100:
        return None
    digest = hash_of(secret)
    now = timezone.now()
    with _as_token(digest):
        found = ApiToken.objects.filter(token_hash=digest).first()
        if found is None or not found.is_usable(now):
            return None
        if found.last_used_at is None or now - found.last_used_at > USED_EVERY:
            # In this short transaction and not in that of the request, which may last: others with the token would wait.
            ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def member_of(token: ApiToken) -> Member | None:
    """The member a token acts for, narrowed to its scopes, with `has_second_step`; None once their access is closed."""
    member = (
        Member.objects.filter(pk=token.member_id, is_active=True, user__is_active=True)
        .select_related("user", "workspace")
        .annotate(has_second_step=has_step())
        .first()
    )
    if member is not None and token.scopes:
        member.narrowed_to = frozenset(token.scopes)  # type: ignore[misc]  # this one instance alone
    return member


@contextmanager
def _as_token(digest: str) -> Iterator[None]:
    """A transaction in which the one token of this hash is seen, before its workspace is known."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('samphan.token', %s, true)", [digest])
        yield


def _usable(workspace_id: UUID) -> QuerySet[ApiToken]:
    now = timezone.now()
    return ApiToken.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now), workspace_id=workspace_id, revoked_at=None
    )
