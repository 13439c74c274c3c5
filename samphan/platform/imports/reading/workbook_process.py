"""The process that opens workbooks; started by path, imports nothing of the project, and may die.

A workbook is the riskiest input there is: one cell at XFD1048576 asks for seventeen thousand million cells, and the
readers are native code. So it is opened here, under a limit of memory and processor time, and only plain values come
out: pickled frames on standard output, ("book", ...), ("sheet", ...), ("rows", ...), ("end",) or ("problem", code).
"""

import contextlib
import json
import pickle
import posixpath
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
"""Excel's error values; text that spells one is treated the same."""

PLAIN = {str, bool, date, datetime, time, timedelta}
ROWS_PER_FRAME = 500


def number_text(value: float) -> str:
    """A number as Excel keeps it: 15 digits, whole numbers without a point, never in scientific form."""
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!"
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def error_cells(path: str, sheet: str) -> dict[int, dict[int, str]]:
    """{row: {column: "#N/A"}}, 0-based, of an XLSX sheet; the reader shows these cells as empty."""
    found: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        if part is None:
            return found
        rest = b""
        with archive.open(part) as xml:
            while block := xml.read(1 << 20):
                data = rest + block
                # Cells are short, so one that a block cuts is whole again in the next one.
                start = max(data.rfind(b"<c "), data.rfind(b":c "), 0)
                if b't="e"' in data or b"t='e'" in data:
                    for cell in _ERROR_CELL.finditer(data):
                        column, row = _position(cell["at"])
                        shown = cell["shown"].decode("ascii", "replace").replace("&amp;", "&")[:20]
                        found.setdefault(row, {})[column] = shown or "#N/A"
                rest = data[start:] if len(data) - start < 1 << 17 else b""
    return found


_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["'](?P<at>[A-Z]{1,3}\d{1,7})["'][^>]*>"""
    rb"""(?:(?!</(?:\w+:)?c>).){0,9000}?<(?:\w+:)?v>(?P<shown>[^<]{0,40})</""",
    re.DOTALL,
)


def _position(reference: bytes) -> tuple[int, int]:
    letters = reference.rstrip(b"0123456789")
    column = 0
    for byte in letters:
        column = column * 26 + byte - 64
    return column - 1, int(reference[len(letters) :]) - 1


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The XML part of a sheet, by way of the workbook's relations; None where they are unusual."""
    from xml.sax.saxutils import unescape

    try:
        book = archive.read("xl/workbook.xml")[: 1 << 22].decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels")[: 1 << 22].decode("utf-8", "replace")
    except KeyError:
        return None
    more = {"&quot;": '"', "&apos;": "'"}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        name = re.search(r'\bname="([^"]*)"', tag)
        relation = re.search(r'\b\w+:id="([^"]*)"', tag)
        if name and relation and unescape(name[1], more) == sheet:
            for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
                target = re.search(r'\bTarget="([^"]*)"', link)
                if target and re.search(rf'\bId="{re.escape(relation[1])}"', link):
                    part = posixpath.normpath(posixpath.join("xl", target[1])).lstrip("/")
                    return part if part in archive.namelist() else None
    return None


def _send(*frame: Any) -> None:
    pickle.dump(frame, sys.stdout.buffer, protocol=5)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix
        return
    for which, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (value, value))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _convert(row: list[Any], errors: dict[int, str] | None, left: list[str]) -> list[Any]:
    for index, value in enumerate(row):
        kind = value.__class__
        if kind is str:
            if value[:1] == "#" and value in ERRORS:
                row[index] = ("error", value)
        elif kind is float or kind is int:
            row[index] = number_text(value)
        elif kind not in PLAIN:
            row[index] = str(value)
    if left:
        row = left + row
    if errors:
        for column, shown in errors.items():
            if column < len(row):
                row[column] = ("error", shown)
    return row


def choose_sheet(book: Any, names: list[str]) -> Any:
    """The first sheet that looks like a table of three columns or more, else any table, else any with cells.

    A cover or a page of notes often stands before the sheet that holds the records.
    """
    narrow = filled = None
    for name in names[:50]:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        filled = filled or sheet
        counts = []
        for row in sheet.iter_rows():
            count = sum(1 for value in row if value != "")
            if count:
                counts.append(count)
            if len(counts) >= 60:
                break
        rows = [count for count in counts if count > 1]
        if len(rows) < 2 or 2 * len(rows) < len(counts):
            continue
        if sorted(rows)[len(rows) // 2] > 2:
            return sheet
        narrow = narrow or sheet
    return narrow or filled


def read(path: str, container: str, wanted: str | None, start_row: int, most: int | None, columns: int) -> None:
    """Send one sheet from the 1-based `start_row`, at most `most` rows; without a name the first that holds cells."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    book = load_workbook(path)
    sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    visible = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible] or [s.name for s in sheets]
    names = [s.name for s in sheets]
    if not names:
        _send("problem", "no_sheet")
        return
    if wanted is not None and wanted not in names:
        _send("problem", "sheet_not_found")
        return
    sheet = book.get_sheet_by_name(wanted) if wanted is not None else choose_sheet(book, visible)
    if sheet is None or sheet.start is None or sheet.end is None:
        _send("problem", "no_sheet")
        return
    top, first = sheet.start
    bottom, last = sheet.end
    if last + 1 > columns:
        _send("problem", "too_many_columns", top + 1, last + 1)
        return
    errors: dict[int, dict[int, str]] = {}
    if container == "xlsx":
        with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
            errors = error_cells(path, sheet.name)
    try:
        merged = list(sheet.merged_cell_ranges or ())
    except Exception:  # the list of merged cells is only a help
        merged = []
    _send("sheet", sheet.name, visible, bottom + 1, merged[:200_000])
    left = [""] * first
    rows: list[list[Any]] = []
    number = 0
    begun = max(1, start_row)
    for row in sheet.iter_rows():
        number += 1
        if number < start_row:
            continue
        if most is not None and number >= start_row + most:
            break
        rows.append(_convert(row, errors.get(number - 1), left))
        if len(rows) == ROWS_PER_FRAME:
            _send("rows", begun, rows)
            begun, rows = number + 1, []
    if rows:
        _send("rows", begun, rows)
    _send(
        "end",
    )


def read_tops(path: str, names: list[str], most: int, columns: int) -> None:
    """Send the first `most` rows of each of these sheets that has any."""
    from python_calamine import load_workbook

    book = load_workbook(path)
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None or sheet.end is None or sheet.end[1] + 1 > columns:
            continue
        try:
            merged = [one for one in sheet.merged_cell_ranges or () if one[0][0] < most]
        except Exception:  # the list of merged cells is only a help
            merged = []
        left = [""] * sheet.start[1]
        rows = [_convert(row, None, left) for row, _number in zip(sheet.iter_rows(), range(most), strict=False)]
        _send("top", name, sheet.end[0] + 1, merged, rows)
    _send(
        "end",
    )


def main() -> None:
    """Serve one request given as JSON in the first argument."""
    request = json.loads(sys.argv[1])
    _limit(request.pop("memory_bytes"), request.pop("cpu_seconds"))
    try:
        if "tops" in request:
            read_tops(request["path"], request["tops"], request["most"], request["columns"])
        else:
            read(**request)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stderr.close()
    except MemoryError:
        _send("problem", "too_large_sheet")
    except BaseException as error:  # a panic of the native reader is no Exception
        kind = type(error).__name__
        _send("problem", "encrypted" if kind == "PasswordError" else "broken_workbook", kind)


if __name__ == "__main__":
    main()
