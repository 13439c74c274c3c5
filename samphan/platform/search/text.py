"""The text that search looks in: one line per record, normalised so that a fragment typed in any way is found in it."""

import re
import unicodedata
from collections.abc import Iterable

from samphan.platform.thai.digits import INVISIBLE, THAI_DIGITS
from samphan.platform.thai.romanise import romanise

MAX_LENGTH = 1_000  # characters of a search text; more would slow every search down for little
_MAX_WORD = 40  # longer runs of Thai are sentences, not names, and are not romanised

_CLEAN = str.maketrans(THAI_DIGITS + "\t\r\n\v\f\u00a0\u2009\u202f\u3000", "0123456789" + " " * 9, INVISIBLE)
# Anything that needs more than lower case: compositions, invisible or doubled marks, marks in the wrong order.
_UNUSUAL = re.compile(
    "[\\x00-\\x1f\\x7f\u00a0\u00ad\u0300-\u036f\u1100-\u11ff\u2000-\u206f\u3000\ufb00-\uffff\U00010000-\U0010ffff]"
    "|[๐-๙\u0e4d\u0e4e]"
    "|เเ|[่-๋][ัิ-ู็]|([ัิ-ฺ็-์])\\1|[ะาำ][ิ-ฺ็-๋]|  "
)
_NIKHAHIT_AA = re.compile("\u0e4d([่-๋]?)\u0e32|([่-๋])\u0e4d\u0e32")
_MARK_BEFORE_VOWEL = re.compile("([่-๋])([ัิ-ู็])")
_DOUBLED_MARK = re.compile("([ัิ-ฺ็-์])\\1+")
_SEPARATORS = re.compile(r"[\s,;:/|()\[\]{}\"“”'‘’&+*=<>!?~^\\]+")
_THAI = re.compile("[ก-ฮ]")
_NOT_DIGIT = re.compile(r"\D+", re.ASCII)


# Trigrams are made of letters alone, and PostgreSQL takes Thai tone marks for none: ก้อง would fall apart into ก and อง, and a
# fragment with marks would find a quarter of all names. In documents letters of a script that nobody here uses stand for
# the marks, so that the index holds every fragment.
MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
LETTERS = "\ua000\ua001\ua002\ua003\ua004\ua005\ua006\ua007\ua008\ua009\ua00a\ua00b\ua00c\ua00d\ua00e\ua00f"
_IN_LETTERS = str.maketrans(MARKS, LETTERS)


def in_letters(text: str) -> str:
    """Return a normalised text as documents hold it: other letters in place of Thai marks."""
    return text.translate(_IN_LETTERS)


def normalise(text: str) -> str:
    """Return `text` in the one form in which texts are compared.

    NFC, lower case, ASCII digits, sara am as one letter, เเ as แ, marks in writing order and never doubled, spaces
    single, without NUL and invisible characters.
    """
    if _UNUSUAL.search(text):
        text = unicodedata.normalize("NFC", text.translate(_CLEAN)).replace("เเ", "แ")
        text = _NIKHAHIT_AA.sub(lambda match: (match[1] or match[2] or "") + "\u0e33", text)
        text = _DOUBLED_MARK.sub(r"\1", _MARK_BEFORE_VOWEL.sub(r"\2\1", text))
        text = " ".join(text.translate(_CONTROL).split())
    elif text[:1] == " " or text[-1:] == " ":
        text = text.strip()
    return text.lower()


_CONTROL = dict.fromkeys([*range(32), 127], " ")


def search_text(parts: Iterable[str], digits: Iterable[str] = ()) -> str:
    """Return the search document of a record: its `search_line` with letters in place of Thai marks, behind a space.

    The space lets one pattern find the beginning of every word, the first one too.
    """
    return " " + in_letters(search_line(parts, digits))


def search_line(parts: Iterable[str], digits: Iterable[str] = ()) -> str:
    """Return what a record is searched by: its texts, its numbers, and its Thai names in Latin letters.

    :param parts: names, nickname, e-mail, codes, address: what people look for in words.
    :param digits: telephone and tax numbers; a Thai telephone is found as 0812345678 and as 66812345678.
    """
    words: list[str] = []
    seen: set[str] = set()
    read: set[str] = set()
    latin: list[str] = []
    for part in parts:
        if not part:
            continue
        clean = normalise(part)
        if clean in seen:
            continue
        seen.add(clean)
        words.append(clean)
        if clean.isascii():
            continue
        for word in clean.split(" "):
            if word not in read and len(word) <= _MAX_WORD and _THAI.search(word):
                read.add(word)
                latin.append(romanise(word))
    for number in digits:
        for form in _digit_forms(number):
            if form not in seen:
                seen.add(form)
                words.append(form)
    line = " ".join(words + latin)
    return line if len(line) <= MAX_LENGTH else line[:MAX_LENGTH].rsplit(" ", 1)[0]


def query_text(text: str) -> str:
    """Return what a person typed in the form of the search text; a telephone number loses its hyphens and +.

    A text of digits and the marks of telephone numbers becomes digits alone: 081-234 finds 0812345678.
    """
    clean = normalise(text)[:200]
    if _PHONE_LIKE.fullmatch(clean):
        return _NOT_DIGIT.sub("", clean)
    return clean


_PHONE_LIKE = re.compile(r"(?=.*\d.*\d)[\d\s\-+().]+", re.ASCII)


def query_words(text: str) -> list[str]:
    """Return the words of a query, each of which a record must contain."""
    clean = query_text(text)
    return [clean] if clean.isdigit() else [word for word in _SEPARATORS.split(clean) if word]


def _digit_forms(number: str) -> tuple[str, ...]:
    if not number:
        return ()
    plain = number.isascii() and number.isdigit()
    digits = number if plain else _NOT_DIGIT.sub("", number.translate(_CLEAN))
    if not digits:
        return ()
    if digits[0] == "0" and len(digits) in (9, 10):
        return (digits, "66" + digits[1:])
    if digits.startswith("66") and len(digits) in (10, 11) and number[0] in "+6":
        return ("0" + digits[2:], digits)
    return (digits,)
