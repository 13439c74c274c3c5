"""Invitations: sent, sent again, withdrawn, accepted once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from conftest import PASSWORD
from samphan.administration import actions
from samphan.administration.models import AuditEntry, Member, Team, User, Workspace
from samphan.administration.security import invitations
from samphan.administration.security.models import Invitation
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
KONG = {"name": "ก้อง", "email": "kong@doimok.example", "roles": ["sales", "field"]}
NEW = "หมอกลงที่ดอย-2570"


@pytest.fixture
def by_hand(settings: Any) -> None:
    """No e-mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def link_in(text: str) -> str:
    found = re.search(r"/invitation/[\w-]+/", text)
    assert found
    return found.group(0)


def invite(signed_in: Client, **more: Any) -> str:
    """Invite Kong, and read the link out of the e-mail."""
    answer = signed_in.post("/settings/people/new/", {**KONG, **more})
    assert answer.headers["Location"] == "/settings/people/", answer.content.decode()
    return link_in(mail.outbox[-1].body)


def accept(client: Client, link: str, password: str = NEW) -> Any:
    return client.post(link, {"name": "ก้องเกียรติ", "password1": password, "password2": password})


def acts(workspace: Workspace) -> list[str]:
    with in_workspace(workspace.id):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_invites_by_e_mail_and_lets_the_person_in(signed_in: Client, workspace: Workspace, inside: Workspace) -> None:
    team = actions.create_team(inside, name="กรุงเทพฯ", members=[], acting_member_id=None)
    link = invite(signed_in, teams=[str(team.pk)])
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["kong@doimok.example"], "เมย์ เชิญคุณเข้าใช้ระบบของ โรงคั่วดอยหมอก")
    assert link in str(letter.alternatives[0][0])
    shown = signed_in.get("/settings/people/").content.decode()
    assert "ยังไม่เข้ามา" in shown and "kong@doimok.example" in shown
    fresh = Client()
    page = fresh.get(link).content.decode()
    assert "โรงคั่วดอยหมอก" in page and "kong@doimok.example" in page and 'value="ก้อง"' in page
    assert accept(fresh, link).headers["Location"] == "/"
    assert fresh.get("/settings/").status_code == 200
    person = Member.objects.get(user__email="kong@doimok.example")
    assert (person.name, person.roles, [str(one) for one in person.teams.all()]) == (
        "ก้องเกียรติ",
        ["sales", "field"],
        ["กรุงเทพฯ"],
    )
    assert "ยังไม่เข้ามา" not in signed_in.get("/settings/people/").content.decode()
    assert {"administration.person_invited", "administration.invitation_accepted", "administration.signed_in"} <= set(
        acts(workspace)
    )


def test_takes_a_link_once(signed_in: Client, workspace: Workspace) -> None:
    link = invite(signed_in)
    accept(Client(), link)
    second = Client()
    assert second.get(link).status_code == 404
    answer = accept(second, link, "อีกรหัสหนึ่ง-0000")
    assert (answer.status_code, "ใช้ไม่ได้แล้ว" in answer.content.decode()) == (404, True)
    assert not User.objects.get(email="kong@doimok.example").check_password("อีกรหัสหนึ่ง-0000")


def test_stores_no_link(signed_in: Client, workspace: Workspace) -> None:
    link = invite(signed_in)
    token = link.split("/")[2]
    with in_workspace(workspace.id):
        row = Invitation.objects.values().get()
    assert token not in str(row) and row["token_hash"] not in link


def test_shows_the_link_without_an_e_mail_server(signed_in: Client, workspace: Workspace, by_hand: None) -> None:
    answer = signed_in.post("/settings/people/new/", KONG)
    assert "no-store" in answer.headers["Cache-Control"]
    link = link_in(answer.content.decode())
    assert link not in signed_in.get("/settings/people/").content.decode()
    assert accept(Client(), link).status_code == 302


def test_shows_the_link_when_the_e_mail_server_refuses(signed_in: Client, settings: Any, workspace: Workspace) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = signed_in.post("/settings/people/new/", KONG).content.decode()
    assert "ส่งอีเมลไม่ได้" in page
    assert Client().get(link_in(page)).status_code == 200


def test_refuses_a_link_that_is_too_old(signed_in: Client, workspace: Workspace) -> None:
    link = invite(signed_in)
    with in_workspace(workspace.id):
        one = Invitation.objects.get()
        Invitation.objects.update(expires_at=one.expires_at - invitations.LASTS - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert "ลิงก์หมดอายุ" in signed_in.get("/settings/people/").content.decode()


def test_sends_again_with_a_new_link_and_forgets_the_old_one(signed_in: Client, workspace: Workspace) -> None:
    old = invite(signed_in)
    with in_workspace(workspace.id):
        one = Invitation.objects.get()
    signed_in.post(f"/settings/people/invitations/{one.pk}/sending/")
    new = link_in(mail.outbox[-1].body)
    assert len(mail.outbox) == 2 and new != old
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    page = signed_in.post(f"/settings/people/invitations/{one.pk}/sending/", {"by": "hand"}).content.decode()
    assert len(mail.outbox) == 2 and Client().get(link_in(page)).status_code == 200


def test_withdraws(signed_in: Client, workspace: Workspace) -> None:
    link = invite(signed_in)
    with in_workspace(workspace.id):
        one = Invitation.objects.get()
    signed_in.post(f"/settings/people/invitations/{one.pk}/withdrawal/")
    assert Client().get(link).status_code == 404
    assert accept(Client(), link).status_code == 404
    assert signed_in.post(f"/settings/people/invitations/{one.pk}/sending/").status_code == 409
    assert acts(workspace)[-1] == "administration.invitation_withdrawn"


def test_keeps_one_invitation_of_an_e_mail(signed_in: Client, workspace: Workspace) -> None:
    first = invite(signed_in)
    second = invite(signed_in, name="ก้องใหม่")
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)


def test_asks_somebody_with_an_account_to_sign_in(
    signed_in: Client, stranger: Member, workspace: Workspace, client_of: Browser, salesperson: Member
) -> None:
    link = invite(signed_in, email=stranger.user.email)
    fresh = Client()
    page = fresh.get(link).content.decode()
    assert "password1" not in page and f"/sign-in/?next={link}" in page
    # Nobody takes an account over by posting a password to the link.
    fresh.post(link, {"name": "x", "password1": NEW, "password2": NEW})
    assert User.objects.get(pk=stranger.user_id).check_password(PASSWORD)
    other = client_of(salesperson)
    assert "ออกจากระบบก่อน" in other.get(link).content.decode()
    assert other.post(link).status_code == 409
    own = client_of(stranger)
    assert own.post(link).headers["Location"] == "/"
    with in_workspace(workspace.id):
        assert Member.objects.filter(user_id=stranger.user_id).exists()
    assert "โรงคั่วดอยหมอก" in own.get("/settings/").content.decode()


def test_says_at_the_form_what_is_wrong_with_the_password(signed_in: Client, workspace: Workspace) -> None:
    link = invite(signed_in)
    answer = accept(Client(), link, "short")
    assert (answer.status_code, "รหัสผ่านสั้นเกินไป" in answer.content.decode()) == (422, True)
    assert accept(Client(), link).status_code == 302


@pytest.mark.parametrize("token", ["x", "AAAA", "%00", "ก", "a" * 400, "AZ8" * 18])
def test_reads_past_a_broken_link(client: Client, db: None, token: str) -> None:
    assert client.get(f"/invitation/{token}/").status_code == 404


def test_refuses_a_member_and_somebody_who_was_one(
    signed_in: Client, salesperson: Member, owner: Member, workspace: Workspace
) -> None:
    again = {**KONG, "email": salesperson.user.email}
    assert signed_in.post("/settings/people/new/", again).status_code == 422
    signed_in.post(f"/settings/people/{salesperson.pk}/closure/")
    answer = signed_in.post("/settings/people/new/", again)
    assert (answer.status_code, "เปิดสิทธิ์ใช้งานเดิม" in answer.content.decode()) == (422, True)


def test_lets_only_an_owner_invite_an_owner(workspace: Workspace, client_of: Browser, owner: Member) -> None:
    admin = actions.create_member(workspace, email="aom@doimok.example", name="ออม", roles=["admin"], password=PASSWORD)
    assert client_of(admin).post("/settings/people/new/", {**KONG, "roles": ["owner"]}).status_code == 422
    assert client_of(owner).post("/settings/people/new/", {**KONG, "roles": ["owner"]}).status_code == 302


def test_hides_the_invitations_of_another_company(
    signed_in: Client, stranger: Member, client_of: Browser, workspace: Workspace
) -> None:
    invite(signed_in)
    with in_workspace(workspace.id):
        one = Invitation.objects.get()
    assert client_of(stranger).post(f"/settings/people/invitations/{one.pk}/withdrawal/").status_code == 404
    assert "kong@doimok.example" not in client_of(stranger).get("/settings/people/").content.decode()


def test_team_of_another_company_is_not_joined(
    signed_in: Client, workspace: Workspace, stranger: Member, other_workspace: Workspace
) -> None:
    with in_workspace(other_workspace.id):
        foreign = Team.objects.create(workspace=other_workspace, name="ทีมอื่น")
    assert signed_in.post("/settings/people/new/", {**KONG, "teams": [str(foreign.pk)]}).status_code == 422
