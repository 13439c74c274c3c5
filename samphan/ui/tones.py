"""Fixed tones of categories: the same in lists, charts and timelines."""

from collections.abc import Callable
from zlib import crc32

TONES = ("slate", "sky", "violet", "green", "amber", "orange", "rose", "teal")

STAGE_TONES = {
    "prospect": "slate",
    "lead": "sky",
    "new": "violet",
    "regular": "green",
    "at_risk": "amber",
    "lost": "rose",
    "advocate": "teal",
}
CHANNEL_ICONS = {
    "line": "message-circle",
    "phone": "phone",
    "email": "mail",
    "facebook": "facebook",
    "sms": "message-square",
    "store": "store",
    "shopee": "shopping-bag",
}
# Grey is for organisations, so that the two are told apart without reading.
_AVATAR_TONES = ("violet", "sky", "teal", "green", "amber", "orange", "rose")


_own: dict[str, Callable[[str], tuple[str, str] | None]] = {}


def use_choices(kind: str, known: Callable[[str], tuple[str, str] | None]) -> None:
    """Name the function that gives the label and the tone of a "stage" or "grade" as the company has it."""
    _own[kind] = known


def stage_tone(code: str) -> str:
    """Tone of a lifecycle stage, as the company has it; slate for one that nobody knows."""
    found = _own["stage"](code) if "stage" in _own else None
    return found[1] if found else STAGE_TONES.get(code, "slate")


def grade_label(code: str) -> str:
    """What a grade is called in the company."""
    found = _own["grade"](code) if "grade" in _own else None
    return found[0] if found else code


def avatar_tone(key: object) -> str:
    """The same of seven tones for the same key, in every process and on every day."""
    return _AVATAR_TONES[crc32(str(key).encode()) % len(_AVATAR_TONES)]
