"""Times of day as people write and say them: 14:05, 14.05 น., 2 pm, บ่าย 2 โมง, 2 ทุ่มครึ่ง, with or without a zone."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.calendar import BANGKOK
from samphan.platform.thai.problems import DateProblem

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


class Clock(NamedTuple):
    """A written time; `half` is a or p of a 12-hour clock, `offset` a zone as written."""

    hour: int
    minute: int
    second: int = 0
    micro: int = 0
    half: str = ""
    offset: str = ""


def take_clock(text: str) -> tuple[Clock | None, str]:
    """Take a written time out of the text; of a span the first one."""
    text = _UNTIL.sub(r"\1", text)
    for index, pattern in enumerate(_CLOCKS):
        match = pattern.search(text)
        if not match or (index == 3 and match.start() == 0 and match.end() == len(text)):
            continue
        groups = match.groups()
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        if index == 3:
            hour, minute, _none, letter, word, offset = groups
            return Clock(int(hour), int(minute or 0), 0, 0, _half(letter, word), offset or ""), rest
        hour, minute, second, fraction = groups[:4]
        letter, word, offset = (None, None, groups[4]) if index == 4 else (groups[-3], groups[-2], groups[-1])
        if index == 2:
            letter, word = groups[4] or groups[6], groups[5] or groups[7]
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return Clock(int(hour), int(minute), int(second or 0), micro, _half(letter, word), offset or ""), rest
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
    return Clock(hour, half), f"{text[: match.start()]} {text[match.end() :]}"


def _half(letter: str | None, word: str | None) -> str:
    return letter or ("" if not word else "a" if word == "ก่อนเที่ยง" else "p")


def check_clock(clock: Clock) -> None:
    if clock.half and not 1 <= clock.hour <= 12:
        raise DateProblem("time", _("There is no time %(time)s"), time=f"{clock.hour}:{clock.minute:02} {clock.half}m")
    at_midnight = clock.hour == 24 and clock.minute == clock.second == 0
    if (clock.hour > 23 and not at_midnight) or clock.minute > 59 or clock.second > 59:
        raise DateProblem("time", _("There is no time %(time)s"), time=f"{clock.hour}:{clock.minute:02}")


def moment_of(day: date, clock: Clock | None, zone: tzinfo) -> datetime:
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
