"""Thai dictionary order as a plain string, for a database that compares bytes (C collation)."""

import re
import unicodedata
from functools import lru_cache

_LEADING = re.compile("([เ-ไ])([ก-ฮ])")
_MARKS = "็่้๊๋์"  # ignored at first; they decide between words that are otherwise equal
_CLEAN = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789", "\u0e4e\u0e3a\u200b\u200c\u200d\u00ad\ufeff\x00")
_RARE = re.compile("[๐-๙\u0e4d\u0e4e\u0e3a\u0000\u00ad\u0080-\u0dff\u0e80-\U0010ffff]")
_MARK = re.compile(f"[{_MARKS}]")
_TIE = dict.fromkeys(range(0x0E80), "0") | {ord(mark): str(rank) for rank, mark in enumerate(_MARKS, 1)}
_NIKHAHIT_AA = re.compile("\u0e4d([่-๋]?)\u0e32")
MAX_LENGTH = 200  # letters that take part: no two customers differ only behind these, and index rows stay small


def sort_key(text: str) -> str:
    """Return a string whose byte order is the order of a Thai dictionary.

    Leading vowels เ แ โ ใ ไ sort behind the consonant that follows; tone marks, ็ and ์ count only between
    words equal without them; digits come before Latin letters before Thai; letter case and accents count nothing.

    :source: Unicode CLDR root collation with the rules of `th`; Royal Institute Dictionary.
    """
    if text.isascii():
        return " ".join(text.lower().split())[:MAX_LENGTH]
    words = [_word_key(word) for word in text[:MAX_LENGTH].split()]
    letters = " ".join([word[0] for word in words])
    # One 0 for each letter and a higher digit for each mark, up to the last mark: กา < ก่า < ก้า < กาก.
    tie = "0".join([word[1] for word in words]).rstrip("0")
    return f"{letters}\t{tie}" if tie else letters


@lru_cache(maxsize=65_536)
def _word_key(word: str) -> tuple[str, str]:
    """Return the letters of a word in dictionary order, and its marks among as many zeros as it has letters."""
    if _RARE.search(word):
        word = _without_accents(_NIKHAHIT_AA.sub("\\1\u0e33", word).translate(_CLEAN))
    swapped = _LEADING.sub(r"\2\1", word.lower())
    letters = _MARK.sub("", swapped)
    return letters, swapped.translate(_TIE) if len(letters) < len(swapped) else "0" * len(letters)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
