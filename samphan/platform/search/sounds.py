"""Keys under which words meet that are spelt differently and meant to be the same: สมชาย, สมชย, Somchay.

A Thai word has two: how it is spelt, without what people leave out or mix up, and how it sounds in Latin letters. A Latin
word has the second, and so meets the Thai word that it romanises, in whatever way; and the word itself.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from samphan.platform.thai.romanise import romanise

LONGEST = 40  # letters of a word that has keys; longer runs of Thai are sentences

_THAI = re.compile("[ก-๎]")
_LATIN = re.compile("[a-z]")
# Letters that sound alike, long and short vowels; tone marks, ์, ็ and ๆ are what people leave out.
_ALIKE = str.maketrans(
    "ฃฅฆขฌฉซศษญฎฏฐฑฒถธณผภฝฮรฬีืูะใฤ",
    "คคคคชชสสสยดตทททททนพพฟหลลิึุัไล",
    "่้๊๋์็ฺํ๎ๆฯ",
)
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def spelling_key(word: str) -> str:
    """Return how a Thai word is spelt, letters that sound alike folded: จันทร์ and จันทร have one key. "" without Thai."""
    if len(word) > LONGEST or not _THAI.search(word):
        return ""
    plain = word.replace("เเ", "แ").replace("\u0e33", "\u0e31ม").replace("รร", "\u0e31").replace("ฤๅ", "ฤ")
    return _DOUBLED.sub(r"\1", plain.translate(_ALIKE))


_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), into)
    for pattern, into in (
        ("[^a-z]", ""),
        ("tch|dj|j|ch", "c"),
        ("sh|z", "s"),
        ("ph|bh|b", "p"),
        ("th|dh|d", "t"),
        ("kh|gh|ck|q", "k"),
        ("x", "ks"),
        ("(?<!n)g", "k"),
        ("ng", "g"),
        ("v", "w"),
        ("aew|eaw|eow|ew", "eo"),
        ("y", "i"),
        ("oo|ou|eu|ue(?!a)|uu", "u"),
        ("ee|ii", "i"),
        ("ea(?!u)|ie", "ia"),
        ("uia|uea|eua", "ua"),
        ("ae|oe", "e"),
        ("aow|aw(?![aeiou])|au", "ao"),
        ("h(?![aeiou])", ""),
        # A final r or one before a consonant lengthens the vowel (porn, chart); a final l or one there sounds n (kamol).
        ("(?<=[aeiou])r(?![aeiou])", ""),
        ("l(?![aeiou])", "n"),
        ("r", "l"),
        ("s$|c(?![aeiou])", "t"),
        ("aa", "a"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=65_536)
def sound_key(word: str) -> str:
    """Return how a word sounds in Latin letters, ways of romanising folded: pimlada and phimlada have one key."""
    if len(word) > LONGEST:
        return ""
    latin = romanise(word) if _THAI.search(word) else word
    if not _LATIN.search(latin):
        return ""
    for pattern, into in _RULES:
        latin = pattern.sub(into, latin)
    return latin


def keys(word: str) -> tuple[str, ...]:
    """Return the keys of a normalised word, none for numbers."""
    return tuple(key for key in (spelling_key(word), sound_key(word), _plain_key(word)) if key)


def _plain_key(word: str) -> str:
    """Return a Latin word as it is, behind a =: a letter too many in it may make its sound another altogether."""
    return f"={word}" if word.isascii() and _LATIN.search(word) and len(word) <= LONGEST else ""


_THAI_LETTERS = "กคงจชสยดตทนบปพฟมลวหอิึุัาเแโไ"
_LATIN_LETTERS = "aeiouckfghlmnpstw"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def slips(key: str) -> Iterator[str]:
    """Every key that is one slip away: a letter missing, added, replaced, or two swapped. The key itself is not given."""
    letters = _THAI_LETTERS if _THAI.search(key) else _ALPHABET if key[0] == "=" else _LATIN_LETTERS
    for place in range(int(key[0] == "="), len(key) + 1):
        before, after = key[:place], key[place:]
        if after:
            yield before + after[1:]
            if len(after) > 1 and after[0] != after[1]:
                yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after and letter != after[0]:
                yield before + letter + after[1:]
