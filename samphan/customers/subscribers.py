"""What follows from events about customers."""

from collections.abc import Iterable
from uuid import UUID

from samphan.customers.events import (
    CustomerCreated,
    CustomerEdited,
    CustomersChanged,
    CustomersDeleted,
    CustomersRestored,
)
from samphan.platform import live
from samphan.platform.events import Event


def _topics(event: Event) -> Iterable[tuple[str, UUID | None]]:
    if isinstance(event, CustomerCreated | CustomerEdited):
        return [("customer", event.customer_id)]
    if isinstance(event, CustomersChanged | CustomersDeleted | CustomersRestored):
        return [("customer", identity) for identity in event.customer_ids[: live.IDS_NAMED + 1]]
    return []


live.follow(
    "customers", CustomerCreated, CustomerEdited, CustomersChanged, CustomersDeleted, CustomersRestored, topics=_topics
)
