"""What commerce shows on a customer's record."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.lists.page import filter_url
from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.customers import panels
from samphan.customers.models import Customer
from samphan.platform.catalogue import Privacy
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import ENGLISH_MONTHS, THAI_MONTHS_SHORT
from samphan.ui import preferences
from samphan.ui.templatetags.ui import baht, number


def register() -> None:
    """Put the value of a customer on the record."""
    for place in ("side", "quick"):
        panels.register(
            panels.Panel(f"value-{place}", gettext_lazy("Value"), place, 10, value_panel, Privacy.FINANCIAL)
        )


def value_panel(request: MemberRequest, customer: Customer) -> SafeString | str:
    """What the customer has bought: sum, count, average, first and last order, and the last twelve months as bars."""
    if not request.member.may("commerce.view_order") or not request.member.may_read(Privacy.FINANCIAL):
        return ""
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    months = queries.months_of(customer.pk, request.member, today=today, zone=zone)
    value = queries.Value(
        customer.total_spent, customer.order_count, customer.first_order_at, customer.last_order_at, months
    )
    return render_to_string(
        "commerce/value_panel.html",
        {
            "value": value, "bars": bars(request, months), "request": request,
            "year_total": sum((month.total for month in months), start=0),
            "orders_url": filter_url("/orders/", f"customer_id:is:{customer.pk}"),
        },
        request=request,
    )  # fmt: skip


def bars(request: MemberRequest, months: tuple[queries.Month, ...]) -> list[dict[str, Any]]:
    """Bars of an SVG 240 wide and 40 high; a month below zero hangs as a stub, and every bar names its figures."""
    top = max((month.total for month in months), default=0)
    era = preferences.era(request)
    found = []
    for index, month in enumerate(months):
        high = max(round(float(month.total / top) * 36), 2) if top > 0 and month.total > 0 else 1
        year = month.first_day.year + (543 if era == "be" else 0)
        name = (
            THAI_MONTHS_SHORT[month.first_day.month - 1]
            if reader_language() == "th"
            else ENGLISH_MONTHS[month.first_day.month - 1][:3]
        )
        found.append(
            {
                "x": index * 20, "y": 40 - high, "height": high, "name": name,
                "is_quiet": month.total <= 0, "is_now": index == len(months) - 1,
                "title": _("%(month)s: %(total)s, %(count)s orders") % {
                    "month": f"{name} {year}", "total": baht(month.total), "count": number(month.order_count)
                },
            }
        )  # fmt: skip
    return found
