from decimal import Decimal
from random import Random

import pytest

from samphan.platform.money import AmountProblem, allocate, baht_text, parse_amount, round_baht


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.5"),
        ("-12", "-12"),
        ("1,234.50", "1234.50"),
        ("฿1,234.50", "1234.50"),
        ("1,234.50 บาท", "1234.50"),
        ("1,234.50 บาทถ้วน", "1234.50"),
        ("THB 1,234", "1234"),
        ("(1,234.50)", "-1234.50"),
        ("(฿1,234.50)", "-1234.50"),
        ("-฿1,234.50", "-1234.50"),
        ("฿-5", "-5"),
        ("−5.25", "-5.25"),
        ("100-", "-100"),
        ("100.-", "100"),
        ("๑,๒๓๔.๕๐", "1234.50"),
        (" 1\u00a0", "1"),
        (".5", "0.5"),
        ("0", "0"),
        ("1.5E+3", "1500"),
        ("0.30000000000000004", "0.300000"),
        ("2.9500000000000002", "2.950000"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_reads_an_amount_however_it_is_written(text, amount):
    assert parse_amount(text) == Decimal(amount)


def test_reads_numbers_as_they_come_from_a_spreadsheet():
    assert parse_amount(0.1 + 0.2) == Decimal("0.3")
    assert parse_amount(5) == Decimal(5)
    assert parse_amount(Decimal("2.55")) == Decimal("2.55")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("ฟรี", "not_an_amount"),
        ("nan", "not_finite"),
        ("inf", "not_finite"),
        ("#N/A", "not_finite"),
        (float("nan"), "not_finite"),
        (float("-inf"), "not_finite"),
        (Decimal("sNaN"), "not_finite"),
        ("$5", "currency"),
        ("5 USD", "currency"),
        ("1.234,50", "comma"),
        ("12,5", "comma"),
        ("1,23,456", "not_an_amount"),
        ("1e999", "too_large"),
        ("1000000000000", "too_large"),
        ("9" * 40, "too_large"),
        ("9" * 4000, "not_an_amount"),
        ("0.1234567", "decimals"),
        ("--5", "not_an_amount"),
        ("(5", "not_an_amount"),
        ("-(5)-", "not_an_amount"),
        ("1 2", "not_an_amount"),
        ("²", "not_an_amount"),
    ],
)
def test_says_what_is_wrong_with_an_amount(text, code):
    with pytest.raises(AmountProblem) as problem:
        parse_amount(text)
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("exact", "rounded"), [("7.035", "7.04"), ("-7.035", "-7.04"), ("7.0349", "7.03"), ("0.005", "0.01")]
)
def test_rounds_half_away_from_zero(exact, rounded):
    assert round_baht(Decimal(exact)) == Decimal(rounded)


def test_shares_add_up_exactly():
    assert allocate(Decimal("100.00"), [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert allocate(Decimal("-100.00"), [1, 1, 1]) == [Decimal("-33.34"), Decimal("-33.33"), Decimal("-33.33")]
    assert allocate(Decimal("0.02"), [0, 0, 0]) == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]
    assert allocate(Decimal("10"), [Decimal("0.1"), Decimal("0.2")], step=Decimal(1)) == [Decimal(3), Decimal(7)]
    random = Random(7)
    for _ in range(500):
        total = Decimal(random.randint(-(10**8), 10**8)) / 100
        weights = [Decimal(random.randint(0, 10**6)) / 1000 for _ in range(random.randint(1, 9))]
        shares = allocate(total, weights)
        assert sum(shares) == total
        if sum(weights):
            for share, weight in zip(shares, weights, strict=True):
                assert abs(share - total * weight / sum(weights)) < Decimal("0.010001")


def test_refuses_to_share_what_cannot_be_shared():
    for total, weights in ((Decimal(1), []), (Decimal(1), [-1, 2]), (Decimal("0.001"), [1])):
        with pytest.raises(ValueError, match=r"weights|multiple"):
            allocate(total, weights)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("1", "หนึ่งบาทถ้วน"),
        ("10", "สิบบาทถ้วน"),
        ("11", "สิบเอ็ดบาทถ้วน"),
        ("20", "ยี่สิบบาทถ้วน"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน"),
        ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("121.21", "หนึ่งร้อยยี่สิบเอ็ดบาทยี่สิบเอ็ดสตางค์"),
        ("1001", "หนึ่งพันเอ็ดบาทถ้วน"),
        ("1050.75", "หนึ่งพันห้าสิบบาทเจ็ดสิบห้าสตางค์"),
        ("1234.50", "หนึ่งพันสองร้อยสามสิบสี่บาทห้าสิบสตางค์"),
        ("5.10", "ห้าบาทสิบสตางค์"),
        ("5.01", "ห้าบาทหนึ่งสตางค์"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("1111111.11", "หนึ่งล้านหนึ่งแสนหนึ่งหมื่นหนึ่งพันหนึ่งร้อยสิบเอ็ดบาทสิบเอ็ดสตางค์"),
        ("21000000", "ยี่สิบเอ็ดล้านบาทถ้วน"),
        ("101000000", "หนึ่งร้อยเอ็ดล้านบาทถ้วน"),
        ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"),
        ("0.25", "ยี่สิบห้าสตางค์"),
        ("-5.10", "ลบห้าบาทสิบสตางค์"),
        ("0.995", "หนึ่งบาทถ้วน"),
    ],
)
def test_writes_an_amount_in_words(amount, words):
    assert baht_text(Decimal(amount)) == words
