"""Live updates: tell the open pages of a workspace that something they show has changed.

The stream carries a topic, an id and a version, never data: the page asks again, through `visible_to`. Topics are
entity names; the id is empty when more changed than a page could ask for one by one.
"""

import json
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import connection

from samphan.platform.events.outbox import Delivery, Event, register

CHANNEL = "samphan_live"
IDS_NAMED = 20  # of one batch and topic; more are told as "the list changed"

Topics = Callable[[Event], Iterable[tuple[str, UUID | None]]]


def follow(name: str, *event_types: type[Event], topics: Topics) -> None:
    """Turn events into live updates; called by a domain's `subscribers` module.

    :param topics: what an event touches: pairs of topic and id, or None for "many".
    """

    def deliver(deliveries: list[Delivery]) -> None:
        touched: dict[str, dict[UUID | None, int]] = {}
        for delivery in deliveries:
            for topic, identity in topics(delivery.event):
                touched.setdefault(topic, {})[identity] = delivery.id
        for topic, ids in touched.items():
            tell(deliveries[0].workspace_id, topic, ids)

    register(f"samphan.platform.live.{name}", event_types, deliver)


def tell(workspace_id: UUID, topic: str, ids: dict[UUID | None, int]) -> None:
    """Notify the fronts, in the current transaction; `ids` maps what changed to a growing version."""
    named = {identity: version for identity, version in ids.items() if identity is not None}
    if len(named) != len(ids) or len(named) > IDS_NAMED:
        named_or_many: dict[str, int] = {"": max(ids.values())}
    else:
        named_or_many = {str(identity): version for identity, version in named.items()}
    with connection.cursor() as cursor:
        for identity, version in named_or_many.items():
            payload = json.dumps({"w": str(workspace_id), "t": topic, "id": identity, "v": version})
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
