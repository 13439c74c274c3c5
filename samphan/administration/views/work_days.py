"""Settings of days: holidays with a calendar of the year, business hours."""

import calendar as months
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Team
from samphan.administration.settings import holidays, hours
from samphan.administration.settings.region import weekday_label
from samphan.administration.views.settings import CHANGE, page, say_saved
from samphan.platform.access import requires
from samphan.platform.clock import HoursProblem, parse_hours
from samphan.platform.language import reader_language
from samphan.platform.thai import holidays as thai
from samphan.platform.thai.calendar import ENGLISH_MONTHS, ERA_YEARS, THAI_MONTHS, format_date, format_weekday
from samphan.platform.thai.dates import parse_date
from samphan.platform.thai.problems import ValueProblem
from samphan.ui import preferences

NAME_LENGTH = 200


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def holiday_settings(request: MemberRequest) -> HttpResponse:
    """The holidays of a year; a POST adds an own one or chooses the set."""
    typed: dict[str, str] = {}
    errors: dict[str, str] = {}
    year = _year(request)
    if request.method == "POST":
        if "set" in request.POST:
            return _saved(request, year, holidays.use_set(request.POST["set"], acting_member=request.member))
        typed = {name: request.POST.get(name, "").strip() for name in ("on", "until", "name", "name_en")}
        errors, days = _read(typed, request.member.workspace.today())
        if not errors:
            try:
                act = holidays.add_holiday(
                    on=days["on"], until=days.get("until"), name=typed["name"], name_en=typed["name_en"],
                    yearly=bool(request.POST.get("yearly")), acting_member=request.member,
                )  # fmt: skip
            except holidays.BadHoliday as problem:
                errors["until"] = str(problem)
            else:
                return _saved(request, days["on"].year, act)
        typed["yearly"] = request.POST.get("yearly", "")
    known = holidays.holidays_of(request.member.workspace_id)
    first, last = thai.years()
    language = reader_language()
    context = {
        "year": year,
        "shown_year": year + ERA_YEARS if preferences.era(request) == "be" else year,
        "chosen": known.set,
        "sets": list(holidays.SETS.items()),
        "months": _months(request, known, year),
        "weekdays": _weekdays(request),
        "days": [
            {"day": one, "label": one.label(language), "iso": one.on.isoformat(), "said": _said(one.on, language)}
            for one in known.year(year).values()
        ],
        "typed": typed,
        "errors": errors,
        "unknown": not first <= year <= last and known.set != "none",
    }
    return page(request, "holidays", context, status=422 if errors else 200)


@requires(CHANGE)
@require_POST
def holiday_removal(request: MemberRequest, key: str) -> HttpResponse:
    """Take an own holiday away."""
    if key not in holidays.holidays_of(request.member.workspace_id).own:
        raise Http404
    return _saved(request, _year(request), holidays.remove_holiday(key, acting_member=request.member))


@requires(CHANGE)
@require_POST
def holiday_work(request: MemberRequest) -> HttpResponse:
    """Work on a public holiday (`works=1`), or not."""
    try:
        day = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        raise holidays.BadHoliday(_("That is no day.")) from None
    act = holidays.work_on(day, works=request.POST.get("works") == "1", acting_member=request.member)
    return _saved(request, day.year, act)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def hours_settings(request: MemberRequest) -> HttpResponse:
    """Business hours of each weekday, of the company or (`?team=`) of a team."""
    teams = list(Team.objects.filter(workspace_id=request.member.workspace_id).order_by("name"))
    wanted = request.GET.get("team", "")
    team = next((one for one in teams if str(one.pk) == wanted), None)
    if wanted and team is None:
        get_object_or_404(Team.objects.none())
    here = reverse("hours") + (f"?team={team.pk}" if team else "")
    known, is_own = hours.hours_of(request.member.workspace_id, team.pk if team else None)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if team and "as_company" in request.POST:
            say_saved(request, hours.as_the_company(team.pk, acting_member=request.member))
            return redirect(here)
        known = {day: request.POST.get(f"day{day}", "") for day in hours.DAYS}
        for day, text in known.items():
            try:
                parse_hours(text)
            except HoursProblem as problem:
                errors[day] = str(problem)
        if not errors:
            say_saved(
                request, hours.change_hours(known, team_id=team.pk if team else None, acting_member=request.member)
            )
            return redirect(here)
    starts = request.member.workspace.week_start
    order = [str((starts + index) % 7) for index in range(7)]
    context = {
        "days": [(f"day{day}", weekday_label(int(day)), known[day], errors.get(day, "")) for day in order],
        "team": team,
        "is_own": is_own,
        "here": here,
        "choices": [
            {"label": _("The whole company"), "href": reverse("hours"), "is_current": team is None},
            *(
                {"label": one.name, "href": f"{reverse('hours')}?team={one.pk}", "is_current": one is team}
                for one in teams
            ),
        ],
    }
    return page(request, "hours", context, status=422 if errors else 200)


def _year(request: MemberRequest) -> int:
    today = request.member.workspace.today()
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    return year if 2000 <= year <= 2100 else today.year


def _saved(request: MemberRequest, year: int, act: UUID | None) -> HttpResponse:
    say_saved(request, act)
    return redirect(f"{reverse('holidays')}?year={year}")


def _read(typed: dict[str, str], today: date) -> tuple[dict[str, str], dict[str, date]]:
    """What is wrong with a typed holiday, by field, and its days."""
    errors: dict[str, str] = {}
    days: dict[str, date] = {}
    if not typed["name"]:
        errors["name"] = _("What is the holiday called?")
    for name in ("name", "name_en"):
        if len(typed[name]) > NAME_LENGTH:
            errors[name] = _("At most %(most)s characters.") % {"most": NAME_LENGTH}
    for name in ("on", "until"):
        if not typed[name]:
            if name == "on":
                errors[name] = _("Which day is it?")
            continue
        try:
            days[name] = parse_date(typed[name], today=today).date
        except ValueProblem as problem:
            errors[name] = str(problem)
    return errors, days


def _said(day: date, language: str) -> str:
    return f"{format_weekday(day, language, is_short=True)} {format_date(day, 'day', language)}"


def _weekdays(request: MemberRequest) -> list[tuple[str, str]]:
    starts, language = request.member.workspace.week_start, reader_language()
    days = [date(2024, 1, 1 + (starts + index) % 7) for index in range(7)]
    return [(format_weekday(day, language, is_short=True), format_weekday(day, language)) for day in days]


def _months(request: MemberRequest, known: holidays.Holidays, year: int) -> list[dict[str, Any]]:
    """Twelve months of weeks; a day is None outside the month."""
    language, today = reader_language(), request.member.workspace.today()
    work = hours.calendar_of(request.member.workspace)
    grid = months.Calendar(request.member.workspace.week_start)

    def cell(day: date) -> dict[str, Any]:
        name = known.name(day, language)
        is_closed = not name and not work.week[day.weekday()]
        mark = "off" if name else "closed" if is_closed else ""
        return {"number": day.day, "name": name, "mark": mark, "is_today": day == today}

    return [
        {
            "name": (THAI_MONTHS if language == "th" else ENGLISH_MONTHS)[month - 1],
            "weeks": [
                [cell(day) if day.month == month else None for day in week]
                for week in grid.monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]
