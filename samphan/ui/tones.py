"""Fixed tones of categories: the same in lists, charts and timelines."""

from zlib import crc32

TONES = ("slate", "sky", "violet", "green", "amber", "orange", "rose", "teal")

STAGE_TONES = {
    "interested": "slate",
    "lead": "sky",
    "new": "violet",
    "regular": "green",
    "at_risk": "amber",
    "lost": "rose",
    "advocate": "teal",
}
CHANNEL_TONES = {
    "line": "green",
    "facebook": "sky",
    "email": "violet",
    "sms": "teal",
    "store": "amber",
    "shopee": "orange",
    "phone": "slate",
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


def stage_tone(code: str) -> str:
    """Tone of a lifecycle stage; slate for a stage of the workspace's own."""
    return STAGE_TONES.get(code, "slate")


def avatar_tone(key: object) -> str:
    """The same of seven tones for the same key, in every process and on every day."""
    return _AVATAR_TONES[crc32(str(key).encode()) % len(_AVATAR_TONES)]
