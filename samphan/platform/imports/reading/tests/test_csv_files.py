import gzip
from pathlib import Path

import pytest

from samphan.platform.imports.reading import FileProblem, FileShape, Limits, inspect_file, open_chunks, open_rows
from samphan.platform.imports.reading.problems import Row

HEADING = "ชื่อ,เบอร์โทร,จังหวัด\n"


def put(path: Path, data: bytes | str) -> Path:
    file = path / "upload.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def read(path: Path, data: bytes | str, **options: object) -> tuple[FileShape, list[Row]]:
    file = put(path, data)
    shape = inspect_file(file, **options)  # type: ignore[arg-type]
    return shape, list(open_rows(file, shape))


def refusal(path: Path, data: bytes | str, **options: object) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read(path, data, **options)
    assert "%(" not in str(caught.value)
    return caught.value


def test_numbers_rows_as_excel_shows_them(tmp_path):
    _shape, rows = read(tmp_path, HEADING + "สมชาย,081,ตาก\n\n\nสมหญิง,082,เลย\n")
    assert [row.number for row in rows] == [2, 5]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_finds_the_separator(tmp_path, separator):
    text = (HEADING + "สมชาย ใจดี,081-234,ตาก\n" * 5).replace(",", separator)
    shape, rows = read(tmp_path, text)
    assert shape.separator == separator
    assert rows[0].cells == ["สมชาย ใจดี", "081-234", "ตาก"]


def test_obeys_the_separator_line_of_excel(tmp_path):
    shape, rows = read(tmp_path, "sep=;\nname;note\nก;a,b,c\n")
    assert shape.headings == ("name", "note") and shape.header_row == 2
    assert rows[0].cells == ["ก", "a,b,c"]


def test_leaves_out_title_rows_and_empty_columns(tmp_path):
    text = ",รายงานลูกค้า,,\n,,,\n,ชื่อ,เบอร์,จังหวัด\n" + ",สมชาย,0812345678,ตาก\n" * 4
    shape, rows = read(tmp_path, text)
    assert (shape.header_row, shape.first_column, shape.headings) == (3, 1, ("ชื่อ", "เบอร์", "จังหวัด"))
    assert rows[0].cells == ["สมชาย", "0812345678", "ตาก"]
    assert [notice.code for notice in shape.warnings] == ["rows_above"]


def test_makes_repeated_and_missing_headings_unique(tmp_path):
    shape, _rows = read(tmp_path, "ชื่อ,ชื่อ,,ชื่อ (2)\nก,ข,ค,ง\n")
    assert shape.headings == ("ชื่อ", "ชื่อ (2)", "[C]", "ชื่อ (2) (2)")


def test_rejects_a_row_with_too_many_cells_and_fills_a_short_one(tmp_path):
    _shape, rows = read(tmp_path, HEADING + "ก,1,ตาก\nข,2,ตาก,เกิน\nค\nง,3,เลย,,\n" + "จ,4,เลย\n" * 5)
    assert rows[1].problem is not None and rows[1].problem.code == "extra_cells"
    assert rows[2].cells == ["ค", "", ""] and rows[3].cells == ["ง", "3", "เลย"]


def test_an_open_quote_costs_one_row_not_the_file(tmp_path):
    body = "".join(f"คน{i},08{i},ตาก\n" for i in range(50))
    _shape, rows = read(tmp_path, HEADING + 'ก,"081,ตาก\n' + body)
    bad = [row for row in rows if row.problem]
    assert [(row.number, row.problem.code) for row in bad] == [(2, "open_quote")]
    assert "2" in bad[0].problem.reason
    assert len(rows) == 51


def test_an_open_quote_that_meets_a_later_quote_is_seen_too(tmp_path):
    body = "".join(f'คน{i},08{i},"ตาก"\n' for i in range(50))
    _shape, rows = read(tmp_path, HEADING + 'ก,"081,ตาก\n' + body)
    assert len(rows) == 51 and sum(1 for row in rows if row.problem) == 1


def test_a_quote_that_swallows_whole_rows_is_seen(tmp_path):
    _shape, rows = read(tmp_path, HEADING + 'ก,"081,ตาก\nข,082,เลย\nค,083,เลย\nจอ 5",084,เลย\nง,085,ตาก\n')
    assert rows[0].problem is not None and rows[0].problem.code == "open_quote"
    assert [row.cells[0] for row in rows[1:3]] == ["ข", "ค"]


def test_keeps_line_breaks_inside_quotes(tmp_path):
    _shape, rows = read(tmp_path, HEADING + 'ก,081,"บรรทัดหนึ่ง\r\nบรรทัดสอง"\nข,082,เลย\n')
    assert rows[0].cells[2] == "บรรทัดหนึ่ง\nบรรทัดสอง"
    assert [row.number for row in rows] == [2, 3]


def test_refuses_a_file_full_of_open_quotes(tmp_path):
    problem = refusal(tmp_path, HEADING + 'ก,"081,ตาก"x\nข,"082\n' * 3000)
    assert problem.code == "broken_quotes" and problem.line


@pytest.mark.parametrize("quoted", [False, True])
def test_a_cell_of_ten_megabytes_rejects_its_row_only(tmp_path, quoted):
    cell = "x" * 10_000_000
    cell = f'"{cell}"' if quoted else cell
    _shape, rows = read(tmp_path, HEADING + f"ก,081,ตาก\nข,{cell},เลย\nค,082,เลย\n")
    assert rows[1].problem is not None and rows[1].problem.code == "cell_too_long"
    assert rows[1].problem.column == "เบอร์โทร" and "100000" in rows[1].problem.reason
    assert [row.cells[0] for row in rows] == ["ก", "ข", "ค"]


def test_a_null_character_rejects_its_row(tmp_path):
    _shape, rows = read(tmp_path, HEADING + "ก,08\0,ตาก\nข,082,เลย\n")
    assert rows[0].problem is not None and rows[0].problem.column == "เบอร์โทร"
    assert rows[1].problem is None


def test_reads_mixed_line_ends(tmp_path):
    _shape, rows = read(tmp_path, HEADING + "ก,1,ตาก\r\nข,2,เลย\rค,3,เลย\n")
    assert [row.cells[0] for row in rows] == ["ก", "ข", "ค"]


def test_resumes_at_a_row(tmp_path):
    file = put(tmp_path, HEADING + "".join(f"คน{i},{i},ตาก\n" for i in range(5000)))
    shape = inspect_file(file)
    whole = [row.number for row in open_rows(file, shape)]
    chunks = open_chunks(file, shape, size=700)
    first = next(chunks)
    assert len(first) == 700 and first.last_row == 701
    assert [row.number for row in open_rows(file, shape, start_row=first.last_row + 1)] == whole[700:]


def test_keeps_its_shape_through_json(tmp_path):
    import json

    file = put(tmp_path, HEADING + "ก,1,ตาก\n")
    shape = inspect_file(file)
    assert FileShape.from_dict(json.loads(json.dumps(shape.as_dict()))).as_dict() == shape.as_dict()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n , ,\n", "empty"),
        (HEADING.encode(), "only_heading"),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07" * 40, "binary"),
        (b"%PDF-1.7 ...", "not_table"),
        (b"<!DOCTYPE html><table><tr><td>1", "not_table"),
        (b'[{"name": 1}]', "not_table"),
        (b"PK\x03\x04 broken", "broken_zip"),
        (b"\x1f\x8b\x08\x00 broken", "broken_zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_workbook"),
    ],
)
def test_refuses_what_is_no_table(tmp_path, data, code):
    assert refusal(tmp_path, data).code == code


def test_refuses_a_folder_and_a_missing_file(tmp_path):
    for path, code in ((tmp_path, "folder"), (tmp_path / "none.csv", "not_found")):
        with pytest.raises(FileProblem) as caught:
            inspect_file(path)
        assert caught.value.code == code


def test_refuses_more_than_a_thousand_columns(tmp_path):
    problem = refusal(tmp_path, ",".join(f"c{i}" for i in range(1200)) + "\n" + ",".join("x" * 1200) + "\n")
    assert problem.code == "too_many_columns" and "1,000" in str(problem).replace("1000", "1,000")


def test_refuses_a_file_over_the_limits(tmp_path):
    file = put(tmp_path, HEADING * 1000)
    with pytest.raises(FileProblem) as caught:
        inspect_file(file, limits=Limits(file_bytes=100))
    assert caught.value.code == "too_big"
    file.write_bytes(gzip.compress(b"a,b\n" * 1_000_000))
    with pytest.raises(FileProblem) as caught:
        inspect_file(file, limits=Limits(unpacked_bytes=1_000_000))
    assert caught.value.code == "too_big_unpacked"


def test_refuses_packed_in_packed_and_a_cut_gzip(tmp_path):
    packed = gzip.compress((HEADING + "ก,1,ตาก\n" * 10_000).encode())
    assert refusal(tmp_path, gzip.compress(packed)).code == "nested"
    assert refusal(tmp_path, packed[:-20]).code == "broken_zip"


def test_refuses_a_gzip_bomb_early(tmp_path):
    assert refusal(tmp_path, gzip.compress(b"a,b\n" * 10_000_000)).code == "bomb"


def test_asks_when_few_bytes_leave_the_encoding_open(tmp_path):
    shape, _rows = read(tmp_path, b"a,b\n1,\xa9\n")
    assert shape.ambiguous == ("encoding",) and set(shape.encodings) == {"cp1252", "cp874"}
    shape, rows = read(tmp_path, b"a,b\n1,\xa9\n", encoding="tis-620")
    assert shape.ambiguous == () and rows[0].cells[1] == "ฉ"


def test_tells_thai_from_western_bytes(tmp_path):
    assert read(tmp_path, (HEADING + "สมชาย,1,ตาก\n").encode("cp874"))[0].encoding == "cp874"
    shape, rows = read(tmp_path, "name,city\nJosé,Málaga\nRené,Genève\n".encode("cp1252"))
    assert shape.encoding == "cp1252" and not shape.ambiguous and rows[0].cells == ["José", "Málaga"]


def test_reads_utf16_without_a_mark(tmp_path):
    shape, rows = read(tmp_path, (HEADING + "สมชาย,1,ตาก\n" * 3).encode("utf-16-le"))
    assert shape.encoding == "utf-16-le" and rows[0].cells[0] == "สมชาย"


@pytest.mark.parametrize(
    ("repair", "garble"),
    [
        ("utf-8-as-latin1", lambda text: text.encode().decode("latin-1")),
        ("tis620-as-latin1", lambda text: text.encode("cp874").decode("latin-1")),
    ],
)
def test_refuses_garbled_thai_and_repairs_it_when_told(tmp_path, repair, garble):
    data = garble(HEADING + "สมชาย ใจดี,081,เชียงใหม่\n" * 3)
    problem = refusal(tmp_path, data)
    assert problem.code == "mojibake" and problem.values["repair"] == repair and problem.line == 1
    shape, rows = read(tmp_path, data, encoding=repair)
    assert shape.headings[0] == "ชื่อ" and rows[0].cells[0] == "สมชาย ใจดี"


def test_names_the_line_of_a_bad_byte_in_utf8(tmp_path):
    data = (HEADING + "สมชาย,1,ตาก\n" * 5).encode() + b"\xff,2,x\n" + "สมหญิง,3,เลย\n".encode()
    problem = refusal(tmp_path, data)
    assert problem.code == "bad_bytes" and problem.line == 7
