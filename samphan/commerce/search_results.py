"""Products and orders as search finds and shows them. Codes and numbers have indexes of their own."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.commerce.fields import search_products
from samphan.commerce.models import Order, Product
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy
from samphan.platform.search.query import LAST, Query
from samphan.platform.search.registry import Kind, Part, Record
from samphan.platform.search.registry import register as register_kind
from samphan.platform.search.text import normalise, search_line

SHORTEST_NUMBER = 3  # letters; fewer begin half of all order numbers


def _product_candidates(viewer: Viewer, query: Query, limit: int) -> list[UUID]:
    """Products that hold one form of each word in name or code."""
    rows: QuerySet[Product, Any] = Product.objects.visible_to(viewer)
    if query.is_widened:  # words of product names are not learnt, so none was meant
        return []
    for word in query.words:
        rows = search_products(rows, word.forms[-1])
    return list(rows.order_by("name_key", "pk").values_list("pk", flat=True)[:limit])


def _products(viewer: Viewer, ids: Sequence[UUID]) -> list[Record]:
    rows = Product.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "name", "sku", "name_key")
    return [
        Record(
            id=pk, name=name, key=key, url=reverse("product-detail", args=[pk]), calls=(normalise(name), normalise(sku))
        )
        for pk, name, sku, key in rows
    ]


def _product_parts(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    rows = Product.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "name", "sku")
    return {
        pk: [
            Part(name, (search_line([name]),), Privacy.BUSINESS, True),
            Part(sku, (normalise(sku),), Privacy.BUSINESS, True),
        ]
        for pk, name, sku in rows
    }


def _order_candidates(viewer: Viewer, query: Query, limit: int) -> list[UUID]:
    """Orders whose number begins with the text, as typed or in capitals; a range of the index of numbers."""
    if len(query.text) < SHORTEST_NUMBER or not any(character.isdigit() for character in query.text):
        return []
    wanted = Q()
    for form in {query.text, query.text.upper()}:
        wanted |= Q(number__gte=form, number__lt=form + LAST)
    rows = Order.objects.visible_to(viewer).filter(wanted)
    return list(rows.order_by("number").values_list("pk", flat=True)[:limit])


def _orders(viewer: Viewer, ids: Sequence[UUID]) -> list[Record]:
    rows = Order.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "number")
    return [
        Record(id=pk, name=number, key=number, url=reverse("order-detail", args=[pk]), calls=(normalise(number),))
        for pk, number in rows
    ]


def _order_parts(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    rows = Order.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "number")
    return {pk: [Part(number, (normalise(number),), Privacy.BUSINESS, True)] for pk, number in rows}


def register() -> None:
    """Let search find products and orders."""
    register_kind(
        Kind(
            name="product", label=_("Products"), icon="package", permission="commerce.view_product", order=20,
            candidates=_product_candidates, present=_products, parts=_product_parts,
            list_url=lambda text: f"{reverse('product-list')}?{urlencode({'q': text})}",
        )
    )  # fmt: skip
    register_kind(
        Kind(
            name="order", label=_("Orders"), icon="shopping-bag", permission="commerce.view_order", order=30,
            candidates=_order_candidates, present=_orders, parts=_order_parts,
            list_url=lambda text: f"{reverse('order-list')}?{urlencode({'q': text})}",
        )
    )  # fmt: skip
