import pytest

from samphan.platform.thai.tax_ids import (
    TaxId,
    TaxIdProblem,
    branch_label,
    check_digit,
    format_tax_id,
    parse_branch,
    parse_tax_id,
)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("3100600445635", "citizen"),
        ("1234545678781", "citizen"),
        ("1101700203450", "citizen"),
        ("0105550000007", "juristic"),
        ("0107560000001", "juristic"),
        ("0203559000007", "juristic"),
        ("0994000617721", "revenue"),
    ],
)
def test_accepts_the_numbers_of_the_reference_sheet(number, kind):
    assert parse_tax_id(number) == TaxId(number, kind)
    assert parse_tax_id(format_tax_id(number)) == TaxId(number, kind)


def test_reads_thai_digits_and_hyphens():
    assert parse_tax_id("๐-๑๐-๕-๕๕๐-๐๐๐๐๐-๗").number == "0105550000007"


def test_puts_back_the_zero_that_a_spreadsheet_dropped():
    assert parse_tax_id("105550000007") == TaxId("0105550000007", "juristic", restored_zero=True)
    assert parse_tax_id("105550000007.0") == TaxId("0105550000007", "juristic", restored_zero=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234545678789", "check_digit"),
        ("0994000617723", "check_digit"),
        ("1111111111111", "dummy"),
        ("310060044563", "count"),
        ("", "no_digits"),
        ("ไม่มี", "no_digits"),
        ("31006O0445635", "character"),
        ("1.05555E+11", "scientific"),
    ],
)
def test_says_what_is_wrong(text, code):
    with pytest.raises(TaxIdProblem) as problem:
        parse_tax_id(text)
    assert problem.value.code == code


def test_every_single_wrong_digit_but_the_blind_spot_is_caught():
    number, missed = "0105550000007", 0
    for place in range(12):
        for digit in "0123456789":
            changed = number[:place] + digit + number[place + 1 :]
            if changed != number and check_digit(changed[:12]) == int(changed[12]):
                missed += 1
    assert missed <= 12  # sums 0 and 10 (mod 11) share a digit by the rule itself


def test_writes_the_number_of_a_person_and_of_a_company():
    assert format_tax_id("1234545678781") == "1-2345-45678-78-1"
    assert format_tax_id("0105550000007") == "0-10-5-550-00000-7"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("สำนักงานใหญ่", "00000"),
        ("สนญ.", "00000"),
        ("(สำนักงานใหญ่)", "00000"),
        ("Head Office", "00000"),
        ("0", "00000"),
        ("สาขาที่ 1", "00001"),
        ("สาขา ๐๐๐๑๒", "00012"),
        ("Branch 3", "00003"),
        ("7.0", "00007"),
    ],
)
def test_reads_a_branch(text, code):
    assert parse_branch(text) == code


def test_refuses_a_branch_known_only_by_its_place():
    with pytest.raises(TaxIdProblem):
        parse_branch("สาขาลาดพร้าว")


def test_writes_a_branch_on_paper():
    assert branch_label("00000") == "สำนักงานใหญ่"
    assert branch_label("00001") == "สาขาที่ 00001"
    assert branch_label("00001", language="en") == "Branch 00001"
    assert branch_label("") == ""
