"""When a task comes back: every day, working day, week or month."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Every(StrEnum):
    """The step of a recurrence."""

    DAY = "day"
    WORKING_DAY = "working_day"  # as the company works, else Monday to Friday
    WEEK = "week"
    WEEKDAYS = "weekdays"  # every week on chosen days
    MONTH = "month"
    MONTH_END = "month_end"


WORDS: dict[str, str | Promise] = {
    Every.DAY: _("Every day"),
    Every.WORKING_DAY: _("Every working day"),
    Every.WEEK: _("Every week"),
    Every.WEEKDAYS: _("Every week on…"),
    Every.MONTH: _("Every month"),
    Every.MONTH_END: _("Every end of the month"),
}


@dataclass(frozen=True)
class Recurrence:
    """A task that comes back `interval` steps after its due day.

    :param day: day of the month that was meant, kept so that a 31st does not become a 28th for good; 0 without months.
    :param days: days of the week, Monday 0, of one that comes back on several; empty for the others.
    """

    every: Every
    interval: int = 1
    day: int = 0
    days: tuple[int, ...] = ()

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Recurrence | None":
        """The stored rule; None where a task does not repeat, or its rule cannot be read."""
        try:
            every, interval = Every(stored["every"]), max(int(stored.get("interval", 1)), 1)
            days = tuple(sorted({int(day) for day in stored.get("days", ())} & set(range(7))))
            day = int(stored.get("day", 0))
        except (KeyError, ValueError, TypeError):
            return None
        return None if every is Every.WEEKDAYS and not days else cls(every, interval, day, days)

    def stored(self) -> dict[str, Any]:
        """As the row keeps it."""
        days = {"days": list(self.days)} if self.days else {}
        return {"every": self.every.value, "interval": self.interval, "day": self.day, **days}

    def after(self, day: date, following: Callable[[date], date | None] | None = None) -> date:
        """The next day: 31 January, every month, is 28 February and then 31 March.

        :param following: the working day behind a day, as the company works; without it Monday to Friday.
        """
        if self.every is Every.DAY:
            return day + timedelta(days=self.interval)
        if self.every is Every.WORKING_DAY:
            for _step in range(self.interval):
                if following is not None and (found := following(day)) is not None:
                    day = found
                    continue
                day += timedelta(days=1)
                while day.weekday() > 4:
                    day += timedelta(days=1)
            return day
        if self.every is Every.WEEKDAYS:
            later = [other for other in self.days if other > day.weekday()]
            if later:
                return day + timedelta(days=later[0] - day.weekday())
            # Behind the last chosen day of a week the first one of the next counted week comes.
            return day + timedelta(days=self.days[0] - day.weekday(), weeks=self.interval)
        if self.every is Every.WEEK:
            return day + timedelta(weeks=self.interval)
        months = day.year * 12 + day.month - 1 + self.interval
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        wanted = last if self.every is Every.MONTH_END else (self.day or day.day)
        return date(year, month + 1, min(wanted, last))
