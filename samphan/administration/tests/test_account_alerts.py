"""What a person hears about their own account: changes of how they sign in, and new devices, by bell and e-mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from conftest import PASSWORD
from samphan.administration.jobs import send_alert_mail
from samphan.administration.models import AuditEntry, Member, Notification, User, Workspace
from samphan.administration.security import alerts
from samphan.administration.tests.test_second_steps import confirm, set_up
from samphan.administration.tests.test_sessions import CHROME, PHONE
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
NEW = "หมอกลงที่ดอย-2570"


def sign_in(user: User, agent: str = CHROME, ip: str = "203.0.113.7", browser: Client | None = None) -> Client:
    found = browser or Client(headers={"User-Agent": agent}, REMOTE_ADDR=ip)
    assert found.post("/sign-in/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return found


def told(member: Member) -> list[Notification]:
    with in_workspace(member.workspace_id):
        return list(Notification.objects.filter(member=member).order_by("pk"))


def kinds_told(member: Member) -> list[str]:
    return [one.kind.removeprefix(alerts.PREFIX) for one in told(member)]


def letter_of(member: Member) -> Any:
    """The e-mail that the last alert queued, sent."""
    mail.outbox.clear()
    send_alert_mail(workspace_id=str(member.workspace_id), key=told(member)[-1].key)
    (letter,) = mail.outbox
    return letter


def test_the_first_sign_in_surprises_nobody_and_the_next_from_elsewhere_is_told(owner: Member) -> None:
    desk = sign_in(owner.user)
    assert kinds_told(owner) == []
    sign_in(owner.user, PHONE, "198.51.100.4")
    assert kinds_told(owner) == ["new_device"]
    assert told(owner)[0].values == {"where": "Safari, iPhone · IP 198.51.100.4"}
    # The mark of the device outlives the session and the address in the network.
    desk.post("/sign-out/")
    desk.defaults["REMOTE_ADDR"] = "192.0.2.99"
    sign_in(owner.user, browser=desk)
    assert kinds_told(owner) == ["new_device"]


def test_a_device_of_one_person_is_new_for_another(owner: Member, salesperson: Member) -> None:
    elsewhere = sign_in(salesperson.user, PHONE)
    desk = sign_in(owner.user)
    desk.post("/sign-out/")
    sign_in(salesperson.user, browser=desk)
    assert kinds_told(salesperson) == ["new_device"]
    desk.post("/sign-out/")
    sign_in(owner.user, browser=desk)
    assert kinds_told(owner) == []
    assert elsewhere.get("/settings/").status_code == 200


def test_a_forged_mark_makes_no_known_device(owner: Member) -> None:
    desk = sign_in(owner.user)
    mark = desk.cookies["samphan_device"]
    assert mark["httponly"] and mark["samesite"] == "Lax" and owner.user.email not in mark.value
    thief = Client(headers={"User-Agent": PHONE})
    thief.cookies["samphan_device"] = mark.value[:-3] + "AAA"
    sign_in(owner.user, browser=thief)
    assert kinds_told(owner) == ["new_device"]


def test_the_e_mail_says_what_when_and_from_where_and_links_to_nothing(owner: Member, settings: Any) -> None:
    site = str(settings.SITE_URL)
    sign_in(owner.user)
    sign_in(owner.user, PHONE, "198.51.100.4")
    letter = letter_of(owner)
    ((html, _kind),) = letter.alternatives
    assert (letter.to, letter.subject) == ([owner.user.email], "มีการเข้าสู่ระบบจากเครื่องใหม่")
    for text in (letter.body, str(html)):
        assert "Safari, iPhone · IP 198.51.100.4" in text and "โรงคั่วดอยหมอก" in text
        assert re.findall(r"https?://[^\s<]+", text) == [site]
        assert "href" not in text


def test_writes_in_the_language_of_the_person(owner: Member) -> None:
    User.objects.filter(pk=owner.user_id).update(language="en")
    sign_in(owner.user)
    sign_in(owner.user, PHONE)
    letter = letter_of(owner)
    assert letter.subject == "Sign-in from a new device"
    assert "Settings → Sign-in and security" in letter.body


def test_a_new_password_is_told_whoever_set_it(owner: Member) -> None:
    browser = sign_in(owner.user)
    browser.post("/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert kinds_told(owner) == ["password_changed"]
    assert letter_of(owner).subject == "รหัสผ่านของคุณถูกเปลี่ยน"


def test_second_steps_and_codes_are_told(
    owner: Member, salesperson: Member, client_of: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    browser = sign_in(salesperson.user)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(browser)
    assert kinds_told(salesperson) == ["app_added"]
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/settings/security/codes/new/")
    assert kinds_told(salesperson)[1:] == ["codes_made"]
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/settings/security/app/off/")
    assert kinds_told(salesperson)[2:] == ["app_removed"]
    client_of(owner).post(f"/settings/people/{salesperson.pk}/second-step-removal/")
    assert kinds_told(salesperson)[3:] == ["steps_reset"]


def test_a_closed_sign_in_is_told_once(owner: Member) -> None:
    for _try in range(13):
        Client().post("/sign-in/", {"login": owner.user.email, "password": "ไม่ใช่รหัสนี้"})
    assert kinds_told(owner) == ["locked"]


def test_invented_people_of_the_demo_get_no_e_mail(owner: Member, workspace: Workspace, settings: Any) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    Workspace.objects.filter(pk=workspace.pk).update(is_demo=True)
    sign_in(owner.user)
    sign_in(owner.user, PHONE)
    assert kinds_told(owner) == ["new_device"]
    assert not ProcrastinateJob.objects.filter(task_name=send_alert_mail.name).exists()
    Workspace.objects.filter(pk=workspace.pk).update(is_demo=False)
    sign_in(owner.user, PHONE, "192.0.2.77")
    assert ProcrastinateJob.objects.filter(task_name=send_alert_mail.name).count() == 1


def ready(owner: Member) -> Client:
    browser = sign_in(owner.user)
    confirm(browser)
    return browser


def code_in(letter: Any) -> str:
    return str(re.search(r"\d{6}", letter.body)[0])  # type: ignore[index]


def test_changes_the_address_after_the_code_and_tells_the_old_one(owner: Member, workspace: Workspace) -> None:
    browser = ready(owner)
    assert browser.post("/settings/security/email/", {"email": "MAY@Kuafae.example"}).status_code == 302
    assert "may@kuafae.example" in browser.get("/settings/security/email/").content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["may@kuafae.example"]
    code = code_in(letter)
    off = browser.post("/settings/security/email/", {"code": "000000" if code != "000000" else "111111"})
    assert off.status_code == 422 and "รหัสนี้ไม่ถูกต้อง" in off.content.decode()
    assert User.objects.get(pk=owner.user_id).email == "may@doimok.example"
    assert browser.post("/settings/security/email/", {"code": code}).headers["Location"] == "/settings/security/"
    assert User.objects.get(pk=owner.user_id).email == "may@kuafae.example"
    assert kinds_told(owner) == ["email_changed"]
    assert letter_of(owner).to == ["may@doimok.example"]
    with in_workspace(workspace.pk):
        assert AuditEntry.objects.filter(action="administration.email_changed", member_id=owner.pk).count() == 1


def test_asks_who_it_is_before_the_address_changes(owner: Member) -> None:
    browser = Client()
    browser.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = browser.post("/settings/security/email/", {"email": "may@kuafae.example"})
    assert answer.headers["Location"].startswith("/settings/security/confirm/")
    assert mail.outbox == []


def test_five_wrong_codes_end_it(owner: Member) -> None:
    browser = ready(owner)
    browser.post("/settings/security/email/", {"email": "may@kuafae.example"})
    code = code_in(mail.outbox[0])
    for number in range(5):
        browser.post("/settings/security/email/", {"code": f"x{number}"})
    answer = browser.post("/settings/security/email/", {"code": code})
    assert answer.status_code == 422
    assert User.objects.get(pk=owner.user_id).email == "may@doimok.example"


def test_an_address_of_somebody_else_is_refused_only_to_who_reads_its_mail(owner: Member, stranger: Member) -> None:
    browser = ready(owner)
    assert browser.post("/settings/security/email/", {"email": stranger.user.email}).status_code == 302
    answer = browser.post("/settings/security/email/", {"code": code_in(mail.outbox[0])})
    assert answer.status_code == 422 and "มีคนใช้อีเมลนี้" in answer.content.decode()
    assert User.objects.get(pk=owner.user_id).email == "may@doimok.example"


@pytest.mark.parametrize("typed", ["", "ไม่ใช่อีเมล", "may@doimok.example", "a@b"])
def test_refuses_what_is_no_new_address(owner: Member, typed: str) -> None:
    browser = ready(owner)
    assert browser.post("/settings/security/email/", {"email": typed}).status_code == 422
    assert mail.outbox == []


def test_without_an_e_mail_server_the_address_counts_at_once(owner: Member, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    browser = ready(owner)
    browser.post("/settings/security/email/", {"email": "may@kuafae.example"})
    assert User.objects.get(pk=owner.user_id).email == "may@kuafae.example"
