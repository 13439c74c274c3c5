"""Tasks: make, change, move, postpone."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from samphan.administration.custom_fields import panel as custom_fields
from samphan.administration.middleware import MemberRequest
from samphan.administration.settings import choices
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.customers.reading import line_chat_url
from samphan.platform.access import requires
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_time
from samphan.platform.thai.problems import ValueProblem
from samphan.ui import preferences
from samphan.work import actions, panels, queries, reading, reminders
from samphan.work.choices import KINDS
from samphan.work.days import WORKING_DAY, off_note, postponed_to
from samphan.work.forms import OwnFields
from samphan.work.models import Task
from samphan.work.permissions import TASK, VIEW, WRITE
from samphan.work.recurrence import Every, Recurrence
from samphan.work.views.answers import done
from samphan.work.views.calendar import day_form
from samphan.work.words import due_words, state_label


def read_plan(
    request: MemberRequest, asked: QueryDict, customer_id: UUID | None, *, before: Task | None = None
) -> tuple[actions.Plan | None, dict[str, str]]:
    """The task as typed, and what is wrong with it, by field."""
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    errors: dict[str, str] = {}
    due_on = clock = None
    try:
        due_on = reading.read_day(asked.get("due", ""), today)
    except ValueProblem as problem:
        errors["due"] = str(problem)
    try:
        clock = reading.read_clock(asked.get("clock", ""))
    except reading.StrangeTime as problem:
        errors["clock"] = str(problem)
    if clock is not None and due_on is None and "due" not in errors:
        due_on = today
    try:
        assignee_id = UUID(asked.get("assignee", "") or str(before.assignee_id if before else request.member.pk))
    except ValueError:
        errors["assignee"] = str(actions.StrangeAssignee())
    every = asked.get("every", "")
    rule = None
    if every in set(Every):
        days = tuple(sorted({int(day) for day in asked.getlist("weekdays") if day in set("0123456")}))
        rule = Recurrence(
            Every(every),
            day=due_on.day if due_on and every == Every.MONTH else 0,
            days=days if every == Every.WEEKDAYS else (),
        )
    kind = asked.get("task_kind", "")
    due_at = datetime.combine(due_on, clock, zone) if due_on and clock else None
    reminder_at = None
    if not errors:
        try:
            reminder_at = _read_reminder(request, asked, due_on, due_at, before)
        except (ValueProblem, reminders.ReminderNeedsDay, reminders.ReminderPassed) as problem:
            errors["remind_at" if asked.get("remind") == reminders.OWN else "remind"] = str(problem)
    if errors:
        return None, errors
    return (
        actions.Plan(
            title=asked.get("title", ""),
            text=asked.get("text", before.text if before else ""),
            assignee_id=assignee_id,
            customer_id=customer_id,
            kind=kind if kind in choices.known(KINDS) else Task.Kind.OTHER,
            due_on=due_on,
            due_at=due_at,
            reminder_at=reminder_at,
            recurrence=rule,
        ),
        {},
    )


def _read_reminder(
    request: MemberRequest, asked: QueryDict, due_on: date | None, due_at: datetime | None, before: Task | None
) -> datetime | None:
    """When to remind, as chosen or typed; a form without the field leaves it as it is.

    :raises ValueProblem: for what is no date. :raises ReminderNeedsDay, ReminderPassed: as they say.
    """
    chosen = asked.get("remind")
    if chosen is None:
        return before.reminder_at if before else None
    zone, now = request.member.workspace.zone, timezone.now()
    if chosen in reminders.LEADS:
        moment = reminders.moment_of(chosen, due_on, due_at, zone)
    elif chosen == reminders.OWN:
        moment = reading.read_reminder(asked.get("remind_at", ""), now, zone)
    else:
        return None
    # One that stood there already may lie behind: it was told.
    if moment <= now and (before is None or before.reminder_at != moment):
        raise reminders.ReminderPassed
    return moment


def as_typed(asked: QueryDict) -> dict[str, str]:
    """The form as it was sent, with the chosen days of the week as one text."""
    return {name: str(value) for name, value in asked.items()} | {"weekdays": "".join(asked.getlist("weekdays"))}


FIELD_OF_REFUSAL: dict[type[Exception], str] = {
    actions.NoTitle: "title",
    actions.TextTooLong: "title",
    actions.StrangeAssignee: "assignee",
    actions.MayNotAssign: "assignee",
    actions.NoDayToRepeat: "every",
    actions.NoWeekdays: "every",
}


@require_POST
@requires(TASK)
def customer_tasks(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Make a task from the composer of a record."""
    customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=customer_id)
    plan, errors = read_plan(request, request.POST, customer.pk)
    own = OwnFields(request.POST, viewer=request.member)
    act = _made(request, plan, own, errors)
    if act is None:
        return HttpResponse(panels.task_panel(request, customer, as_typed(request.POST), errors, own), status=422)
    back = reverse("customer-detail", args=[customer.pk])
    said = _told(_("Task added"), request, plan.due_on if plan else None)
    return done(request, said, act, back=back, html=panels.task_panel(request, customer))


@require_http_methods(["GET", "POST"])
@requires(TASK)
def task_create(request: MemberRequest) -> HttpResponse:
    """A task of its own, or for the customer that `?customer=` names."""
    customer = None
    if wanted := (request.POST or request.GET).get("customer", ""):
        try:
            customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=UUID(wanted))
        except ValueError:
            raise Http404 from None
    if request.method == "GET":
        typed = {name: request.GET[name] for name in ("title", "due", "clock") if name in request.GET}
        if day := _exact_day(typed.get("due", "")):
            typed["due"] = preferences.day_writer(request)(day)
        return _form(request, typed, {}, customer=customer, own=OwnFields(viewer=request.member))
    plan, errors = read_plan(request, request.POST, customer.pk if customer else None)
    own = OwnFields(request.POST, viewer=request.member)
    if plan is not None and _made(request, plan, own, errors):
        messages.success(request, _told(_("Task added"), request, plan.due_on))
        if customer:
            return redirect("customer-detail", customer.pk)
        # Whoever came from a day of the calendar goes back to it.
        return redirect(_calendar_at(plan.due_on) if "due" in request.GET else "today")
    return _form(request, as_typed(request.POST), errors, customer=customer, own=own, status=422)


def _made(request: MemberRequest, plan: actions.Plan | None, own: OwnFields, errors: dict[str, str]) -> UUID | None:
    """The act that made the task; None where something is wrong, which stands in `errors` and beside the own fields."""
    if not own.is_valid() or plan is None:
        return None
    try:
        act, _task = actions.create_task(plan, acting_member=request.member, at=timezone.now(), custom=own.typed())
    except tuple(FIELD_OF_REFUSAL) as problem:
        errors[FIELD_OF_REFUSAL[type(problem)]] = str(problem)
    except actions.BadFields as refused:
        own.add_problems(refused.problems)
    else:
        return act
    return None


def _told(said: str, request: MemberRequest, day: date | None) -> str:
    """A sentence, and behind it that the day is a holiday."""
    note = off_note(request.member.workspace, day)
    return f"{said} · {note}" if note else said


def _exact_day(text: str) -> date | None:
    """The day of a link, which writes it as 2026-11-21 for every reader."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _calendar_at(day: date | None) -> str:
    return reverse("calendar") + (f"?on={day.isoformat()}" if day else "")


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def task_detail(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """A task with its states; a POST, for who may change tasks, gives it other fields."""
    task = get_object_or_404(Task.objects.visible_to(request.member).select_related("assignee"), pk=task_id)
    customer = None
    if task.customer_id is not None:
        customer = Customer.objects.visible_to(request.member).filter(pk=task.customer_id).first()
    if request.method == "GET" or not request.member.may(TASK):
        return _form(request, _typed(request, task), {}, customer=customer, task=task)
    plan, errors = read_plan(request, request.POST, task.customer_id, before=task)
    if plan is not None:
        try:
            actions.change_task(task, plan, acting_member=request.member)
        except tuple(FIELD_OF_REFUSAL) as problem:
            errors[FIELD_OF_REFUSAL[type(problem)]] = str(problem)
        else:
            messages.success(request, _told(_("Saved"), request, plan.due_on))
            return redirect("task-detail", task.pk)
    return _form(request, as_typed(request.POST), errors, customer=customer, task=task, status=422)


def _typed(request: MemberRequest, task: Task) -> dict[str, str]:
    zone = request.member.workspace.zone
    rule = Recurrence.of(task.recurrence)
    day = preferences.day_writer(request)
    own = task.reminder_at.astimezone(zone) if task.reminder_at else None
    return {
        "title": task.title,
        "text": task.text,
        "due": day(task.due_on) if task.due_on else "",
        "clock": f"{task.due_at.astimezone(zone):%H:%M}" if task.due_at else "",
        "assignee": str(task.assignee_id),
        "task_kind": task.kind,
        "every": rule.every.value if rule else "",
        "weekdays": "".join(str(weekday) for weekday in rule.days) if rule else "",
        "remind": (remind := reminders.lead_of(task, zone)),
        "remind_at": f"{day(own.date())} {own:%H:%M}" if remind == reminders.OWN and own else "",
    }


def ways_of(request: MemberRequest, task: Task, customer: Customer | None) -> dict[str, Any] | None:
    """What `work/task_acts.html` shows of an open task for a customer; None where nobody is to be reached."""
    if customer is None or not task.is_open:
        return None
    reach = queries.reach_of(request.member, [customer.pk])
    line = reach.get((customer.pk, "line"), "")
    return {
        "task": task,
        "customer": customer,
        "phone": reach.get((customer.pk, "phone"), ""),
        "line_url": line_chat_url(line) if line else "",
        "email": reach.get((customer.pk, "email"), ""),
    }


def _form(
    request: MemberRequest,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    customer: Customer | None,
    task: Task | None = None,
    own: OwnFields | None = None,
    status: int = 200,
) -> HttpResponse:
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    context: dict[str, Any] = {
        "place": "today",
        "customer": customer,
        "customer_name": shown_name(customer) if customer else "",
        "task": task,
        "may_change": request.member.may(TASK),
        **panels.task_form_context(request, typed, errors),
        "own": own,
    }
    if task is not None:
        moved = list(task.states.select_related("member").order_by("at", "id"))
        context |= {
            "due": due_words(task, request=request, today=today, zone=zone),
            "due_note": off_note(request.member.workspace, task.due_on) if task.is_open else "",
            "ways": ways_of(request, task, customer),
            "may_write": request.member.may(WRITE),
            "states": [(state_label(one.state), one) for one in moved],
            "custom_groups": custom_fields.groups_of(request, "tasks", task),
            "choices": [(state.value, state.label, state == task.state) for state in Task.State],
        }
    return render(request, "work/task.html", context, status=status)


@require_POST
@requires(TASK)
def task_state(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """Bring a task into a state."""
    task = get_object_or_404(Task.objects.visible_to(request.member), pk=task_id)
    state = request.POST.get("state", "")
    if state not in Task.State.values:
        raise actions.UnknownChoice(choice=state[:40])
    act = actions.move_task(task, state, acting_member=request.member, at=timezone.now())
    said = _("%(title)s: %(state)s") % {"title": task.title, "state": state_label(state)}
    back = reverse("task-detail", args=[task.pk]) if "stay" in request.POST else reverse("today")
    return done(request, said, act, back=back)


@require_http_methods(["GET", "POST"])
@requires(TASK)
def task_day(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """Put a task on another day: tomorrow, two_days, week, or a typed day in `due`; a GET asks for it."""
    task = get_object_or_404(Task.objects.visible_to(request.member), pk=task_id)
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    choices = [
        ("tomorrow", _("Tomorrow")),
        (WORKING_DAY, _("Next working day")),
        ("two_days", _("In two days")),
        ("week", _("In a week")),
    ]
    if request.method == "GET":
        return day_form(request, task.title, request.path, task.due_on, choices=choices)
    wanted = request.POST.get("by", "")
    day = postponed_to(wanted, request.member.workspace, today)
    if day is None:
        try:
            day = reading.read_day(request.POST.get("due", ""), today)
        except ValueProblem as trouble:
            return day_form(request, task.title, request.path, task.due_on, problem=str(trouble), choices=choices)
    due_at = None
    if task.due_at is not None and day is not None:
        due_at = reading.on_day(task.due_at, day, zone)
    act = actions.postpone_task(task, day, acting_member=request.member, due_at=due_at)
    if day is None:
        said = _("%(title)s has no day now") % {"title": task.title}
    else:
        said = _("%(title)s: now %(day)s") % {"title": task.title, "day": preferences.day_writer(request)(day)}
        if due_at is not None:
            said += f" {format_time(due_at, reader_language())}"
        said = _told(said, request, day)
    return done(request, said, act, back=reverse("today"))
