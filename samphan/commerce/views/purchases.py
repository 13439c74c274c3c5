"""The purchases of one customer, page by page, for the record's timeline."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.commerce.views.listing import language, zone_of
from samphan.commerce.views.orders import amount
from samphan.customers.models import Customer
from samphan.platform.access import requires
from samphan.platform.catalogue import Privacy
from samphan.platform.thai.calendar import THAI_WEEKDAYS_SHORT, format_date
from samphan.ui import preferences


@require_safe
@requires("commerce.view_order")
def customer_purchases(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """The next orders of a customer, from `?cursor=` on; a whole page without script."""
    customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=customer_id)
    page = "commerce/purchases.html" if request.htmx else "commerce/purchases_page.html"
    return render(request, page, {"customer": customer, **purchases_context(request, customer.pk)})


def purchases_context(request: MemberRequest, customer_id: UUID) -> dict[str, Any]:
    """Orders by day in the workspace's zone, newest first."""
    zone, member = zone_of(request), request.member
    found = queries.purchases_of(customer_id, member, cursor=request.GET.get("cursor", ""))
    today = timezone.now().astimezone(zone).date()
    days = []
    for day, items in groupby(found.items, key=lambda item: item.order.ordered_at.astimezone(zone).date()):
        days.append(
            {
                "label": day_label(request, day, today),
                "items": [
                    {
                        "order": item.order,
                        "more": item.more_lines,
                        "lines": [(line, amount(line)) for line in item.lines],
                    }
                    for item in items
                ],
            }
        )
    return {
        "days": days,
        "customer_id": customer_id,
        "next_cursor": found.next_cursor,
        "sees_amounts": member.may_read(Privacy.FINANCIAL),
        "is_first": not request.GET.get("cursor"),
    }


def day_label(request: MemberRequest, day: Any, today: Any) -> str:
    """พฤ. 19 พ.ย., with the year when it is another one than this."""
    spoken, era = language(), preferences.era(request)
    weekday = THAI_WEEKDAYS_SHORT[day.weekday()] if spoken == "th" else day.strftime("%a")
    return f"{weekday} {format_date(day, 'day' if day.year == today.year else 'short', spoken, era)}"
