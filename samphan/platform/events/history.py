"""Read again what was published: a replay asks for the events of a time, as long as the outbox keeps them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import Delivery, Event, know, read

AT_ONCE = 500


def between(
    workspace_id: UUID, event_types: Sequence[type[Event]], since: datetime, until: datetime
) -> Iterator[list[Delivery]]:
    """The events of these types of a workspace between two moments, both included, in pieces by id."""
    for event_type in event_types:
        know(event_type)
    asked = OutboxEvent.objects.filter(
        workspace_id=workspace_id, at__gte=since, at__lte=until, type__in=[one.type for one in event_types]
    ).order_by("id")
    after = 0
    while rows := list(asked.filter(id__gt=after)[:AT_ONCE]):
        after = rows[-1].id
        yield [Delivery(row.id, row.workspace_id, row.at, read(row.type, row.payload)) for row in rows]
