"""The file of rows that were not taken, to be mended and imported again."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from samphan.platform.imports.reading.formulas import guard_formula

REASON_COLUMNS = ("row", "column", "reason")


class RejectsWriter:
    """Writes the input's columns and row, column, reason as CSV (UTF-8 with byte-order mark, CR LF).

    The file appears under its name only with `finish`, whole; without a reject there is none. As a context manager it
    finishes on success and discards on an exception.
    """

    def __init__(self, path: str | Path, headings: Sequence[str]) -> None:
        self.path = Path(path)
        self.count = 0
        self._headings = list(headings)
        self._part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        self._file: IO[str] | None = None
        self._writer: Any = None

    def write(self, row: int | str, cells: Sequence[object], *, column: str = "", reason: str) -> None:
        """Add one rejected row: `row` as the user calls it, `column` the heading of the guilty cell or ""."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("w", encoding="utf-8-sig", errors="replace", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow([*map(guard_formula, self._headings), *REASON_COLUMNS])
        width = len(self._headings)
        texts = [guard_formula(str(cell)) for cell in cells]
        if len(texts) > width:
            # Superfluous cells stay readable in the last column instead of moving the reason out of its place.
            texts[max(0, width - 1) :] = [" | ".join(texts[max(0, width - 1) :])]
        texts += [""] * (width - len(texts))
        self._writer.writerow([*texts[:width], row, guard_formula(column), guard_formula(reason)])
        self.count += 1

    def finish(self) -> Path | None:
        """Put the file in its place and return its path; None when nothing was rejected."""
        if self._file is None:
            return None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        self._part.replace(self.path)
        return self.path

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()
