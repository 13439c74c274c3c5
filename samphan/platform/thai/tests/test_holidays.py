from datetime import date

from samphan.platform.thai.holidays import holiday_name, is_holiday, years


def test_knows_the_holidays_of_the_shipped_years():
    assert is_holiday(date(2026, 4, 13))
    assert holiday_name(date(2026, 4, 13)) == "วันสงกรานต์"
    assert holiday_name(date(2026, 12, 10), "en") == "Constitution Day"
    assert holiday_name(date(2026, 11, 21)) == ""
    assert years() == (2015, 2030)


def test_an_ordinary_day_and_childrens_day_are_working_days():
    assert not is_holiday(date(2026, 11, 20))
    assert not is_holiday(date(2026, 1, 10))


def test_banks_open_at_the_start_of_lent():
    assert is_holiday(date(2026, 7, 30))
    assert not is_holiday(date(2026, 7, 30), for_banks=True)
    assert is_holiday(date(2026, 7, 29), for_banks=True)
