"""The text comparison of conditions: composed, in lower case, character by character as PostgreSQL lowers."""

from __future__ import annotations

import re
import unicodedata

_SPLIT_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")


def compose(text: str) -> str:
    """NFC with a composed sara am, no space at either end: the form in which texts are stored and asked for."""
    return _SPLIT_SARA_AM.sub("\\1\u0e33", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Lower case by Unicode's one-to-one mapping, which is what `lower()` does under C.UTF-8.

    `str.lower` alone differs: it maps a capital I with dot to two characters and a final sigma by its place.
    """
    if text.isascii():
        return text.lower()
    return "".join("i" if character == "\u0130" else character.lower() for character in text)


def escape_like(text: str) -> str:
    """The text as a LIKE pattern that matches only itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
