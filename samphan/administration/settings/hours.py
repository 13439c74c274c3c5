"""Business hours of the company, and of teams that keep other ones."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Team, Workspace
from samphan.administration.settings import store
from samphan.administration.settings.holidays import holidays_of
from samphan.administration.settings.region import weekday_label
from samphan.platform.clock import WorkCalendar, hours_text, parse_hours, week_of

DAYS = tuple("0123456")  # Monday first
_TEAM = "team:"


def _defaults(workspace: Workspace) -> store.Values:
    return {day: "09:00-18:00" if day in "01234" else "" for day in DAYS}


def hours_of(workspace_id: UUID, team_id: UUID | None = None) -> tuple[dict[str, str], bool]:
    """The hours of each weekday as text, Monday "0", and whether they are the team's own."""
    values = store.read(workspace_id, "hours")
    company = {day: values[day] for day in DAYS}
    if team_id is None or f"{_TEAM}{team_id}:0" not in values:
        return company, False
    return {day: values.get(f"{_TEAM}{team_id}:{day}", "") for day in DAYS}, True


def calendar_of(workspace: Workspace, team_id: UUID | None = None) -> WorkCalendar:
    """When the company works, or a team of it: its hours without its holidays. What the clock engine counts with."""
    hours, _is_own = hours_of(workspace.pk, team_id)
    return WorkCalendar(workspace.zone, week_of(hours), holidays_of(workspace.pk).is_off)


def change_hours(hours: Mapping[str, str], *, team_id: UUID | None = None, acting_member: Member) -> UUID | None:
    """Set the hours of each weekday, of the company or of a team. Returns the changeset, None when nothing changed.

    :raises HoursProblem: for a text that says no hours.
    """
    prefix = "" if team_id is None else f"{_TEAM}{team_id}:"
    values = {f"{prefix}{day}": hours_text(parse_hours(hours.get(day, ""))) for day in DAYS}
    return store.write("hours", values, acting_member=acting_member)


def as_the_company(team_id: UUID, *, acting_member: Member) -> UUID | None:
    """Let a team keep the company's hours again."""
    keys = tuple(f"{_TEAM}{team_id}:{day}" for day in DAYS)
    return store.write("hours", {}, acting_member=acting_member, removed=keys)


def _label(key: str) -> str:
    if not key.startswith(_TEAM):
        return weekday_label(int(key))
    team_id, day = key.removeprefix(_TEAM).split(":")
    name = Team.objects.filter(pk=team_id).values_list("name", flat=True).first()
    return f"{name or _('Team')} · {weekday_label(int(day))}"


def _shown(key: str, value: Any) -> str:
    return str(value or _("closed"))


HOURS = store.Topic("hours", "administration.hours_changed", _defaults, _label, shown=_shown, url_name="hours")
