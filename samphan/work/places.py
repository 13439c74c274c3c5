"""Where work stands in the shell."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from samphan.ui import navigation
from samphan.work import queries
from samphan.work.models import Task
from samphan.work.permissions import TASK, VIEW


def register() -> None:
    """Offer the day, first of all places, with the number of tasks that are due."""
    navigation.register(
        navigation.Place("today", _("Today"), "sun", "today", permission=VIEW, order=10, phone=1, waiting=_due)
    )
    navigation.register(
        navigation.Place(
            "calendar",
            _("Calendar"),
            "calendar",
            "calendar",
            VIEW,
            order=12,
            words="ตารางงาน, นัดหมาย, schedule, planner",
        )
    )
    navigation.register(
        navigation.Place(
            "calendar-address",
            _("Calendar address"),
            "calendar",
            "calendar-address",
            VIEW,
            group="foot",
            order=15,
            section="me",
            note=_("Your tasks and visits in the calendar of your phone"),
        )
    )
    navigation.register(
        navigation.Place(
            "tasks", _("Tasks"), "list-checks", "task-list", VIEW, order=14, words="งานทั้งหมด, all tasks, todo"
        )
    )
    navigation.register_home(navigation.Home("today", _("Today"), "today", VIEW, _has_due))
    navigation.register_command(
        navigation.Command(
            _("Add task"), "square-check", "task-create", permission=TASK,
            words="สร้างงาน, งานใหม่, เพิ่มงาน, เตือน, new task, create task, todo, remind", rest="title",
        )
    )  # fmt: skip


def _has_due(request: HttpRequest) -> bool:
    rows = _due(request)
    return rows is not None and request.member.may(TASK) and rows.exists()  # type: ignore[attr-defined]


def _due(request: HttpRequest) -> QuerySet[Task] | None:
    member = getattr(request, "member", None)
    if member is None:
        return None
    return queries.due_by(member, member.workspace.today())
