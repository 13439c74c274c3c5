"""Everything that writes activities and tasks; stands inside `in_workspace`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import hosts, writing
from samphan.administration.models import Member, Workspace
from samphan.administration.settings import choices
from samphan.customers.models import Customer
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError
from samphan.platform.events import Event, publish
from samphan.work import events
from samphan.work.choices import OUTCOMES
from samphan.work.days import working_day_after
from samphan.work.mentions import mentioned
from samphan.work.models import Activity, Task, TaskState
from samphan.work.permissions import ASSIGN
from samphan.work.recurrence import Every, Recurrence

MAX_TEXT = 20_000
MAX_DURATION = timedelta(hours=24)
MOST_AT_ONCE = 50_000  # tasks of one act
IDS_AT_ONCE = 500  # named in one event


class EmptyNote(DomainError):
    message = _("Write what the note should say.")


class TextTooLong(DomainError):
    message = _("This text has %(length)s characters; at most %(limit)s are kept.")


class NoTitle(DomainError):
    message = _("Write what is to be done.")


class BadFields(DomainError):
    """Own fields of the company that cannot be taken like this; `problems` has a sentence for each by its name."""

    message = _("The task cannot be saved like this.")

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = dict(problems)


class NotYours(DomainError):
    message = _("Only who wrote this may change it.")


class ClosedMeanwhile(DomainError):
    message = _("%(title)s was closed by somebody else meanwhile.")


class StrangeAssignee(DomainError):
    message = _("This person does not work here.")


class MayNotAssign(DomainError):
    message = _("Your role may not give tasks to others.")


class NoWeekdays(DomainError):
    message = _("Choose the days of the week on which it comes back.")


class NoDayToRepeat(DomainError):
    message = _("A task that comes back needs a day.")


class UnknownChoice(DomainError):
    message = _("“%(choice)s” is none of the choices here.")


class StrangeOutcome(DomainError):
    message = _("A note has no outcome.")


class StrangeDuration(DomainError):
    message = _("A duration is between nothing and 24 hours.")


def write_activity(
    customer: Customer,
    kind: str,
    text: str,
    *,
    acting_member: Viewer,
    at: datetime,
    duration: timedelta | None = None,
    direction: str = "",
    outcome: str = "",
) -> tuple[UUID, Activity]:
    """Write down what happened with a customer. Publishes ActivityWritten, and MemberMentioned for each @name.

    :returns: the changeset, for undo, and the activity.
    :raises EmptyNote: for a note without words. :raises TextTooLong, StrangeDuration, StrangeOutcome: as they say.
    :raises UnknownChoice: for an outcome that is none.
    """
    text = _checked(text)
    if kind == Activity.Kind.NOTE and not text:
        raise EmptyNote
    if outcome and outcome not in choices.known(OUTCOMES):
        raise UnknownChoice(choice=outcome[:40])
    if outcome and kind == Activity.Kind.NOTE:
        raise StrangeOutcome
    if duration is not None and not timedelta(0) <= duration <= MAX_DURATION:
        raise StrangeDuration
    with changeset("work.activity_written", member_id=acting_member.id) as act:
        activity = Activity.objects.create(
            workspace_id=customer.workspace_id,
            created_in=act,
            customer_id=customer.pk,
            member_id=acting_member.id,
            kind=kind,
            at=at,
            text=text,
            duration_seconds=None if duration is None else int(duration.total_seconds()),
            direction=direction if kind == Activity.Kind.CALL else "",
            outcome=outcome,
        )
        publish(events.ActivityWritten(activity.pk, customer.pk), *_mentions(activity, "", acting_member))
    return act, activity


def edit_activity(activity: Activity, text: str, *, acting_member: Viewer) -> UUID:
    """Write an activity anew. Publishes ActivityWritten and MemberMentioned for those named for the first time.

    :raises NotYours: for somebody else's.
    """
    _mine(activity, acting_member)
    text = _checked(text)
    if activity.kind == Activity.Kind.NOTE and not text:
        raise EmptyNote
    with changeset("work.activity_edited", member_id=acting_member.id) as act:
        before, activity.text = activity.text, text
        activity.save(update_fields=["text"])
        publish(events.ActivityWritten(activity.pk, activity.customer_id), *_mentions(activity, before, acting_member))
    return act


def move_activity(activity: Activity, at: datetime, *, acting_member: Viewer) -> UUID:
    """Put an activity at another time. Publishes ActivityWritten.

    :raises NotYours: for somebody else's.
    """
    _mine(activity, acting_member)
    with changeset("work.activity_moved", member_id=acting_member.id) as act:
        activity.at = at
        activity.save(update_fields=["at"])
        publish(events.ActivityWritten(activity.pk, activity.customer_id))
    return act


def delete_activity(activity: Activity, *, acting_member: Viewer) -> UUID:
    """Take an activity off the timeline; the changeset brings it back. Publishes ActivityWritten.

    :raises NotYours: for somebody else's.
    """
    _mine(activity, acting_member)
    with changeset("work.activity_deleted", member_id=acting_member.id) as act:
        publish(events.ActivityWritten(activity.pk, activity.customer_id))
        activity.delete()
    return act


@dataclass(frozen=True)
class Plan:
    """What a task is to be: the fields that a person gives."""

    title: str
    assignee_id: UUID
    customer_id: UUID | None = None
    text: str = ""
    kind: str = Task.Kind.OTHER
    due_on: date | None = None
    due_at: datetime | None = None
    reminder_at: datetime | None = None
    recurrence: Recurrence | None = None


def create_task(
    plan: Plan, *, acting_member: Viewer, at: datetime, custom: Mapping[str, object] | None = None
) -> tuple[UUID, Task]:
    """Make a task. Publishes TaskChanged, TaskAssigned when it is for somebody else, MemberMentioned for each @name.

    :param custom: what was typed into the company's own fields, by their names; None where nobody was asked.
    :raises NoTitle, TextTooLong, StrangeAssignee, MayNotAssign, NoDayToRepeat: as they say.
    :raises BadFields: with a sentence for each own field that cannot be taken; then nothing is written.
    """
    values = _values(plan, acting_member, None)
    host = hosts.find("tasks") if custom is not None else None
    found, refused = writing.read_values(host, custom or {}, acting_member, for_new=True) if host else ({}, {})
    if refused:
        raise BadFields({name: str(problem) for name, problem in refused.items()})
    with changeset("work.task_created", member_id=acting_member.id) as act:
        task = _made(values, act, acting_member, at)
        if host and found:
            try:
                writing.write_values(host, {task.pk: found}, acting_member=acting_member, at=at)
            except writing.TakenValue as taken:
                raise BadFields({taken.name: str(taken)}) from None
        publish(*_task_events(task), *_assigned(task, None, acting_member), *_task_mentions(task, "", acting_member))
    return act, task


def create_tasks(plans: Sequence[Plan], *, acting_member: Viewer, at: datetime) -> tuple[UUID, list[Task]]:
    """Make many tasks as one act, in sets. Publishes TasksChanged, and TasksAssigned for each colleague.

    :raises NoTitle, TextTooLong, StrangeAssignee, MayNotAssign: as `create_task`; then none is made.
    """
    checked: dict[UUID, None] = {}
    values = []
    for plan in plans:
        values.append(_values(plan, acting_member, plan.assignee_id if plan.assignee_id in checked else None))
        checked[plan.assignee_id] = None
    with changeset("work.tasks_created", member_id=acting_member.id, note={"count": len(plans)}) as act:
        tasks = Task.objects.bulk_create(
            [
                Task(workspace_id=acting_member.workspace_id, created_in=act, made_by_id=acting_member.id, **one)
                for one in values
            ]
        )
        TaskState.objects.bulk_create(
            [
                TaskState(
                    workspace_id=task.workspace_id, created_in=act, task_id=task.pk, state=task.state, at=at,
                    member_id=acting_member.id,
                )
                for task in tasks
            ]
        )  # fmt: skip
        for begin in range(0, len(tasks), 500):
            part = tasks[begin : begin + 500]
            customers = tuple({task.customer_id for task in part if task.customer_id})
            publish(events.TasksChanged(tuple(task.pk for task in part), customers))
        publish(
            *(
                events.TasksAssigned(act, assignee_id, acting_member.id)
                for assignee_id in checked
                if assignee_id != acting_member.id
            )
        )
    return act, tasks


def change_task(task: Task, plan: Plan, *, acting_member: Viewer) -> UUID:
    """Give a task other fields. Publishes as `create_task` does.

    :raises NoTitle, TextTooLong, StrangeAssignee, MayNotAssign, NoDayToRepeat: as they say.
    """
    values = _values(plan, acting_member, task.assignee_id)
    before, text = task.assignee_id, f"{task.title}\n{task.text}"
    with changeset("work.task_changed", member_id=acting_member.id) as act:
        for name, value in values.items():
            setattr(task, name, value)
        task.save(update_fields=[*values])
        publish(
            *_task_events(task), *_assigned(task, before, acting_member), *_task_mentions(task, text, acting_member)
        )
    return act


def move_task(task: Task, state: str, *, acting_member: Viewer, at: datetime) -> UUID:
    """Bring a task into a state; done makes the next one where it comes back. Publishes TaskChanged, and TaskDone.

    :raises ClosedMeanwhile: when somebody else has closed it, so that of two people who finish it one wins.
    """
    is_closing = state in Task.CLOSED
    with changeset("work.task_moved", member_id=acting_member.id, note={"state": state}) as act:
        here = Task.objects.filter(pk=task.pk, workspace_id=task.workspace_id)
        # What this reader saw is the lock: a task that was closed meanwhile stays as that person left it.
        here = here.filter(closed_at__isnull=True) if task.is_open else here.filter(closed_at=task.closed_at)
        if not here.update(state=state, closed_at=at if is_closing else None):
            raise ClosedMeanwhile(title=task.title)
        task.refresh_from_db()
        TaskState.objects.create(
            workspace_id=task.workspace_id, created_in=act, task_id=task.pk, state=state, at=at,
            member_id=acting_member.id,
        )  # fmt: skip
        happened: list[Event] = [*_task_events(task)]
        if state == Task.State.DONE:
            happened.append(events.TaskDone(task.pk, task.customer_id, task.assignee_id))
            if (values := following(task, _day_of(task.workspace_id, at))) is not None:
                made = _made(values, act, acting_member, at)
                happened += _task_events(made)
        publish(*happened)
    return act


def postpone_task(task: Task, due_on: date | None, *, acting_member: Viewer, due_at: datetime | None = None) -> UUID:
    """Put a task on another day, its reminder along; its time of day goes unless one is given. Publishes TaskChanged.

    :raises ClosedMeanwhile: when it is closed.
    """
    with changeset("work.task_postponed", member_id=acting_member.id) as act:
        open_ones = Task.objects.filter(pk=task.pk, workspace_id=task.workspace_id).open()
        reminder_at = task.reminder_at
        if reminder_at is not None and task.due_on is not None:
            reminder_at = reminder_at + (due_on - task.due_on) if due_on is not None else None
        if not open_ones.update(due_on=due_on, due_at=due_at, reminder_at=reminder_at):
            raise ClosedMeanwhile(title=task.title)
        task.refresh_from_db()
        publish(*_task_events(task))
    return act


def hand_over_tasks(assignee_id: UUID, to_id: UUID, *, acting_member: Viewer) -> int:
    """Give the open tasks of one member to another, at most MOST_AT_ONCE; returns how many.

    Publishes TasksChanged and TasksAssigned. The caller has made sure that the other one has access.
    """
    with changeset("work.tasks_handed_over", member_id=acting_member.id) as act:
        theirs = Task.objects.visible_to(acting_member).open().filter(assignee_id=assignee_id).order_by("pk")
        found = list(theirs.select_for_update().values_list("pk", "customer_id")[:MOST_AT_ONCE])
        Task.objects.filter(pk__in=[task_id for task_id, _customer in found]).update(assignee_id=to_id)
        for start in range(0, len(found), IDS_AT_ONCE):
            part = found[start : start + IDS_AT_ONCE]
            publish(
                events.TasksChanged(
                    tuple(task_id for task_id, _customer in part),
                    tuple({customer for _task, customer in part if customer is not None}),
                )
            )
        if found and to_id != acting_member.id:
            publish(events.TasksAssigned(act, to_id, acting_member.id))
    return len(found)


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise TextTooLong(length=f"{len(text):,}", limit=f"{MAX_TEXT:,}")
    return text


def checked_title(text: str) -> str:
    """The name of a task as it is stored.

    :raises NoTitle, TextTooLong: as they say.
    """
    title = " ".join(text.split())
    if not title:
        raise NoTitle
    if len(title) > 300:
        raise TextTooLong(length=len(title), limit=300)
    return title


def _mine(activity: Activity, acting_member: Viewer) -> None:
    if activity.member_id != acting_member.id:
        raise NotYours


def _values(plan: Plan, acting_member: Viewer, assignee_before: UUID | None) -> dict[str, Any]:
    title = checked_title(plan.title)
    if plan.recurrence is not None and plan.due_on is None:
        raise NoDayToRepeat
    if plan.recurrence is not None and plan.recurrence.every is Every.WEEKDAYS and not plan.recurrence.days:
        raise NoWeekdays
    if plan.assignee_id != assignee_before:
        members = Member.objects.filter(workspace_id=acting_member.workspace_id, pk=plan.assignee_id, is_active=True)
        if not members.exists():
            raise StrangeAssignee
        if plan.assignee_id != acting_member.id and not acting_member.may(ASSIGN):
            raise MayNotAssign
    return {
        "title": title,
        "text": _checked(plan.text),
        "kind": plan.kind,
        "customer_id": plan.customer_id,
        "assignee_id": plan.assignee_id,
        "due_on": plan.due_on,
        "due_at": plan.due_at,
        "reminder_at": plan.reminder_at,
        "recurrence": plan.recurrence.stored() if plan.recurrence else {},
    }


def _made(values: dict[str, Any], act: UUID, acting_member: Viewer, at: datetime) -> Task:
    task = Task.objects.create(
        workspace_id=acting_member.workspace_id, created_in=act, made_by_id=acting_member.id, **values
    )
    TaskState.objects.create(
        workspace_id=task.workspace_id, created_in=act, task_id=task.pk, state=task.state, at=at,
        member_id=acting_member.id,
    )  # fmt: skip
    return task


def following(task: Task, today: date) -> dict[str, Any] | None:
    """The fields of the next task of one that comes back; days that have passed meanwhile are left out."""
    rule = Recurrence.of(task.recurrence)
    if rule is None or task.due_on is None:
        return None
    works = working_day_after(task.workspace_id) if rule.every is Every.WORKING_DAY else None
    day = rule.after(task.due_on, works)
    while day < today:
        day = rule.after(day, works)
    moved = day - task.due_on
    return {
        "title": task.title,
        "text": task.text,
        "kind": task.kind,
        "customer_id": task.customer_id,
        "assignee_id": task.assignee_id,
        "due_on": day,
        "due_at": task.due_at + moved if task.due_at else None,
        "reminder_at": task.reminder_at + moved if task.reminder_at else None,
        "recurrence": task.recurrence,
        "follows": task.pk,
    }


def _day_of(workspace_id: UUID, at: datetime) -> date:
    """The day that a moment has where the company is: late in the evening of UTC it is tomorrow in Bangkok."""
    return at.astimezone(Workspace.objects.only("time_zone").get(pk=workspace_id).zone).date()


def _task_events(task: Task) -> list[Event]:
    return [events.TaskChanged(task.pk, task.customer_id, task.assignee_id)]


def _assigned(task: Task, before: UUID | None, acting_member: Viewer) -> list[Event]:
    if task.assignee_id in (before, acting_member.id):
        return []
    return [events.TaskAssigned(task.pk, task.assignee_id, acting_member.id)]


def _named(text: str, before: str, acting_member: Viewer) -> Iterable[UUID]:
    if "@" not in text:
        return []
    members = list(Member.objects.filter(workspace_id=acting_member.workspace_id, is_active=True))
    known = set(mentioned(before, members))
    return [one for one in mentioned(text, members) if one not in known and one != acting_member.id]


def _mentions(activity: Activity, before: str, acting_member: Viewer) -> list[Event]:
    return [
        events.MemberMentioned(one, acting_member.id, activity.customer_id, activity_id=activity.pk)
        for one in _named(activity.text, before, acting_member)
    ]


def _task_mentions(task: Task, before: str, acting_member: Viewer) -> list[Event]:
    return [
        events.MemberMentioned(one, acting_member.id, task.customer_id, task_id=task.pk)
        for one in _named(f"{task.title}\n{task.text}", before, acting_member)
    ]
