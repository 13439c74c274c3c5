import pytest

from samphan.platform.search.text import (
    MAX_LENGTH,
    in_letters,
    normalise,
    query_text,
    query_words,
    search_line,
    search_text,
)
from samphan.platform.thai.tests.shared import lines, needs_shared


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("สมชาย", "สมชาย"),
        ("น\u0e4d\u0e32", "นำ"),
        ("น\u0e49\u0e4d\u0e32", "น้ำ"),
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),
        ("เเก้ว", "แก้ว"),
        ("ก่ี", "กี่"),
        ("ดี่่", "ดี่"),
        ("Sarah  WHITFIELD ", "sarah whitfield"),
        ("cafe\u0301", "café"),
        ("๐๘๑", "081"),
        ("สม\u200bชาย\ufeff", "สมชาย"),
        ("a\x00b\tc\nd", "ab c d"),
        ("", ""),
        (" ก ", "ก"),
    ],
)
def test_brings_a_text_into_one_form(written, compared):
    assert normalise(written) == compared
    assert normalise(compared) == compared


def test_a_record_is_found_by_name_latin_name_and_telephone():
    line = search_line(["คุณพิมพ์ลดา อัครเดชากุล", "แพร", "Prae@Example.com", None or ""], ["+66812345678", "1234545678781"])
    for fragment in ("พิมพ์", "ลดา อัคร", "แพร", "prae@example", "0812345678", "66812345678", "4545678", "akkharadech"):
        assert fragment in line


def test_is_one_line_without_nul_and_not_too_long():
    line = search_line(["ก\x00\nข", "คำ " * 2000], ["02-123-4567 \n"])
    assert len(line) <= MAX_LENGTH
    assert "\x00" not in line
    assert "\n" not in line


def test_says_nothing_twice():
    assert (
        search_line(["แพร", "แพร", "", "sarah"], ["0812345678", "+66812345678"])
        == "แพร sarah 0812345678 66812345678 phrae"
    )


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("081-234", "081234"),
        ("+66 81 234", "6681234"),
        ("๐๘๑ ๒๓๔", "081234"),
        (" สม  ชาย", "สม ชาย"),
        ("A-1", "a-1"),
        ("7", "7"),
    ],
)
def test_reads_a_query(typed, sought):
    assert query_text(typed) == sought


def test_splits_a_query_into_words():
    assert query_words("สมชาย, ใจดี (ชาย)") == ["สมชาย", "ใจดี", "ชาย"]
    assert query_words("081 234 5678") == ["0812345678"]
    assert query_words("  ") == []


@needs_shared
def test_every_fragment_of_a_real_name_is_found():
    for name in lines("thai_names/family_names_th.txt")[::50]:
        line = search_line([name])
        for start in range(0, len(name) - 1):
            assert normalise(name[start : start + 4]).strip() in line


def test_documents_hold_letters_in_place_of_marks():
    line = search_text(["ก้อง", "abc"], ["0812345678"])
    assert line == " " + in_letters(search_line(["ก้อง", "abc"], ["0812345678"]))
    assert all(letter.isalnum() or letter == " " for letter in line)
