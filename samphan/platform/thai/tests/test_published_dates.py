"""The published formats of dates, `tests/fixtures/dates.csv`: every line is another way of writing, none is off by 543."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from samphan.platform.thai.calendar import ENGLISH_MONTHS, ERA_YEARS, THAI_MONTHS, THAI_MONTHS_SHORT
from samphan.platform.thai.dates import DateFormat, DateProblem, compile_parser, detect_date_format, parse_date
from samphan.platform.thai.digits import to_thai_digits

PUBLISHED = Path(__file__).resolve().parents[4] / "tests" / "fixtures" / "dates.csv"
TODAY = date(2026, 11, 22)


def formats() -> list[dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(text: str, today: date | None) -> tuple[str, str, str]:
    try:
        parsed = parse_date(text, today=today)
    except DateProblem as problem:
        return "", "no", problem.code
    return parsed.date.isoformat(), "yes" if parsed.alternatives else "no", ""


@pytest.mark.parametrize("today", [None, TODAY])
def test_reads_every_published_format(today: date | None) -> None:
    wrong = [row for row in formats() if read(row["text"], today) != (row["date"], row["ambiguous"], row["refusal"])]
    assert wrong == []


def test_the_published_formats_are_different_ones() -> None:
    rows = formats()
    assert len({row["format"] for row in rows}) == len({row["text"] for row in rows}) == len(rows) >= 200
    assert sum(bool(row["date"]) for row in rows) >= 200


def written(day: date, year: int) -> list[str]:
    month = day.month - 1
    numbers = [
        f"{day.day:02}/{day.month:02}/{year}",
        f"{day.day}-{day.month}-{year}",
        f"{year}-{day.month:02}-{day.day:02}",
    ]
    words = [
        f"{day.day} {THAI_MONTHS[month]} {year}",
        f"{day.day}{THAI_MONTHS_SHORT[month]}{year}",
        f"วันที่ {day.day} เดือน{THAI_MONTHS[month]} {'พ.ศ.' if year > 2400 else 'ค.ศ.'} {year} เวลา 14.05 น.",
        f"{ENGLISH_MONTHS[month]} {day.day}, {year}",
        f"{day.day}-{ENGLISH_MONTHS[month][:3]}-{year} 9:30 AM",
        f"{day:%d%m}{year}",
        f"{year}{day:%m%d}",
    ]
    return numbers + [to_thai_digits(text) for text in (*numbers, *words[:3])] + words


def test_no_date_of_two_hundred_years_is_off_by_an_era() -> None:
    wrong = []
    day = date(1860, 1, 3)
    while day < date(2080, 1, 1):
        for year in (day.year, day.year + ERA_YEARS):
            for text in written(day, year):
                parsed = parse_date(text, order="dmy") if text[:4] != str(year) else parse_date(text)
                if parsed.date != day or parsed.alternatives:
                    wrong.append((text, parsed))
        day += timedelta(days=97)
    assert wrong == []


def test_a_two_digit_year_never_comes_without_its_other_reading() -> None:
    for year in range(100):
        for text in (f"5 พ.ย. {year:02}", f"25/11/{year:02}", f"25 Nov {year:02}"):
            parsed = parse_date(text, today=TODAY)
            assert parsed.reason.split()[-1] == "era" and len({parsed.date, *parsed.alternatives}) >= 2, text


def test_one_buddhist_year_among_old_common_ones_is_asked_about() -> None:
    column = ["05/03/1967", "25/12/1967", "06/11/1966", "30/01/1968", "21/11/2567", "21/11/2509"]
    form = detect_date_format(column)
    assert form.usual == ("ce", 1956, 1978)
    parse = compile_parser(form)
    assert parse("25/12/1967") == date(1967, 12, 25)
    assert parse("21/11/2509") == date(1966, 11, 21), "the other era alone is no reason to ask"
    with pytest.raises(DateProblem) as problem:
        parse("21/11/2567")
    assert problem.value.code == "odd_era"
    assert (problem.value.values["first"], problem.value.values["last"]) == (1956, 1978)


def test_a_column_of_both_eras_is_read_as_it_stands() -> None:
    column = ["25/03/2567", "26/03/2024", "27/03/2567", "28/03/2024", "29/03/2510"]
    form = detect_date_format(column)
    assert (form.order, form.era, form.usual) == ("dmy", None, None)
    assert [compile_parser(form)(text).year for text in column] == [2024, 2024, 2024, 2024, 1967]


def test_four_digit_years_of_one_era_settle_the_short_ones_beside_them() -> None:
    assert detect_date_format(["25/03/2569", "01/02/69"]) == DateFormat("dmy", "be", "25/03/2569")
    assert detect_date_format(["25/03/2569", "26/03/2026", "01/02/69"]).ambiguous == ("era",)
    assert detect_date_format(["21 พ.ย. พ.ศ. 69", "5 พ.ย. 69"]).era == "be"


def test_codes_and_postcodes_do_not_look_like_a_column_of_dates() -> None:
    assert detect_date_format(["10310", "50200", "46347"]) == DateFormat(None, None)
    assert detect_date_format(["2026-11-21", "03/04/2026"]).ambiguous == ("order",)
