"""Dates and times as people in Thailand write them: Buddhist and common era, Thai months, numbers in any order.

Nothing is guessed: 03/04/2569 and years of two digits come back with their other readings unless the caller,
or the rest of the column (`detect_date_format`), says which is meant.
"""

import re
import unicodedata
from collections import Counter
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
    `usual` is set where a few years of the other era stand far from the rest: the era of most values and the
    common-era years between which they lie.
    """

    order: Order | None
    era: Era | None
    evidence: str = ""
    ambiguous: tuple[str, ...] = ()
    has_time: bool = False
    usual: tuple[Era, int, int] | None = None


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
    "sept": 9, "กุมภา": 2, "กุมภาพันธ": 2, "กุมพาพันธ์": 2, "กุมพา": 2, "มกรคม": 1, "มกราคาม": 1, "มีนาค": 3, "เมษยน": 4,
    "พฤกษภาคม": 5, "พฤษาคม": 5, "มิถุนยน": 6, "มิถุนา": 6, "กรกฏาคม": 7, "กรกฏา": 7, "กรฎาคม": 7, "กรกฎคม": 7, "สิงหคม": 8,
    "กันย": 9, "พฤษจิกายน": 11, "พฤษจิกา": 11, "พฤจิกายน": 11, "พฤศจิกายม": 11, "ธันวามคม": 12, "ธค": 12,
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip

_DAY_WORDS: dict[str, int] = {
    "วันนี้": 0, "พรุ่งนี้": 1, "มะรืน": 2, "มะรืนนี้": 2, "เมื่อวาน": -1, "เมื่อวานนี้": -1, "เมื่อวานซืน": -2,
    "today": 0, "tomorrow": 1, "yesterday": -1,
}  # fmt: skip

_CLEAN = str.maketrans(
    THAI_DIGITS + "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2044\u2215\u2018\u2019年月日",
    "0123456789" + "-------//''-- ",
    INVISIBLE,
)
_PLAIN_DATE = re.compile(
    r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?\Z"
)
_OFFSET = r"(?:\s*(z|(?:gmt|utc)?\s*[+-][0-9]{1,2}:?(?:[0-9]{2})?|gmt|utc|ict)(?![a-z0-9]))?(?:\s*\([a-z ]+\))?"
_HALF = r"(?:\s*([ap])\.?\s*m\b\.?|\s*(ก่อนเที่ยง|หลังเที่ยง))"
_HOURS = r"\s*(?:น\.?(?![ก-๙])|นาฬิกา|hrs?\b\.?|hours?\b)"
_CLOCKS = (
    # 14:05, 14:05:30.5 น., 2:05 pm +07:00; ISO with its T.
    re.compile(
        rf"(?:(?<=[0-9])t|(?:เวลา|at)?\s*(?<![0-9:.]))([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:[.,]([0-9]{{1,9}}))?)?"
        rf"(?![0-9:])(?:{_HOURS})?{_HALF}?{_OFFSET}"
    ),
    # A point may part a time only where something says that it is one: 14.05 น., เวลา 14.05.
    re.compile(
        rf"(?:เวลา|\bat|(?<=[0-9]{{4}})\s)\s*([0-9]{{1,2}})\.([0-9]{{2}})(?:\.([0-9]{{2}}))?()(?![0-9.])(?:{_HOURS})?{_HALF}?{_OFFSET}"
    ),
    re.compile(rf"(?<![0-9:.])([0-9]{{1,2}})\.([0-9]{{2}})(?:\.([0-9]{{2}}))?()(?:{_HOURS}{_HALF}?|{_HALF}){_OFFSET}"),
    re.compile(
        rf"(?:เวลา\s*)?(?<![0-9:.])([0-9]{{1,2}})(?:(?=\s*(?:นาฬิกา)){_HOURS}(?:\s*([0-9]{{1,2}})\s*นาที)?|()(?:{_HOURS}|(?=\s*[ap]\.?\s*m\b)))"
        rf"{_HALF}?{_OFFSET}"
    ),
    re.compile(rf"(?<=[0-9])t([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})?()(?![0-9]){_OFFSET}"),
)
# บ่าย 2 โมง, 5 โมงเย็น, 2 ทุ่มครึ่ง, ตี 4: the hour of the day is told by the word.
_SPOKEN = re.compile(
    r"(?:เวลา\s*)?(?:(?P<noon>เที่ยง(?:วัน|ตรง)?(?!คืน))|บ่าย\s*(?P<after>[1-5]?)\s*โมง|(?P<eve>[3-6])\s*โมงเย็น|(?P<morn>[0-9]{1,2})\s*โมง(?:เช้า)?"
    r"|(?P<night>[1-5]?)\s*ทุ่ม|ตี\s*(?P<dawn>[1-5]))\s*(?P<half>ครึ่ง)?(?:ตรง)?"
)
# 08:00-09:00 is an hour's meeting; behind seconds the second half is an offset.
_UNTIL = re.compile(r"(?<![0-9:.t])([0-9]{1,2}[:.][0-9]{2})\s*-\s*[0-9]{1,2}[:.][0-9]{2}(?![0-9])")
_NUMBERED_MONTH = re.compile(r"เดือน\s*(?:ที่\s*)?(1[0-2]|0?[1-9])(?![0-9])")
_BUDDHIST = re.compile(r"\(?(?:พุทธศักราช|พ\.?\s*ศ(?![ก-๙])\.?|(?<![a-z])b\.?\s*e(?![a-z])\.?)\s*")
_COMMON = re.compile(
    r"\(?(?:คริสต?์?ศักราช|คริสต์ศักราช|ค\.?\s*ศ(?![ก-๙])\.?|(?<![a-z])(?:a\.?\s*d|c\.?\s*e)(?![a-z])\.?)\s*"
)
_BOTH_YEARS = re.compile(r"([0-9]{4})(?:\s*[(/]\s*|\s+)([0-9]{4})\s*\)?\s*\Z")
_THAI_DAY = "จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัสฯ|พฤหัส|ศุกร์|เสาร์|อาทิตย์"
_WEEKDAY = re.compile(
    rf"(?:วัน\s*)?(?:{_THAI_DAY})\s*(?:ที่)?(?![ก-๙])|(?<![ก-๙.])(?:จ|อ|พ|พฤ|ศ|ส|อา)\.(?=[\s,]*[0-9])|\A(?:จ|อ|พ|พฤ|ศ|ส|อา)(?=[\s,]+[0-9])"
    r"|(?<![a-z])(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    r"(?![a-z])\.?"
)
_LABEL = re.compile(
    r"\A[\s(\"'\[:]*(?:(?:ณ|ลง|เมื่อ|ประจำ|เกิด|วันเกิด|(?:ว/ด/ป|ว\.ด\.ป\.)(?:\s*เกิด)?|date|dob|d\.o\.b\.|born|on|the)?\s*(?:วัน\s*ที่)?)\s*[:：]?\s*"
)
_FILLERS = re.compile(
    r"(?<=[0-9])\s*(?:st|nd|rd|th)(?![a-z])|(?<![a-z])(?:of|the|day)(?![a-z])|ปี|วันที่|(?<![ก-๙])ที่|น\.?\s*\Z"
)


def _month_pattern() -> re.Pattern[str]:
    """Match the name of a month in any spelling, the longest first."""
    short = {name.replace(".", "") for name in THAI_MONTHS_SHORT}
    # ม.ค. may stand as มค, ม.ค, มค. and ม. ค.
    shapes = [
        rf"{re.escape(name[:-1])}\.?\s*{name[-1]}" if name in short else re.escape(name)
        for name in sorted(_MONTHS, key=len, reverse=True)
    ]
    return re.compile(rf"(?<![ก-๙a-z])(?<![ก-๙a-z]\.)(?:เดือน\s*)?({'|'.join(shapes)})(?![ก-๙a-z])\.?")


_MONTH = _month_pattern()
_TOKEN = re.compile(r"m[0-9]+|[0-9]+|[^\s0-9/,\-_|\\.()'\"\[\];:]+")
_SEVERAL = re.compile(r"\s*(?:ถึง|และ|\bto\b|\band\b|~|\s-\s|,\s|;)\s*")


class _Clock(NamedTuple):
    """A written time; `half` is a or p of a 12-hour clock, `offset` a zone as written."""

    hour: int
    minute: int
    second: int = 0
    micro: int = 0
    half: str = ""
    offset: str = ""


class _Reading(NamedTuple):
    """What stands in the text, before the era is decided; `month` is the language of a month's name."""

    fields: tuple[tuple[int, int, int, Order], ...]  # year as written, month, day, order: the possible readings
    year_digits: int
    era: Era | None
    clock: _Clock | None
    month: Literal["", "th", "en"] = ""
    is_serial: bool = False


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
    if parsed.clock and parsed.clock.offset:
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
    return ParsedDateTime(value, parsed.clock is not None, parsed.dates.alternatives, parsed.dates.reason)


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

    Values that are no dates at all are passed over. Two-digit years are settled only where all the four-digit years
    beside them are of one era.
    """
    evidence = ""
    settled: set[Order] = set()
    years: dict[Era, Counter[int]] = {"be": Counter(), "ce": Counter()}
    open_era = open_order = has_time = seen = False
    for value in values:
        reading = _read(value)
        if isinstance(reading, str) or reading.is_serial:
            continue
        dates = {field[3]: days for field in reading.fields if (days := _valid_dates(field, reading))}
        if not dates:
            continue
        has_time = has_time or reading.clock is not None
        if reading.year_digits == 2 and reading.era is None:
            open_era = open_era or any(len(days) > 1 for days in dates.values())
        else:
            first = reading.fields[0][0]
            era: Era = reading.era or ("be" if first >= _FIRST_BUDDHIST else "ce")
            years[era][next(iter(dates.values()))[0].year] += 1
        seen = True
        if len(dates) == 1:
            evidence = evidence if settled & set(dates) else evidence or value
            settled |= set(dates)
        elif len({day for days in dates.values() for day in days}) > max(map(len, dates.values())):
            open_order = True
    if not seen:
        return DateFormat(None, None, has_time=has_time)
    ambiguous: list[str] = []
    order: Order | None = None
    # Year-first dates say nothing against day-first ones beside them: both are readable as they stand.
    if {"dmy", "mdy"} <= settled:
        ambiguous.append("mixed")
    elif settled & {"dmy", "mdy"}:
        order = "dmy" if "dmy" in settled else "mdy"
    elif open_order:
        ambiguous.append("order")
    elif settled:
        order = "ymd"
    only = [one for one, seen_years in years.items() if seen_years]
    if open_era and len(only) != 1:
        ambiguous.append("era")
    return DateFormat(
        order,
        only[0] if len(only) == 1 else None,
        evidence if order else "",
        tuple(ambiguous),
        has_time,
        _usual_years(years) if len(only) == 2 else None,
    )


def _usual_years(years: dict[Era, Counter[int]]) -> tuple[Era, int, int] | None:
    """The era of most values and its years with ten beside them, where years of the other era lie outside."""
    most: Era = max(years, key=lambda era: years[era].total())
    few = years["ce" if most == "be" else "be"]
    if few.total() * 3 > sum(counts.total() for counts in years.values()):
        return None  # two customs beside each other, not a slip
    first, last = min(years[most]) - 10, max(years[most]) + 10
    return (most, first, last) if any(not first <= year <= last for year in few) else None


def compile_parser(form: DateFormat, *, zone: tzinfo = BANGKOK) -> Callable[[str], date]:
    """Return a quick reader for one column, with what `form` leaves open refused instead of guessed.

    The reader raises DateProblem, with code "ambiguous" where a value can be read in two ways.
    """

    @lru_cache(maxsize=65_536)
    def read(text: str) -> date:
        parsed = parse_date(text, order=form.order, era=form.era, zone=zone)
        if parsed.reason:
            raise _ambiguous(text, parsed.date, parsed.alternatives)
        if form.usual and (problem := _odd_era(text, parsed.date, form.usual)):
            raise problem
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
        if form.usual and (problem := _odd_era(text, parsed.value.date(), form.usual)):
            raise problem
        return parsed.value

    return read


_PLAIN_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")


# ---------------------------------------------------------------- reading


class _Parsed(NamedTuple):
    dates: ParsedDate
    clock: _Clock | None


def _parse(text: str, order: Order | None, era: Era | None, today: date | None) -> _Parsed:
    # The commonest machine form needs none of the machinery below.
    if len(text) == 10 and text[4] == "-" and text[7] == "-" and text.isascii() and text[:4] < "2400":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            pass
        else:
            if day.year >= _EARLIEST:
                return _Parsed(ParsedDate(day), None)
    reading = _read(text)
    if isinstance(reading, str):
        key = text.translate(_CLEAN).strip().lower()
        if today is not None and key in _DAY_WORDS:
            return _Parsed(ParsedDate(today + timedelta(days=_DAY_WORDS[key])), None)
        raise _unreadable(reading, text)
    fields = reading.fields
    if order and len(fields) > 1:
        fields = tuple(field for field in fields if field[3] == order) or fields
    era = reading.era or era
    dates: list[tuple[date, Order]] = []
    for field in fields:
        for day in _in_likely_order(_valid_dates(field, reading, era), reading, today):
            if all(day != known for known, _order in dates):
                dates.append((day, field[3]))
    if not dates:
        raise _impossible(fields[0], reading)
    if reading.clock:
        _check_clock(reading.clock)
    if reading.year_digits == 2 and era is None and len(dates) == 1:
        _refuse_far_leap_day(dates[0][0], fields[0][0], reading)
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


def _refuse_far_leap_day(day: date, year: int, reading: _Reading) -> None:
    """Refuse 29/2/68: 2568 has no such day, and that 2068 has it does not make 2068 meant.

    :raises DateProblem: where only the common era is left, with a Thai month or a year far ahead.
    """
    buddhist = 2500 + year - ERA_YEARS
    is_leap_day = (day.month, day.day) == (2, 29)
    if is_leap_day and day.year not in (buddhist, buddhist - 100) and (reading.month == "th" or day.year >= 2040):
        raise DateProblem("leap_day", _("%(year)s has no 29 February"), year=2500 + year)


def _in_likely_order(days: list[date], reading: _Reading, today: date | None) -> list[date]:
    """Put the readings of a two-digit year in order: a Thai month goes with the Buddhist era, else the nearest day."""
    if len(days) < 2 or reading.month == "th":
        return days
    if today is not None:
        # Most dates lie behind us; one that is years ahead is the less likely one.
        return sorted(days, key=lambda day: (day.year > today.year + 2, abs((day - today).days)))
    return days[::-1] if reading.month == "en" else days


def _unreadable(code: str, text: str) -> DateProblem:
    shown = text.strip()[:30]
    if code == "incomplete":
        return DateProblem(code, _("“%(value)s” lacks the day, the month or the year"), value=shown)
    if code == "several":
        return DateProblem(code, _("“%(value)s” holds more than one date"), value=shown)
    return DateProblem("not_a_date", _("“%(value)s” is not a date"), value=shown)


@lru_cache(maxsize=16_384)
def _read(text: str) -> _Reading | str:
    """Find year, month and day in the text, in every order they may stand in; a code when it holds no whole date."""
    if match := _PLAIN_DATE.match(text):
        fields, digits = _numeric(match[1], match[3], match[4])
        clock = _Clock(int(match[5]), int(match[6]), int(match[7] or 0)) if match[5] else None
        return _Reading(fields, digits, None, clock) if fields else "not_a_date"
    if len(text) > 160:
        return "not_a_date"
    clean = text.strip().lower()
    if not clean.isascii():
        clean = unicodedata.normalize("NFKC", clean.translate(_CLEAN))
    clean = " ".join(clean.split())
    reading = _read_clean(clean)
    if reading == "not_a_date":
        parts = [part for part in _SEVERAL.split(clean) if part]
        if len(parts) == 2 and not isinstance(_read_clean(parts[1]), str):
            return "several"
    return reading


def _read_clean(text: str) -> _Reading | str:
    if text.replace(".", "", 1).isdigit():
        return _digits_only(text)
    bare = _COMMON.sub(" ", _BUDDHIST.sub(" ", text))
    era: Era | None = None
    has_both = False
    if bare != text:
        has_both = bool(_COMMON.search(text) and _BUDDHIST.search(text))
        era = None if has_both else "ce" if _COMMON.search(text) else "be"
    clock, text = _take_clock(_UNTIL.sub(r"\1", _WEEKDAY.sub(" ", bare, count=1)))
    text = _LABEL.sub("", text, count=1).strip(" ,.;()[]\"'")
    if match := _BOTH_YEARS.search(text):
        if abs(int(match[1]) - int(match[2])) != ERA_YEARS:
            return "not_a_date"
        era, text = None, text[: match.start()] + match[1]
    elif has_both:
        return "not_a_date"
    text = _FILLERS.sub(" ", text)
    month: Literal["", "th", "en"] = ""
    if match := _NUMBERED_MONTH.search(text):
        month, text = "th", f"{text[: match.start()]} m{int(match[1])} {text[match.end() :]}"
    elif match := _MONTH.search(text):
        month = "en" if match[1].isascii() else "th"
        number = _MONTHS[match[1].replace(".", "").replace(" ", "")]
        text = f"{text[: match.start()]} m{number} {text[match.end() :]}"
    tokens = _TOKEN.findall(text)
    if not tokens or not all(token.lstrip("m").isdigit() for token in tokens):
        return "not_a_date"
    if len(tokens) == 1:
        if len(tokens[0]) >= 6:
            found = _digits_only(tokens[0])
            return found if isinstance(found, str) else found._replace(era=era, clock=clock or found.clock)
        return "incomplete" if month or (len(tokens[0]) == 4 and _is_year(tokens[0])) else "not_a_date"
    if len(tokens) == 2:
        is_day = all(len(token) < 3 and 1 <= int(token) <= 31 for token in tokens if token[0] != "m")
        is_year = any(len(token) == 4 and _is_year(token) for token in tokens)
        plausible = month or ((is_day or is_year) and re.search(r"[0-9]\s*[/-]\s*[0-9]", text))
        return "incomplete" if plausible else "not_a_date"
    if len(tokens) != 3:
        return "not_a_date"
    if month:
        fields, digits = _with_month(tokens)
    elif any(char in text for char in ":;|") and not re.fullmatch(r"[0-9\s|]+", text):
        return "not_a_date"
    else:
        fields, digits = _numeric(*tokens)
    return _Reading(fields, digits, era, clock, month) if fields else "not_a_date"


def _is_year(token: str) -> bool:
    return 1800 <= int(token) <= 2199 or _FIRST_BUDDHIST <= int(token) <= 2199 + ERA_YEARS


_Fields = tuple[tuple[int, int, int, Order], ...]


def _numeric(first: str, second: str, third: str) -> tuple[_Fields, int]:
    """Readings of three groups of digits, and how many digits the year has; no readings where they are no date."""
    if len(first) > 4 or len(second) > 2 or len(third) > 4:
        return (), 0
    a, b, c = int(first), int(second), int(third)
    if len(first) == 4 and len(third) <= 2:
        return ((a, b, c, "ymd"),), 4
    if len(first) > 2 or len(third) == 3:
        return (), 0
    if len(third) == 4:
        return ((c, b, a, "dmy"), (c, a, b, "mdy")), 4
    if len(third) == 2:
        both: _Fields = ((c, b, a, "dmy"), (c, a, b, "mdy"))
        # 26-11-21 is a year first only when two digits stand there.
        return ((*both, (a, b, c, "ymd")) if len(first) == 2 else both), 2
    return (((a, b, c, "ymd"),), 2) if len(first) == 2 else ((), 0)


def _with_month(tokens: list[str]) -> tuple[_Fields, int]:
    at = next(index for index, token in enumerate(tokens) if token[0] == "m")
    month = int(tokens[at][1:])
    first, second = (token for token in tokens if token[0] != "m")
    if len(first) == 4 and len(second) <= 2:
        return ((int(first), month, int(second), "ymd"),), 4
    if len(first) > 2 or len(second) not in (2, 4):
        return (), 0
    if len(second) == 2 and len(first) == 2 and int(first) > 31:
        return ((int(first), month, int(second), "ymd"),), 2
    return ((int(second), month, int(first), "mdy" if at == 0 else "dmy"),), len(second)


def _digits_only(text: str) -> _Reading | str:
    """Read 25691121, 21112569, 20261121140500 and the number that a spreadsheet keeps for a day."""
    whole, _point, fraction = text.partition(".")
    if fraction and len(whole) != 5:
        return "not_a_date"
    if len(whole) in (12, 14):
        clock = _Clock(int(whole[8:10]), int(whole[10:12]), int(whole[12:] or 0))
        day = (int(whole[:4]), int(whole[4:6]), int(whole[6:8]))
        return _Reading(((*day, "ymd"),), 4, None, clock) if _is_year(whole[:4]) else "not_a_date"
    if len(whole) in (7, 8):
        # A leading zero may be lost. No eight digits have a possible year at both ends with a month beside each.
        padded = whole.zfill(8)
        if len(whole) == 8 and _is_year(whole[:4]) and not (int(whole[4:6]) > 12 and _is_year(whole[4:])):
            return _Reading(((int(whole[:4]), int(whole[4:6]), int(whole[6:]), "ymd"),), 4, None, None)
        if not _is_year(padded[4:]):
            return "not_a_date"
        a, b, year = int(padded[:2]), int(padded[2:4]), int(padded[4:])
        return _Reading(((year, b, a, "dmy"), (year, a, b, "mdy")), 4, None, None)
    if len(whole) == 6:
        found = _Reading(_numeric(whole[:2], whole[2:4], whole[4:])[0], 2, None, None)
        return found if any(_valid_dates(field, found) for field in found.fields) else "not_a_date"
    if len(whole) == 5 and _FIRST_SERIAL <= int(whole) <= _LAST_SERIAL:
        moment = excel_date(float(text))
        time_of_day = _Clock(moment.hour, moment.minute, moment.second) if moment.time() != time() else None
        return _Reading(((moment.year, moment.month, moment.day, "ymd"),), 4, None, time_of_day, is_serial=True)
    return "incomplete" if len(text) == 4 and _is_year(text) else "not_a_date"


# 18 May 1927 to 31 December 2099: five digits that stand for a day, and no postcode in a column of dates.
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050


def _take_clock(text: str) -> tuple[_Clock | None, str]:
    """Take a written time out of the text."""
    for index, pattern in enumerate(_CLOCKS):
        match = pattern.search(text)
        if not match or (index == 3 and match.start() == 0 and match.end() == len(text)):
            continue
        groups = match.groups()
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        if index == 3:
            hour, minute, _none, letter, word, offset = groups
            return _Clock(int(hour), int(minute or 0), 0, 0, _half(letter, word), offset or ""), rest
        hour, minute, second, fraction = groups[:4]
        letter, word, offset = (None, None, groups[4]) if index == 4 else (groups[-3], groups[-2], groups[-1])
        if index == 2:
            letter, word = groups[4] or groups[6], groups[5] or groups[7]
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return _Clock(int(hour), int(minute), int(second or 0), micro, _half(letter, word), offset or ""), rest
    match = _SPOKEN.search(text)
    if match is None:
        return None, text
    half = 30 if match["half"] else 0
    if match["noon"]:
        hour = 12
    elif match["after"] is not None:
        hour = 12 + int(match["after"] or 1)
    elif match["eve"]:
        hour = 12 + int(match["eve"])
    elif match["morn"]:
        hour = int(match["morn"])
        hour += 6 if hour < 6 else 0  # 2 โมงเช้า counts from six
    elif match["dawn"]:
        hour = int(match["dawn"])
    else:
        hour = 18 + int(match["night"] or 1)
    return _Clock(hour, half), f"{text[: match.start()]} {text[match.end() :]}"


def _half(letter: str | None, word: str | None) -> str:
    return letter or ("" if not word else "a" if word == "ก่อนเที่ยง" else "p")


def _years(year: int, digits: int, era: Era | None) -> tuple[int, ...]:
    """Return the common-era years that a written year may mean, the Buddhist one first."""
    if digits == 4:
        return (year - ERA_YEARS,) if era == "be" or (era is None and year >= _FIRST_BUDDHIST) else (year,)
    # Common-era pairs turn over at 70, as POSIX and spreadsheets (nearly) do; Buddhist ones so that 99 is 2499 and not
    # a day still to come.
    common = 2000 + year if year < 70 else 1900 + year
    buddhist = (2500 + year if year < 85 else 2400 + year) - ERA_YEARS
    return (buddhist,) if era == "be" else (common,) if era == "ce" else (buddhist, common)


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


def _impossible(field: tuple[int, int, int, Order], reading: _Reading) -> DateProblem:
    year, month, day, _order = field
    if not 1 <= month <= 12:
        return DateProblem("month", _("There is no month %(month)s"), month=month)
    if not 1 <= day <= _MONTH_LENGTHS[month - 1]:
        return DateProblem("day", _("Month %(month)s has no day %(day)s"), month=month, day=day)
    if (
        month == 2
        and day == 29
        and any(_EARLIEST <= one <= _LATEST for one in _years(year, reading.year_digits, reading.era))
    ):
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


def _odd_era(text: str, day: date, usual: tuple[Era, int, int]) -> DateProblem | None:
    """The problem of a four-digit year of the era that the column does not use, far from all its other years."""
    era, first, last = usual
    reading = _read(text)
    if isinstance(reading, str) or reading.year_digits != 4 or reading.is_serial or first <= day.year <= last:
        return None
    written: Era = reading.era or ("be" if reading.fields[0][0] >= _FIRST_BUDDHIST else "ce")
    if written == era:
        return None
    return DateProblem(
        "odd_era",
        _(
            "“%(value)s” would be %(date)s; the other years of the column are %(first)s to %(last)s. Please check the year"
        ),
        value=text.strip()[:30],
        date=format_date(day),
        first=first + (ERA_YEARS if era == "be" else 0),
        last=last + (ERA_YEARS if era == "be" else 0),
    )


def _check_clock(clock: _Clock) -> None:
    if clock.half and not 1 <= clock.hour <= 12:
        raise DateProblem("time", _("There is no time %(time)s"), time=f"{clock.hour}:{clock.minute:02} {clock.half}m")
    at_midnight = clock.hour == 24 and clock.minute == clock.second == 0
    if (clock.hour > 23 and not at_midnight) or clock.minute > 59 or clock.second > 59:
        raise DateProblem("time", _("There is no time %(time)s"), time=f"{clock.hour}:{clock.minute:02}")


def _moment(day: date, clock: _Clock | None, zone: tzinfo) -> datetime:
    """Join a day and a written time in `zone`."""
    if clock is None:
        return datetime.combine(day, time(), zone)
    hour = clock.hour
    if clock.half:
        hour = hour % 12 + (12 if clock.half == "p" else 0)
    if hour == 24:
        hour, day = 0, day + timedelta(days=1)
    written = time(hour, clock.minute, clock.second, clock.micro)
    if not clock.offset:
        return datetime.combine(day, written, zone)
    return datetime.combine(day, written, _zone_of(clock.offset)).astimezone(zone)


def _zone_of(offset: str) -> tzinfo:
    if offset == "ict":
        return BANGKOK
    digits = re.sub(r"[^0-9]", "", offset)
    if not digits:
        return UTC
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise DateProblem("time", _("There is no time %(time)s"), time=offset)
    return timezone((-1 if "-" in offset else 1) * timedelta(hours=hours, minutes=minutes))
