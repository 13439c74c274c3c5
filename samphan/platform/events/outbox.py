"""Publish and subscribe."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from samphan.platform.tenancy import current_workspace


@dataclass(frozen=True)
class Event:
    """A fact of the business in the past tense: ids and values, never rows.

    A subclass sets `type`, which is stored and never changes; its fields are what `msgspec` can write as JSON.
    """

    type: ClassVar[str] = ""


@dataclass(frozen=True)
class Delivery:
    """An event on its way to a subscriber."""

    id: int
    workspace_id: UUID
    at: datetime
    event: Event


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Subscriber:
    """A function that follows the outbox; `name` is what its cursor is kept under."""

    name: str
    types: frozenset[str]
    deliver: Callable[[list[Delivery]], None]


_types: dict[str, type[Event]] = {}
_subscribers: dict[str, Subscriber] = {}


def publish(*events: Event) -> None:
    """Store events in the caller's transaction; they reach the subscribers after it commits, or not at all.

    :raises RuntimeError: outside `in_workspace`.
    """
    from samphan.platform.events.models import OutboxEvent

    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("events are published inside in_workspace()")
    OutboxEvent.objects.bulk_create(
        [
            OutboxEvent(workspace_id=workspace_id, type=event.type, payload=msgspec.to_builtins(event))
            for event in events
        ],
        batch_size=1000,
    )


def subscribe(*event_types: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Call the function for each event of these types, inside the event's workspace and a transaction.

    Delivery is at least once and in outbox order: the function is one call to an action that is safe to run twice.
    """

    def decorate(function: Callable[[E], None]) -> Callable[[E], None]:
        def deliver(deliveries: list[Delivery]) -> None:
            for delivery in deliveries:
                function(delivery.event)  # type: ignore[arg-type]

        register(f"{function.__module__}.{function.__qualname__}", event_types, deliver)
        return function

    return decorate


def subscribe_together(*event_types: type[E]) -> Callable[[Callable[[list[E]], None]], Callable[[list[E]], None]]:
    """Call the function with all events of these types that are delivered together, where a set costs as little as one."""

    def decorate(function: Callable[[list[E]], None]) -> Callable[[list[E]], None]:
        def deliver(deliveries: list[Delivery]) -> None:
            function([delivery.event for delivery in deliveries])  # type: ignore[misc]

        register(f"{function.__module__}.{function.__qualname__}", event_types, deliver)
        return function

    return decorate


def register(name: str, event_types: tuple[type[Event], ...], deliver: Callable[[list[Delivery]], None]) -> None:
    """Follow the outbox with a function that takes a whole batch of one workspace at once."""
    for event_type in event_types:
        know(event_type)
    _subscribers[name] = Subscriber(name, frozenset(event_type.type for event_type in event_types), deliver)


def know(event_type: type[Event]) -> None:
    """Make an event type readable from the outbox."""
    if not event_type.type:
        raise ValueError(f"{event_type.__qualname__} has no type")
    known = _types.setdefault(event_type.type, event_type)
    if known is not event_type:
        raise ValueError(f"two events are called {event_type.type}")


def subscribers() -> list[Subscriber]:
    """All subscribers, by name."""
    return [_subscribers[name] for name in sorted(_subscribers)]


def read(type_name: str, payload: dict[str, Any]) -> Event:
    """The event that a stored row tells of."""
    return msgspec.convert(payload, _types[type_name], strict=False)


def load_subscribers(apps: list[str]) -> None:
    """Import the module `subscribers` of every app that has one."""
    for app in apps:
        try:
            importlib.import_module(f"{app}.subscribers")
        except ModuleNotFoundError as error:
            if error.name != f"{app}.subscribers":
                raise
