"""Passwords: forgotten, changed, and by link."""

import re

import pytest
from django.core import mail
from django.test import Client, override_settings

from conftest import PASSWORD
from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
NEW = "หมอกลงที่ดอย-2570"


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/password/new/\S+/)", text)
    assert found
    return found.group(1)


def ask(client: Client, email: str) -> None:
    answer = client.post("/password/forgotten/", {"email": email})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/password/forgotten/sent/")


def test_sends_a_link_and_takes_a_new_password(client: Client, owner: Member) -> None:
    ask(client, owner.user.email)
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == [owner.user.email]
    assert letter.subject == "ลิงก์ตั้งรหัสผ่าน Samphan ใหม่"
    opened = client.get(link_in(letter.body))
    form = client.get(opened.headers["Location"])
    assert form.status_code == 200 and "password1" in form.content.decode()
    done = client.post(opened.headers["Location"], {"password1": NEW, "password2": NEW})
    assert done.headers["Location"] == "/password/new/done/"
    assert client.post("/sign-in/", {"login": owner.user.email, "password": PASSWORD}).status_code == 200
    assert client.post("/sign-in/", {"login": owner.user.email, "password": NEW}).status_code == 302


def test_writes_in_the_language_of_the_one_who_gets_the_link(client: Client, owner: Member) -> None:
    owner.user.language = "en"
    owner.user.save(update_fields=["language"])
    ask(client, owner.user.email)
    assert mail.outbox[0].subject == "Your link for a new Samphan password"


def test_answers_the_same_for_an_unknown_e_mail_and_sends_nothing(client: Client, owner: Member) -> None:
    ask(client, "nobody@doimok.example")
    assert mail.outbox == []


def test_takes_a_link_once(client: Client, owner: Member) -> None:
    ask(client, owner.user.email)
    link = link_in(mail.outbox[0].body)
    opened = client.get(link).headers["Location"]
    client.post(opened, {"password1": NEW, "password2": NEW})
    assert "ลิงก์นี้ใช้ไม่ได้แล้ว" in Client().get(link).content.decode()


@pytest.mark.parametrize("key", ["abc-def-123", "0193-nothing", "xyz-set-password"])
def test_says_that_a_made_up_link_does_not_work(client: Client, db: None, key: str) -> None:
    answer = client.get(f"/password/new/{key}/")
    assert answer.status_code == 200
    assert "ลิงก์นี้ใช้ไม่ได้แล้ว" in answer.content.decode()


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [("short", "short", "รหัสผ่านสั้นเกินไป"), (NEW, NEW + "x", "ไม่ตรงกัน"), ("password1234", "password1234", "เดาง่าย")],
)
def test_refuses_a_weak_or_mistyped_password_in_words(
    client: Client, owner: Member, first: str, second: str, sentence: str
) -> None:
    ask(client, owner.user.email)
    opened = client.get(link_in(mail.outbox[0].body)).headers["Location"]
    page = client.post(opened, {"password1": first, "password2": second})
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_says_in_one_sentence_that_the_mail_server_is_away(client: Client, owner: Member) -> None:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    ):
        answer = client.post("/password/forgotten/", {"email": owner.user.email})
    assert answer.status_code == 409
    assert "ส่งอีเมลไม่ได้" in answer.content.decode()


def test_changes_the_own_password_and_signs_out_elsewhere(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    elsewhere = Client()
    elsewhere.post("/sign-in/", {"login": owner.user.email, "password": PASSWORD})
    wrong = signed_in.post("/password/", {"oldpassword": "not this one", "password1": NEW, "password2": NEW})
    assert wrong.status_code == 200 and "ไม่ใช่รหัสผ่านปัจจุบัน" in wrong.content.decode()
    assert elsewhere.get("/settings/").status_code == 200
    changed = signed_in.post("/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert changed.headers["Location"] == "/settings/me/"
    assert signed_in.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302
    with in_workspace(workspace.id):
        assert AuditEntry.objects.filter(action="administration.password_changed", member_id=owner.pk).count() == 1


def test_sends_a_person_without_a_password_to_the_link(signed_in: Client, owner: Member) -> None:
    owner.user.set_unusable_password()
    owner.user.save(update_fields=["password"])
    client = Client()
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/password/").headers["Location"] == "/password/forgotten/"
