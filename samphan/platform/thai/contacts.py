"""A cell that holds more than one way to reach somebody: 081-234-5678 / line: somchai99, or two telephones."""

import re
from typing import NamedTuple

from samphan.platform.thai.phones import Phone, PhoneProblem, parse_phone, parse_phones


class Contacts(NamedTuple):
    """What a cell of contacts holds."""

    phones: tuple[Phone, ...]
    line_ids: tuple[str, ...] = ()


_LINE = re.compile(
    r"[(\[]?\s*(?:id\s*)?(?:line|ไลน์|ไลน)\s*(?:id|ไอดี)?\s*[:=@.]*\s*([A-Za-z0-9][A-Za-z0-9._\-]{2,39}|@[A-Za-z0-9._\-]{3,40})\s*[)\]]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d+])(?:\+?66|0)[\d\s().-]{6,14}\d(?:\s*(?:ต่อ|ext\.?)\s*\d{1,6})?")


def parse_contacts(text: str) -> Contacts:
    """Read a cell of telephone numbers that may hold words and a LINE id between them.

    Every digit must belong to a number or the LINE id: what is left over is a number that cannot be read.

    :raises PhoneProblem: with a reason that names what is wrong.
    """
    try:
        return Contacts(tuple(parse_phones(text)))
    except PhoneProblem as problem:
        lines: list[str] = []

        def take_line(match: re.Match[str]) -> str:
            lines.append(match[1].lstrip("@"))
            return " "

        rest = _LINE.sub(take_line, text)
        numbers = [match[0].strip(" (") for match in _NUMBER.finditer(rest)]
        if not (numbers or lines) or any(char.isdigit() for char in _NUMBER.sub(" ", rest)):
            raise problem
        if not lines and len(numbers) < 2 and not re.search(r"[ก-๙A-Za-z]", rest):
            raise problem
        phones: list[Phone] = []
        for number in numbers:
            try:
                phones.append(parse_phone(number))
            except PhoneProblem:
                raise problem from None
        return Contacts(tuple(phones), tuple(lines))
