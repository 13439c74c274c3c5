"""People of the company: adding, roles, teams, closing."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from conftest import PASSWORD
from samphan.administration import actions
from samphan.administration.composition import BadAccount
from samphan.administration.models import AuditEntry, Member, Team, Workspace
from samphan.platform.changes.models import Changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
NEW = {"name": "ก้อง", "email": "kong@doimok.example", "roles": ["sales", "field"]}


@pytest.fixture
def admin(workspace: Workspace) -> Member:
    """An administrator who is no owner."""
    return actions.create_member(workspace, email="aom@doimok.example", name="ออม", roles=["admin"], password=PASSWORD)


@pytest.fixture
def team(inside: Workspace) -> Team:
    return actions.create_team(inside, name="กรุงเทพฯ", members=[], acting_member_id=None)


def found(member: Member) -> Member:
    with in_workspace(member.workspace_id):
        return Member.objects.get(pk=member.pk)


def test_lists_people_with_roles_and_teams(signed_in: Client, salesperson: Member, team: Team, owner: Member) -> None:
    actions.change_member(salesperson, name="บอย", roles=["sales", "field"], teams=[team], acting_member=owner)
    page = signed_in.get("/settings/people/").content.decode()
    for words in ("บอย", "boy@doimok.example", "ฝ่ายขาย, พนักงานภาคสนาม", "กรุงเทพฯ", "เจ้าของกิจการ"):
        assert words in page


def test_lists_nobody_of_another_company(signed_in: Client, stranger: Member) -> None:
    assert "ton@baanrim.example" not in signed_in.get("/settings/people/").content.decode()


def test_lists_any_number_of_people_with_the_same_few_queries(
    signed_in: Client, workspace: Workspace, django_assert_max_num_queries
) -> None:
    for number in range(30):
        actions.create_member(workspace, email=f"n{number}@doimok.example", name=f"คนที่ {number}", roles=["sales"])
    with django_assert_max_num_queries(17):
        signed_in.get("/settings/people/")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "ไม่ใช่อีเมล"}, "อีเมล"),
        ({"email": "may@doimok.example"}, "อยู่แล้ว"),
        ({"roles": []}, "กรุณากรอกช่องนี้"),
        ({"roles": ["emperor"]}, "emperor"),
        ({"name": ""}, "กรุณากรอกช่องนี้"),
    ],
)
def test_says_at_the_form_why_a_person_cannot_be_added(
    signed_in: Client, workspace: Workspace, change: dict[str, object], sentence: str
) -> None:
    answer = signed_in.post("/settings/people/new/", {**NEW, **change})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with in_workspace(workspace.id):
        assert Member.objects.count() == 1


def test_changes_roles_from_the_next_request_on(signed_in: Client, salesperson: Member, client_of: Browser) -> None:
    browser = client_of(salesperson)
    assert browser.get("/settings/people/").status_code == 403
    signed_in.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": ["admin"]})
    assert browser.get("/settings/people/").status_code == 200
    signed_in.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": ["read_only"]})
    assert browser.get("/settings/people/").status_code == 403


def test_keeps_the_history_of_roles(
    signed_in: Client, salesperson: Member, owner: Member, workspace: Workspace
) -> None:
    signed_in.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": ["manager"]})
    with in_workspace(workspace.id):
        change = Changeset.objects.get(kind="administration.roles_changed")
        assert (change.member_id, change.note) == (owner.pk, {"member": str(salesperson.pk)})


def test_closes_and_opens_access(signed_in: Client, salesperson: Member, client_of: Browser) -> None:
    browser = client_of(salesperson)
    assert browser.get("/settings/").status_code == 200
    assert signed_in.post(f"/settings/people/{salesperson.pk}/closure/").status_code == 302
    assert browser.get("/settings/").headers["Location"].startswith("/sign-in/")
    assert "บอย" in signed_in.get("/settings/people/?closed=1").content.decode()
    signed_in.post(f"/settings/people/{salesperson.pk}/opening/")
    browser = client_of(salesperson)
    assert browser.get("/settings/").status_code == 200
    assert found(salesperson).roles == ["sales"]


def test_sends_a_dialog_to_what_the_person_looked_after(signed_in: Client, salesperson: Member) -> None:
    answer = signed_in.post(f"/settings/people/{salesperson.pk}/closure/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/settings/people/{salesperson.pk}/"


def test_does_not_close_the_own_access(signed_in: Client, owner: Member) -> None:
    answer = signed_in.post(f"/settings/people/{owner.pk}/closure/")
    assert answer.status_code == 409
    assert found(owner).is_active


def test_keeps_the_last_company_owner(signed_in: Client, owner: Member) -> None:
    answer = signed_in.post(f"/settings/people/{owner.pk}/", {"name": "เมย์", "roles": ["sales"]})
    assert answer.status_code == 422
    assert "อย่างน้อยหนึ่งคน" in answer.content.decode()
    assert found(owner).roles == ["owner"]


def test_lets_an_administrator_make_and_touch_no_owner(
    admin: Member, owner: Member, salesperson: Member, client_of: Browser
) -> None:
    browser = client_of(admin)
    assert browser.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": ["manager"]}).status_code == 302
    assert browser.post(f"/settings/people/{admin.pk}/", {"name": "ออม", "roles": ["owner"]}).status_code == 422
    assert browser.post("/settings/people/new/", {**NEW, "roles": ["owner"]}).status_code == 422
    assert browser.post(f"/settings/people/{owner.pk}/", {"name": "เมย์", "roles": ["sales"]}).status_code == 422
    assert browser.post(f"/settings/people/{owner.pk}/closure/").status_code == 409
    assert browser.post(f"/settings/people/{owner.pk}/password-link/", {"by": "hand"}).status_code == 409
    assert (found(admin).roles, found(owner).roles, found(owner).is_active) == (["admin"], ["owner"], True)


def test_shows_a_password_link_once_and_writes_it_down(
    signed_in: Client, salesperson: Member, workspace: Workspace, owner: Member
) -> None:
    page = signed_in.post(f"/settings/people/{salesperson.pk}/password-link/", {"by": "hand"}).content.decode()
    assert "http://testserver/password/new/" in page
    with in_workspace(workspace.id):
        entry = AuditEntry.objects.get(action="administration.password_link_made")
    assert (entry.member_id, entry.detail) == (owner.pk, {"member": str(salesperson.pk)})


def test_sends_a_password_link_by_e_mail(signed_in: Client, salesperson: Member) -> None:
    answer = signed_in.post(f"/settings/people/{salesperson.pk}/password-link/", {"by": "email"})
    assert answer.status_code == 302
    assert mail.outbox[0].to == ["boy@doimok.example"]


def test_shows_no_link_of_a_person_who_also_works_elsewhere(
    signed_in: Client, stranger: Member, workspace: Workspace
) -> None:
    guest = actions.create_member(workspace, email=stranger.user.email, name="ต้น", roles=["sales"])
    answer = signed_in.post(f"/settings/people/{guest.pk}/password-link/", {"by": "hand"})
    assert answer.status_code == 409
    assert "/password/new/" not in answer.content.decode()


@pytest.mark.parametrize("noun", ["", "closure/", "opening/", "password-link/"])
def test_finds_nobody_of_another_company(signed_in: Client, stranger: Member, salesperson: Member, noun: str) -> None:
    assert (
        signed_in.post(f"/settings/people/{stranger.pk}/{noun}", {"name": "x", "roles": ["sales"]}).status_code == 404
    )
    assert found(stranger).roles == ["owner"]


def test_refuses_every_act_to_those_without_the_right(
    client_of: Browser, salesperson: Member, onlooker: Member, owner: Member
) -> None:
    for member in (salesperson, onlooker):
        browser = client_of(member)
        for path in (
            "new/",
            f"{owner.pk}/",
            f"{owner.pk}/closure/",
            f"{owner.pk}/opening/",
            f"{owner.pk}/password-link/",
        ):
            assert browser.post(f"/settings/people/{path}", NEW).status_code == 403
    assert Client().post(f"/settings/people/{owner.pk}/closure/").status_code == 302
    assert found(owner).is_active


def test_refuses_a_member_without_a_role(owner: Member, salesperson: Member, inside: Workspace) -> None:
    with pytest.raises(BadAccount):
        actions.change_roles(salesperson, roles=[], acting_member=owner)
    actions.change_roles(salesperson, roles=["service"], acting_member=owner)
    assert salesperson.roles == ["service"]
