"""What follows from events about activities and tasks."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse

from samphan.administration import notifications
from samphan.administration.models import Member
from samphan.platform import live
from samphan.platform.events import Event, subscribe
from samphan.work.events import (
    ActivityWritten,
    MemberMentioned,
    TaskAssigned,
    TaskChanged,
    TasksAssigned,
    TasksChanged,
    WorkImported,
)
from samphan.work.models import Task


def _topics(event: Event) -> Iterable[tuple[str, UUID | None]]:
    if isinstance(event, ActivityWritten):
        yield "customer", event.customer_id
    elif isinstance(event, TaskChanged):
        yield "task", event.task_id
        if event.customer_id:
            yield "customer", event.customer_id
    elif isinstance(event, WorkImported):
        yield from (("customer", customer_id) for customer_id in event.customer_ids)
    elif isinstance(event, TasksChanged):
        yield from (("task", identity) for identity in event.task_ids)
        yield from (("customer", identity) for identity in event.customer_ids)


live.follow("work", ActivityWritten, TaskChanged, TasksChanged, WorkImported, topics=_topics)


@subscribe(TaskAssigned)
def tell_the_assignee(event: TaskAssigned) -> None:
    """Tell a member that a colleague gave them a task; one that went on to somebody else is not theirs to hear of."""
    title = Task.objects.filter(pk=event.task_id, assignee_id=event.assignee_id).values_list("title", flat=True).first()
    if title is not None:
        notifications.notify(
            [event.assignee_id],
            "work.task_assigned",
            key=str(event.task_id),
            values={"by": _name(event.by_id), "task": title},
            url=reverse("task-detail", args=[event.task_id]),
            by=event.by_id,
        )


@subscribe(TasksAssigned)
def tell_of_many_tasks(event: TasksAssigned) -> None:
    """Tell a member once that a colleague gave them several tasks in one act."""
    notifications.notify(
        [event.assignee_id],
        "work.tasks_assigned",
        key=str(event.act_id),
        values={"by": _name(event.by_id)},
        url=reverse("task-list") + "?f=assignee:is:me&f=is_open:is_true&sort=due_on",
        by=event.by_id,
    )


@subscribe(MemberMentioned)
def tell_who_was_mentioned(event: MemberMentioned) -> None:
    """Tell a member that a colleague named them; whether they may read the text is asked when they open it."""
    if event.task_id is not None:
        url = reverse("task-detail", args=[event.task_id])
    else:
        url = reverse("customer-detail", args=[event.customer_id]) if event.customer_id else ""
    notifications.notify(
        [event.member_id],
        "work.member_mentioned",
        key=str(event.task_id or event.activity_id),
        values={"by": _name(event.by_id)},
        url=url,
        by=event.by_id,
    )


def _name(member_id: UUID | None) -> str:
    if member_id is None:
        return "Samphan"
    return Member.objects.filter(pk=member_id).values_list("name", flat=True).first() or "Samphan"
