"""Notes, calls, visits, meetings and finished tasks on a customer's timeline."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samphan.administration.middleware import MemberRequest
from samphan.administration.on_behalf import with_whom
from samphan.customers import timeline
from samphan.ui.templatetags.ui import pill
from samphan.work import queries
from samphan.work.choices import outcome
from samphan.work.models import Activity, Task
from samphan.work.permissions import VIEW
from samphan.work.reading import length_words

NOTES = (Activity.Kind.NOTE,)
TALKS = (Activity.Kind.CALL, Activity.Kind.VISIT, Activity.Kind.MEETING)
MARKS = {
    Activity.Kind.NOTE: ("pencil", "violet"),
    Activity.Kind.CALL: ("phone", "slate"),
    Activity.Kind.VISIT: ("map-pin", "teal"),
    Activity.Kind.MEETING: ("users", "sky"),
}


def register() -> None:
    """Offer activities and tasks to the timeline; what people wrote is personal, that a task was done is not."""
    for order, (name, label, kinds) in enumerate(
        (("notes", gettext_lazy("Notes"), NOTES), ("talks", gettext_lazy("Calls and visits"), TALKS))
    ):
        timeline.register(
            timeline.Source(
                name, label, 20 + order, partial(activities, kinds), privacy="personal", permission=VIEW, model=Activity
            )
        )
    timeline.register(timeline.Source("tasks", gettext_lazy("Tasks"), 30, tasks, permission=VIEW, model=Task))


def activities(
    kinds: Sequence[str],
    request: MemberRequest,
    customer_id: UUID,
    before: timeline.Place | None,
    limit: int,
    text: str,
) -> Sequence[timeline.Entry]:
    """The newest activities of these kinds before a place."""
    found = queries.activities_of(customer_id, request.member, kinds, before=before, limit=limit, text=text)
    return [_activity(one, request) for one in found]


def _activity(activity: Activity, request: MemberRequest) -> timeline.Entry:
    icon, tone = MARKS[Activity.Kind(activity.kind)]
    who = activity.member.name if activity.member else _("somebody")
    who = with_whom(who, getattr(activity, "act_note", None) or {})
    title = format_html("<b>{}</b> {}", who, _did(activity))
    if activity.duration_seconds:
        title = format_html("{} {}", title, length_words(activity.duration_seconds))
    if activity.outcome:
        title = format_html("{} · {}", title, pill(*outcome(activity.outcome)))
    is_mine = activity.member_id == request.member.id
    body = partial(render_to_string, "work/activity.html", {"activity": activity, "is_mine": is_mine})
    return timeline.Entry(activity.at, activity.pk, icon, tone, title, body)


def _did(activity: Activity) -> str:
    if activity.kind == Activity.Kind.CALL:
        return _("was called by the customer") if activity.direction == Activity.Direction.IN else _("called")
    return {
        Activity.Kind.NOTE: _("wrote a note"),
        Activity.Kind.VISIT: _("visited"),
        Activity.Kind.MEETING: _("met"),
    }[Activity.Kind(activity.kind)]


def tasks(
    request: MemberRequest, customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """The newest closed tasks before a place."""
    found = queries.closed_tasks_of(customer_id, request.member, before=before, limit=limit, text=text)
    zone = request.member.workspace.zone
    by = {task: with_whom(who, note) for task, (who, note) in queries.who_closed(found).items()}
    return [
        _task(one, one.closed_at.astimezone(zone), by.get(one.pk, "")) for one in found if one.closed_at is not None
    ]


def _task(task: Task, closed_at: datetime, by: str) -> timeline.Entry:
    is_done = task.state == Task.State.DONE
    said = _("finished: %(title)s") if is_done else _("cancelled: %(title)s")
    title = format_html("<b>{}</b> {}", by or task.assignee.name, said % {"title": task.title})
    body = ""
    if is_done and task.due_on is not None:
        early = (task.due_on - closed_at.date()).days
        if early > 0:
            body = ngettext("%(count)s day early", "%(count)s days early", early) % {"count": early}
        elif early < 0:
            body = ngettext("%(count)s day late", "%(count)s days late", -early) % {"count": -early}
    icon, tone = ("circle-check", "green") if is_done else ("circle-slash", "slate")
    return timeline.Entry(closed_at, task.pk, icon, tone, title, body)
