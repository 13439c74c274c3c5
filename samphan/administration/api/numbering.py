"""How numbers of orders, customers and documents look."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Team
from samphan.administration.settings import numbering
from samphan.administration.settings.numbering_forms import SeriesForm, read_codes
from samphan.platform.access import requires
from samphan.platform.api.answers import answer
from samphan.platform.api.problems import Error, Problem
from samphan.platform.api.schemas import Strict

router = Router(tags=["Settings"])
CHANGE = "administration.change_settings"
PARTS = ("is_on", "prefix", "year", "has_month", "separator", "digits", "reset", "by_team")


class SeriesChanges(Strict):
    """What to write of one series; what is not named stays."""

    is_on: bool | None = None
    prefix: str | None = Field(None, max_length=20)
    year: str | None = Field(None, max_length=10)
    has_month: bool | None = None
    separator: str | None = Field(None, max_length=3)
    digits: int | None = Field(None, ge=1, le=20)
    reset: Literal["never", "yearly", "monthly"] | None = None
    by_team: bool | None = None


class NumberingIn(Strict):
    """Shapes by series, and the codes of teams."""

    series: dict[str, SeriesChanges] = Field({}, max_length=20, examples=[{"orders": {"is_on": True, "prefix": "SO"}}])
    codes: dict[UUID, str] = Field({}, max_length=500)


class SeriesOut(Schema):
    """How the numbers of one series look, and the one that comes next."""

    name: str
    is_on: bool
    prefix: str
    year: str
    has_month: bool
    separator: str
    digits: int
    reset: str
    by_team: bool
    next: str


class NumberingOut(Schema):
    """Every series, and the codes of teams that have one."""

    series: list[SeriesOut]
    codes: dict[str, str]


@router.get("/settings/numbering", response=NumberingOut, operation_id="numbering_get", summary=_("Numbering"))
@requires(CHANGE)
def get_numbering(request: MemberRequest) -> HttpResponse:
    """How numbers look, series by series."""
    return _numbering(request)


@router.patch(
    "/settings/numbering", response=NumberingOut, operation_id="numbering_update", summary=_("Change how numbers look")
)
@requires(CHANGE)
def change_numbering(request: MemberRequest, body: Body[NumberingIn]) -> HttpResponse:
    """Write shapes and codes; what is numbered already keeps its number."""
    workspace_id = request.member.workspace_id
    known = {one.name: one for one in numbering.series()}
    errors: list[Error] = []
    values: dict[str, Any] = {}
    for name, given in body.series.items():
        if name not in known:
            errors.append(Error(f"series.{name[:60]}", gettext("There is no such field here.")))
            continue
        shape = numbering.shape_of(workspace_id, name)
        wanted = {part: getattr(shape, part) for part in PARTS} | given.model_dump(exclude_none=True)
        typed = {f"{name}-{'beginning' if part == 'prefix' else part}": value for part, value in wanted.items()}
        form = SeriesForm(typed, series=known[name], known=shape)
        for part, said in form.errors.items():
            where = "prefix" if part == "beginning" else part
            errors += [Error(f"series.{name}.{where}", str(one)) for one in said]
        if form.is_valid():
            values |= {f"{name}:{part}": value for part, value in form.values().items()}
    teams = set(Team.objects.filter(workspace_id=workspace_id, pk__in=body.codes).values_list("pk", flat=True))
    errors += [Error(f"codes.{one}", gettext("There is no team of this id.")) for one in body.codes if one not in teams]
    kept = numbering.codes_of(workspace_id)
    codes, refused = read_codes({**kept, **body.codes})
    errors += [Error(f"codes.{one}", said) for one, said in refused.items()]
    if errors:
        raise Problem(422, errors=errors)
    values |= {f"code:{team}": codes[team] for team in body.codes if codes[team] or team in kept}
    return _numbering(request, numbering.change(values, acting_member=request.member))


def _numbering(request: MemberRequest, act: UUID | None = None) -> HttpResponse:
    member, today = request.member, request.member.workspace.today()
    codes = numbering.codes_of(member.workspace_id)
    found = []
    for one in numbering.series():
        shape = numbering.shape_of(member.workspace_id, one.name)
        code = next(iter(codes.values()), "") if shape.by_team else ""
        following = numbering.preview(one, shape, member, on=today, code=code)
        found.append({"name": one.name, **{part: getattr(shape, part) for part in PARTS}, "next": following})
    shown = {"series": found, "codes": {str(team): code for team, code in codes.items()}}
    return answer(request, shown, change=act)
