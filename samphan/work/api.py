"""Routes of `/api/v1/tasks` and of what was done with a customer."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import AwareDatetime, Field

from samphan.administration.api import custom
from samphan.administration.api.custom import OpenToCustom
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.queries import member_names
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.platform.access import requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer, nothing, require_match, tag_of
from samphan.platform.api.problems import Error, Problem, invalid
from samphan.platform.api.records import Collection
from samphan.platform.api.schemas import (
    CursorParams,
    ListParams,
    Name,
    OneParams,
    QueryIn,
    Strict,
    page_model,
    record_model,
)
from samphan.platform.api.walking import walk
from samphan.platform.changes.recording import changeset
from samphan.work import actions
from samphan.work.models import Activity, Task
from samphan.work.permissions import TASK, VIEW, WRITE
from samphan.work.recurrence import Every, Recurrence
from samphan.work.task_fields import TASKS as ENTITY

router = Router()


def _customers(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    if not viewer.may("customers.view_customer"):
        return {}
    whose = dict(Task.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "customer_id"))
    seen = Customer.objects.visible_to(viewer).filter(pk__in={one for one in whose.values() if one})
    named = {one.pk: {"id": one.pk, "name": shown_name(one)} for one in seen}
    return {task: named[customer] for task, customer in whose.items() if customer in named}


def _text(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    rows = Task.objects.visible_to(viewer).filter(pk__in=ids)
    return {
        one.pk: {
            "text": one.text,
            "due_at": one.due_at,
            "reminder_at": one.reminder_at,
            "recurrence": one.recurrence or None,
            "customer_id": one.customer_id,
        }
        for one in rows
    }


TASKS = Collection("tasks", rows=Task.objects.visible_to, expansions={"details": _text, "customer": _customers})
TaskOut: Any = record_model("TaskOut", ENTITY, {"details": dict[str, Any] | None, "customer": dict[str, Any] | None})
TaskPage: Any = page_model("TaskPage", TaskOut)


class RecurrenceIn(Strict):
    """When a task comes back."""

    every: Literal["day", "working_day", "week", "weekdays", "month", "month_end"]
    interval: int = Field(1, ge=1, le=99)
    days: list[int] = Field([], max_length=7, description="Days of the week, Monday 0, for `weekdays`.")


class TaskIn(OpenToCustom):
    """A new task."""

    title: str = Field(..., min_length=1, max_length=300)
    assignee_id: UUID | None = Field(None, description="A member; without one it is for the token's own.")
    customer_id: UUID | None = None
    text: str = Field("", max_length=20_000)
    kind: Literal["other", "call", "visit", "email"] = "other"
    due_on: date | None = None
    due_at: AwareDatetime | None = None
    reminder_at: AwareDatetime | None = None
    recurrence: RecurrenceIn | None = None


class TaskChanges(OpenToCustom):
    """Fields of a task to write."""

    title: Name = Field(None, min_length=1, max_length=300)
    assignee_id: UUID | None = None
    customer_id: UUID | None = None
    text: Name = Field(None, max_length=20_000)
    kind: Literal["other", "call", "visit", "email"] | None = None
    state: Literal["not_started", "doing", "waiting", "done", "cancelled"] | None = None
    due_on: date | None = None
    due_at: AwareDatetime | None = None
    reminder_at: AwareDatetime | None = None
    recurrence: RecurrenceIn | None = None


@router.get("/tasks", response=TaskPage, operation_id="tasks_list", summary=_("List tasks"), tags=["Tasks"])
@requires(VIEW)
def list_tasks(request: MemberRequest, params: Query[ListParams]) -> HttpResponse:
    """Tasks page by page; `expand=details,customer` adds text, times, recurrence and whom it is about."""
    return answer(request, TASKS.page(request.member, params, request))


@router.post(
    "/tasks/query",
    response=TaskPage,
    operation_id="tasks_query",
    summary=_("Find tasks by a condition"),
    tags=["Tasks"],
)
@requires(VIEW)
def query_tasks(request: MemberRequest, body: Body[QueryIn]) -> HttpResponse:
    """Tasks for which a condition of any shape holds."""
    return answer(request, TASKS.query(request.member, body))


@router.post("/tasks", response={201: TaskOut}, operation_id="tasks_create", summary=_("Make a task"), tags=["Tasks"])
@requires(TASK)
def create_task(request: MemberRequest, body: Body[TaskIn]) -> HttpResponse:
    """Make a task for oneself or, with the right, for somebody else, who is told."""
    _check_customer(request, body.customer_id)
    values = {name: value for name, value in body.own().items() if name not in ("recurrence", "assignee_id")}
    further = custom.take("tasks", body, request.member, for_new=True)
    plan = actions.Plan(
        assignee_id=body.assignee_id or request.member.pk,
        recurrence=_recurrence(body.recurrence, body.due_on),
        **values,
    )
    with changeset("work.task_created", member_id=request.member.pk) as act:
        _act, task = actions.create_task(plan, acting_member=request.member, at=timezone.now())
        custom.write("tasks", task.pk, further, request.member)
    record = _task(request, task.pk)
    return answer(request, record, status=201, etag=tag_of(record), change=act, location=f"{BASE}tasks/{task.pk}")


@router.get("/tasks/{uuid:task_id}", response=TaskOut, operation_id="tasks_get", summary=_("One task"), tags=["Tasks"])
@requires(VIEW)
def get_task(request: MemberRequest, task_id: UUID, params: Query[OneParams]) -> HttpResponse:
    """A task, with its details where nothing else is chosen."""
    if params.fields or params.expand:
        return answer(request, TASKS.one(request.member, task_id, params))
    record = _task(request, task_id)
    return answer(request, record, etag=tag_of(record))


@router.patch(
    "/tasks/{uuid:task_id}", response=TaskOut, operation_id="tasks_update", summary=_("Change a task"), tags=["Tasks"]
)
@requires(TASK)
def update_task(request: MemberRequest, task_id: UUID, body: Body[TaskChanges]) -> HttpResponse:
    """Write the fields that the body names; a state of `done` finishes it, and makes the next one where it comes back."""
    task = Task.objects.visible_to(request.member).filter(pk=task_id).select_for_update(of=("self",)).first()
    if task is None:
        raise Http404
    if request.headers.get("If-Match"):
        require_match(request, tag_of(_task(request, task_id)))
    given = body.own(given=True)
    empty = [
        name for name in ("title", "text", "kind", "state", "assignee_id") if name in given and given[name] is None
    ]
    if empty:
        raise Problem(422, errors=[Error(name, gettext("This cannot be empty.")) for name in empty])
    if "customer_id" in given:
        _check_customer(request, given["customer_id"])
    state = given.pop("state", None)
    further = custom.take("tasks", body, request.member)
    with changeset("work.task_changed", member_id=request.member.pk) as act:
        if given:
            plan = {
                name: given.get(name, getattr(task, name))
                for name in ("title", "assignee_id", "customer_id", "text", "kind", "due_on", "due_at", "reminder_at")
            }
            rule = (
                _recurrence(body.recurrence, plan["due_on"])
                if "recurrence" in given
                else Recurrence.of(task.recurrence)
            )
            actions.change_task(task, actions.Plan(recurrence=rule, **plan), acting_member=request.member)
        if state and state != task.state:
            actions.move_task(task, state, acting_member=request.member, at=timezone.now())
        custom.write("tasks", task_id, further, request.member)
    record = _task(request, task_id)
    return answer(request, record, etag=tag_of(record), change=act)


def _task(request: MemberRequest, task_id: UUID) -> dict[str, Any]:
    return TASKS.one(request.member, task_id, OneParams(fields="", expand="details"))


def _check_customer(request: MemberRequest, customer_id: UUID | None) -> None:
    if customer_id and not Customer.objects.visible_to(request.member).filter(pk=customer_id).exists():
        raise invalid("customer_id", gettext("There is no customer of this id."))


def _recurrence(given: RecurrenceIn | None, due_on: date | None) -> Recurrence | None:
    if given is None:
        return None
    if any(not 0 <= day <= 6 for day in given.days):
        raise invalid("recurrence.days", gettext("Days of the week are 0 for Monday to 6 for Sunday."))
    every = Every(given.every)
    day = due_on.day if due_on and every is Every.MONTH else 0
    days = tuple(sorted(set(given.days))) if every is Every.WEEKDAYS else ()
    return Recurrence(every, given.interval, day, days)


# What was done with a customer


class ActivityOut(Schema):
    """A note, call, visit or meeting."""

    id: UUID
    customer_id: UUID
    kind: str
    at: str
    text: str
    duration_seconds: int | None
    direction: str | None
    outcome: str | None
    member: dict[str, Any] | None


class ActivityPage(Schema):
    """One page of what was done."""

    data: list[ActivityOut]
    next_cursor: str | None


class ActivityIn(Strict):
    """What was done with a customer."""

    kind: Literal["note", "call", "visit", "meeting"]
    text: str = Field("", max_length=20_000)
    at: AwareDatetime | None = Field(None, description="When; without it now.")
    duration_seconds: int | None = Field(None, ge=0, le=24 * 3600)
    direction: Literal["in", "out", ""] = Field("", description="Of a call.")
    outcome: str = Field("", max_length=20)


class ActivityChanges(Strict):
    """A text or a time to write."""

    text: Name = Field(None, max_length=20_000)
    at: AwareDatetime | None = None


@router.get(
    "/customers/{uuid:customer_id}/activities",
    response=ActivityPage,
    operation_id="activities_list",
    summary=_("What was done with a customer"),
    tags=["Activities"],
)
@requires(VIEW)
def list_activities(request: MemberRequest, customer_id: UUID, params: Query[CursorParams]) -> HttpResponse:
    """Notes, calls, visits and meetings, the last first."""
    customer = _customer(request, customer_id)
    rows = Activity.objects.visible_to(request.member).filter(customer_id=customer.pk)
    found, cursor = walk(rows, params, ("at", "pk"), descending=True)
    names = member_names(request.member)
    return answer(request, {"data": [_activity(one, names) for one in found], "next_cursor": cursor})


@router.post(
    "/customers/{uuid:customer_id}/activities",
    response={201: ActivityOut},
    operation_id="activities_create",
    summary=_("Write down what was done"),
    tags=["Activities"],
)
@requires(WRITE)
def create_activity(request: MemberRequest, customer_id: UUID, body: Body[ActivityIn]) -> HttpResponse:
    """Put a note, call, visit or meeting on a customer's timeline; who is named by @name is told."""
    act, made = actions.write_activity(
        _customer(request, customer_id),
        body.kind,
        body.text,
        acting_member=request.member,
        at=body.at or timezone.now(),
        duration=None if body.duration_seconds is None else timedelta(seconds=body.duration_seconds),
        direction=body.direction,
        outcome=body.outcome,
    )
    return answer(request, _activity(made, member_names(request.member)), status=201, change=act)


@router.patch(
    "/activities/{uuid:activity_id}",
    response=ActivityOut,
    operation_id="activities_update",
    summary=_("Change what was written"),
    tags=["Activities"],
)
@requires(WRITE)
def update_activity(request: MemberRequest, activity_id: UUID, body: Body[ActivityChanges]) -> HttpResponse:
    """Write one's own activity anew, or put it at another time."""
    found = _own_activity(request, activity_id)
    with changeset("work.activity_edited", member_id=request.member.pk) as act:
        if body.text is not None:
            actions.edit_activity(found, body.text, acting_member=request.member)
        if body.at is not None:
            actions.move_activity(found, body.at, acting_member=request.member)
    found.refresh_from_db()
    return answer(request, _activity(found, member_names(request.member)), change=act)


@router.delete(
    "/activities/{uuid:activity_id}",
    response={204: None},
    operation_id="activities_delete",
    summary=_("Take an activity off the timeline"),
    tags=["Activities"],
)
@requires(WRITE)
def delete_activity(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Take one's own activity away; the act can be undone."""
    return nothing(change=actions.delete_activity(_own_activity(request, activity_id), acting_member=request.member))


def _own_activity(request: MemberRequest, activity_id: UUID) -> Activity:
    seen = Customer.objects.visible_to(request.member)
    found = Activity.objects.visible_to(request.member).filter(Q(customer__in=seen), pk=activity_id).first()
    if found is None:
        raise Http404
    return found


def _customer(request: MemberRequest, customer_id: UUID) -> Customer:
    found = Customer.objects.visible_to(request.member).filter(pk=customer_id).first()
    if found is None:
        raise Http404
    return found


def _activity(one: Activity, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": one.pk,
        "customer_id": one.customer_id,
        "kind": one.kind,
        "at": one.at,
        "text": one.text,
        "duration_seconds": one.duration_seconds,
        "direction": one.direction or None,
        "outcome": one.outcome or None,
        "member": {"id": one.member_id, "name": names.get(one.member_id, "")} if one.member_id else None,
    }
