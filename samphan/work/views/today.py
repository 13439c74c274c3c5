"""The day of one member: the next thing first, with its reason."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration import guide
from samphan.administration.middleware import MemberRequest
from samphan.administration.settings import choices
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.customers.reading import line_chat_url
from samphan.platform.access import requires
from samphan.platform.changes.recording import changeset
from samphan.work import actions, queries
from samphan.work.choices import OUTCOMES
from samphan.work.days import postponed_to
from samphan.work.models import Activity, Task
from samphan.work.permissions import TASK, VIEW, WRITE
from samphan.work.reading import length_words
from samphan.work.views.activities import read_activity
from samphan.work.views.answers import done
from samphan.work.words import Due, due_words, kind_icon, reasons, state_label


@require_GET
@requires(VIEW)
def today(request: MemberRequest) -> HttpResponse:
    """The page, and the part of it that reads itself again after an act."""
    zone = request.member.workspace.zone
    now = timezone.now()
    day = now.astimezone(zone).date()
    queue = queries.work_queue(request.member, now=now, zone=zone)
    total = queue.done_count + queue.due_count

    def shown(item: queries.QueueItem) -> dict[str, Any]:
        due = due_words(item.task, request=request, today=day, zone=zone, knows_today=item is not queue.next)
        if due and item.is_soon:
            due = Due(due.words, "warn")
        return {
            "task": item.task,
            "customer": item.customer,
            "name": shown_name(item.customer) if item.customer else "",
            "due": due,
            "is_late": bool(item.overdue_days),
            "reasons": reasons(item, now=now),
            "phone": item.phone,
            "line_url": line_chat_url(item.line) if item.line else "",
            "email": item.email,
            "icon": kind_icon(item.task.kind),
            "state_label": state_label(item.task.state) if item.task.state != Task.State.NOT_STARTED else "",
        }

    spent = queries.time_in_states(request.member, since=now - timedelta(days=7), now=now)
    context = {
        "place": "today",
        "day": day,
        "next": shown(queue.next) if queue.next else None,
        "groups": [
            (label, [shown(item) for item in items])
            for label, items in (
                (_("Overdue"), queue.overdue),
                (_("To do today"), queue.today),
                (_("Without a day"), queue.undated),
            )
            if items
        ],
        "done_count": queue.done_count,
        "total": total,
        "percent": round(100 * queue.done_count / total) if total else 0,
        "begins": not total and guide.is_wanted(request.member),
        "may_change": request.member.may(TASK),
        "may_write": request.member.may(WRITE),
        "spent": [(state_label(state), length_words(length)) for state, length in sorted(spent.items())],
    }
    return render(request, "work/today.html#day" if request.htmx else "work/today.html", context)


@require_http_methods(["GET", "POST"])
@requires(WRITE)
def call_note(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """Note the call that a task asked for, finish the task, and name the next one, in one step."""
    task = get_object_or_404(Task.objects.visible_to(request.member).open(), pk=task_id, customer_id__isnull=False)
    customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=task.customer_id)
    context: dict[str, Any] = {
        "place": "today",
        "task": task,
        "customer": customer,
        "name": shown_name(customer),
        "may_change": request.member.may(TASK),
        "outcomes": choices.offered(OUTCOMES),
        "typed": {"finish": "1"},
        "errors": {},
    }
    template = "work/call_note.html#form" if request.htmx else "work/call_note.html"
    if request.method == "GET":
        return render(request, template, context)
    asked = request.POST
    values, errors = read_activity(request, Activity.Kind.CALL)
    follow = asked.get("follow", "")
    if not errors:
        zone = request.member.workspace.zone
        now = timezone.now()
        try:
            with changeset("work.call_noted", member_id=request.member.id) as act:
                actions.write_activity(
                    customer, Activity.Kind.CALL, asked.get("text", ""), acting_member=request.member, **values
                )
                if request.member.may(TASK):
                    if asked.get("finish"):
                        actions.move_task(task, Task.State.DONE, acting_member=request.member, at=now)
                    again_on = postponed_to(follow, request.member.workspace, now.astimezone(zone).date())
                    if again_on is not None:
                        plan = actions.Plan(
                            title=task.title,
                            assignee_id=task.assignee_id,
                            customer_id=task.customer_id,
                            kind=Task.Kind.CALL,
                            due_on=again_on,
                        )
                        actions.create_task(plan, acting_member=request.member, at=now)
        except (actions.TextTooLong, actions.StrangeDuration) as problem:
            errors["text" if isinstance(problem, actions.TextTooLong) else "minutes"] = str(problem)
        else:
            return done(request, _("Call saved"), act, back=reverse("today"), html="")
    context |= {"typed": asked.dict(), "errors": errors}
    return render(request, template, context, status=422)
