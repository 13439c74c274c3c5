"""Teams."""

from collections.abc import Callable

import pytest
from django.test import Client

from samphan.administration import actions, queries
from samphan.administration.models import Member, Team, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def teams_of(member: Member) -> dict[str, list[str]]:
    with in_workspace(member.workspace_id):
        return {entry.team.name: [each.name for each in entry.members] for entry in queries.teams(member)}


def test_adds_and_changes_a_team(signed_in: Client, owner: Member, salesperson: Member) -> None:
    assert signed_in.post("/settings/teams/new/", {"name": "กรุงเทพฯ", "members": [str(owner.pk)]}).status_code == 302
    assert teams_of(owner) == {"กรุงเทพฯ": ["เมย์"]}
    with in_workspace(owner.workspace_id):
        team = Team.objects.get()
    form = signed_in.get(f"/settings/teams/{team.pk}/").content.decode()
    assert "กรุงเทพฯ" in form and form.count(" checked>") == 1
    signed_in.post(f"/settings/teams/{team.pk}/", {"name": "ภาคเหนือ", "members": [str(salesperson.pk)]})
    assert teams_of(owner) == {"ภาคเหนือ": ["บอย"]}
    assert "ภาคเหนือ" in signed_in.get("/settings/teams/").content.decode()


def test_says_at_the_name_that_a_team_is_there_already(signed_in: Client, owner: Member, inside: Workspace) -> None:
    actions.create_team(inside, name="กรุงเทพฯ", members=[], acting_member_id=owner.pk)
    other = actions.create_team(inside, name="ภาคใต้", members=[], acting_member_id=owner.pk)
    for path in ("new/", f"{other.pk}/"):
        answer = signed_in.post(f"/settings/teams/{path}", {"name": "กรุงเทพฯ"})
        assert answer.status_code == 422
        assert "มีทีม “กรุงเทพฯ” อยู่แล้ว" in answer.content.decode()


def test_takes_nobody_of_another_company_into_a_team(signed_in: Client, owner: Member, stranger: Member) -> None:
    answer = signed_in.post("/settings/teams/new/", {"name": "กรุงเทพฯ", "members": [str(stranger.pk)]})
    assert answer.status_code == 422
    assert teams_of(owner) == {}


def test_finds_no_team_of_another_company(signed_in: Client, stranger: Member, other_workspace: Workspace) -> None:
    with in_workspace(other_workspace.id):
        team = actions.create_team(other_workspace, name="ริมคลอง", members=[], acting_member_id=None)
    assert signed_in.get(f"/settings/teams/{team.pk}/").status_code == 404
    assert "ริมคลอง" not in signed_in.get("/settings/teams/").content.decode()


def test_refuses_teams_to_those_without_the_right(
    client_of: Callable[[Member], Client], salesperson: Member, onlooker: Member, owner: Member
) -> None:
    for member in (salesperson, onlooker):
        assert client_of(member).post("/settings/teams/new/", {"name": "กรุงเทพฯ"}).status_code == 403
    assert teams_of(owner) == {}
