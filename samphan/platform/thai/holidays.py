"""Thai public holidays, shipped for 2015 to 2030; a workspace adds what the cabinet decrees later."""

import csv
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Holiday(NamedTuple):
    """One public holiday; of two on one day the names are joined with a semicolon."""

    date: date
    name: str
    name_en: str


_NO_DAY_OFF = "National Children's Day"  # celebrated, but everybody works (it is a Saturday)
_BANKS_OPEN = "Buddhist Lent Day"


@lru_cache(maxsize=1)
def holidays() -> dict[date, Holiday]:
    """Return all holidays of the shipped years by date."""
    with files("samphan.platform.thai").joinpath("data/holidays.csv").open(encoding="utf-8") as file:
        rows = [
            Holiday(date.fromisoformat(row["date"]), row["name_th"], row["name_en"]) for row in csv.DictReader(file)
        ]
    return {holiday.date: holiday for holiday in rows if holiday.name_en != _NO_DAY_OFF}


def years() -> tuple[int, int]:
    """Return the first and the last year for which holidays are known."""
    days = holidays()
    return min(days).year, max(days).year


def is_holiday(day: date, *, for_banks: bool = False) -> bool:
    """Tell whether `day` is a public holiday; with `for_banks` one on which banks close (not เข้าพรรษา).

    Outside the shipped years nothing is known and the answer is False.
    """
    holiday = holidays().get(day)
    return holiday is not None and not (for_banks and holiday.name_en == _BANKS_OPEN)


def holiday_name(day: date, language: str = "th") -> str:
    """Return the name of the holiday on `day`, or "" on any other day."""
    holiday = holidays().get(day)
    if holiday is None:
        return ""
    return holiday.name if language.startswith("th") else holiday.name_en
