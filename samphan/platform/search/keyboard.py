"""What was meant by a text typed with the keyboard in the other language: l;ylfu is สวัสดี, ้ำสสน is hello."""

import re
from functools import lru_cache

# The same keys, row by row, without and with Shift: Kedmanee, the layout of nearly every Thai keyboard, and US English.
_LATIN = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_THAI = "_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ"
_LATIN_SHIFT = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_THAI_SHIFT = '%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'

_TO_THAI = str.maketrans(_LATIN + _LATIN_SHIFT, _THAI + _THAI_SHIFT)
_TO_LATIN = {ord(thai): latin for latin, thai in zip(_LATIN_SHIFT + _LATIN, _THAI_SHIFT + _THAI, strict=True)}

_THAI_LETTER = re.compile("[ก-๛]")
_LATIN_LETTER = re.compile("[A-Za-z]")

_C = "[ก-ฮ]"
# One written Thai syllable, loosely: every mark stands where a Thai writer could put it.
_SYLLABLE = (
    f"(?:เ{_C}{{1,2}}(?:[่-๋]?(?:าะ?|ะ|อะ?|ย|ว)?|[ิีื][่-๋]?[ยอ]?ะ?|็[่-๋]?)"
    f"|แ{_C}{{1,2}}[็]?[่-๋]?ะ?|โ{_C}{{1,2}}[่-๋]?ะ?|[ใไ]{_C}{{1,2}}[่-๋]?"
    f"|{_C}{{1,3}}?(?:ั[่-๋]?{_C}|ัวะ?|[ิีึืุู][่-๋]?|[่-๋]?[าะำ]|็[่-๋]?{_C}|ึ|[่-๋](?={_C}))"
    f"|{_C}[ิุ]?์|ๆ|ฯ|{_C}|[ฤฦ]ๅ?)"
)
_WELL_FORMED = re.compile(f"{_SYLLABLE}+(?:[\\s.0-9-]+{_SYLLABLE}+)*[\\s.0-9]*\\Z")
_HAS_VOWEL = re.compile("[ะ-ูเ-ไ]")
_ENGLISH_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*[.,]?")
_ENGLISH_VOWEL = re.compile("[aeiouyAEIOUY]")
_UNLIKELY_ENGLISH = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|q(?!u)|[jvq]$|^(?:[bcdfgjklmnpqrtvxz][bcdfgjkmnpqtvxz]|[hjklmnqrvxyz]{2})|(.)\1\1|[a-z][A-Z]"
    r"|vx|jq|zx|xj|qg|wq|fq",
)


def to_thai(text: str) -> str:
    """Return the Thai that the same keys give."""
    return text.translate(_TO_THAI)


def to_latin(text: str) -> str:
    """Return the English that the same keys give."""
    return text.translate(_TO_LATIN)


@lru_cache(maxsize=4_096)
def looks_mistyped(text: str) -> bool:
    """Tell whether the text makes no sense as it stands but does on the other layout.

    Latin text counts when it reads as well-written Thai and not as English, Thai text when its marks stand where
    no Thai writer puts them and its keys spell something English.
    """
    text = text.strip()
    if len(text) < 3 or len(text) > 60 or "@" in text or "://" in text:
        return False
    if _THAI_LETTER.search(text):
        if _LATIN_LETTER.search(text):
            return False
        latin = to_latin(text)
        return not _WELL_FORMED.match(text) and _reads_as_english(latin)
    if not _LATIN_LETTER.search(text) or not text.isascii():
        return False
    return not _reads_as_english(text) and _reads_as_thai(to_thai(text))


def recover_layout(text: str) -> str:
    """Return the text as the other layout would have written it, Thai for Latin and Latin for Thai.

    Whether that is likelier than the text itself is what `looks_mistyped` tells; search tries this one when it does, or
    when the text as typed finds nothing.
    """
    return to_latin(text) if _THAI_LETTER.search(text) else to_thai(text)


def _reads_as_thai(text: str) -> bool:
    return bool(_HAS_VOWEL.search(text) and _WELL_FORMED.match(text.strip()))


def _reads_as_english(text: str) -> bool:
    words = text.split()
    if not words:
        return False
    for word in words:
        if word.isdigit():
            continue
        if not _ENGLISH_WORD.fullmatch(word) or not _ENGLISH_VOWEL.search(word):
            return False
        if _UNLIKELY_ENGLISH.search(word if word[1:] != word[1:].upper() else word.lower()):
            return False
    return True
