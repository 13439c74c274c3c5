"""Settings of numbering."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Team
from samphan.administration.settings import numbering
from samphan.administration.settings.numbering_forms import SeriesForm, read_codes
from samphan.administration.views.settings import CHANGE, page, say_saved
from samphan.platform.access import requires


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def numbering_settings(request: MemberRequest) -> HttpResponse:
    """How numbers look, by series, with the number that comes next."""
    workspace_id = request.member.workspace_id
    teams = list(Team.objects.filter(workspace_id=workspace_id).order_by("name"))
    if request.method == "GET":
        return _page(request, _forms(request, typed=False), teams, numbering.codes_of(workspace_id), {})
    forms = _forms(request, typed=True)
    codes, errors = read_codes({team.pk: request.POST.get(f"code-{team.pk}", "") for team in teams})
    if any(form.errors for form in forms) or errors:
        return _page(request, forms, teams, codes, errors, status=422)
    values: dict[str, Any] = {
        f"{form.series.name}:{part}": value for form in forms for part, value in form.values().items()
    }
    known = numbering.codes_of(workspace_id)
    values |= {f"code:{team}": code for team, code in codes.items() if code or team in known}
    say_saved(request, numbering.change(values, acting_member=request.member))
    return redirect("numbering")


@requires(CHANGE)
@require_POST
def numbering_preview(request: MemberRequest) -> HttpResponse:
    """The next numbers with what is typed, and nothing saved."""
    return render(
        request, "administration/settings/numbering.html#next", {"rows": _rows(request, _forms(request, typed=True))}
    )


def _forms(request: MemberRequest, *, typed: bool) -> list[SeriesForm]:
    found = []
    for one in numbering.series():
        known = numbering.shape_of(request.member.workspace_id, one.name)
        found.append(SeriesForm(request.POST if typed else None, series=one, known=known))
    return found


def _rows(request: MemberRequest, forms: list[SeriesForm]) -> list[dict[str, Any]]:
    member, today = request.member, request.member.workspace.today()
    rows = []
    for form in forms:
        shape = None
        if not form.is_bound:
            shape = numbering.shape_of(member.workspace_id, form.series.name)
        elif form.is_valid():
            shape = form.shape()
        code = next(iter(numbering.codes_of(member.workspace_id).values()), "") if shape and shape.by_team else ""
        following = numbering.preview(form.series, shape, member, on=today, code=code) if shape else ""
        rows.append({"series": form.series, "form": form, "next": following, "is_on": bool(shape and shape.is_on)})
    return rows


def _page(
    request: MemberRequest,
    forms: list[SeriesForm],
    teams: list[Team],
    codes: dict[UUID, str],
    errors: dict[UUID, str],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "rows": _rows(request, forms),
        "teams": [(f"code-{team.pk}", team.name, codes.get(team.pk, ""), errors.get(team.pk, "")) for team in teams],
    }
    return page(request, "numbering", context, status=status)
