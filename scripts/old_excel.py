"""Workbooks as Excel 97 to 2003 saved them (XLS): BIFF8 records in an OLE container, written byte by byte.

No library that writes them is looked after any more, and only what a reader needs is written here: one or several sheets of
texts, numbers and dates, and merged cells. The records are those of [MS-XLS], the container that of [MS-CFB].
"""

import struct
from datetime import date
from pathlib import Path
from typing import Any

Grid = list[list[Any]]
Merge = tuple[int, int, int, int]  # first row, last row, first column, last column
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_GENERAL, _DAY = 15, 16  # the cell formats: the sixteenth is the usual one, the seventeenth shows a date


def write_xls(path: Path, sheets: dict[str, Grid], *, merged: dict[str, list[Merge]] | None = None) -> None:
    """Write sheets by name; a date becomes a number that is shown as a day."""
    texts: dict[str, int] = {}
    bodies = [_sheet(grid, texts, (merged or {}).get(name, [])) for name, grid in sheets.items()]
    total = sum(isinstance(cell, str) and cell != "" for grid in sheets.values() for row in grid for cell in row)
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    head += _record(0x0042, struct.pack("<H", 1200))
    head += _record(0x003D, struct.pack("<9H", 0, 0, 16000, 9000, 0x38, 0, 0, 1, 600))
    head += _record(0x0022, struct.pack("<H", 0))  # days are counted from 1900
    head += _font() * 4
    head += b"".join(_format(0, is_style=True) for _i in range(_GENERAL)) + _format(0) + _format(14)
    head += _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF))
    strings = _record(0x00FC, struct.pack("<II", total, len(texts)) + b"".join(map(_long_text, texts)))
    size = len(head) + sum(len(_bound(name, 0)) for name in sheets) + len(strings) + 4
    bounds = b""
    for name, body in zip(sheets, bodies, strict=True):
        bounds += _bound(name, size)
        size += len(body)
    path.write_bytes(_container(head + bounds + strings + _record(0x000A) + b"".join(bodies)))


def _record(number: int, data: bytes = b"") -> bytes:
    if len(data) > 8224:
        raise ValueError("a record of more than 8,224 bytes needs parts, which nobody here has needed yet")
    return struct.pack("<HH", number, len(data)) + data


def _font() -> bytes:
    name = "Arial".encode("utf-16-le")
    return _record(0x0031, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 1) + name)


def _format(number_format: int, *, is_style: bool = False) -> bytes:
    parent = 0xFFF5 if is_style else 0x0001
    return _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number_format, parent, 0x20, 0, 0, 0xF4, 0, 0, 0x20C0))


def _bound(name: str, at: int) -> bytes:
    text = name.encode("utf-16-le")
    return _record(0x0085, struct.pack("<IHBB", at, 0, len(name), 1) + text)


def _long_text(text: str) -> bytes:
    return struct.pack("<HB", len(text.encode("utf-16-le")) // 2, 1) + text.encode("utf-16-le")


def _sheet(grid: Grid, texts: dict[str, int], merged: list[Merge]) -> bytes:
    width = max((len(row) for row in grid), default=0)
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    body += _record(0x0200, struct.pack("<IIHHH", 0, len(grid), 0, width, 0))
    for i, row in enumerate(grid):
        for j, cell in enumerate(row):
            if isinstance(cell, date):
                days = (date(cell.year, cell.month, cell.day) - date(1899, 12, 30)).days
                body += _record(0x0203, struct.pack("<HHHd", i, j, _DAY, days))
            elif isinstance(cell, int | float):
                body += _record(0x0203, struct.pack("<HHHd", i, j, _GENERAL, cell))
            elif cell:
                body += _record(0x00FD, struct.pack("<HHHI", i, j, _GENERAL, texts.setdefault(str(cell), len(texts))))
    body += _record(0x023E, struct.pack("<HHHIHHI", 0x06B6, 0, 0, 64, 0, 0, 0))
    if merged:
        body += _record(0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *one) for one in merged))
    return body + _record(0x000A)


def _container(stream: bytes) -> bytes:
    """One stream called Workbook, long enough to lie in whole sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    if sectors > 126:
        raise ValueError("a stream of more than 126 sectors needs a longer table, which nobody here has needed yet")
    chain = [_FAT, _END, *range(3, sectors + 2), _END]
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    folder = _entry("Root Entry", 5, child=1) + _entry("Workbook", 2, start=2, size=len(stream)) + 2 * _entry("", 0)
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return header + table + folder + stream


def _entry(name: str, kind: int, *, child: int = _FREE, start: int = 0, size: int = 0) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    first = _END if kind == 5 else start
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", length, kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
