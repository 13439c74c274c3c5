"""What people type into the forms of activities and tasks."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.platform.errors import DomainError
from samphan.platform.thai.dates import parse_date, parse_datetime
from samphan.platform.thai.digits import to_ascii_digits

_CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:น\.?)?$")
_MINUTES = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(?:นาที|น\.|min|m)?\.?$", re.IGNORECASE)
_CLOCK_LENGTH = re.compile(r"^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$")


class StrangeTime(DomainError):
    message = gettext_lazy("“%(text)s” is no time of day; write 14:30.")


class StrangeMinutes(DomainError):
    message = gettext_lazy("“%(text)s” is no number of minutes.")


def read_day(text: str, today: date) -> date | None:
    """A typed day, พรุ่งนี้ included; None for nothing.

    :raises ValueProblem: for what is no date.
    """
    return parse_date(text, day_first=True, today=today).date if text.strip() else None


def read_clock(text: str) -> time | None:
    """A typed time of day: 14:30, 14.30 น., 9; None for nothing.

    :raises StrangeTime: for what is none.
    """
    text = to_ascii_digits(text.strip())
    if not text:
        return None
    found = _CLOCK.match(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise StrangeTime(text=text)
    return time(hour, minute)


def read_minutes(text: str) -> timedelta | None:
    """A typed length: 4 is four minutes, 4:12 four minutes and twelve seconds; None for nothing.

    :raises StrangeMinutes: for what is none.
    """
    text = to_ascii_digits(text.strip())
    if not text:
        return None
    if found := _CLOCK_LENGTH.match(text):
        first, second, third = int(found[1]), int(found[2]), found[3]
        if third is None:
            return timedelta(minutes=first, seconds=second)
        return timedelta(hours=first, minutes=second, seconds=int(third))
    if found := _MINUTES.match(text):
        return timedelta(minutes=float(found[1].replace(",", ".")))
    raise StrangeMinutes(text=text)


def read_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When something happened: a day with or without its time, now for nothing; a day of today alone is now.

    :raises ValueProblem: for what is no date.
    """
    if not text.strip():
        return now
    read = parse_datetime(text, day_first=True, today=now.astimezone(zone).date(), zone=zone)
    if read.has_time:
        return read.value
    if read.value.astimezone(zone).date() == now.astimezone(zone).date():
        return now
    return read.value + timedelta(hours=12)


def read_reminder(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When somebody wants to be reminded: a day with its time, or nine in the morning of a day.

    :raises ValueProblem: for what is no date, and for nothing.
    """
    read = parse_datetime(text, day_first=True, today=now.astimezone(zone).date(), zone=zone)
    return read.value if read.has_time else read.value + timedelta(hours=9)


def length_words(seconds: int | timedelta) -> str:
    """A length as people say it: 4 นาที 12 วินาที, 1 ชม. 20 นาที."""
    whole = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(_("%(count)s h") % {"count": hours})
    if minutes:
        parts.append(_("%(count)s min") % {"count": minutes})
    if left and not hours:
        parts.append(_("%(count)s s") % {"count": left})
    return " ".join(parts) or _("less than a minute")


def on_day(moment: datetime, day: date, zone: ZoneInfo) -> datetime:
    """The same time of day on another day, where the company is."""
    return datetime.combine(day, moment.astimezone(zone).timetz().replace(tzinfo=None), zone)
