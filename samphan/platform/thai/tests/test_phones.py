import csv

import pytest

from samphan.platform.thai.phones import Phone, PhoneProblem, format_phone, parse_phone, parse_phones, search_digits
from samphan.platform.thai.tests.shared import SHARED_DATA, needs_shared


@pytest.mark.parametrize(
    "text",
    [
        "0812345678",
        "081-234-5678",
        "081 234 5678",
        "(081) 234-5678",
        "๐๘๑-๒๓๔-๕๖๗๘",
        "+66812345678",
        "+66 81 234 5678",
        "66812345678",
        "0066812345678",
        "(+66)0812345678",
        "+66 (0) 81 234 5678",
        "660812345678",
        "โทร. 081-234-5678",
        "\u200b081\u00a0234\u00a05678",
        "'0812345678",
    ],
)
def test_reads_a_mobile_number_however_it_is_written(text):
    assert parse_phone(text) == Phone("+66812345678", "mobile")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("02-123-4567", "+6621234567"),
        ("053123456", "+6653123456"),
        ("0-2266-2254", "+6622662254"),
        ("6621234567", "+6621234567"),
    ],
)
def test_reads_a_landline_number(text, e164):
    assert parse_phone(text) == Phone(e164, "landline")


def test_reads_a_toll_free_number():
    assert parse_phone("1800 123 456") == Phone("+661800123456", "toll_free")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("826154407", "+66826154407"),
        ("826154407.0", "+66826154407"),
        ("8.26154407E+08", "+66826154407"),
        ("663334444", "+66663334444"),
        ("21234567", "+6621234567"),
        ("53123456", "+6653123456"),
    ],
)
def test_puts_back_the_zero_that_a_spreadsheet_dropped(text, e164):
    phone = parse_phone(text)
    assert (phone.e164, phone.restored_zero) == (e164, True)


@pytest.mark.parametrize("text", ["02 123 4567 ต่อ 123", "021234567 ext. 123", "02-123-4567 #123", "02-123-4567 x123"])
def test_keeps_the_extension(text):
    assert parse_phone(text) == Phone("+6621234567", "landline", "123")


def test_reads_a_range_of_lines_as_its_first():
    assert parse_phone("0-2732-1041-5") == Phone("+6627321041", "landline", range_to="5")


@pytest.mark.parametrize(
    ("text", "e164"),
    [("+44 20 7946 0958", "+442079460958"), ("001 212 736 5000", "+12127365000"), ("+1 212 736 5000", "+12127365000")],
)
def test_reads_a_foreign_number(text, e164):
    assert parse_phone(text) == Phone(e164, "foreign")


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("0201234567", "count", {}),
        ("1152", "short_number", {"number": "1152"}),
        ("191", "short_number", {"number": "191"}),
        ("81234567", "count", {"count": 8}),
        ("081234567", "count", {"prefix": "08"}),
        ("081234567.0", "count", {"prefix": "08"}),
        ("0534567890", "count", {"prefix": "053"}),
        ("0112345678", "prefix", {"prefix": "011"}),
        ("08123456789", "count", {"count": 11}),
        ("8.12E+08", "scientific", {"value": "8.12E+08"}),
        ("-", "no_digits", {}),
        ("", "no_digits", {}),
        ("ไม่มี", "no_digits", {}),
        ("08123A5678", "character", {"character": "A"}),
        ("0812345678 0898765432", "several", {}),
        ("0812345678, 0898765432", "several", {}),
        ("+66 81 234", "after_66", {"count": 5}),
        ("+44 123", "foreign", {"number": "+44 123"}),
        ("²²²", "character", {"character": "²"}),
    ],
)
def test_says_precisely_what_is_wrong(text, code, values):
    with pytest.raises(PhoneProblem) as problem:
        parse_phone(text)
    assert problem.value.code == code
    assert problem.value.values == values


def test_reads_several_numbers_of_one_cell():
    phones = parse_phones("0-2391-4488, 081 234 5678 / 0898765432")
    assert [phone.e164 for phone in phones] == ["+6623914488", "+66812345678", "+66898765432"]


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+66812345678", "081-234-5678"),
        ("+6621234567", "02 123 4567"),
        ("+6653123456", "053 123 456"),
        ("+661800123456", "1800 123 456"),
        ("+442079460958", "+44 20 7946 0958"),
    ],
)
def test_shows_a_number_as_people_expect_it(e164, shown):
    assert format_phone(e164) == shown
    assert parse_phone(shown).e164 == e164


def test_finds_a_number_with_and_without_country_code():
    assert search_digits("+66812345678") == ("0812345678", "66812345678")
    assert search_digits("+442079460958") == ("442079460958",)


@needs_shared
def test_reads_the_telephones_of_listed_companies():
    with (SHARED_DATA / "thai_companies" / "set_companies.csv").open(encoding="utf-8", newline="") as file:
        cells = [row["tel"] for row in csv.DictReader(file)]
    unread = []
    for cell in cells:
        try:
            parse_phones(cell)
        except PhoneProblem as problem:
            unread.append((cell, problem.code))
    assert len(unread) <= len(cells) * 0.06, unread
