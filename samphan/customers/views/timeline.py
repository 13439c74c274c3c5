"""The middle of a record: what can be written, and everything that happened, by day."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from samphan.administration.middleware import MemberRequest
from samphan.customers import panels, timeline
from samphan.customers.models import Customer
from samphan.customers.permissions import VIEW
from samphan.customers.views.finding import customer_of_page, find_customer
from samphan.platform.access import requires
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import THAI_WEEKDAYS_SHORT, format_date
from samphan.ui import preferences

COMPOSER_COOKIE = "samphan_composer"
MAX_TEXT = 100


def timeline_context(
    request: MemberRequest, customer: Customer, carried: str = "", *, size: int = timeline.PAGE_SIZE
) -> dict[str, Any]:
    """A page of the timeline as the address asks for it.

    `?show=` keeps one filter, `?q=` searches, `?before=` goes back from a place, `?until=` reads what is shown anew.
    :param carried: what the record's own links carry along, beginning with `&`. :param size: entries of a page.
    """
    asked = request.GET
    filters = timeline.filters_for(request.member)
    shown = asked.get("show", "")
    shown = shown if shown in dict(filters) else ""
    text = asked.get("q", "").strip()[:MAX_TEXT]
    before, until = timeline.Place.read(asked.get("before", "")), timeline.Place.read(asked.get("until", ""))
    page = timeline.page_of(
        request, customer.pk, before=before, until=until, names=(shown,) if shown else (), text=text, size=size
    )
    zone = request.member.workspace.zone
    record = reverse("customer-detail", args=[customer.pk])
    part = reverse("customer-timeline", args=[customer.pk])
    narrowed = {name: value for name, value in (("show", shown), ("q", text)) if value}

    def to(address: str, **more: object) -> str:
        query = urlencode({**narrowed, **more})
        return f"{address}?{query}" if query else address

    last = page.entries[-1].place if page.entries else until
    return {
        "customer": customer,
        "days": days_of(request, page.entries, zone, before.at.astimezone(zone).date() if before else None),
        "filters": [
            {
                "label": label,
                "href": f"{record}?{urlencode({**narrowed, 'show': name})}{carried}",
                "is_current": name == shown,
            }
            for name, label in filters
        ],
        "everything_href": f"{record}?{urlencode({'q': text} if text else {})}{carried}",
        "clear_href": f"{record}?{urlencode({'show': shown} if shown else {})}{carried}",
        "shown": shown,
        "text": text,
        "is_first": before is None,
        "is_narrowed": bool(narrowed),
        "older_part": to(part, before=page.older) if page.older else "",
        "older_page": to(record, before=page.older) + carried if page.older else "",
        "newest_href": to(record) if before else "",
        "refresh_part": to(part, until=last) if last else to(part),
    }


def days_of(
    request: MemberRequest, entries: Iterable[timeline.Entry], zone: ZoneInfo, last: date | None
) -> list[dict[str, Any]]:
    """Entries by day of the workspace; a day that the page before began has no heading again."""
    today = request.member.workspace.today()
    return [
        {"label": "" if day == last else _day_label(request, day, today), "entries": list(found)}
        for day, found in groupby(entries, key=lambda entry: entry.at.astimezone(zone).date())
    ]


def _day_label(request: MemberRequest, day: date, today: date) -> str:
    """วันนี้ ส. 21 พ.ย. 2569, then พฤ. 19 พ.ย., with the year where it is another one."""
    spoken = reader_language()
    is_near = day.year == today.year and day != today
    weekday = THAI_WEEKDAYS_SHORT[day.weekday()] if spoken == "th" else day.strftime("%a")
    said = f"{weekday} {format_date(day, 'day' if is_near else 'short', spoken, preferences.era(request))}"
    return f"{_('Today')} {said}" if day == today else said


@require_GET
@requires(VIEW)
def customer_timeline(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Older entries, or those that are shown, read anew; by its own address it is the record."""
    customer = customer_of_page(request, customer_id)
    if not request.htmx:
        return redirect(f"{reverse('customer-detail', args=[customer.pk])}?{request.GET.urlencode()}")
    is_older = "before" in request.GET
    template = "customers/timeline.html#older" if is_older else "customers/timeline.html#stream"
    return render(request, template, timeline_context(request, customer))


def composer_context(request: MemberRequest, customer: Customer, asked: str = "") -> dict[str, Any]:
    """What can be written, the panel that was used last open; empty where this member may write nothing."""
    found = panels.panels_for(request.member, "composer")
    names = [panel.name for panel in found]
    wanted = next((name for name in (asked, request.COOKIES.get(COMPOSER_COOKIE, "")) if name in names), "")
    current = wanted or (names[0] if names else "")
    return {
        "customer": customer,
        "composers": [
            {
                "name": panel.name,
                "label": panel.label,
                "icon": panel.icon,
                "key": panel.key,
                "href": f"{reverse('customer-detail', args=[customer.pk])}?write={panel.name}",
                "part": reverse("customer-composer", args=[customer.pk, panel.name]),
                "is_current": panel.name == current,
            }
            for panel in found
        ],
        "composer": next((panel.render(request, customer) for panel in found if panel.name == current), ""),
    }


@require_GET
@requires(VIEW)
def customer_composer(request: MemberRequest, customer_id: UUID, name: str) -> HttpResponse:
    """One panel of the composer, remembered for the next record."""
    customer = find_customer(request, customer_id)
    if not request.htmx:
        return redirect(f"{reverse('customer-detail', args=[customer.pk])}?{urlencode({'write': name})}")
    response = render(request, "customers/composer.html", composer_context(request, customer, name))
    response.set_cookie(
        COMPOSER_COOKIE, name, max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
