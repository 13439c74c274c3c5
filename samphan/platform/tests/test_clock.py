"""Working time: known days, and what holds for every calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samphan.platform.clock import (
    HoursProblem,
    WorkCalendar,
    hours_text,
    is_open,
    moment_after,
    next_opening,
    next_working_day,
    parse_hours,
    week_of,
    working_time,
)
from samphan.platform.thai.holidays import is_holiday

BANGKOK, BERLIN = ZoneInfo("Asia/Bangkok"), ZoneInfo("Europe/Berlin")
OFFICE = WorkCalendar(BANGKOK, week_of(dict.fromkeys("01234", "9-12, 13-18")), is_holiday)


def at(text: str, zone: ZoneInfo = BANGKOK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_counts_hours_without_nights_weekends_and_holidays() -> None:
    # Friday 4 December 2026; Saturday 5 is Father's Day, Monday 7 its substitution, Thursday 10 Constitution Day.
    assert working_time(OFFICE, at("2026-12-04T16:00"), at("2026-12-08T10:00")) == timedelta(hours=3)
    assert moment_after(OFFICE, at("2026-12-04T16:00"), timedelta(hours=3)) == at("2026-12-08T10:00")
    assert moment_after(OFFICE, at("2026-12-04T09:00"), timedelta(hours=8)) == at("2026-12-04T18:00")
    assert next_opening(OFFICE, at("2026-12-04T18:00")) == at("2026-12-08T09:00")
    assert next_opening(OFFICE, at("2026-12-04T12:30")) == at("2026-12-04T13:00")
    assert next_working_day(OFFICE, date(2026, 12, 4)) == date(2026, 12, 8)
    assert next_working_day(OFFICE, date(2026, 12, 4), 3) == date(2026, 12, 11)
    assert is_open(OFFICE, at("2026-12-04T09:00")) and not is_open(OFFICE, at("2026-12-04T12:00"))
    assert not is_open(OFFICE, at("2026-12-07T10:00"))


def test_an_evening_ends_behind_midnight_and_on_a_holiday_nothing_begins() -> None:
    bar = WorkCalendar(BANGKOK, week_of(dict.fromkeys("0123456", "18:00-02:00")), lambda day: day == date(2026, 11, 24))
    assert is_open(bar, at("2026-11-24T01:59")), "the evening before the holiday"
    assert not is_open(bar, at("2026-11-24T20:00"))
    assert working_time(bar, at("2026-11-23T12:00"), at("2026-11-25T12:00")) == timedelta(hours=8)


def test_an_interval_over_summer_time_is_as_long_as_it_is() -> None:
    night = WorkCalendar(BERLIN, week_of(dict.fromkeys("0123456", "00:00-06:00")))
    assert working_time(night, at("2026-03-29T00:00", BERLIN), at("2026-03-29T12:00", BERLIN)) == timedelta(hours=5)
    assert working_time(night, at("2026-10-25T00:00", BERLIN), at("2026-10-25T12:00", BERLIN)) == timedelta(hours=7)


def test_a_calendar_without_hours_never_opens() -> None:
    closed = WorkCalendar(BANGKOK, ((),) * 7)
    assert next_opening(closed, at("2026-11-22T10:00")) is None
    assert moment_after(closed, at("2026-11-22T10:00"), timedelta(minutes=1)) is None
    assert next_working_day(closed, date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9-12, 13.00-18.00", "09:00-12:00, 13:00-18:00"),
        ("๐๘:๓๐ - ๑๗:๓๐ น.", "08:30-17:30"),
        ("13:00-18:00 และ 9:00 ถึง 12:00", "09:00-12:00, 13:00-18:00"),
        ("18:00-02:00", "18:00-02:00"),
        ("0-24", "00:00-24:00"),
        ("ปิด", ""),
        ("", ""),
    ],
)
def test_reads_hours_as_people_write_them(typed: str, read: str) -> None:
    assert hours_text(parse_hours(typed)) == read
    assert parse_hours(read) == parse_hours(typed)


@pytest.mark.parametrize(
    "typed", ["9", "เช้าถึงเย็น", "25:00-26:00", "9:75-10", "9-12, 11-13", "20:00-04:00, 02:00-05:00"]
)
def test_refuses_what_says_no_hours(typed: str) -> None:
    with pytest.raises(HoursProblem):
        parse_hours(typed)


SPANS = st.lists(st.integers(0, 24 * 12), min_size=0, max_size=6, unique=True).map(
    lambda edges: tuple(zip(*[iter(5 * edge for edge in sorted(edges)[: len(edges) // 2 * 2])] * 2, strict=True))
)
CALENDARS = st.builds(
    lambda week, zone, off: WorkCalendar(zone, tuple(week), lambda day: day.toordinal() % 11 in off),
    st.lists(SPANS, min_size=7, max_size=7),
    st.sampled_from([BANGKOK, BERLIN, ZoneInfo("America/New_York")]),
    st.sets(st.integers(0, 10), max_size=4),
)
MOMENTS = st.integers(0, 14 * 24 * 12).map(lambda five: datetime(2026, 3, 24, tzinfo=UTC) + timedelta(minutes=5 * five))


@settings(deadline=None, max_examples=150)
@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3))
def test_time_adds_up_and_comes_back(calendar: WorkCalendar, moments: list[datetime]) -> None:
    first, middle, last = sorted(moments)
    whole = working_time(calendar, first, last)
    assert working_time(calendar, first, middle) + working_time(calendar, middle, last) == whole
    slow = sum(
        is_open(calendar, first + timedelta(minutes=5 * step))
        for step in range(int((last - first) / timedelta(minutes=5)))
    )
    assert whole == timedelta(minutes=5 * slow)
    if whole:
        then = moment_after(calendar, first, whole)
        assert then is not None and then <= last
        assert working_time(calendar, first, then) == whole
        assert working_time(calendar, first, then - timedelta(minutes=5)) < whole


@settings(deadline=None, max_examples=100)
@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_the_first_open_moment(calendar: WorkCalendar, now: datetime) -> None:
    opening = next_opening(calendar, now)
    if opening is None:
        assert not any(calendar.works_on(date(2026, 3, 24) + timedelta(days=day)) for day in range(100))
        return
    assert opening >= now and is_open(calendar, opening)
    assert working_time(calendar, now, opening) == timedelta()
