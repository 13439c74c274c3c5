"""The Thai calendar on the screen: month and day names, both eras, and dates relative to today."""

from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Era = Literal["be", "ce"]
Style = Literal["short", "full", "numeric", "weekday", "day", "iso"]

BANGKOK = ZoneInfo("Asia/Bangkok")
ERA_YEARS = 543  # B.E. = C.E. + 543
THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
THAI_MONTHS_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
THAI_WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")  # Monday first, as date.weekday()
THAI_WEEKDAYS_SHORT = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def buddhist_year(year: int) -> int:
    """Return the Buddhist year of a common-era year: 2026 gives 2569."""
    return year + ERA_YEARS


@lru_cache(maxsize=16_384)
def format_date(value: date, style: Style = "short", language: str = "th", era: Era = "be") -> str:
    """Write a date: short 21 พ.ย. 2569, full 21 พฤศจิกายน 2569, numeric 21/11/2569, day 21 พ.ย.

    weekday gives วันเสาร์ที่ 21 พฤศจิกายน พ.ศ. 2569 and iso 2026-11-21. English: 21 Nov 2026 (or 2569).
    """
    if style == "iso":
        return f"{value.year:04}-{value.month:02}-{value.day:02}"
    year = value.year + ERA_YEARS if era == "be" else value.year
    if style == "numeric":
        return f"{value.day:02}/{value.month:02}/{year}"
    thai = language.startswith("th")
    if style in ("short", "day"):
        month = THAI_MONTHS_SHORT[value.month - 1] if thai else ENGLISH_MONTHS[value.month - 1][:3]
        return f"{value.day} {month}" if style == "day" else f"{value.day} {month} {year}"
    if style == "full":
        return f"{value.day} {(THAI_MONTHS if thai else ENGLISH_MONTHS)[value.month - 1]} {year}"
    if thai:
        name = "พ.ศ." if era == "be" else "ค.ศ."
        return f"วัน{THAI_WEEKDAYS[value.weekday()]}ที่ {value.day} {THAI_MONTHS[value.month - 1]} {name} {year}"
    return f"{ENGLISH_WEEKDAYS[value.weekday()]} {value.day} {ENGLISH_MONTHS[value.month - 1]} {year}"


def format_month(value: date, language: str = "th", era: Era = "be") -> str:
    """Write the month of a day: พฤศจิกายน 2569, in English November 2026."""
    month = (THAI_MONTHS if language.startswith("th") else ENGLISH_MONTHS)[value.month - 1]
    return f"{month} {value.year + ERA_YEARS if era == 'be' else value.year}"


def format_weekday(value: date, language: str = "th", *, is_short: bool = False) -> str:
    """Write the name of a day of the week: เสาร์ or ส., in English Saturday or Sat."""
    if language.startswith("th"):
        return (THAI_WEEKDAYS_SHORT if is_short else THAI_WEEKDAYS)[value.weekday()]
    return ENGLISH_WEEKDAYS[value.weekday()][: 3 if is_short else None]


def format_time(value: datetime | time, language: str = "th") -> str:
    """Write the time of day: 14:05 น., in English 14:05. The caller has turned it into the workspace's zone."""
    return (
        f"{value.hour:02}:{value.minute:02} น." if language.startswith("th") else f"{value.hour:02}:{value.minute:02}"
    )


def is_day_alone(local: datetime) -> bool:
    """Whether a moment stands for a day: midnight to the microsecond is where dates without a time are kept."""
    return not (local.hour or local.minute or local.second or local.microsecond)


def format_datetime(
    value: datetime, style: Style = "short", language: str = "th", era: Era = "be", *, zone: tzinfo = BANGKOK
) -> str:
    """Write a moment in `zone`: 21 พ.ย. 2569 14:05 น.; one whose time nobody knew as its day."""
    local = value.astimezone(zone) if value.tzinfo else value
    if is_day_alone(local):
        return format_date(local.date(), style, language, era)
    return f"{format_date(local.date(), style, language, era)} {format_time(local, language)}"


@lru_cache(maxsize=4_096)
def relative_date(value: date, today: date, language: str = "th", era: Era = "be") -> str:
    """Write a date as seen from `today`: วันนี้, 3 วันก่อน, อีก 5 วัน up to 14 days, then 3 ธ.ค.

    The year is added when it is not today's, where day and month alone could be mistaken.
    """
    days = (value - today).days
    thai = language.startswith("th")
    if -2 < days < 2:
        return (("เมื่อวาน", "วันนี้", "พรุ่งนี้") if thai else ("Yesterday", "Today", "Tomorrow"))[days + 1]
    if -14 <= days < 0:
        return f"{-days} วันก่อน" if thai else f"{-days} days ago"
    if 0 < days <= 14:
        return f"อีก {days} วัน" if thai else f"in {days} days"
    return format_date(value, "day" if value.year == today.year else "short", language, era)
