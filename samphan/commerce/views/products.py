"""The list of products, and a product with who buys it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from samphan.administration import lists
from samphan.administration.custom_fields import panel as custom_fields
from samphan.administration.lists import Cell
from samphan.administration.lists.page import ListPage, filter_url
from samphan.administration.middleware import MemberRequest
from samphan.commerce import queries
from samphan.commerce.models import Product
from samphan.platform.access import requires
from samphan.platform.catalogue import Privacy
from samphan.platform.search.opened import remember_opened
from samphan.ui.templatetags.ui import dot

PHONE = {"name": "title", "unit_price": "end", "sku": "line", "is_active": "end2"}


@require_safe
@requires("commerce.view_product")
def product_list(request: MemberRequest) -> HttpResponse:
    """Every product, by name."""
    return ListPage(request, PRODUCT_LIST).answer(
        "commerce/product_list.html",
        more=lambda _count: {
            "may_import": request.member.may("commerce.import_product"),
            "may_export": request.member.may("commerce.export_product"),
        },
    )


@require_safe
@requires("commerce.view_product")
def product_detail(request: MemberRequest, product_id: UUID) -> HttpResponse:
    """One product: what it is, how much of it was sold, and to whom."""
    product = get_object_or_404(Product.objects.visible_to(request.member), pk=product_id)
    remember_opened(request.member, "product", product.pk, at=timezone.now())
    return render(
        request,
        "commerce/product_detail.html",
        {
            "product": product,
            "custom_groups": custom_fields.groups_of(request, "products", product),
            "sales": queries.sales_of(product, request.member),
            "sees_amounts": request.member.may_read(Privacy.FINANCIAL),
            "may_see_orders": request.member.may("commerce.view_order"),
            "orders_url": filter_url(reverse("order-list"), f"sku:is:{product.sku}"),
        },
    )


def product_url(product_id: UUID) -> str:
    return reverse("product-detail", args=[product_id])


def _cells(page: ListPage) -> dict[str, Cell]:
    on_sale, off_sale = dot(_("On sale"), "green"), dot(_("Taken off sale"), "slate")
    return {
        "name": lambda row: format_html(
            '<a href="{}"><span class=clip>{}</span></a>', product_url(row["id"]), row["name"]
        ),
        "is_active": lambda row: on_sale if row["is_active"] else off_sale,
    }


PRODUCT_LIST = lists.ListKind(
    entity_name="products",
    noun="product",
    permission="commerce.view_product",
    rows=lambda member: Product.objects.visible_to(member),
    cells=_cells,
    phone=PHONE,
    search_hint=gettext_lazy("Name or code"),
    views=(
        lists.DefaultView("all", pgettext_lazy("products", "All")),
        lists.DefaultView("on-sale", gettext_lazy("On sale"), "f=is_active:is_true"),
        lists.DefaultView("off-sale", gettext_lazy("Taken off sale"), "f=is_active:is_false"),
    ),
)
