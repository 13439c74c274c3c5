"""The list of orders, and an order as a document."""

import math
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from samphan.administration import lists
from samphan.administration.custom_fields import panel as custom_fields
from samphan.administration.lists import Cell, Row
from samphan.administration.lists.cells import ValueWriter
from samphan.administration.lists.page import ListPage
from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.commerce.models import OrderLine
from samphan.customers import names
from samphan.customers.models import Customer
from samphan.platform.access import requires
from samphan.platform.catalogue import Privacy
from samphan.platform.counts import Count
from samphan.platform.language import reader_language
from samphan.platform.money import baht_text
from samphan.platform.search.opened import remember_opened
from samphan.platform.thai.calendar import format_datetime, format_time, is_day_alone, relative_date
from samphan.ui.templatetags.ui import NOTHING, baht, number

PHONE = {"number": "title", "total": "end", "customer": "line", "ordered_at": "end2"}


@require_safe
@requires("commerce.view_order")
def order_list(request: MemberRequest) -> HttpResponse:
    """Every order, newest first; filters, sort and page stand in the address."""
    page = ListPage(request, ORDER_LIST)
    return page.answer(
        "commerce/order_list.html",
        more=lambda count: {
            "total": _total(page, count),
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
    remember_opened(request.member, "order", order.pk, at=timezone.now())
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
            "custom_groups": custom_fields.groups_of(request, "orders", order),
            "customer": customer,
            "customer_name": names.shown_name(customer) if customer else "",
            "lines": [(line, amount(line)) for line in lines],
            "has_units": any(line.product and line.product.unit for line in lines),
            "customer_url": customer_url(customer.pk) if customer else "",
            "sees_amounts": sees_amounts,
            "total_words": baht_text(order.total) if sees_amounts and reader_language() == "th" else "",
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


def _total(page: ListPage, count: Count) -> Any:
    """Sum of the orders that the filters leave, None where it would take a long look or may not be seen."""
    if not page.member.may_read(Privacy.FINANCIAL) or not count.is_exact:
        return None
    return queries.sum_of(page.narrowed())


def _cells(page: ListPage) -> dict[str, Cell]:
    spoken, era, zone, today = page.language, page.era, page.zone, page.today
    values, status = ValueWriter(page), page.entity.field("status")
    nobody = _("No customer named")

    def customer(row: Row) -> str:
        if row["customer_id"] is None:
            return format_html('<span class="text-ink3">{}</span>', nobody)
        if not row["called"]:
            return NOTHING
        return format_html(
            '<a class="text-ink" href="{}">{}</a>', customer_url(row["customer_id"]), names.from_sql(row["called"])
        )

    def ordered(row: Row) -> str:
        at = row["ordered_at"].astimezone(zone)
        near = relative_date(at.date(), today, spoken, era)
        near = near if is_day_alone(at) else f"{near} {format_time(at, spoken)}"
        return format_html("<span title='{}'>{}</span>", format_datetime(at, "short", spoken, era, zone=zone), near)

    def several(name: str) -> Cell:
        return lambda row: escape(", ".join(str(value) for value in row[name][:3])) or NOTHING

    return {
        "number": lambda row: format_html('<a class="text-ink" href="{}">{}</a>', order_url(row["id"]), row["number"]),
        "ordered_at": ordered,
        "customer": customer,
        "status": lambda row: values.dotted(status, row["status"]),
        "sku": several("sku"),
        "description": several("description"),
        "quantity": lambda row: ", ".join(number(value) for value in row["quantity"][:3]) or NOTHING,
        "unit_price": lambda row: ", ".join(baht(value) for value in row["unit_price"][:3]) or NOTHING,
    }


ORDER_LIST = lists.ListKind(
    entity_name="orders",
    noun="order",
    permission="commerce.view_order",
    rows=queries.orders,
    cells=_cells,
    lead="number",
    also=("customer_id",),
    beside={"called": queries.CUSTOMER_CALLED},
    phone=PHONE,
    hidden=frozenset({"customer_id"}),
    search_hint=gettext_lazy("Order number"),
    views=(
        lists.DefaultView("all", pgettext_lazy("orders", "All")),
        lists.DefaultView("week", gettext_lazy("Last 7 days"), "f=ordered_at:within_last:7"),
        lists.DefaultView("month", gettext_lazy("Last 30 days"), "f=ordered_at:within_last:30"),
        lists.DefaultView("large", gettext_lazy("฿10,000 and more"), "f=total:at_least:10000"),
        lists.DefaultView("returns", gettext_lazy("Returns"), "f=status:is:return"),
        lists.DefaultView("nameless", gettext_lazy("Without a customer"), "f=customer:is_unknown"),
    ),
)
