"""What follows from events about customers."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse

from samphan.administration import notifications
from samphan.customers.events import (
    CustomerCreated,
    CustomerEdited,
    CustomersAssigned,
    CustomersChanged,
    CustomersDeleted,
    CustomersRestored,
    CustomersShared,
    SearchWordsWanted,
)
from samphan.customers.search_words import NAMES, learn_names, learn_onward
from samphan.platform import live
from samphan.platform.events import Event, subscribe


def _topics(event: Event) -> Iterable[tuple[str, UUID | None]]:
    if isinstance(event, CustomerCreated | CustomerEdited):
        return [("customer", event.customer_id)]
    if isinstance(event, CustomersChanged | CustomersDeleted | CustomersRestored):
        return [("customer", identity) for identity in event.customer_ids[: live.IDS_NAMED + 1]]
    return []


live.follow(
    "customers", CustomerCreated, CustomerEdited, CustomersChanged, CustomersDeleted, CustomersRestored, topics=_topics
)


@subscribe(CustomerCreated, CustomerEdited, CustomersChanged, CustomersRestored)
def learn_words_of_names(event: Event) -> None:
    """Let search know the words of new names."""
    if isinstance(event, CustomerCreated):
        learn_names([event.customer_id])
    elif isinstance(event, CustomerEdited):
        if NAMES.intersection(event.fields):
            learn_names([event.customer_id])
    elif isinstance(event, CustomersRestored) or (
        isinstance(event, CustomersChanged) and (not event.fields or NAMES.intersection(event.fields))
    ):
        learn_names(event.customer_ids)


@subscribe(SearchWordsWanted)
def learn_words_of_everybody(event: SearchWordsWanted) -> None:
    """Let search know the words of the next piece of all names."""
    learn_onward(event.after)


@subscribe(CustomersAssigned)
def tell_the_new_owner(event: CustomersAssigned) -> None:
    """Tell a member that customers are in their care now."""
    notifications.notify(
        [event.owner_id],
        "customers.customers_assigned",
        key=str(event.act_id),
        values={"count": event.count},
        url=f"{reverse('customer-list')}?f=owner:is_any_of:{event.owner_id}",
        by=event.by,
    )


@subscribe(CustomersShared)
def tell_whom_it_is_shared_with(event: CustomersShared) -> None:
    """Tell members that they see customers of a colleague now."""
    shown = reverse("customer-detail", args=[event.customer_id]) if event.customer_id else reverse("customer-list")
    notifications.notify(
        event.member_ids,
        "customers.customers_shared",
        key=str(event.act_id),
        values={"count": event.count},
        url=shown,
        by=event.by,
    )
