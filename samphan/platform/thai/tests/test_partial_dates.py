"""Dates of which parts are unknown: read, stored, written, and how far away they come round."""

from datetime import date

import pytest

from samphan.platform.thai.dates import DateProblem, Order
from samphan.platform.thai.partial_dates import (
    PartialDate,
    days_of_year,
    format_partial_date,
    is_stored,
    parse_partial_date,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("5 พ.ย.", "XXXX-11-05"),
        ("๕ พฤศจิกายน", "XXXX-11-05"),
        ("วันที่ 5 กันยายน", "XXXX-09-05"),
        ("เกิด 29 ก.พ.", "XXXX-02-29"),
        ("5 nov", "XXXX-11-05"),
        ("November 21st", "XXXX-11-21"),
        ("25/11", "XXXX-11-25"),
        ("--11-05", "XXXX-11-05"),
        ("????-11-05", "XXXX-11-05"),
        ("พ.ย. 2530", "1987-11-XX"),
        ("พฤศจิกายน พ.ศ. 2530", "1987-11-XX"),
        ("Nov 1987", "1987-11-XX"),
        ("11/2530", "1987-11-XX"),
        ("1987-11", "1987-11-XX"),
        ("2530-11-??", "1987-11-XX"),
        ("1987-11-XX", "1987-11-XX"),
        ("ปี 2530", "1987-XX-XX"),
        ("พ.ศ. 2530", "1987-XX-XX"),
        ("ค.ศ. 1987", "1987-XX-XX"),
        ("พ.ศ. 30", "1987-XX-XX"),
        ("2530", "1987-XX-XX"),
    ],
)
def test_reads_what_is_known(text: str, stored: str) -> None:
    assert [str(reading) for reading in parse_partial_date(text, order="dmy")] == [stored]


@pytest.mark.parametrize(
    ("text", "order", "readings"),
    [
        ("5/11", None, ["XXXX-11-05", "XXXX-05-11"]),
        ("5/11", "mdy", ["XXXX-05-11"]),
        ("พ.ย. 30", None, ["XXXX-11-30", "1987-11-XX", "2030-11-XX"]),
        ("Nov-05", None, ["XXXX-11-05", "1962-11-XX", "2005-11-XX"]),
        ("ปี 30", None, ["1987-XX-XX", "2030-XX-XX"]),
    ],
)
def test_tells_every_reading(text: str, order: Order | None, readings: list[str]) -> None:
    assert [str(reading) for reading in parse_partial_date(text, order=order)] == readings


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30 ก.พ.", "day"),
        ("13/2530", "month"),
        ("พ.ย.", "incomplete"),
        ("30", "not_a_date"),
        ("ไม่ทราบ", "not_a_date"),
        ("1987-XX-05", "not_a_date"),
        ("1987-02-29", "leap_day"),
        ("ปี 2300", "year"),
    ],
)
def test_refuses_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(DateProblem) as refused:
        parse_partial_date(text, order="dmy")
    assert refused.value.code == code


@pytest.mark.parametrize("stored", ["1987-11-21", "1987-11-XX", "1987-XX-XX", "XXXX-11-05", "XXXX-02-29", "2000-02-29"])
def test_what_is_written_is_read_again(stored: str) -> None:
    assert is_stored(stored)
    assert str(PartialDate.of(stored)) == stored
    for language in ("th", "en"):
        for era in ("be", "ce"):
            written = format_partial_date(stored, language, era)
            if PartialDate.of(stored).whole is None:
                assert [str(one) for one in parse_partial_date(written, order="dmy")] == [stored], written


@pytest.mark.parametrize(
    "text",
    ["1987-02-29", "1900-02-29", "1987-04-31", "1987-13-XX", "1987-XX-05", "XXXX-11-XX", "XXXX-XX-XX", "1987", ""],
)
def test_knows_what_is_never_stored(text: str) -> None:
    assert not is_stored(text)


def test_writes_as_thais_do() -> None:
    assert format_partial_date("1987-11-05") == "5 พ.ย. 2530"
    assert format_partial_date("XXXX-11-05") == "5 พ.ย."
    assert format_partial_date("1987-11-XX", "th", "ce") == "พ.ย. 1987"
    assert format_partial_date("1987-XX-XX") == "พ.ศ. 2530"
    assert format_partial_date("1987-XX-XX", "en", "ce") == "1987"
    assert format_partial_date("1987-11-XX", "en", "be") == "Nov 2530"


def test_counts_the_days_to_a_birthday() -> None:
    assert PartialDate.of("XXXX-11-23").days_until(date(2026, 11, 22)) == 1
    assert PartialDate.of("1987-11-22").days_until(date(2026, 11, 22)) == 0
    assert PartialDate.of("1987-01-02").days_until(date(2026, 12, 31)) == 2
    assert PartialDate.of("XXXX-02-29").days_until(date(2027, 2, 27)) == 1  # the 28th of a common year
    assert PartialDate.of("1987-11-XX").days_until(date(2026, 11, 22)) is None


def test_spans_go_over_the_turn_of_the_year() -> None:
    assert days_of_year(date(2026, 11, 22), 7) == [("11-22", "11-29")]
    assert days_of_year(date(2026, 12, 28), 7) == [("12-28", "12-31"), ("01-01", "01-04")]
    assert days_of_year(date(2027, 2, 21), 7) == [("02-21", "02-29")]
    assert days_of_year(date(2026, 11, 22), 365) == []
