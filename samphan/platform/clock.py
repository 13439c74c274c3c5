"""The clock engine: working time, working days, openings. The moment and the calendar are always arguments.

    calendar = WorkCalendar(zone, week=parse_week({0: "9-12, 13-18", ...}), is_day_off=lambda day: day in holidays)
    moment_after(calendar, at, timedelta(hours=4))   # four working hours from now
    working_time(calendar, asked_at, answered_at)    # how long it took, without nights, Sundays and holidays

Opening hours are wall times of the zone, so an interval over a change to summer time is an hour shorter; lengths are real
time. What ends at or before its beginning ends the next day: 18:00-02:00 is one evening.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.digits import to_ascii_digits
from samphan.platform.thai.problems import ValueProblem

DAY = 24 * 60
HORIZON = 366 * 3  # days that are looked through for an opening; a calendar without one in that time has none

Span = tuple[int, int]  # minutes from midnight; the end may lie behind midnight
Week = tuple[tuple[Span, ...], ...]  # Monday first


class HoursProblem(ValueProblem):
    """A text that says no hours."""


def never(day: date) -> bool:
    """No day is a day off."""
    return False


@dataclass(frozen=True)
class WorkCalendar:
    """When somebody works: the hours of each weekday, and the days that are off.

    :param week: seven tuples of spans, Monday first, each in order and apart from the next.
    :param is_day_off: holidays; on one nothing begins, what began the evening before still ends.
    """

    zone: ZoneInfo
    week: Week
    is_day_off: Callable[[date], bool] = never

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    def works_on(self, day: date) -> bool:
        """True when something opens on that day."""
        return bool(self.week[day.weekday()]) and not self.is_day_off(day)

    def openings(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """What opens on a day, in UTC, in order."""
        if self.works_on(day):
            for begins, ends in self.week[day.weekday()]:
                opening, closing = self._moment(day, begins), self._moment(day, ends)
                if opening < closing:  # an hour that summer time leaves out
                    yield opening, closing

    def _moment(self, day: date, minutes: int) -> datetime:
        days, rest = divmod(minutes, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self.zone)
        return wall.astimezone(UTC)


def is_open(calendar: WorkCalendar, at: datetime) -> bool:
    """True when a moment lies within working time; the end of an interval does not."""
    return any(opening <= at < closing for opening, closing in _around(calendar, at))


def next_opening(calendar: WorkCalendar, at: datetime) -> datetime | None:
    """The first moment from `at` on that is open: `at` itself while it is; None where nothing opens in three years."""
    for opening, closing in _from(calendar, at):
        return max(opening, at.astimezone(UTC)) if closing > at else None
    return None


def working_time(calendar: WorkCalendar, begins: datetime, ends: datetime) -> timedelta:
    """The working time between two moments; nothing when the end does not lie behind the beginning."""
    found = timedelta()
    if ends <= begins:
        return found
    day = begins.astimezone(calendar.zone).date() - timedelta(days=1)
    last = ends.astimezone(calendar.zone).date()
    while day <= last:
        for opening, closing in calendar.openings(day):
            found += max(min(closing, ends) - max(opening, begins), timedelta())
        day += timedelta(days=1)
    return found


def moment_after(calendar: WorkCalendar, at: datetime, length: timedelta) -> datetime | None:
    """The moment when so much working time has passed since `at`; None where nothing opens for three years.

    Of several such moments it is the first: eight hours from the morning end at closing time, not at the next opening.
    """
    if length <= timedelta():
        return at.astimezone(UTC)
    left, begins = length, at.astimezone(UTC)
    for opening, closing in _from(calendar, at):
        worked = closing - max(opening, begins)
        if worked >= left:
            return closing - (worked - left)
        left -= worked
    return None


def next_working_day(calendar: WorkCalendar, day: date, count: int = 1) -> date | None:
    """The `count`-th working day behind a day; None where nobody works for three years."""
    for _step in range(count):
        following = next((one for one in _days(day + timedelta(days=1), HORIZON) if calendar.works_on(one)), None)
        if following is None:
            return None
        day = following
    return day


def _around(calendar: WorkCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = at.astimezone(calendar.zone).date()
    for one in (day - timedelta(days=1), day):
        yield from calendar.openings(one)


def _from(calendar: WorkCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Intervals that end behind a moment, in order."""
    begins = at.astimezone(calendar.zone).date() - timedelta(days=1)
    for day in _days(begins, HORIZON):
        for opening, closing in calendar.openings(day):
            if closing > at:
                yield opening, closing


def _days(first: date, count: int) -> Iterator[date]:
    for index in range(count):
        yield first + timedelta(days=index)


# Hours as people write them

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:น\.?)?\s*(?:-|–|—|ถึง|to)\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:น\.?)?")
_CLOSED = ("", "-", "—", "ปิด", "หยุด", "closed", "off")


def parse_hours(text: str) -> tuple[Span, ...]:
    """The hours of a day as typed: `9-12, 13.00-18.00`, `๐๘:๓๐ - ๑๗:๓๐ น.`, `18:00-02:00`; nothing or ปิด is closed.

    :raises HoursProblem: for what says no hours, and for intervals that overlap.
    """
    plain = to_ascii_digits(text).strip()
    if plain.casefold() in _CLOSED:
        return ()
    spans = []
    for part in re.split(r"\s*(?:,|;|/|และ)\s*|\s+(?=\d{1,2}[:.]?\d{0,2}\s*[-–])", plain):
        if not part:
            continue
        match = _SPAN.fullmatch(part)
        if match is None:
            raise HoursProblem(
                "unreadable", _("“%(text)s” says no hours; write 09:00-12:00, 13:00-18:00"), text=part[:40]
            )
        begins, ends = _minutes(match[1], match[2], part), _minutes(match[3], match[4], part)
        spans.append((begins, ends if ends > begins else ends + DAY))
    spans.sort()
    for (begins, ends), (following, _following_ends) in zip(spans, [*spans[1:], (spans[0][0] + DAY, 0)], strict=True):
        if following < ends:
            raise HoursProblem(
                "overlap", _("%(hours)s runs into the next interval"), hours=hours_text(((begins, ends),))
            )
    return tuple(spans)


def hours_text(spans: tuple[Span, ...]) -> str:
    """Hours as they are written: 09:00-12:00, 13:00-18:00; nothing for a closed day."""
    return ", ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in spans)


def week_of(texts: Mapping[str, str]) -> Week:
    """A week from hours as typed, by weekday as text, Monday "0"."""
    return tuple(parse_hours(texts.get(str(day), "")) for day in range(7))


def _clock(minutes: int) -> str:
    rest = minutes % DAY
    return "24:00" if minutes == DAY else f"{rest // 60:02}:{rest % 60:02}"


def _minutes(hours: str, minutes: str | None, part: str) -> int:
    found = int(hours) * 60 + int(minutes or 0)
    if found > DAY or int(minutes or 0) > 59:
        raise HoursProblem("clock", _("“%(text)s” is no time of day"), text=part[:40])
    return found
