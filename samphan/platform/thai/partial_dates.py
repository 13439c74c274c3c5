"""Dates of which parts are unknown: a birthday without its year, a year of birth alone.

One is kept as a text of ten characters, the ISO date with XX for what is unknown (the notation of ISO 8601-2):
1987-11-21, 1987-11-XX, 1987-XX-XX and XXXX-11-05. One value in one column, and comparable as a text: X lies above the
digits, so `value <= '1987-11-30'` holds where every day that may be meant does.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.calendar import ENGLISH_MONTHS, ERA_YEARS, THAI_MONTHS_SHORT, Era, format_date
from samphan.platform.thai.date_words import (
    BUDDHIST,
    CLEAN,
    COMMON,
    FILLERS,
    LABEL,
    MONTH,
    MONTH_LENGTHS,
    MONTHS,
    NUMBERED_MONTH,
    is_year,
    years_meant,
)
from samphan.platform.thai.dates import DateProblem, Order

PATTERN = (
    r"^([0-9]{4}-XX-XX|[0-9]{4}-(0[1-9]|1[0-2])-XX|([0-9]{4}|XXXX)-"
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9])))$"
)
"""What the stored text looks like; a day fits its month, but for 29 February."""
LEAP_PATTERN = r"^(XXXX|[0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$"
"""The 29 February of a year that has one, or of an unknown year."""

_STORED = re.compile(PATTERN)
_LEAP = re.compile(LEAP_PATTERN)
# What exports of ours and of address books write: 2530-11-??, XXXX-11-05, --11-05.
_MARKED = re.compile(r"([0-9]{4}|x{4}|\?{4}|-)-([0-9]{1,2}|xx|\?\?)-([0-9]{1,2}|xx|\?\?)")
# November 21: in English a number after its month and a space is a day; Nov-21 is how spreadsheets write a year.
_DAY_BEHIND = re.compile(r"[a-z]+\.? +[0-9]{1,2}(?:st|nd|rd|th)?")


class PartialDate(NamedTuple):
    """Year of the common era, month and day; None for what is unknown. A day has a month, a month a day or a year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, stored: str) -> "PartialDate":
        """The parts of a stored text."""
        year, month, day = (None if "X" in part else int(part) for part in stored.split("-"))
        return cls(year, month, day)

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{self.year:04}"
        month, day = ("XX" if part is None else f"{part:02}" for part in self[1:])
        return f"{year}-{month}-{day}"

    @property
    def whole(self) -> date | None:
        """The day where all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    @property
    def first(self) -> date | None:
        """The first day that may be meant; None without a year."""
        return None if self.year is None else date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date | None:
        """The last day that may be meant; None without a year."""
        if self.year is None:
            return None
        month = self.month or 12
        following = date(self.year + month // 12, month % 12 + 1, 1)
        return date(self.year, month, self.day) if self.day else following - timedelta(days=1)

    def day_in(self, year: int) -> date | None:
        """The day in another year, 28 February for the 29th of a year without one; None while the day is unknown."""
        if self.month is None or self.day is None:
            return None
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)

    def days_until(self, today: date) -> int | None:
        """Days from `today` to the next time that the day comes round, 0 on the day; None while the day is unknown."""
        for year in (today.year, today.year + 1):
            day = self.day_in(year)
            if day is not None and day >= today:
                return (day - today).days
        return None


def is_stored(text: str) -> bool:
    """Whether the text is one of the stored form, a day that there is."""
    return bool(_STORED.match(text)) and (not text.endswith("-02-29") or bool(_LEAP.match(text)))


def parse_partial_date(text: str, *, order: Order | None = None, era: Era | None = None) -> tuple[PartialDate, ...]:
    """Read a date that lacks a part: 5 พ.ย., Nov 5, 5/11, พ.ย. 2530, 11/2530, 1987-11, พ.ศ. 2530, ปี 30, 2530-11-??.

    :returns: every reading, the likeliest first: ปี 30 is 1987 or 2030, พ.ย. 25 a day or a year.
    :raises DateProblem: when the text is none of these, or there is no such day.
    """
    clean = text.strip().lower()
    if len(clean) > 60:
        raise _not_a_date(text)
    clean = unicodedata.normalize("NFKC", clean.translate(CLEAN))
    bare = COMMON.sub(" ", BUDDHIST.sub(" ", clean))
    said: Era | None = None if bare == clean else "be" if BUDDHIST.search(clean) else "ce"

    def years(written: str) -> tuple[int, ...]:
        # A year of four digits speaks for itself, whatever the era of its column.
        if len(written) == 4 and not is_year(written):
            raise DateProblem("year", _("The year %(year)s cannot be right"), year=int(written))
        return years_meant(int(written), len(written), said or (era if len(written) == 2 else None))

    if match := _MARKED.fullmatch(clean):
        year = years(match[1])[0] if match[1].isdigit() else None
        month, day = (int(part) if part.isdigit() else None for part in (match[2], match[3]))
        return (_checked(year, month, day, text),)
    says_year = said is not None or "ปี" in clean
    bare = LABEL.sub("", " ".join(bare.split()), count=1).strip(" ,.;()[]\"'")
    if found := NUMBERED_MONTH.search(bare) or MONTH.search(bare):
        name = found[1].replace(".", "").replace(" ", "")
        month = int(name) if name.isdigit() else MONTHS[name]
        # Not before the month is found: a น at the end is o'clock, or the end of พฤศจิกายน.
        sides = bare[: found.start()], bare[found.end() :]
        before, behind = (FILLERS.sub(" ", side).strip(" -/,.'") for side in sides)
        number = before or behind
        if not number:
            raise DateProblem("incomplete", _("“%(value)s” lacks the day, the month or the year"), value=text.strip())
        if (before and behind) or not re.fullmatch(r"[0-9]{1,2}|[0-9]{4}", number):
            raise _not_a_date(text)
        if len(number) == 4:
            return tuple(_checked(year, month, None, text) for year in years(number))
        if before or len(number) == 1 or _DAY_BEHIND.fullmatch(bare):
            return (_checked(None, month, int(number), text),)
        # Behind its month a number of two digits is a day or a year.
        may_be_day = said is None and 1 <= int(number) <= MONTH_LENGTHS[month - 1]
        days = (PartialDate(None, month, int(number)),) if may_be_day else ()
        return (*days, *(PartialDate(year, month) for year in years(number)))
    bare = " ".join(FILLERS.sub(" ", bare).split())
    numbers = re.fullmatch(r"([0-9]+)(?: ?[-/.] ?([0-9]+))?", bare)
    if numbers is None or len(numbers[1]) > 4 or len(numbers[2] or "") > 4:
        raise _not_a_date(text)
    first, second = numbers[1], numbers[2]
    if second is None:
        if len(first) == 4 or (says_year and len(first) == 2):
            return tuple(PartialDate(year) for year in years(first))
        raise _not_a_date(text)
    for written, other in ((second, first), (first, second)):
        if len(written) == 4:
            return tuple(_checked(year, int(other), None, text) for year in years(written))
    return _days_of_numbers(int(first), int(second), order, text)


def _days_of_numbers(first: int, second: int, order: Order | None, text: str) -> tuple[PartialDate, ...]:
    """The days that 5/11 may mean in the order of its column, or in both."""
    pairs = {"dmy": [(first, second)], "mdy": [(second, first)], "ymd": [(second, first)]}
    found = tuple(
        PartialDate(None, month, day)
        for day, month in dict.fromkeys(pairs[order] if order else [(first, second), (second, first)])
        if 1 <= month <= 12 and 1 <= day <= MONTH_LENGTHS[month - 1]
    )
    if not found:
        raise _not_a_date(text)
    return found


def _checked(year: int | None, month: int | None, day: int | None, text: str) -> PartialDate:
    """The date with these parts. :raises DateProblem: when there is no such day, or the parts do not make a date."""
    if month is not None and not 1 <= month <= 12:
        raise DateProblem("month", _("There is no month %(month)s"), month=month)
    if day is not None and month is not None and not 1 <= day <= MONTH_LENGTHS[month - 1]:
        raise DateProblem("day", _("Month %(month)s has no day %(day)s"), month=month, day=day)
    found = PartialDate(year, month, day)
    if not is_stored(str(found)):
        if (month, day) == (2, 29) and year is not None:
            raise DateProblem("leap_day", _("%(year)s has no 29 February"), year=year + ERA_YEARS)
        raise _not_a_date(text)
    return found


def _not_a_date(text: str) -> DateProblem:
    return DateProblem("not_a_date", _("“%(value)s” is not a date"), value=text.strip()[:30])


def format_partial_date(stored: str, language: str = "th", era: Era = "be") -> str:
    """Write what is known of a stored date: 21 พ.ย. 2530, 5 พ.ย., พ.ย. 2530, พ.ศ. 2530; in English 21 Nov 1987, 1987."""
    found = PartialDate.of(stored)
    if found.whole is not None:
        return format_date(found.whole, "short", language, era)
    is_thai = language.startswith("th")
    parts = []
    if found.day is not None:
        parts.append(str(found.day))
    if found.month is not None:
        parts.append(THAI_MONTHS_SHORT[found.month - 1] if is_thai else ENGLISH_MONTHS[found.month - 1][:3])
    elif is_thai:
        parts.append("พ.ศ." if era == "be" else "ค.ศ.")
    if found.year is not None:
        parts.append(str(found.year + (ERA_YEARS if era == "be" else 0)))
    return " ".join(parts)


def reach_of(first: date | None, last: date | None) -> tuple[str | None, str | None]:
    """The bounds of stored texts that lie wholly between two days: `replace(value, 'X', '0') >=` and `value <=` them.

    A year alone lies wholly in a span that begins with its first day and ends with its last.
    """
    low = high = None
    if first is not None:
        low = f"{first:%m-%d}"
        low = f"{first.year:04}-{'00-00' if low == '01-01' else low[:3] + '00' if first.day == 1 else low}"
    if last is not None:
        ends_month = (last + timedelta(days=1)).day == 1
        high = "XX-XX" if (last.month, last.day) == (12, 31) else f"{last:%m}-XX" if ends_month else f"{last:%m-%d}"
        high = f"{last.year:04}-{high}"
    return low, high


def days_of_year(today: date, count: int) -> list[tuple[str, str]]:
    """Spans of MM-DD, both ends included, in which a day comes round from `today` to `count` days on.

    One span, or two over the turn of the year; none is needed, and none given, from 365 days on. In a year without 29
    February that day comes round on the 28th.
    """
    if count >= 365:
        return []
    end = today + timedelta(days=count)
    stop = f"{end:%m-%d}"
    if stop == "02-28" and (end + timedelta(days=1)).month == 3:
        stop = "02-29"
    start = f"{today:%m-%d}"
    return [(start, stop)] if end.year == today.year else [(start, "12-31"), ("01-01", stop)]
