import csv

import pytest

from samphan.platform.imports.reading import RejectsWriter, guard_formula, inspect_file, open_rows, unguard_formula


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|' /C calc'!A0", "+SUM(A1)", "-2+3+cmd|x", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "-", "- ก"],
)
def test_makes_formulas_harmless_and_takes_it_back(text):
    assert guard_formula(text) == "'" + text
    assert unguard_formula(guard_formula(text)) == text


@pytest.mark.parametrize(
    "text", ["", "สมชาย", "+66 81-234-5678", "+66812345678", "-1,250.50", "-5%", "1=1", "a@b.co", "'90"]
)
def test_leaves_names_numbers_and_phones_alone(text):
    assert guard_formula(text) == text
    assert unguard_formula(text) == text


def test_writes_no_file_without_a_reject(tmp_path):
    with RejectsWriter(tmp_path / "rejects.csv", ["ชื่อ"]) as writer:
        pass
    assert writer.finish() is None and list(tmp_path.iterdir()) == []


def test_writes_rejects_that_can_be_imported_again(tmp_path):
    path = tmp_path / "rejects.csv"
    with RejectsWriter(path, ["ชื่อ", "เบอร์"]) as writer:
        writer.write(7, ["=1+1", "08"], column="เบอร์", reason="เบอร์สั้นไป")
        writer.write(9, ["ก", "ข", "ค"], reason="เกิน")
        assert not path.exists()
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["ชื่อ", "เบอร์", "row", "column", "reason"],
            ["'=1+1", "08", "7", "เบอร์", "เบอร์สั้นไป"],
            ["ก", "ข | ค", "9", "", "เกิน"],
        ]
    assert len(list(open_rows(path, inspect_file(path)))) == 2


def test_leaves_nothing_behind_when_it_fails(tmp_path):
    with pytest.raises(RuntimeError), RejectsWriter(tmp_path / "rejects.csv", ["ก"]) as writer:
        writer.write(2, ["x"], reason="y")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
