"""Settings of the company: read topic by topic, and written with the rules of their pages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.forms import Form as Questions
from django.http import Http404, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Team
from samphan.administration.settings import choices, holidays, hours, profile, retention, store
from samphan.administration.settings.forms import CompanyForm, RegionForm
from samphan.platform.access import requires
from samphan.platform.api import problems
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import Error, Problem, invalid
from samphan.platform.api.schemas import Strict
from samphan.platform.clock import HoursProblem
from samphan.platform.pictures import PictureProblem

CHANGE = "administration.change_settings"
router = Router(tags=["Settings"])
problems.says(PictureProblem, 422)
problems.says(HoursProblem, 422)
problems.says(holidays.BadHoliday, 422)
problems.says(choices.BadChoice, 422)


class TopicOut(Schema):
    """One topic of the settings with its values."""

    topic: str
    values: dict[str, Any]


class CompanyIn(Strict):
    """The company as it is shown and printed; texts are read as people type them."""

    name: str | None = Field(None, max_length=200)
    name_en: str | None = Field(None, max_length=200)
    tax_id: str | None = Field(None, max_length=30)
    branch: str | None = Field(None, max_length=30)
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)
    website: str | None = Field(None, max_length=200)
    address: str | None = Field(None, max_length=900, description="As one text; what is left out is filled in.")
    address_en: str | None = Field(None, max_length=500)


class RegionIn(Strict):
    """How the company counts time and speaks."""

    time_zone: str | None = Field(None, max_length=60)
    era: Literal["be", "ce"] | None = None
    week_start: int | None = Field(None, ge=0, le=6, description="Monday is 0.")
    languages: list[str] | None = Field(None, min_length=1, max_length=10)


@router.get("/settings/company", response=TopicOut, operation_id="company_get", summary=_("Company profile"))
@requires(CHANGE)
def company(request: MemberRequest) -> HttpResponse:
    """Names, tax id, branch, address, telephone, website."""
    return _topic(request, "company")


@router.patch("/settings/company", response=TopicOut, operation_id="company_update", summary=_("Change the company"))
@requires(CHANGE)
def change_company(request: MemberRequest, body: Body[CompanyIn]) -> HttpResponse:
    """Write the values that the body names; null empties one."""
    known = store.read(request.member.workspace_id, "company")
    typed = {**known, "address": profile.address_text(known["address"]), **_given(body)}
    values = _checked(CompanyForm({name: value or "" for name, value in typed.items() if name != "logo"}))
    kept = {name: value for name, value in values.items() if name not in ("logo", "remove_logo")}
    act = profile.change(kept | {"logo": known["logo"]}, acting_member=request.member)
    return _topic(request, "company", act)


@router.post("/settings/company/logo", response=TopicOut, operation_id="logo_set", summary=_("Set the logo"))
@requires(CHANGE)
def set_logo(request: MemberRequest, file: File[UploadedFile]) -> HttpResponse:
    """A picture, sent as the part `file` of a form."""
    form = CompanyForm({"name": "-"}, MultiValueDict({"logo": [file]}))
    form.full_clean()
    if "logo" in form.errors:
        raise Problem(422, errors=[Error("file", str(one)) for one in form.errors["logo"]])
    known = store.read(request.member.workspace_id, "company")
    logo = profile.keep_logo(request.member.workspace_id, form.cleaned_data["logo"])
    return _topic(request, "company", profile.change(known | {"logo": logo}, acting_member=request.member))


@router.delete("/settings/company/logo", response={204: None}, operation_id="logo_delete", summary=_("Remove the logo"))
@requires(CHANGE)
def delete_logo(request: MemberRequest) -> HttpResponse:
    """Do without a logo."""
    known = store.read(request.member.workspace_id, "company")
    return nothing(change=profile.change(known | {"logo": ""}, acting_member=request.member))


@router.get("/settings/region", response=TopicOut, operation_id="region_get", summary=_("Zone, era and languages"))
@requires(CHANGE)
def region(request: MemberRequest) -> HttpResponse:
    """Time zone, years, first day of the week and languages."""
    return _topic(request, "region")


@router.patch(
    "/settings/region", response=TopicOut, operation_id="region_update", summary=_("Change zone, era or languages")
)
@requires(CHANGE)
def change_region(request: MemberRequest, body: Body[RegionIn]) -> HttpResponse:
    """Write the values that the body names."""
    known = store.read(request.member.workspace_id, "region")
    given = {name: value for name, value in _given(body).items() if value is not None}
    values = _checked(RegionForm({**known, **given}, zone=known["time_zone"]))
    return _topic(request, "region", store.write("region", values, acting_member=request.member))


@router.get(
    "/settings/sign-in-rules", response=TopicOut, operation_id="sign_in_rules_get", summary=_("Rules of signing in")
)
@requires(CHANGE)
def sign_in_rules(request: MemberRequest) -> HttpResponse:
    """Whether everybody needs a second step, and how long sessions last; somebody who signed in changes them."""
    return _topic(request, "sign-in-rules")


# Business hours


class HoursIn(Strict):
    """Hours of each weekday, Monday first, such as `09:00-12:00, 13:00-17:00`; an empty text is a day off."""

    days: list[str] | None = Field(None, min_length=7, max_length=7, description="null: a team keeps the company's.")
    team_id: UUID | None = Field(None, description="Of a team instead of the company.")


class HoursOut(Schema):
    """Hours of the company or a team, Monday first; `is_own` is false for a team that keeps the company's."""

    days: list[str]
    team_id: UUID | None
    is_own: bool


class AllHoursOut(Schema):
    """Hours of the company and of each team."""

    data: list[HoursOut]


@router.get("/settings/hours", response=AllHoursOut, operation_id="hours_get", summary=_("Business hours"))
@requires(CHANGE)
def get_hours(request: MemberRequest) -> HttpResponse:
    """The company's first, then each team's."""
    teams = Team.objects.filter(workspace_id=request.member.workspace_id).order_by("name").values_list("pk", flat=True)
    return answer(request, {"data": [_hours(request, one) for one in (None, *teams)]})


@router.put("/settings/hours", response=HoursOut, operation_id="hours_update", summary=_("Change business hours"))
@requires(CHANGE)
def change_hours(request: MemberRequest, body: Body[HoursIn]) -> HttpResponse:
    """Set the week of the company or of a team."""
    team_id, member = body.team_id, request.member
    if team_id and not Team.objects.filter(workspace_id=member.workspace_id, pk=team_id).exists():
        raise invalid("team_id", gettext("There is no team of this id."))
    if body.days is not None:
        typed = dict(zip(hours.DAYS, body.days, strict=True))
        act = hours.change_hours(typed, team_id=team_id, acting_member=member)
    elif team_id is None:
        raise invalid("days", gettext("This is needed."))
    else:
        act = hours.as_the_company(team_id, acting_member=member)
    return answer(request, _hours(request, team_id), change=act)


def _hours(request: MemberRequest, team_id: UUID | None) -> dict[str, Any]:
    found, is_own = hours.hours_of(request.member.workspace_id, team_id)
    return {"days": [found[day] for day in hours.DAYS], "team_id": team_id, "is_own": is_own}


# Holidays


class HolidaySetIn(Strict):
    """Which public holidays count."""

    set: str = Field(..., max_length=20, examples=["public"])


class HolidayIn(Strict):
    """An own day off, or several in a row."""

    on: date
    until: date | None = None
    name: str = Field(..., min_length=1, max_length=100)
    name_en: str = Field("", max_length=100)
    yearly: bool = False


class WorkIn(Strict):
    """Whether the company works on a public holiday."""

    on: date
    works: bool


class HolidayOut(HolidayIn):
    """An own day off with its key."""

    key: str


class HolidaysOut(Schema):
    """Which public holidays count, own ones, and those on which the company works."""

    set: str
    sets: list[str]
    own: list[HolidayOut]
    worked: list[str]


@router.get("/settings/holidays", response=HolidaysOut, operation_id="holidays_get", summary=_("Holidays"))
@requires(CHANGE)
def get_holidays(request: MemberRequest) -> HttpResponse:
    """Which set of public holidays counts, own days off, and public holidays on which the company works."""
    return _holidays(request)


@router.post("/settings/holidays", response={201: HolidaysOut}, operation_id="holidays_add", summary=_("Add a holiday"))
@requires(CHANGE)
def add_holiday(request: MemberRequest, body: Body[HolidayIn]) -> HttpResponse:
    """A day off of the company, once or every year."""
    return _holidays(request, holidays.add_holiday(**body.model_dump(), acting_member=request.member), status=201)


@router.put("/settings/holidays/set", response=HolidaysOut, operation_id="holidays_use", summary=_("Choose holidays"))
@requires(CHANGE)
def use_holidays(request: MemberRequest, body: Body[HolidaySetIn]) -> HttpResponse:
    """Choose which public holidays count."""
    return _holidays(request, holidays.use_set(body.set, acting_member=request.member))


@router.put(
    "/settings/holidays/work", response=HolidaysOut, operation_id="holidays_work", summary=_("Work on a holiday")
)
@requires(CHANGE)
def work_on_holiday(request: MemberRequest, body: Body[WorkIn]) -> HttpResponse:
    """Say that the company works on a public holiday, or that it does not."""
    return _holidays(request, holidays.work_on(body.on, works=body.works, acting_member=request.member))


@router.delete(
    "/settings/holidays/{key}", response={204: None}, operation_id="holidays_delete", summary=_("Remove a holiday")
)
@requires(CHANGE)
def remove_holiday(request: MemberRequest, key: str) -> HttpResponse:
    """Take an own day off away."""
    if key not in holidays.holidays_of(request.member.workspace_id).own:
        raise Http404
    return nothing(change=holidays.remove_holiday(key, acting_member=request.member))


def _holidays(request: MemberRequest, act: UUID | None = None, *, status: int = 200) -> HttpResponse:
    values = store.read(request.member.workspace_id, "holidays")
    own = [
        {"key": key.removeprefix(holidays.OWN), **one} for key, one in values.items() if key.startswith(holidays.OWN)
    ]
    worked = sorted(key.removeprefix(holidays.WORKED) for key in values if key.startswith(holidays.WORKED))
    found = {"set": values["set"], "sets": list(holidays.SETS), "own": own, "worked": worked}
    return answer(request, found, change=act, status=status)


# Retention


class RetentionIn(Strict):
    """Days by rule."""

    days: dict[str, int] = Field(..., max_length=50)


@router.get("/settings/retention", response=TopicOut, operation_id="retention_get", summary=_("How long data is kept"))
@requires(CHANGE)
def get_retention(request: MemberRequest) -> HttpResponse:
    """Days of each rule."""
    return _retention(request)


@router.patch(
    "/settings/retention", response=TopicOut, operation_id="retention_update", summary=_("Change how long data is kept")
)
@requires(CHANGE)
def change_retention(request: MemberRequest, body: Body[RetentionIn]) -> HttpResponse:
    """Set the days of rules; what is past them goes in the next night."""
    rules = {rule.name: rule for rule in retention.rules()}
    errors = []
    for name, count in body.days.items():
        try:
            if name not in rules:
                raise retention.BadDays(gettext("There is no such field here."))
            retention.check_days(rules[name], count)
        except retention.BadDays as problem:
            errors.append(Error(f"days.{name[:60]}", str(problem)))
    if errors:
        raise Problem(422, errors=errors)
    days = retention.days_of(request.member.workspace_id) | body.days
    return _retention(request, retention.change_days(days, acting_member=request.member))


def _retention(request: MemberRequest, act: UUID | None = None) -> HttpResponse:
    values = retention.days_of(request.member.workspace_id)
    return answer(request, {"topic": "retention", "values": values}, change=act)


# Choices of fields: stages, grades, kinds of tasks


class ChoiceEntry(Schema):
    """One choice: its names, colour and place; one that was merged says into which."""

    key: str
    th: str
    en: str
    tone: str
    order: int
    is_hidden: bool
    into: str | None
    is_own: bool


class ChoiceSetOut(Schema):
    """What may be chosen in one field."""

    name: str
    label: str
    entries: list[ChoiceEntry]


class ChoiceSetsOut(Schema):
    """Every set."""

    data: list[ChoiceSetOut]


class ChoiceIn(Strict):
    """An own choice."""

    th: str = Field(..., min_length=1, max_length=60)
    en: str = Field("", max_length=60)
    tone: str = Field("slate", max_length=20)


class ChoiceChange(Strict):
    """What to write of a choice; its place is its place in the list."""

    key: str = Field(..., max_length=40)
    th: str | None = Field(None, max_length=60)
    en: str | None = Field(None, max_length=60)
    tone: str | None = Field(None, max_length=20)
    is_hidden: bool | None = None


class ChoiceChanges(Strict):
    """Choices in the order that they shall have; those not named stay behind them."""

    entries: list[ChoiceChange] = Field(..., min_length=1, max_length=200)


class MergeIn(Strict):
    """Which choice goes into which."""

    key: str = Field(..., max_length=40)
    into: str = Field(..., max_length=40)


@router.get("/choices", response=ChoiceSetsOut, operation_id="choices_list", summary=_("Choices of fields"))
@requires(CHANGE)
def list_choices(request: MemberRequest) -> HttpResponse:
    """Stages, grades, kinds of tasks and outcomes, as the company named them."""
    return answer(request, {"data": [_set(one) for one in choices.sets()]})


@router.patch("/choices/{name}", response=ChoiceSetOut, operation_id="choices_update", summary=_("Change choices"))
@requires(CHANGE)
def change_choices(request: MemberRequest, name: str, body: Body[ChoiceChanges]) -> HttpResponse:
    """Rename, colour, hide and order what may be chosen."""
    known = {one.key: one for one in choices.entries(_find(name).name) if not one.into}
    unknown = [place for place, one in enumerate(body.entries) if one.key not in known]
    if unknown:
        said = gettext("This choice does not exist.")
        raise Problem(422, errors=[Error(f"entries[{place}].key", said) for place in unknown])
    changed = [
        replace(
            known.pop(one.key),
            **{field: value for field, value in one.model_dump(exclude={"key"}).items() if value is not None},
        )
        for one in {one.key: one for one in body.entries}.values()
    ]
    placed = [replace(one, order=order) for order, one in enumerate([*changed, *known.values()], 1)]
    act = choices.change(name, placed, acting_member=request.member)
    return answer(request, _set(_find(name)), change=act)


@router.post("/choices/{name}", response={201: ChoiceSetOut}, operation_id="choices_add", summary=_("Add a choice"))
@requires(CHANGE)
def add_choice(request: MemberRequest, name: str, body: Body[ChoiceIn]) -> HttpResponse:
    """Add an own choice at the end."""
    act = choices.add(_find(name).name, **body.model_dump(), acting_member=request.member)
    return answer(request, _set(_find(name)), change=act, status=201)


@router.post(
    "/choices/{name}/merge", response=ChoiceSetOut, operation_id="choices_merge", summary=_("Merge two choices")
)
@requires(CHANGE)
def merge_choices(request: MemberRequest, name: str, body: Body[MergeIn]) -> HttpResponse:
    """Put every record with one choice under another, with saved views and later imports."""
    act = choices.merge(_find(name).name, body.key, body.into, acting_member=request.member)
    return answer(request, _set(_find(name)), change=act)


def _find(name: str) -> choices.ChoiceSet:
    found = choices.choice_set(name)
    if found is None:
        raise Http404
    return found


def _set(of: choices.ChoiceSet) -> dict[str, Any]:
    names = ("key", "th", "en", "tone", "order", "is_hidden", "is_own")
    entries = [
        {name: getattr(one, name) for name in names} | {"into": one.into or None} for one in choices.entries(of.name)
    ]
    return {"name": of.name, "label": str(of.label), "entries": entries}


def _given(body: Strict) -> Mapping[str, Any]:
    return body.model_dump(exclude_unset=True)


def _checked(form: Questions) -> dict[str, Any]:
    if form.is_valid():
        return form.cleaned_data
    raise Problem(422, errors=[Error(name, str(one)) for name, said in form.errors.items() for one in said])


def _topic(request: MemberRequest, name: str, act: UUID | None = None) -> HttpResponse:
    values = store.read(request.member.workspace_id, name)
    return answer(request, {"topic": name, "values": dict(values)}, change=act)
