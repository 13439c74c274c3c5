import io
import tempfile
from pathlib import Path

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samphan.platform.imports.reading import FileProblem, Limits, inspect_file, open_rows

PIECES = ["ก", "a", '"', ",", ";", "\n", "\r", "\r\n", "\t", "|", "\0", "1", "à¸", "😀", " ", "="]
SMALL = Limits(cell_chars=200, columns=50, record_chars=2_000, line_chars=5_000, broken_quotes=20)


def read(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        try:
            shape = inspect_file(path, limits=SMALL)
            last = shape.header_row
            for row in open_rows(path, shape, limits=SMALL):
                assert row.number > last
                last = row.number
                assert row.problem is not None or len(row.cells) == len(shape.headings)
                assert row.problem is None or "%(" not in row.problem.reason
            assert shape.as_dict()
        except FileProblem as problem:
            assert str(problem) and "%(" not in str(problem)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600))
def test_random_bytes_are_taken_or_refused(data):
    read(data)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["ก", "a", '"', ",", ";", "\n", "\r", "\r\n", "\t", "|", "\0", "1", "à¸", "😀", " ", "="]),
        max_size=300,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
def test_text_made_of_troublesome_pieces_is_taken_or_refused(pieces, encoding):
    read("".join(pieces).encode(encoding))


def _workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for i in range(5):
        sheet.write_row(i, 0, ["ชื่อ", i, 2.5, "x"])
    book.close()
    return buffer.getvalue()


WORKBOOK = _workbook()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
def test_damaged_workbooks_are_taken_or_refused(at, patch):
    read(WORKBOOK[:at] + patch + WORKBOOK[at + len(patch) :])
