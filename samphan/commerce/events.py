"""What happened in commerce."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from samphan.platform.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """An order was written down one by one; an import tells of its orders together, by `PurchaseTotalsChanged`."""

    type: ClassVar[str] = "commerce.order_placed"

    order_id: UUID
    number: str
    customer_id: UUID | None
    ordered_at: datetime
    total: Decimal  # THB; negative for a credit


@dataclass(frozen=True)
class OrderChanged(Event):
    type: ClassVar[str] = "commerce.order_changed"

    order_id: UUID
    customer_id: UUID | None
    total: Decimal  # THB


@dataclass(frozen=True)
class OrderDeleted(Event):
    type: ClassVar[str] = "commerce.order_deleted"

    order_id: UUID
    number: str
    customer_id: UUID | None


@dataclass(frozen=True)
class ProductAdded(Event):
    type: ClassVar[str] = "commerce.product_added"

    product_id: UUID
    sku: str


@dataclass(frozen=True)
class ProductChanged(Event):
    type: ClassVar[str] = "commerce.product_changed"

    product_id: UUID
    fields: list[str]


@dataclass(frozen=True)
class PurchaseTotalsChanged(Event):
    """What customers have bought in total is another sum than before: totals, counts, first or last order."""

    type: ClassVar[str] = "commerce.purchase_totals_changed"

    customers: int  # how many
    customer_ids: list[UUID]  # which; empty where there are more than 1,000: read them all again


IDS_AT_ONCE = 1_000  # of one event; a larger set travels as several


@dataclass(frozen=True)
class OrdersChanged(Event):
    """One act changed fields of many orders, not their lines; `fields` are names of the field catalogue."""

    type: ClassVar[str] = "commerce.orders_changed"

    order_ids: tuple[UUID, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ProductsChanged(Event):
    """One act changed fields of many products; `fields` are names of the field catalogue."""

    type: ClassVar[str] = "commerce.products_changed"

    product_ids: tuple[UUID, ...]
    fields: tuple[str, ...]
