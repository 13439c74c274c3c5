"""Cells that a spreadsheet would run as formulas when it opens an exported file."""

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_INVISIBLE = " \u00a0\u200b\ufeff"
_NUMBER_OR_PHONE = re.compile(r"[+-]\s?(?:฿\s?)?[\d(][\d\s(),.-]*%?")


def guard_formula(text: str) -> str:
    """Make a cell harmless in CSV and XLSX: what a spreadsheet takes for a formula gets an apostrophe before it.

    Guarded are cells that start with = + - @, tab, CR or LF (also full-width, also after blanks); plain negative
    numbers and telephone numbers with + stay, so that files remain readable by other programs.
    `=1+1` → `'=1+1`; `+66 81-234-5678` and `-1,250.50` stay. `unguard_formula` takes it back on import.

    :source: OWASP, "CSV Injection".
    """
    if not text or text.isalnum():
        return text
    start = text[0]
    if start in _INVISIBLE:
        start = text.lstrip(_INVISIBLE)[:1]
    if start not in _STARTS or not start or _NUMBER_OR_PHONE.fullmatch(text):
        return text
    return "'" + text


def unguard_formula(text: str) -> str:
    """Take back what `guard_formula` added; other apostrophes stay."""
    if text[:1] == "'" and guard_formula(text[1:]) == text:
        return text[1:]
    return text
