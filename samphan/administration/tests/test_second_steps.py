"""Authenticator apps, recovery codes, and the company that asks for a second step."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from conftest import PASSWORD
from samphan.administration.models import AuditEntry, Member, User, Workspace
from samphan.platform.changes.models import Changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def wrong(secret: str) -> str:
    """A code that neither now nor the neighbours are."""
    near = {code_of(secret, step) for step in (-2, -1, 0, 1, 2)}
    return next(code for code in ("111111", "222222", "333333", "444444", "555555", "666666") if code not in near)


def sign_in(user: User, **more: str) -> Client:
    browser = Client(**more)
    browser.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    return browser


def confirm(browser: Client) -> None:
    assert browser.post("/settings/security/confirm/", {"password": PASSWORD}).status_code == 302


def set_up(browser: Client) -> tuple[str, list[str]]:
    """Turn the authenticator app on; returns its secret and the recovery codes."""
    confirm(browser)
    page = browser.get("/settings/security/app/").content.decode()
    found = re.search(r"data-totp-secret>(\w+)<", page)
    assert found and "data:image/svg+xml;base64," in page
    answer = browser.post("/settings/security/app/", {"code": code_of(found[1])})
    assert answer.headers["Location"] == "/settings/security/codes/", answer.content.decode()
    return found[1], re.findall(r"<li>(\d{8})</li>", browser.get("/settings/security/codes/").content.decode())


@pytest.fixture
def guarded(owner: Member, django_capture_on_commit_callbacks) -> tuple[str, list[str]]:
    with django_capture_on_commit_callbacks(execute=True):
        return set_up(sign_in(owner.user))


def is_in(browser: Client) -> bool:
    return browser.get("/settings/").status_code == 200


def step(browser: Client, code: str):
    return browser.post("/sign-in/second-step/", {"code": code})


def test_asks_for_the_code_after_the_password(owner: Member, guarded: tuple[str, list[str]], workspace) -> None:
    browser = Client()
    answer = browser.post("/sign-in/", {"login": owner.user.email, "password": PASSWORD, "next": "/settings/security/"})
    assert answer.headers["Location"] == "/sign-in/second-step/"
    assert not is_in(browser)
    page = browser.get("/sign-in/second-step/").content.decode()
    assert "แอปยืนยันตัวตน" in page and "unsafe" not in page
    bad = step(browser, wrong(guarded[0]))
    assert (bad.status_code, "รหัสนี้ไม่ถูกต้อง" in bad.content.decode(), is_in(browser)) == (200, True, False)
    assert step(browser, code_of(guarded[0], 1)).headers["Location"] == "/settings/security/"
    assert is_in(browser)


def test_takes_a_code_once(owner: Member, guarded: tuple[str, list[str]]) -> None:
    code = code_of(guarded[0], 1)
    first, second = sign_in(owner.user), sign_in(owner.user)
    assert step(first, code).status_code == 302
    assert step(second, code).status_code == 200
    assert (is_in(first), is_in(second)) == (True, False)


def test_takes_each_recovery_code_once(owner: Member, guarded: tuple[str, list[str]], workspace: Workspace) -> None:
    _secret, codes = guarded
    assert len(codes) == 10 and len(set(codes)) == 10
    browser = sign_in(owner.user)
    assert step(browser, codes[0]).status_code == 302 and is_in(browser)
    again = sign_in(owner.user)
    assert step(again, codes[0]).status_code == 200 and not is_in(again)
    assert "เหลือรหัสสำรอง 9 รหัส" in browser.get("/settings/security/").content.decode()
    with in_workspace(workspace.id):
        assert AuditEntry.objects.filter(action="administration.recovery_code_used", member_id=owner.pk).count() == 1


def test_shows_recovery_codes_once(owner: Member, guarded: tuple[str, list[str]]) -> None:
    browser = sign_in(owner.user)
    step(browser, code_of(guarded[0], 1))
    confirm(browser)
    page = browser.get("/settings/security/codes/").content.decode()
    assert "แสดงอีกไม่ได้" in page and not any(code in page for code in guarded[1])
    browser.post("/settings/security/codes/new/")
    new = re.findall(r"<li>(\d{8})</li>", browser.get("/settings/security/codes/").content.decode())
    assert len(new) == 10 and not set(new) & set(guarded[1])


def test_seals_what_it_stores(owner: Member, guarded: tuple[str, list[str]]) -> None:
    stored = " ".join(str(row) for row in Authenticator.objects.values_list("data", flat=True))
    assert guarded[0] not in stored and not any(code in stored for code in guarded[1])


def test_takes_no_code_after_the_key_of_the_installation_changed(owner: Member, guarded, settings) -> None:
    settings.SECRET_KEY = "another key of the installation, forty characters"
    browser = sign_in(owner.user)
    assert step(browser, code_of(guarded[0], 1)).status_code == 200
    assert step(browser, guarded[1][3]).status_code == 200


def test_closes_after_ten_wrong_codes_from_any_place_and_an_administrator_opens(
    owner: Member, salesperson: Member, client_of: Browser, workspace: Workspace, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret, _codes = set_up(sign_in(salesperson.user))
    for number in range(9):
        assert step(sign_in(salesperson.user, REMOTE_ADDR=f"198.51.100.{number}"), wrong(secret)).status_code == 200
    closed = step(sign_in(salesperson.user, REMOTE_ADDR="198.51.100.99"), wrong(secret))
    assert (closed.status_code, "15 นาที" in closed.content.decode()) == (429, True)
    right = sign_in(salesperson.user, REMOTE_ADDR="198.51.100.100")
    assert step(right, code_of(secret, 1)).status_code == 429 and not is_in(right)
    with in_workspace(workspace.id):
        assert AuditEntry.objects.filter(action="administration.second_step_locked").count() == 1
    admin = client_of(owner)
    assert "ล็อก" in admin.get(f"/settings/people/{salesperson.pk}/").content.decode()
    assert admin.post(f"/settings/people/{salesperson.pk}/unlocking/").status_code == 302
    again = sign_in(salesperson.user)
    assert step(again, code_of(secret, 1)).status_code == 302 and is_in(again)


def test_asks_who_it_is_before_every_change(owner: Member) -> None:
    browser = sign_in(owner.user)
    for path in ("app/", "passkeys/new/", "codes/new/"):
        answer = browser.get(f"/settings/security/{path}")
        assert answer.headers["Location"].startswith("/settings/security/confirm/?next="), path
    bad = browser.post("/settings/security/confirm/", {"password": "ผิดแน่นอน-0000"})
    assert (bad.status_code, "ไม่ใช่รหัสผ่านปัจจุบัน" in bad.content.decode()) == (200, True)
    confirm(browser)
    assert browser.get("/settings/security/app/").status_code == 200


def test_counts_wrong_confirmations_like_wrong_passwords(owner: Member) -> None:
    browser = sign_in(owner.user)
    answers = [
        browser.post("/settings/security/confirm/", {"password": "ผิดแน่นอน-0000"}).status_code for _try in range(11)
    ]
    assert answers[-1] == 429


def test_turns_the_app_off_and_says_so(owner: Member, guarded, workspace, django_capture_on_commit_callbacks) -> None:
    browser = sign_in(owner.user)
    step(browser, code_of(guarded[0], 1))
    confirm(browser)
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post("/settings/security/app/off/").headers["Location"] == "/settings/security/"
    assert not Authenticator.objects.exists()
    assert is_in(sign_in(owner.user))
    with in_workspace(workspace.id):
        told = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert told.count("administration.second_step_added") == 1
    assert told.count("administration.second_step_removed") == 1


@pytest.fixture
def strict(workspace: Workspace) -> Workspace:
    workspace.needs_second_step = True
    workspace.save(update_fields=["needs_second_step"])
    return workspace


def test_lets_nobody_on_without_the_second_step_that_the_company_asks_for(
    owner: Member, strict: Workspace, django_capture_on_commit_callbacks
) -> None:
    browser = sign_in(owner.user)
    for path in ("/start/", "/customers/", "/settings/", "/settings/people/", "/export/customers/", "/search/?q=ก"):
        assert browser.get(path).headers["Location"] == "/settings/security/", path
    assert browser.post("/settings/people/new/", {}).headers["Location"] == "/settings/security/"
    part = browser.get("/customers/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/settings/security/"
    assert "ยืนยันสองขั้น" in browser.get("/settings/security/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        set_up(browser)
    assert is_in(browser)
    confirm(browser)
    refused = browser.post("/settings/security/app/off/")
    assert "เพิ่มวิธีอื่นก่อน" in refused.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_sets_the_rules_and_keeps_their_history(owner: Member, salesperson: Member, workspace: Workspace) -> None:
    browser = sign_in(owner.user)
    page = browser.get("/settings/sign-in/").content.decode()
    assert "เมย์, บอย" in page or "บอย, เมย์" in page
    bad = browser.post("/settings/sign-in/", {"session_idle_minutes": "1", "session_hours": "12"})
    assert bad.status_code == 422
    asked = {"needs_second_step": "on", "session_idle_minutes": "30", "session_hours": "12"}
    assert browser.post("/settings/sign-in/", asked).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.needs_second_step, workspace.session_idle_minutes, workspace.session_hours) == (True, 30, 12)
    assert browser.get("/customers/").headers["Location"] == "/settings/security/"
    with in_workspace(workspace.id):
        assert Changeset.objects.filter(kind="administration.security_changed", member_id=owner.pk).count() == 1


def test_hears_no_live_updates_without_the_second_step(owner: Member, workspace: Workspace) -> None:
    from samphan.administration import queries

    browser = sign_in(owner.user)
    key = browser.session.session_key
    assert queries.live_viewer(key) is not None
    Workspace.objects.update(needs_second_step=True)
    assert queries.live_viewer(key) is None


def test_an_administrator_takes_a_lost_phone_off(
    owner: Member, salesperson: Member, client_of: Browser, workspace: Workspace, django_capture_on_commit_callbacks
) -> None:
    phone = sign_in(salesperson.user)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(phone)
    admin = client_of(owner)
    assert admin.post(f"/settings/people/{salesperson.pk}/second-step-removal/").status_code == 302
    assert not Authenticator.objects.exists() and not is_in(phone)
    assert is_in(sign_in(salesperson.user))
    with in_workspace(workspace.id):
        entry = AuditEntry.objects.get(action="administration.second_steps_reset")
    assert (entry.member_id, entry.detail) == (owner.pk, {"member": str(salesperson.pk)})


def test_keeps_nothing_typed_too_late(owner: Member, guarded) -> None:
    browser = sign_in(owner.user)
    session = browser.session
    session["account_login"]["initiated_at"] = time.time() - 11 * 60
    session.save()
    assert step(browser, code_of(guarded[0], 1)).headers["Location"] == "/sign-in/"
    assert not is_in(browser)
    cache.clear()
