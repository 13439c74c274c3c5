"""The calendar address of a member: the page that makes it, and the file that calendars fetch."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samphan.administration.middleware import MemberRequest
from samphan.customers.names import shown_name
from samphan.platform.access import public, requires
from samphan.platform.tenancy import in_workspace
from samphan.work import feeds, queries
from samphan.work.icalendar import Item, write_calendar
from samphan.work.models import CalendarFeed
from samphan.work.permissions import VIEW

BACK = timedelta(days=30)  # how far back a calendar is told


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def calendar_address(request: MemberRequest) -> HttpResponse:
    """Make the address, shown this once; a new one ends the one before."""
    address = ""
    if request.method == "POST":
        token = feeds.make_feed(request.member, at=timezone.now())
        address = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
    feed = CalendarFeed.objects.filter(workspace_id=request.member.workspace_id, member_id=request.member.pk).first()
    return render(
        request,
        "work/calendar_address.html",
        {"settings_place": "calendar-address", "feed": feed, "address": address},
    )


@require_POST
@requires(VIEW)
def calendar_address_end(request: MemberRequest) -> HttpResponse:
    """End the address: calendars that use it are told nothing any more."""
    if feeds.revoke_feed(request.member):
        messages.success(request, _("The address is dead now"))
    return redirect("calendar-address")


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The tasks and appointments of whoever made the address, as iCalendar; 404 for an address that is none."""
    read = feeds.read_token(token)
    if read is None:
        raise Http404
    workspace_id, secret_hash = read
    with in_workspace(workspace_id):
        feed = feeds.feed_of(secret_hash)
        if feed is None or not feed.member.may(VIEW):
            raise Http404
        with translation.override(feed.member.user.language):
            text = _calendar(request, feed)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="samphan.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _calendar(request: HttpRequest, feed: CalendarFeed) -> str:
    member = feed.member
    now, zone = timezone.now(), member.workspace.zone
    since = now - BACK
    items = []
    for task in queries.dated_tasks_of(member, since=since.astimezone(zone).date()):
        address = request.build_absolute_uri(reverse("task-detail", args=[task.pk]))
        who = shown_name(task.customer) if task.customer and task.customer.deleted_at is None else ""
        begins = task.due_at or task.due_on
        if begins is not None:
            summary = f"{task.title} · {who}" if who else task.title
            items.append(Item(f"task-{task.pk}@samphan", begins, summary, now, task.text, address))
    for activity in queries.appointments_of(member, since=since):
        address = request.build_absolute_uri(reverse("customer-detail", args=[activity.customer_id]))
        lasts = timedelta(seconds=activity.duration_seconds) if activity.duration_seconds else timedelta(minutes=30)
        summary = f"{activity.get_kind_display()} · {shown_name(activity.customer)}"
        items.append(Item(f"activity-{activity.pk}@samphan", activity.at, summary, now, activity.text, address, lasts))
    return write_calendar(f"{member.name} · {member.workspace.name}", items)
