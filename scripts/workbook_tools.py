# ruff: noqa: E501 the tables are read best as lines
"""What the messy office files are made with: invented customers, what must come of them, and writers of each format."""

import random
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent))
from make_name_fixtures import FIRST, LAST

STAMP = datetime(2026, 11, 21)
PLACES = (
    ("สุเทพ", "เมืองเชียงใหม่", "เชียงใหม่", "50200"), ("ห้วยขวาง", "ห้วยขวาง", "กรุงเทพมหานคร", "10310"), ("ปากเกร็ด", "ปากเกร็ด", "นนทบุรี", "11120"),
    ("หาดใหญ่", "หาดใหญ่", "สงขลา", "90110"), ("ในเมือง", "เมืองขอนแก่น", "ขอนแก่น", "40000"), ("บางพลีใหญ่", "บางพลี", "สมุทรปราการ", "10540"),
)  # fmt: skip
Grid = list[list[Any]]


class Person:
    """One invented customer and the ways in which an office writes about him."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.title = chance.choice(("นาย", "นาง", "นางสาว"))
        self.first = FIRST[(number * 7 + chance.randint(0, 3)) % len(FIRST)]
        self.last = LAST[(number * 5) % len(LAST)]
        self.name = f"{self.first} {self.last}"
        self.phone = f"08{chance.randint(10_000_000, 99_999_999)}"
        self.e164 = "+66" + self.phone[1:]
        self.dashed = f"{self.phone[:3]}-{self.phone[3:6]}-{self.phone[6:]}"
        self.email = f"customer{number}@example.com"
        self.line = f"line_{number}{chance.randint(10, 99)}"
        self.code = f"C{number:04}"
        self.birth = date(chance.randint(1960, 2004), chance.randint(1, 12), chance.randint(13, 28))
        self.place = PLACES[number % len(PLACES)]
        self.house = f"{chance.randint(1, 99)}/{chance.randint(1, 99)} ม.{chance.randint(1, 9)}"
        self.amount = chance.randint(100, 99_999)

    @property
    def buddhist(self) -> str:
        return f"{self.birth.day:02}/{self.birth.month:02}/{self.birth.year + 543}"

    @property
    def address(self) -> str:
        sub, district, province, code = self.place
        if province == "กรุงเทพมหานคร":
            return f"{self.house} แขวง{sub} เขต{district} กทม. {code}"
        return f"{self.house} ต.{sub} อ.{district} จ.{province} {code}"


def people(count: int, seed: int) -> list[Person]:
    """So many different customers."""
    chance = random.Random(seed)  # noqa: S311
    found: list[Person] = []
    while len(found) < count:
        one = Person(seed * 10 + len(found), chance)
        if one.name not in {other.name for other in found}:
            found.append(one)
    return found


HEAD = ["รหัสลูกค้า", "ชื่อ-สกุล", "เบอร์โทร", "อีเมล", "วันเกิด"]


def plain(folk: list[Person]) -> Grid:
    """The table that most files disturb in their own way."""
    return [HEAD, *([one.code, one.name, one.phone, one.email, one.buddhist] for one in folk)]


def check(one: Person, *fields: str, **more: Any) -> dict[str, Any]:
    """What is stored of a customer, of the fields that the file tells."""
    known = {
        "phone": one.e164, "email": one.email, "line": one.line, "birth_date": one.birth.isoformat(), "first_name": one.first, "last_name": one.last,
        "title": one.title, "subdistrict": one.place[0], "district": one.place[1], "province": one.place[2], "postcode": one.place[3],
    }  # fmt: skip
    return {"name": one.name, **{field: known[field] for field in fields}, **more}


def customers(folk: list[Person], *fields: str, errors: list[list[Any]] | None = None, **more: Any) -> dict[str, Any]:
    """An expectation: all these come in, with these fields; `errors` are [row, code] of what does not, `skipped` of no records."""
    return {
        "kind": "customers",
        "created": len(folk),
        "names": sorted(one.name for one in folk),
        "cells": [check(one, *fields) for one in folk[:3]],
        "errors": errors or [],
        **more,
    }


def orders(
    numbers: list[str],
    lines: int,
    total: str,
    *,
    days: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An expectation of orders: how many lines come in, the sum of all, and the days of some."""
    return {
        "kind": "orders",
        "orders": len(numbers),
        "lines": lines,
        "total": total,
        "errors": [],
        "days": days or {},
        **more,
    }


# ------------------------------------------------------------------------------------------------ writers


def text(
    path: Path, grid: Grid, *, encoding: str = "utf-8", separator: str = ",", ends: str = "\n", bom: bytes = b""
) -> None:
    """Separated text; cells that hold the separator, a quotation mark or a line break are quoted."""

    def cell(value: Any) -> str:
        shown = "" if value is None else str(value)
        return '"' + shown.replace('"', '""') + '"' if any(mark in shown for mark in (separator, '"', "\n")) else shown

    path.write_bytes(bom + "".join(separator.join(map(cell, row)) + ends for row in grid).encode(encoding))


class Book:
    """A workbook that is the same to the byte each time."""

    def __init__(self, path: Path) -> None:
        # The writer goes by the ending of the name, and the files that are wrongly named are renamed afterwards.
        self.path, self._written = path, path.with_name(path.name + ".xlsx")
        self.book = xlsxwriter.Workbook(str(self._written))
        self.book.set_properties({"created": STAMP})
        self.day = self.book.add_format({"num_format": "dd/mm/yyyy"})

    def sheet(self, name: str, grid: Grid, *, row: int = 0, column: int = 0) -> Any:
        sheet = self.book.add_worksheet(name)
        for i, cells in enumerate(grid):
            for j, value in enumerate(cells):
                if isinstance(value, date | datetime):
                    sheet.write_datetime(row + i, column + j, datetime(value.year, value.month, value.day), self.day)
                elif isinstance(value, str) and value.startswith("="):
                    formula, _sep, shown = value.partition("\t")
                    sheet.write_formula(row + i, column + j, formula, None, shown)
                elif isinstance(value, str):
                    sheet.write_string(row + i, column + j, value)
                elif value is not None:
                    sheet.write(row + i, column + j, value)
        return sheet

    def close(self) -> None:
        self.book.close()
        self._written.rename(self.path)


def book(path: Path, grid: Grid, *, row: int = 0, column: int = 0) -> None:
    one = Book(path)
    one.sheet("ลูกค้า", grid, row=row, column=column)
    one.close()


def ods(path: Path, grid: Grid) -> None:
    """The smallest OpenDocument table."""
    from xml.sax.saxutils import escape

    cells = "".join(
        "<table:table-row>" + "".join(f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>' for cell in row) + "</table:table-row>"
        for row in grid
    )  # fmt: skip
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )  # fmt: skip
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet><table:table table:name="ลูกค้า">{cells}</table:table></office:spreadsheet></office:body></office:document-content>'
    manifest = '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", content),
            ("META-INF/manifest.xml", manifest),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


# ------------------------------------------------------------------------------------------------ the messes

Mess = Callable[[Path, list[Person]], dict[str, Any]]


class Messes(list[tuple[str, Mess]]):
    """Files by name, each with what writes it and says what must come of it."""

    def named(self, name: str) -> Callable[[Mess], Mess]:
        """Decorate the writer of the file of this name."""

        def add(function: Mess) -> Mess:
            self.append((name, function))
            return function

        return add
