"""Notes, calls, visits and meetings: write, edit, take away."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.customers.models import Customer
from samphan.platform.access import requires
from samphan.platform.thai.problems import ValueProblem
from samphan.work import actions, panels, reading
from samphan.work.models import Activity
from samphan.work.permissions import VIEW, WRITE
from samphan.work.views.answers import done

OFFERED = 8  # names at once; typing on narrows them


def read_activity(request: MemberRequest, kind: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of an activity as typed, and what is wrong with them, by field."""
    now, zone = timezone.now(), request.member.workspace.zone
    asked = request.POST
    values: dict[str, Any] = {"at": now, "direction": "in" if asked.get("direction") == "in" else "out"}
    errors: dict[str, str] = {}
    if kind != Activity.Kind.NOTE:
        values["outcome"] = asked.get("outcome", "")
    if kind == Activity.Kind.CALL:
        try:
            values["duration"] = reading.read_minutes(asked.get("minutes", ""))
        except reading.StrangeMinutes as problem:
            errors["minutes"] = str(problem)
    elif kind != Activity.Kind.NOTE:
        try:
            values["at"] = reading.read_moment(asked.get("at", ""), now, zone)
        except ValueProblem as problem:
            errors["at"] = str(problem)
    return values, errors


@require_POST
@requires(WRITE)
def customer_activities(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Write one down from the composer of a record."""
    customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=customer_id)
    kind = request.POST.get("kind", "")
    if kind not in Activity.Kind.values:
        raise actions.UnknownChoice(choice=kind[:40])
    values, errors = read_activity(request, kind)
    text = request.POST.get("text", "")
    act = None
    if not errors:
        try:
            act, _activity = actions.write_activity(customer, kind, text, acting_member=request.member, **values)
        except (actions.EmptyNote, actions.TextTooLong) as problem:
            errors["text"] = str(problem)
        except actions.StrangeDuration as problem:
            errors["minutes"] = str(problem)
    if act is None:
        panel = panels.activity_panel(kind, request, customer, request.POST.dict(), errors)
        return HttpResponse(panel, status=422)
    return done(
        request,
        _saved(kind),
        act,
        back=reverse("customer-detail", args=[customer.pk]),
        html=panels.activity_panel(kind, request, customer),
    )


def _saved(kind: str) -> str:
    return {
        Activity.Kind.NOTE: _("Note saved"),
        Activity.Kind.CALL: _("Call saved"),
        Activity.Kind.VISIT: _("Visit saved"),
        Activity.Kind.MEETING: _("Meeting saved"),
    }[Activity.Kind(kind)]


@require_GET
@requires(VIEW)
def mention_list(request: MemberRequest) -> HttpResponse:
    """The colleagues whose name holds what stands behind an @, those that begin with it first."""
    typed = request.GET.get("q", "").strip().casefold()[:60]
    found = [one for one in members(request.member) if one.pk != request.member.pk and typed in one.name.casefold()]
    found.sort(key=lambda one: not one.name.casefold().startswith(typed))
    return render(request, "work/mention_options.html", {"people": found[:OFFERED]})


@require_http_methods(["GET", "POST"])
@requires(WRITE)
def activity_edit(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Write one's own activity anew, where it stands."""
    activity = get_object_or_404(Activity.objects.visible_to(request.member), pk=activity_id)
    if activity.member_id != request.member.id:
        raise actions.NotYours
    context: dict[str, Any] = {"activity": activity, "typed": activity.text, "is_mine": True}
    if request.method == "GET":
        return render(request, "work/activity_edit.html", context)
    try:
        act = actions.edit_activity(activity, request.POST.get("text", ""), acting_member=request.member)
    except (actions.EmptyNote, actions.TextTooLong) as problem:
        context |= {"typed": request.POST.get("text", ""), "error": str(problem)}
        return render(request, "work/activity_edit.html", context, status=422)
    return done(request, _("Saved"), act, back=reverse("customer-detail", args=[activity.customer_id]), html="")


@require_POST
@requires(WRITE)
def activity_deletion(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Take one's own activity off the timeline."""
    activity = get_object_or_404(Activity.objects.visible_to(request.member), pk=activity_id)
    back = reverse("customer-detail", args=[activity.customer_id])
    act = actions.delete_activity(activity, acting_member=request.member)
    return done(request, _("Deleted from the timeline"), act, back=back)
