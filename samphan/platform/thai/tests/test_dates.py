from datetime import UTC, date, datetime

import pytest

from samphan.platform.thai.calendar import BANGKOK, format_date, format_datetime, relative_date
from samphan.platform.thai.dates import (
    DateFormat,
    DateProblem,
    ParsedDate,
    compile_datetime_parser,
    compile_parser,
    detect_date_format,
    excel_date,
    parse_date,
    parse_datetime,
)

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "21/11/2569",
        "21/11/2026",
        "21-11-2569",
        "21.11.2569",
        "๒๑/๑๑/๒๕๖๙",
        "2026-11-21",
        "2569-11-21",
        "2026/11/21",
        "20261121",
        "11/21/2026",
        "21 พฤศจิกายน 2569",
        "21 พฤศจิกายน พ.ศ. 2569",
        "วันเสาร์ที่ 21 พฤศจิกายน พ.ศ. 2569",
        "ส. 21 พ.ย. 2569",
        "วันที่ ๒๑ เดือนพฤศจิกายน ๒๕๖๙",
        "21 พ.ย. 2569",
        "21พ.ย.2569",
        "21 พย 2569",
        "21 พ.ย. พ.ศ. 69",
        "21 พ.ย. ค.ศ. 2026",
        "21 พ.ย. 2026",
        "21 Nov 2026",
        "21-Nov-2026",
        "Nov 21, 2026",
        "November 21st, 2026",
        "Saturday 21 November 2026",
        "2026-Nov-21",
        "21/11/2569 14:05",
        "21/11/2569 14:05 น.",
        "21 พ.ย. 2569 เวลา 14.05 น.",
        "2026-11-21T14:05:00",
        "2026-11-21 14:05:00.123456",
        "2026-11-20T20:00:00Z",
        "2026-11-21T14:05:00+07:00",
        " 21/11/2569 ",
        "21/11/2569\u200b",
    ],
)
def test_reads_a_date_however_it_is_written(text):
    assert parse_date(text) == ParsedDate(DAY)


def test_reads_leap_days_of_the_buddhist_year():
    assert parse_date("29/02/2567").date == date(2024, 2, 29)
    with pytest.raises(DateProblem) as problem:
        parse_date("29/02/2568")
    assert (problem.value.code, problem.value.values) == ("leap_day", {"year": 2568})


def test_leaves_the_order_open_until_told():
    assert parse_date("03/04/2569") == ParsedDate(date(2026, 4, 3), (date(2026, 3, 4),), "order")
    assert parse_date("03/04/2569", day_first=True) == ParsedDate(date(2026, 4, 3))
    assert parse_date("03/04/2569", day_first=False) == ParsedDate(date(2026, 3, 4))
    assert parse_date("05/05/2569") == ParsedDate(date(2026, 5, 5))


def test_leaves_a_two_digit_year_open_until_told():
    parsed = parse_date("21 พ.ย. 69")
    assert parsed == ParsedDate(date(2026, 11, 21), (date(2069, 11, 21),), "era")
    assert parse_date("21 พ.ย. 69", era="be") == ParsedDate(DAY)
    assert parse_date("21 Nov 26", era="ce") == ParsedDate(DAY)
    assert parse_date("21/11/69", day_first=True, era="be") == ParsedDate(DAY)
    assert parse_date("01/12/10 08:26").reason == "order era"


def test_day_first_is_no_guess_but_an_order():
    with pytest.raises(DateProblem) as problem:
        parse_date("11/21/2569", day_first=True)
    assert (problem.value.code, problem.value.values) == ("month", {"month": 21})


def test_reads_words_for_days_seen_from_today():
    assert parse_date("พรุ่งนี้", today=DAY).date == date(2026, 11, 22)
    assert parse_date("เมื่อวาน", today=DAY).date == date(2026, 11, 20)
    with pytest.raises(DateProblem):
        parse_date("พรุ่งนี้")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_date"),
        ("ไม่ทราบ", "not_a_date"),
        ("31/04/2569", "day"),
        ("32/01/2569", "day"),
        ("2026-13-01", "month"),
        ("21/11/0001", "year"),
        ("21/11/9999", "year"),
        ("1/2/3", "not_a_date"),
        ("1/2/256", "not_a_date"),
        ("123456789", "not_a_date"),
        ("21 xyz 2569", "not_a_date"),
        ("0/0/2569", "month"),
        ("9" * 5000, "not_a_date"),
    ],
)
def test_says_what_is_wrong_with_a_date(text, code):
    with pytest.raises(DateProblem) as problem:
        parse_date(text)
    assert problem.value.code == code


def test_reads_a_moment_in_its_zone():
    moment = datetime(2026, 11, 21, 14, 5, tzinfo=BANGKOK)
    assert parse_datetime("21/11/2569 14:05").value == moment
    assert parse_datetime("21 พ.ย. 2569 14.05 น.").value == moment
    assert parse_datetime("11/21/2026 2:05 PM").value == moment
    assert parse_datetime("2026-11-21T07:05:00Z").value == moment
    assert parse_datetime("2026-11-21T07:05:00.000Z").value == moment
    assert parse_datetime("2026-11-21").has_time is False
    with pytest.raises(DateProblem):
        parse_datetime("21/11/2569 25:00")


def test_reads_the_number_of_a_spreadsheet():
    assert excel_date(46347) == datetime(2026, 11, 21)
    assert excel_date(46347 + (14 * 60 + 5) / 1440) == datetime(2026, 11, 21, 14, 5)
    with pytest.raises(DateProblem):
        excel_date(812345678)
    assert parse_date("46347") == ParsedDate(DAY)
    assert parse_datetime("46347.586805556").value == datetime(2026, 11, 21, 14, 5, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2 โมงเช้า", (8, 0)),
        ("10 โมง", (10, 0)),
        ("เที่ยงวัน", (12, 0)),
        ("บ่ายโมงครึ่ง", (13, 30)),
        ("บ่าย 2 โมง", (14, 0)),
        ("5 โมงเย็น", (17, 0)),
        ("2 ทุ่ม", (20, 0)),
        ("ตี 4", (4, 0)),
        ("เวลา 14 นาฬิกา 5 นาที", (14, 5)),
        ("2:05 หลังเที่ยง", (14, 5)),
        ("2.05 p.m.", (14, 5)),
        ("12 am", (0, 0)),
    ],
)
def test_reads_the_hour_as_people_say_it(text, clock):
    assert parse_datetime(f"21 พ.ย. 2569 {text}").value == datetime(2026, 11, 21, *clock, tzinfo=BANGKOK)


def test_one_value_settles_the_order_of_a_column():
    assert detect_date_format(["03/04/2569", "25/03/2569"]) == DateFormat("dmy", "be", "25/03/2569")
    assert detect_date_format(["12/1/2010 8:26", "12/13/2010 9:02"]) == DateFormat(
        "mdy", "ce", "12/13/2010 9:02", has_time=True
    )
    assert detect_date_format(["03/04/2569", "ไม่ทราบ", ""]) == DateFormat(None, "be", ambiguous=("order",))
    assert detect_date_format(["25/03/69", "01/02/69"]) == DateFormat("dmy", None, "25/03/69", ("era",))
    assert detect_date_format(["25/03/2569", "03/25/2569"]).ambiguous == ("mixed",)
    assert detect_date_format(["2026-11-21", "2026-01-02"]).order == "ymd"
    assert detect_date_format(["x", ""]) == DateFormat(None, None)


def test_a_column_reader_refuses_what_is_open():
    read = compile_parser(DateFormat("dmy", "be"))
    assert read("03/04/2569") == date(2026, 4, 3)
    assert read("03/04/69") == date(2026, 4, 3)
    with pytest.raises(DateProblem) as problem:
        compile_parser(DateFormat(None, "be"))("03/04/2569")
    assert problem.value.code == "ambiguous"
    assert problem.value.values["second"] == "4 มี.ค. 2569"


def test_a_column_reader_takes_moments():
    read = compile_datetime_parser(DateFormat("mdy", "ce"))
    assert read("12/1/2010 8:26") == datetime(2010, 12, 1, 8, 26, tzinfo=BANGKOK)
    assert read("12/13/2010 9:02:30") == datetime(2010, 12, 13, 9, 2, 30, tzinfo=BANGKOK)
    assert read("2010-12-01T01:26:00Z") == datetime(2010, 12, 1, 1, 26, tzinfo=UTC)
    with pytest.raises(DateProblem):
        read("12/1/2010 25:26")


def test_writes_a_date_as_thais_do():
    assert format_date(DAY) == "21 พ.ย. 2569"
    assert format_date(DAY, "full") == "21 พฤศจิกายน 2569"
    assert format_date(DAY, "numeric") == "21/11/2569"
    assert format_date(DAY, "weekday") == "วันเสาร์ที่ 21 พฤศจิกายน พ.ศ. 2569"
    assert format_date(DAY, "short", "en", "ce") == "21 Nov 2026"
    assert format_date(DAY, "numeric", era="ce") == "21/11/2026"
    assert format_date(DAY, "day") == "21 พ.ย."
    assert format_datetime(datetime(2026, 11, 21, 7, 5, tzinfo=UTC)) == "21 พ.ย. 2569 14:05 น."


def test_every_written_date_can_be_read_again():
    for style in ("short", "full", "weekday", "iso"):
        for day in (DAY, date(2024, 2, 29), date(2025, 1, 31), date(2025, 9, 13), date(2025, 5, 25)):
            assert parse_date(format_date(day, style)).date == day
            assert parse_date(format_date(day, style, "en", "ce")).date == day


def test_near_dates_are_relative():
    assert relative_date(DAY, DAY) == "วันนี้"
    assert relative_date(date(2026, 11, 20), DAY) == "เมื่อวาน"
    assert relative_date(date(2026, 11, 18), DAY) == "3 วันก่อน"
    assert relative_date(date(2026, 11, 26), DAY) == "อีก 5 วัน"
    assert relative_date(date(2026, 10, 26), DAY) == "26 ต.ค."
    assert relative_date(date(2025, 10, 26), DAY) == "26 ต.ค. 2568"
    assert relative_date(date(2026, 11, 18), DAY, "en") == "3 days ago"
