"""Thai and other digits as ASCII, and the invisible characters that copying from chats and PDFs leaves behind."""

import re

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
ASCII_DIGITS = str.maketrans(THAI_DIGITS, "0123456789")
_THAI = str.maketrans("0123456789", THAI_DIGITS)
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad\x00"
_THAI_DIGIT = re.compile("[๐-๙]")
_SCIENTIFIC = re.compile(r"([+-]?)(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})\Z")


def to_ascii_digits(text: str) -> str:
    """Return `text` with ๐-๙ written as 0-9."""
    return text.translate(ASCII_DIGITS) if _THAI_DIGIT.search(text) else text


def to_thai_digits(text: str) -> str:
    """Return `text` with 0-9 written as ๐-๙."""
    return text.translate(_THAI)


def exact_scientific(text: str) -> str | None:
    """Digits of a number that a spreadsheet wrote as 8.26154407E+08, or None when digits were lost.

    Returns "" when the text is not in scientific form at all.
    """
    match = _SCIENTIFIC.match(text)
    if not match:
        return ""
    whole, fraction, exponent = match[2], match[3] or "", int(match[4])
    # Zeros that the spreadsheet cut off cannot be told from digits that it rounded away.
    return whole + fraction if len(fraction) == exponent else None
