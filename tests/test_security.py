"""What an attacker tries, over every address where that is possible; `docs/security.md` names these tests."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.core import mail
from django.test import Client

from conftest import PASSWORD, ApiClient
from samphan.administration.models import AuditEntry, Member, User, Workspace
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.platform.tenancy import in_workspace
from tests.test_headers import SPELT

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)")
SCRIPT = "<script>alert('ฝัง')</script>"
SECRET = "ความลับ-4711"


def signed_in_as(member: Member, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(member.user, backend=BACKEND)
    return client


def test_no_form_of_another_site_changes_anything(owner: Member) -> None:
    """Every address refuses a POST without the mark of our own page, whoever is signed in."""
    client = signed_in_as(owner, enforce_csrf_checks=True)
    taken = []
    for route in SPELT:
        answer = client.post(route.address(), {"name": "ของคนอื่น"})
        # 405 is the answer of an address that takes no POST at all.
        if answer.status_code not in (403, 405):
            taken.append((route.path, answer.status_code))
    assert taken == []
    assert client.get("/settings/").status_code == 200, "nobody was signed out by it"


def test_the_api_is_never_asked_with_a_cookie(owner: Member) -> None:
    client = signed_in_as(owner)
    for path in ("/api/v1/me", "/api/v1/customers", "/api/v1/orders"):
        assert client.get(path).status_code == 401
    assert client.post("/api/v1/customers", "{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_leads_nobody_to_another_site(owner: Member, wanted: str) -> None:
    stranger = Client()
    answer = stranger.post("/sign-in/", {"login": owner.user.email, "password": PASSWORD, "next": wanted})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/") and "evil" not in answer["Location"]
    client = signed_in_as(owner)
    posts = {
        "/ui/preferences/": {"theme": "dark", "next": wanted},
        f"/workspaces/{owner.workspace_id}/entry/": {"next": wanted},
        "/settings/security/confirm/": {"password": PASSWORD, "next": wanted},
    }
    for address, values in posts.items():
        place = client.post(address, values).headers.get("Location", "/")
        assert place.startswith("/") and not place.startswith(("//", "/\\")), (address, place)


@pytest.mark.long
def test_no_address_at_all_leads_to_another_site(owner: Member) -> None:
    client, wanted = signed_in_as(owner), ELSEWHERE[1]
    for route in SPELT:
        if route.pattern.name == "account_logout":
            continue
        place = client.get(route.address(), {"next": wanted, "back": wanted, "url": wanted}).headers.get(
            "Location", "/"
        )
        assert "evil" not in place.partition("?")[0], (route.path, place)


def test_a_strange_host_is_refused(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["crm.example.co.th"]
    assert client.get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/sign-in/", headers={"Host": "crm.example.co.th"}).status_code == 200


def test_a_password_link_never_names_a_host_that_somebody_made_up(client: Client, owner: Member) -> None:
    from samphan.config import settings as built

    assert "*" not in built.ALLOWED_HOSTS
    answer = client.post("/password/forgotten/", {"email": owner.user.email}, headers={"Host": "evil.example"})
    assert answer.status_code == 400 and mail.outbox == []


def test_a_fault_of_ours_says_nothing_of_itself(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError(f"{SECRET} SELECT * FROM customers_customer")

    monkeypatch.setattr("samphan.administration.queries.audit_trail", broken)
    client = signed_in_as(owner, raise_request_exception=False)
    answer = client.get("/settings/audit/")
    page = answer.content.decode()
    assert answer.status_code == 500 and 'data-page="error"' in page
    for word in (SECRET, "Traceback", "ValueError", "SELECT", "samphan/", "django"):
        assert word not in page


@pytest.mark.parametrize(
    "path", [f"/{SCRIPT}/", "/customers/?f=" + SCRIPT, "/search/?q=" + SCRIPT, "/%00", "/..%2f..%2fetc/passwd"]
)
def test_a_page_that_is_not_there_repeats_nothing(owner: Member, path: str) -> None:
    answer = signed_in_as(owner).get(path)
    assert answer.status_code < 500
    assert SCRIPT not in answer.content.decode() and "root:" not in answer.content.decode()


def test_debug_is_off_and_admin_is_not_there(client: Client) -> None:
    assert conf.DEBUG is False
    assert "django.contrib.admin" not in conf.INSTALLED_APPS
    assert client.get("/admin/").status_code == 404


def test_what_people_typed_is_never_a_script(owner: Member, inside: Workspace) -> None:
    """A name that is a script stands as text in list, record, search, command palette, calendar, export page and JSON."""
    actions.create_customer(
        {"kind": "person", "first_name": SCRIPT, "nickname": '"><img src=x onerror=alert(1)>', "note": SCRIPT},
        acting_member=owner,
    )
    customer = Customer.objects.get()
    client = signed_in_as(owner)
    pages = [
        "/customers/", f"/customers/{customer.pk}/", f"/customers/{customer.pk}/quick/", f"/customers/{customer.pk}/timeline/",
        "/today/", "/calendar/", "/orders/", "/customers/export/", "/insights/data-quality/", "/insights/best-customers/",
    ]  # fmt: skip
    answers = [client.get(page) for page in pages] + [client.get("/search/", {"q": "script"})]
    assert any("alert(" in one.content.decode() for one in answers), "it is shown somewhere"
    for answer in answers:
        text = answer.content.decode()
        assert answer.status_code < 500 and "<script>alert" not in text and "<img src=x" not in text


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --",
        "'; DROP TABLE customers_customer; --",
        "\\",
        "%_%",
        "{{7*7}}",
        "${7*7}",
        "\x00",
        "๑๒๓' UNION SELECT",
    ],
)
def test_no_text_becomes_a_statement_or_a_template(owner: Member, inside: Workspace, typed: str) -> None:
    actions.create_customer({"name": "สมชาย ใจดี"}, acting_member=owner)
    client = signed_in_as(owner)
    for address, values in (
        ("/customers/", {"q": typed}), ("/customers/", {"f": f"name:contains:{typed}"}), ("/customers/", {"sort": typed}),
        ("/customers/", {"after": typed}), ("/customers/", {"v": typed}), ("/search/", {"q": typed}),
        ("/settings/audit/", {"action": typed, "member": typed, "since": typed, "before": typed}), ("/orders/", {"q": typed}),
    ):  # fmt: skip
        answer = client.get(address, values)
        assert answer.status_code in (200, 302, 400, 404, 422), (address, values, answer.status_code)
        assert "49" not in answer.content.decode().partition("<main")[2][:200] or "7*7" not in typed
    assert Customer.objects.count() == 1


def test_of_two_values_of_one_name_nothing_breaks(owner: Member) -> None:
    client = signed_in_as(owner)
    assert client.get("/customers/?q=a&q=b&sort=name&sort=grade").status_code == 200
    assert client.post("/ui/preferences/?theme=dark", {"theme": ["light", "pink"]}).status_code == 302
    assert User.objects.get(pk=owner.user_id).theme == "system"


def test_fields_that_no_form_has_are_not_written(owner: Member, salesperson: Member) -> None:
    client = signed_in_as(salesperson)
    client.post("/ui/preferences/", {"theme": "dark", "is_active": "0", "email": "x@evil.example", "roles": "owner"})
    client.post(
        "/password/",
        {"oldpassword": PASSWORD, "password1": "ใหม่มากๆ-12345", "password2": "ใหม่มากๆ-12345", "roles": "owner"},
    )
    member = Member.objects.select_related("user").get(pk=salesperson.pk) if False else reread(salesperson)
    assert (member.roles, member.user.email, member.user.is_active) == (["sales"], "boy@doimok.example", True)


def reread(member: Member) -> Member:
    with in_workspace(member.workspace_id):
        return Member.objects.select_related("user").get(pk=member.pk)


def test_roles_and_rights_are_read_anew_with_every_request(owner: Member, salesperson: Member) -> None:
    client = signed_in_as(salesperson)
    assert client.get("/customers/").status_code == 200
    with in_workspace(salesperson.workspace_id):
        Member.objects.filter(pk=salesperson.pk).update(roles=[])
    assert client.get("/customers/").status_code == 403


def test_a_refusal_of_a_right_stands_in_the_trail_once_an_hour(owner: Member, salesperson: Member) -> None:
    client = signed_in_as(salesperson)
    for _time in range(3):
        assert client.get("/settings/company/").status_code == 403
    client.get("/settings/audit/")
    with in_workspace(owner.workspace_id):
        found = AuditEntry.objects.filter(action="administration.access_refused").order_by("id")
        said = [(one.member_id, one.detail["right"]) for one in found]
    assert said == [(salesperson.pk, "administration.change_settings"), (salesperson.pk, "administration.view_audit")]
    assert "ไม่มีสิทธิ์" in signed_in_as(owner).get("/settings/audit/").content.decode()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_the_api_takes_json_alone(api: ApiClient, kind: str) -> None:
    answer = api.client.generic(
        "POST",
        "/api/v1/customers",
        b'{"name": "x"}',
        content_type=kind,
        headers={"Authorization": f"Bearer {api.secret}"},
    )
    assert answer.status_code == 415
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT"])
def test_pages_take_no_other_method(owner: Member, method: str) -> None:
    client = signed_in_as(owner)
    for address in ("/settings/company/", "/settings/audit/", "/settings/numbering/"):
        assert client.generic(method, address).status_code in (403, 405), address


def test_every_answer_says_its_kind_and_its_letters(owner: Member, api: ApiClient) -> None:
    client = signed_in_as(owner)
    for address in ("/customers/", "/settings/", "/sign-in/", "/no/such/page/", "/manifest.webmanifest"):
        kind = client.get(address).headers["Content-Type"]
        assert "charset=utf-8" in kind or kind.startswith("application/"), (address, kind)
    answer = api.get("/customers")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_other_site_reads_our_answers(client: Client, owner: Member) -> None:
    for address in ("/sign-in/", "/api/v1/customers", "/api/v1/openapi.json"):
        answer = client.get(address, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/static/../samphan/config/settings.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fconfig/settings.py",
     "/settings/company/logo/..%2f..%2fx/", "/imports/..%2f..%2fetc%2fpasswd/"],
)  # fmt: skip
def test_no_path_leads_out_of_its_folder(owner: Member, path: str) -> None:
    answer = signed_in_as(owner).get(path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code in (301, 302, 400, 404)
    assert b"SECRET_KEY" not in content and b"root:" not in content


def test_passwords_are_long_and_kept_with_a_slow_salted_hash() -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from samphan.config import settings as built

    (length,) = [one["OPTIONS"]["min_length"] for one in built.AUTH_PASSWORD_VALIDATORS if "Length" in one["NAME"]]
    assert length == 12
    assert not hasattr(built, "PASSWORD_HASHERS"), "Django's own order counts: PBKDF2 first"
    hasher = PBKDF2PasswordHasher()
    assert hasher.algorithm == "pbkdf2_sha256" and hasher.iterations >= 600_000
    salts = {hasher.salt() for _each in range(3)}
    assert len(salts) == 3 and all(len(one) >= 22 for one in salts)


@pytest.mark.parametrize("password", ["สั้นไป-1234"[:11], "password1234", "may@doimok.example"])
def test_short_common_and_own_words_are_no_password(owner: Member, password: str) -> None:
    answer = signed_in_as(owner).post(
        "/password/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert answer.status_code in (200, 422) and 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("password", ["ก" * 64, "กาแฟ ร้อน ใส่นม ☕ ทุกเช้า", " ขึ้นต้นและลงท้ายด้วยเว้นวรรค ", "x" * 127 + "ฮ"])
def test_long_passwords_of_any_letters_are_taken_whole(owner: Member, password: str) -> None:
    answer = signed_in_as(owner).post(
        "/password/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert answer.status_code == 302
    assert Client().post("/sign-in/", {"login": owner.user.email, "password": password[:-1]}).status_code == 200
    assert Client().post("/sign-in/", {"login": owner.user.email, "password": password}).status_code == 302


def test_no_line_break_gets_into_the_head_of_an_e_mail(client: Client, owner: Member, workspace: Workspace) -> None:
    from samphan.administration import notifications
    from samphan.administration.notifications import choices, kinds, mails

    with in_workspace(workspace.pk):
        from django.utils import timezone

        choices.choose(owner, {kinds.IMPORTS: "mail"})
        evil = "ลูกค้า.xlsx\r\nBcc: victim@evil.example"
        at = timezone.now() - timezone.timedelta(minutes=9)
        notifications.notify([owner.pk], "administration.import_undone", key="1", values={"file": evil}, at=at)
        due = mails.due_letters(workspace.pk, at=timezone.now())
    for member_id, channel in due:
        mails.send_due(workspace.pk, member_id, channel, at=timezone.now())
    (letter,) = mail.outbox
    assert "\n" not in letter.subject and letter.recipients() == [owner.user.email]


def test_nothing_outside_is_loaded_and_nothing_phones_home() -> None:
    """Templates and scripts name no address of another host but those that a person is led to."""
    from samphan import ui

    folder = Path(ui.__file__).parent.parent
    marks = ('src="http', "src='http", 'href="//', "@import url(http", "fetch('http", 'fetch("http')
    found = [
        (path.name, line.strip()[:80])
        for path in [*folder.rglob("templates/**/*.html"), *folder.glob("ui/assets/js/*.js")]
        for line in path.read_text("utf-8").splitlines()
        if any(mark in line for mark in marks)
    ]
    assert found == []


def test_no_code_runs_what_came_from_outside() -> None:
    """No eval, exec, pickle, shell or unsafe YAML in the product."""
    import re

    import samphan

    folder = Path(samphan.__file__).parent
    bad = re.compile(r"(?<![\w.])(eval|exec)\(|pickle\.loads?|shell=True|yaml\.load\(|os\.system|marshal\.load")
    found = [
        f"{path.relative_to(folder)}: {line.strip()[:80]}"
        for path in folder.rglob("*.py")
        if "tests" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if bad.search(line) and not line.lstrip().startswith("#")
    ]
    assert found == []


def test_the_demo_alone_has_a_known_password(db: None) -> None:
    assert not User.objects.filter(email="may@samphan.example").exists()


def test_answers_of_the_api_name_their_error_and_no_more(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("samphan.customers.actions.create_customer", broken)
    api.client.raise_request_exception = False
    answer = api.post("/customers", {"name": "สมชาย"})
    assert answer.status_code == 500
    said = json.dumps(answer.json(), ensure_ascii=False)
    assert SECRET not in said and "RuntimeError" not in said


def test_who_is_in_two_companies_sees_one_at_a_time(
    owner: Member, stranger: Member, other_workspace: Workspace, workspace: Workspace, inside: Workspace
) -> None:
    from samphan.administration import actions as people

    actions.create_customer({"name": "ลูกค้าของดอยหมอก"}, acting_member=owner)
    with in_workspace(other_workspace.pk):
        people.create_member(other_workspace, email=owner.user.email, name="เมย์", roles=["owner"])
    client = signed_in_as(owner)
    assert "ลูกค้าของดอยหมอก" in client.get("/customers/").content.decode()
    client.post(f"/workspaces/{other_workspace.pk}/entry/")
    assert "ลูกค้าของดอยหมอก" not in client.get("/customers/").content.decode()
