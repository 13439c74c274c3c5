"""Reading separated text: any encoding, any line ends, and quotes that somebody forgot to close."""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from samphan.platform.imports.reading import encodings, problems
from samphan.platform.imports.reading.limits import Limits
from samphan.platform.imports.reading.problems import FileProblem, Sentence
from samphan.platform.imports.reading.sniffing import byte_blocks

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_CHARS = 1 << 20

# The limit is one for the whole process and raises in the middle of a record; cells are measured here instead.
csv.field_size_limit(max(csv.field_size_limit(), 128_000_000))

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_NEAR_HIGH = re.compile(rb"[^\x80-\xff]?[\x80-\xff]+[^\x80-\xff]?")


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass over all bytes. `bad_line` is the first line that is not UTF-8, `is_cut` whether only the end is."""

    size: int
    lines: int
    bad_line: int | None
    is_cut: bool
    has_multibyte: bool
    sample: bytes


class Fault(NamedTuple):
    """Why a record cannot be taken; `at` is the guilty cell, -1 for the whole record."""

    code: str
    sentence: Sentence
    values: tuple[tuple[str, object], ...] = ()
    at: int = -1


class _RunawayQuoteError(Exception):
    """A quote is open for longer than any real cell."""


def scan(path: Path, container: str, limits: Limits) -> Scan:
    """Read every byte once, so that bad bytes are known before the first row is written."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    size = newlines = returns = 0
    bad_line: int | None = None
    is_cut = has_multibyte = False
    sample = bytearray()
    last = b""
    for block in byte_blocks(path, container, limits):
        if bad_line is None:
            try:
                text = decode(block)
                has_multibyte = has_multibyte or not text.isascii()
            except UnicodeDecodeError as error:
                bad_line = newlines + error.object[: error.start].count(b"\n") + 1
                if not newlines and b"\n" not in block:
                    bad_line = returns + error.object[: error.start].count(b"\r") + 1
                has_multibyte = has_multibyte or not error.object[: error.start].isascii()
        size += len(block)
        newlines += block.count(b"\n")
        returns += block.count(b"\r")
        if len(sample) < SAMPLE_CHARS:
            sample += block[: SAMPLE_CHARS - len(sample)]
        last = block
    ends = newlines or returns
    if bad_line is None:
        try:
            decode(b"", True)
        except UnicodeDecodeError:
            bad_line, is_cut = ends + 1, True
    return Scan(size, ends + (not last.endswith((b"\n", b"\r"))), bad_line, is_cut, has_multibyte, bytes(sample))


def guess_encoding(path: Path, container: str, found: Scan, limits: Limits) -> encodings.EncodingGuess:
    """The encoding of the file, or a FileProblem that names the line where UTF-8 text is damaged."""
    if found.bad_line is None:
        return encodings.guess(found.sample, is_utf8=True)
    has_mark = found.sample.startswith(codecs.BOM_UTF8)
    first = encodings.guess(found.sample[:4096], is_utf8=False)
    if first.names[0].startswith("utf-16"):
        return first
    if found.is_cut and (has_mark or found.has_multibyte):
        raise FileProblem(problems.CUT_CHARACTER, code="cut_character", line=found.bad_line)
    near = bytearray()
    for block in byte_blocks(path, container, limits):
        near += b"\n".join(_NEAR_HIGH.findall(block)) + b"\n"
        if len(near) > SAMPLE_CHARS:
            break
    if has_mark or encodings.looks_like_damaged_utf8(bytes(near)):
        raise FileProblem(problems.BAD_BYTES, code="bad_bytes", line=found.bad_line, encoding="UTF-8")
    return encodings.guess(bytes(near), is_utf8=False)


def text_blocks(path: Path, container: str, encoding: str, limits: Limits) -> Iterator[str]:
    """The decoded text in blocks; FileProblem with the line of the first bad byte."""
    decode = encodings.decoder(encoding)
    lines = 1
    blocks = byte_blocks(path, container, limits)
    is_first = True
    try:
        while True:
            block = next(blocks, b"")
            try:
                text = decode(block, not block)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(error.encoding, "replace") if error.start else ""
                line = lines + good.count("\n")
                if not block:
                    raise FileProblem(problems.CUT_CHARACTER, code="cut_character", line=line) from error
                raise FileProblem(problems.BAD_BYTES, code="bad_bytes", line=line, encoding=encoding) from error
            except UnicodeError as error:
                raise FileProblem(problems.BAD_BYTES, code="bad_bytes", line=lines, encoding=encoding) from error
            if is_first and text:
                text = text.removeprefix("\ufeff")
                is_first = False
            lines += text.count("\n")
            if text:
                yield text
            if not block:
                return
    finally:
        blocks.close()  # type: ignore[attr-defined]


def physical_lines(blocks: Iterator[str], limits: Limits) -> Iterator[str]:
    """Lines that end in "\\n", whichever of CR LF, LF and CR the file uses, also mixed."""
    carry = ""
    count = 0
    for block in blocks:
        text = carry + block if carry else block
        # A carriage return at the very end may be half of CR LF.
        cut = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1))
        if cut < 0:
            carry = text
            if len(carry) > limits.line_chars:
                raise FileProblem(problems.LINE_TOO_LONG, code="line_too_long", line=count + 1, limit=limits.line_chars)
            continue
        carry = text[cut + 1 :]
        lines = io.StringIO(text[: cut + 1], newline=None).readlines()
        count += len(lines)
        yield from lines
    if carry:
        yield from io.StringIO(carry, newline=None)


def guess_separator(sample: str) -> tuple[str, bool]:
    """(separator, whether another one fits as well) from whole lines at the start of a file."""
    head = sample[: 1 << 16]
    if match := re.match(r"sep=([,;\t|])\r?\n", head, re.IGNORECASE):
        return match[1], False
    lines = io.StringIO(head, newline=None).readlines()
    if len(sample) > len(head) and len(lines) > 1:
        lines.pop()
    scored: list[tuple[float, int, str]] = []
    for separator in SEPARATORS:
        counts: Counter[int] = Counter()
        for cells in csv.reader(lines, delimiter=separator):
            if cells and any(cells):
                counts[len(cells)] += 1
        counts.pop(1, None) if len(counts) > 1 and max(counts) > 1 else None
        width, rows = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width > 1:
            scored.append((rows * rows / max(1, len(lines)) / max(1, sum(counts.values())), width, separator))
    if not scored:
        return ",", False
    # Among the separators that make nearly as even a table the one with the most columns is meant.
    best = max(share for share, _width, _separator in scored)
    even = sorted((s for s in scored if s[0] >= best * 0.75), key=lambda s: (s[1], s[0]), reverse=True)
    return even[0][2], len(even) > 1 and even[0][1] == even[1][1]


def refuse_binary(text: str) -> None:
    """FileProblem when too many control characters stand in what should be text."""
    found = _CONTROLS.findall(text)
    if len(found) >= 8 and len(found) > len(text) * 0.02:
        match = _CONTROLS.search(text)
        line = text.count("\n", 0, match.start()) + 1 if match else 1
        raise FileProblem(problems.BINARY, code="binary", line=line)


def records(
    lines: Iterator[str], *, separator: str, quote: str, width: int, limits: Limits
) -> Iterator[tuple[int, list[str], Fault | None]]:
    """(row number, cells, fault) of every record; blank lines come as empty lists.

    A quote that is never closed would swallow all rows up to the next quote or the end. Each record of more than one
    line is therefore read a second time by the strict rules; where it breaks them, or holds whole rows of `width`
    cells inside, only the line where the quote opened is rejected and reading goes on with the next line. Rows after
    it that do not have all cells are rejected too, as remainders.
    """
    pending: list[str] = []
    waiting: deque[str] = deque()
    is_at_end = False
    chars = 0

    def feed() -> Iterator[str]:
        nonlocal is_at_end, chars
        while True:
            if waiting:
                line = waiting.popleft()
            else:
                try:
                    line = next(lines)
                except StopIteration:
                    is_at_end = True
                    return
            pending.append(line)
            if len(pending) > 1:
                chars += len(line)
                if chars > limits.record_chars:
                    raise _RunawayQuoteError
            yield line

    def new_reader() -> Iterator[list[str]]:
        return csv.reader(feed(), delimiter=separator, quotechar=quote)

    reader = new_reader()
    number = broken = first_broken = 0
    line_number = 1
    open_line = 0  # line of the last open quote, until a row with all its cells follows
    longest = limits.cell_chars
    while True:
        fault: Fault | None = None
        is_broken = False
        try:
            row = next(reader)
        except StopIteration:
            return
        except _RunawayQuoteError:
            is_broken, row = True, []
        except csv.Error:
            row = [pending[0][:200]] if pending else []
            is_broken = len(pending) > 1
            fault = Fault("cell_too_long", problems.CELL_TOO_LONG, (("length", chars), ("limit", longest)))
        number += 1
        if (len(pending) > 1 or is_at_end) and (is_broken or _is_open(pending, separator, quote, width)):
            broken += 1
            first_broken = first_broken or line_number
            if broken > limits.broken_quotes:
                raise FileProblem(
                    problems.BROKEN_QUOTES, code="broken_quotes", line=first_broken, count=limits.broken_quotes
                )
            first = pending[0].rstrip("\n")
            waiting.extendleft(reversed(pending[1:]))
            pending.clear()
            chars = 0
            is_at_end = False
            open_line = line_number
            line_number += 1
            reader = new_reader()
            yield number, [first[:1000]], Fault("open_quote", problems.OPEN_QUOTE, (("line", open_line),))
            continue
        first = pending[0]
        if (len(first) > longest or chars > longest) and fault is None:
            for index, cell in enumerate(row):
                if len(cell) > longest:
                    row[index] = cell[:1000]
                    values = (("length", len(cell)), ("limit", longest))
                    fault = Fault("cell_too_long", problems.CELL_TOO_LONG, values, index)
        if "\0" in first or (chars and any("\0" in line for line in pending)):
            for index, cell in enumerate(row):
                if "\0" in cell:
                    row[index] = cell.replace("\0", "\ufffd")
                    fault = fault or Fault("null_character", problems.NUL_IN_ROW, (), index)
        if open_line and width:
            if row and len(row) != width and fault is None:
                fault = Fault("after_open_quote", problems.AFTER_OPEN_QUOTE, (("line", open_line),))
            elif len(row) == width:
                open_line = 0
        line_number += len(pending)
        pending.clear()
        chars = 0
        yield number, row, fault


def _is_open(pending: list[str], separator: str, quote: str, width: int) -> bool:
    try:
        rows = list(csv.reader(pending, delimiter=separator, quotechar=quote, strict=True))
    except csv.Error:
        return True
    if len(rows) > 1:
        return True
    if width < 3:
        return False
    return any(
        line.count(separator) >= width - 1
        and len(next(csv.reader([line], delimiter=separator, quotechar=quote), [])) == width
        for line in pending[1:-1]
    )
