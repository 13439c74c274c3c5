"""How days and states of tasks are said."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import Era, format_date, format_time
from samphan.ui import preferences
from samphan.work.models import Task
from samphan.work.queries import QueueItem

KIND_ICONS = {
    Task.Kind.CALL: "phone",
    Task.Kind.VISIT: "map-pin",
    Task.Kind.EMAIL: "mail",
    Task.Kind.OTHER: "square-check",
}


def kind_icon(kind: str) -> str:
    """The icon of a kind of task; one for all that the company added."""
    return next((icon for known, icon in KIND_ICONS.items() if known == kind), "square-check")


@dataclass(frozen=True)
class Due:
    """When a task is due, in words; `tone` is bad for late, warn for today, "" for later."""

    words: str
    tone: str = ""

    @property
    def html(self) -> SafeString:
        """The words in their tone."""
        return format_html(
            '<span class="{} whitespace-nowrap">{}</span>', f"is-{self.tone}" if self.tone else "is-quiet", self.words
        )


def due_words(task: Task, *, request: HttpRequest, today: date, zone: tzinfo, knows_today: bool = False) -> Due | None:
    """เกิน 2 วัน, วันนี้ 14:30 น., 27 พ.ย.; None for a task without a day.

    `knows_today` leaves "today" out where the page says it, and with it what is due at any time of the day.
    """
    if task.due_on is None:
        return None
    clock = f" {format_time(task.due_at.astimezone(zone), reader_language())}" if task.due_at else ""
    late = (today - task.due_on).days
    if late == 0 and knows_today:
        return Due(clock.strip()) if clock else None
    due = due_on_words(task.due_on, today, reader_language(), preferences.era(request), is_open=task.is_open)
    return due if late > 0 and task.is_open else Due(due.words + clock, due.tone)


def due_on_words(day: date, today: date, spoken: str, era: Era, *, is_open: bool = True) -> Due:
    """The day of a task alone: เกิน 2 วัน, วันนี้, พรุ่งนี้, 27 พ.ย."""
    late = (today - day).days
    if late > 0 and is_open:
        return Due(ngettext("%(count)s day late", "%(count)s days late", late) % {"count": late}, "bad")
    if late == 0:
        return Due(_("Today"), "warn" if is_open else "")
    if late == -1:
        return Due(_("Tomorrow"))
    return Due(format_date(day, "day" if day.year == today.year else "short", spoken, era))


def reasons(item: QueueItem, *, now: datetime) -> list[str]:
    """Why a task stands where it stands in the queue, from what is known; never more than three."""
    said = [_("for %(name)s") % {"name": item.stood_in_for}] if item.stood_in_for else []
    customer = item.customer
    if item.is_soon and item.task.due_at is not None:
        minutes = int((item.task.due_at - now).total_seconds() // 60)
        if minutes >= 0:
            said.append(ngettext("in %(count)s minute", "in %(count)s minutes", minutes) % {"count": minutes})
        else:
            said.append(_("its time has passed"))
    if customer is not None and item.rhythm is not None and item.rhythm.is_broken:
        said.append(
            _("usually orders every %(usual)s days, the last time %(since)s days ago")
            % {"usual": item.rhythm.usual_days, "since": item.rhythm.days_since}
        )
    if customer is not None and customer.grade in ("A", "B"):
        said.append(_("grade %(grade)s") % {"grade": customer.grade})
    return said[:3]


def state_label(state: Any) -> str:
    """A state in words."""
    return str(Task.State(state).label)
