"""Orders and products may have custom fields."""

from collections.abc import Collection, Sequence
from uuid import UUID

from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.hosts import Host
from samphan.commerce import queries
from samphan.commerce.events import IDS_AT_ONCE, OrdersChanged, ProductsChanged
from samphan.commerce.models import Product
from samphan.platform.access import Viewer
from samphan.platform.events import publish


def _orders_changed(order_ids: Sequence[UUID], names: Collection[str]) -> None:
    for start in range(0, len(order_ids), IDS_AT_ONCE):
        publish(OrdersChanged(tuple(order_ids[start : start + IDS_AT_ONCE]), tuple(names)))


def _products_changed(product_ids: Sequence[UUID], names: Collection[str]) -> None:
    for start in range(0, len(product_ids), IDS_AT_ONCE):
        publish(ProductsChanged(tuple(product_ids[start : start + IDS_AT_ONCE]), tuple(names)))


def _products_named(viewer: Viewer, texts: Sequence[str]) -> dict[str, set[UUID]]:
    """The products that codes mean, else names."""
    rows = Product.objects.visible_to(viewer)
    by_code: dict[str, set[UUID]] = {}
    by_name: dict[str, set[UUID]] = {}
    for key, sku in rows.filter(sku__in=texts).values_list("pk", "sku"):
        by_code.setdefault(sku, set()).add(key)
    for key, name in rows.filter(name__in=texts).values_list("pk", "name"):
        by_name.setdefault(name, set()).add(key)
    return by_name | by_code


def register() -> None:
    """Let an administrator give orders and products further fields."""
    hosts.register(
        Host(
            entity_name="orders",
            view="commerce.view_order",
            change="commerce.change_order",
            rows=queries.orders,
            changed=_orders_changed,
            page="order-detail",
            icon="shopping-bag",
        )
    )
    hosts.register(
        Host(
            entity_name="products",
            view="commerce.view_product",
            change="commerce.change_product",
            rows=lambda viewer: Product.objects.visible_to(viewer),
            changed=_products_changed,
            page="product-detail",
            named=_products_named,
            icon="package",
        )
    )
