"""Messes of whole files: encodings, separators, wrong names, titles and notes around the table, sheets."""

import gzip
from pathlib import Path
from typing import Any

from workbook_tools import HEAD, Book, Grid, Messes, Person, book, customers, ods, people, plain, text

messes = Messes()


def _text_mess(name: str, **options: Any) -> None:
    def write(path: Path, folk: list[Person]) -> dict[str, Any]:
        text(path, plain(folk), **options)
        return customers(folk, "phone", "email", "birth_date")

    messes.append((name, write))


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


@messes.named("csv-sep-line.csv")
def _sep_line(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(path, plain(folk), separator=";")
    path.write_bytes(b"sep=;\n" + path.read_bytes())
    return customers(folk, "phone")


@messes.named("csv-packed.csv.gz")
def _packed(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(path, plain(folk))
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return customers(folk, "phone")


@messes.named("csv-title-and-footer.csv")
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
    return customers(folk, "phone", "birth_date", skipped=[[last + 1, "sum_row"], [last + 2, "signature_row"]])


@messes.named("csv-line-breaks-in-cells.csv")
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


@messes.named("csv-blank-lines.csv")
def _blank_lines(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid: Grid = []
    for row in plain(folk):
        grid += [[*row, "", ""], ["", "", "", "", "", "", ""]]
    text(path, grid, ends="\r\n")
    return customers(folk, "phone")


@messes.named("csv-invisible-letters.csv")
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


@messes.named("named-csv-but-xlsx.csv")
def _lying_csv(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk))
    return customers(folk, "phone", "birth_date")


@messes.named("named-xlsx-but-csv.xlsx")
def _lying_xlsx(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(path, plain(folk), encoding="cp874", ends="\r\n")
    return customers(folk, "phone", "birth_date")


@messes.named("named-xls-but-xlsx.xls")
def _lying_xls(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk))
    return customers(folk, "phone")


@messes.named("without-macros.xlsm")
def _xlsm(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk))
    return customers(folk, "phone")


@messes.named("open-document.ods")
def _ods(path: Path, folk: list[Person]) -> dict[str, Any]:
    ods(path, plain(folk))
    return customers(folk, "phone", "birth_date")


@messes.named("merged-title-rows.xlsx")
def _titles(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    sheet = one.sheet("ลูกค้า", [[], [], [], *plain(folk)])
    sheet.merge_range(0, 0, 0, 4, "ห้างหุ้นส่วนจำกัด ตัวอย่างพาณิชย์")
    sheet.merge_range(1, 0, 1, 4, "ทะเบียนลูกค้า ประจำปี 2569")
    one.close()
    return customers(folk, "phone", "birth_date")


@messes.named("two-heading-rows.xlsx")
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


@messes.named("table-in-the-middle.xlsx")
def _middle(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, plain(folk), row=4, column=2)
    return customers(folk, "phone")


@messes.named("empty-rows-and-columns.xlsx")
def _gaps(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid: Grid = []
    for row in plain(folk):
        grid += [[row[0], None, row[1], row[2], None, row[3], row[4]], []]
    book(path, grid)
    return customers(folk, "phone", "birth_date")


@messes.named("data-on-the-second-sheet.xlsx")
def _second_sheet(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    one.sheet("ปก", [["รายงานลูกค้า"], [], ["จัดทำโดย", "ฝ่ายขาย"], ["วันที่", "21/11/2569"]])
    one.sheet("ข้อมูล", plain(folk))
    one.sheet("หมายเหตุ", [["ติดต่อ 02-123-4567"]])
    one.close()
    return customers(folk, "phone")


@messes.named("hidden-first-sheet.xlsx")
def _hidden_sheet(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    old = one.sheet("เก่า", plain(people(3, 99)))
    one.sheet("ใหม่", plain(folk)).activate()
    old.hide()
    one.close()
    return customers(folk, "phone")


@messes.named("filtered-rows.xlsx")
def _hidden_rows(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    sheet = one.sheet("ลูกค้า", plain(folk))
    for row in (2, 3):
        sheet.set_row(row, None, None, {"hidden": True})
    sheet.set_column(3, 3, None, None, {"hidden": True})
    one.close()
    return customers(folk, "phone", "email")


@messes.named("sums-and-signatures.xlsx")
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
    codes = {1: "sum_row", 3: "remark_row", 4: "signature_row", 5: "signature_row", 6: "signature_row"}
    return customers(folk, "phone", skipped=[[end + n, code] for n, code in codes.items()])


@messes.named("notes-at-the-right.xlsx")
def _notes(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = plain(folk)
    grid[2] = [*grid[2], None, "โทรกลับด้วย"]
    grid[4] = [*grid[4], None, None, "<- ลูกค้าใหม่"]
    book(path, grid)
    return customers(folk, "phone", "birth_date")
