"""Thai tax and citizen numbers of 13 digits, and the branch code that follows them on a tax invoice."""

import re
from operator import mul
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.digits import INVISIBLE, exact_scientific, to_ascii_digits
from samphan.platform.thai.problems import ValueProblem

Kind = Literal["citizen", "juristic", "revenue"]


class TaxId(NamedTuple):
    """A checked number of 13 digits. `restored_zero`: the leading 0 was lost in a spreadsheet and put back."""

    number: str
    kind: Kind
    restored_zero: bool = False


class TaxIdProblem(ValueProblem):
    """The text is not a Thai tax number or branch code."""


HEAD_OFFICE = "00000"
_WEIGHTS = tuple(range(13, 1, -1))
_ZERO_CODES = 48 * sum(_WEIGHTS)  # what the twelve character codes add beyond the digits themselves
_CLEAN = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789", " -._/\u00a0\t\r\n'\u2010\u2011\u2012\u2013\u2014" + INVISIBLE)
_HEAD_OFFICE = re.compile(
    r"\(?\s*(?:สำนักงาน\s*(?:แห่ง)?ใหญ่|สนง\.?\s*ใหญ่|สนญ\.?|สํานักงานใหญ่|head\s*office|h\.?o\.?|hq|headquarters?|main)\s*\)?",
    re.IGNORECASE,
)
_BRANCH = re.compile(r"\(?\s*(?:สาขา(?:\s*ที่)?|branch(?:\s*no\.?)?|br\.?)?\s*:?\s*(\d{1,5})\s*\)?", re.IGNORECASE)


def check_digit(first_twelve: str) -> int:
    """Return digit 13: (11 - sum(weight x digit) mod 11) mod 10 with weights 13 to 2; 3 1006 0044 563 gives 5.

    :source: reference sheet "Thai commerce", section 1.
    """
    total: int = sum(map(mul, _WEIGHTS, first_twelve.encode())) - _ZERO_CODES
    return (11 - total % 11) % 10


def parse_tax_id(text: str) -> TaxId:
    """Read a citizen, juristic or Revenue Department number and hold it against its check digit.

    :raises TaxIdProblem: with a reason that names what is wrong.
    """
    digits = text.translate(_CLEAN)
    # `.0` is what a float column makes of a number, and must not supply the thirteenth digit.
    if len(digits) != 13 or not digits.isascii() or not digits.isdigit() or text[-2:] == ".0":
        return _parse_slowly(text, digits)
    if check_digit(digits) != ord(digits[12]) - 48:
        if digits == digits[0] * 13:
            raise TaxIdProblem("dummy", _("The same digit 13 times is not a real number"))
        raise TaxIdProblem("check_digit", _("The last digit does not fit; please check for a typing mistake"))
    return TaxId(digits, kind_of(digits))


def kind_of(number: str) -> Kind:
    """Tell whose number this is: first digit 1-8 a person, 0 99 issued by the Revenue Department, other 0 a company."""
    if number[0] != "0":
        return "citizen"
    return "revenue" if number.startswith("099") else "juristic"


def format_tax_id(number: str) -> str:
    """Return 1-2345-45678-78-1 for a person and 0-10-5-550-00000-7 for a juristic number; other text unchanged."""
    if len(number) != 13:
        return number
    n = number
    if n[0] == "0":
        return f"{n[0]}-{n[1:3]}-{n[3]}-{n[4:7]}-{n[7:12]}-{n[12]}"
    return f"{n[0]}-{n[1:5]}-{n[5:10]}-{n[10:12]}-{n[12]}"


def parse_branch(text: str) -> str:
    """Return the five-digit branch code: 00000 for สำนักงานใหญ่, 00001 for สาขาที่ 1.

    :raises TaxIdProblem: when the text names no code, such as a branch known only by its place.
    """
    if len(text) == 5 and text.isascii() and text.isdigit():
        return text
    text = to_ascii_digits(text).strip()
    if _HEAD_OFFICE.fullmatch(text):
        return HEAD_OFFICE
    if text.endswith(".0"):
        text = text[:-2]
    match = _BRANCH.fullmatch(text)
    if not match:
        raise TaxIdProblem("branch", _("A branch is “head office” or a number of up to 5 digits"))
    return match[1].zfill(5)


def branch_label(code: str, *, language: str = "th") -> str:
    """Return สำนักงานใหญ่ or สาขาที่ 00001, in English Head office or Branch 00001; an empty code stays empty."""
    if not code:
        return ""
    if code == HEAD_OFFICE:
        return "สำนักงานใหญ่" if language == "th" else "Head office"
    return f"สาขาที่ {code}" if language == "th" else f"Branch {code}"


def _parse_slowly(text: str, digits: str) -> TaxId:
    text = to_ascii_digits(text).strip()
    if re.fullmatch(r"\d+\.0+", text):
        digits = text.partition(".")[0]
    if text[:1].isdigit() and "e" in text.lower():
        exact = exact_scientific(text)
        if exact is None:
            raise TaxIdProblem(
                "scientific", _("A spreadsheet shortened this number to %(value)s; digits are lost"), value=text[:30]
            )
        digits = exact or digits
    if not digits.isascii() or not digits.isdigit():
        if not any(char.isdigit() for char in digits):
            raise TaxIdProblem("no_digits", _("No digits in it"))
        odd = next(char for char in digits if not (char.isascii() and char.isdigit()))
        raise TaxIdProblem("character", _("“%(character)s” does not belong in a tax number"), character=odd)
    if len(digits) == 13:
        return parse_tax_id(digits)
    if len(digits) == 12 and check_digit("0" + digits[:11]) == ord(digits[11]) - 48:
        return TaxId("0" + digits, kind_of("0" + digits), restored_zero=True)
    raise TaxIdProblem("count", _("%(count)s digits; a tax number has 13"), count=len(digits))
