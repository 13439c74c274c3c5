"""The calendar: what stands on which day, for whom, and how it gets to another one."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace
from samphan.work import actions, planner
from samphan.work.models import Task

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 21, 9, 20, tzinfo=BANGKOK)
LOY_KRATHONG_WEEK = date(2026, 11, 22)


def make(member: Member, title: str, **values: Any) -> Task:
    plan = actions.Plan(title=title, **{"assignee_id": member.pk, **values})
    return actions.create_task(plan, acting_member=member, at=NOW)[1]


def test_a_month_is_shown_in_whole_weeks_from_sunday() -> None:
    days = planner.month_days(date(2026, 11, 21))
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 1), date(2026, 12, 5), 35)
    assert len(planner.month_days(date(2026, 2, 1))) == 28, "February 2026 fills four weeks"
    assert planner.week_of(date(2026, 11, 21)) == date(2026, 11, 15)
    assert planner.week_of(LOY_KRATHONG_WEEK) == LOY_KRATHONG_WEEK


def test_a_day_has_its_tasks_visits_and_meetings_in_order(inside: Workspace, owner: Member, prae: Customer) -> None:
    day = date(2026, 11, 24)
    make(owner, "บ่าย", due_on=day, due_at=datetime(2026, 11, 24, 14, 30, tzinfo=BANGKOK))
    make(owner, "ทั้งวัน", due_on=day)
    done = make(owner, "เสร็จแล้ว", due_on=day)
    actions.move_task(done, Task.State.DONE, acting_member=owner, at=NOW)
    gone = make(owner, "ยกเลิก", due_on=day)
    actions.move_task(gone, Task.State.CANCELLED, acting_member=owner, at=NOW)
    # Half past six in the morning in Bangkok is the day before in UTC.
    actions.write_activity(
        prae, "meeting", "คุยสัญญา", acting_member=owner, at=datetime(2026, 11, 24, 6, 30, tzinfo=BANGKOK)
    )
    actions.write_activity(prae, "call", "", acting_member=owner, at=datetime(2026, 11, 24, 7, 0, tzinfo=BANGKOK))

    def entries(per_day: int) -> planner.Day:
        return planner.planned(owner, [day], whose=owner.pk, per_day=per_day, zone=BANGKOK)[day]

    assert [str(one.record)[:12] for one in entries(9).entries] == ["ทั้งวัน", "ประชุม คุยสั", "บ่าย", "เสร็จแล้ว"]
    few = entries(2)
    assert ([str(one.record)[:12] for one in few.entries], few.count) == (["ทั้งวัน", "ประชุม คุยสั"], 4)
    with CaptureQueriesContext(connection) as asked:
        planner.planned(owner, planner.month_days(day), whose=owner.pk, per_day=3, zone=BANGKOK)
    assert len(asked) == 3


def test_shows_the_own_the_colleagues_or_everybodys(
    signed_in: Client, owner: Member, salesperson: Member, prae: Customer
) -> None:
    with in_workspace(owner.workspace_id):
        make(owner, "งานของเมย์", due_on=date(2026, 11, 24))
        make(salesperson, "งานของบอย", due_on=date(2026, 11, 24), customer_id=prae.pk)

    def shown(query: str) -> list[bool]:
        html = signed_in.get(f"/calendar/?on=2026-11-24{query}").content.decode()
        return ["งานของเมย์" in html, "งานของบอย" in html]

    assert shown("") == [True, False]
    assert shown(f"&who={salesperson.pk}") == [False, True]
    assert shown("&who=all") == [True, True]
    assert shown("&who=nobody") == [True, False], "a stranger's calendar is one's own"
    assert shown("&show=week") == [True, False]
    assert shown("&show=day") == [True, False]


def test_says_months_years_and_holidays_as_the_reader_wants(signed_in: Client, owner: Member) -> None:
    html = signed_in.get("/calendar/?on=2026-12-05").content.decode()
    assert "ธันวาคม 2569" in html
    assert "วันพ่อแห่งชาติ" in html
    owner.user.language, owner.user.era = "en", "ce"
    owner.user.save(update_fields=["language", "era"])
    html = signed_in.get("/calendar/?on=2026-12-05").content.decode()
    assert "December 2026" in html
    assert "2569" not in html
    for strange in ("?on=2026-13-45", "?on=9999-12-31", "?show=century", "?who=;", "?on=0001-01-01"):
        assert signed_in.get(f"/calendar/{strange}").status_code == 200, strange


def test_moves_a_task_and_an_own_meeting_and_undo_brings_them_back(
    client: Client, owner: Member, salesperson: Member, prae: Customer
) -> None:
    sign_in(client, owner)
    with in_workspace(owner.workspace_id):
        due_at = datetime(2026, 11, 24, 14, 30, tzinfo=BANGKOK)
        task = make(owner, "โทรถามรอบสั่ง", due_on=date(2026, 11, 24), due_at=due_at)
        _act, meeting = actions.write_activity(prae, "meeting", "คุยสัญญา", acting_member=owner, at=due_at)
    for address, record in ((f"/tasks/{task.pk}/day/", task), (f"/activities/{meeting.pk}/day/", meeting)):
        form = client.get(address, **htmx()).content.decode()
        assert "24 พ.ย. 2569" in form
        refused = client.post(address, {"due": "เมื่อไรก็ได้"}, **htmx())
        assert refused.status_code == 422
        assert "เมื่อไรก็ได้" in refused.content.decode(), "what was typed stays"
        answer = client.post(address, {"due": "2026-11-27"}, **htmx())
        assert answer.status_code == 204
        assert "samphan:tasks-changed" in answer["HX-Trigger"]
        with in_workspace(owner.workspace_id):
            record.refresh_from_db()
            moved = record.due_at if isinstance(record, Task) else record.at
            assert moved == due_at + timedelta(days=3), "the time of day stays"
            undo_changeset(answer["HX-Trigger"].split("/changes/")[1].split("/")[0], member_id=owner.pk)
            record.refresh_from_db()
            assert (record.due_at if isinstance(record, Task) else record.at) == due_at
    sign_in(client, salesperson)
    assert client.post(f"/activities/{meeting.pk}/day/", {"due": "2026-11-27"}).status_code == 409


def test_a_click_on_a_day_makes_a_task_there(signed_in: Client) -> None:
    page = signed_in.get("/calendar/?on=2026-11-27").content.decode()
    assert 'data-add="/tasks/new/"' in page
    assert "data-day=2026-11-27" in page
    assert 'value="27 พ.ย. 2569"' in signed_in.get("/tasks/new/?due=2026-11-27").content.decode()
    made = signed_in.post("/tasks/new/?due=2026-11-27", {"title": "นับสต็อก", "due": "27 พ.ย. 2569"})
    assert made["Location"] == "/calendar/?on=2026-11-27"
    assert "นับสต็อก" in signed_in.get("/calendar/?on=2026-11-27").content.decode()


def test_a_full_month_of_everybody_stays_light(
    signed_in: Client, inside: Workspace, owner: Member, prae: Customer
) -> None:
    first = date(2026, 11, 1)
    Task.objects.bulk_create(
        Task(
            workspace_id=inside.pk, title="โทรแนะนำชุดเริ่มต้นร้านใหม่ที่ลำปาง", assignee=owner, made_by=owner,
            customer=prae, due_on=first + timedelta(days=index // 6), due_at=None,
        )
        for index in range(35 * 6)
    )  # fmt: skip
    connection.cursor().execute("SELECT 1")
    with CaptureQueriesContext(connection) as asked:
        month = signed_in.get("/calendar/?on=2026-11-15&who=all")
    assert month.content.decode().count("+ อีก 3") == 35
    assert len(month.content) < 60_000, len(month.content)
    assert len(asked) <= 17, [query["sql"][:90] for query in asked]
    week = signed_in.get("/calendar/?on=2026-11-15&who=all&show=week")
    assert len(week.content) < 60_000, len(week.content)


def test_an_onlooker_sees_the_tasks_and_neither_visits_nor_ways_to_change(
    client: Client, owner: Member, onlooker: Member, prae: Customer
) -> None:
    with in_workspace(owner.workspace_id):
        actions.write_activity(prae, "visit", "ชงกาแฟ", acting_member=owner, at=timezone.now())
        make(owner, "นับสต็อก", due_on=timezone.now().astimezone(BANGKOK).date())
    sign_in(client, onlooker)
    html = client.get("/calendar/?who=all").content.decode()
    assert "นับสต็อก" in html
    assert "เข้าพบ" not in html
    assert "data-move>" not in html
    assert 'data-add="/tasks' not in html


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/?show=week"])
def test_another_company_sees_nothing(client: Client, owner: Member, stranger: Member, path: str) -> None:
    with in_workspace(owner.workspace_id):
        make(owner, "ลับมาก", due_on=timezone.now().astimezone(BANGKOK).date())
    sign_in(client, stranger)
    assert "ลับมาก" not in client.get(f"{path}{'&' if '?' in path else '?'}who=all").content.decode()
