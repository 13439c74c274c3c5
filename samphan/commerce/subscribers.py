"""What follows from events about products and orders."""

from collections.abc import Iterable
from uuid import UUID

from samphan.commerce.events import (
    OrderChanged,
    OrderDeleted,
    OrderPlaced,
    ProductAdded,
    ProductChanged,
    PurchaseTotalsChanged,
)
from samphan.platform import live
from samphan.platform.events import Event


def _topics(event: Event) -> Iterable[tuple[str, UUID | None]]:
    if isinstance(event, OrderPlaced | OrderChanged | OrderDeleted):
        yield "order", event.order_id
        if event.customer_id:
            yield "customer", event.customer_id
    elif isinstance(event, ProductAdded | ProductChanged):
        yield "product", event.product_id
    elif isinstance(event, PurchaseTotalsChanged):
        yield "order", None
        yield "customer", None


live.follow(
    "commerce",
    OrderPlaced,
    OrderChanged,
    OrderDeleted,
    ProductAdded,
    ProductChanged,
    PurchaseTotalsChanged,
    topics=_topics,
)
