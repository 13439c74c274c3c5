"""Notifications by e-mail: after a while or in the morning, only what nobody has seen, and never twice."""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job as QueuedJob

from samphan import ui
from samphan.administration import actions as accounts
from samphan.administration import notifications
from samphan.administration.jobs import queue_notification_mails, send_notification_mail
from samphan.administration.models import Member, Notification, NotificationMail, Workspace
from samphan.administration.notifications import actions, choices, kinds, mails
from samphan.administration.security import alerts
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
UNDONE = "administration.import_undone"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Bangkok"))
SITE = "http://testserver"


class Flaky(locmem.EmailBackend):
    """A mailbox behind a server that refuses what it is told to refuse."""

    refusals: ClassVar[list[Exception]] = []

    def send_messages(self, messages: Any) -> int:
        if self.refusals:
            raise self.refusals.pop(0)
        return int(super().send_messages(messages))


@pytest.fixture(autouse=True)
def server(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = f"{__name__}.Flaky"
    settings.SITE_URL = SITE
    Flaky.refusals.clear()
    yield
    Flaky.refusals.clear()


def wants(member: Member, channel: str, topic: str = kinds.IMPORTS) -> None:
    with in_workspace(member.workspace_id):
        choices.choose(member, {topic: channel})


def tell(*members: Member, key: str = "1", file: str = "ลูกค้าเก่า.xlsx", at: datetime = NOON) -> int:
    with in_workspace(members[0].workspace_id):
        ids = [member.pk for member in members]
        return notifications.notify(ids, UNDONE, key=key, values={"file": file}, url="/imports/", at=at)


def post(workspace: Workspace, at: datetime) -> int:
    """What the job of this minute and the jobs that it queues would do."""
    with in_workspace(workspace.pk):
        due = mails.due_letters(workspace.pk, at=at)
    return sum(mails.send_due(workspace.pk, member_id, channel, at=at) for member_id, channel in due)


def later(minutes: float = 5) -> datetime:
    return NOON + timedelta(minutes=minutes)


def html_of(letter: Any) -> str:
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    return str(html)


def test_goes_to_who_has_not_looked_for_five_minutes_and_once(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner)
    assert post(workspace, later(4)) == 0
    assert post(workspace, later(5)) == 1
    assert post(workspace, later(6)) == 0
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["may@doimok.example"], "เลิกทำการนำเข้า “ลูกค้าเก่า.xlsx” แล้ว")
    with in_workspace(workspace.pk):
        told = Notification.objects.get()
    for text in (letter.body, html_of(letter)):
        links = re.findall(r'http://testserver[^\s"<]*', str(text))
        assert sorted(links) == [f"{SITE}/notifications/{told.pk}/", f"{SITE}/settings/notifications/"]
        assert "โรงคั่วดอยหมอก" in text
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_an_e_mail_is_dressed_in_the_light_tokens(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner)
    tell(owner, key="2", file="สินค้า.xlsx")
    post(workspace, later(5))
    html = html_of(mail.outbox[0])
    styles = re.findall(r'style="([^"]+)"', html)
    used = {colour for style in styles for colour in re.findall(r"#[0-9a-f]{6}", style)}
    tokens = (Path(ui.__file__).parent / "assets" / "css" / "tokens.css").read_text("utf-8")
    assert used <= set(re.findall(r"light-dark\((#[0-9a-f]{6}),", tokens))
    with in_workspace(workspace.pk):
        told = list(Notification.objects.all())
    for one in told:
        assert f'href="{SITE}/notifications/{one.pk}/"' in html, "each line opens what it tells of"
    assert "class=" not in html and "<style" not in html, "readers of e-mail know inline styles alone"


def test_who_is_at_the_desk_gets_none(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner)
    with in_workspace(workspace.pk):
        actions.see_all(owner, at=later(2))
    assert post(workspace, later(5)) == 0
    with in_workspace(workspace.pk):
        assert not NotificationMail.objects.exists()


def test_what_came_together_is_one_e_mail(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    for number in range(3):
        tell(owner, key=str(number), file=f"ไฟล์ {number}.xlsx")
    assert post(workspace, later()) == 3
    (letter,) = mail.outbox
    assert letter.subject == "การแจ้งเตือน 3 เรื่อง"
    assert [f"ไฟล์ {number}.xlsx" in letter.body for number in range(3)] == [True] * 3
    assert f"{SITE}/notifications/\n" in letter.body


def test_mentions_and_reminders_go_out_until_a_member_chooses_and_the_rest_stays_under_the_bell(
    workspace: Workspace, owner: Member
) -> None:
    with in_workspace(workspace.pk):
        usual = {choice.topic.name: choice.channel for choice in choices.choices_of(owner)}
    assert {name for name, channel in usual.items() if channel != "bell"} == {
        "work.member_mentioned",
        "work.task_due",
        "administration.stand_in_named",
        # Nobody looks at the bell because something has stopped.
        "administration.work_stopped",
        "integrations.webhook_stopped",
    }
    tell(owner)
    assert post(workspace, later()) == 0


def test_every_kind_can_be_chosen_but_alerts_and_the_one_that_says_that_no_e_mail_goes_out() -> None:
    unchosen = [one.name for one in kinds.kinds() if kinds.topic(one.topic) is None]
    assert [name for name in unchosen if not name.startswith(alerts.PREFIX)] == [mails.REFUSED]


@pytest.mark.parametrize(
    ("told_at", "due_at"),
    [
        (datetime(2026, 11, 23, 7, 59), datetime(2026, 11, 23, 8, 0)),
        (datetime(2026, 11, 23, 8, 0), datetime(2026, 11, 24, 8, 0)),
        (datetime(2026, 12, 31, 23, 30), datetime(2027, 1, 1, 8, 0)),
    ],
)
def test_the_summary_is_due_at_eight_where_the_company_is(told_at: datetime, due_at: datetime) -> None:
    zone = ZoneInfo("Asia/Bangkok")
    told = told_at.replace(tzinfo=zone)
    assert choices.next_morning(told.astimezone(UTC), zone) == due_at.replace(tzinfo=zone)


def test_the_summary_comes_in_the_morning_with_what_is_still_unread(workspace: Workspace, owner: Member) -> None:
    wants(owner, "daily")
    tell(owner, key="1", file="อ่านแล้ว.xlsx")
    tell(owner, key="2", file="เห็นแต่ไม่เปิด.xlsx")
    with in_workspace(workspace.pk):
        actions.read_one(Notification.objects.get(key="1"), at=later(1))
        actions.see_all(owner, at=later(2))
    assert post(workspace, later(5)) == 0
    morning = NOON.replace(day=24, hour=8)
    assert post(workspace, morning - timedelta(seconds=1)) == 0
    assert post(workspace, morning) == 1
    (letter,) = mail.outbox
    assert letter.subject == "24 พ.ย. 2569: ยังไม่ได้อ่าน 1 เรื่อง"
    assert "เห็นแต่ไม่เปิด.xlsx" in letter.body and "อ่านแล้ว.xlsx" not in letter.body


def test_without_anything_unread_no_summary_comes(workspace: Workspace, owner: Member) -> None:
    wants(owner, "daily")
    tell(owner)
    with in_workspace(workspace.pk):
        actions.read_all(owner, at=later(1))
    assert post(workspace, NOON + timedelta(days=1)) == 0
    assert mail.outbox == []


def test_writes_in_the_language_and_the_years_of_the_reader(
    workspace: Workspace, owner: Member, salesperson: Member
) -> None:
    owner.user.language = "en"
    owner.user.save(update_fields=["language"])
    for member in (owner, salesperson):
        wants(member, "daily")
    tell(owner, salesperson)
    assert post(workspace, NOON.replace(day=24, hour=8)) == 2
    subjects = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert subjects == {
        "may@doimok.example": "24 Nov 2026: 1 thing not read",
        "boy@doimok.example": "24 พ.ย. 2569: ยังไม่ได้อ่าน 1 เรื่อง",
    }
    english = next(letter for letter in mail.outbox if letter.to == ["may@doimok.example"])
    assert "Doi Mok Roasters" in english.body and "Choose what comes by e-mail" in html_of(english)


def test_a_name_cannot_break_the_subject_or_the_page(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner, file="ลด 50%\r\nBcc: all@doimok.example <b>.xlsx")
    assert post(workspace, later()) == 1
    (letter,) = mail.outbox
    assert letter.subject == "เลิกทำการนำเข้า “ลด 50% Bcc: all@doimok.example <b>.xlsx” แล้ว"
    assert letter.recipients() == ["may@doimok.example"]
    assert "&lt;b&gt;" in html_of(letter) and "<b>.xlsx" not in html_of(letter)


def test_what_is_turned_off_does_not_go_out_any_more(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner)
    wants(owner, "mail", topic=kinds.LIST_ACTS)  # another line changes nothing for this one
    with in_workspace(workspace.pk):
        assert NotificationMail.objects.count() == 1
    wants(owner, "bell")
    assert post(workspace, later()) == 0


def test_whose_access_is_closed_gets_none(workspace: Workspace, owner: Member, salesperson: Member) -> None:
    wants(salesperson, "mail")
    tell(salesperson)
    with in_workspace(workspace.pk):
        accounts.deactivate_member(salesperson, acting_member=owner)
    assert post(workspace, later()) == 0
    assert mail.outbox == []


def test_what_is_long_past_does_not_go_out_when_samphan_was_down(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner)
    assert post(workspace, NOON + timedelta(days=3)) == 0
    with in_workspace(workspace.pk):
        assert not NotificationMail.objects.exists()


def test_the_demo_company_and_an_installation_without_a_server_send_nothing(
    workspace: Workspace, owner: Member, signed_in: Client, settings: Any
) -> None:
    wants(owner, "mail")
    workspace.is_demo = True
    workspace.save(update_fields=["is_demo"])
    tell(owner, key="1")
    assert "บริษัทตัวอย่างไม่ส่งอีเมล" in signed_in.get("/settings/notifications/").content.decode()
    workspace.is_demo = False
    workspace.save(update_fields=["is_demo"])
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(owner, key="2")
    page = signed_in.get("/settings/notifications/").content.decode()
    assert "SAMPHAN_EMAIL_URL" in page and "/settings/notifications/test/" not in page
    settings.EMAIL_BACKEND = f"{__name__}.Flaky"
    assert post(workspace, later()) == 0


def test_a_refusal_gives_the_claim_back_and_the_next_try_sends_once(
    workspace: Workspace, owner: Member, salesperson: Member, client_of: Callable[[Member], Client]
) -> None:
    wants(salesperson, "mail")
    tell(salesperson)
    Flaky.refusals[:] = [ConnectionRefusedError(111, "Connection refused"), SMTPServerDisconnected("Greylisted")]
    now = datetime.now(UTC)
    with in_workspace(workspace.pk):
        NotificationMail.objects.update(due_at=now)
        ((member_id, channel),) = mails.due_letters(workspace.pk, at=now)
    for _try in range(2):
        with pytest.raises(mails.MailRefused):
            mails.send_due(workspace.pk, member_id, channel, at=now)
    # Whoever can mend it sees it, by the bell once a day and on the page; whoever cannot is not bothered.
    page = client_of(owner).get("/settings/notifications/").content.decode()
    assert "ส่งการแจ้งเตือนทางอีเมลไม่ได้ 1 เรื่อง ครั้งล่าสุดถึง บอย" in page and "Greylisted" in page
    assert client_of(owner).get("/notifications/").content.decode().count("ส่งการแจ้งเตือนทางอีเมลไม่ได้") == 1
    assert "Greylisted" not in client_of(salesperson).get("/settings/notifications/").content.decode()
    assert mails.send_due(workspace.pk, member_id, channel, at=now) == 1
    assert mails.send_due(workspace.pk, member_id, channel, at=now) == 0
    assert len(mail.outbox) == 1
    assert "say-bad" not in client_of(owner).get("/settings/notifications/").content.decode()


def test_an_address_that_is_refused_for_good_is_not_tried_again(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    tell(owner)
    Flaky.refusals[:] = [SMTPRecipientsRefused({"may@doimok.example": (550, b"No such user here")})]
    assert post(workspace, later()) == 0
    with in_workspace(workspace.pk):
        trouble = mails.trouble(workspace.pk, at=later())
    assert trouble is not None and trouble.said == "550 No such user here"
    assert post(workspace, later(6)) == 0
    assert mail.outbox == []


def test_the_minute_queues_one_job_for_a_member_and_the_job_waits_longer_after_each_refusal(
    workspace: Workspace, owner: Member
) -> None:
    wants(owner, "mail")
    tell(owner, key="1", at=datetime.now(UTC) - timedelta(minutes=6))
    tell(owner, key="2", at=datetime.now(UTC) - timedelta(minutes=6))
    now = int(datetime.now(UTC).timestamp())
    queue_notification_mails(timestamp=now)
    queue_notification_mails(timestamp=now)
    (queued,) = ProcrastinateJob.objects.filter(task_name=send_notification_mail.name, status="todo")
    send_notification_mail(**queued.args)
    send_notification_mail(**queued.args)
    assert len(mail.outbox) == 1
    again = send_notification_mail.task.retry_strategy
    assert again is not None
    waits = []
    for tried in range(8):
        job = QueuedJob(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=tried)
        decision = again.get_retry_decision(exception=mails.MailRefused(), job=job)
        at = decision.retry_at if decision else None
        waits.append(at and round((at - datetime.now(UTC)).total_seconds()))
    assert waits == [4, 16, 64, 256, 1024, 4096, 16384, None]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_mailed_twice_whatever_happens_in_between(workspace: Workspace, owner: Member, seed: int) -> None:
    dice, now, told = random.Random(seed), NOON, 0
    wants(owner, "mail")
    for _step in range(40):
        now += timedelta(minutes=dice.choice([1, 5, 90, 600]))
        what = dice.choice(["tell", "tell", "look", "choose", "post", "post", "refuse", "again"])
        if what == "tell":
            told += tell(owner, key=str(told), file=f"[{told}].xlsx", at=now)
        elif what == "look" and dice.random() < 0.3:
            with in_workspace(workspace.pk):
                actions.see_all(owner, at=now)
        elif what == "choose":
            wants(owner, dice.choice(["mail", "daily", "mail", "bell"]))
        elif what == "refuse":
            Flaky.refusals.append(SMTPServerDisconnected("Greylisted"))
        else:
            with in_workspace(workspace.pk):
                due = mails.due_letters(workspace.pk, at=now) if what == "post" else []
            for member_id, channel in due or [(owner.pk, "mail"), (owner.pk, "daily")]:
                try:
                    mails.send_due(workspace.pk, member_id, channel, at=now)
                except mails.MailRefused:
                    continue
    counted = Counter(number for letter in mail.outbox for number in re.findall(r"\[(\d+)\]\.xlsx", str(letter.body)))
    assert set(counted.values()) <= {1}
    assert counted, "this course of things sent nothing"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_e_mail(workspace: Workspace, owner: Member) -> None:
    wants(owner, "mail")
    for number in range(5):
        tell(owner, key=str(number), file=f"[{number}].xlsx")
    start, sent, queued, problems = threading.Barrier(4), [], [], []

    def work() -> None:
        try:
            start.wait(20)
            with in_workspace(workspace.pk):
                queued.extend(mails.due_letters(workspace.pk, at=later()))
            start.wait(20)
            sent.append(mails.send_due(workspace.pk, owner.pk, "mail", at=later()))
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert problems == []
    assert set(queued) == {(owner.pk, "mail")}
    assert sum(sent) == 5
    numbers = Counter(number for letter in mail.outbox for number in re.findall(r"\[(\d)\]\.xlsx", str(letter.body)))
    assert numbers == {str(number): 1 for number in range(5)}


def test_keeps_what_a_member_chooses_and_refuses_what_there_is_not(
    workspace: Workspace, owner: Member, salesperson: Member, signed_in: Client, client_of: Callable[[Member], Client]
) -> None:
    assert signed_in.post("/settings/notifications/", {kinds.IMPORTS: "daily", "x": "mail"}).status_code == 302
    page = signed_in.get("/settings/notifications/").content.decode()
    assert re.search(rf'name="{kinds.IMPORTS}" value="daily" checked', page)
    assert signed_in.post("/settings/notifications/", {kinds.IMPORTS: "pigeon"}).status_code == 409
    with in_workspace(workspace.pk):
        mine = {choice.topic.name: choice.channel for choice in choices.choices_of(owner)}
        theirs = {choice.topic.name: choice.channel for choice in choices.choices_of(salesperson)}
    assert (mine[kinds.IMPORTS], theirs[kinds.IMPORTS]) == ("daily", "bell")


def test_sends_an_administrator_a_test_and_says_what_the_server_answers(
    owner: Member, salesperson: Member, signed_in: Client, client_of: Callable[[Member], Client]
) -> None:
    assert signed_in.post("/settings/notifications/test/").status_code == 302
    assert mail.outbox[0].to == [owner.user.email]
    Flaky.refusals[:] = [ConnectionRefusedError(111, "Connection refused")]
    refused = signed_in.post("/settings/notifications/test/")
    assert refused.status_code == 409 and "Connection refused" in refused.content.decode()
    assert client_of(salesperson).post("/settings/notifications/test/").status_code == 403
    assert len(mail.outbox) == 1


def test_the_link_of_another_company_offers_the_way_over(
    workspace: Workspace, other_workspace: Workspace, owner: Member, stranger: Member, signed_in: Client
) -> None:
    there = accounts.create_member(other_workspace, email=owner.user.email, name="เมย์", roles=["sales"])
    tell(there)
    with in_workspace(other_workspace.pk):
        told: UUID = Notification.objects.get().pk
    page = signed_in.get(f"/notifications/{told}/").content.decode()
    assert "บ้านริมคลอง" in page and f'action="/workspaces/{other_workspace.pk}/entry/"' in page
    entered = signed_in.post(f"/workspaces/{other_workspace.pk}/entry/", {"next": f"/notifications/{told}/"})
    assert entered["Location"] == f"/notifications/{told}/"
    assert signed_in.get(entered["Location"])["Location"] == "/imports/"
    away = signed_in.post(f"/workspaces/{other_workspace.pk}/entry/", {"next": "//elsewhere.example/"})
    assert away["Location"] == "/"
