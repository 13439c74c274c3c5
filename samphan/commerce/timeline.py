"""Orders on a customer's timeline."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.commerce.models import Order
from samphan.commerce.views.orders import amount
from samphan.customers import timeline
from samphan.platform.catalogue import Privacy


def register() -> None:
    """Offer purchases to the timeline."""
    timeline.register(
        timeline.Source(
            "purchases", gettext_lazy("Purchases"), 10, entries, permission="commerce.view_order", model=Order
        )
    )


def entries(
    request: MemberRequest, customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """The newest orders before a place, with their first lines."""
    found = queries.purchases_of(customer_id, request.member, before=before, limit=limit, text=text)
    sees_amounts = request.member.may_read(Privacy.FINANCIAL)
    return [_entry(item, sees_amounts) for item in found]


def _entry(item: queries.Purchase, sees_amounts: bool) -> timeline.Entry:
    order = item.order
    is_return = order.total < 0
    said = _("Return %(number)s") if is_return else _("Order %(number)s")
    title = format_html(
        '<a href="{}"><b>{}</b></a>', reverse("order-detail", args=[order.pk]), said % {"number": order.number}
    )
    if order.channel:
        title = format_html('{} <span class="text-ink2">{}</span>', title, order.channel)
    icon, tone = ("undo-2", "slate") if is_return else ("shopping-bag", "amber")
    return timeline.Entry(order.ordered_at, order.pk, icon, tone, title, partial(_object, item, sees_amounts))


def _object(item: queries.Purchase, sees_amounts: bool) -> SafeString:
    return render_to_string(
        "commerce/purchase.html",
        {
            "order": item.order,
            "lines": [(line, amount(line)) for line in item.lines],
            "more": item.more_lines,
            "sees_amounts": sees_amounts,
        },
    )
