"""The fields of tasks: one declaration for the list, filters, views, in-place editing and export."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Value
from django.db.models.functions import Lower, StrIndex
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.administration.settings import choices
from samphan.customers.fields import one_customer
from samphan.platform import catalogue
from samphan.platform.catalogue import Choice, Entity, Field, Label, Privacy, Sort, Type
from samphan.work.choices import KINDS
from samphan.work.models import Task
from samphan.work.recurrence import WORDS

if TYPE_CHECKING:
    from django.db.models import QuerySet

TABLE = "work_task"
STATE_TONES: dict[str, str] = {
    Task.State.NOT_STARTED: "slate",
    Task.State.DOING: "sky",
    Task.State.WAITING: "amber",
    Task.State.DONE: "green",
    Task.State.CANCELLED: "slate",
}
NEVER = date(9999, 12, 31)  # where a task without a day stands among those with one
_CUSTOMER = (
    f"(SELECT c.name FROM customers_customer c WHERE c.workspace_id = {TABLE}.workspace_id"
    f" AND c.id = {TABLE}.customer_id AND c.deleted_at IS NULL)"
)
_TASK, _TIMES = _("Task"), _("Times")


def _choices(choices: "list[tuple[str, Label]]", tones: dict[str, str] | None = None) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, (tones or {}).get(str(value), "slate")) for value, label in choices)


def _moment(name: str, label: Label) -> Field:
    return Field(name, label, Type.DATETIME, Privacy.BUSINESS, f"{TABLE}.{name}", group=_TIMES, width=140)


TASKS = Entity(
    name="tasks",
    label=_("Task"),
    label_plural=_("Tasks"),
    label_count=_("%(count)s tasks"),
    model_label="work.Task",
    table=TABLE,
    default_sort=(("created_at", True),),
    url="/tasks/",
    fields=(
        Field(
            "title",
            _("Task"),
            Type.TEXT,
            Privacy.BUSINESS,
            f"{TABLE}.title",
            is_list_default=True,
            is_editable=True,
            group=_TASK,
            width=280,
        ),
        Field(
            "customer",
            _("Customer"),
            Type.TEXT,
            Privacy.BUSINESS,
            _CUSTOMER,
            is_list_default=True,
            group=_TASK,
            width=220,
        ),
        one_customer(TABLE, _TASK),
        Field(
            "due_on",
            _("Due"),
            Type.DATE,
            Privacy.BUSINESS,
            f"{TABLE}.due_on",
            # LEAST skips nulls as GREATEST does: what has no day comes behind every day.
            sort=Sort(f"LEAST({TABLE}.due_on, '{NEVER}'::date)", "date"),
            is_list_default=True,
            is_editable=True,
            group=_TIMES,
            width=130,
        ),
        Field(
            "state",
            _("State"),
            Type.CHOICE,
            Privacy.BUSINESS,
            f"{TABLE}.state",
            choices=_choices(list(Task.State.choices), STATE_TONES),
            is_list_default=True,
            is_editable=True,
            group=_TASK,
            width=120,
        ),
        Field(
            "assignee",
            _("Assignee"),
            Type.MEMBER,
            Privacy.BUSINESS,
            f"{TABLE}.assignee_id",
            is_list_default=True,
            is_editable=True,
            group=_TASK,
            width=130,
        ),
        Field(
            "kind",
            _("Kind"),
            Type.CHOICE,
            Privacy.BUSINESS,
            f"{TABLE}.kind",
            choices=choices.choices(KINDS),
            is_list_default=True,
            is_editable=True,
            group=_TASK,
            width=90,
        ),
        Field(
            "repeats",
            _("Repeats"),
            Type.CHOICE,
            Privacy.BUSINESS,
            f"({TABLE}.recurrence ->> 'every')",
            choices=_choices([(str(every), label) for every, label in WORDS.items()]),
            is_list_default=True,
            group=_TIMES,
            width=130,
        ),
        Field(
            "is_open",
            pgettext_lazy("state of a task", "Not finished"),
            Type.BOOLEAN,
            Privacy.BUSINESS,
            f"({TABLE}.closed_at IS NULL)",
            group=_TASK,
            width=80,
        ),
        Field("text", _("Details"), Type.LONG_TEXT, Privacy.PERSONAL, f"{TABLE}.text", group=_TASK, width=240),
        Field("made_by", _("Made by"), Type.MEMBER, Privacy.BUSINESS, f"{TABLE}.made_by_id", group=_TASK, width=130),
        _moment("due_at", _("Due at a time")),
        _moment("reminder_at", _("Reminder")),
        _moment("closed_at", _("Closed")),
        # UUIDv7 ids are made in the order of time: the index of the id serves the sort by creation.
        Field(
            "created_at",
            _("Added"),
            Type.DATETIME,
            Privacy.BUSINESS,
            f"{TABLE}.created_at",
            sort=Sort(f"{TABLE}.id", "uuid", True),
            group=_TIMES,
            width=110,
        ),
    ),
    search=lambda rows, text: search_tasks(rows, text),
)


def search_tasks(rows: "QuerySet[Task, Task]", text: str) -> "QuerySet[Task, Task]":
    """The tasks whose name holds the text."""
    return rows.alias(found=StrIndex(Lower("title"), Value(text.lower()))).filter(found__gt=0)


def register() -> None:
    """Make tasks known to the catalogue."""
    catalogue.register(TASKS)
