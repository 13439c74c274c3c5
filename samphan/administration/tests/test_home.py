"""The start, and the way from one company to another."""

import pytest
from django.test import Client

from samphan.administration import actions
from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def also_there(other_workspace: Workspace, owner: Member) -> Member:
    """The owner works in the other company too, as a salesperson."""
    return actions.create_member(other_workspace, email=owner.user.email, name="เมย์", roles=["sales"])


def test_leads_a_stranger_to_the_sign_in(client: Client, db: None) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")


def test_leads_a_member_to_a_page_they_may_see(signed_in: Client) -> None:
    answer = signed_in.get("/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain


def test_enters_another_company_of_the_person(
    signed_in: Client, also_there: Member, other_workspace: Workspace
) -> None:
    assert "โรงคั่วดอยหมอก" in signed_in.get("/settings/company/").content.decode()
    answer = signed_in.post(f"/workspaces/{other_workspace.pk}/entry/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "บ้านริมคลอง" in signed_in.get("/settings/").content.decode()
    # The role counts where the person is: a salesperson there does not see the company's settings.
    assert signed_in.get("/settings/company/").status_code == 403
    with in_workspace(other_workspace.id):
        assert AuditEntry.objects.get(action="administration.workspace_entered").member_id == also_there.pk


def test_does_not_enter_a_company_where_the_person_does_not_work(
    signed_in: Client, stranger: Member, other_workspace: Workspace
) -> None:
    assert signed_in.post(f"/workspaces/{other_workspace.pk}/entry/").status_code == 404
    assert "โรงคั่วดอยหมอก" in signed_in.get("/settings/").content.decode()


def test_does_not_enter_a_company_by_a_link(signed_in: Client, also_there: Member, other_workspace: Workspace) -> None:
    assert signed_in.get(f"/workspaces/{other_workspace.pk}/entry/").status_code == 405


def test_falls_back_when_the_chosen_company_has_closed_the_access(
    signed_in: Client, also_there: Member, stranger: Member, other_workspace: Workspace
) -> None:
    signed_in.post(f"/workspaces/{other_workspace.pk}/entry/")
    with in_workspace(other_workspace.id):
        actions.deactivate_member(also_there, acting_member=stranger)
    # A closed access ends every session of the person; they come in again where they still have one.
    assert signed_in.get("/settings/").status_code == 302
    signed_in.force_login(also_there.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "โรงคั่วดอยหมอก" in signed_in.get("/settings/").content.decode()
