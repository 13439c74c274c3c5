"""Tasks: made, moved, repeated, put off; and the day in the order in which to do it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace
from samphan.work import actions, queries
from samphan.work.models import Activity, Task, TaskState
from samphan.work.recurrence import Every, Recurrence

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 21, 9, 20, tzinfo=BANGKOK)
TODAY = NOW.date()


def make(member: Member, title: str, **values: Any) -> Task:
    plan = actions.Plan(title=title, **{"assignee_id": member.pk, **values})
    return actions.create_task(plan, acting_member=member, at=NOW - timedelta(days=1))[1]


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (Recurrence(Every.DAY), date(2028, 2, 28), date(2028, 2, 29)),
        (Recurrence(Every.WORKING_DAY), date(2026, 11, 20), date(2026, 11, 23)),
        (Recurrence(Every.WEEK, 2), date(2026, 11, 21), date(2026, 12, 5)),
        (Recurrence(Every.WEEKDAYS, days=(0, 3)), date(2026, 11, 23), date(2026, 11, 26)),
        (Recurrence(Every.WEEKDAYS, days=(0, 3)), date(2026, 11, 26), date(2026, 11, 30)),
        (Recurrence(Every.WEEKDAYS, days=(0, 3)), date(2026, 11, 21), date(2026, 11, 23)),
        (Recurrence(Every.WEEKDAYS, 2, days=(4,)), date(2026, 11, 20), date(2026, 12, 4)),
        (Recurrence(Every.MONTH, day=31), date(2027, 1, 31), date(2027, 2, 28)),
        (Recurrence(Every.MONTH, day=31), date(2027, 2, 28), date(2027, 3, 31)),
        (Recurrence(Every.MONTH_END), date(2026, 12, 31), date(2027, 1, 31)),
        (Recurrence(Every.MONTH_END), date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_a_task_comes_back_on_the_day_that_was_meant(rule: Recurrence, day: date, expected: date) -> None:
    assert rule.after(day) == expected
    assert Recurrence.of(rule.stored()) == rule


def test_an_unreadable_rule_does_not_repeat() -> None:
    assert Recurrence.of({}) is None
    assert Recurrence.of({"every": "moon"}) is None
    assert Recurrence.of({"every": "weekdays", "days": [9]}) is None


def test_the_form_takes_the_days_of_the_week(signed_in: Client, owner: Member) -> None:
    typed = {"title": "ส่งของ", "due": "2027-01-04", "every": "weekdays"}
    refused = signed_in.post("/tasks/new/", typed)
    assert refused.status_code == 422
    assert "เลือกวัน" in refused.content.decode()
    assert signed_in.post("/tasks/new/", {**typed, "weekdays": ["3", "0", "9"]}).status_code == 302
    with in_workspace(owner.workspace_id):
        task = Task.objects.get()
        assert task.recurrence["days"] == [0, 3]
    page = signed_in.get(f"/tasks/{task.pk}/").content.decode()
    assert page.count('name="weekdays"') == 7
    assert page.count(" checked><span>") == 2


def test_done_makes_the_next_one_and_undo_takes_both_back(inside: Workspace, owner: Member) -> None:
    task = make(owner, "โทรถามรอบสั่ง", due_on=date(2026, 11, 7), recurrence=Recurrence(Every.WEEK))
    act = actions.move_task(task, Task.State.DONE, acting_member=owner, at=NOW)
    following = Task.objects.open().get()
    assert (following.due_on, following.follows, following.title) == (TODAY, task.pk, "โทรถามรอบสั่ง")
    undo_changeset(act, member_id=owner.pk)
    task.refresh_from_db()
    assert (task.state, task.closed_at) == (Task.State.NOT_STARTED, None)
    assert list(Task.objects.all()) == [task]


def test_undo_never_parts_a_time_from_its_day(inside: Workspace, owner: Member) -> None:
    task = make(owner, "โทรถามรอบสั่ง")
    act = actions.postpone_task(task, TODAY, acting_member=owner)
    actions.postpone_task(task, TODAY, due_at=NOW, acting_member=owner)
    undone = undo_changeset(act, member_id=owner.pk)
    task.refresh_from_db()
    assert (task.due_on, task.due_at) == (TODAY, NOW)
    assert [kept.field for kept in undone.kept] == ["due_on"]
    assert TaskState.objects.filter(task=task).count() == 1


def test_of_two_people_who_finish_a_task_one_wins(inside: Workspace, owner: Member, salesperson: Member) -> None:
    task = make(owner, "ส่งตัวอย่าง", due_on=TODAY)
    theirs = Task.objects.get(pk=task.pk)
    actions.move_task(task, Task.State.DONE, acting_member=owner, at=NOW)
    with pytest.raises(actions.ClosedMeanwhile, match="ส่งตัวอย่าง"):
        actions.move_task(theirs, Task.State.CANCELLED, acting_member=salesperson, at=NOW)
    task.refresh_from_db()
    assert task.state == Task.State.DONE
    actions.move_task(task, Task.State.DOING, acting_member=owner, at=NOW)
    assert Task.objects.get(pk=task.pk).is_open


def test_the_next_thing_offers_call_and_line_as_far_as_there_is_a_way(
    client: Client, owner: Member, onlooker: Member, prae: Customer
) -> None:
    with in_workspace(owner.workspace_id):
        make(owner, "โทรหาแพร", customer_id=prae.pk)
    sign_in(client, owner)
    html = client.get("/today/").content.decode()
    assert 'href="https://line.me/ti/p/~prae.akr"' in html
    assert 'href="tel:+66812345678"' in html
    with in_workspace(owner.workspace_id):
        Task.objects.update(assignee=onlooker)
    sign_in(client, onlooker)
    html = client.get("/today/").content.decode()
    assert "โทรหาแพร" in html
    assert "line.me" not in html


def test_refuses_what_is_no_task(inside: Workspace, owner: Member, salesperson: Member, onlooker: Member) -> None:
    for refusal, values in (
        (actions.NoTitle, {"title": "  "}),
        (actions.TextTooLong, {"title": "ก" * 301}),
        (actions.NoDayToRepeat, {"title": "ก", "recurrence": Recurrence(Every.DAY)}),
        (actions.StrangeAssignee, {"title": "ก", "assignee_id": UUID(int=1)}),
    ):
        plan = actions.Plan(**{"assignee_id": owner.pk, **values})
        with pytest.raises(refusal):
            actions.create_task(plan, acting_member=owner, at=NOW)
    with pytest.raises(actions.MayNotAssign):
        actions.create_task(actions.Plan("ก", assignee_id=owner.pk), acting_member=onlooker, at=NOW)
    assert not Task.objects.exists()


def test_the_day_stands_in_the_order_in_which_to_do_it(
    inside: Workspace, owner: Member, make_customer: MakeCustomer
) -> None:
    hotel, shop = (
        make_customer(name="โรงแรมวังน้ำเย็น", kind="organisation"),
        make_customer(name="ร้านใหม่", kind="organisation"),
    )
    Customer.objects.filter(pk=hotel.pk).update(grade="A")
    Customer.objects.filter(pk=shop.pk).update(grade="C")
    make(owner, "ไม่มีวัน")
    make(owner, "วันนี้ไม่มีเวลา", due_on=TODAY)
    make(owner, "บ่ายสาม", due_on=TODAY, due_at=NOW.replace(hour=15))
    make(owner, "ช้าเกรดซี", due_on=TODAY - timedelta(days=9), customer_id=shop.pk)
    make(owner, "ช้าเกรดเอ", due_on=TODAY - timedelta(days=2), customer_id=hotel.pk)
    make(owner, "พรุ่งนี้", due_on=TODAY + timedelta(days=1))
    soon = make(owner, "อีกแปดนาที", due_on=TODAY, due_at=NOW + timedelta(minutes=8))

    def order() -> list[str]:
        queue = queries.work_queue(owner, now=NOW, zone=BANGKOK)
        first = [queue.next.task.title] if queue.next else []
        return first + [item.task.title for item in (*queue.overdue, *queue.today, *queue.undated)]

    assert order() == ["อีกแปดนาที", "ช้าเกรดเอ", "ช้าเกรดซี", "บ่ายสาม", "วันนี้ไม่มีเวลา", "ไม่มีวัน"]
    actions.move_task(soon, Task.State.DONE, acting_member=owner, at=NOW)
    assert order()[0] == "ช้าเกรดเอ"
    queue = queries.work_queue(owner, now=NOW, zone=BANGKOK)
    assert (queue.done_count, queue.due_count) == (1, 4)
    with CaptureQueriesContext(connection) as asked:
        queries.work_queue(owner, now=NOW, zone=BANGKOK)
    assert len(asked) <= 4


def test_tells_a_broken_buying_rhythm_and_no_other(inside: Workspace, make_customer: MakeCustomer) -> None:
    customer = make_customer(name="ร้านกาดเช้า", kind="organisation")
    customer.order_count, customer.first_order_at = 4, datetime(2026, 10, 1, 5, tzinfo=UTC)
    customer.last_order_at = datetime(2026, 10, 31, 5, tzinfo=UTC)
    rhythm = queries.rhythm_of(customer, TODAY, BANGKOK)
    assert rhythm == queries.Rhythm(10, 21)
    assert rhythm.is_broken
    customer.order_count = 2
    assert queries.rhythm_of(customer, TODAY, BANGKOK) is None


def test_counts_the_time_in_each_state_for_the_one_who_worked(
    inside: Workspace, owner: Member, salesperson: Member
) -> None:
    task = make(owner, "ทำใบเสนอราคา", due_on=TODAY)
    start = NOW - timedelta(hours=5)
    actions.move_task(task, Task.State.DOING, acting_member=owner, at=start)
    actions.move_task(task, Task.State.WAITING, acting_member=owner, at=start + timedelta(minutes=80))
    actions.move_task(task, Task.State.DOING, acting_member=salesperson, at=start + timedelta(hours=3))
    actions.move_task(task, Task.State.DONE, acting_member=owner, at=start + timedelta(hours=4))
    since = NOW - timedelta(days=7)
    assert queries.time_in_states(owner, since=since, now=NOW) == {
        "doing": timedelta(minutes=80),
        "waiting": timedelta(minutes=100),
    }
    assert queries.time_in_states(salesperson, since=since, now=NOW) == {"doing": timedelta(hours=1)}
    assert queries.time_in_states(owner, since=start + timedelta(hours=1), now=NOW)["doing"] == timedelta(minutes=20)


def test_makes_a_task_on_the_record_and_shows_it_beside(signed_in: Client, prae: Customer) -> None:
    answer = signed_in.post(
        f"/customers/{prae.pk}/tasks/", {"title": "ส่งใบเสนอราคา", "due": "พรุ่งนี้", "clock": "14.30 น."}, **htmx()
    )
    assert answer.status_code == 200
    assert "samphan:timeline" in answer["HX-Trigger"]
    task = Task.objects.get()
    assert task.due_at is not None
    assert task.due_at.astimezone(BANGKOK).time().isoformat() == "14:30:00"
    assert "ส่งใบเสนอราคา" in signed_in.get(f"/customers/{prae.pk}/").content.decode()
    refused = signed_in.post(f"/customers/{prae.pk}/tasks/", {"title": "", "due": "31/02/2569"}, **htmx())
    assert refused.status_code == 422
    assert "31/02/2569" in refused.content.decode(), "what was typed stays"


def test_finishes_from_the_day_with_the_way_back(signed_in: Client, owner: Member, prae: Customer) -> None:
    with in_workspace(prae.workspace_id):
        today = datetime.now(BANGKOK).date()
        task = make(owner, "โทรหาคุณแพร", due_on=today - timedelta(days=2), customer_id=prae.pk)
    page = signed_in.get("/today/").content.decode()
    assert "เกิน 2 วัน" in page
    assert "tel:+66812345678" in page
    done = signed_in.post(f"/tasks/{task.pk}/state/", {"state": "done"}, **htmx())
    assert "/changes/" in done["HX-Trigger"]
    assert "โทรหาคุณแพร" not in signed_in.get("/today/", **htmx()).content.decode()
    assert "โทรหาคุณแพร" in signed_in.get(f"/customers/{prae.pk}/?show=tasks").content.decode()


def test_the_task_itself_and_its_quick_view_dial_for_who_may_read_contacts(
    client: Client, owner: Member, onlooker: Member, prae: Customer
) -> None:
    with in_workspace(prae.workspace_id):
        task = make(owner, "โทรหาคุณแพร", due_on=TODAY, customer_id=prae.pk)
    page, quick = f"/tasks/{task.pk}/", f"/tasks/{task.pk}/quick/"
    dials, notes = "tel:+66812345678", f"/today/call/{task.pk}/"
    sign_in(client, owner)
    html = client.get(page).content.decode()
    assert dials in html and notes in html
    assert dials in client.get(quick, **htmx()).content.decode()
    client.post(f"/tasks/{task.pk}/state/", {"state": "done"})
    done = client.get(page).content.decode()
    assert dials not in done and notes not in done, "what is done is not called any more"
    client.post(f"/tasks/{task.pk}/state/", {"state": "doing"})
    sign_in(client, onlooker)
    assert all(dials not in client.get(address).content.decode() for address in (page, quick))


def test_the_quick_view_changes_the_day(signed_in: Client, owner: Member, inside: Workspace) -> None:
    task = make(owner, "ตามบิลค้าง")
    day = f"/tasks/{task.pk}/day/"
    assert f'hx-get="{day}"' in signed_in.get(f"/tasks/{task.pk}/quick/", **htmx()).content.decode()
    assert f'hx-post="{day}"' in signed_in.get(day, **htmx()).content.decode()
    answer = signed_in.post(day, {"due": "พรุ่งนี้"}, **htmx())
    assert "samphan:tasks-changed" in answer["HX-Trigger"], "the quick view and the list read themselves again"
    assert "พรุ่งนี้" in signed_in.get(f"/tasks/{task.pk}/quick/", **htmx()).content.decode()


@pytest.mark.parametrize(("follow", "days"), [("three_days", 3), ("week", 7)])
def test_notes_the_call_finishes_the_task_and_names_the_next(
    signed_in: Client, owner: Member, prae: Customer, follow: str, days: int
) -> None:
    with in_workspace(prae.workspace_id):
        task = make(owner, "โทรถามรอบสั่ง", due_on=TODAY, customer_id=prae.pk)
    assert "โทรถามรอบสั่ง" in signed_in.get(f"/today/call/{task.pk}/").content.decode()
    answer = signed_in.post(
        f"/today/call/{task.pk}/", {"text": "สั่งเพิ่มสองถุง", "finish": "1", "follow": follow}, **htmx()
    )
    assert answer.status_code == 200
    call = Activity.objects.get()
    assert (call.kind, call.text, call.customer_id) == ("call", "สั่งเพิ่มสองถุง", prae.pk)
    following = Task.objects.open().get()
    assert following.due_on == datetime.now(BANGKOK).date() + timedelta(days=days)
    act = call.created_in
    assert act is not None
    with in_workspace(prae.workspace_id):
        undo_changeset(act, member_id=owner.pk)
        assert not Activity.objects.exists()
        assert Task.objects.open().get().pk == task.pk


def test_postpones(signed_in: Client, owner: Member, inside: Workspace) -> None:
    task = make(owner, "ตามบิลค้าง", due_on=TODAY, due_at=NOW.replace(hour=11))
    assert signed_in.post(f"/tasks/{task.pk}/day/", {"by": "week"}, **htmx()).status_code == 204
    task.refresh_from_db()
    assert task.due_at is not None
    moved = task.due_at.astimezone(BANGKOK)
    assert (moved.date(), moved.hour) == (datetime.now(BANGKOK).date() + timedelta(days=7), 11)


def test_hides_tasks_of_another_company_and_from_who_may_not(
    client: Client, owner: Member, stranger: Member, onlooker: Member, prae: Customer
) -> None:
    with in_workspace(prae.workspace_id):
        task = make(owner, "ลับ", due_on=TODAY)
    sign_in(client, stranger)
    assert client.get(f"/tasks/{task.pk}/").status_code == 404
    assert client.post(f"/tasks/{task.pk}/state/", {"state": "done"}).status_code == 404
    sign_in(client, onlooker)
    assert client.get(f"/tasks/{task.pk}/").status_code == 200
    assert client.post(f"/tasks/{task.pk}/state/", {"state": "done"}).status_code == 403
    sign_in(client, owner)
    assert client.post(f"/tasks/{task.pk}/state/", {"state": "done"}).status_code == 302


def test_the_next_task_stands_in_the_list_and_can_be_filtered(
    signed_in: Client, owner: Member, prae: Customer, make_customer: MakeCustomer
) -> None:
    idle = make_customer(name="ศรันย์ ภูริปัญญานนท์")
    with in_workspace(prae.workspace_id):
        make(owner, "ไม่มีวัน", customer_id=prae.pk)
        make(owner, "ทีหลัง", due_on=TODAY + timedelta(days=9), customer_id=prae.pk)
        done = make(owner, "เสร็จแล้ว", due_on=TODAY - timedelta(days=1), customer_id=prae.pk)
        actions.move_task(done, Task.State.DONE, acting_member=owner, at=NOW)
    html = signed_in.get("/customers/?columns=name,next_task,next_task_on").content.decode()
    assert "ทีหลัง" in html
    assert "เสร็จแล้ว" not in html
    without = signed_in.get("/customers/?f=next_task:is_unknown").content.decode()
    assert str(idle.pk) in without
    assert str(prae.pk) not in without
    with_one = signed_in.get("/customers/?f=next_task:is_known").content.decode()
    assert str(prae.pk) in with_one
    assert str(idle.pk) not in with_one


def test_the_day_of_the_next_task_stands_in_its_cell(
    signed_in: Client, owner: Member, prae: Customer, make_customer: MakeCustomer
) -> None:
    today = timezone.localdate()
    days = {
        prae: today - timedelta(days=2),
        make_customer(name="ศรันย์ ภูริปัญญานนท์"): today,
        make_customer(name="กร"): None,
    }
    with in_workspace(owner.workspace_id):
        for customer, day in days.items():
            make(owner, "นัด <b>คุย", due_on=day, customer_id=customer.pk)
    html = signed_in.get("/customers/?columns=name,next_task").content.decode()
    assert "นัด &lt;b&gt;คุย <span class=is-bad>เกิน 2 วัน</span>" in html
    assert "นัด &lt;b&gt;คุย <span class=is-warn>วันนี้</span>" in html
    assert html.count("นัด &lt;b&gt;คุย") == 3
    cell = signed_in.get(f"/customers/rows/{prae.pk}/?columns=name,next_task").content.decode()
    assert "เกิน 2 วัน" in cell


def test_late_in_the_evening_of_utc_it_is_tomorrow_here(inside: Workspace, owner: Member) -> None:
    task = make(owner, "นับสต็อก", due_on=date(2026, 11, 19), recurrence=Recurrence(Every.DAY))
    after_midnight = datetime(2026, 11, 21, 0, 30, tzinfo=BANGKOK)
    actions.move_task(task, Task.State.DONE, acting_member=owner, at=after_midnight)
    assert Task.objects.open().get().due_on == date(2026, 11, 21)
