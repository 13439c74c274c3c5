"""A file of twelve columns on its way in, with everything that an import does: checks, duplicates, history, outbox."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from samphan.runtime.bench.measuring import Result, of_rows
from samphan.runtime.bench.stage import WORKSPACE, Stage
from samphan.runtime.demo import names

HEADINGS = (
    "ชื่อ-สกุล", "ชื่อเล่น", "เบอร์โทร", "อีเมล", "ไอดีไลน์", "วันเกิด", "เลขสมาชิก", "ที่อยู่", "จังหวัด", "รหัสไปรษณีย์", "แท็ก", "ที่มา",
)  # fmt: skip
PLACES = (
    ("แขวงสามเสนใน เขตพญาไท", "กรุงเทพมหานคร", "10400"), ("ตำบลศรีภูมิ อำเภอเมืองเชียงใหม่", "เชียงใหม่", "50200"),
    ("ตำบลในเมือง อำเภอเมืองขอนแก่น", "ขอนแก่น", "40000"), ("ตำบลหาดใหญ่ อำเภอหาดใหญ่", "สงขลา", "90110"),
)  # fmt: skip
KNOWN_EVERY = 20  # one row in so many is about a customer who is here already
MOST_ROWS = 200_000
MOST_SHEET_ROWS = 50_000  # of the workbook


def run(stage: Stage) -> list[Result]:
    """Import files of as many rows as there are customers: as CSV at most MOST_ROWS, as XLSX at most MOST_SHEET_ROWS."""
    known = stage.size["customers"]
    rows, sheet_rows = min(known, MOST_ROWS), min(known, MOST_SHEET_ROWS)
    path, book = stage.home / "bench-import.csv", stage.home / "bench-import.xlsx"
    write_file(path, rows, first=known + 1)
    write_workbook(book, sheet_rows, first=known + rows + 1)
    return [_import(stage, "import_csv", path, rows), _import(stage, "import_xlsx", book, sheet_rows)]


def _import(stage: Stage, op: str, path: Path, rows: int) -> Result:
    stage.say(f"Importing {rows:,} rows ({path.stat().st_size / 2**20:.1f} MiB)")
    answer = stage.run("import", str(path), "--as", "customers", "--workspace", WORKSPACE, "--json")
    stage.say(f"{answer['created']:,} created, {answer['updated']:,} updated, {answer['errors']:,} rejected")
    if stage.is_kept:
        stage.run("import", "--undo", answer["batch"], "--workspace", WORKSPACE, "--json")
    path.unlink()
    return of_rows(op, answer["rows"], answer["seconds"])


def write_file(path: Path, rows: int, *, first: int) -> None:
    """Write the file as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(people(rows, first=first))


def write_workbook(path: Path, rows: int, *, first: int) -> None:
    """Write the file as a workbook of one sheet."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for place, values in enumerate(people(rows, first=first), 1):
            sheet.write_row(place, 0, values)


def people(rows: int, *, first: int) -> Iterator[tuple[str, ...]]:
    """People nobody knows, numbered from `first`, and every twentieth somebody of the large company."""
    choose = random.Random(12)  # noqa: S311 - a fixed sample
    families = names.families()
    for row in range(rows):
        number = first + row
        member = row + 1 if row % KNOWN_EVERY == 0 else number
        is_female = choose.random() < 0.5
        area, province, postcode = PLACES[number % len(PLACES)]
        yield (
            f"คุณ{choose.choice(names.FEMALE if is_female else names.MALE)} {choose.choice(families)}",
            choose.choice(names.FEMALE_NICKNAMES if is_female else names.MALE_NICKNAMES),
            f"09{number % 100_000_000:08d}",
            f"member{number}@example.com",
            f"line{number}",
            f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2500 + number % 48}",
            f"8801{member:08d}",
            f"{1 + number % 900}/{1 + number % 90} หมู่ {1 + number % 12} {area}",
            province,
            postcode,
            "คั่วอ่อน" if number % 3 else "คั่วเข้ม, สมาชิก",
            "หน้าร้าน",
        )
