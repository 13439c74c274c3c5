"""The calendar: a month, a week or a day of tasks, visits and meetings."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.queries import members
from samphan.administration.settings.holidays import holidays_of
from samphan.customers.names import name_and_nickname, shown_name
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_date, format_month, format_time, format_weekday
from samphan.platform.thai.problems import ValueProblem
from samphan.ui import preferences
from samphan.work import actions, planner, reading
from samphan.work.models import Activity, Task
from samphan.work.permissions import TASK, VIEW, WRITE
from samphan.work.views.answers import done

PER_DAY = {"month": 3, "week": 12, "day": 200}
EVERYBODY = "all"


@require_GET
@requires(VIEW)
def calendar(request: MemberRequest) -> HttpResponse:
    """A stretch of days; `show` says how many, `on` a day among them, `who` whose. A part of it reads itself again."""
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    language = reader_language()
    shown = request.GET.get("show", "")
    shown = shown if shown in PER_DAY else "month"
    on = _day(request.GET.get("on", ""), today)
    people = members(request.member)
    who = _who(request, people)
    days = _days(shown, on, request.member.workspace.week_start)
    whose = None if who == EVERYBODY else UUID(who)
    found = planner.planned(request.member, days, whose=whose, per_day=PER_DAY[shown], zone=zone)
    may_add = request.member.may(TASK)
    off = holidays_of(request.member.workspace_id)

    def address(**changes: str) -> str:
        state = {"show": shown, "on": on.isoformat(), "who": who} | changes
        usual = {"show": "month", "on": today.isoformat(), "who": str(request.member.pk)}
        kept = {name: value for name, value in state.items() if value != usual[name]}
        # Without the path: a hundred addresses of a month are a twentieth of the page.
        return f"?{urlencode(kept)}" if kept else reverse("calendar")

    def cell(day: date) -> dict[str, Any]:
        has_month = day.day == 1 or day == days[0] or shown != "month"
        return {
            "iso": day.isoformat(),
            "number": format_date(day, "day", language) if has_month else str(day.day),
            "label": f"{format_weekday(day, language, is_short=True)} {format_date(day, 'day', language)}",
            "weekday": format_weekday(day, language, is_short=True),
            "href": address(show="day", on=day.isoformat()),
            "holiday": off.name(day, language),
            "is_today": day == today,
            "marks": " ".join(
                f"is-{mark}"
                for mark, is_so in (
                    ("today", day == today),
                    ("other", shown == "month" and day.month != on.month),
                    ("holiday", off.is_off(day)),
                    ("free", not found[day].entries),
                )
                if is_so
            ),
            "entries": [
                _entry(request, one, shown, names_people=whose is None and shown != "month")
                for one in found[day].entries
            ],
            "more": max(found[day].count - len(found[day].entries), 0),
        }

    context = {
        "place": "calendar",
        "shown": shown,
        "cells": [cell(day) for day in days],
        "weekdays": [(format_weekday(day, language, is_short=True), format_weekday(day, language)) for day in days[:7]],
        "title": _title(request, shown, on, days),
        "before_href": address(on=_step(shown, on, -1).isoformat()),
        "after_href": address(on=_step(shown, on, 1).isoformat()),
        "today_href": address(on=today.isoformat()),
        "holds_today": today in days,
        "scales": [(label, address(show=name), name == shown) for name, label in _scales()],
        "who": _("Everybody") if whose is None else next(one.name for one in people if str(one.pk) == who),
        "people": [
            {"label": label, "href": address(who=key), "icon": "check" if key == who else "user"}
            for key, label in [(EVERYBODY, _("Everybody")), *((str(one.pk), one.name) for one in people)]
        ],
        "may_add": may_add,
        "add_url": reverse("task-create"),
        "is_free": not any(one.entries for one in found.values()),
    }  # fmt: skip
    return render(request, "work/calendar.html#planner" if request.htmx else "work/calendar.html", context)


def _scales() -> Sequence[tuple[str, str]]:
    return (("month", _("Month")), ("week", _("Week")), ("day", _("Day")))


def _day(text: str, today: date) -> date:
    """The day that an address names; today for what is none, or so far away that its weeks have no date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 1900 <= day.year <= 2500 else today


def _who(request: MemberRequest, people: Sequence[Member]) -> str:
    wanted = request.GET.get("who", "")
    if wanted == EVERYBODY:
        return EVERYBODY
    known = {one.pk for one in people}
    return str(found) if (found := as_uuid(wanted)) in known else str(request.member.pk)


def _days(shown: str, on: date, week_begins: int) -> list[date]:
    if shown == "day":
        return [on]
    if shown == "week":
        return [planner.week_of(on, week_begins) + timedelta(days=index) for index in range(7)]
    return planner.month_days(on, week_begins)


def _step(shown: str, on: date, direction: int) -> date:
    if shown != "month":
        return on + timedelta(days=direction * (7 if shown == "week" else 1))
    first = on.replace(day=1)
    return (first + timedelta(days=31)).replace(day=1) if direction > 0 else (first - timedelta(days=1)).replace(day=1)


def _title(request: MemberRequest, shown: str, on: date, days: Sequence[date]) -> str:
    era = preferences.era(request)
    if shown == "month":
        return format_month(on, reader_language(), era)
    if shown == "day":
        return format_date(on, "weekday", reader_language(), era)
    first, last = days[0], days[-1]
    begins = format_date(first, "short" if first.year != last.year else "day", reader_language(), era)
    if (first.year, first.month) == (last.year, last.month):
        begins = str(first.day)
    return f"{begins}–{format_date(last, 'short', reader_language(), era)}"


def _entry(request: MemberRequest, one: planner.Planned, shown: str, *, names_people: bool) -> dict[str, Any]:
    record = one.record
    who = ""
    if one.customer:
        # A month is full: there the name without the nickname is enough.
        who = name_and_nickname(vars(one.customer))[0] if shown == "month" else shown_name(one.customer)
    clock = f"{one.at:%H:%M}" if one.at else ""
    if isinstance(record, Task):
        person = record.assignee.name if names_people else ""
        may_move = record.is_open and request.member.may(TASK)
        return {
            "href": reverse("task-detail", args=[record.pk]), "kind": record.kind, "clock": clock, "title": record.title,
            "note": " · ".join(part for part in (who, person) if part), "is_done": one.is_done, "may_move": may_move,
        }  # fmt: skip
    writer = record.member.name if names_people and record.member else ""
    is_mine = record.member_id == request.member.pk and request.member.may(WRITE)
    return {
        "href": reverse("customer-detail", args=[record.customer_id]), "kind": record.kind, "clock": clock, "title": who,
        "note": " · ".join(part for part in (str(record.get_kind_display()), writer) if part), "is_done": False,
        "move_url": reverse("activity-day", args=[record.pk]) if is_mine else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(WRITE)
def activity_day(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Put one's own activity on another day, at the same time of day."""
    found = Activity.objects.visible_to(request.member).select_related("customer")
    activity = get_object_or_404(found, pk=activity_id)
    zone = request.member.workspace.zone
    local = activity.at.astimezone(zone)
    title = f"{activity.get_kind_display()} · {shown_name(activity.customer)}"
    problem = ""
    if request.method == "POST":
        try:
            day = reading.read_day(request.POST.get("due", ""), request.member.workspace.today()) or local.date()
        except ValueProblem as trouble:
            problem = str(trouble)
        else:
            at = reading.on_day(activity.at, day, zone)
            act = actions.move_activity(activity, at, acting_member=request.member)
            said = preferences.day_writer(request)(day)
            said = _("%(title)s: now %(day)s") % {"title": title, "day": f"{said} {format_time(at, reader_language())}"}
            return done(request, said, act, back=reverse("calendar"))
    return day_form(request, title, request.path, local.date(), problem=problem)


def day_form(
    request: MemberRequest, title: str, action: str, day: date | None, *, problem: str = "", choices: Any = ()
) -> HttpResponse:
    """The form that puts something on another day: in a popover, or a page of its own.

    :param choices: days to take with one click, as pairs of the value of `by` and words.
    """
    context = {
        "place": "calendar",
        "title": title,
        "action": action,
        "typed": request.POST.get("due", "") if problem else preferences.day_writer(request)(day) if day else "",
        "error": problem,
        "choices": choices,
    }
    template = "work/move.html#form" if request.htmx else "work/move.html"
    return render(request, template, context, status=422 if problem else 200)
