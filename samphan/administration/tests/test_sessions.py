"""Sessions: seen by their owner, ended by hand, by age, and with access."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from samphan.administration import jobs, queries
from samphan.administration.models import AuditEntry, Member, User, Workspace
from samphan.administration.security.models import UserSession
from samphan.administration.security.sessions import device_of
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Safari/604.1"


def sign_in(user: User, agent: str = CHROME, ip: str = "203.0.113.7") -> Client:
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=ip)
    answer = browser.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def sessions_of(user: User) -> list[UserSession]:
    return list(UserSession.objects.filter(user=user).order_by("signed_in_at"))


def is_in(browser: Client) -> bool:
    return browser.get("/settings/").status_code == 200


def test_lists_every_device_with_this_one_first(owner: Member) -> None:
    sign_in(owner.user, PHONE, "198.51.100.4")
    browser = sign_in(owner.user)
    page = browser.get("/settings/security/sessions/").content.decode()
    assert page.index("Chrome, Windows") < page.index("Safari, iPhone")
    assert "IP 198.51.100.4" in page and "IP 203.0.113.7" in page and "เครื่องนี้" in page
    assert browser.session.session_key not in page


def test_signs_one_device_out_and_then_all_others(owner: Member, workspace: Workspace) -> None:
    phone, tablet, desk = (sign_in(owner.user) for _each in range(3))
    first = sessions_of(owner.user)[0]
    desk.post("/settings/security/sessions/end/", {"session": str(first.id)})
    assert (is_in(phone), is_in(tablet), is_in(desk)) == (False, True, True)
    desk.post("/settings/security/sessions/end/", {"others": "1"})
    assert (is_in(tablet), is_in(desk)) == (False, True)
    with in_workspace(workspace.id):
        ended = AuditEntry.objects.filter(action="administration.sessions_ended")
        assert [(one.member_id, one.detail) for one in ended] == [(owner.pk, {"sessions": 1})] * 2


def test_ends_no_session_of_somebody_else(owner: Member, salesperson: Member) -> None:
    victim, other = sign_in(salesperson.user), sign_in(owner.user)
    other.post("/settings/security/sessions/end/", {"session": str(sessions_of(salesperson.user)[0].id)})
    other.post("/settings/security/sessions/end/", {"session": "nonsense"})
    assert is_in(victim)


def test_an_administrator_signs_a_member_out_everywhere(
    owner: Member, salesperson: Member, client_of: Browser, workspace: Workspace
) -> None:
    first, second = sign_in(salesperson.user), sign_in(salesperson.user)
    client_of(owner).post(f"/settings/people/{salesperson.pk}/sign-out/")
    assert not is_in(first) and not is_in(second)
    with in_workspace(workspace.id):
        entry = AuditEntry.objects.get(action="administration.sessions_ended")
    assert (entry.member_id, entry.detail) == (owner.pk, {"sessions": 2, "member": str(salesperson.pk)})


def test_closing_access_ends_the_sessions_at_once(owner: Member, salesperson: Member, client_of: Browser) -> None:
    browser = sign_in(salesperson.user)
    client_of(owner).post(f"/settings/people/{salesperson.pk}/closure/")
    assert sessions_of(salesperson.user) == []
    assert not is_in(browser)


def test_a_new_password_ends_every_other_session(owner: Member) -> None:
    other, this = sign_in(owner.user), sign_in(owner.user)
    new = "หมอกลงที่ดอย-2570"
    this.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(other), is_in(this), len(sessions_of(owner.user))) == (False, True, 1)


def test_ends_what_was_not_used_for_too_long(owner: Member, workspace: Workspace) -> None:
    browser = sign_in(owner.user)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=11))
    assert is_in(browser)
    assert timezone.now() - sessions_of(owner.user)[0].last_seen_at < timedelta(minutes=1)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=13))
    key = browser.session.session_key
    assert queries.live_viewer(key) is None
    assert not is_in(browser)
    assert sessions_of(owner.user) == []
    with in_workspace(workspace.id):
        assert AuditEntry.objects.filter(action="administration.session_expired").count() == 1


def test_ends_what_is_too_old_by_the_strictest_company(owner: Member, workspace: Workspace) -> None:
    Workspace.objects.update(session_hours=12)
    browser = sign_in(owner.user)
    UserSession.objects.update(signed_in_at=timezone.now() - timedelta(hours=11))
    assert is_in(browser)
    UserSession.objects.update(signed_in_at=timezone.now() - timedelta(hours=13))
    assert not is_in(browser)


def test_writes_when_it_was_seen_once_in_five_minutes(owner: Member, django_assert_num_queries) -> None:
    browser = sign_in(owner.user)
    is_in(browser)
    before = sessions_of(owner.user)[0]
    is_in(browser)
    assert sessions_of(owner.user)[0].last_seen_at == before.last_seen_at
    UserSession.objects.update(last_seen_at=before.last_seen_at - timedelta(minutes=6))
    is_in(browser)
    after = sessions_of(owner.user)[0]
    assert after.last_seen_at > before.last_seen_at - timedelta(minutes=1)
    assert (after.signed_in_at, after.id) == (before.signed_in_at, before.id)


def test_gives_a_session_another_key_at_the_sign_in(owner: Member) -> None:
    browser = Client()
    session = browser.session
    session["typed"] = "x"
    session.save()
    planted = session.session_key
    browser.cookies["sessionid"] = planted
    browser.post("/sign-in/", {"login": owner.user.email, "password": PASSWORD})
    assert browser.session.session_key != planted
    assert not UserSession.objects.filter(session_key=planted).exists()


def test_forgets_expired_rows_at_night(owner: Member) -> None:
    sign_in(owner.user)
    jobs.forget_old_sessions(timestamp=int(timezone.now().timestamp()))
    assert len(sessions_of(owner.user)) == 1
    jobs.forget_old_sessions(timestamp=int((timezone.now() + timedelta(days=31)).timestamp()))
    assert sessions_of(owner.user) == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S928B) Chrome/142.0 Mobile Safari/537.36 Line/15.1", "LINE, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Gecko/20100101 Firefox/144.0", "Firefox, Mac"),
        (CHROME + " Edg/142.0", "Edge, Windows"),
        ("", "อุปกรณ์ที่ไม่รู้จัก"),
    ],
)
def test_names_a_device_in_words(agent: str, words: str) -> None:
    assert device_of(agent) == words
