"""Dates and times as people in Thailand write them: Buddhist and common era, Thai months, numbers in any order.

Nothing is guessed: 03/04/2569 and years of two digits come back with their other readings unless the caller,
or the rest of the column (`detect_date_format`), says which is meant.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.calendar import (
    BANGKOK,
    ENGLISH_MONTHS,
    ERA_YEARS,
    THAI_MONTHS,
    THAI_MONTHS_SHORT,
    Era,
    format_date,
)
from samphan.platform.thai.digits import INVISIBLE, THAI_DIGITS
from samphan.platform.thai.problems import ValueProblem

Order = Literal["dmy", "mdy", "ymd"]

_FIRST_BUDDHIST = 2400  # a four-digit year from here on is Buddhist
_EARLIEST, _LATEST = 1800, 2199  # C.E.; what lies outside is a typing mistake, not a customer's date


_Day = date  # `date` is also the name of a field below


class ParsedDate(NamedTuple):
    """A date and, where the text can be read otherwise, the other readings and what leaves it open.

    `reason` is "" when certain, else "order" (day or month first), "era" (two-digit year) or "order era".
    """

    date: _Day
    alternatives: tuple[_Day, ...] = ()
    reason: str = ""


class ParsedDateTime(NamedTuple):
    """A moment with its zone; `has_time` is False when the text holds only a date (then midnight)."""

    value: datetime
    has_time: bool
    alternatives: tuple[date, ...] = ()
    reason: str = ""


class DateFormat(NamedTuple):
    """How the dates of a column are written.

    `order` and `era` are None while open and are then named in `ambiguous`, as is "mixed" when some values are
    day first and others month first. `evidence` is the value that settled the order. `has_time`: times were seen.
    """

    order: Order | None
    era: Era | None
    evidence: str = ""
    ambiguous: tuple[str, ...] = ()
    has_time: bool = False


class DateProblem(ValueProblem):
    """The text is not a date."""


_MONTHS: dict[str, int] = {}
for _number, (_full, _short, _english) in enumerate(
    zip(THAI_MONTHS, THAI_MONTHS_SHORT, ENGLISH_MONTHS, strict=True), 1
):
    _MONTHS[_full] = _number
    _MONTHS[_short.replace(".", "")] = _number
    _MONTHS[_english.lower()] = _number
    _MONTHS[_english[:3].lower()] = _number
    if _full.endswith(("คม", "ยน")):
        _MONTHS[_full[:-2]] = _number  # มกรา, เมษา
_MONTHS |= {
    "sept": 9,
    "กุมภา": 2,
    "กุมพาพันธ์": 2,
    "กรกฏาคม": 7,
    "กรกฏา": 7,
    "พฤษจิกายน": 11,
    "พฤศจิกา": 11,
    "มีค": 3,
    "เมย": 4,
    "มิย": 6,
}

_DAY_WORDS: dict[str, int] = {
    "วันนี้": 0, "พรุ่งนี้": 1, "มะรืน": 2, "มะรืนนี้": 2, "เมื่อวาน": -1, "เมื่อวานนี้": -1, "เมื่อวานซืน": -2,
    "today": 0, "tomorrow": 1, "yesterday": -1,
}  # fmt: skip

_CLEAN = str.maketrans(
    THAI_DIGITS + "\u00a0\u202f\u2010\u2011\u2012\u2013\u2014", "0123456789" + "  " + "-----", INVISIBLE
)
_TIME = (
    r"(?:(?:\s*,?\s*(?:เวลา|at)?\s*|T)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*(?:(น\.?)|([AaPp])\.?[Mm]\.?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC = re.compile(rf"(\d{{1,4}})([-/.\s])\s*(\d{{1,2}})\s*\2\s*(\d{{1,4}}){_TIME}\s*\Z")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}\s*\Z")
_ERA_WORD = r"(?:(พ\.?\s*ศ\.?|b\.?e\.?)|(ค\.?\s*ศ\.?|a\.?d\.?|c\.?e\.?))?"
_WEEKDAY = (
    r"(?:(?:วัน)?(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัสฯ?|ศุกร์|เสาร์|อาทิตย์|จ\.|อ\.|พ\.|พฤ\.|ศ\.|ส\.|อา\.)\s*(?:ที่)?|วันที่"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?)?[\s,]*"
)
_WORDS = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?[\s,/-]*([^\d\s,/-][^\d,/-]*?)[\s,/-]*{_ERA_WORD}\s*(\d{{4}}|\d{{2}}){_TIME}\s*\Z",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}([a-z]{{3,9}})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+{_ERA_WORD}(\d{{4}}|\d{{2}}){_TIME}\s*\Z",
    re.IGNORECASE,
)
_YEAR_FIRST_WORDS = re.compile(rf"(\d{{4}})[\s/-]+([^\d\s/-]+)[\s/-]+(\d{{1,2}}){_TIME}\s*\Z")


class _Reading(NamedTuple):
    """What stands in the text, before the era is decided."""

    fields: tuple[tuple[int, int, int, Order], ...]  # year as written, month, day, order: the possible readings
    year_digits: int
    era: Era | None
    clock: tuple[str | None, ...]


def parse_date(
    text: str,
    *,
    day_first: bool | None = None,
    era: Era | None = None,
    today: date | None = None,
    order: Order | None = None,
    zone: tzinfo = BANGKOK,
) -> ParsedDate:
    """Read a date: 21/11/2569, 2026-11-21, 21 พ.ย. 69, ๒๑ พฤศจิกายน ๒๕๖๙, Nov 21, 2026, with or without a time.

    A four-digit year from 2400 is Buddhist. `day_first` (or `order`) settles 03/04, `era` a two-digit year; left
    open, the likeliest reading comes first and the others are alternatives. `today` allows พรุ่งนี้ and เมื่อวาน.
    An ISO time with an offset gives the date in `zone`.

    :raises DateProblem: with a reason that names what is wrong, such as a 29 February outside a leap year.
    """
    parsed = _parse(text, order or (None if day_first is None else "dmy" if day_first else "mdy"), era, today)
    if parsed.clock and parsed.clock[6]:
        return parsed.dates._replace(date=_moment(parsed.dates.date, parsed.clock, zone).date())
    return parsed.dates


def parse_datetime(
    text: str,
    *,
    day_first: bool | None = None,
    era: Era | None = None,
    today: date | None = None,
    order: Order | None = None,
    zone: tzinfo = BANGKOK,
) -> ParsedDateTime:
    """Read a date with an optional time as a moment in `zone`; see parse_date.

    :raises DateProblem: with a reason that names what is wrong.
    """
    parsed = _parse(text, order or (None if day_first is None else "dmy" if day_first else "mdy"), era, today)
    value = _moment(parsed.dates.date, parsed.clock, zone)
    return ParsedDateTime(value, bool(parsed.clock and parsed.clock[0]), parsed.dates.alternatives, parsed.dates.reason)


def excel_date(serial: float, *, date_1904: bool = False) -> datetime:
    """Return the moment, without zone, that a spreadsheet shows for a serial number: 46347 is 21 November 2026.

    :param serial: days since 30 December 1899 (1 January 1904 with `date_1904`), the fraction is the time of day.
    :raises DateProblem: outside the years 1900 to 2199, where a number is something else than a date.
    """
    start = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30)
    if not 1 <= serial < 109_575:
        raise DateProblem("serial", _("The number %(value)s is not a date"), value=f"{serial:g}")
    # Spreadsheets keep milliseconds at best; without rounding 14:05 becomes 14:04:59.999997.
    return start + timedelta(seconds=round(serial * 86_400, 3))


def detect_date_format(values: Iterable[str]) -> DateFormat:
    """Tell from a sample of a column how its dates are written; one 25/03 settles the order for all.

    Values that are no dates at all are passed over. Two-digit years are never settled by values alone.
    """
    possible: set[Order] | None = None
    evidence = ""
    settled: set[Order] = set()
    eras: set[Era] = set()
    open_era = has_time = seen = False
    for value in values:
        try:
            reading = _read(value)
        except DateProblem:
            continue
        if reading is None:
            continue
        has_time = has_time or bool(reading.clock[0])
        if reading.year_digits == 2 and reading.era is None:
            open_era = True
        elif reading.era or reading.fields[0][0] >= _FIRST_BUDDHIST:
            eras.add(reading.era or "be")
        else:
            eras.add("ce")
        orders = {field[3] for field in reading.fields if _valid_dates(field, reading)}
        if not orders:
            continue
        seen = True
        if len(orders) == 1:
            settled |= orders
            evidence = evidence or value
        possible = orders if possible is None else (possible & orders or possible)
    if not seen or possible is None:
        return DateFormat(None, None, has_time=has_time)
    ambiguous: list[str] = []
    order: Order | None = None
    # Year-first dates say nothing against day-first ones beside them: both are readable as they stand.
    if {"dmy", "mdy"} <= settled:
        ambiguous.append("mixed")
    elif settled:
        order = "dmy" if "dmy" in settled else "mdy" if "mdy" in settled else "ymd"
    elif len(possible) == 1:
        order = next(iter(possible))
    else:
        ambiguous.append("order")
    era: Era | None = None
    if open_era:
        ambiguous.append("era")
    elif len(eras) == 1:
        era = next(iter(eras))
    return DateFormat(order, era, evidence if order else "", tuple(ambiguous), has_time)


def compile_parser(form: DateFormat, *, zone: tzinfo = BANGKOK) -> Callable[[str], date]:
    """Return a quick reader for one column, with what `form` leaves open refused instead of guessed.

    The reader raises DateProblem, with code "ambiguous" where a value can be read in two ways.
    """

    @lru_cache(maxsize=65_536)
    def read(text: str) -> date:
        parsed = parse_date(text, order=form.order, era=form.era, zone=zone)
        if parsed.reason:
            raise _ambiguous(text, parsed.date, parsed.alternatives)
        return parsed.date

    return read


def compile_datetime_parser(form: DateFormat, *, zone: tzinfo = BANGKOK) -> Callable[[str], datetime]:
    """Return a quick reader of moments for one column; see compile_parser. The values carry `zone`."""

    read_date = compile_parser(form, zone=zone)

    @lru_cache(maxsize=8_192)
    def read_clock(text: str) -> tuple[time, bool] | None:
        match = _PLAIN_CLOCK.match(text)
        if not match:
            return None
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        return (time(hour, minute, second, tzinfo=zone), True) if hour < 24 and minute < 60 and second < 60 else None

    @lru_cache(maxsize=65_536)
    def read(text: str) -> datetime:
        day, _space, clock_text = text.partition(" ")
        clock = read_clock(clock_text) if clock_text else None
        if clock:
            return datetime.combine(read_date(day), clock[0])
        parsed = parse_datetime(text, order=form.order, era=form.era, zone=zone)
        if parsed.reason:
            raise _ambiguous(text, parsed.value.date(), parsed.alternatives)
        return parsed.value

    return read


_PLAIN_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")


# ---------------------------------------------------------------- reading


class _Parsed(NamedTuple):
    dates: ParsedDate
    clock: tuple[str | None, ...]


def _parse(text: str, order: Order | None, era: Era | None, today: date | None) -> _Parsed:
    # The commonest machine form needs none of the machinery below.
    if len(text) == 10 and text[4] == "-" and text[7] == "-" and text.isascii() and text[:4] < "2400":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            pass
        else:
            if day.year >= _EARLIEST:
                return _Parsed(ParsedDate(day), ())
    reading = _read(text)
    if reading is None:
        key = text.translate(_CLEAN).strip().lower()
        if today is not None and key in _DAY_WORDS:
            return _Parsed(ParsedDate(today + timedelta(days=_DAY_WORDS[key])), ())
        raise DateProblem("not_a_date", _("“%(value)s” is not a date"), value=text.strip()[:30])
    fields = reading.fields
    if order and len(fields) > 1:
        fields = tuple(field for field in fields if field[3] == order) or fields
    era = reading.era or era
    dates: list[tuple[date, Order]] = []
    for field in fields:
        for day in _valid_dates(field, reading, era):
            if all(day != known for known, _order in dates):
                dates.append((day, field[3]))
    if not dates:
        raise _impossible(fields[0], reading, era)
    first = dates[0][0]
    if len(dates) == 1:
        return _Parsed(ParsedDate(first), reading.clock)
    reasons = []
    if len({known for _day, known in dates}) > 1:
        reasons.append("order")
    if reading.year_digits == 2 and era is None:
        reasons.append("era")
    return _Parsed(
        ParsedDate(first, tuple(day for day, _order in dates[1:]), " ".join(reasons) or "era"), reading.clock
    )


@lru_cache(maxsize=16_384)
def _read(text: str) -> _Reading | None:
    """Find year, month and day in the text, in every order they may stand in; None when it holds no date."""
    text = text.translate(_CLEAN).strip() if not text.isascii() else text.strip()
    if len(text) > 60:
        return None
    if match := _NUMERIC.match(text):
        first, second, third = match[1], match[3], match[4]
        clock = match.groups()[4:]
        a, b, c = int(first), int(second), int(third)
        if len(first) == 4 and len(third) <= 2:
            return _Reading(((a, b, c, "ymd"),), 4, None, clock)
        if len(first) > 2 or len(third) == 3:
            return None
        if len(third) == 4:
            return _Reading(((c, b, a, "dmy"), (c, a, b, "mdy")), 4, None, clock)
        if len(third) == 2:
            both: tuple[tuple[int, int, int, Order], ...] = ((c, b, a, "dmy"), (c, a, b, "mdy"))
            # 26-11-21 is a year first only when two digits stand there.
            return _Reading((*both, (a, b, c, "ymd")) if len(first) == 2 else both, 2, None, clock)
        if len(first) == 2:
            return _Reading(((a, b, c, "ymd"),), 2, None, clock)
        return None
    if match := _COMPACT.match(text):
        return _Reading(((int(match[1]), int(match[2]), int(match[3]), "ymd"),), 4, None, match.groups()[3:])
    if match := _WORDS.match(text):
        month = _month(match[2])
        if month:
            era: Era | None = "be" if match[3] else "ce" if match[4] else None
            return _Reading(((int(match[5]), month, int(match[1]), "dmy"),), len(match[5]), era, match.groups()[5:])
    if match := _MONTH_FIRST.match(text):
        month = _month(match[1])
        if month:
            era = "be" if match[3] else "ce" if match[4] else None
            return _Reading(((int(match[5]), month, int(match[2]), "mdy"),), len(match[5]), era, match.groups()[5:])
    if match := _YEAR_FIRST_WORDS.match(text):
        month = _month(match[2])
        if month:
            return _Reading(((int(match[1]), month, int(match[3]), "ymd"),), 4, None, match.groups()[3:])
    return None


def _month(word: str) -> int | None:
    key = word.replace(".", "").replace(" ", "").removeprefix("เดือน").lower()
    return _MONTHS.get(key)


def _years(year: int, digits: int, era: Era | None) -> tuple[int, ...]:
    """Return the common-era years that a written year may mean, the likeliest first."""
    if digits == 4:
        if era == "be" or (era is None and year >= _FIRST_BUDDHIST):
            return (year - ERA_YEARS,)
        return (year,) if year < _FIRST_BUDDHIST else (year - ERA_YEARS,)
    if era == "be":
        return (2500 + year - ERA_YEARS,)
    # Common-era pairs turn over at 70, as POSIX and spreadsheets (nearly) do.
    common = 2000 + year if year < 70 else 1900 + year
    return (common,) if era == "ce" else (2500 + year - ERA_YEARS, common)


def _valid_dates(field: tuple[int, int, int, Order], reading: _Reading, era: Era | None = None) -> list[date]:
    year, month, day, _order = field
    found = []
    # A four-digit year speaks for itself, whatever the column's era.
    for common in _years(year, reading.year_digits, reading.era or (era if reading.year_digits == 2 else None)):
        if _EARLIEST <= common <= _LATEST:
            try:
                found.append(date(common, month, day))
            except ValueError:
                continue
    return found


_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _impossible(field: tuple[int, int, int, Order], reading: _Reading, era: Era | None) -> DateProblem:
    year, month, day, _order = field
    if not 1 <= month <= 12:
        return DateProblem("month", _("There is no month %(month)s"), month=month)
    if not 1 <= day <= _MONTH_LENGTHS[month - 1]:
        return DateProblem("day", _("Month %(month)s has no day %(day)s"), month=month, day=day)
    if month == 2 and day == 29:
        return DateProblem("leap_day", _("%(year)s has no 29 February"), year=year)
    return DateProblem("year", _("The year %(year)s cannot be right"), year=year)


def _ambiguous(text: str, first: date, others: tuple[date, ...]) -> DateProblem:
    return DateProblem(
        "ambiguous",
        _("“%(value)s” may be %(first)s or %(second)s; please choose the date format"),
        value=text.strip()[:30],
        first=format_date(first),
        second=format_date(others[0]),
    )


def _moment(day: date, clock: tuple[str | None, ...], zone: tzinfo) -> datetime:
    """Join a day and a written time (hour, minute, second, fraction, น., a/p, offset) in `zone`."""
    if not clock or clock[0] is None:
        return datetime.combine(day, time(), zone)
    hour, minute, second = int(clock[0]), int(clock[1] or 0), int(clock[2] or 0)
    if clock[5]:
        if not 1 <= hour <= 12:
            raise DateProblem("time", _("There is no time %(time)s"), time=f"{hour}:{minute:02} {clock[5]}m")
        hour = hour % 12 + (12 if clock[5] in "pP" else 0)
    if hour == 24 and minute == second == 0:
        hour, day = 0, day + timedelta(days=1)
    if hour > 23 or minute > 59 or second > 59:
        raise DateProblem("time", _("There is no time %(time)s"), time=f"{hour}:{minute:02}")
    micro = int((clock[3] or "0")[:6].ljust(6, "0"))
    if not clock[6]:
        return datetime.combine(day, time(hour, minute, second, micro), zone)
    offset: tzinfo = UTC
    if clock[6] != "Z":
        sign = -1 if clock[6][0] == "-" else 1
        hours, minutes = int(clock[6][1:3]), int(clock[6][-2:])
        if hours > 14 or minutes > 59:
            raise DateProblem("time", _("There is no time %(time)s"), time=clock[6])
        offset = timezone(sign * timedelta(hours=hours, minutes=minutes))
    return datetime.combine(day, time(hour, minute, second, micro), offset).astimezone(zone)
