"""What work shows on a customer's record: what can be written, and what is still to do."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from samphan.administration.absences import with_absences
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.administration.settings import choices
from samphan.customers import panels
from samphan.customers.models import Customer
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_weekday
from samphan.work import queries
from samphan.work.choices import KINDS, OUTCOMES
from samphan.work.forms import OwnFields
from samphan.work.models import Activity, Task
from samphan.work.permissions import ASSIGN, TASK, VIEW, WRITE
from samphan.work.recurrence import WORDS
from samphan.work.reminders import LEADS, OWN
from samphan.work.words import due_words

COMPOSERS = (
    (Activity.Kind.NOTE, gettext_lazy("Write a note"), "pencil", "N"),
    (Activity.Kind.CALL, gettext_lazy("Call"), "phone", "L"),
    (Activity.Kind.VISIT, gettext_lazy("Visit"), "map-pin", ""),
    (Activity.Kind.MEETING, gettext_lazy("Meeting"), "users", ""),
)


def register() -> None:
    """Put the composer's tabs and the open tasks on the record."""
    for order, (kind, label, icon, key) in enumerate(COMPOSERS):
        panels.register(
            panels.Panel(
                kind.value,
                label,
                "composer",
                10 + order,
                partial(activity_panel, kind),
                icon=icon,
                permission=WRITE,
                key=key,
            )
        )
    panels.register(
        panels.Panel(
            "task", gettext_lazy("Task"), "composer", 20, task_panel, icon="square-check", permission=TASK, key="T"
        )
    )
    for place in ("side", "quick"):
        panels.register(
            panels.Panel(
                f"tasks-{place}", gettext_lazy("Next tasks"), place, 30, open_tasks_panel, permission=VIEW, model=Task
            )
        )


def activity_panel(
    kind: str,
    request: MemberRequest,
    customer: Customer,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, Any] | None = None,
) -> SafeString:
    """The form of a note, call, visit or meeting; with what was typed and what is wrong with it."""
    return render_to_string(
        "work/activity_form.html",
        {
            "customer": customer,
            "kind": kind,
            "typed": typed or {},
            "errors": errors or {},
            "outcomes": choices.offered(OUTCOMES),
        },
        request=request,
    )


def task_panel(
    request: MemberRequest,
    customer: Customer,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, Any] | None = None,
    own: OwnFields | None = None,
) -> SafeString:
    """The form of a task for the customer."""
    return render_to_string(
        "work/task_form.html",
        {
            "customer": customer,
            **task_form_context(request, typed or {}, errors or {}),
            "own": own or OwnFields(viewer=request.member),
        },
        request=request,
    )


def task_form_context(request: MemberRequest, typed: Mapping[str, str], errors: Mapping[str, Any]) -> dict[str, Any]:
    """The choices and values of a task's form."""
    people = members(request.member) if request.member.may(ASSIGN) else [request.member]
    return {
        "typed": {"assignee": str(request.member.pk), "kind": Task.Kind.OTHER.value, **typed},
        "errors": errors,
        "people": [
            (str(key), name)
            for key, name in with_absences(request.member.workspace, [(one.pk, one.name) for one in people])
        ],
        "kinds": choices.offered(KINDS),
        "repeats": [(every, str(label)) for every, label in WORDS.items()],
        "weekdays": [(str(day), format_weekday(date(2026, 11, 16 + day), reader_language())) for day in range(7)],
        "chosen_days": [*typed.get("weekdays", "")],
        "reminders": [
            *((lead, str(label)) for lead, (_lead, label) in LEADS.items()),
            (OWN, str(gettext_lazy("Another time…"))),
        ],
    }


def open_tasks_panel(request: MemberRequest, customer: Customer) -> SafeString | str:
    """The open tasks for the customer with a box that finishes each."""
    found = queries.open_tasks_of(customer.pk, request.member)
    if not found:
        return ""
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    return render_to_string(
        "work/open_tasks.html",
        {
            "tasks": [(task, due_words(task, request=request, today=today, zone=zone)) for task in found],
            "may_change": request.member.may(TASK),
        },
        request=request,
    )
