"""Telephone numbers: read as people in Thailand write them, kept as E.164, shown as they expect them."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.digits import INVISIBLE, exact_scientific, to_ascii_digits
from samphan.platform.thai.problems import ValueProblem

Kind = Literal["mobile", "landline", "toll_free", "foreign"]


class Phone(NamedTuple):
    """One telephone number.

    `restored_zero` tells that the leading 0, which spreadsheets drop, was put back. `range_to` holds the last
    digits of a range of lines (0-2732-1041-5 is 02 732 1041 up to ...5).
    """

    e164: str
    kind: Kind
    extension: str = ""
    restored_zero: bool = False
    range_to: str = ""


class PhoneProblem(ValueProblem):
    """The text is not a telephone number that a customer can be reached at."""


# Area codes after +66 with six digits behind them; Bangkok is 2 with seven. Source: national numbering plan of NBTC.
_PROVINCIAL = frozenset(
    [f"3{d}" for d in "23456789"] + [f"4{d}" for d in "2345"] + [f"5{d}" for d in "23456"] + [f"7{d}" for d in "34567"]
)
_MOBILE = frozenset("689")
_CLEAN = str.maketrans(
    "๐๑๒๓๔๕๖๗๘๙", "0123456789", " -.()/\u00a0\u2009\u202f\t\r\n'\u2010\u2011\u2012\u2013\u2014" + INVISIBLE
)
_EXTENSION = re.compile(
    r"[\s,;]*(?:ต่อ|เบอร์ต่อ|ext(?:ension)?|press|กด|x|#)\.?\s*:?\s*(\d{1,6}(?:\s*-\s*\d{1,6})?)\s*\Z", re.IGNORECASE
)
_LABEL = re.compile(r"\A\s*(?:โทรศัพท์|โทร|มือถือ|เบอร์โทร|เบอร์|tel|phone|mobile|mob|cell)\s*[.:]*\s*", re.IGNORECASE)
_RANGE = re.compile(r"\A(0[\s-]?\d[\d\s-]{6,9}\d)\s*(?:-|ถึง|to)\s*(\d{1,4})\Z")
_SEVERAL = re.compile(r"\s*(?:[,;/|\n]|หรือ|และ|\bor\b|\band\b|&)\s*")
_LETTER = re.compile(r"[A-Za-zก-ฮ]")


def parse_phone(text: str) -> Phone:
    """Read one telephone number.

    Takes spaces, hyphens, brackets, Thai digits, +66, 0066, 66 and (+66)0, an extension (ต่อ 123, ext. 123, #123), a
    number that lost its leading 0 in a spreadsheet, and any foreign number that starts with + or 00.

    :raises PhoneProblem: with a reason that names what is wrong.
    :source: reference sheet "Thai commerce", section 4.
    """
    digits = text.translate(_CLEAN)
    length = len(digits)
    # `.0` is what a float column makes of a number, and must not turn a short number into a full one.
    if length == 10 and digits.isdigit() and digits[0] == "0" and digits[1] in _MOBILE and text[-2:] != ".0":
        return Phone("+66" + digits[1:], "mobile")
    if length == 9 and digits.isdigit() and digits[0] == "0" and text[-2:] != ".0" and _is_landline(digits[1:]):
        return Phone("+66" + digits[1:], "landline")
    return _parse_slowly(text)


def parse_phones(text: str) -> list[Phone]:
    """Read a cell that may hold several numbers, such as `0-2391-4488, 081 234 5678`.

    :raises PhoneProblem: for the first part that is no number.
    """
    try:
        return [parse_phone(text)]
    except PhoneProblem:
        parts = [part for part in _SEVERAL.split(text) if part.strip()]
        if len(parts) < 2:
            raise
        return [parse_phone(part) for part in parts]


def format_phone(e164: str) -> str:
    """Return the number as written in Thailand: 081-234-5678, 02 123 4567, 053 123 456, or +44 20 7946 0958."""
    if not e164.startswith("+66"):
        return _format_foreign(e164)
    rest = e164[3:]
    if len(rest) == 9:
        return f"0{rest[:2]}-{rest[2:5]}-{rest[5:]}"
    if len(rest) == 8 and rest[0] == "2":
        return f"02 {rest[1:4]} {rest[4:]}"
    if len(rest) == 8:
        return f"0{rest[:2]} {rest[2:5]} {rest[5:]}"
    if len(rest) == 10 and rest.startswith("1800"):
        return f"1800 {rest[4:7]} {rest[7:]}"
    return e164


def search_digits(e164: str) -> tuple[str, ...]:
    """Return the digit strings under which people look for this number: 0812345678 and 66812345678."""
    if e164.startswith("+66") and not e164.startswith("+661800"):
        return ("0" + e164[3:], e164[1:])
    return (e164[1:],)


def _is_landline(rest: str) -> bool:
    return len(rest) == 8 and (rest[0] == "2" or rest[:2] in _PROVINCIAL)


def _national(rest: str, *, restored: bool = False) -> Phone | None:
    """Return the Thai number whose digits after the country code are `rest`, or None."""
    if len(rest) == 9 and rest[0] in _MOBILE:
        return Phone("+66" + rest, "mobile", "", restored)
    if _is_landline(rest):
        return Phone("+66" + rest, "landline", "", restored)
    if len(rest) == 10 and rest.startswith("1800"):
        return Phone("+66" + rest, "toll_free")
    return None


def _parse_slowly(text: str) -> Phone:
    text = _LABEL.sub("", to_ascii_digits(text)).strip()
    extension = ""
    match = _EXTENSION.search(text)
    if match and any(char.isdigit() for char in text[: match.start()]):
        extension, text = match[1].replace(" ", ""), text[: match.start()]
    if re.fullmatch(r"\+?\d+\.0+", text):
        text = text.partition(".")[0]
    if text[:1].isdigit() and "e" in text.lower():
        exact = exact_scientific(text)
        if exact is None:
            raise PhoneProblem(
                "scientific", _("A spreadsheet shortened this number to %(value)s; digits are lost"), value=text[:30]
            )
        text = exact or text
    phone = _read_digits(text)
    return phone._replace(extension=extension) if extension else phone


def _read_digits(text: str) -> Phone:
    digits = text.translate(_CLEAN)
    plus = digits.startswith("+")
    digits = digits.replace("+", "") if plus else digits
    if not digits.isascii() or not digits.isdigit():
        found = _range_or_none(text)
        if found:
            return found
        raise _not_digits(text, digits)
    if plus or digits.startswith("00"):
        international = digits if plus else digits[2:]
        if not international.startswith("66"):
            return _parse_foreign("+" + international, text)
        return _thai_after_66(international[2:], digits)
    if digits[0] == "0":
        found = _national(digits[1:]) if not digits.startswith("01800") else None
        found = found or _range_or_none(text)
        if found:
            return found
        raise _wrong_national(digits)
    if len(digits) == 10 and digits.startswith("1800"):
        return Phone("+66" + digits, "toll_free")
    if len(digits) in (3, 4) and digits[0] == "1":
        raise PhoneProblem("short_number", _("%(number)s is a hotline, not a customer's number"), number=digits)
    if digits.startswith("66") and len(digits) in (10, 11, 12):
        return _thai_after_66(digits[2:], digits)
    found = _national(digits, restored=True)
    if found:
        return found
    raise _wrong_count(digits)


def _thai_after_66(rest: str, digits: str) -> Phone:
    found = _national(rest.removeprefix("0"))
    if found:
        return found
    raise (
        PhoneProblem(
            "after_66",
            _("%(count)s digits after 66; a Thai number has 8 or 9 there"),
            count=len(rest.removeprefix("0")),
        )
        if len(rest.removeprefix("0")) not in (8, 9)
        else _wrong_national("0" + rest.removeprefix("0"))
    )


def _range_or_none(text: str) -> Phone | None:
    match = _RANGE.match(text.strip())
    if not match:
        return None
    found = _national(re.sub(r"\D", "", match[1])[1:])
    return found._replace(range_to=match[2]) if found else None


def _not_digits(text: str, digits: str) -> PhoneProblem:
    if not any(char.isdigit() for char in digits):
        return PhoneProblem("no_digits", _("No digits in it"))
    parts = [part for part in _SEVERAL.split(text) if sum(char.isdigit() for char in part) >= 8]
    if len(parts) > 1:
        return PhoneProblem("several", _("Several numbers in one cell"))
    odd = next(char for char in digits if not (char.isascii() and char.isdigit()))
    return PhoneProblem("character", _("“%(character)s” does not belong in a phone number"), character=odd)


def _wrong_national(digits: str) -> PhoneProblem:
    count = len(digits)
    if count not in (9, 10):
        return _wrong_count(digits)
    prefix = digits[:2]
    if prefix == "02" and count == 10:
        return PhoneProblem("count", _("10 digits; a Bangkok number (02) has 9"))
    if digits[1] in _MOBILE and count == 9:
        return PhoneProblem("count", _("9 digits; a mobile number (%(prefix)s) has 10"), prefix=prefix)
    if digits[1:3] in _PROVINCIAL and count == 10:
        return PhoneProblem("count", _("10 digits; a landline number (%(prefix)s) has 9"), prefix=digits[:3])
    return PhoneProblem("prefix", _("No Thai number starts with %(prefix)s"), prefix=digits[:3])


def _wrong_count(digits: str) -> PhoneProblem:
    if len(digits) >= 16:
        parts = [digits[index : index + 10] for index in range(0, len(digits), 10)]
        if all(len(part) in (9, 10) and part[0] == "0" for part in parts):
            return PhoneProblem("several", _("Several numbers in one cell"))
    if len(digits) in (9, 10):
        return PhoneProblem("prefix", _("No Thai number starts with %(prefix)s"), prefix=digits[:2])
    return PhoneProblem("count", _("%(count)s digits; a phone number has 9 or 10"), count=len(digits))


@lru_cache(maxsize=4096)
def _parse_foreign_cached(international: str) -> str | None:
    import phonenumbers  # loads slowly, and most files hold no foreign number

    try:
        number = phonenumbers.parse(international, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parse_foreign(international: str, text: str) -> Phone:
    e164 = _parse_foreign_cached(international)
    if e164 is None:
        raise PhoneProblem("foreign", _("%(number)s is not a valid number of its country"), number=text.strip()[:30])
    return Phone(e164, "foreign")


@lru_cache(maxsize=4096)
def _format_foreign(e164: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
