"""The bell, its panel and the page of everything."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Notification
from samphan.administration.notifications import actions, queries
from samphan.platform.access import requires
from samphan.ui import navigation


@requires("signed_in")
@require_GET
def notification_list(request: MemberRequest) -> HttpResponse:
    """Everything of the last 90 days, the newest first; `?before=` goes on after a page."""
    lines, has_more = queries.notifications_of(request.member, before=_id(request.GET.get("before", "")))
    actions.see_all(request.member, at=timezone.now())
    context = {
        "lines": lines,
        "next": lines[-1].id if has_more and lines else None,
        "before": request.GET.get("before"),
    }
    part = "#rows" if request.htmx and request.GET.get("before") else ""
    return render(request, f"administration/notifications/list.html{part}", context)


@requires("signed_in")
@require_GET
def bell(request: MemberRequest) -> HttpResponse:
    """The bell alone, for a page that heard that something is new."""
    return render(request, "ui/bell.html", {"count": navigation.bell_count(request)})


@requires("signed_in")
@require_GET
def panel(request: MemberRequest) -> HttpResponse:
    """The newest under the bell; looking makes them seen, not read."""
    lines, has_more = queries.notifications_of(request.member, limit=queries.IN_PANEL)
    actions.see_all(request.member, at=timezone.now())
    return render(request, "administration/notifications/panel.html", {"lines": lines, "has_more": has_more})


@requires("signed_in")
@require_POST
def all_read(request: MemberRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.read_all(request.member, at=timezone.now())
    if not request.htmx:
        return redirect("notification-list")
    lines, has_more = queries.notifications_of(request.member, limit=queries.IN_PANEL)
    return render(request, "administration/notifications/panel.html", {"lines": lines, "has_more": has_more})


@requires("signed_in")
@require_GET
def notification(request: MemberRequest, notification_id: UUID) -> HttpResponse:
    """Go where a notification leads; it counts as read from then on."""
    mine = Notification.objects.filter(workspace_id=request.member.workspace_id, member_id=request.member.pk)
    found = get_object_or_404(mine, pk=notification_id)
    actions.read_one(found, at=timezone.now())
    is_ours = found.url.startswith("/") and url_has_allowed_host_and_scheme(found.url, None)
    return HttpResponseRedirect(found.url) if is_ours else redirect("notification-list")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
