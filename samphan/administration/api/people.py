"""Members and teams."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration import actions, queries
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member, Team
from samphan.platform.access import requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import Strict
from samphan.platform.changes.recording import changeset

router = Router(tags=["People"])
VIEW, CHANGE = "administration.view_people", "administration.change_people"


class MemberOut(Schema):
    """Somebody who works here."""

    id: UUID
    name: str
    email: str
    roles: list[str]
    teams: list[UUID]
    is_active: bool


class MembersOut(Schema):
    """Everybody who works here, by name."""

    data: list[MemberOut]


class TeamOut(Schema):
    """People who look after customers together."""

    id: UUID
    name: str
    members: list[UUID]


class TeamsOut(Schema):
    """Every team, by name."""

    data: list[TeamOut]


class TeamIn(Strict):
    """A team with its people."""

    name: str = Field(..., min_length=1, max_length=100)
    members: list[UUID] = Field([], max_length=1000)


@router.get("/members", response=MembersOut, operation_id="members_list", summary=_("People with access"))
@requires(VIEW)
def members(request: MemberRequest) -> HttpResponse:
    """Everybody with access, with roles and teams; owners of records are named by these ids."""
    found = queries.people(request.member)
    return answer(request, {"data": [member_out(one) for one in found]})


@router.get("/members/{uuid:member_id}", response=MemberOut, operation_id="members_get", summary=_("One person"))
@requires(VIEW)
def member(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """One person, also one whose access is closed."""
    people = [*queries.people(request.member), *queries.people(request.member, closed=True)]
    found = next((one for one in people if one.pk == member_id), None)
    if found is None:
        raise Http404
    return answer(request, member_out(found))


@router.get("/teams", response=TeamsOut, operation_id="teams_list", summary=_("List teams"))
@requires(VIEW)
def teams(request: MemberRequest) -> HttpResponse:
    """The teams with their active people."""
    return answer(request, {"data": [_team(one.team, one.members) for one in queries.teams(request.member)]})


@router.post("/teams", response={201: TeamOut}, operation_id="teams_create", summary=_("Add a team"))
@requires(CHANGE)
def create_team(request: MemberRequest, body: Body[TeamIn]) -> HttpResponse:
    """Add a team with its people."""
    chosen = _people(request, body.members)
    with changeset("administration.team_added", member_id=request.member.pk, note={"team": body.name}) as act:
        made = actions.create_team(
            request.member.workspace, name=_name(body), members=chosen, acting_member_id=request.member.pk
        )
    return answer(request, _team(made, chosen), status=201, change=act, location=f"{BASE}teams/{made.pk}")


@router.put("/teams/{uuid:team_id}", response=TeamOut, operation_id="teams_update", summary=_("Change a team"))
@requires(CHANGE)
def change_team(request: MemberRequest, team_id: UUID, body: Body[TeamIn]) -> HttpResponse:
    """Give a team another name and other people."""
    found = Team.objects.filter(workspace_id=request.member.workspace_id, pk=team_id).first()
    if found is None:
        raise Http404
    chosen = _people(request, body.members)
    with changeset("administration.team_changed", member_id=request.member.pk, note={"team": found.name}) as act:
        actions.change_team(found, name=_name(body), members=chosen, acting_member=request.member)
    return answer(request, _team(found, chosen), change=act)


def _name(body: TeamIn) -> str:
    from django.utils.translation import gettext

    name = " ".join(body.name.split())
    if not name:
        raise invalid("name", gettext("This is needed."))
    return name


def _people(request: MemberRequest, ids: list[UUID]) -> list[Member]:
    from django.utils.translation import gettext

    known = {one.pk: one for one in queries.members(request.member)}
    for index, one in enumerate(ids):
        if one not in known:
            raise invalid(f"members[{index}]", gettext("Nobody of this id works here."))
    return [known[one] for one in dict.fromkeys(ids)]


def member_out(one: Member) -> dict[str, Any]:
    """A person as the API shows them."""
    return {
        "id": one.pk,
        "name": one.name,
        "email": one.user.email,
        "roles": one.roles,
        "teams": [team.pk for team in one.teams.all()],
        "is_active": one.is_active,
    }


def _team(team: Team, people: list[Member]) -> dict[str, Any]:
    return {"id": team.pk, "name": team.name, "members": [one.pk for one in people]}
