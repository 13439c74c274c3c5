"""The events that other systems may hear of: stable names over the domains' own events.

A domain's event may change with the code; what stands here is a promise. A single act tells of one record with its fields, an
act over many tells their ids in pieces, so that an import of a million rows does not become a million calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.commerce.events import (
    OrderChanged,
    OrderDeleted,
    OrderPlaced,
    ProductAdded,
    ProductChanged,
    PurchaseTotalsChanged,
)
from samphan.customers.events import (
    CustomerCreated,
    CustomerEdited,
    CustomersChanged,
    CustomersDeleted,
    CustomersRestored,
)
from samphan.objects.events import RecordCreated, RecordsChanged, RecordsDeleted, RecordsRestored
from samphan.objects.known import known_objects
from samphan.platform.events import Event
from samphan.platform.imports.events import ImportEnded
from samphan.work.events import ActivityWritten, TaskChanged, TaskDone, TasksChanged, WorkImported

VERSION = 1  # of the payloads
RECORDS = "records"  # stands for the kind that a delivery names: companies define these themselves
IDS_AT_ONCE = 250  # about 10 kB; a payload stays under 20


@dataclass(frozen=True)
class PublicEvent:
    """An event as its name is promised.

    :param entity: catalogue name of the record that it tells of; "" where it is no record of a list.
    :param is_many: it tells ids, not a record.
    """

    name: str
    label: str | Promise
    entity: str
    is_many: bool = False

    @property
    def object(self) -> str:
        """What the payload calls the thing: `customer` in `customer.created`."""
        return self.name.partition(".")[0]


EVENTS: dict[str, PublicEvent] = {
    event.name: event
    for event in (
        PublicEvent("customer.created", _("A customer was added"), "customers"),
        PublicEvent("customer.updated", _("A customer was changed"), "customers"),
        PublicEvent("customer.deleted", _("Customers were deleted"), "customers", is_many=True),
        PublicEvent("customer.restored", _("Deleted customers came back"), "customers", is_many=True),
        PublicEvent("customer.bulk_changed", _("Many customers were changed or imported"), "customers", is_many=True),
        PublicEvent("order.created", _("An order was added"), "orders"),
        PublicEvent("order.updated", _("An order was changed"), "orders"),
        PublicEvent("order.deleted", _("An order was deleted"), "orders", is_many=True),
        PublicEvent("customer.totals_changed", _("What customers bought in total changed"), "customers", is_many=True),
        PublicEvent("product.created", _("A product was added"), "products"),
        PublicEvent("product.updated", _("A product was changed"), "products"),
        PublicEvent("task.changed", _("A task was made or changed"), "tasks"),
        PublicEvent("task.done", _("A task was done"), "tasks"),
        PublicEvent("task.bulk_changed", _("Many tasks were changed"), "tasks", is_many=True),
        PublicEvent("activity.changed", _("Something was written on a customer's timeline"), "customers", is_many=True),
        PublicEvent("record.created", _("A record of a kind of your own was added"), RECORDS),
        PublicEvent("record.updated", _("A record of a kind of your own was changed"), RECORDS),
        PublicEvent("record.deleted", _("Records of a kind of your own were deleted"), RECORDS, is_many=True),
        PublicEvent("record.restored", _("Deleted records of a kind of your own came back"), RECORDS, is_many=True),
        PublicEvent(
            "record.bulk_changed",
            _("Many records of a kind of your own were changed or imported"),
            RECORDS,
            is_many=True,
        ),
        PublicEvent("import.ended", _("An import is done, or stopped"), ""),
    )
}


@dataclass(frozen=True)
class Told:
    """What an event of a domain means outside: a public event about some records.

    :param ids: of the records.
    :param changed: names of the fields that have other values; None where the event does not say.
    :param gone: the records are not there any more, so that nobody can be asked whether they may be seen.
    :param about: the customer that stands for the gone record when that is asked.
    :param values: what the payload says besides; never anything of a record.
    :param entity: of the records, where a company defines their kind itself.
    """

    name: str
    ids: tuple[UUID, ...] = ()
    changed: tuple[str, ...] | None = None
    gone: bool = False
    about: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict)
    entity: str = ""

    def as_subject(self) -> dict[str, Any]:
        """As it is stored with a delivery."""
        found: dict[str, Any] = {"ids": [str(identity) for identity in self.ids]}
        if self.changed is not None:
            found["changed"] = list(self.changed)
        if self.gone:
            found["gone"] = True
        if self.about is not None:
            found["about"] = str(self.about)
        if self.values:
            found["values"] = self.values
        if self.entity:
            found["entity"] = self.entity
        return found


E = TypeVar("E", bound=Event)
_told: dict[type[Event], Callable[[Any], Iterable[Told]]] = {}


def tells(*event_types: type[E]) -> Callable[[Callable[[E], Iterable[Told]]], Callable[[E], Iterable[Told]]]:
    """Say what an event of a domain means outside."""

    def decorate(function: Callable[[E], Iterable[Told]]) -> Callable[[E], Iterable[Told]]:
        for event_type in event_types:
            _told[event_type] = function
        return function

    return decorate


def sources() -> tuple[type[Event], ...]:
    """The domains' events that mean something outside."""
    return tuple(_told)


def told_of(event: Event) -> list[Told]:
    """What an event means outside, in pieces that fit one payload."""
    return list(_told[type(event)](event))


def _pieces(name: str, ids: tuple[UUID, ...], changed: tuple[str, ...] | None = None) -> Iterator[Told]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield Told(name, ids[start : start + IDS_AT_ONCE], changed)


@tells(CustomerCreated)
def _customer_created(event: CustomerCreated) -> Iterable[Told]:
    yield Told("customer.created", (event.customer_id,))


@tells(CustomerEdited)
def _customer_edited(event: CustomerEdited) -> Iterable[Told]:
    yield Told("customer.updated", (event.customer_id,), event.fields)


@tells(CustomersChanged)
def _customers_changed(event: CustomersChanged) -> Iterable[Told]:
    if len(event.customer_ids) == 1:
        yield Told("customer.updated", event.customer_ids, event.fields or None)
    else:
        yield from _pieces("customer.bulk_changed", event.customer_ids, event.fields or None)


@tells(CustomersDeleted)
def _customers_deleted(event: CustomersDeleted) -> Iterable[Told]:
    for piece in _pieces("customer.deleted", event.customer_ids):
        yield Told(piece.name, piece.ids, gone=True)


@tells(CustomersRestored)
def _customers_restored(event: CustomersRestored) -> Iterable[Told]:
    yield from _pieces("customer.restored", event.customer_ids)


@tells(OrderPlaced)
def _order_placed(event: OrderPlaced) -> Iterable[Told]:
    yield Told("order.created", (event.order_id,))


@tells(OrderChanged)
def _order_changed(event: OrderChanged) -> Iterable[Told]:
    yield Told("order.updated", (event.order_id,))


@tells(OrderDeleted)
def _order_deleted(event: OrderDeleted) -> Iterable[Told]:
    yield Told("order.deleted", (event.order_id,), gone=True, about=event.customer_id)


@tells(PurchaseTotalsChanged)
def _totals_changed(event: PurchaseTotalsChanged) -> Iterable[Told]:
    # More than it names: one call without ids says to read them all again.
    if not event.customer_ids:
        yield Told("customer.totals_changed")
    yield from _pieces("customer.totals_changed", tuple(event.customer_ids))


@tells(ProductAdded)
def _product_added(event: ProductAdded) -> Iterable[Told]:
    yield Told("product.created", (event.product_id,))


@tells(ProductChanged)
def _product_changed(event: ProductChanged) -> Iterable[Told]:
    yield Told("product.updated", (event.product_id,), tuple(event.fields))


@tells(TaskChanged)
def _task_changed(event: TaskChanged) -> Iterable[Told]:
    yield Told("task.changed", (event.task_id,))


@tells(TaskDone)
def _task_done(event: TaskDone) -> Iterable[Told]:
    yield Told("task.done", (event.task_id,))


@tells(TasksChanged)
def _tasks_changed(event: TasksChanged) -> Iterable[Told]:
    yield from _pieces("task.bulk_changed", event.task_ids)


@tells(ActivityWritten)
def _activity_written(event: ActivityWritten) -> Iterable[Told]:
    yield Told("activity.changed", (event.customer_id,))


@tells(WorkImported)
def _work_imported(event: WorkImported) -> Iterable[Told]:
    yield from _pieces("activity.changed", event.customer_ids)


def _of_own_kind(object_id: UUID, pieces: Iterable[Told]) -> Iterator[Told]:
    """The same with the kind; nothing of one that is archived."""
    name = next((kind.entity_name for kind in known_objects() if kind.pk == object_id), "")
    if name:
        yield from (replace(piece, entity=name) for piece in pieces)


@tells(RecordCreated)
def _record_created(event: RecordCreated) -> Iterable[Told]:
    return _of_own_kind(event.object_id, [Told("record.created", (event.record_id,))])


@tells(RecordsChanged)
def _records_changed(event: RecordsChanged) -> Iterable[Told]:
    name = "record.updated" if len(event.record_ids) == 1 else "record.bulk_changed"
    return _of_own_kind(event.object_id, _pieces(name, event.record_ids, event.fields or None))


@tells(RecordsDeleted)
def _records_deleted(event: RecordsDeleted) -> Iterable[Told]:
    return _of_own_kind(event.object_id, _pieces("record.deleted", event.record_ids))


@tells(RecordsRestored)
def _records_restored(event: RecordsRestored) -> Iterable[Told]:
    return _of_own_kind(event.object_id, _pieces("record.restored", event.record_ids))


@tells(ImportEnded)
def _import_ended(event: ImportEnded) -> Iterable[Told]:
    yield Told("import.ended", values={"id": str(event.batch_id), "state": event.state})
