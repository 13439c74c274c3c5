"""All tasks as the house's list, with cells that are edited in place, and the quick view beside it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from samphan.administration import lists
from samphan.administration.lists import Cell, Row
from samphan.administration.lists.cells import ValueWriter
from samphan.administration.lists.editing import BulkEditing, CellForm, Editing
from samphan.administration.lists.page import ListPage, choice_pairs
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.customers import names
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.ui.templatetags.ui import NOTHING
from samphan.work.cells import BULK_FIELDS, MAX_AT_ONCE, TaskCells, edit_tasks
from samphan.work.models import Task
from samphan.work.permissions import EXPORT, TASK, VIEW
from samphan.work.task_fields import TABLE
from samphan.work.views.tasks import ways_of
from samphan.work.words import due_words, state_label

# What the name of a task's customer is written from, as every other list writes it.
CUSTOMER_CALLED = (
    f"(SELECT {names.name_sql('c')} FROM customers_customer c WHERE c.workspace_id = {TABLE}.workspace_id"
    f" AND c.id = {TABLE}.customer_id AND c.deleted_at IS NULL)"
)
MINE = "f=assignee:is:me&f=is_open:is_true&sort=due_on"


@require_GET
@requires(VIEW)
def task_list(request: MemberRequest) -> HttpResponse:
    """The list that the address describes; for htmx with the rows as target, its next rows."""
    may_change = request.member.may(TASK)
    return ListPage(request, TASK_LIST).answer(
        "work/task_list.html",
        selectable=may_change,
        more=lambda _count: {
            "may_change": may_change,
            "may_export": request.member.may(EXPORT),
            "viewed": _viewed(request, as_uuid(request.GET.get("view", ""))),
        },
    )


@require_GET
@requires(VIEW)
def task_quick_view(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """One task beside the list."""
    get_object_or_404(Task.objects.visible_to(request.member), pk=task_id)
    return render(request, "work/task_quick_view.html", {"viewed": _viewed(request, task_id)})


def _viewed(request: MemberRequest, task_id: UUID | None) -> dict[str, Any] | None:
    if task_id is None:
        return None
    task = Task.objects.visible_to(request.member).select_related("assignee").filter(pk=task_id).first()
    if task is None:
        return None
    customer = None
    if task.customer_id is not None:
        customer = Customer.objects.visible_to(request.member).filter(pk=task.customer_id).first()
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    return {
        "task": task,
        "customer": customer,
        "name": shown_name(customer) if customer else "",
        "due": due_words(task, request=request, today=today, zone=zone),
        "ways": ways_of(request, task, customer),
        "may_change": request.member.may(TASK),
        "choices": [(state.value, state.label, state == task.state) for state in Task.State],
        "states": [
            (state_label(one.state), one) for one in task.states.select_related("member").order_by("-at", "-id")[:10]
        ],
    }


def _cells(page: ListPage) -> Mapping[str, Cell]:
    values, state = ValueWriter(page), page.entity.field("state")

    def title(row: Row) -> str:
        return format_html("<a href={}/><span class=clip>{}</span></a>", row["id"], row["title"])

    def customer(row: Row) -> str:
        if row["customer_id"] is None or not row["called"]:
            return NOTHING
        name = names.from_sql(row["called"])
        return format_html('<a class="text-ink" href="{}">{}</a>', f"/customers/{row['customer_id']}/", name)

    def due(row: Row) -> str:
        task = Task(due_on=row["due_on"], due_at=row["due_at"], closed_at=None if row["is_open"] else page.now)
        said = due_words(task, request=page.request, today=page.today, zone=page.zone)
        return said.html if said else NOTHING

    return {
        "title": title,
        "customer": customer,
        "due_on": due,
        "state": lambda row: values.dotted(state, row["state"]),
    }


def _form(page: ListPage, task: Task, name: str) -> CellForm:
    seen = TaskCells(page.member, page.now).stored(task, name)
    if name == "due_on":
        return CellForm("date", page.day(task.due_on) if task.due_on else "", seen)
    if name == "title":
        return CellForm("text", task.title, seen)
    return CellForm("select", seen, seen, list(choice_pairs(page, page.entity.field(name))))


def _bulk_form(page: ListPage, name: str) -> CellForm:
    if name == "due_on":
        return CellForm("date", "", "")
    return CellForm("select", "", "", list(choice_pairs(page, page.entity.field(name))))


def _bulk_read(member: Member, name: str, typed: str) -> object:
    return TaskCells(member).read(name, typed)


def _bulk_write(member: Member, task_ids: Sequence[UUID], name: str, typed: str) -> int:
    return edit_tasks(task_ids, name, typed, acting_member=member, at=timezone.now())[1]


TASK_LIST = lists.ListKind(
    entity_name="tasks",
    noun="task",
    permission=VIEW,
    rows=lambda member: Task.objects.visible_to(member),
    cells=_cells,
    lead="title",
    also=("customer_id", "due_on", "due_at", "is_open"),
    beside={"called": CUSTOMER_CALLED},
    phone={"title": "title", "due_on": "end", "customer": "line", "state": "line2", "assignee": "end2"},
    hidden=frozenset({"customer_id"}),
    search_hint=gettext_lazy("Name of the task"),
    editing=Editing(
        TASK,
        TaskCells,
        _form,
        BulkEditing(BULK_FIELDS, MAX_AT_ONCE, _bulk_form, _bulk_read, _bulk_write),
    ),
    views=(
        lists.DefaultView("all", pgettext_lazy("tasks", "All")),
        lists.DefaultView("mine", pgettext_lazy("tasks", "Mine"), MINE),
        lists.DefaultView("team", pgettext_lazy("tasks", "Whole team"), "f=is_open:is_true&sort=due_on"),
        lists.DefaultView(
            "late", pgettext_lazy("tasks", "Overdue"), "f=is_open:is_true&f=due_on:more_than_days_ago:0&sort=due_on"
        ),
        lists.DefaultView("week", gettext_lazy("Next 7 days"), "f=is_open:is_true&f=due_on:within_next:7&sort=due_on"),
    ),
)
