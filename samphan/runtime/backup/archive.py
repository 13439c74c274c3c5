"""The file of a backup: a tar archive, compressed with zstd, encrypted with age where there is a passphrase.

All three are open formats: `age --decrypt BACKUP | zstd -d | tar x` unpacks one without Samphan. What is in it, in this order:

- `backup.json`: what it is of (`Contents`);
- `tables/<name>/<part>.copy`: the rows of each table as PostgreSQL's COPY writes them, UTF-8, in parts of some megabytes;
- `sequences.json`: the next numbers;
- `home/...` and `files/...`: the key, own settings, and the files of the installation;
- `end.json`: rows and checksums of all that (`Sums`). A file without it was never finished, or was cut.
"""

import contextlib
import hashlib
import io
import json
import tarfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from samphan.runtime.backup.sealing import MAGIC, DamagedFile, SealedReader, SealedWriter
from samphan.runtime.home import RuntimeProblem

FORMAT = 1
CONTENTS = "backup.json"
SEQUENCES = "sequences.json"
END = "end.json"
TABLES, FILES, HOME = "tables/", "files/", "home/"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
COMPRESSION_LEVEL = 3
READ_BYTES = 2**20


@dataclass(frozen=True)
class Contents:
    """What a backup is of, known before its first row is read."""

    format: int
    samphan: str
    created_at: str
    postgres: str
    home: str
    workspaces: list[str]
    migrations: list[list[str]]
    tables: dict[str, list[str]]
    indexes: dict[str, str]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Contents":
        """Read them; a newer format is refused before its other fields are looked at."""
        try:
            found = json.loads(text)
            if int(found["format"]) > FORMAT:
                raise RuntimeProblem(
                    f"The backup was made by Samphan {found.get('samphan', '?')}, which is newer than this one:"
                    " install that version or a later one."
                )
            return cls(**found)
        except (ValueError, TypeError, KeyError):
            raise DamagedFile("its first entry cannot be read") from None


@dataclass
class Sums:
    """What went into a backup, or came out of it: rows of each table, number and size of files, and a checksum of each kind."""

    rows: dict[str, int] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    files: int = 0
    file_bytes: int = 0
    files_sum: str = ""

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())


class Tally:
    """Counts and sums while entries pass."""

    def __init__(self) -> None:
        self._sums = Sums()
        self._tables: dict[str, Any] = {}
        self._files = hashlib.sha256()

    def begin_table(self, name: str) -> None:
        self._sums.rows.setdefault(name, 0)
        self._tables.setdefault(name, hashlib.sha256())

    def add_rows(self, name: str, part: bytes) -> int:
        """Count one part of a table; returns its rows. Line ends inside values are escaped, so lines are rows."""
        self.begin_table(name)
        rows = part.count(b"\n")
        self._sums.rows[name] += rows
        self._tables[name].update(part)
        return rows

    def begin_file(self, name: str, size: int) -> None:
        self._sums.files += 1
        self._sums.file_bytes += size
        self._files.update(f"{name}\0{size}\0".encode())

    def add_bytes(self, piece: bytes) -> None:
        self._files.update(piece)

    def sums(self) -> Sums:
        self._sums.tables = {name: found.hexdigest() for name, found in self._tables.items()}
        self._sums.files_sum = self._files.hexdigest()
        return self._sums


class ArchiveWriter:
    """Writes one backup; it is whole only after `finish`."""

    def __init__(self, target: BinaryIO, passphrase: str | None) -> None:
        self._sealed = SealedWriter(target, passphrase) if passphrase is not None else None
        compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL, write_checksum=True, threads=1)
        self._compressed: Any = compressor.stream_writer(cast(BinaryIO, self._sealed or target), closefd=False)
        self._tar = tarfile.open(fileobj=self._compressed, mode="w|", format=tarfile.PAX_FORMAT, bufsize=READ_BYTES)  # noqa: SIM115
        self._parts: dict[str, int] = {}
        self.tally = Tally()

    def add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))
        self._tar.members.clear()  # type: ignore[attr-defined]  # the library would keep them all

    def add_part(self, table: str, rows: bytes) -> int:
        number = self._parts[table] = self._parts.get(table, 0) + 1
        self.add(f"{TABLES}{table}/{number:06}.copy", rows)
        return self.tally.add_rows(table, rows)

    def add_file(self, name: str, path: Path) -> int:
        """Add one file as long as it is now; returns its length.

        :raises FileNotFoundError: when it is gone.
        """
        with path.open("rb") as source:
            found = path.stat()
            self.add_stream(name, source, found.st_size, mode=found.st_mode & 0o777, modified_at=found.st_mtime)
        return found.st_size

    def add_stream(
        self, name: str, source: BinaryIO, size: int, *, mode: int = 0o600, modified_at: float | None = None
    ) -> None:
        """Add one file from an open one, so many bytes of it."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, mode, time.time() if modified_at is None else modified_at
        self.tally.begin_file(name, size)
        try:
            self._tar.addfile(entry, _Counted(source, self.tally, size))  # type: ignore[arg-type]
        except OSError as error:
            raise RuntimeProblem(f"{name} became shorter while it was read: {error}.") from error
        self._tar.members.clear()  # type: ignore[attr-defined]

    def finish(self) -> Sums:
        sums = self.tally.sums()
        self.add(END, json.dumps(asdict(sums)).encode())
        self._tar.close()
        self._compressed.close()
        if self._sealed is not None:
            self._sealed.close()
        return sums


class _Counted:
    """Reads at most so many bytes of a file that may still grow, and sums them."""

    def __init__(self, source: BinaryIO, tally: Tally, size: int) -> None:
        self._source, self._tally, self._left = source, tally, size

    def read(self, length: int) -> bytes:
        piece = self._source.read(min(length, self._left))
        self._left -= len(piece)
        self._tally.add_bytes(piece)
        return piece


@dataclass(frozen=True)
class Entry:
    """One entry while it passes; `pieces` must be read before the next one."""

    name: str
    size: int
    mode: int
    modified_at: float
    pieces: Iterator[bytes]

    def content(self) -> bytes:
        return b"".join(self.pieces)


def is_encrypted(path: Path) -> bool:
    """Whether a file is an encrypted backup.

    :raises RuntimeProblem: when it is no backup at all, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise RuntimeProblem(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    if start == MAGIC:
        return True
    if start.startswith(ZSTD_MAGIC):
        return False
    raise RuntimeProblem(f"{path} is no backup of Samphan, or its beginning is damaged.")


class Archive:
    """A backup while it is read: what it is of, its entries in order, and what they came to once they ended."""

    def __init__(self, tar: tarfile.TarFile, stream: BinaryIO) -> None:
        self._tar, self._stream = tar, stream
        first = tar.next()
        if first is None or first.name != CONTENTS:
            raise DamagedFile("its first entry is missing")
        self.contents = Contents.from_json(b"".join(_pieces(tar, first)))
        self.sums = Sums()

    def entries(self) -> Iterator[Entry]:
        """Each entry once. They end with an error unless `end.json` and every checksum agree with what passed."""
        tally = Tally()
        for table in self.contents.tables:
            tally.begin_table(table)
        while (found := self._tar.next()) is not None:
            self._tar.members.clear()  # type: ignore[attr-defined]
            pieces = _pieces(self._tar, found)
            if found.name == END:
                self.sums = tally.sums()
                _compare(self.sums, b"".join(pieces))
                # What follows is padding, but reading it to the end is what checks the last checksums.
                while self._stream.read(READ_BYTES):
                    pass
                return
            if found.name.startswith(TABLES):
                part = b"".join(pieces)
                tally.add_rows(table_of(found.name), part)
                pieces = iter((part,))
            elif found.name.startswith((FILES, HOME)):
                tally.begin_file(found.name, found.size)
                pieces = _summed(pieces, tally)
            yield Entry(found.name, found.size, found.mode, float(found.mtime), pieces)
            for _rest in pieces:
                pass
        raise DamagedFile("it was cut off before its end")


def table_of(entry_name: str) -> str:
    """The table of an entry `tables/<name>/<part>.copy`."""
    return entry_name.split("/")[1]


@contextlib.contextmanager
def read_archive(path: Path, passphrase: str | None) -> Iterator[Archive]:
    """Open a backup.

    :raises RuntimeProblem: with one sentence, for whatever is wrong with the file or the passphrase.
    """
    if is_encrypted(path) and not passphrase:
        raise RuntimeProblem(f"{path} is encrypted: give its passphrase.")
    try:
        with path.open("rb", buffering=READ_BYTES) as file:
            source: Any = file
            if is_encrypted(path):
                source = io.BufferedReader(SealedReader(file, passphrase or ""), READ_BYTES)
            with zstandard.ZstdDecompressor().stream_reader(source, read_size=READ_BYTES, closefd=False) as plain:
                # A buffer, because tar asks for exactly so many bytes and the stream may give fewer.
                stream = io.BufferedReader(plain, READ_BYTES)
                with tarfile.open(fileobj=stream, mode="r|", bufsize=READ_BYTES) as tar:
                    yield Archive(tar, stream)
    except DamagedFile as problem:
        raise DamagedFile(f"{path} is damaged: {problem}.") from problem
    except (zstandard.ZstdError, tarfile.TarError, EOFError) as error:
        raise DamagedFile(f"{path} is damaged: it was changed, or cut off before its end.") from error


def _pieces(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
    file = tar.extractfile(entry)
    left = entry.size
    while left and file is not None:
        piece = file.read(min(left, READ_BYTES))
        if not piece:
            raise DamagedFile("it was cut off before its end")
        left -= len(piece)
        yield piece


def _summed(pieces: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
    for piece in pieces:
        tally.add_bytes(piece)
        yield piece


def _compare(found: Sums, text: bytes) -> None:
    try:
        expected = Sums(**json.loads(text))
    except (ValueError, TypeError):
        raise DamagedFile("its last entry cannot be read") from None
    for table, checksum in expected.tables.items():
        if found.tables.get(table) != checksum:
            raise DamagedFile(f"the rows of {table} are not those that were written")
    if found != expected:
        raise DamagedFile("the files in it are not those that were written")
