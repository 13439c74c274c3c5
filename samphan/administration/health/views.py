"""The page that shows whether the work behind the pages goes on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from samphan.administration import audit
from samphan.administration.health.checks import findings
from samphan.administration.health.watching import REPAIR, VIEW
from samphan.administration.middleware import MemberRequest
from samphan.platform import health, outgoing
from samphan.platform.access import requires
from samphan.platform.events import dead_letters

SHOWN = 100
WORKER_SILENT_SECONDS = 30
AFTER_SECONDS = 5  # what waits shorter is on its way


@requires(VIEW)
@require_GET
def health_page(request: MemberRequest) -> HttpResponse:
    """Queues, delays, failed work and dead letters."""
    at = timezone.now()
    seen_at = health.worker_seen_at()
    subscribers = health.subscribers_waiting()
    queues = health.queues_waiting()
    letters = list(dead_letters.of_workspace(request.member.workspace_id)[: SHOWN + 1])
    failed = health.failed_jobs(request.member.workspace_id, limit=SHOWN + 1)
    late = [_waiting(one, at) for one in subscribers if one.seconds(at) > AFTER_SECONDS]
    held = outgoing.hold_of(request.member.workspace_id)
    context: dict[str, Any] = {
        "held": held,
        "held_count": sum(number for _label, number in outgoing.waiting(request.member.workspace_id)) if held else 0,
        "settings_place": "health",
        "is_silent": seen_at is None or (at - seen_at).total_seconds() > WORKER_SILENT_SECONDS,
        "seen_at": seen_at,
        "findings": findings(request.member),
        "events": _tile(subscribers, at),
        "jobs": _tile(queues, at),
        "running": health.running_count(),
        "subscriber_count": len(subscribers),
        "late": late,
        "letters": [{"letter": letter, "name": _short(letter.subscriber)} for letter in letters[:SHOWN]],
        "letters_more": len(letters) > SHOWN,
        "letter_count": f"{SHOWN}+" if len(letters) > SHOWN else str(len(letters)),
        "failed": [{"job": job, "name": _short(job.task)} for job in failed[:SHOWN]],
        "failed_more": len(failed) > SHOWN,
        "failed_count": f"{SHOWN}+" if len(failed) > SHOWN else str(len(failed)),
        "may_repair": request.member.may(REPAIR),
    }
    template = "administration/health.html"
    return render(request, f"{template}#state" if request.htmx else template, context)


@requires(REPAIR)
@require_POST
def outgoing_release(request: MemberRequest) -> HttpResponse:
    """Let go what is held back since a restore; with `drop` what waits now stays unsent."""
    drops = bool(request.POST.get("drop"))
    workspace_id = request.member.workspace_id
    count = sum(number for _label, number in outgoing.waiting(workspace_id))
    if not outgoing.release(workspace_id, drops=drops, at=timezone.now()):
        messages.warning(request, _("Somebody let it go already."))
        return redirect("health")
    audited = "administration.outgoing_dropped" if drops else "administration.outgoing_released"
    return _said(request, audited, count, _("Dropped. What follows is sent.") if drops else _("It is sent now."))


@requires(REPAIR)
@require_POST
def letters_retry(request: MemberRequest) -> HttpResponse:
    """Try every dead letter again, or the one that `letter` names."""
    return _letters(request, retry_letters, "administration.letters_retried")


@requires(REPAIR)
@require_POST
def letters_drop(request: MemberRequest) -> HttpResponse:
    """Forget the dead letter that `letter` names."""
    if not request.POST.get("letter"):
        raise Http404
    return _letters(request, lambda letters, _at: dead_letters.drop(letters), "administration.letters_dropped")


@requires(REPAIR)
@require_POST
def jobs_retry(request: MemberRequest) -> HttpResponse:
    """Queue every failed job again, or the one that `job` names."""
    workspace_id, at = request.member.workspace_id, timezone.now()
    chosen = _number(request, "job")
    ids = [chosen] if chosen else [job.id for job in health.failed_jobs(workspace_id, limit=SHOWN)]
    done = sum(health.retry_job(job_id, workspace_id, at=at) for job_id in ids)
    if chosen and not done:
        messages.warning(request, _("It is gone, or the same work waits already."))
        return redirect("health")
    return _said(request, "administration.jobs_retried", done, _again(done))


@requires(REPAIR)
@require_POST
def jobs_drop(request: MemberRequest) -> HttpResponse:
    """Forget the failed job that `job` names."""
    chosen = _number(request, "job")
    if not chosen or not health.drop_job(chosen, request.member.workspace_id):
        raise Http404
    return _said(request, "administration.jobs_dropped", 1, _("Dropped"))


def _letters(request: MemberRequest, act: Callable[[Any, datetime], int], audited: str) -> HttpResponse:
    letters = dead_letters.of_workspace(request.member.workspace_id)
    chosen = _number(request, "letter")
    if chosen:
        letters = letters.filter(pk=chosen)
    done = act(letters, timezone.now())
    if chosen and not done:
        raise Http404
    said = _("Dropped") if audited.endswith("dropped") else _again(done)
    return _said(request, audited, done, said)


def retry_letters(letters: Any, at: datetime) -> int:
    """Let a worker try dead letters again; returns how many."""
    from samphan.administration.jobs import retry_dead_letters

    done = dead_letters.ask_again(letters, at=at)
    retry_dead_letters.enqueue(once="dead-letters", timestamp=int(at.timestamp()) + 1)
    return done


def _again(count: int) -> str:
    return ngettext("%(count)s is tried again", "%(count)s are tried again", count) % {"count": count}


def _said(request: MemberRequest, audited: str, count: int, words: str) -> HttpResponse:
    audit.record(audited, viewer=request.member, rows=count)
    messages.success(request, words)
    return redirect("health")


def _number(request: MemberRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _tile(waiting: list[health.Waiting], at: datetime) -> dict[str, Any]:
    count = max((one.count for one in waiting), default=0)
    oldest = min((one.oldest_at for one in waiting if one.oldest_at), default=None)
    seconds = (at - oldest).total_seconds() if oldest else 0.0
    return {
        "count": f"{count:,}" if count < health.COUNTED else f"{health.COUNTED:,}+",
        "oldest_at": oldest if seconds > AFTER_SECONDS else None,
        "tone": "bad" if seconds > health.OUTBOX_LATE.total_seconds() else "",
    }


def _waiting(one: health.Waiting, at: datetime) -> dict[str, Any]:
    return {"name": _short(one.name), "count": one.count, "oldest_at": one.oldest_at, "seconds": one.seconds(at)}


def _short(name: str) -> str:
    """What a subscriber or a job is called, without the folders of the code: `work: tell_the_assignee`."""
    parts = name.split(".")
    return f"{parts[1]}: {parts[-1]}" if len(parts) > 2 else name
