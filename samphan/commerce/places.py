"""Where commerce stands in the sidebar."""

from django.utils.translation import gettext_lazy as _

from samphan.ui import navigation


def register() -> None:
    """Offer orders and products in the shell."""
    navigation.register(
        navigation.Place(
            "orders",
            _("Orders"),
            "shopping-bag",
            "order-list",
            permission="commerce.view_order",
            order=50,
            phone=4,
            words="ออเดอร์, ใบสั่งซื้อ, การขาย, orders, sales",
        )
    )
    navigation.register(
        navigation.Place(
            "products",
            _("Products"),
            "package",
            "product-list",
            permission="commerce.view_product",
            order=60,
            words="สต็อก, เมนู, items, goods, sku",
        )
    )
