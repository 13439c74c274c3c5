"""Reading workbooks (XLSX, XLSM, XLSB, XLS, ODS) through a process of their own; see `workbook_process`."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from samphan.platform.imports.reading import problems
from samphan.platform.imports.reading.limits import Limits
from samphan.platform.imports.reading.problems import Cell, CellProblem, FileProblem

_PROGRAM = Path(__file__).with_name("workbook_process.py")
_ALLOWED = {("datetime", name) for name in ("date", "datetime", "time", "timedelta")}

Merged = list[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The opened sheet. `names` are the visible sheets, `rows` the last filled row, `merged` 0-based ranges."""

    name: str
    names: tuple[str, ...]
    rows: int
    merged: Merged


@dataclass(frozen=True, slots=True)
class Top:
    """The first rows of a sheet, from its first row on; `rows` is the last filled row."""

    name: str
    rows: int
    merged: Merged
    first_rows: list[list[Cell]]


class _Frames(pickle.Unpickler):
    """Takes nothing but dates and times beside the built-in containers."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(name)


@contextmanager
def open_sheet(
    path: Path, container: str, limits: Limits, *, sheet: str | None, start_row: int = 1, most: int | None = None
) -> Iterator[tuple[Sheet, Iterator[tuple[int, list[list[Cell]]]]]]:
    """The sheet and its rows in batches of (first row number, rows), blank rows included.

    :raises FileProblem: when the workbook is damaged, protected, too large for the limits, or has no such sheet; also
        later, from the iterator.
    """
    request = {"wanted": sheet, "start_row": start_row, "most": most}
    with _process(path, container, limits, request) as output:
        first = _frame(output, limits, sheet)
        if first[0] != "sheet":
            raise FileProblem(problems.BROKEN_WORKBOOK, code="broken_workbook")
        _kind, name, names, rows, merged = first
        yield Sheet(name, tuple(names), rows, merged), _batches(output, limits, sheet)


def read_tops(path: Path, container: str, limits: Limits, *, names: Sequence[str], most: int) -> list[Top]:
    """The first `most` rows of each of these sheets that holds cells and is not wider than allowed.

    :raises FileProblem: when the workbook needs more than the limits.
    """
    found: list[Top] = []
    with _process(path, container, limits, {"tops": list(names), "most": most}) as output:
        while (frame := _frame(output, limits, None))[0] == "top":
            _kind, name, rows, merged, first_rows = frame
            found.append(Top(name, rows, merged, [_with_problems(row) for row in first_rows]))
    return found


@contextmanager
def _process(path: Path, container: str, limits: Limits, request: dict[str, Any]) -> Iterator[IO[bytes]]:
    """What the process says that opens workbooks."""
    with TemporaryDirectory(prefix="samphan-book-") as folder:
        # The native reader goes by the ending of the name, which lies often enough ("report.xls" that is XLSX).
        link = Path(folder) / f"book.{container}"
        link.symlink_to(path.absolute())
        whole = {
            "path": str(link), "container": container, "columns": limits.columns, "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds, **request,
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-I", str(_PROGRAM), json.dumps(whole)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 18,
        )
        output = process.stdout
        assert output is not None  # noqa: S101
        try:
            yield output
        finally:
            process.kill()
            output.close()
            process.wait()


def _batches(output: IO[bytes], limits: Limits, sheet: str | None) -> Iterator[tuple[int, list[list[Cell]]]]:
    while (frame := _frame(output, limits, sheet))[0] == "rows":
        _kind, first, rows = frame
        for row in rows:
            _with_problems(row)
        yield first, rows


def _with_problems(row: list[Any]) -> list[Cell]:
    if tuple in map(type, row):
        row[:] = [CellProblem(cell[1]) if type(cell) is tuple else cell for cell in row]
    return row


def _frame(output: IO[bytes], limits: Limits, sheet: str | None) -> tuple[Any, ...]:
    try:
        frame: tuple[Any, ...] = _Frames(output).load()
    except (EOFError, pickle.UnpicklingError) as error:
        # The process was stopped by one of its limits before it could say so.
        raise FileProblem(problems.TOO_LARGE_SHEET, code="too_large_sheet") from error
    if frame[0] != "problem":
        return frame
    code = frame[1]
    if code == "too_many_columns":
        raise FileProblem(problems.TOO_MANY_COLUMNS, code=code, row=frame[2], count=frame[3], limit=limits.columns)
    if code == "sheet_not_found":
        raise FileProblem(problems.SHEET_NOT_FOUND, code=code, sheet=(sheet or "")[:80])
    sentences = {
        "no_sheet": problems.NO_SHEET,
        "encrypted": problems.ENCRYPTED,
        "too_large_sheet": problems.TOO_LARGE_SHEET,
    }
    raise FileProblem(sentences.get(code, problems.BROKEN_WORKBOOK), code=code)
