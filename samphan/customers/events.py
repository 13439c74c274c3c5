"""What happens to customers, for every domain that wants to know."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from samphan.platform.events import Event

IDS_AT_ONCE = 1_000  # of one event; a larger set travels as several


@dataclass(frozen=True)
class CustomerCreated(Event):
    """A customer was added by a person; imports publish `CustomersChanged`."""

    type: ClassVar[str] = "customers.customer_created"
    customer_id: UUID


@dataclass(frozen=True)
class CustomerEdited(Event):
    """Fields of one customer have other values: names of the field catalogue."""

    type: ClassVar[str] = "customers.customer_edited"
    customer_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class CustomersChanged(Event):
    """One act changed, or made, many customers. `fields` is empty where it may be any of them."""

    type: ClassVar[str] = "customers.customers_changed"
    customer_ids: tuple[UUID, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class CustomersAssigned(Event):
    """Customers are in the care of another member; `act_id` is the changeset, `by` who did it, None for the system."""

    type: ClassVar[str] = "customers.customers_assigned"
    act_id: UUID
    owner_id: UUID
    by: UUID | None
    count: int


@dataclass(frozen=True)
class CustomersShared(Event):
    """Members see customers that somebody shared with them or their teams; `customer_id` where it is one."""

    type: ClassVar[str] = "customers.customers_shared"
    act_id: UUID
    member_ids: tuple[UUID, ...]
    by: UUID | None
    count: int
    customer_id: UUID | None = None


@dataclass(frozen=True)
class CustomersDeleted(Event):
    """Customers are gone from every list; for 30 days they can come back."""

    type: ClassVar[str] = "customers.customers_deleted"
    customer_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class CustomersRestored(Event):
    """Deleted customers are back."""

    type: ClassVar[str] = "customers.customers_restored"
    customer_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class SearchWordsWanted(Event):
    """The words of the names of all customers with an id above `after` are to be learnt for search; None: of everybody."""

    type: ClassVar[str] = "customers.search_words_wanted"
    after: UUID | None = None
