import json
from pathlib import Path

from samphan.platform.imports.reading import FileProblem, inspect_file, open_chunks, open_rows
from samphan.platform.imports.reading.tests.shared_data import ROOT, members, needs_shared

pytestmark = needs_shared

REFUSED = {
    "agate/empty.csv": "empty",
    "csvkit/empty.csv": "empty",
    "csvkit/blanks_converted.csv": "only_heading",
    "csvkit/no_header_row2.csv": "only_heading",
    "csvkit/dummy.csv.bz2": "not_table",
    "thai/mojibake_utf8_read_as_latin1.csv": "mojibake",
    "thai/truncated_mid_character.csv": "cut_character",
}


def test_every_torture_file_is_taken_or_refused_with_a_reason(tmp_path: Path):
    taken = 0
    for archive in ("csv_fixtures.tar.gz", "thai_encodings.tar.gz"):
        for name, data in members(archive):
            path = tmp_path / "upload"
            path.write_bytes(data)
            try:
                rows = list(open_rows(path, inspect_file(path)))
            except FileProblem as problem:
                expected = "not_table" if name.endswith(".json") else REFUSED.get(name)
                assert problem.code == expected, name
                assert str(problem) and "%(" not in str(problem)
            else:
                assert rows, name
                assert name not in REFUSED and not name.endswith(".json"), name
                taken += 1
    assert taken == 87


def test_reads_csv_spectrum_as_its_json_says(tmp_path: Path):
    files = dict(members("csv_fixtures.tar.gz"))
    compared = 0
    for name, data in files.items():
        if not name.startswith("csv_spectrum/csvs/") or "location" in name:
            continue
        expected = json.loads(files[name.replace("/csvs/", "/json/").replace(".csv", ".json")])
        path = tmp_path / "upload.csv"
        path.write_bytes(data)
        shape = inspect_file(path)
        rows = [dict(zip(shape.headings, row.cells, strict=True)) for row in open_rows(path, shape)]
        # Line ends inside a cell come as LF, whatever the file uses.
        normal = [{key: str(value).replace("\r\n", "\n") for key, value in row.items()} for row in expected]
        assert rows == normal, name
        compared += 1
    assert compared == 10


def test_reads_the_same_thai_companies_from_every_encoding(tmp_path: Path):
    tables = {}
    for name, data in members("thai_encodings.tar.gz"):
        path = tmp_path / "upload.csv"
        path.write_bytes(data)
        try:
            shape = inspect_file(path)
        except FileProblem as problem:
            if problem.code != "mojibake":
                continue
            shape = inspect_file(path, encoding=problem.values["repair"])
        tables[name] = [row.cells[:3] for row in open_rows(path, shape)]
    assert len(tables) == 7
    repaired = tables["thai/mojibake_utf8_read_as_latin1.csv"]
    assert all(len(table) == 60 for table in tables.values() if table is not repaired)
    assert tables["thai/tis620.csv"] == tables["thai/utf8_cr.csv"] == tables["thai/utf16le_tab.txt"]
    assert tables["thai/cp874_semicolon.csv"][:20] == repaired


def test_names_the_line_where_a_file_was_cut(tmp_path: Path):
    path = tmp_path / "cut.csv"
    path.write_bytes(dict(members("thai_encodings.tar.gz"))["thai/truncated_mid_character.csv"])
    try:
        inspect_file(path)
    except FileProblem as problem:
        assert problem.line == 11
    else:
        raise AssertionError


def test_reads_the_first_month_of_online_retail_from_gzip():
    path = ROOT / "online_retail" / "online_retail_2010-12.csv.gz"
    shape = inspect_file(path)
    assert (shape.container, shape.encoding, shape.ambiguous) == ("csv.gz", "cp1252", ())
    assert shape.headings[0] == "InvoiceNo" and shape.approximate_rows == 42_481
    chunks = list(open_chunks(path, shape))
    assert sum(map(len, chunks)) == 42_481
    assert not any(chunk.rejected for chunk in chunks)


def test_refuses_parquet_by_its_content():
    try:
        inspect_file(ROOT / "online_retail" / "online_retail.parquet")
    except FileProblem as problem:
        assert problem.code == "not_table"
    else:
        raise AssertionError


def test_reads_the_companies_of_the_stock_exchange():
    path = ROOT / "thai_companies" / "set_companies.csv"
    shape = inspect_file(path)
    assert len(list(open_rows(path, shape))) == 456 == shape.approximate_rows
