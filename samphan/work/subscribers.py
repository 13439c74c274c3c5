"""What follows from events about activities and tasks."""

from collections.abc import Iterable
from uuid import UUID

from samphan.platform import live
from samphan.platform.events import Event
from samphan.work.events import ActivityWritten, TaskChanged


def _topics(event: Event) -> Iterable[tuple[str, UUID | None]]:
    if isinstance(event, ActivityWritten):
        yield "customer", event.customer_id
    elif isinstance(event, TaskChanged):
        yield "task", event.task_id
        if event.customer_id:
            yield "customer", event.customer_id


live.follow("work", ActivityWritten, TaskChanged, topics=_topics)
