"""What keeps the system running: its health, the audit trail, tokens, and what is told by e-mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import AwareDatetime, Field

from samphan.administration import audit, queries, tokens
from samphan.administration.api.scopes import require_scope
from samphan.administration.health.views import retry_letters
from samphan.administration.health.watching import REPAIR
from samphan.administration.health.watching import VIEW as VIEW_HEALTH
from samphan.administration.middleware import MemberRequest
from samphan.administration.notifications import choices
from samphan.platform import health
from samphan.platform.access import requires
from samphan.platform.api import problems
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.schemas import Strict
from samphan.platform.events import dead_letters

router = Router()
SHOWN = 100
problems.says(choices.UnknownChoice, 422)


# Health


class WaitingOut(Schema):
    """What waits in one place, and since when."""

    name: str
    count: int
    oldest_at: str | None


class LetterOut(Schema):
    """An event that somebody could not be told of."""

    id: int
    subscriber: str
    error: str
    attempts: int
    at: str


class JobOut(Schema):
    """A job that used up its tries."""

    id: int
    task: str
    error: str
    attempts: int
    at: str | None


class HealthOut(Schema):
    """How the background does."""

    worker_seen_at: str | None
    running: int
    events: list[WaitingOut]
    jobs: list[WaitingOut]
    letters: list[LetterOut]
    failed_jobs: list[JobOut]


class RepairIn(Strict):
    """Which ones; without ids all that stand there."""

    ids: list[int] | None = Field(None, max_length=SHOWN)


class MeantOut(Schema):
    """How many were meant and there."""

    count: int


@router.get("/health", response=HealthOut, operation_id="health_get", summary=_("System health"), tags=["Health"])
@requires(VIEW_HEALTH)
def get_health(request: MemberRequest) -> HttpResponse:
    """What waits, since when, and what failed; `/metrics` has the figures of the whole installation for Prometheus."""
    letters = dead_letters.of_workspace(request.member.workspace_id)[:SHOWN]
    found = {
        "worker_seen_at": health.worker_seen_at(),
        "running": health.running_count(),
        "events": [_waiting(one) for one in health.subscribers_waiting()],
        "jobs": [_waiting(one) for one in health.queues_waiting()],
        "letters": [
            {"id": one.pk, "subscriber": one.subscriber, "error": one.error, "attempts": one.attempts, "at": one.at}
            for one in letters
        ],
        "failed_jobs": [
            {"id": one.id, "task": one.task, "error": one.error, "attempts": one.attempts, "at": one.at}
            for one in health.failed_jobs(request.member.workspace_id, limit=SHOWN)
        ],
    }
    return answer(request, found)


@router.post(
    "/health/{what}/retry", response=MeantOut, operation_id="health_retry", summary=_("Try again"), tags=["Health"]
)
@requires(REPAIR)
def retry(request: MemberRequest, what: str, body: Body[RepairIn]) -> HttpResponse:
    """Try events that nobody took, or jobs that failed, once more."""
    workspace_id, at = request.member.workspace_id, timezone.now()
    _check(what)
    if what == "letters":
        letters = dead_letters.of_workspace(workspace_id)
        done = retry_letters(letters if body.ids is None else letters.filter(pk__in=body.ids), at)
    else:
        ids = body.ids if body.ids is not None else [one.id for one in health.failed_jobs(workspace_id, limit=SHOWN)]
        done = sum(health.retry_job(one, workspace_id, at=at) for one in ids)
    audit.record(f"administration.{what}_retried", viewer=request.member, rows=done)
    return answer(request, {"count": done})


@router.post(
    "/health/{what}/removal", response=MeantOut, operation_id="health_drop", summary=_("Drop"), tags=["Health"]
)
@requires(REPAIR)
def drop(request: MemberRequest, what: str, body: Body[RepairIn]) -> HttpResponse:
    """Forget events that nobody took, or jobs that failed; each by its id."""
    workspace_id, ids = request.member.workspace_id, body.ids or []
    _check(what)
    if what == "letters":
        done = dead_letters.drop(dead_letters.of_workspace(workspace_id).filter(pk__in=ids))
    else:
        done = sum(health.drop_job(one, workspace_id) for one in ids)
    audit.record(f"administration.{what}_dropped", viewer=request.member, rows=done)
    return answer(request, {"count": done})


def _check(what: str) -> None:
    if what not in ("letters", "jobs"):
        raise Http404


def _waiting(one: health.Waiting) -> dict[str, Any]:
    return {"name": one.name, "count": one.count, "oldest_at": one.oldest_at}


# The audit trail


class TrailEntryOut(Schema):
    """One act or read; `label` says it in the language of the request."""

    id: UUID
    at: str
    member_id: UUID | None
    action: str
    label: str
    detail: dict[str, Any]


class TrailPage(Schema):
    """One page, the newest first."""

    data: list[TrailEntryOut]
    next_cursor: str | None


class TrailParams(Schema):
    """Which entries."""

    action: str = Field("", max_length=100)
    member_id: UUID | None = None
    about: UUID | None = Field(None, description="A person or a record that the act names.")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: UUID | None = None


@router.get("/audit", response=TrailPage, operation_id="audit_list", summary=_("Audit trail"), tags=["Audit"])
@requires("administration.view_audit")
def audit_list(request: MemberRequest, params: Query[TrailParams]) -> HttpResponse:
    """Sign-ins, exports, reads of covered fields, changes of rights and everything that was done in the settings."""
    found = queries.audit_trail(
        request.member,
        action=params.action,
        member_id=params.member_id,
        about=params.about,
        since=_within(params.since),
        until=_within(params.until),
        before=params.cursor,
        limit=params.limit + 1,
    )
    shown = found[: params.limit]
    data = [
        {
            "id": one.id, "at": one.at, "member_id": one.member_id, "action": one.action,
            "label": str(audit.label(one.action)), "detail": one.detail,
        }
        for one in shown
    ]  # fmt: skip
    return answer(request, {"data": data, "next_cursor": shown[-1].id if len(found) > len(shown) else None})


def _within(at: datetime | None) -> datetime | None:
    """A moment that an id can hold: before 1970 there is none, and after the next centuries neither."""
    if at is None:
        return None
    return min(max(at, datetime(1970, 1, 2, tzinfo=at.tzinfo)), datetime(2900, 1, 1, tzinfo=at.tzinfo))


# Tokens


class ApiTokenOut(Schema):
    """A token that may be used; its secret is kept nowhere."""

    id: UUID
    name: str
    prefix: str
    member_id: UUID
    scopes: list[str]
    expires_at: str | None
    last_used_at: str | None


class ApiTokensOut(Schema):
    """Tokens, the newest first."""

    data: list[ApiTokenOut]


@router.get("/tokens", response=ApiTokensOut, operation_id="tokens_list", summary=_("List tokens"), tags=["Me"])
@requires("signed_in")
def list_tokens(request: MemberRequest) -> HttpResponse:
    """One's own tokens, with the right to change people everybody's; a new one is made by somebody who signed in."""
    names = ("name", "prefix", "member_id", "scopes", "expires_at", "last_used_at")
    found = tokens.tokens(request.member, everybody=True)
    return answer(request, {"data": [{"id": one.pk, **{name: getattr(one, name) for name in names}} for one in found]})


@router.delete(
    "/tokens/{uuid:token_id}",
    response={204: None},
    operation_id="tokens_revoke",
    summary=_("Revoke a token"),
    tags=["Me"],
)
@requires("signed_in")
def revoke_token(request: MemberRequest, token_id: UUID) -> HttpResponse:
    """Let a token act no more, also the one of this request."""
    require_scope(request, "administration")
    found = tokens.token_of(request.member, token_id)
    if found is None:
        raise Http404
    tokens.revoke_token(found, acting_member=request.member)
    return nothing()


# What is told


class ToldOut(Schema):
    """How the member hears of one topic."""

    topic: str
    label: str
    channel: str


class ToldOfOut(Schema):
    """Every topic."""

    data: list[ToldOut]


class ToldIn(Strict):
    """Ways by topic."""

    channels: dict[str, str] = Field(..., max_length=50, examples=[{"work": "mail"}])


@router.get(
    "/notifications/choices",
    response=ToldOfOut,
    operation_id="notifications_choices",
    summary=_("What comes by e-mail"),
    tags=["Notifications"],
)
@requires("signed_in")
def told_of(request: MemberRequest) -> HttpResponse:
    """Topic by topic, how the token's member hears of it."""
    return answer(request, _told(request))


@router.patch(
    "/notifications/choices",
    response=ToldOfOut,
    operation_id="notifications_choose",
    summary=_("Choose what comes by e-mail"),
    tags=["Notifications"],
)
@requires("signed_in")
def choose(request: MemberRequest, body: Body[ToldIn]) -> HttpResponse:
    """Choose the way of topics; those that are not named stay."""
    require_scope(request, "administration")
    choices.choose(request.member, body.channels)
    return answer(request, _told(request))


def _told(request: MemberRequest) -> dict[str, Any]:
    found = choices.choices_of(request.member)
    return {"data": [{"topic": one.topic.name, "label": str(one.topic.label), "channel": one.channel} for one in found]}
