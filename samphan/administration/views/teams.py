"""Teams: people who look after customers together."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration import actions, queries
from samphan.administration.composition import BadAccount
from samphan.administration.forms import TeamForm
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Team, TeamMembership
from samphan.platform.access import requires


@requires("administration.view_people")
@require_GET
def teams(request: MemberRequest) -> HttpResponse:
    """The teams and who is in them."""
    return render(
        request,
        "administration/teams/list.html",
        {
            "settings_place": "teams",
            "teams": queries.teams(request.member),
            "may_change": request.member.may("administration.change_people"),
        },
    )


@requires("administration.change_people")
@require_http_methods(["GET", "POST"])
def new_team(request: MemberRequest) -> HttpResponse:
    """Add a team with its people."""
    if request.method == "GET":
        return render(request, "administration/teams/edit.html", {"form": TeamForm(viewer=request.member)})
    form = TeamForm(request.POST, viewer=request.member)
    if form.is_valid():
        try:
            actions.create_team(
                request.member.workspace,
                name=form.cleaned_data["name"],
                members=list(form.cleaned_data["members"]),
                acting_member_id=request.member.id,
            )
        except BadAccount as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("Saved"))
            return redirect("teams")
    return render(request, "administration/teams/edit.html", {"form": form}, status=422)


@requires("administration.change_people")
@require_http_methods(["GET", "POST"])
def team(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """One team: its name and its people."""
    found = get_object_or_404(Team.objects.filter(workspace_id=request.member.workspace_id), pk=team_id)
    if request.method == "GET":
        inside = TeamMembership.objects.filter(team=found).values_list("member_id", flat=True)
        form = TeamForm(viewer=request.member, initial={"name": found.name, "members": inside})
        return render(request, "administration/teams/edit.html", {"form": form, "team": found})
    form = TeamForm(request.POST, viewer=request.member)
    if form.is_valid():
        try:
            actions.change_team(
                found,
                name=form.cleaned_data["name"],
                members=list(form.cleaned_data["members"]),
                acting_member=request.member,
            )
        except BadAccount as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("Saved"))
            return redirect("teams")
    return render(request, "administration/teams/edit.html", {"form": form, "team": found}, status=422)
