"""Which encoding a text is in: Thai offices still write TIS-620 and CP874 beside UTF-8 and UTF-16."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from samphan.platform.imports.reading import problems
from samphan.platform.imports.reading.problems import FileProblem

REPAIRS = ("utf-8-as-latin1", "utf-8-as-cp874", "tis620-as-latin1")
"""Repairs of garbled text that may be named as encoding: what the bytes were, and as what they were misread."""

_SINGLE_BYTE = {
    "cp874": "cp874", "tis-620": "cp874", "tis620": "cp874", "windows-874": "cp874", "iso-8859-11": "cp874",
    "cp1252": "cp1252", "windows-1252": "cp1252", "latin-1": "latin-1", "latin1": "latin-1", "iso-8859-1": "latin-1",
}  # fmt: skip
_UNICODE = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8-sig", "ascii": "utf-8",
    "utf-16": "utf-16", "utf16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
}  # fmt: skip

_THAI_RUN = re.compile(rb"[\xa1-\xda\xdf-\xfb]{3,}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Thai letters as UTF-8 start with E0 B8 or E0 B9: misread as Latin-1 they show as à¸ and à¹, as CP874 as เธ and เน.
_UTF8_AS_LATIN1 = re.compile("à[¸¹][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]?|[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_UTF8_AS_CP874 = re.compile("เ[ธน]")
_TIS620_AS_LATIN1 = re.compile("[\u00a1-\u00da\u00df-\u00fb]{3,}")
_THAI = re.compile("[\u0e01-\u0e5b]")


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """`names` best first; `is_ambiguous` when the second is nearly as likely as the first."""

    names: tuple[str, ...]
    confidence: float
    is_ambiguous: bool = False


def normal_name(encoding: str) -> str:
    """The name used here for an encoding that a person or a mapping file names; FileProblem when it is not known."""
    name = encoding.strip().lower().replace("_", "-")
    if name in REPAIRS:
        return name
    known = _UNICODE.get(name) or _SINGLE_BYTE.get(name)
    if known is None:
        raise FileProblem(problems.UNKNOWN_ENCODING, code="unknown_encoding", encoding=encoding[:40])
    return known


def guess(sample: bytes, *, is_utf8: bool) -> EncodingGuess:
    """Guess from the bytes of a whole file or its first megabytes.

    UTF-8 is proved, not guessed: `is_utf8` says that the whole file decodes. Among the 8-bit encodings Thai text
    stands in long runs of high bytes, while Latin text has single ones among ASCII letters.
    """
    if sample.startswith(codecs.BOM_UTF8):
        return EncodingGuess(("utf-8-sig",), 1.0)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return EncodingGuess(("utf-16",), 1.0)
    if (bare := _utf16_without_mark(sample)) is not None:
        return EncodingGuess((bare,), 0.9)
    if is_utf8:
        return EncodingGuess(("utf-8",), 1.0)
    return _guess_single_byte(sample)


def looks_like_damaged_utf8(sample: bytes) -> bool:
    """Whether bytes that are not UTF-8 as a whole are mostly UTF-8 all the same."""
    rest = _MULTIBYTE.sub(b"", sample)
    good = (len(sample) - len(rest)) // 2
    bad = sum(map(len, _HIGH_RUN.findall(rest)))
    return good > 0 and bad <= max(3, good // 20)


def _utf16_without_mark(sample: bytes) -> str | None:
    head = sample[:4096]
    if len(head) < 8:
        return None
    even, odd = set(head[0::2]), set(head[1::2])
    # The high byte of Thai letters is 0E, of general punctuation 20, of all that ASCII knows 00.
    if 0 in odd and 0 not in even and odd <= {0x00, 0x0E, 0x20}:
        return "utf-16-le"
    if 0 in even and 0 not in odd and even <= {0x00, 0x0E, 0x20}:
        return "utf-16-be"
    return None


def _guess_single_byte(sample: bytes) -> EncodingGuess:
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    in_thai = sum(map(len, _THAI_RUN.findall(sample)))
    undefined_in_thai = sum(sample.count(bytes([b])) for b in (*range(0xDB, 0xDF), *range(0xFC, 0x100)))
    undefined_in_1252 = sum(sample.count(bytes([b])) for b in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    latin = "latin-1" if undefined_in_1252 else "cp1252"
    if not undefined_in_thai and in_thai > high * 0.5:
        confidence = min(0.99, 0.7 + in_thai / 200)
        return EncodingGuess(("cp874", latin), confidence, is_ambiguous=in_thai < 6)
    # Letters that Thai no longer writes (ฃ is the byte of £, ฅ of ¥), or that stand between Latin letters.
    western = len(re.findall(rb"[A-Za-z][\x80-\xff][A-Za-z]|[A-Za-z][\x80-\xff]{1,2}[A-Za-z]", sample))
    obsolete = sample.count(b"\xa3") + sample.count(b"\xa5")
    evidence = western + obsolete + undefined_in_thai * 2
    share = evidence / max(1, len(runs))
    if evidence and (share >= 0.3 or undefined_in_thai):
        return EncodingGuess((latin, "cp874"), min(0.99, 0.75 + evidence / 40))
    return EncodingGuess((latin, "cp874"), 0.5, is_ambiguous=True)


def find_mojibake(text: str) -> tuple[str, int] | None:
    """(repair, line) when most of the letters beyond ASCII were garbled by an earlier misreading, else None."""
    if text.isascii():
        return None
    beyond = len(re.findall("[\u0080-\uffff]", text))
    thai = len(_THAI.findall(text))
    found = _UTF8_AS_LATIN1.findall(text)
    if len(found) >= 2 and sum(map(len, found)) > beyond * 0.8 and _repairs(text, "utf-8-as-latin1"):
        return "utf-8-as-latin1", _line_of(text, _UTF8_AS_LATIN1)
    if thai >= 12 and 2 * len(_UTF8_AS_CP874.findall(text)) > thai * 0.5 and _repairs(text, "utf-8-as-cp874"):
        return "utf-8-as-cp874", _line_of(text, _UTF8_AS_CP874)
    runs = _TIS620_AS_LATIN1.findall(text)
    if not thai and sum(map(len, runs)) >= 12 and sum(map(len, runs)) > beyond * 0.7:
        return "tis620-as-latin1", _line_of(text, _TIS620_AS_LATIN1)
    return None


def _repairs(text: str, repair: str) -> bool:
    """Whether nearly every line can be turned back; a last line may be cut."""
    lines = [line for line in text.split("\n")[:200] if not line.isascii()]
    good = 0
    for line in lines:
        try:
            repair_text(line, repair)
        except UnicodeError:
            continue
        good += 1
    return good >= max(1, len(lines) * 0.5)


def _line_of(text: str, pattern: re.Pattern[str]) -> int:
    match = pattern.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else 1


def _back_table(encoding: str) -> dict[int, int]:
    table: dict[int, int] = {}
    for byte in range(0x80, 0x100):
        try:
            table[ord(bytes([byte]).decode(encoding))] = byte
        except UnicodeDecodeError:
            continue
    return table


_BACK_1252 = {point: byte for point, byte in _back_table("cp1252").items() if point > 0xFF}
_BACK_874 = _back_table("cp874")


def repair_text(text: str, repair: str) -> str:
    """Undo one misreading; UnicodeError when the text was not garbled in this way."""
    text = text.removeprefix("\ufeff")
    if repair == "utf-8-as-latin1":
        return text.translate(_BACK_1252).encode("latin-1").decode("utf-8")
    if repair == "utf-8-as-cp874":
        return text.translate(_BACK_874).encode("latin-1").decode("utf-8")
    return text.translate(_BACK_1252).encode("latin-1").decode("cp874")


def decoder(encoding: str) -> Callable[[bytes, bool], str]:
    """A function (bytes, is_last) -> text that raises UnicodeDecodeError at the first bad byte."""
    if encoding not in REPAIRS:
        # The undefined bytes of CP874 and CP1252 come out as control characters rather than end an import.
        errors = "passthrough_c1" if encoding in ("cp874", "cp1252") else "strict"
        return codecs.getincrementaldecoder(encoding)(errors).decode
    outer = codecs.getincrementaldecoder("utf-8-sig")()
    inner_name = "cp874" if encoding == "tis620-as-latin1" else "utf-8"
    back = _BACK_874 if encoding == "utf-8-as-cp874" else _BACK_1252
    inner = codecs.getincrementaldecoder(inner_name)("passthrough_c1" if inner_name == "cp874" else "strict")

    def decode(data: bytes, is_last: bool) -> str:
        return inner.decode(outer.decode(data, is_last).translate(back).encode("latin-1"), is_last)

    return decode


def _passthrough_c1(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        bad = error.object[error.start : error.end]
        return bad.decode("latin-1"), error.end
    raise error


codecs.register_error("passthrough_c1", _passthrough_c1)
