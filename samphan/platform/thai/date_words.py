"""The words of written dates: months and days in every spelling, eras and the years that they count."""

import re

from samphan.platform.thai.calendar import ENGLISH_MONTHS, ERA_YEARS, THAI_MONTHS, THAI_MONTHS_SHORT, Era
from samphan.platform.thai.digits import INVISIBLE, THAI_DIGITS

FIRST_BUDDHIST = 2400  # a four-digit year from here on is Buddhist
EARLIEST, LATEST = 1800, 2199  # C.E.; what lies outside is a typing mistake, not a customer's date
MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

MONTHS: dict[str, int] = {}
for _number, (_full, _short, _english) in enumerate(
    zip(THAI_MONTHS, THAI_MONTHS_SHORT, ENGLISH_MONTHS, strict=True), 1
):
    MONTHS[_full] = _number
    MONTHS[_short.replace(".", "")] = _number
    MONTHS[_english.lower()] = _number
    MONTHS[_english[:3].lower()] = _number
    if _full.endswith(("คม", "ยน")):
        MONTHS[_full[:-2]] = _number  # มกรา, เมษา
MONTHS |= {
    "sept": 9, "กุมภา": 2, "กุมภาพันธ": 2, "กุมพาพันธ์": 2, "กุมพา": 2, "มกรคม": 1, "มกราคาม": 1, "มีนาค": 3, "เมษยน": 4,
    "พฤกษภาคม": 5, "พฤษาคม": 5, "มิถุนยน": 6, "มิถุนา": 6, "กรกฏาคม": 7, "กรกฏา": 7, "กรฎาคม": 7, "กรกฎคม": 7, "สิงหคม": 8,
    "กันย": 9, "พฤษจิกายน": 11, "พฤษจิกา": 11, "พฤจิกายน": 11, "พฤศจิกายม": 11, "ธันวามคม": 12, "ธค": 12,
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip

DAY_WORDS: dict[str, int] = {
    "วันนี้": 0, "พรุ่งนี้": 1, "มะรืน": 2, "มะรืนนี้": 2, "เมื่อวาน": -1, "เมื่อวานนี้": -1, "เมื่อวานซืน": -2,
    "today": 0, "tomorrow": 1, "yesterday": -1,
}  # fmt: skip

CLEAN = str.maketrans(
    THAI_DIGITS + "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2044\u2215\u2018\u2019年月日",
    "0123456789" + "-------//''-- ",
    INVISIBLE,
)
NUMBERED_MONTH = re.compile(r"เดือน\s*(?:ที่\s*)?(1[0-2]|0?[1-9])(?![0-9])")
BUDDHIST = re.compile(r"\(?(?:พุทธศักราช|พ\.?\s*ศ(?![ก-๙])\.?|(?<![a-z])b\.?\s*e(?![a-z])\.?)\s*")
COMMON = re.compile(r"\(?(?:คริสต?์?ศักราช|คริสต์ศักราช|ค\.?\s*ศ(?![ก-๙])\.?|(?<![a-z])(?:a\.?\s*d|c\.?\s*e)(?![a-z])\.?)\s*")
_THAI_DAY = "จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัสฯ|พฤหัส|ศุกร์|เสาร์|อาทิตย์"
WEEKDAY = re.compile(
    rf"(?:วัน\s*)?(?:{_THAI_DAY})\s*(?:ที่)?(?![ก-๙])|(?<![ก-๙.])(?:จ|อ|พ|พฤ|ศ|ส|อา)\.(?=[\s,]*[0-9])|\A(?:จ|อ|พ|พฤ|ศ|ส|อา)(?=[\s,]+[0-9])"
    r"|(?<![a-z])(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    r"(?![a-z])\.?"
)
LABEL = re.compile(
    r"\A[\s(\"'\[:]*(?:(?:ณ|ลง|เมื่อ|ประจำ|เกิด|วันเกิด|(?:ว/ด/ป|ว\.ด\.ป\.)(?:\s*เกิด)?|date|dob|d\.o\.b\.|born|on|the)?\s*(?:วัน\s*ที่)?)\s*[:：]?\s*"
)
FILLERS = re.compile(
    r"(?<=[0-9])\s*(?:st|nd|rd|th)(?![a-z])|(?<![a-z])(?:of|the|day)(?![a-z])|ปี|วันที่|(?<![ก-๙])ที่|น\.?\s*\Z"
)


def _month_pattern() -> re.Pattern[str]:
    """Match the name of a month in any spelling, the longest first."""
    short = {name.replace(".", "") for name in THAI_MONTHS_SHORT}
    # ม.ค. may stand as มค, ม.ค, มค. and ม. ค.
    shapes = [
        rf"{re.escape(name[:-1])}\.?\s*{name[-1]}" if name in short else re.escape(name)
        for name in sorted(MONTHS, key=len, reverse=True)
    ]
    return re.compile(rf"(?<![ก-๙a-z])(?<![ก-๙a-z]\.)(?:เดือน\s*)?({'|'.join(shapes)})(?![ก-๙a-z])\.?")


MONTH = _month_pattern()


def is_year(token: str) -> bool:
    """True for four digits that may be a year of either era."""
    return 1800 <= int(token) <= 2199 or FIRST_BUDDHIST <= int(token) <= 2199 + ERA_YEARS


def years_meant(year: int, digits: int, era: Era | None) -> tuple[int, ...]:
    """Return the common-era years that a written year may mean, the Buddhist one first."""
    if digits == 4:
        return (year - ERA_YEARS,) if era == "be" or (era is None and year >= FIRST_BUDDHIST) else (year,)
    # Common-era pairs turn over at 70, as POSIX and spreadsheets (nearly) do; Buddhist ones so that 99 is 2499 and not
    # a day still to come.
    common = 2000 + year if year < 70 else 1900 + year
    buddhist = (2500 + year if year < 85 else 2400 + year) - ERA_YEARS
    return (buddhist,) if era == "be" else (common,) if era == "ce" else (buddhist, common)
