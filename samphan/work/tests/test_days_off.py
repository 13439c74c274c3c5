"""Tasks know the days on which the company works."""

from datetime import date, timedelta

import pytest
from django.test import Client

from samphan.administration.models import Member
from samphan.administration.settings import holidays
from samphan.platform.tenancy import in_workspace
from samphan.work.actions import Plan, create_task, following
from samphan.work.models import Task
from samphan.work.recurrence import Every, Recurrence

pytestmark = pytest.mark.django_db


def add_task(owner: Member, due_on: date, every: Every | None = None) -> Task:
    plan = Plan(title="โทรกลับ", assignee_id=owner.pk, due_on=due_on, recurrence=Recurrence(every) if every else None)
    return create_task(plan, acting_member=owner, at=owner.workspace.created_at)[1]


def test_puts_a_task_off_to_the_next_working_day(signed_in: Client, owner: Member) -> None:
    today = owner.workspace.today()
    with in_workspace(owner.workspace_id):
        for ahead in range(1, 9):
            holidays.add_holiday(
                on=today + timedelta(days=ahead),
                until=None,
                name="หยุดยาว",
                name_en="",
                yearly=False,
                acting_member=owner,
            )
        task = add_task(owner, today)
    signed_in.post(f"/tasks/{task.pk}/day/", {"by": "working_day"})
    with in_workspace(owner.workspace_id):
        task.refresh_from_db()
        assert task.due_on is not None and task.due_on >= today + timedelta(days=9)
        assert task.due_on.weekday() < 5 and not holidays.holidays_of(owner.workspace_id).is_off(task.due_on)


def test_tells_that_a_day_is_a_holiday(signed_in: Client, owner: Member) -> None:
    today = owner.workspace.today()
    day = today + timedelta(days=3)
    with in_workspace(owner.workspace_id):
        holidays.add_holiday(on=day, until=None, name="งานเลี้ยงบริษัท", name_en="", yearly=False, acting_member=owner)
        task = add_task(owner, today)
    signed_in.post(f"/tasks/{task.pk}/day/", {"due": day.isoformat()})
    assert "ตรงกับวันหยุด: งานเลี้ยงบริษัท" in signed_in.get(f"/tasks/{task.pk}/").content.decode()
    assert "งานเลี้ยงบริษัท" in signed_in.get(f"/calendar/?on={day.isoformat()}&show=week").content.decode()
    added = signed_in.post("/tasks/new/", {"title": "ส่งของ", "due": day.isoformat()}, follow=True)
    assert "ตรงกับวันหยุด: งานเลี้ยงบริษัท" in added.content.decode()


def test_a_task_of_every_working_day_leaves_holidays_out(owner: Member) -> None:
    with in_workspace(owner.workspace_id):
        task = add_task(owner, date(2026, 12, 4), Every.WORKING_DAY)  # the Friday before Father's Day
        values = following(task, date(2026, 12, 4))
    assert values is not None and values["due_on"] == date(2026, 12, 8)


def test_the_week_of_the_calendar_begins_as_the_company_says(signed_in: Client, owner: Member) -> None:
    assert "data-day=2026-11-22" in signed_in.get("/calendar/?on=2026-11-25&show=week").content.decode()
    owner.workspace.week_start = 0
    owner.workspace.save(update_fields=["week_start"])
    page = signed_in.get("/calendar/?on=2026-11-25&show=week").content.decode()
    assert "data-day=2026-11-23" in page and "data-day=2026-11-22" not in page
