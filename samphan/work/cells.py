"""Fields of many tasks in one act: cells of the list, what is pasted into them, and one field of all selected.

A state goes the same way as through `move_task`: it is written down with its time, and what comes back is made anew.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.lists.editing import CellEdit, RecordCells
from samphan.administration.models import Member
from samphan.platform.changes.recording import current_changeset
from samphan.platform.events import Event, publish
from samphan.work import actions, events, reading
from samphan.work.actions import IDS_AT_ONCE
from samphan.work.models import Task, TaskQuerySet, TaskState
from samphan.work.permissions import ASSIGN
from samphan.work.task_fields import TASKS

CELL_FIELDS = ("title", "due_on", "state", "assignee", "kind")
BULK_FIELDS = ("assignee", "due_on", "state", "kind")
MAX_AT_ONCE = 10_000
BATCH = 500


class TaskCells(RecordCells[Task]):
    """Cells of the tasks' list. Publishes TasksChanged, and TaskDone and TasksAssigned where they fit."""

    entity_name = "tasks"
    fields = CELL_FIELDS
    act = "work.tasks_edited"
    gone = _("This task is no longer there.")

    def __init__(self, acting_member: Member, at: datetime | None = None) -> None:
        super().__init__(acting_member, at)
        self.zone = acting_member.workspace.zone
        self.today = self.at.astimezone(self.zone).date()
        self._read: dict[tuple[str, str], Any] = {}

    def visible(self) -> TaskQuerySet:
        return Task.objects.visible_to(self.member)

    def prepare(self, edits: Sequence[CellEdit]) -> None:
        self.before: dict[UUID, dict[str, Any]] = {}  # what the columns held that change, by task

    def stored(self, record: Task, field: str) -> str:
        value = record.assignee_id if field == "assignee" else getattr(record, field)
        return value.isoformat() if isinstance(value, date) else str(value or "")

    def put(self, record: Task, field: str, text: str) -> bool:
        value = self.read(field, text)
        column = "assignee_id" if field == "assignee" else field
        if getattr(record, column) == value:
            return False
        self.before.setdefault(record.pk, {}).setdefault(column, getattr(record, column))
        if field == "due_on":
            self._take_along(record, value)
        if field == "state":
            record.closed_at = (record.closed_at or self.at) if value in Task.CLOSED else None
        setattr(record, column, value)
        return True

    def save(self, act: UUID) -> None:
        changed = [task for task in self.records.values() if task.pk in self.before]
        columns = ["title", "kind", "state", "closed_at", "due_on", "due_at", "reminder_at", "assignee"]
        Task.objects.filter(workspace_id=self.member.workspace_id).bulk_update(changed, columns, batch_size=BATCH)
        moved = [task for task in changed if "state" in self.before[task.pk]]
        publish(*self._moved(moved), *self._events(changed, act))

    def read(self, name: str, text: str) -> Any:
        """The value that a text means.

        :raises DomainError: with a sentence that says what is wrong with it.
        """
        if (name, text) not in self._read:
            self._read[name, text] = self._value(name, text.strip())
        return self._read[name, text]

    def _value(self, name: str, text: str) -> Any:
        if name == "due_on":
            return reading.read_day("" if text == "—" else text, self.today)
        if name == "assignee":
            return self._assignee(text)
        if name == "title":
            return actions.checked_title(text)
        if (value := TASKS.field(name).choice_named(text)) is None:
            raise actions.UnknownChoice(choice=text[:60])
        return value

    def _assignee(self, text: str) -> UUID:
        found = self.named(str(self.member.pk) if text == "me" else text)
        if len(found) != 1:
            raise actions.StrangeAssignee if not found else actions.UnknownChoice(choice=text[:60])
        if found[0] != self.member.pk and not self.member.may(ASSIGN):
            raise actions.MayNotAssign
        return found[0]

    def _take_along(self, task: Task, day: date | None) -> None:
        """Take the time of day and the reminder along to another day."""
        if task.due_at is not None:
            task.due_at = reading.on_day(task.due_at, day, self.zone) if day else None
        if task.reminder_at is not None and task.due_on is not None:
            task.reminder_at = task.reminder_at + (day - task.due_on) if day else None

    def _moved(self, moved: Sequence[Task]) -> list[Event]:
        """Write down the new states, and make the next ones of what comes back."""
        done = [task for task in moved if task.state == Task.State.DONE]
        made = [
            Task(workspace_id=task.workspace_id, created_in=current_changeset(), made_by_id=self.member.pk, **values)
            for task in done
            if (values := actions.following(task, self.today)) is not None
        ]
        Task.objects.bulk_create(made, batch_size=BATCH)
        TaskState.objects.bulk_create(
            [
                TaskState(
                    workspace_id=task.workspace_id, created_in=current_changeset(), task_id=task.pk, state=task.state,
                    at=self.at, member_id=self.member.pk,
                )
                for task in (*moved, *made)
            ],
            batch_size=BATCH,
        )  # fmt: skip
        return [events.TaskDone(task.pk, task.customer_id, task.assignee_id) for task in done]

    def _events(self, changed: Sequence[Task], act: UUID) -> list[Event]:
        found: list[Event] = []
        for start in range(0, len(changed), IDS_AT_ONCE):
            part = changed[start : start + IDS_AT_ONCE]
            theirs = tuple({task.customer_id for task in part if task.customer_id})
            found.append(events.TasksChanged(tuple(task.pk for task in part), theirs))
        given: dict[UUID, list[Task]] = {}
        for task in changed:
            if "assignee_id" in self.before[task.pk] and task.assignee_id != self.member.pk:
                given.setdefault(task.assignee_id, []).append(task)
        for assignee_id, tasks in given.items():
            if len(tasks) == 1:
                found.append(events.TaskAssigned(tasks[0].pk, assignee_id, self.member.pk))
            else:
                found.append(events.TasksAssigned(act, assignee_id, self.member.pk))
        return found


def edit_tasks(
    task_ids: Sequence[UUID], name: str, value: str, *, acting_member: Member, at: datetime
) -> tuple[UUID, int]:
    """Give many tasks one value in one field; those that are gone are left out.

    :returns: the changeset, for undo, and the number of tasks that changed. :raises BadCells: when it cannot be taken.
    """
    cells = TaskCells(acting_member, at)
    here = set(cells.visible().filter(pk__in=task_ids).values_list("pk", flat=True))
    return cells.write([CellEdit(task_id, name, value) for task_id in task_ids if task_id in here])
