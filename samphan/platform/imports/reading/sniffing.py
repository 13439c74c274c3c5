"""What a file really is, from its first bytes; its name is never asked."""

import gzip
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext_lazy as _

from samphan.platform.imports.reading import problems
from samphan.platform.imports.reading.limits import Limits
from samphan.platform.imports.reading.problems import FileProblem, Sentence

BLOCK = 1 << 18

_OTHER_KINDS: tuple[tuple[bytes, Sentence], ...] = (
    (b"%PDF", _("a PDF document")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"PAR1", _("a Parquet file")),
    (b"SQLite format 3", _("a database")),
    (b"BZh", _("a packed file")),
    (b"7z\xbc\xaf\x27\x1c", _("a packed file")),
    (b"Rar!\x1a\x07", _("a packed file")),
    (b"\xfd7zXZ\x00", _("a packed file")),
    (b"\x28\xb5\x2f\xfd", _("a packed file")),
    (b"{\\rtf", _("a text document")),
)
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<table|<head|<meta)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*("[^"\n]*"\s*:|\})|\[\s*(\{|\[|\]))')


def container_of(path: Path, limits: Limits) -> str:
    """ "csv", "csv.gz", "xlsx", "xlsb", "xls" or "ods"; FileProblem for everything else, and for packed bombs."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise FileProblem(
            problems.NOT_FOUND if missing else problems.UNREADABLE, code="not_found" if missing else "unreadable"
        ) from error
    if stat.S_ISDIR(status.st_mode):
        raise FileProblem(problems.IS_FOLDER, code="folder")
    if not stat.S_ISREG(status.st_mode):
        raise FileProblem(problems.UNREADABLE, code="unreadable")
    if status.st_size > limits.file_bytes:
        raise too_big(status.st_size, limits.file_bytes)
    if status.st_size == 0:
        raise FileProblem(problems.EMPTY_FILE, code="empty")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise FileProblem(problems.UNREADABLE, code="unreadable") from error
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path, limits)
    if head.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise FileProblem(problems.NOT_WORKBOOK, code="not_workbook", what=_("a packed file"))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(path)
    if head.startswith(b"\x1f\x8b"):
        with open_bytes(path, "csv.gz") as unpacked:
            inner = read_some(unpacked, 4096)
        if inner.startswith((b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise FileProblem(problems.NESTED, code="nested")
        refuse_other_kinds(inner)
        return "csv.gz"
    refuse_other_kinds(head)
    return "csv"


def refuse_other_kinds(head: bytes) -> None:
    """FileProblem when the first bytes belong to something that is no table."""
    what: Sentence | None = next((name for magic, name in _OTHER_KINDS if head.startswith(magic)), None)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if what is None and _WEB_PAGE.match(text):
        what = _("a web page")
    if what is None and _XML.match(text):
        what = _("an XML file")
    if what is None and _JSON.match(text):
        what = _("a JSON file")
    if what is not None:
        raise FileProblem(problems.NOT_WORKBOOK, code="not_table", what=what)


def too_big(size: int, limit: int) -> FileProblem:
    return FileProblem(problems.TOO_BIG, code="too_big", size=-(-size // 1_000_000), limit=limit // 1_000_000)


def open_bytes(path: Path, container: str) -> IO[bytes]:
    """The bytes of a text file, unpacked where it is gzip."""
    try:
        return cast("IO[bytes]", gzip.open(path, "rb")) if container == "csv.gz" else path.open("rb")
    except OSError as error:
        raise FileProblem(problems.UNREADABLE, code="unreadable") from error


def read_some(file: IO[bytes], size: int) -> bytes:
    """`file.read` whose failures are FileProblems."""
    try:
        return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileProblem(problems.BROKEN_ZIP, code="broken_zip") from error
    except OSError as error:
        raise FileProblem(problems.UNREADABLE, code="unreadable") from error


def byte_blocks(path: Path, container: str, limits: Limits) -> Iterator[bytes]:
    """The bytes of a text file in blocks; FileProblem when it unpacks to more than allowed."""
    total = 0
    packed = max(1, path.stat().st_size) if container == "csv.gz" else 0
    with open_bytes(path, container) as file:
        while block := read_some(file, BLOCK):
            total += len(block)
            if total > limits.unpacked_bytes:
                raise FileProblem(
                    problems.TOO_BIG_UNPACKED, code="too_big_unpacked", limit=limits.unpacked_bytes // 1_000_000
                )
            if packed and total > limits.ratio_from_bytes and total > limits.ratio * packed:
                raise FileProblem(problems.PACKED_TOO_TIGHTLY, code="bomb")
            yield block


def _kind_of_zip(path: Path, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype")
            manifest = b""
            if "META-INF/manifest.xml" in names and archive.getinfo("META-INF/manifest.xml").file_size < 1 << 20:
                manifest = archive.read("META-INF/manifest.xml")
    except RuntimeError as error:
        raise FileProblem(problems.ENCRYPTED, code="encrypted") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, LookupError) as error:
        raise FileProblem(problems.BROKEN_ZIP, code="broken_zip") from error
    _refuse_bomb(parts, limits)
    if any(part.flag_bits & 1 for part in parts) or b"encryption-data" in manifest:
        raise FileProblem(problems.ENCRYPTED, code="encrypted")
    lower = {name.lower().replace("\\", "/").lstrip("/") for name in names}
    if "xl/workbook.xml" in lower or any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in lower):
        return "xlsx"
    if "xl/workbook.bin" in lower:
        return "xlsb"
    if mimetype.strip().startswith(b"application/vnd.oasis.opendocument.spreadsheet") and "content.xml" in lower:
        return "ods"
    if any(name.endswith((".zip", ".xlsx", ".xls", ".csv", ".gz")) for name in lower):
        raise FileProblem(problems.NESTED, code="nested")
    what = _("a packed file")
    if "word/document.xml" in lower or mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        what = _("a text document")
    elif "ppt/presentation.xml" in lower:
        what = _("a presentation")
    raise FileProblem(problems.NOT_WORKBOOK, code="not_workbook", what=what)


def _refuse_bomb(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.zip_parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise FileProblem(problems.TOO_BIG_UNPACKED, code="too_big_unpacked", limit=limits.unpacked_bytes // 1_000_000)
    for part in parts:
        if part.file_size > limits.ratio_from_bytes and part.file_size > limits.ratio * max(1, part.compress_size):
            raise FileProblem(problems.BOMB, code="bomb", part=part.filename[:80])
    # Parts that share the same packed bytes multiply without showing in any single ratio.
    starts = [part.header_offset for part in parts]
    if len(set(starts)) != len(starts):
        raise FileProblem(problems.BOMB, code="bomb", part=parts[0].filename[:80])


def _kind_of_ole(path: Path) -> str:
    """Old Office files are a small file system (OLE); the stream names tell what is inside."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem(problems.UNREADABLE, code="unreadable") from error

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") + b"\x00\x00" in data

    if holds("EncryptedPackage"):
        raise FileProblem(problems.ENCRYPTED, code="encrypted")
    if holds("Workbook") or holds("Book"):
        return "xls"
    what = _("a text document") if holds("WordDocument") else _("an old Office file")
    raise FileProblem(problems.NOT_WORKBOOK, code="not_workbook", what=what)
