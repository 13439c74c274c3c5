"""The stretch of time that a figure speaks of."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.dates import DateProblem, parse_date

Kind = Literal["all", "year", "this_year", "custom"]

LABELS: dict[str, str | Promise] = {
    "all": _("All time"),
    "year": _("Last 12 months"),
    "this_year": _("This year"),
    "custom": _("Choose dates"),
}


@dataclass(frozen=True)
class Period:
    """Whole days, both ends included; None: open."""

    kind: Kind = "all"
    first: date | None = None
    last: date | None = None

    @property
    def label(self) -> str | Promise:
        return LABELS[self.kind]

    def bounds(self, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """The first moment of the period and the first after it, in UTC."""
        start = datetime.combine(self.first, time.min, zone).astimezone(UTC) if self.first else None
        end = datetime.combine(self.last + timedelta(days=1), time.min, zone).astimezone(UTC) if self.last else None
        return start, end

    @property
    def is_all_time(self) -> bool:
        return self.first is None and self.last is None

    @property
    def key(self) -> str:
        """Short text that is equal for equal periods."""
        return f"{self.first or ''}~{self.last or ''}"


ALL_TIME = Period()


def named(kind: str, today: date) -> Period:
    """One of the periods that need no dates; all time for a name that is none."""
    if kind == "year":
        # The same day a year ago, exclusive: twelve whole months that end today.
        try:
            start = today.replace(year=today.year - 1)
        except ValueError:  # 29 February
            start = today.replace(year=today.year - 1, day=28)
        return Period("year", start + timedelta(days=1), today)
    if kind == "this_year":
        return Period("this_year", today.replace(month=1, day=1), today)
    return ALL_TIME


def parse(kind: str, first: str, last: str, today: date) -> tuple[Period, str]:
    """The period that an address asks for, and a sentence about what of it could not be used ("" when all could)."""
    if kind != "custom":
        return named(kind, today), ""
    problem = ""
    days: list[date | None] = []
    for text in (first, last):
        day: date | None = None
        if text.strip():
            try:
                day = parse_date(text.strip(), day_first=True, today=today).date
            except DateProblem as error:
                problem = str(error)
        days.append(day)
    start, end = days
    if start and end and start > end:
        start, end = end, start
    return Period("custom", start, end), problem
