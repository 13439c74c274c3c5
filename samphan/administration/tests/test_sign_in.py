"""Signing in and out, the lock, and the session that ends under one's hands."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from conftest import PASSWORD
from samphan.administration import actions
from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def entries(workspace: Workspace) -> list[str]:
    with in_workspace(workspace.id):
        return list(
            AuditEntry.objects.filter(workspace_id=workspace.id).order_by("id").values_list("action", flat=True)
        )


def sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/sign-in/", {"login": email, "password": password, **more})


def test_signs_in_with_e_mail_and_password(client: Client, owner: Member, workspace: Workspace) -> None:
    answer = sign_in(client, owner.user.email, PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/settings/").status_code == 200
    assert entries(workspace) == ["administration.signed_in"]


def test_takes_the_e_mail_in_any_case(client: Client, owner: Member) -> None:
    assert sign_in(client, " MAY@doimok.example", PASSWORD).status_code == 302


def test_says_the_same_for_a_wrong_password_and_an_unknown_e_mail(client: Client, owner: Member) -> None:
    wrong = sign_in(client, owner.user.email, "ผิดแน่นอน-0000").content.decode()
    unknown = sign_in(client, "nobody@doimok.example", "ผิดแน่นอน-0000").content.decode()
    sentence = "อีเมลหรือรหัสผ่านไม่ถูกต้อง"
    assert sentence in wrong and sentence in unknown


def test_keeps_the_typed_e_mail_and_never_the_password(client: Client, owner: Member) -> None:
    page = sign_in(client, owner.user.email, "ผิดแน่นอน-0000").content.decode()
    assert owner.user.email in page
    assert "ผิดแน่นอน-0000" not in page


def test_goes_on_to_the_page_that_was_asked_for(client: Client, owner: Member) -> None:
    assert client.get("/settings/").headers["Location"] == "/sign-in/?next=/settings/"
    answer = sign_in(client, owner.user.email, PASSWORD, next="/settings/")
    assert answer.headers["Location"] == "/settings/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_goes_nowhere_else_after_the_sign_in(client: Client, owner: Member, elsewhere: str) -> None:
    answer = sign_in(client, owner.user.email, PASSWORD, next=elsewhere)
    assert answer.headers["Location"] == "/"


def test_signs_out_by_post_only_and_leads_to_the_sign_in(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    assert signed_in.get("/sign-out/").status_code == 200
    assert signed_in.get("/settings/").status_code == 200
    answer = signed_in.post("/sign-out/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")
    assert signed_in.get("/settings/").status_code == 302
    assert entries(workspace)[-1] == "administration.signed_out"


def test_locks_after_ten_wrong_passwords_and_says_so_once_in_the_trail(
    client: Client, owner: Member, workspace: Workspace
) -> None:
    for _try in range(9):
        assert sign_in(client, owner.user.email, "ผิดแน่นอน-0000").status_code == 200
    locked = sign_in(client, owner.user.email, "ผิดแน่นอน-0000")
    assert locked.status_code == 429
    assert "15 นาที" in locked.content.decode()
    assert sign_in(client, owner.user.email, PASSWORD).status_code == 429
    told = entries(workspace)
    assert told.count("administration.sign_in_locked") == 1
    assert told.count("administration.sign_in_failed") >= 10


def test_locks_one_e_mail_and_leaves_a_colleague_alone(client: Client, owner: Member, salesperson: Member) -> None:
    for _try in range(11):
        sign_in(client, owner.user.email, "ผิดแน่นอน-0000")
    assert sign_in(client, salesperson.user.email, PASSWORD).status_code == 302


def test_counts_an_e_mail_in_capitals_as_the_same(client: Client, owner: Member) -> None:
    for number in range(10):
        sign_in(client, owner.user.email.upper() if number % 2 else owner.user.email, "ผิดแน่นอน-0000")
    assert sign_in(client, owner.user.email, PASSWORD).status_code == 429


def test_lets_nobody_in_whose_account_is_closed(client: Client, owner: Member) -> None:
    owner.user.is_active = False
    owner.user.save(update_fields=["is_active"])
    answer = sign_in(client, owner.user.email, PASSWORD)
    assert answer.status_code == 403
    assert client.get("/settings/").status_code == 302


def test_tells_a_person_without_a_company_what_to_do(client: Client, owner: Member, salesperson: Member) -> None:
    sign_in(client, salesperson.user.email, PASSWORD)
    with in_workspace(owner.workspace_id):
        actions.deactivate_member(salesperson, acting_member=owner)
    # Their sessions ended with their access, so they sign in anew and learn that nothing is left for them.
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    sign_in(client, salesperson.user.email, PASSWORD)
    answer = client.get("/")
    assert answer.status_code == 403
    assert "ออกจากระบบ" in answer.content.decode()
    assert client.get("/settings/").status_code == 403


def test_tells_a_part_of_a_page_that_the_session_has_ended(client: Client, owner: Member) -> None:
    answer = client.get("/settings/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Trigger"] == "samphan:signed-out"


def test_speaks_thai_to_a_stranger_and_english_on_request(client: Client, db: None) -> None:
    assert "เข้าสู่ระบบ" in client.get("/sign-in/").content.decode()
    answer = client.post("/ui/preferences/", {"language": "en", "next": "/sign-in/?next=/settings/"})
    assert answer.headers["Location"] == "/sign-in/?next=/settings/"
    assert client.cookies["samphan_language"].value == "en"
    page = client.get("/sign-in/")
    assert "Sign in" in page.content.decode()
    assert page.headers["Content-Language"] == "en"


def test_keeps_the_strict_security_policy_on_every_page_of_the_entrance(client: Client, db: None) -> None:
    for path in ("/sign-in/", "/password/forgotten/", "/password/forgotten/sent/", "/password/new/done/"):
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "<style" not in page and " style=" not in page and "onclick" not in page
        assert "<script>" not in page


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password", "account_inactive"])
def test_routes_no_other_page_of_allauth(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_answers_a_script_with_a_page_and_not_with_a_form_of_allauth(client: Client, owner: Member) -> None:
    answer = client.post("/sign-in/", {"login": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.headers["Content-Type"].startswith("text/html")
