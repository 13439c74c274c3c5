"""Days as the company works them: where a task is put off to, and what is told of a day off."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from samphan.administration.models import Workspace
from samphan.administration.settings.holidays import holidays_of
from samphan.administration.settings.hours import calendar_of
from samphan.platform.clock import next_working_day
from samphan.platform.language import reader_language

POSTPONED = {"tomorrow": 1, "two_days": 2, "three_days": 3, "week": 7}
WORKING_DAY = "working_day"


def postponed_to(by: str, workspace: Workspace, today: date) -> date | None:
    """The day that a word for putting off means: tomorrow, the next working day, a week; None for another word."""
    if by == WORKING_DAY:
        return next_working_day(calendar_of(workspace), today) or today + timedelta(days=1)
    return today + timedelta(days=POSTPONED[by]) if by in POSTPONED else None


def off_note(workspace: Workspace, day: date | None) -> str:
    """What is told of a day that is a holiday: ตรงกับวันหยุด วันสงกรานต์; "" of any other."""
    name = holidays_of(workspace.pk).name(day, reader_language()) if day else ""
    return _("holiday: %(name)s") % {"name": name} if name else ""


def working_day_after(workspace_id: UUID) -> Callable[[date], date | None]:
    """What gives the working day behind a day in a workspace."""
    calendar = calendar_of(Workspace.objects.get(pk=workspace_id))
    return lambda day: next_working_day(calendar, day)
