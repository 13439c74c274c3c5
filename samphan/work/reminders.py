"""Reminders of tasks: when one is due, and telling whoever has the task, once."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration import notifications
from samphan.customers.models import Customer
from samphan.customers.names import NAME_COLUMNS, written_name
from samphan.platform.errors import DomainError
from samphan.work.models import Task

MORNING = time(9)  # of a task without a time of day
OWN = "own"
LEADS: dict[str, tuple[timedelta, str | Promise]] = {
    "0": (timedelta(0), _("At the time")),
    "10": (timedelta(minutes=10), _("10 minutes before")),
    "60": (timedelta(hours=1), _("1 hour before")),
    "1440": (timedelta(days=1), _("1 day before")),
}
PART = 200  # reminders of one transaction; each is one person's own line under the bell
KIND = "work.task_due"


class ReminderNeedsDay(DomainError):
    message = _("A reminder needs a day: give the task one, or name the reminder's own time.")


class ReminderPassed(DomainError):
    message = _("The time of this reminder has passed.")


def declare() -> None:
    """Give the notification its words."""
    notifications.declare_topic(KIND, _("A task reminds me"), icon="alarm-clock", order=20, is_mailed=True)
    notifications.declare(KIND, _("Reminder: %(task)s"), body="%(customer)s", icon="alarm-clock", topic=KIND)


def base_of(due_on: date | None, due_at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment that a reminder counts from: the time of the task, or nine in the morning of its day."""
    return due_at or (datetime.combine(due_on, MORNING, zone) if due_on else None)


def moment_of(lead: str, due_on: date | None, due_at: datetime | None, zone: ZoneInfo) -> datetime:
    """When to remind, a lead of `LEADS` before the task.

    :raises ReminderNeedsDay: for a task without a day.
    """
    base = base_of(due_on, due_at, zone)
    if base is None:
        raise ReminderNeedsDay
    return base - LEADS[lead][0]


def lead_of(task: Task, zone: ZoneInfo) -> str:
    """How a task's reminder was chosen: a lead, `OWN`, or "" for none."""
    if task.reminder_at is None:
        return ""
    base = base_of(task.due_on, task.due_at, zone)
    return next((name for name, (lead, _label) in LEADS.items() if base and base - lead == task.reminder_at), OWN)


def remind_due(workspace_id: UUID, *, at: datetime) -> int:
    """Tell the assignees of open tasks whose reminder has come; returns how many. Safe to run twice, and after a downtime.

    A reminder that moved is told again: what counts is whether it was told since its moment. Stands inside `in_workspace`.
    """
    told = 0
    while True:
        rows = Task.objects.filter(workspace_id=workspace_id).open().filter(reminder_at__lte=at)
        rows = rows.filter(Q(reminded_at__isnull=True) | Q(reminded_at__lt=F("reminder_at"))).order_by("reminder_at")
        due = list(rows.select_for_update(skip_locked=True)[:PART])
        if not due:
            return told
        ids = {task.customer_id for task in due if task.customer_id}
        live = Customer.objects.filter(workspace_id=workspace_id, pk__in=ids, deleted_at__isnull=True)
        names = {row["pk"]: written_name(row) for row in live.values("pk", *NAME_COLUMNS)} if ids else {}
        for task in due:
            told += notifications.notify(
                [task.assignee_id],
                KIND,
                key=f"{task.pk}:{task.reminder_at:%Y%m%d%H%M%S%z}",
                values={"task": task.title, "customer": names.get(task.customer_id, "") if task.customer_id else ""},
                url=reverse("task-detail", args=[task.pk]),
                at=at,
            )
        Task.objects.filter(workspace_id=workspace_id, pk__in=[task.pk for task in due]).update(reminded_at=at)
