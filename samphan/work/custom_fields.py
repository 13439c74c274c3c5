"""Tasks may have custom fields."""

from collections.abc import Collection, Sequence
from uuid import UUID

from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.hosts import Host
from samphan.platform.events import publish
from samphan.work.actions import IDS_AT_ONCE
from samphan.work.events import TasksChanged
from samphan.work.models import Task
from samphan.work.permissions import TASK, VIEW


def _changed(task_ids: Sequence[UUID], names: Collection[str]) -> None:
    for start in range(0, len(task_ids), IDS_AT_ONCE):
        part = task_ids[start : start + IDS_AT_ONCE]
        theirs = Task.objects.filter(pk__in=part, customer__isnull=False).values_list("customer_id", flat=True)
        publish(TasksChanged(tuple(part), tuple(set(theirs))))


def register() -> None:
    """Let an administrator give tasks further fields."""
    hosts.register(
        Host(
            entity_name="tasks",
            view=VIEW,
            change=TASK,
            rows=lambda viewer: Task.objects.visible_to(viewer),
            changed=_changed,
            page="task-detail",
            icon="list-checks",
            has_form=True,
        )
    )
