import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from samphan.platform.imports.reading import CellProblem, FileProblem, Limits, inspect_file, open_rows
from samphan.platform.imports.reading.workbook_process import number_text


def workbook(path: Path, rows: list[list[object]], *, name: str = "upload.xlsx") -> Path:
    file = path / name
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("ลูกค้า")
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value is not None:
                sheet.write(i, j, value)
    book.close()
    return file


def refusal(file: Path, **options: object) -> str:
    with pytest.raises(FileProblem) as caught:
        list(open_rows(file, inspect_file(file, **options)))  # type: ignore[arg-type]
    assert "%(" not in str(caught.value)
    return caught.value.code


def test_reads_cells_as_a_person_sees_them(tmp_path):
    file = workbook(
        tmp_path, [["ชื่อ", "เบอร์", "วันเกิด", "ยอด", "ใช้งาน"], ["สมชาย", 826154407, date(1987, 3, 12), 1e12, True]]
    )
    shape = inspect_file(file)
    assert (shape.kind, shape.container, shape.sheet, shape.approximate_rows) == ("xlsx", "xlsx", "ลูกค้า", 1)
    (row,) = open_rows(file, shape)
    assert row.number == 2
    assert row.cells == ["สมชาย", "826154407", date(1987, 3, 12), "1000000000000", True]


@pytest.mark.parametrize(
    ("value", "text"),
    [(826154407.0, "826154407"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (1e20, "1" + "0" * 20), (-0.0, "0")],
)
def test_never_writes_a_number_in_scientific_form(value, text):
    assert number_text(value) == text


def test_shows_an_error_of_excel_as_a_problem(tmp_path):
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("ก & ข")
    sheet.write_row(0, 0, ["ชื่อ", "ยอด"])
    sheet.write(1, 0, "สมชาย")
    sheet.write_formula(1, 1, "=1/0", value="#DIV/0!")
    sheet.write_row(2, 0, ["สมหญิง", "#N/A"])
    book.close()
    rows = list(open_rows(file, inspect_file(file)))
    assert rows[0].cells[1] == CellProblem("#DIV/0!") and rows[1].cells[1] == CellProblem("#N/A")
    assert "#DIV/0!" in rows[0].cells[1].sentence


def test_finds_the_headings_under_merged_titles(tmp_path):
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.merge_range(2, 1, 2, 4, "รายงานลูกค้า 2569")
    sheet.merge_range(4, 1, 5, 1, "ชื่อ")
    sheet.merge_range(4, 2, 4, 4, "ติดต่อ")
    sheet.write_row(5, 2, ["เบอร์", "อีเมล", "ไลน์"])
    for i in range(6, 10):
        sheet.write_row(i, 1, ["สมชาย", "0812345678", "a@example.com", "somchai"])
    book.close()
    shape = inspect_file(file)
    assert shape.headings == ("ชื่อ", "เบอร์", "อีเมล", "ไลน์")
    assert (shape.header_row, shape.first_column) == (6, 1)
    assert [row.number for row in open_rows(file, shape)] == [7, 8, 9, 10]


def test_goes_by_content_not_by_name(tmp_path):
    file = tmp_path / "lying.xlsx"
    file.write_text("ชื่อ,เบอร์\nสมชาย,081\n")
    assert inspect_file(file).kind == "csv"
    for ending in ("csv", "xls", "ods", "xlsb", "txt"):
        shape = inspect_file(workbook(tmp_path, [["ชื่อ"], ["ก"]], name=f"lying.{ending}"))
        assert (shape.kind, shape.container, shape.headings) == ("xlsx", "xlsx", ("ชื่อ",))


def test_reads_the_sheet_that_is_named(tmp_path):
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("ว่าง")
    for name in ("หนึ่ง", "สอง"):
        book.add_worksheet(name).write_column(0, 0, ["ชื่อ", name])
    book.close()
    shape = inspect_file(file)
    assert shape.sheet == "หนึ่ง" and shape.sheets == ("ว่าง", "หนึ่ง", "สอง")
    shape = inspect_file(file, sheet="สอง")
    assert [row.cells for row in open_rows(file, shape)] == [["สอง"]]
    assert refusal(file, sheet="สาม") == "sheet_not_found"


def test_resumes_at_a_row(tmp_path):
    file = workbook(tmp_path, [["ชื่อ", "ลำดับ"], *(["คน", i] for i in range(3000))])
    shape = inspect_file(file)
    assert [row.number for row in open_rows(file, shape, start_row=2500)] == list(range(2500, 3002))


def test_refuses_a_cell_at_the_far_corner_instead_of_filling_memory(tmp_path):
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["ชื่อ", "เบอร์"])
    sheet.write(1_048_575, 900, "x")
    book.close()
    assert refusal(file) in ("too_large_sheet", "broken_workbook")


def test_refuses_too_many_columns(tmp_path):
    assert refusal(workbook(tmp_path, [["ชื่อ", *["x"] * 1500], ["ก"]])) == "too_many_columns"


def test_refuses_empty_and_heading_only_workbooks(tmp_path):
    assert refusal(workbook(tmp_path, [])) == "no_sheet"
    assert refusal(workbook(tmp_path, [["ชื่อ", "เบอร์"]])) == "only_heading"


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    file = path / "upload.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file


def test_refuses_bombs_and_zips_that_are_no_workbooks(tmp_path):
    assert refusal(zipped(tmp_path, {"a.txt": b"x"})) == "not_workbook"
    assert refusal(zipped(tmp_path, {"word/document.xml": b"x"})) == "not_workbook"
    assert refusal(zipped(tmp_path, {"inner.zip": b"PK"})) == "nested"
    bomb = {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 40_000_000}
    assert refusal(zipped(tmp_path, bomb)) == "bomb"
    big = {"xl/workbook.xml": b"<x/>", "xl/a": bytes(2_000_000)}
    assert refusal(zipped(tmp_path, big), limits=Limits(unpacked_bytes=1_000_000)) == "too_big_unpacked"


def test_refuses_damaged_workbooks(tmp_path):
    whole = workbook(tmp_path, [["ชื่อ", "เบอร์"], *(["ก", i] for i in range(500))]).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    assert refusal(cut) == "broken_zip"
    assert refusal(zipped(tmp_path, {"xl/workbook.xml": b"<workbook><sheets"})) in ("broken_workbook", "no_sheet")


def test_refuses_a_workbook_behind_a_password(tmp_path):
    file = tmp_path / "upload.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage\0".encode("utf-16-le"))
    assert refusal(file) == "encrypted"
    data = bytearray(zipped(tmp_path, {"xl/workbook.xml": b"<x/>"}).read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        at = archive.start_dir
    data[at + 8] |= 1
    file.write_bytes(bytes(data))
    assert refusal(file) == "encrypted"


def test_keeps_dates_with_a_time_apart_from_plain_dates(tmp_path):
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["ชื่อ", "วันที่"])
    sheet.write(1, 0, "ก")
    sheet.write_datetime(1, 1, datetime(2010, 12, 1, 8, 26), book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
    book.close()
    (row,) = open_rows(file, inspect_file(file))
    assert row.cells[1] == datetime(2010, 12, 1, 8, 26)


def test_reads_an_open_document_sheet(tmp_path):
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = (
        '<table:table-cell office:value-type="float" office:value="812345678"><text:p>8</text:p></table:table-cell>'
    )
    rows = [cell.format("ชื่อ") + cell.format("เบอร์"), cell.format("สมชาย") + number]
    content = (
        f"<office:document-content {' '.join(f'xmlns:{k}={v!r}' for k, v in names.items())}>"
        "<office:body><office:spreadsheet><table:table table:name='ลูกค้า'>"
        + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    file = zipped(
        tmp_path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        },
    )
    shape = inspect_file(file)
    assert (shape.kind, shape.container, shape.sheet) == ("xlsx", "ods", "ลูกค้า")
    assert [row.cells for row in open_rows(file, shape)] == [["สมชาย", "812345678"]]


def test_a_string_shared_by_very_many_cells_does_not_fill_memory(tmp_path):
    file = tmp_path / "upload.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for i in range(20_000):
        sheet.write_string(i, 0, "x" * 30_000)
    book.close()
    assert refusal(file, limits=Limits(memory_bytes=400_000_000)) == "too_large_sheet"
