"""The list of orders, and an order as a document."""

import math
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.commerce.fields import ORDERS
from samphan.commerce.models import OrderLine
from samphan.commerce.views import listing
from samphan.customers.models import Customer
from samphan.platform import lists
from samphan.platform.access import requires
from samphan.platform.catalogue import Privacy
from samphan.platform.money import baht_text
from samphan.platform.thai.calendar import format_datetime, format_time, relative_date
from samphan.ui import preferences
from samphan.ui.templatetags.ui import NOTHING, baht, dot, number

PHONE = {"customer": "title", "total": "end", "number": "line2", "ordered_at": "end2"}


@require_safe
@requires("commerce.view_order")
def order_list(request: MemberRequest) -> HttpResponse:
    """Every order, newest first; filters, sort and page stand in the address."""
    if (address := listing.added_filter(request, ORDERS)) is not None:
        return HttpResponseRedirect(address)
    rows = queries.orders(request.member)
    shown = listing.read(
        request,
        ORDERS,
        rows,
        cells=_cells(request),
        phone=PHONE,
        url=lambda row: order_url(row["id"]),
        also=("number", "customer", "customer_id"),
    )
    if request.htmx and request.GET.get("cursor"):
        return render(request, "commerce/list_rows.html", {"list": shown, "more": True})
    return render(
        request,
        "commerce/order_list.html",
        {
            "list": shown,
            "total": _total(request, shown, rows),
            "has_orders": bool(shown.rows) or rows.exists(),
            "count_words": lists.label_count(ORDERS, shown.count),
            "quick": _quick_filters(request),
            "may_import": request.member.may("commerce.import_order"),
            "may_export": request.member.may("commerce.export_order"),
        },
    )


@require_safe
@requires("commerce.view_order")
def order_detail(request: MemberRequest, order_id: UUID) -> HttpResponse:
    """One order like the paper it stands for."""
    order = get_object_or_404(queries.orders(request.member), pk=order_id)
    customer = None
    if order.customer_id is not None:
        customer = Customer.objects.visible_to(request.member).filter(pk=order.customer_id).first()
    lines = queries.lines_of(order, request.member)
    units = sum((line.quantity for line in lines), start=Decimal(0))
    sees_amounts = request.member.may_read(Privacy.FINANCIAL)
    return render(
        request,
        "commerce/order_detail.html",
        {
            "order": order,
            "customer": customer,
            "lines": [(line, amount(line)) for line in lines],
            "customer_url": customer_url(customer.pk) if customer else "",
            "sees_amounts": sees_amounts,
            "total_words": baht_text(order.total) if sees_amounts and listing.language() == "th" else "",
            "units": units,
            "pieces": math.ceil(units),  # decides the word; half a piece is one
            "workspace": request.member.workspace,
        },
    )


def amount(line: OrderLine) -> Any:
    """Quantity x unit price, not rounded: rounding is for the eye alone."""
    return line.quantity * line.unit_price


def order_url(order_id: UUID) -> str:
    return reverse("order-detail", args=[order_id])


def customer_url(customer_id: UUID) -> str:
    return f"/customers/{customer_id}/"


def _total(request: MemberRequest, shown: listing.Listing, rows: Any) -> Any:
    """Sum of the orders that the filters leave, None where it would take a long look or may not be seen."""
    if not request.member.may_read(Privacy.FINANCIAL) or not shown.count.is_exact:
        return None
    narrowed = lists.narrow(rows, shown.state, request.member, now=timezone.now(), zone=listing.zone_of(request))
    return queries.sum_of(narrowed)


def _quick_filters(request: MemberRequest) -> list[dict[str, str]]:
    """Filters that people of a shop ask for every day."""
    address = reverse("order-list")
    quick = [
        {"label": _("Last 7 days"), "href": listing.filter_url(address, "ordered_at:within_last:7")},
        {"label": _("Last 30 days"), "href": listing.filter_url(address, "ordered_at:within_last:30")},
        {"label": _("Returns"), "href": listing.filter_url(address, "status:is:return")},
        {"label": _("Without a customer"), "href": listing.filter_url(address, "customer:is_unknown")},
    ]
    if request.member.may_read(Privacy.FINANCIAL):
        quick.insert(2, {"label": _("฿10,000 and more"), "href": listing.filter_url(address, "total:at_least:10000")})
    return quick


def _cells(request: MemberRequest) -> dict[str, listing.Cell]:
    spoken, era, zone = listing.language(), preferences.era(request), listing.zone_of(request)
    status = {choice.value: choice for choice in ORDERS.field("status").get_choices()}
    nobody, today = _("No customer named"), timezone.now().astimezone(zone).date()

    def customer(row: dict[str, Any]) -> str:
        if row["customer_id"] is None:
            return format_html('<span class="text-ink3">{}</span>', nobody)
        if not row["customer"]:
            return NOTHING
        return format_html('<a class="text-ink" href="{}">{}</a>', customer_url(row["customer_id"]), row["customer"])

    def ordered(row: dict[str, Any]) -> str:
        at = row["ordered_at"].astimezone(zone)
        near = f"{relative_date(at.date(), today, spoken, era)} {format_time(at, spoken)}"
        return format_html("<span title='{}'>{}</span>", format_datetime(at, "short", spoken, era, zone=zone), near)

    def several(name: str) -> listing.Cell:
        return lambda row: ", ".join(str(value) for value in row[name][:3]) or NOTHING

    return {
        "number": lambda row: format_html('<a class="text-ink" href="{}">{}</a>', order_url(row["id"]), row["number"]),
        "ordered_at": ordered,
        "customer": customer,
        "channel": lambda row: row["channel"] or NOTHING,
        "status": lambda row: dot(status[row["status"]].label, status[row["status"]].tone),
        "line_count": lambda row: number(row["line_count"]),
        "total": lambda row: baht(row["total"]),
        "sku": several("sku"),
        "description": several("description"),
        "quantity": lambda row: ", ".join(number(value) for value in row["quantity"][:3]) or NOTHING,
        "unit_price": lambda row: ", ".join(baht(value) for value in row["unit_price"][:3]) or NOTHING,
    }
