"""The days on which the company is closed: public holidays of a set, without those it works on, and its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Workspace
from samphan.administration.settings import store
from samphan.platform.errors import DomainError
from samphan.platform.ids import uuid7
from samphan.platform.thai import holidays as thai

SETS: dict[str, Any] = {
    "public": _("Public holidays"),
    "bank": _("Bank holidays"),
    "none": _("Only our own"),
}
OWN, WORKED = "own:", "worked:"
MOST_OWN = 500
LONGEST = 60  # days of one own holiday


class BadHoliday(DomainError):
    """A holiday that cannot be kept."""


@dataclass(frozen=True)
class Holiday:
    """A day off. `key`: of an own one, "" for a public one. `is_worked`: a public one on which the company works."""

    on: date
    name: str
    name_en: str
    key: str = ""
    is_worked: bool = False

    def label(self, language: str) -> str:
        """Its name for a reader."""
        return self.name if language.startswith("th") else self.name_en or self.name


class Holidays:
    """The days off of one company."""

    def __init__(self, values: store.Values) -> None:
        self.set: str = values["set"]
        self.worked = {key.removeprefix(WORKED) for key in values if key.startswith(WORKED)}
        self.own = {key.removeprefix(OWN): value for key, value in values.items() if key.startswith(OWN)}
        self._years: dict[int, dict[date, Holiday]] = {}

    def on(self, day: date) -> Holiday | None:
        """The day off that a day is; None on others, and where the company works all the same."""
        found = self.year(day.year).get(day)
        return None if found is None or found.is_worked else found

    def is_off(self, day: date) -> bool:
        """True on a day off."""
        return self.on(day) is not None

    def name(self, day: date, language: str) -> str:
        """What a day off is called, "" on another day."""
        found = self.on(day)
        return found.label(language) if found else ""

    def year(self, year: int) -> dict[date, Holiday]:
        """Every holiday of a year, those that are worked on too; an own one goes before a public one."""
        if year not in self._years:
            found = {one.on: one for one in self._public(year)}
            found |= {one.on: one for one in self._own(year)}
            self._years[year] = dict(sorted(found.items()))
        return self._years[year]

    def _public(self, year: int) -> Iterable[Holiday]:
        if self.set == "none":
            return
        for day, one in thai.holidays().items():
            if day.year == year and thai.is_holiday(day, for_banks=self.set == "bank"):
                yield Holiday(day, one.name, one.name_en, is_worked=day.isoformat() in self.worked)

    def _own(self, year: int) -> Iterable[Holiday]:
        for key, value in self.own.items():
            begins, ends = date.fromisoformat(value["on"]), date.fromisoformat(value.get("until") or value["on"])
            years = (year - 1, year) if value.get("yearly") else (begins.year,)  # one may begin in the year before
            for begun in years:
                if begun < begins.year:
                    continue
                for index in range((ends - begins).days + 1):
                    day = _in_year(begins, begun) + timedelta(days=index)
                    if day.year == year:
                        yield Holiday(day, value["name"], value.get("name_en", ""), key=key)


def _in_year(day: date, year: int) -> date:
    # 29 February of other years is the day behind the 28th.
    return day.replace(year=year) if (day.month, day.day) != (2, 29) else date(year, 2, 28) + timedelta(days=1)


def holidays_of(workspace_id: UUID) -> Holidays:
    """The days off of a workspace; stands inside `in_workspace`."""
    return Holidays(store.read(workspace_id, "holidays"))


def add_holiday(
    *, on: date, until: date | None, name: str, name_en: str, yearly: bool, acting_member: Member
) -> UUID | None:
    """Add an own day off, or several days in a row. Returns the changeset.

    :raises BadHoliday: when it ends before it begins, is too long, or there are too many.
    """
    until = until or on
    if until < on:
        raise BadHoliday(_("The last day lies before the first."))
    if (until - on).days >= LONGEST:
        raise BadHoliday(_("One holiday has at most %(most)s days."), most=LONGEST)
    values = store.read(acting_member.workspace_id, "holidays")
    if sum(key.startswith(OWN) for key in values) >= MOST_OWN:
        raise BadHoliday(_("There are %(most)s own holidays already; remove old ones first."), most=MOST_OWN)
    one = {"on": on.isoformat(), "until": until.isoformat(), "name": name, "name_en": name_en, "yearly": yearly}
    return store.write("holidays", {f"{OWN}{uuid7()}": one}, acting_member=acting_member)


def remove_holiday(key: str, *, acting_member: Member) -> UUID | None:
    """Take an own holiday away."""
    return store.write("holidays", {}, acting_member=acting_member, removed=(f"{OWN}{key}",))


def work_on(day: date, *, works: bool, acting_member: Member) -> UUID | None:
    """Say that the company works on a public holiday, or that it does not."""
    key = f"{WORKED}{day.isoformat()}"
    if works:
        return store.write("holidays", {key: True}, acting_member=acting_member)
    return store.write("holidays", {}, acting_member=acting_member, removed=(key,))


def use_set(name: str, *, acting_member: Member) -> UUID | None:
    """Choose which public holidays count."""
    if name not in SETS:
        raise BadHoliday(_("There is no such set of holidays."))
    return store.write("holidays", {"set": name}, acting_member=acting_member)


def _label(key: str) -> Any:
    if key == "set":
        return _("Holidays that count")
    if key.startswith(WORKED):
        return _("Works on %(day)s") % {"day": key.removeprefix(WORKED)}
    return _("Own holiday")


def _shown(key: str, value: Any) -> str:
    if key == "set":
        return str(SETS.get(value, value))
    if key.startswith(OWN):
        until = value.get("until") or value["on"]
        days = value["on"] if until == value["on"] else f"{value['on']} – {until}"
        return f"{value['name']} ({days})"
    return str(_("yes"))


def _defaults(workspace: Workspace) -> store.Values:
    return {"set": "public"}


HOLIDAYS = store.Topic(
    "holidays", "administration.holidays_changed", _defaults, _label, shown=_shown, url_name="holidays"
)
