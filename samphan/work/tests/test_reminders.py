"""Reminders: chosen in the task's form, told once when their time has come, also after a downtime."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app as procrastinate_app

from samphan.administration.models import Member, Notification, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace
from samphan.work import actions
from samphan.work.jobs import remind_of_tasks
from samphan.work.models import Task
from samphan.work.recurrence import Every, Recurrence
from samphan.work.reminders import LEADS, lead_of, moment_of, remind_due

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 21, 9, 20, tzinfo=BANGKOK)
DUE = datetime(2026, 11, 23, 14, 30, tzinfo=BANGKOK)


def make(member: Member, title: str = "โทรถามรอบสั่ง", **values: Any) -> Task:
    wanted = {"assignee_id": member.pk, "due_on": DUE.date(), "due_at": DUE, "reminder_at": DUE, **values}
    return actions.create_task(actions.Plan(title=title, **wanted), acting_member=member, at=NOW)[1]


@pytest.mark.parametrize(
    ("lead", "due_at", "expected"),
    [
        ("0", DUE, DUE),
        ("10", DUE, datetime(2026, 11, 23, 14, 20, tzinfo=BANGKOK)),
        ("60", DUE, datetime(2026, 11, 23, 13, 30, tzinfo=BANGKOK)),
        ("1440", DUE, datetime(2026, 11, 22, 14, 30, tzinfo=BANGKOK)),
        ("0", None, datetime(2026, 11, 23, 9, 0, tzinfo=BANGKOK)),
        ("1440", None, datetime(2026, 11, 22, 9, 0, tzinfo=BANGKOK)),
    ],
)
def test_a_lead_counts_from_the_time_or_from_nine_in_the_morning(
    lead: str, due_at: datetime | None, expected: datetime
) -> None:
    moment = moment_of(lead, DUE.date(), due_at, BANGKOK)
    assert moment == expected
    assert lead_of(Task(due_on=DUE.date(), due_at=due_at, reminder_at=moment), BANGKOK) == lead


def test_tells_the_assignee_once_when_the_time_has_come(
    inside: Workspace, owner: Member, salesperson: Member, prae: Customer
) -> None:
    task = make(owner, assignee_id=salesperson.pk, customer_id=prae.pk, reminder_at=DUE - timedelta(minutes=10))
    assert remind_due(inside.pk, at=DUE - timedelta(minutes=11)) == 0
    assert remind_due(inside.pk, at=DUE - timedelta(minutes=10)) == 1
    assert remind_due(inside.pk, at=DUE) == 0
    told = Notification.objects.get()
    assert (told.member_id, told.kind, told.url) == (salesperson.pk, "work.task_due", f"/tasks/{task.pk}/")
    assert told.values == {"task": "โทรถามรอบสั่ง", "customer": "คุณพิมพ์ลดา อัครเดชากุล (แพร)"}
    # Also when the mark was lost with a transaction that did not end, a member hears once.
    Task.objects.update(reminded_at=None)
    assert remind_due(inside.pk, at=DUE) == 0
    assert Notification.objects.count() == 1


def test_after_a_downtime_each_is_told_and_what_is_closed_is_not(inside: Workspace, owner: Member) -> None:
    for index in range(3):
        make(owner, f"งานที่ {index}", reminder_at=DUE + timedelta(hours=index))
    done = make(owner, "เสร็จแล้ว")
    actions.move_task(done, Task.State.DONE, acting_member=owner, at=NOW)
    assert remind_due(inside.pk, at=DUE + timedelta(days=4)) == 3
    assert remind_due(inside.pk, at=DUE + timedelta(days=5)) == 0


def test_a_task_put_off_takes_its_reminder_along_and_is_told_again(inside: Workspace, owner: Member) -> None:
    task = make(owner)
    assert remind_due(inside.pk, at=DUE) == 1
    act = actions.postpone_task(task, date(2026, 11, 26), acting_member=owner, due_at=DUE + timedelta(days=3))
    task.refresh_from_db()
    assert task.reminder_at == DUE + timedelta(days=3)
    assert remind_due(inside.pk, at=DUE + timedelta(days=2)) == 0
    assert remind_due(inside.pk, at=DUE + timedelta(days=3)) == 1
    undo_changeset(act, member_id=owner.pk)
    task.refresh_from_db()
    assert task.reminder_at == DUE
    actions.postpone_task(task, None, acting_member=owner)
    task.refresh_from_db()
    assert task.reminder_at is None, "without a day there is nothing to count from"


def test_the_next_one_of_a_task_that_comes_back_has_its_own_reminder(inside: Workspace, owner: Member) -> None:
    task = make(owner, recurrence=Recurrence(Every.WEEK), reminder_at=DUE - timedelta(hours=1))
    actions.move_task(task, Task.State.DONE, acting_member=owner, at=DUE)
    assert Task.objects.open().get().reminder_at == DUE + timedelta(days=7) - timedelta(hours=1)


def test_the_job_runs_by_the_clock_in_every_company(owner: Member, stranger: Member) -> None:
    for member in (owner, stranger):
        with in_workspace(member.workspace_id):
            make(member, "เปิดร้าน")
    at = DUE + timedelta(seconds=30)
    remind_of_tasks(timestamp=int(at.astimezone(UTC).timestamp()))
    for member in (owner, stranger):
        with in_workspace(member.workspace_id):
            assert Notification.objects.filter(kind="work.task_due").count() == 1
    names = [name for name, _id in procrastinate_app.periodic_registry.periodic_tasks]
    assert remind_of_tasks.name in names


def test_the_form_takes_a_reminder_and_says_what_is_wrong_with_it(client: Client, owner: Member) -> None:
    sign_in(client, owner)
    tomorrow = (timezone.now().astimezone(BANGKOK) + timedelta(days=1)).date()
    typed = {"title": "โทรกลับ", "due": tomorrow.isoformat(), "clock": "14:30", "remind": "60"}
    for wrong, field, words in (
        ({"due": "", "clock": ""}, "task-remind", "ต้องมีวัน"),
        ({"remind": "own", "remind_at": "1/1/2560 09:00"}, "task-remind-at", "ผ่านไปแล้ว"),
        ({"remind": "own", "remind_at": "ตอนเช้า"}, "task-remind-at", "ตอนเช้า"),
    ):
        refused = client.post("/tasks/new/", {**typed, **wrong})
        assert refused.status_code == 422
        html = refused.content.decode()
        assert f'id="{field}-note"' in html
        assert words in html
    assert client.post("/tasks/new/", typed).status_code == 302
    with in_workspace(owner.workspace_id):
        task = Task.objects.get()
        assert task.due_at and task.reminder_at == task.due_at - timedelta(hours=1)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert '<option value="60" selected>' in page
    assert set(LEADS) <= {value for value in ("0", "10", "60", "1440") if f'value="{value}"' in page}
    own = {**typed, "remind": "own", "remind_at": f"{tomorrow.isoformat()} 08:15"}
    assert client.post(f"/tasks/{task.pk}/", own).status_code == 302
    with in_workspace(owner.workspace_id):
        task.refresh_from_db()
        assert task.reminder_at == datetime(tomorrow.year, tomorrow.month, tomorrow.day, 8, 15, tzinfo=BANGKOK)
        Task.objects.update(reminder_at=NOW - timedelta(days=400))
    passed = {**typed, "remind": "own", "remind_at": "17/10/2568 09:20"}
    assert client.post(f"/tasks/{task.pk}/", passed).status_code == 302, "one that was told may stay"
    assert client.post(f"/tasks/{task.pk}/", {**typed, "remind": ""}).status_code == 302
    with in_workspace(owner.workspace_id):
        task.refresh_from_db()
        assert task.reminder_at is None
