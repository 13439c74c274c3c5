"""Fields of many tasks in one act: cells of the list, what is pasted into them, and one field of all selected.

A state goes the same way as through `move_task`: it is written down with its time, and what comes back is made anew.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member
from samphan.administration.queries import members
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError
from samphan.platform.events import Event, publish
from samphan.platform.thai.problems import ValueProblem
from samphan.work import actions, events, reading
from samphan.work.models import Task, TaskState
from samphan.work.permissions import ASSIGN

CELL_FIELDS = ("title", "due_on", "state", "assignee", "kind")
BULK_FIELDS = ("assignee", "due_on", "state", "kind")
MAX_AT_ONCE = 10_000
BATCH = 500
IDS_AT_ONCE = 500  # named in one event


class CellsChanged(DomainError):
    message = _("Somebody changed these cells meanwhile. Look at what will change once more.")


class BadCells(DomainError):
    message = _("Some cells cannot be taken; nothing was written.")


@dataclass(frozen=True)
class TaskEdit:
    """One cell to write. `value` is a text as people type or paste it: labels, names of members, dates in either era."""

    task_id: UUID
    field: str
    value: str


@dataclass(frozen=True)
class TaskChange:
    """A cell that will have another value; both as stored."""

    task_id: UUID
    field: str
    old: str
    new: str


@dataclass
class TaskPlan:
    """What edits would do: changes, troubles as (task, field, words), and the fingerprint of what they rest on."""

    changes: list[TaskChange] = field(default_factory=list)
    troubles: list[tuple[UUID, str, str]] = field(default_factory=list)
    seen: str = ""
    rows: dict[UUID, Task] = field(default_factory=dict)
    before: dict[UUID, dict[str, Any]] = field(default_factory=dict)


def stored(task: Task, name: str) -> str:
    """A value as cells keep it: an ISO date, the value of a choice, the id of a member."""
    value = task.assignee_id if name == "assignee" else getattr(task, name)
    return value.isoformat() if isinstance(value, date) else str(value or "")


class CellReader:
    """Reads what was typed for one member, on one day."""

    def __init__(self, member: Member, at: datetime) -> None:
        self.member, self.at = member, at
        self.zone = ZoneInfo(member.workspace.time_zone)
        self.today = at.astimezone(self.zone).date()
        self._people: list[Member] | None = None
        self._read: dict[tuple[str, str], Any] = {}

    def read(self, name: str, text: str) -> Any:
        """The value that a text means.

        :raises ValueProblem, DomainError: with a sentence that says what is wrong with it.
        """
        if (name, text) not in self._read:
            self._read[name, text] = self._value(name, text.strip())
        return self._read[name, text]

    def _value(self, name: str, text: str) -> Any:
        if name == "due_on":
            return reading.read_day("" if text == "—" else text, self.today)
        if name == "assignee":
            return self._person(text)
        if name == "title":
            return actions.checked_title(text)
        choices = {"state": Task.State, "kind": Task.Kind}.get(name)
        if choices is not None:
            for value, label in choices.choices:
                if text.casefold() in (value.casefold(), str(label).casefold()):
                    return value
        raise actions.UnknownChoice(choice=text[:60])

    def _person(self, text: str) -> UUID:
        if self._people is None:
            self._people = list(members(self.member))
        named = [one.pk for one in self._people if text in (str(one.pk), "me" if one.pk == self.member.pk else None)]
        named = named or [one.pk for one in self._people if one.name.casefold() == text.casefold()]
        if len(named) != 1:
            raise actions.StrangeAssignee if not named else actions.UnknownChoice(choice=text[:60])
        if named[0] != self.member.pk and not self.member.may(ASSIGN):
            raise actions.MayNotAssign
        return named[0]


def plan_cells(edits: Sequence[TaskEdit], *, acting_member: Member, at: datetime, lock: bool = False) -> TaskPlan:
    """What the edits would change, and which of them cannot be taken; writes nothing."""
    found = Task.objects.visible_to(acting_member).filter(pk__in={edit.task_id for edit in edits}).order_by("pk")
    plan = TaskPlan(rows={row.pk: row for row in (found.select_for_update() if lock else found)})
    reader, rests_on = CellReader(acting_member, at), hashlib.sha256()
    for edit in edits:
        task = plan.rows.get(edit.task_id)
        if task is None or edit.field not in CELL_FIELDS:
            said = _("This task is no longer there.") if task is None else _("This column is not edited in the list")
            plan.troubles.append((edit.task_id, edit.field, str(said)))
            continue
        old = stored(task, edit.field)
        rests_on.update(f"{task.pk}|{edit.field}|{old}\n".encode())
        try:
            value = reader.read(edit.field, edit.value)
        except (ValueProblem, DomainError) as problem:
            plan.troubles.append((edit.task_id, edit.field, str(problem)))
            continue
        _set(task, edit.field, value, plan.before.setdefault(task.pk, {}), reader)
        if (new := stored(task, edit.field)) != old:
            plan.changes.append(TaskChange(task.pk, edit.field, old, new))
    plan.seen = rests_on.hexdigest()[:32]
    return plan


def _set(task: Task, name: str, value: Any, before: dict[str, Any], reader: CellReader) -> None:
    """Give a task the value, and what follows from it: the time of day and the reminder go along with the day."""
    column = "assignee_id" if name == "assignee" else name
    if getattr(task, column) == value:
        return
    before.setdefault(column, getattr(task, column))
    if name == "due_on":
        if task.due_at is not None:
            clock = task.due_at.astimezone(reader.zone).timetz().replace(tzinfo=None)
            task.due_at = datetime.combine(value, clock, reader.zone) if value else None
        if task.reminder_at is not None and task.due_on is not None:
            task.reminder_at = task.reminder_at + (value - task.due_on) if value else None
    if name == "state":
        task.closed_at = (task.closed_at or reader.at) if value in Task.CLOSED else None
    setattr(task, column, value)


def write_cells(edits: Sequence[TaskEdit], *, acting_member: Member, at: datetime, seen: str = "") -> tuple[UUID, int]:
    """Write the edits as one changeset, all or none. Publishes TasksChanged, and TaskDone and TasksAssigned where they fit.

    :param seen: fingerprint of the plan that somebody agreed to; "" to write without one.
    :returns: the changeset, for undo, and the number of cells that changed.
    :raises BadCells: when one of them cannot be taken. :raises CellsChanged: when the values differ from those planned.
    """
    with changeset("work.tasks_edited", member_id=acting_member.id, note={"cells": len(edits)}) as act:
        plan = plan_cells(edits, acting_member=acting_member, at=at, lock=True)
        if plan.troubles:
            raise BadCells(plan.troubles[0][2])
        if seen and seen != plan.seen:
            raise CellsChanged
        changed = [task for task in plan.rows.values() if plan.before.get(task.pk)]
        if changed:
            columns = ["title", "kind", "state", "closed_at", "due_on", "due_at", "reminder_at", "assignee"]
            Task.objects.filter(workspace_id=acting_member.workspace_id).bulk_update(changed, columns, batch_size=BATCH)
            moved = [task for task in changed if "state" in plan.before[task.pk]]
            publish(*_moved(moved, acting_member, at), *_events(changed, plan, act, acting_member))
    return act, len(plan.changes)


def edit_tasks(
    task_ids: Sequence[UUID], name: str, value: str, *, acting_member: Member, at: datetime
) -> tuple[UUID, int]:
    """Give many tasks one value in one field; those that are gone are left out. Returns as `write_cells` does."""
    here = set(Task.objects.visible_to(acting_member).filter(pk__in=task_ids).values_list("pk", flat=True))
    edits = [TaskEdit(task_id, name, value) for task_id in task_ids if task_id in here]
    return write_cells(edits, acting_member=acting_member, at=at)


def _moved(moved: Sequence[Task], acting_member: Member, at: datetime) -> list[Event]:
    """Write down the new states, and make the next ones of what comes back."""
    made: list[Task] = []
    done = [task for task in moved if task.state == Task.State.DONE]
    if done:
        today = at.astimezone(ZoneInfo(acting_member.workspace.time_zone)).date()
        made = [
            Task(workspace_id=task.workspace_id, created_in=current_changeset(), made_by_id=acting_member.id, **values)
            for task in done
            if (values := actions.following(task, today)) is not None
        ]
        Task.objects.bulk_create(made, batch_size=BATCH)
    TaskState.objects.bulk_create(
        [
            TaskState(
                workspace_id=task.workspace_id, created_in=current_changeset(), task_id=task.pk, state=task.state, at=at,
                member_id=acting_member.id,
            )
            for task in (*moved, *made)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return [events.TaskDone(task.pk, task.customer_id, task.assignee_id) for task in done]


def _events(changed: Sequence[Task], plan: TaskPlan, act: UUID, acting_member: Member) -> list[Event]:
    found: list[Event] = []
    for start in range(0, len(changed), IDS_AT_ONCE):
        part = changed[start : start + IDS_AT_ONCE]
        theirs = tuple({task.customer_id for task in part if task.customer_id})
        found.append(events.TasksChanged(tuple(task.pk for task in part), theirs))
    given: dict[UUID, list[Task]] = {}
    for task in changed:
        if "assignee_id" in plan.before[task.pk] and task.assignee_id != acting_member.id:
            given.setdefault(task.assignee_id, []).append(task)
    for assignee_id, tasks in given.items():
        if len(tasks) == 1:
            found.append(events.TaskAssigned(tasks[0].pk, assignee_id, acting_member.id))
        else:
            found.append(events.TasksAssigned(act, assignee_id, acting_member.id))
    return found
