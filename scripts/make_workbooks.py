# ruff: noqa: E501 the tables are read best as lines
"""Write tests/fixtures/workbooks: 50 messy office files and, beside each, what must come of it.

Every file has one mess of its own over a few invented customers or orders. `NAME.expected.json` says the kind of record, how many
rows come in and which are refused with their reason, and some cells as they must be stored. The same seed gives the same
customers; workbooks are stamped with one fixed day.
"""

import argparse
import gzip
import json
import random
import shutil
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent))
from make_name_fixtures import FIRST, LAST

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "workbooks"
STAMP = datetime(2026, 11, 21)
MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
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
    """An expectation: all these come in, with these fields; `errors` are [row, code] of what does not."""
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
    errors: list[list[Any]] | None = None,
    days: dict[str, str] | None = None,
) -> dict[str, Any]:
    """An expectation of orders: how many lines come in, the sum of all, and the days of some."""
    return {
        "kind": "orders",
        "orders": len(numbers),
        "lines": lines,
        "total": total,
        "errors": errors or [],
        "days": days or {},
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
MESSES: list[tuple[str, Mess]] = []


def mess(name: str) -> Callable[[Mess], Mess]:
    def add(function: Mess) -> Mess:
        MESSES.append((name, function))
        return function

    return add


def _text_mess(name: str, **options: Any) -> None:
    def write(path: Path, folk: list[Person]) -> dict[str, Any]:
        text(path, plain(folk), **options)
        return customers(folk, "phone", "email", "birth_date")

    MESSES.append((name, write))


_text_mess("csv-utf8.csv")
_text_mess("csv-utf8-bom.csv", bom=b"\xef\xbb\xbf", ends="\r\n")
_text_mess("csv-utf16-tabs.csv", encoding="utf-16-le", bom=b"\xff\xfe", separator="\t", ends="\r\n")
_text_mess("csv-utf16-big-endian.csv", encoding="utf-16-be", bom=b"\xfe\xff")
_text_mess("csv-tis620.csv", encoding="tis-620", ends="\r\n")
_text_mess("csv-cp874-semicolons.csv", encoding="cp874", separator=";", ends="\r\n")
_text_mess("tabs.tsv", separator="\t")
_text_mess("csv-semicolons.csv", separator=";")
_text_mess("csv-bars.txt", separator="|")
_text_mess("csv-old-mac-ends.csv", ends="\r")


@mess("csv-sep-line.csv")
def _sep_line(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(path, plain(folk), separator=";")
    path.write_bytes(b"sep=;\n" + path.read_bytes())
    return customers(folk, "phone")


@mess("csv-packed.csv.gz")
def _packed(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(path, plain(folk))
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return customers(folk, "phone")


@mess("csv-title-and-footer.csv")
def _title_and_footer(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = plain(folk)
    last = len(grid) + 3
    text(
        path,
        [
            ["บริษัท ตัวอย่างการค้า จำกัด"],
            ["รายชื่อลูกค้า ณ วันที่ 21 พฤศจิกายน 2569"],
            [],
            *grid,
            ["รวมทั้งสิ้น", f"{len(folk)} ราย"],
            ["ลงชื่อ .............................. ผู้จัดทำ"],
        ],
    )
    return customers(folk, "phone", "birth_date", errors=[[last + 1, "not_a_record"], [last + 2, "not_a_record"]])


@mess("csv-line-breaks-in-cells.csv")
def _breaks(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(
        path,
        [
            ["ชื่อ-สกุล", "เบอร์โทร", "ที่อยู่", "หมายเหตุ"],
            *([one.name, one.dashed, one.address.replace(" ", "\n", 2), 'ลูกค้า "ประจำ", จ่ายสด'] for one in folk),
        ],
        ends="\r\n",
    )
    return customers(folk, "phone", "subdistrict", "province", "postcode")


@mess("csv-blank-lines.csv")
def _blank_lines(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid: Grid = []
    for row in plain(folk):
        grid += [[*row, "", ""], ["", "", "", "", "", "", ""]]
    text(path, grid, ends="\r\n")
    return customers(folk, "phone")


@mess("csv-invisible-letters.csv")
def _invisible(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = [
        [
            f"\u200b{one.code}",
            f"{one.first}\u00a0{one.last}\ufeff",
            f"\u202a{one.dashed}\u202c",
            f"{one.email}\u200b",
            f" {one.buddhist}\u200e",
        ]
        for one in folk
    ]
    text(path, [[f"{head}\u200b" for head in HEAD], *grid])
    return customers(folk, "phone", "email", "birth_date")


@mess("named-csv-but-xlsx.csv")
def _lying_csv(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk))
    return customers(folk, "phone", "birth_date")


@mess("named-xlsx-but-csv.xlsx")
def _lying_xlsx(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(path, plain(folk), encoding="cp874", ends="\r\n")
    return customers(folk, "phone", "birth_date")


@mess("named-xls-but-xlsx.xls")
def _lying_xls(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk))
    return customers(folk, "phone")


@mess("without-macros.xlsm")
def _xlsm(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk))
    return customers(folk, "phone")


@mess("open-document.ods")
def _ods(path: Path, folk: list[Person]) -> dict[str, Any]:
    ods(path, plain(folk))
    return customers(folk, "phone", "birth_date")


@mess("merged-title-rows.xlsx")
def _titles(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    sheet = one.sheet("ลูกค้า", [[], [], [], *plain(folk)])
    sheet.merge_range(0, 0, 0, 4, "ห้างหุ้นส่วนจำกัด ตัวอย่างพาณิชย์")
    sheet.merge_range(1, 0, 1, 4, "ทะเบียนลูกค้า ประจำปี 2569")
    one.close()
    return customers(folk, "phone", "birth_date")


@mess("two-heading-rows.xlsx")
def _two_headings(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    sheet = one.sheet(
        "ลูกค้า",
        [[], ["", "ชื่อ", "นามสกุล", "โทรศัพท์", "อีเมล"], *([p.code, p.first, p.last, p.dashed, p.email] for p in folk)],
    )
    sheet.merge_range(0, 0, 1, 0, "รหัสลูกค้า")
    sheet.merge_range(0, 1, 0, 2, "ข้อมูลลูกค้า")
    sheet.merge_range(0, 3, 0, 4, "ช่องทางติดต่อ")
    one.close()
    return customers(folk, "phone", "email", "first_name", "last_name")


@mess("table-in-the-middle.xlsx")
def _middle(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk), row=4, column=2)
    return customers(folk, "phone")


@mess("empty-rows-and-columns.xlsx")
def _gaps(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid: Grid = []
    for row in plain(folk):
        grid += [[row[0], None, row[1], row[2], None, row[3], row[4]], []]
    book(path, grid)
    return customers(folk, "phone", "birth_date")


@mess("data-on-the-second-sheet.xlsx")
def _second_sheet(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    one.sheet("ปก", [["รายงานลูกค้า"], [], ["จัดทำโดย", "ฝ่ายขาย"], ["วันที่", "21/11/2569"]])
    one.sheet("ข้อมูล", plain(folk))
    one.sheet("หมายเหตุ", [["ติดต่อ 02-123-4567"]])
    one.close()
    return customers(folk, "phone")


@mess("hidden-first-sheet.xlsx")
def _hidden_sheet(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    old = one.sheet("เก่า", plain(people(3, 99)))
    one.sheet("ใหม่", plain(folk)).activate()
    old.hide()
    one.close()
    return customers(folk, "phone")


@mess("filtered-rows.xlsx")
def _hidden_rows(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    sheet = one.sheet("ลูกค้า", plain(folk))
    for row in (2, 3):
        sheet.set_row(row, None, None, {"hidden": True})
    sheet.set_column(3, 3, None, None, {"hidden": True})
    one.close()
    return customers(folk, "phone", "email")


@mess("sums-and-signatures.xlsx")
def _signatures(path: Path, folk: list[Person]) -> dict[str, Any]:
    head = ["ลำดับ", "ชื่อลูกค้า", "โทรศัพท์", "ยอดซื้อ"]
    grid: Grid = [head, *([i, one.name, one.dashed, one.amount] for i, one in enumerate(folk, 1))]
    end = len(grid)
    grid += [
        ["รวม", None, None, sum(one.amount for one in folk)],
        [],
        [None, "หมายเหตุ: ยอดไม่รวมภาษี"],
        [None, "ลงชื่อ ....................."],
        [None, "(นายสมชาย ตัวอย่าง)"],
        [None, "ผู้ตรวจสอบ"],
    ]
    book(path, grid)
    return customers(folk, "phone", errors=[[end + n, "not_a_record"] for n in (1, 3, 4, 5, 6)])


@mess("notes-at-the-right.xlsx")
def _notes(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = plain(folk)
    grid[2] = [*grid[2], None, "โทรกลับด้วย"]
    grid[4] = [*grid[4], None, None, "<- ลูกค้าใหม่"]
    book(path, grid)
    return customers(folk, "phone", "birth_date")


@mess("phones-as-numbers.xlsx")
def _number_phones(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, [["ชื่อ-สกุล", "มือถือ"], *([one.name, int(one.phone)] for one in folk)])
    return customers(folk, "phone")


@mess("phones-in-every-way.xlsx")
def _phones(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways = [
        lambda p: p.dashed, lambda p: p.phone.translate(THAI), lambda p: f"+66 {p.phone[1:3]} {p.phone[3:6]} {p.phone[6:]}", lambda p: f"'{p.phone}", lambda p: f"โทร. {p.dashed}",
        lambda p: f"66{p.phone[1:]}", lambda p: f"{p.phone}.0", lambda p: p.phone[1:],
    ]  # fmt: skip
    book(path, [["ชื่อ-สกุล", "มือถือ"], *([one.name, ways[i % len(ways)](one)] for i, one in enumerate(folk))])
    return customers(folk, "phone", cells=[check(one, "phone") for one in folk])


@mess("thai-numerals.xlsx")
def _thai_numerals(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [
        [
            one.code.translate(THAI),
            one.name,
            one.dashed.translate(THAI),
            one.buddhist.translate(THAI),
            one.address.translate(THAI),
        ]
        for one in folk
    ]
    book(path, [["ที่", "ชื่อ-สกุล", "โทรศัพท์", "วันเกิด", "ที่อยู่"], *rows])
    return customers(folk, "phone", "birth_date", "postcode", "province")


@mess("mixed-eras.xlsx")
def _eras(path: Path, folk: list[Person]) -> dict[str, Any]:
    def written(i: int, day: date) -> Any:
        ways = (
            day, f"{day.day}/{day.month}/{day.year + 543}", f"{day.day} {MONTHS[day.month - 1]} {day.year + 543}", f"{day.day}/{day.month}/{day.year}", day.isoformat(),
            f"{day.day} {MONTHS[day.month - 1]} พ.ศ. {day.year + 543}".translate(THAI),
        )  # fmt: skip
        return ways[i % len(ways)]

    book(path, [["ชื่อ-สกุล", "วันเกิด"], *([one.name, written(i, one.birth)] for i, one in enumerate(folk))])
    return customers(folk, cells=[check(one, "birth_date") for one in folk])


@mess("spreadsheet-serials.csv")
def _serials(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(
        path,
        [
            ["ชื่อ-สกุล", "วันเกิด"],
            *(
                [one.name, (one.birth - date(1899, 12, 30)).days if i % 2 else one.buddhist]
                for i, one in enumerate(folk)
            ),
        ],
    )
    return customers(folk, cells=[check(one, "birth_date") for one in folk])


@mess("year-of-the-wrong-era.xlsx")
def _wrong_era(path: Path, folk: list[Person]) -> dict[str, Any]:
    for i, one in enumerate(folk):
        one.birth = date(1966 + i % 3, 1 + i % 12, 13 + i)
    rows = [[one.name, f"{one.birth.day}/{one.birth.month}/{one.birth.year}"] for one in folk]
    book(path, [["ชื่อ-สกุล", "วันเกิด"], *rows, ["สมปอง ตัวอย่าง", "25/12/2567"]])
    return customers(folk, "birth_date", errors=[[len(folk) + 2, "odd_era"]])


@mess("dates-in-two-orders.csv")
def _orders_of_dates(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [[one.name, one.buddhist] for one in folk[:-1]]
    rows += [
        ["สมปอง ตัวอย่าง", "03/04/2530"],
        [folk[-1].name, f"{folk[-1].birth.month}/{folk[-1].birth.day}/{folk[-1].birth.year + 543}"],
    ]
    text(path, [["ชื่อ-สกุล", "วันเกิด"], *rows])
    return customers(folk, "birth_date", errors=[[len(folk) + 1, "ambiguous"]])


@mess("whole-address-in-one-cell.xlsx")
def _addresses(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, [["ชื่อ-สกุล", "ที่อยู่"], *([one.name, one.address] for one in folk)])
    fields = ("subdistrict", "district", "province", "postcode")
    return customers(folk, cells=[check(one, *fields, line=one.house) for one in folk])


@mess("address-over-columns.xlsx")
def _address_columns(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [
        [
            one.name,
            one.house,
            f"{'แขวง' if one.place[2].startswith('กรุง') else 'ต.'}{one.place[0]}",
            one.place[1].removeprefix("เมือง") if one.place[1].startswith("เมือง") else one.place[1],
            f"จ.{one.place[2]}".replace("จ.กรุงเทพมหานคร", "กทม."),
            int(one.place[3]),
        ]
        for one in folk
    ]
    book(path, [["ชื่อ-สกุล", "ที่อยู่", "ตำบล/แขวง", "อำเภอ/เขต", "จังหวัด", "รหัสไปรษณีย์"], *rows])
    fields = ("subdistrict", "district", "province", "postcode")
    return customers(folk, cells=[check(one, *fields, line=one.house) for one in folk])


@mess("title-and-name-in-one-cell.xlsx")
def _titled(path: Path, folk: list[Person]) -> dict[str, Any]:
    written = {"นาย": "นาย", "นาง": "นาง", "นางสาว": "น.ส."}
    book(
        path,
        [
            ["ชื่อ - นามสกุล", "โทร"],
            *(
                [f"{written[one.title]}{' ' if i % 2 else ''}{one.first}  {one.last}", one.dashed]
                for i, one in enumerate(folk)
            ),
        ],
    )
    return customers(folk, cells=[check(one, "title", "first_name", "last_name") for one in folk])


@mess("title-in-the-first-name.xlsx")
def _titled_first(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, [["ชื่อ", "นามสกุล", "เบอร์โทร"], *([f"{one.title}{one.first}", one.last, one.dashed] for one in folk)])
    return customers(folk, cells=[check(one, "title", "first_name", "last_name") for one in folk])


@mess("groups-in-merged-cells.xlsx")
def _groups(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    half = len(folk) // 2
    sheet = one.sheet("ลูกค้า", [["จังหวัด", "ชื่อ-สกุล", "โทรศัพท์"], *([None, p.name, p.dashed] for p in folk)])
    sheet.merge_range(1, 0, half, 0, "เชียงใหม่")
    sheet.merge_range(half + 1, 0, len(folk), 0, "กทม.")
    one.close()
    cells = [check(p, "phone", province="เชียงใหม่" if i < half else "กรุงเทพมหานคร") for i, p in enumerate(folk)]
    return customers(folk, cells=cells)


@mess("section-rows.xlsx")
def _sections(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    half = len(folk) // 2
    grid = plain(folk)
    sheet = one.sheet("ลูกค้า", [grid[0], [], *grid[1 : half + 1], [], *grid[half + 1 :]])
    sheet.merge_range(1, 0, 1, 4, "ภาคเหนือ")
    sheet.merge_range(half + 2, 0, half + 2, 4, "ภาคกลาง")
    one.close()
    return customers(folk, "phone", errors=[[2, "not_a_record"], [half + 3, "not_a_record"]])


@mess("formulas.xlsx")
def _formulas(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [
        [one.first, one.last, f'=A{i}&" "&B{i}\t{one.name}', f'="0"&RIGHT(E{i},9)\t{one.phone}', int(one.phone)]
        for i, one in enumerate(folk, 2)
    ]
    book(path, [["ก", "ข", "ชื่อเต็ม", "โทรศัพท์", "ค"], *rows])
    return customers(folk, cells=[{"name": one.name, "phone": one.e164} for one in folk])


@mess("errors-in-cells.xlsx")
def _cell_errors(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows: Grid = [[one.code, one.name, one.dashed] for one in folk]
    rows.append(["C9999", "สมปอง ตัวอย่าง", "=VLOOKUP(1,Z:Z,1,0)\t#N/A"])
    book(path, [["รหัสลูกค้า", "ชื่อ-สกุล", "เบอร์โทร"], *rows])
    return customers(folk, "phone", errors=[[len(folk) + 2, "cell_error"]])


@mess("same-heading-twice.xlsx")
def _twice(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [[one.name, one.dashed, f"02-123-40{i:02}"] for i, one in enumerate(folk)]
    book(path, [["ชื่อ-สกุล", "โทรศัพท์", "โทรศัพท์"], *rows])
    return customers(
        folk,
        cells=[
            check(one, phones=[one.e164, f"+662123400{i}" if i < 10 else f"+66212340{i}"]) for i, one in enumerate(folk)
        ],
    )


@mess("decorated-headings.xlsx")
def _decorated(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(
        path,
        [
            ["ชื่อ-สกุล *", "เบอร์โทร\n(มือถือ)", "อีเมล :", "วันเกิด\n(วว/ดด/ปปปป)"],
            *([one.name, one.phone, one.email, one.buddhist] for one in folk),
        ],
    )
    return customers(folk, "phone", "email", "birth_date")


@mess("line-and-phone-in-one-cell.xlsx")
def _line_and_phone(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways = ("{p} / line: {l}", "{p} Line ID: {l}", "line {l} โทร {p}", "{p} (ไลน์ {l})")
    book(
        path,
        [
            ["ชื่อลูกค้า", "เบอร์ติดต่อ"],
            *([one.name, ways[i % 4].format(p=one.dashed, l=one.line)] for i, one in enumerate(folk)),
        ],
    )
    return customers(folk, cells=[check(one, "phone", "line") for one in folk])


@mess("two-phones-in-one-cell.xlsx")
def _two_phones(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways = ("{p}, {q}", "{p} / {q}", "{p}\n{q}", "{p} หรือ {q}", "มือถือ {p} บ้าน {q}", "{p} (แม่) {q} (ลูก)")
    seconds = [f"02-123-45{i:02}" for i in range(len(folk))]
    book(
        path,
        [
            ["ชื่อลูกค้า", "เบอร์โทร"],
            *([one.name, ways[i % 6].format(p=one.dashed, q=seconds[i])] for i, one in enumerate(folk)),
        ],
    )
    return customers(
        folk,
        cells=[check(one, phones=[one.e164, "+662" + seconds[i].replace("-", "")[2:]]) for i, one in enumerate(folk)],
    )


@mess("blank-names.xlsx")
def _blank_names(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = plain(folk)
    grid.insert(3, ["C9998", None, "0812345678", None, None])
    grid.append(["C9999", " - ", None, "nobody@example.com", None])
    book(path, grid)
    return customers(folk, "phone", errors=[[4, "no_name"], [len(grid), "no_name"]])


@mess("firms-and-people.xlsx")
def _firms(path: Path, folk: list[Person]) -> dict[str, Any]:
    firms = ["บริษัท บ้านสวน จำกัด", "หจก. เจริญการช่าง", "ร้านป้าแดง", "Baan Suan Co., Ltd."]
    rows: Grid = [
        [name, tax, "สำนักงานใหญ่", "021234567"]
        for name, tax in zip(firms, ("0105550000007", 203559000007, "", "0-10-7-560-00000-1"), strict=True)
    ]
    rows += [[one.name, "", "", one.phone] for one in folk]
    book(path, [["ชื่อลูกค้า", "เลขประจำตัวผู้เสียภาษี", "สาขา", "โทรศัพท์"], *rows])
    answer = customers(folk, "phone")
    cells = [
        {"name": firms[0], "kind": "organisation", "tax_id": "0105550000007"},
        {"name": firms[1], "kind": "organisation", "tax_id": "0203559000007"},
        {"name": firms[2], "kind": "organisation"},
    ]
    return {
        **answer,
        "created": len(folk) + 4,
        "names": sorted([*answer["names"], *firms]),
        "cells": [*cells, *answer["cells"]],
    }


@mess("nicknames-and-hearts.xlsx")
def _nicknames(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(
        path,
        [
            ["ลูกค้า", "ไลน์", "โทร"],
            *([f"คุณ{one.first} {one.last} (แพร{i})", f"🌸{one.line}🌸", one.phone] for i, one in enumerate(folk)),
        ],
    )
    return customers(
        folk, cells=[check(one, "phone", nickname=f"แพร{i}", line=f"🌸{one.line}🌸") for i, one in enumerate(folk)]
    )


@mess("orders-dates-and-money.xlsx")
def _orders(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways: list[tuple[Any, Any]] = [
        (date(2026, 11, 21), 1250.5), ("21/11/2569", "฿1,250.50"), ("21 พ.ย. 2569 14:05 น.", "1,250.50 บาท"), ("๒๑/๑๑/๒๕๖๙", "๑,๒๕๐.๕๐"), ("2026-11-21", "1250.50"), (46347, "THB 1,250.50"),
    ]  # fmt: skip
    rows = [
        [f"IV6911-{i:04}", day, one.name, one.phone, "กาแฟ", 1, money]
        for i, ((day, money), one) in enumerate(zip(ways, folk, strict=False), 1)
    ]
    book(
        path,
        [
            ["เลขที่บิล", "วันที่", "ลูกค้า", "โทร", "รายการ", "จำนวน", "จำนวนเงิน (บาท)"],
            *rows,
            ["รวม", None, None, None, None, 6, 7503],
        ],
    )
    numbers = [row[0] for row in rows]
    return orders(numbers, 6, "7503.00", errors=[[8, "not_a_record"]], days=dict.fromkeys(numbers, "2026-11-21"))


@mess("orders-cp874.csv")
def _orders_cp874(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [[f"B{i:03}", f"{13 + i}/11/2569", one.name, "น้ำผึ้ง 500 ก.", "๒", "1,000.00"] for i, one in enumerate(folk)]
    text(
        path,
        [
            ["รายงานขาย ร้านตัวอย่าง"],
            ["เลขที่บิล", "วันที่", "ชื่อลูกค้า", "รายการสินค้า", "จำนวน", "ราคาต่อหน่วย"],
            *rows,
            ["ยอดรวมทั้งสิ้น", "", "", "", "", f"{2000 * len(rows):,}.00"],
        ],
        encoding="cp874",
        ends="\r\n",
    )
    numbers = [row[0] for row in rows]
    days = {row[0]: f"2026-11-{13 + i:02}" for i, row in enumerate(rows)}
    return orders(numbers, len(rows), f"{2000 * len(rows)}.00", errors=[[len(rows) + 3, "not_a_record"]], days=days)


@mess("orders-bills-in-merged-cells.xlsx")
def _merged_bills(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    rows: Grid = [["เลขที่บิล", "วันที่", "ลูกค้า", "สินค้า", "จำนวน", "ราคา"]]
    for i, person in enumerate(folk):
        rows += [
            [f"IV{i:03}", date(2026, 11, 1 + i), person.name, "กาแฟ", 2, 50],
            [None, None, None, "ชา", 1, "40.00"],
            [None, None, None, "นม", 3, "฿30"],
        ]
    sheet = one.sheet("ขาย", rows)
    for i, person in enumerate(folk):
        at = 1 + 3 * i
        sheet.merge_range(at, 0, at + 2, 0, f"IV{i:03}")
        sheet.merge_range(at, 1, at + 2, 1, date(2026, 11, 1 + i), one.day)
        sheet.merge_range(at, 2, at + 2, 2, person.name)
    one.close()
    numbers = [f"IV{i:03}" for i in range(len(folk))]
    return orders(
        numbers,
        3 * len(folk),
        f"{230 * len(folk)}.00",
        days={f"IV{i:03}": f"2026-11-{1 + i:02}" for i in range(len(folk))},
    )


def write(folder: Path) -> list[Path]:
    """Write every file and its expectation anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for number, (name, function) in enumerate(MESSES, 1):
        path = folder / f"{number:02}-{name}"
        expected = function(path, people(8, number))
        path.with_name(path.name + ".expected.json").write_text(
            json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        written.append(path)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER)
    print(len(write(parser.parse_args().to)), "files")
