"""All tasks as the house's list, with cells that are edited in place, and the quick view beside it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from samphan.administration import lists
from samphan.administration.lists import Cell, Row
from samphan.administration.lists.cells import ValueWriter
from samphan.administration.lists.editing import (
    BulkEditing,
    CellForm,
    CellTrouble,
    ChangedMeanwhile,
    Editing,
    PastedCell,
    PastePlan,
    PlannedChange,
)
from samphan.administration.lists.kinds import as_uuid
from samphan.administration.lists.page import ListPage
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.platform.access import requires
from samphan.platform.catalogue import Type
from samphan.platform.errors import DomainError
from samphan.platform.thai.calendar import format_date
from samphan.platform.thai.problems import ValueProblem
from samphan.ui.templatetags.ui import NOTHING
from samphan.work import cells
from samphan.work.models import Task
from samphan.work.permissions import EXPORT, TASK, VIEW
from samphan.work.words import due_words, state_label

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
    zone = ZoneInfo(request.member.workspace.time_zone)
    today = timezone.now().astimezone(zone).date()
    return {
        "task": task,
        "customer": customer,
        "name": shown_name(customer) if customer else "",
        "due": due_words(task, request=request, today=today, zone=zone),
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
        if row["customer_id"] is None or not row["customer"]:
            return NOTHING
        return format_html('<a class="text-ink" href="{}">{}</a>', f"/customers/{row['customer_id']}/", row["customer"])

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


def _find(page: ListPage, task_id: UUID) -> Task:
    found = Task.objects.visible_to(page.member).filter(pk=task_id).first()
    if found is None:
        raise LookupError(task_id)
    return found


def _form(page: ListPage, task_id: UUID, name: str) -> CellForm:
    task = _find(page, task_id)
    seen = cells.stored(task, name)
    if name == "due_on":
        return CellForm("date", format_date(task.due_on, "short", page.language, page.era) if task.due_on else "", seen)
    if name == "title":
        return CellForm("text", task.title, seen)
    return CellForm("select", seen, seen, _choices(page, name))


def _choices(page: ListPage, name: str) -> list[tuple[str, str]]:
    if name == "assignee":
        return [(str(member_id), owner) for member_id, owner in page.owners.items()]
    return [(choice.value, str(choice.label)) for choice in page.entity.field(name).get_choices()]


def _write(page: ListPage, task_id: UUID, name: str, typed: str, seen: str) -> None:
    task = _find(page, task_id)
    current = cells.stored(task, name)
    try:
        if current != seen and typed.strip() != current:
            raise ChangedMeanwhile(_shown(page, name, current), current)
        cells.CellReader(page.member, page.now).read(name, typed)
        cells.write_cells([cells.TaskEdit(task_id, name, typed)], acting_member=page.member, at=page.now)
    except ValueProblem:
        raise
    except DomainError as problem:
        raise ValueProblem("refused", "%(said)s", said=str(problem)) from None


def _plan(page: ListPage, pasted: Sequence[PastedCell]) -> PastePlan:
    plan = cells.plan_cells(_edits(pasted), acting_member=page.member, at=page.now)
    return PastePlan(
        [
            PlannedChange(one.task_id, one.field, _shown(page, one.field, one.old), _shown(page, one.field, one.new))
            for one in plan.changes
        ],
        [CellTrouble(*trouble) for trouble in plan.troubles],
        plan.seen,
    )


def _paste(page: ListPage, pasted: Sequence[PastedCell], seen: str) -> tuple[UUID, int]:
    return cells.write_cells(_edits(pasted), acting_member=page.member, at=page.now, seen=seen)


def _edits(pasted: Sequence[PastedCell]) -> list[cells.TaskEdit]:
    return [cells.TaskEdit(cell.record_id, cell.field, cell.value) for cell in pasted]


def _shown(page: ListPage, name: str, raw: str) -> str:
    """A stored value in words."""
    field = page.entity.field(name)
    if not raw:
        return ""
    if field.type is Type.MEMBER:
        return page.owners.get(UUID(raw), "—")
    if field.type is Type.CHOICE:
        return field.choice_label(raw)
    return page.day(date.fromisoformat(raw)) if field.type is Type.DATE else raw


def _bulk_form(page: ListPage, name: str) -> CellForm:
    if name == "due_on":
        return CellForm("date", "", "")
    return CellForm("select", "", "", _choices(page, name))


def _bulk_check(member: Member, name: str, typed: str) -> str:
    try:
        cells.CellReader(member, timezone.now()).read(name, typed)
    except (ValueProblem, DomainError) as problem:
        return str(problem)
    return ""


def _bulk_write(member: Member, task_ids: Sequence[UUID], name: str, typed: str) -> int:
    return cells.edit_tasks(task_ids, name, typed, acting_member=member, at=timezone.now())[1]


TASK_LIST = lists.ListKind(
    entity_name="tasks",
    noun="task",
    permission=VIEW,
    rows=lambda member: Task.objects.visible_to(member),
    cells=_cells,
    lead="title",
    also=("customer", "customer_id", "due_on", "due_at", "is_open"),
    phone={"title": "title", "due_on": "end", "customer": "line2", "state": "line", "assignee": "end2"},
    hidden=frozenset({"customer_id"}),
    search_hint=gettext_lazy("Name of the task"),
    editing=Editing(
        TASK,
        frozenset(cells.CELL_FIELDS),
        _form,
        _write,
        _plan,
        _paste,
        BulkEditing(cells.BULK_FIELDS, cells.MAX_AT_ONCE, _bulk_form, _bulk_check, _bulk_write),
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
