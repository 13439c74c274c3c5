"""Who is told of tasks and mentions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from samphan.administration.models import Member, Notification, Workspace
from samphan.customers.tests.conftest import sign_in
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import read
from samphan.platform.tenancy import in_workspace
from samphan.work import actions
from samphan.work.models import Task
from samphan.work.subscribers import tell_the_assignee, tell_who_was_mentioned

NOW = datetime(2026, 11, 21, 9, 20, tzinfo=ZoneInfo("Asia/Bangkok"))


def make(member: Member, title: str, **values: Any) -> Task:
    plan = actions.Plan(title=title, **{"assignee_id": member.pk, **values})
    return actions.create_task(plan, acting_member=member, at=NOW)[1]


def deliver() -> None:
    """Carry the events to their subscribers twice, as the outbox may."""
    subscribers = {"work.task_assigned": tell_the_assignee, "work.member_mentioned": tell_who_was_mentioned}
    for event in [*OutboxEvent.objects.filter(type__in=subscribers).order_by("id")] * 2:
        subscribers[event.type](read(event.type, event.payload))  # type: ignore[arg-type]


@pytest.mark.usefixtures("inside")
def test_a_colleague_hears_once_of_a_task_and_nobody_of_their_own(owner: Member, salesperson: Member) -> None:
    make(owner, "โทรถามรอบสั่ง")
    task = make(owner, "ส่งใบเสนอราคา", assignee_id=salesperson.pk)
    deliver()
    told = Notification.objects.get()
    assert (told.member_id, told.kind) == (salesperson.pk, "work.task_assigned")
    assert told.values == {"by": "เมย์", "task": "ส่งใบเสนอราคา"}
    assert told.url == f"/tasks/{task.pk}/"


def test_who_is_named_with_an_at_is_told_and_not_the_writer(
    workspace: Workspace, owner: Member, salesperson: Member, client: Client
) -> None:
    with in_workspace(workspace.pk):
        make(owner, "ถาม @บอย กับ @เมย์ เรื่องราคา")
        deliver()
        told = Notification.objects.get()
        assert (told.member_id, told.kind) == (salesperson.pk, "work.member_mentioned")
    sign_in(client, salesperson)
    assert "เมย์ เอ่ยถึงคุณ" in client.get("/notifications/panel/").content.decode()
