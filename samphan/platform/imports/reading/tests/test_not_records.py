from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from samphan.platform.imports.reading import inspect_file, open_chunks, open_rows
from samphan.platform.imports.reading.footers import footer_code, repeats_headings


@pytest.mark.parametrize(
    "cells",
    [
        ["รวม", "", "1,200"],
        ["รวมเงินทั้งสิ้น", "", "(เจ็ดพันห้าร้อยสามบาทถ้วน)", "7,503.00"],
        ["รวมทั้งสิ้น 20 ราย เป็นเงิน 5,000 บาท", ""],
        ["ยอดยกไป", "", "5,000"],
        ["Sub-total", "", "5,000"],
        ["หน้า 1/3"],
        ["", "หน้าที่ ๒ จาก ๓", "พิมพ์เมื่อ 21/11/2569"],
        ["- 2 -", "", ""],
        ["Page 1 of 3", "", ""],
        ["ลงชื่อ.........ผู้จัดทำ", "", "ลงชื่อ.........ผู้ตรวจสอบ", "", "ลงชื่อ........."],
        ["(..............)", "", "(นางมาลี ดีงาม)", "", "(นายสมชาย ใจดี)"],
        ["วันที่ ..../..../....", "", ""],
        ["*** จบรายงาน ***", "", ""],
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
    assert footer_code(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["รวมพล ใจดี", "0812345678"],
        ["รวม", "สมชาย", "0812345678"],
        ["รวม", "0812345678"],
        ["รวม", "", "ruam@example.com"],
        ["บริษัท รวมทั้งสิ้น จำกัด", ""],
        ["ชุดรวม", "100"],
        ["รวมมิตร", "1", "30"],
        ["หมายเหตุ การค้า", "02-123-4567"],
        ["หน้า 7 คอนโด", "0812345678"],
        ["หมายเหตุ", "ลูกค้าขอใบเสนอราคา"],
        ["ข้อมูลณรงค์ จำกัด", ""],
        ["Total Access", ""],
        ["Summer Co., Ltd.", "1"],
        ["(แพร)", "0812345678"],
        ["ผู้รับรองคุณภาพ จำกัด", "0812345678"],
        ["หมายเหตุ", "สมชาย", "0812345678"],
        ["", ""],
    ],
)
def test_a_record_that_sounds_like_a_sum_stays_one(cells: Sequence[str]) -> None:
    assert not footer_code(cells)


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
    assert [(row.number, row.problem.code) for row in rows if row.problem] == [(6, "page_row"), (7, "heading_row")]


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
    assert footer_code(["", "", "", said, "", "", "46110"]) == "sum_row"
    assert not footer_code(["", "", "", said, "ขนมปัง", "", "46110"])


@pytest.mark.parametrize("name", ["รวมพร ใจดี", "รวม กันยา", "รวมมิตร", "รวมขายของชำ", "รวมพลังกันยายน"])
def test_takes_no_name_for_a_sum(name: str) -> None:
    assert not footer_code([name, "0812345678"])
    assert not footer_code([name, "500"])


def told(tmp_path: Path, text: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The first filled cell of every record, and the rows that are none."""
    file = tmp_path / "upload.csv"
    file.write_text(text, "utf-8")
    rows = list(open_rows(file, inspect_file(file)))
    assert all(row.problem is None or row.problem.reason for row in rows)
    records = [str(next(cell for cell in row.cells if cell != "")) for row in rows if row.problem is None]
    return records, [(row.number, row.problem.code) for row in rows if row.problem]


def test_finds_a_sum_by_adding_up_where_no_word_says_so(tmp_path: Path) -> None:
    records, others = told(
        tmp_path,
        'รหัส,ชื่อ,จังหวัด,ยอดซื้อ\nC1,สมชาย,ตาก,"1,200"\nC2,สมหญิง,ตาก,800.50\n,,,"2,000.50"\nC3,สมปอง,ตาก,100\nC4,สมใจ,ตาก,50\n,,,150\n,,,2150.50\n,,,77\n',
    )
    assert records == ["C1", "C2", "C3", "C4", "77"]  # 77 adds nothing up: the check will say what it lacks
    assert others == [(4, "sum_row"), (7, "sum_row"), (8, "sum_row")]


def test_finds_the_sums_of_groups_by_the_name_of_the_group(tmp_path: Path) -> None:
    records, others = told(
        tmp_path,
        "จังหวัด,ชื่อ,เบอร์,ยอด\nตาก,สมชาย,0812345678,100\nตาก,ผลไม้,0812345679,50\nตาก Total,,,150\nน่าน,สมปอง,0812345670,30\n"
        "น่าน,ผลไม้,0812345671,5\nรวมจังหวัดน่าน,,,35\nน่าน,ผลไม้ รวม,,12\nGrand Total,,,197\n",
    )
    assert records == ["ตาก", "ตาก", "น่าน", "น่าน", "น่าน"]
    assert others == [(4, "sum_row"), (7, "sum_row"), (9, "sum_row")]


def test_knows_titles_page_numbers_and_headings_of_printed_pages(tmp_path: Path) -> None:
    page = "ร้านตัวอย่าง,,,\nทะเบียนลูกค้า,,,หน้า {0}/2\nที่,ชื่อ,โทร,เมือง\n"
    records, others = told(
        tmp_path,
        page.format(1) + "1,สมชาย,0812345678,ตาก\n2,ร้านตัวอย่าง,0812345670,ตาก\n" + page.format(2)
        + "3,สมปอง,0812345671,ตาก\n4,,,\n5,,,0\nรวมทั้งสิ้น 3 ราย,,,\nผู้จัดทำ,,ผู้ตรวจ,\nนางมาลี ดีงาม,,นายสมชาย ใจดี,\n",
    )  # fmt: skip
    assert records == ["1", "2", "3"]
    assert others == [
        (6, "title_row"), (7, "title_row"), (8, "heading_row"), (10, "number_row"), (11, "number_row"), (12, "sum_row"),
        (13, "signature_row"), (14, "signature_row"),
    ]  # fmt: skip


def test_takes_a_lone_word_in_a_column_of_codes_for_a_section_and_in_one_of_names_for_a_name(tmp_path: Path) -> None:
    records, others = told(
        tmp_path, "รหัส,ชื่อ,โทร\nC1,สมชาย,0812345678\nภาคเหนือ,,\nC2,สมปอง,0812345671\nC3,สมใจ,0812345672\n"
    )
    assert (records, others) == (["C1", "C2", "C3"], [(3, "section_row")])
    records, others = told(
        tmp_path, "ชื่อ,โทร,เมือง\nสมชาย,0812345678,ตาก\nสมปอง,,\nสมใจ,0812345672,ตาก\nสมศรี,0812345673,ตาก\n"
    )
    assert (records, others) == (["สมชาย", "สมปอง", "สมใจ", "สมศรี"], [])


def test_reads_a_sum_whose_word_stands_left_of_the_table(tmp_path: Path) -> None:
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for row, cells in enumerate([["ชื่อ", "โทร", "ยอด"], ["สมชาย", "0812345678", 10], ["สมปอง", "0812345671", 5]]):
        sheet.write_row(row, 1, cells)
    sheet.write_row(3, 0, ["รวม", "", "", 15])
    book.close()
    rows = list(open_rows(file, inspect_file(file)))
    assert [row.problem and row.problem.code for row in rows] == [None, None, "sum_row"]
    assert rows[2].cells == ["รวม", "", "15"]


def test_goes_on_in_the_middle_with_what_stood_above(tmp_path: Path) -> None:
    file = tmp_path / "upload.csv"
    file.write_text("รหัส,ชื่อ,เมือง,ยอด\nC1,ก,ตาก,10\nC2,ข,ตาก,5\nC3,ค,ตาก,5\n,,,20\n", "utf-8")
    shape = inspect_file(file)
    rows = [row for chunk in open_chunks(file, shape, start_row=5) for row in chunk.rejected]
    assert [(row.number, row.problem and row.problem.code) for row in rows] == [(5, "sum_row")]
