"""Which files people may attach to a record, told by their name and by what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import File
from django.http import FileResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.problems import ValueProblem

MAX_BYTES = 25 * 2**20
SNIFFED = 1024  # bytes at the beginning that are looked at


class AttachmentProblem(ValueProblem):
    """A file that is not taken, with the reason."""


@dataclass(frozen=True)
class FileKind:
    """One kind of file. `begins`: how such files begin, one of these; empty where anything may stand there."""

    content_type: str
    begins: tuple[bytes, ...] = ()
    is_picture: bool = False


_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_JPEG = FileKind("image/jpeg", (b"\xff\xd8\xff",), True)

KINDS = {
    "pdf": FileKind("application/pdf", (b"%PDF-",)),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileKind("image/png", (b"\x89PNG\r\n\x1a\n",), True),
    "gif": FileKind("image/gif", (b"GIF87a", b"GIF89a"), True),
    "webp": FileKind("image/webp", (b"RIFF",), True),
    "heic": FileKind("image/heic"),
    "docx": FileKind(_OFFICE + "wordprocessingml.document", _ZIP),
    "xlsx": FileKind(_OFFICE + "spreadsheetml.sheet", _ZIP),
    "pptx": FileKind(_OFFICE + "presentationml.presentation", _ZIP),
    "odt": FileKind(_OPEN + "text", _ZIP),
    "ods": FileKind(_OPEN + "spreadsheet", _ZIP),
    "odp": FileKind(_OPEN + "presentation", _ZIP),
    "zip": FileKind("application/zip", _ZIP),
    "doc": FileKind("application/msword", _OLE),
    "xls": FileKind("application/vnd.ms-excel", _OLE),
    "ppt": FileKind("application/vnd.ms-powerpoint", _OLE),
    "msg": FileKind("application/vnd.ms-outlook", _OLE),
    "csv": FileKind("text/csv"),
    "txt": FileKind("text/plain"),
    "rtf": FileKind("application/rtf", (b"{\\rtf",)),
    "eml": FileKind("message/rfc822"),
    "mp3": FileKind("audio/mpeg"),
    "m4a": FileKind("audio/mp4"),
    "ogg": FileKind("audio/ogg", (b"OggS",)),
    "wav": FileKind("audio/wav", (b"RIFF",)),
    "mp4": FileKind("video/mp4"),
    "mov": FileKind("video/quicktime"),
}
ACCEPTED = ",".join(f".{ending}" for ending in KINDS)
"""For the `accept` of a file field."""

SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""Only pictures open in the browser: a page or a drawing of somebody else's would run in our name."""

_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_PAGES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<body")


def checked_kind(name: str, size: int, begins: bytes) -> tuple[str, FileKind]:
    """The ending and the kind of a file that may be attached.

    :param begins: its first SNIFFED bytes.
    :raises AttachmentProblem: when it is empty, too large, of another kind, or not what its name says.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    shown = name[:80]
    if ending not in KINDS:
        sentence = (
            _(
                "“%(name)s” is not taken: files .%(ending)s are not. Pictures, PDF, Word, Excel, text, sound and zip are."
            )
            if ending
            else _("“%(name)s” is not taken: its name does not end in .pdf, .jpg, .xlsx or the like.")
        )
        raise AttachmentProblem("kind", sentence, name=shown, ending=ending[:12])
    if not size:
        raise AttachmentProblem("empty", _("“%(name)s” is empty."), name=shown)
    if size > MAX_BYTES:
        raise AttachmentProblem(
            "size",
            _("“%(name)s” has %(size)s MB; the most is %(limit)s MB."),
            name=shown,
            size=-(-size // 2**20),
            limit=MAX_BYTES // 2**20,
        )
    kind = KINDS[ending]
    start = begins.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_strange = kind.begins and not begins.startswith(kind.begins)
    if is_strange or begins.startswith(_PROGRAMS) or start.startswith(_PAGES):
        raise AttachmentProblem(
            "content", _("“%(name)s” does not hold what .%(ending)s says; it was not taken."), name=shown, ending=ending
        )
    return ending, kind


@dataclass(frozen=True)
class HeldFile:
    """A file that stands in a value of a record, as `id/bytes/name`."""

    id: UUID
    size: int
    name: str

    @classmethod
    def of(cls, text: str) -> "HeldFile":
        """The file that a stored text names."""
        key, size, name = text.split("/", 2)
        return cls(UUID(key), int(size), name)

    @property
    def text(self) -> str:
        """The text that is stored."""
        return f"{self.id}/{self.size}/{self.name}"

    @property
    def content_type(self) -> str:
        """What its name says that it holds; that was checked when it was taken."""
        kind = KINDS.get(self.name.rpartition(".")[2].lower())
        return kind.content_type if kind else "application/octet-stream"


def held_files(value: object) -> list[HeldFile]:
    """The files of a stored value, in their order."""
    return (
        [HeldFile.of(str(one)) for one in value] if isinstance(value, Iterable) and not isinstance(value, str) else []
    )


def size_words(count: int) -> str:
    """A number of bytes as people read it."""
    if count < 1000:
        return gettext("%(count)s bytes") % {"count": count}
    return f"{count / 1000:,.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"


def file_answer(content: "File[bytes]", *, name: str, content_type: str) -> FileResponse:
    """What a file holds, for a browser: only pictures open in it, all else is saved, and nothing is guessed."""
    response = FileResponse(
        content, as_attachment=content_type not in SHOWN_INLINE, filename=name, content_type=content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
