"""The list of products, and a product with who buys it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.commerce.fields import PRODUCTS
from samphan.commerce.models import Product
from samphan.commerce.views import listing
from samphan.platform import lists
from samphan.platform.access import requires
from samphan.platform.catalogue import Privacy
from samphan.ui.templatetags.ui import NOTHING, baht, dot

PHONE = {"name": "title", "unit_price": "end", "sku": "line2", "is_active": "end2"}


@require_safe
@requires("commerce.view_product")
def product_list(request: MemberRequest) -> HttpResponse:
    """Every product, by name."""
    if (address := listing.added_filter(request, PRODUCTS)) is not None:
        return HttpResponseRedirect(address)
    rows: Any = Product.objects.visible_to(request.member)
    shown = listing.read(
        request, PRODUCTS, rows, cells=_cells(), phone=PHONE, url=lambda row: product_url(row["id"]), also=("name",)
    )
    if request.htmx and request.GET.get("cursor"):
        return render(request, "commerce/list_rows.html", {"list": shown, "more": True})
    address = reverse("product-list")
    return render(
        request,
        "commerce/product_list.html",
        {
            "may_import": request.member.may("commerce.import_product"),
            "may_export": request.member.may("commerce.export_product"),
            "list": shown,
            "has_products": bool(shown.rows) or rows.exists(),
            "count_words": lists.label_count(PRODUCTS, shown.count),
            "quick": [
                {"label": _("On sale"), "href": listing.filter_url(address, "is_active:is_true")},
                {"label": _("Taken off sale"), "href": listing.filter_url(address, "is_active:is_false")},
            ],
        },
    )


@require_safe
@requires("commerce.view_product")
def product_detail(request: MemberRequest, product_id: UUID) -> HttpResponse:
    """One product: what it is, how much of it was sold, and to whom."""
    product = get_object_or_404(Product.objects.visible_to(request.member), pk=product_id)
    return render(
        request,
        "commerce/product_detail.html",
        {
            "product": product,
            "sales": queries.sales_of(product, request.member),
            "sees_amounts": request.member.may_read(Privacy.FINANCIAL),
            "may_see_orders": request.member.may("commerce.view_order"),
            "orders_url": listing.filter_url(reverse("order-list"), f"sku:is:{product.sku}"),
        },
    )


def product_url(product_id: UUID) -> str:
    return reverse("product-detail", args=[product_id])


def _cells() -> dict[str, listing.Cell]:
    on_sale, off_sale = _("On sale"), _("Taken off sale")
    return {
        "name": lambda row: format_html(
            '<a class="font-medium text-ink" href="{}">{}</a>', product_url(row["id"]), row["name"]
        ),
        "category": lambda row: row["category"] or NOTHING,
        "unit": lambda row: row["unit"] or NOTHING,
        "unit_price": lambda row: NOTHING if row["unit_price"] is None else baht(row["unit_price"]),
        "is_active": lambda row: dot(on_sale, "green") if row["is_active"] else dot(off_sale, "slate"),
    }
