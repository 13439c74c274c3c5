"""Covered values: what somebody sees of a field that they may not read but know to be there.

As much stays as tells two records apart and helps nobody to reach or to be the person: of a phone the network and the last
four digits, of an e-mail its first letter and where it is kept, of a number its end. Of everything else nothing stays.
"""

from typing import Any

from samphan.platform.catalogue import Type
from samphan.platform.thai.phones import format_phone

DOTS = "•••"
ENDS_OF = 8  # letters from which on four of an identifier stay; of a shorter one two, of four and less none


def cover(kind: Type, value: Any) -> Any:
    """A stored value with most of it covered, as text; of several each. Nothing stays nothing: that it is empty is no secret.

    >>> cover(Type.PHONE, "+66812345678"), cover(Type.EMAIL, "somchai@example.co.th"), cover(Type.IDENTIFIER, "1234567890123")
    ('081-xxx-5678', 's•••@example.co.th', 'xxxxxxxxx0123')
    """
    if isinstance(value, list | tuple):
        return [cover(kind, one) for one in value]
    if value is None or value == "":
        return value
    text = str(value)
    if kind is Type.PHONE:
        return _phone(text)
    if kind is Type.EMAIL:
        return _email(text)
    if kind is Type.IDENTIFIER:
        return _end(text)
    return DOTS


def _phone(e164: str) -> str:
    shown = format_phone(e164)
    digits = [place for place, sign in enumerate(shown) if sign.isdigit()]
    if not digits:
        return DOTS
    if len(digits) > ENDS_OF:
        hidden = digits[-7:-4] if shown.startswith("0") else digits[2:-4]
    else:
        hidden = digits[:-2] if len(digits) > 4 else digits
    return "".join("x" if place in set(hidden) else sign for place, sign in enumerate(shown))


def _email(text: str) -> str:
    name, at, host = text.partition("@")
    return f"{name[:1]}{DOTS}@{host}" if at else DOTS


def _end(text: str) -> str:
    kept = 4 if len(text) >= ENDS_OF else 2 if len(text) > 4 else 0
    return "x" * (len(text) - kept) + text[len(text) - kept :]
