from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from samphan.platform.imports.reading import inspect_file, open_chunks, open_rows
from samphan.platform.imports.reading.footers import is_footer, repeats_headings


@pytest.mark.parametrize(
    "cells",
    [
        ["รวม", "", "1,200"],
        ["", "ยอดรวมทั้งสิ้น", "8 ราย"],
        ["จำนวนลูกค้าทั้งหมด 20 ราย"],
        ["รวม (บาท)", "100"],
        ["Grand total:", "", "5,000.00 บาท"],
        ["หมายเหตุ: ยอดไม่รวมภาษี", ""],
        ["ลงชื่อ ............", ""],
        ["(นายสมชาย ใจดี)", ""],
        ["ผู้ตรวจสอบ", "นางมาลี"],
        ["พิมพ์เมื่อ 21/11/2569", ""],
        ["", "เฉลี่ย", "100.50"],
    ],
)
def test_a_sum_a_note_and_a_signature_are_no_records(cells: Sequence[str]) -> None:
    assert is_footer(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["รวมพล ใจดี", "0812345678"],
        ["รวม", "สมชาย", "0812345678"],
        ["Total Access", ""],
        ["Summer Co., Ltd.", "1"],
        ["(แพร)", "0812345678"],
        ["ผู้รับรองคุณภาพ จำกัด", "0812345678"],
        ["หมายเหตุ", "สมชาย", "0812345678"],
        ["", ""],
    ],
)
def test_a_record_that_sounds_like_a_sum_stays_one(cells: Sequence[str]) -> None:
    assert not is_footer(cells)


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["เลขที่บิล", "สินค้า", "จำนวน"])
    for row in range(1, 11):
        sheet.write_row(row, 1, [f"สินค้า {row}", row])
    sheet.merge_range(1, 0, 4, 0, "B1")
    sheet.merge_range(5, 0, 10, 0, "B2")
    book.close()
    return file


def test_a_value_merged_downwards_counts_for_every_row(merged: Path) -> None:
    rows = list(open_rows(merged, inspect_file(merged)))
    assert [row.cells[0] for row in rows] == ["B1"] * 4 + ["B2"] * 6


def test_goes_on_in_the_middle_of_merged_cells(merged: Path) -> None:
    shape = inspect_file(merged)
    rows = [row for chunk in open_chunks(merged, shape, 2, start_row=8) for row in chunk]
    assert [(number, cells[0]) for number, cells in rows] == [(8, "B2"), (9, "B2"), (10, "B2"), (11, "B2")]


def test_prefers_the_sheet_with_the_table(tmp_path: Path) -> None:
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    cover = book.add_worksheet("ปก")
    cover.write_column(0, 0, ["รายงานลูกค้า", "ฝ่ายขาย", "2569"])
    cover.write(1, 1, "เชียงใหม่")
    data = book.add_worksheet("ข้อมูล")
    for row, cells in enumerate([["ชื่อ", "โทร", "เมือง"], *[["สมชาย", "0812345678", "ตาก"]] * 3]):
        data.write_row(row, 0, cells)
    data.write(1, 5, "โทรกลับ")
    data.write_datetime(1, 6, datetime(2026, 11, 21))
    book.close()
    shape = inspect_file(file)
    assert (shape.sheet, shape.headings) == ("ข้อมูล", ("ชื่อ", "โทร", "เมือง"))
    assert {notice.code for notice in shape.warnings} == {"beside_table", "more_sheets"}
    assert [row.cells for row in open_rows(file, shape)] == [["สมชาย", "0812345678", "ตาก"]] * 3
    assert inspect_file(file, sheet="ปก").sheet == "ปก"


def test_knows_the_headings_when_a_page_repeats_them() -> None:
    headings = ("รหัส", "ชื่อ-สกุล", "โทร")
    assert repeats_headings(["รหัส", "ชื่อ-สกุล ", "โทร"], headings)
    assert repeats_headings(["(1)", "(2)", "(3)"], headings)
    assert not repeats_headings(["รหัส", "", ""], headings)
    assert not repeats_headings(["รหัส", "สมชาย", "โทร"], headings)
    assert not repeats_headings(["(1)", "(2)", "0812345678"], headings)


def test_leaves_the_lines_above_a_report_and_its_repeated_headings_out(tmp_path: Path) -> None:
    file = tmp_path / "upload.csv"
    people = "C1,สมชาย,0812345678\nC2,สมหญิง,0812345679\n"
    file.write_text(
        f"เดือน:,พฤศจิกายน,\nสาขา:,เชียงใหม่,\nรหัส,ชื่อ,โทร\n{people}หน้า 2,,\nรหัส,ชื่อ,โทร\nC3,สมปอง,0812345670\n", "utf-8"
    )
    shape = inspect_file(file)
    assert (shape.header_row, shape.headings) == (3, ("รหัส", "ชื่อ", "โทร"))
    rows = list(open_rows(file, shape))
    assert [row.cells[0] for row in rows if row.problem is None] == ["C1", "C2", "C3"]
    assert [(row.number, row.problem.code) for row in rows if row.problem] == [(6, "not_a_record"), (7, "not_a_record")]


@pytest.mark.parametrize(
    "said",
    [
        "รวม ก.ย.",
        "รวมเดือนกันยายน 2569",
        "รวมยอดขายเดือน พ.ย.",
        "ยอดรวมประจำวันที่ 3/9/2569",
        "รวมไตรมาสที่ 3",
        "รวมปี 2569",
        "รวม 20 ราย",
    ],
)
def test_knows_a_sum_between_the_rows_by_its_time(said: str) -> None:
    assert is_footer(["", "", "", said, "", "", 46110])
    assert not is_footer(["", "", "", said, "ขนมปัง", "", 46110])


@pytest.mark.parametrize("name", ["รวมพร ใจดี", "รวม กันยา", "รวมมิตร", "รวมขายของชำ", "รวมพลังกันยายน"])
def test_takes_no_name_for_a_sum(name: str) -> None:
    assert not is_footer([name, "0812345678"])
