"""What happens in the work with customers, for every domain that wants to know."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from samphan.platform.events import Event


@dataclass(frozen=True)
class ActivityWritten(Event):
    """A note, call, visit or meeting was written, changed or taken off the timeline of a customer."""

    type: ClassVar[str] = "work.activity_written"
    activity_id: UUID
    customer_id: UUID


@dataclass(frozen=True)
class TaskChanged(Event):
    """A task was made, changed, moved to another state or day, or given to somebody."""

    type: ClassVar[str] = "work.task_changed"
    task_id: UUID
    customer_id: UUID | None
    assignee_id: UUID


@dataclass(frozen=True)
class WorkImported(Event):
    """A piece of a file brought activities or tasks of these customers."""

    type: ClassVar[str] = "work.work_imported"
    customer_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class TaskAssigned(Event):
    """A task was given to somebody by somebody else."""

    type: ClassVar[str] = "work.task_assigned"
    task_id: UUID
    assignee_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class TasksChanged(Event):
    """One act changed many tasks, at most 500 to an event; `customer_ids` are those that they are for."""

    type: ClassVar[str] = "work.tasks_changed"
    task_ids: tuple[UUID, ...]
    customer_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class TasksAssigned(Event):
    """Several tasks were given to somebody in one act; `act_id` is the changeset."""

    type: ClassVar[str] = "work.tasks_assigned"
    act_id: UUID
    assignee_id: UUID
    by_id: UUID | None


@dataclass(frozen=True)
class TaskDone(Event):
    """A task was done."""

    type: ClassVar[str] = "work.task_done"
    task_id: UUID
    customer_id: UUID | None
    assignee_id: UUID


@dataclass(frozen=True)
class MemberMentioned(Event):
    """Somebody was named with an @ in a note or a task."""

    type: ClassVar[str] = "work.member_mentioned"
    member_id: UUID
    by_id: UUID | None
    customer_id: UUID | None
    activity_id: UUID | None = None
    task_id: UUID | None = None
