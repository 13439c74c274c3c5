"""How the company counts time and speaks: zone, years, first day of the week, languages."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions
from samphan.administration.models import User, Workspace
from samphan.administration.settings import store
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_weekday

ZONES: dict[str, store.Label] = {
    "Asia/Bangkok": _("Thailand"),
    "Asia/Vientiane": _("Laos"),
    "Asia/Phnom_Penh": _("Cambodia"),
    "Asia/Yangon": _("Myanmar"),
    "Asia/Ho_Chi_Minh": _("Vietnam"),
    "Asia/Kuala_Lumpur": _("Malaysia"),
    "Asia/Singapore": _("Singapore"),
    "Asia/Jakarta": _("Indonesia (Jakarta)"),
    "Asia/Manila": _("Philippines"),
    "Asia/Hong_Kong": _("Hong Kong"),
    "Asia/Shanghai": _("China"),
    "Asia/Taipei": _("Taiwan"),
    "Asia/Tokyo": _("Japan"),
    "Asia/Seoul": _("South Korea"),
    "Asia/Kolkata": _("India"),
    "Asia/Dubai": _("United Arab Emirates"),
    "Australia/Sydney": _("Australia (Sydney)"),
    "Europe/London": _("United Kingdom"),
    "Europe/Berlin": _("Germany"),
    "America/New_York": _("United States (New York)"),
    "America/Los_Angeles": _("United States (Los Angeles)"),
    "UTC": _("World time"),
}
WEEK_STARTS = (6, 0, 5)  # Sunday, Monday, Saturday; 0 is Monday

LABELS: dict[str, Any] = {
    "time_zone": _("Time zone"),
    "era": _("Years"),
    "week_start": _("First day of the week"),
    "languages": _("Languages offered"),
}


def zone_label(name: str) -> str:
    """A time zone in words: ไทย (GMT+7)."""
    minutes = int((timezone.now().astimezone(ZoneInfo(name)).utcoffset() or timedelta()).total_seconds() // 60)
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    offset = f"GMT{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
    return f"{ZONES.get(name, name)} ({offset})"


def weekday_label(weekday: int) -> str:
    """A day of the week in words; 0 is Monday."""
    return format_weekday(date(2024, 1, 1 + weekday), reader_language())  # 1 January 2024 was a Monday


def _shown(key: str, value: Any) -> str:
    if key == "time_zone":
        return zone_label(str(value))
    if key == "era":
        return str(Workspace.Era(value).label)
    if key == "week_start":
        return weekday_label(int(value))
    return ", ".join(str(User.Language(one).label) for one in value) or _now("none")


def _defaults(workspace: Workspace) -> store.Values:
    return {key: getattr(workspace, key) for key in LABELS}


def _applied(workspace_id: UUID, values: store.Values) -> None:
    Workspace.objects.filter(pk=workspace_id).update(**{key: values[key] for key in LABELS})
    # Formulas count days in the zone of the company.
    definitions.forget(workspace_id)


REGION = store.Topic(
    "region", "administration.region_changed", _defaults, LABELS, shown=_shown, applied=_applied, url_name="region"
)
