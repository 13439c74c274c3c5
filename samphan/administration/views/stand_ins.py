"""Stand-ins during leave: one's own, those one stands in for, and for administrators everybody's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration import absences, on_behalf, queries
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.reaching import Delegation
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.platform.thai.dates import parse_date
from samphan.platform.thai.problems import ValueProblem
from samphan.ui import preferences

ON_PAGE, PAST = 50, 10
FIELDS = ("member", "stand_in", "starts_on", "ends_on", "reason")


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def stand_ins(request: MemberRequest) -> HttpResponse:
    """Who stands in for whom; a POST names somebody. Who changes people names them for others too."""
    may_change = request.member.may(absences.CHANGE)
    people = queries.members(request.member)
    first, last = absences.default_days(request.member.workspace.today())
    day = preferences.day_writer(request)
    typed = {
        "member": request.GET.get("member", "") if may_change else "",
        "starts_on": day(first),
        "ends_on": day(last),
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {
            name: request.POST.get(name, "").replace("\x00", "")
            for name in ("member", "stand_in", "starts_on", "ends_on", "reason")
        }
        errors = _named(request, typed, people)
        if not errors:
            messages.success(request, _("Saved"))
            return redirect("stand-ins")
    today = request.member.workspace.today()
    standing = absences.absences(request.member.workspace)
    me = request.member.pk
    context = {
        "settings_place": "stand-ins",
        "rows": [
            {
                "one": one,
                "holds": one.holds_on(today),
                "has_begun": one.starts_on <= today,
                "may_end": may_change or me in (one.member_id, one.stand_in_id),
            }
            for one in standing
            if may_change or me in (one.member_id, one.stand_in_id)
        ],
        "past": _past(request, everybody=may_change),
        "may_change": may_change,
        "people": [(str(one.pk), one.name) for one in people],
        "others": [(str(one.pk), one.name) for one in people if may_change or one.pk != me],
        "typed": typed | {"member": typed["member"] or str(me)},
        "errors": errors,
    }
    return render(request, "administration/stand_ins.html", context, status=422 if errors else 200)


@requires("signed_in")
@require_POST
def stand_in_end(request: MemberRequest, delegation_id: UUID) -> HttpResponse:
    """End a stand-in before its last day."""
    found = get_object_or_404(
        Delegation.objects.filter(workspace_id=request.member.workspace_id), pk=delegation_id
    )  # fmt: skip
    absences.end_absence(found, acting_member=request.member, at=timezone.now())
    messages.success(request, _("Ended"))
    return redirect("stand-ins")


@requires("signed_in")
@require_GET
def stand_in_done(request: MemberRequest, delegation_id: UUID) -> HttpResponse:
    """What a stand-in did in the place of whoever was away: for the two of them, and for who may change people."""
    here = Delegation.objects.filter(workspace_id=request.member.workspace_id)
    found = get_object_or_404(here.select_related("member__workspace", "stand_in"), pk=delegation_id)
    me = request.member
    if me.pk not in (found.member_id, found.stand_in_id) and not me.may(absences.CHANGE):
        raise Http404
    acts = on_behalf.done_for(found, me, before=as_uuid(request.GET.get("before", "")), limit=ON_PAGE + 1)
    context = {
        "settings_place": "stand-ins",
        "one": found,
        "acts": acts[:ON_PAGE],
        "older": acts[ON_PAGE - 1].id if len(acts) > ON_PAGE else None,
    }
    return render(request, "administration/stand_in_done.html", context)


def _past(request: MemberRequest, *, everybody: bool) -> list[Delegation]:
    """Absences that are over, the last first."""
    over = Q(ends_on__lt=request.member.workspace.today()) | Q(withdrawn_at__isnull=False)
    rows = Delegation.objects.filter(over, workspace_id=request.member.workspace_id)
    if not everybody:
        rows = rows.filter(Q(member_id=request.member.pk) | Q(stand_in_id=request.member.pk))
    return list(rows.select_related("member", "stand_in").order_by("-starts_on", "-id")[:PAST])


def _named(request: MemberRequest, typed: dict[str, str], people: list[Member]) -> dict[str, str]:
    known: dict[Any, Member] = {one.pk: one for one in people}
    errors: dict[str, str] = {}
    days = {}
    for name in ("starts_on", "ends_on"):
        try:
            days[name] = parse_date(typed[name], today=request.member.workspace.today()).date
        except ValueProblem as problem:
            errors[name] = str(problem)
    member = known.get(as_uuid(typed["member"])) if typed["member"] else request.member
    stand_in = known.get(as_uuid(typed["stand_in"]))
    if member is None:
        errors["member"] = _("Choose a person")
    if stand_in is None:
        errors["stand_in"] = _("Choose who stands in.")
    if errors or member is None or stand_in is None:
        return errors
    member.workspace = request.member.workspace
    try:
        absences.name_stand_in(
            member, stand_in, starts_on=days["starts_on"], ends_on=days["ends_on"], reason=typed["reason"],
            acting_member=request.member,
        )  # fmt: skip
    except absences.BadAbsence as problem:
        return {problem.field: str(problem)}
    return {}
