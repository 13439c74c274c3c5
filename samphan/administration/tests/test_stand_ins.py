"""Stand-ins during leave."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from samphan.administration import absences, composition
from samphan.administration.composition import RoleDraft
from samphan.administration.models import Member, Notification, Workspace
from samphan.administration.reaching import Delegation
from samphan.customers.models import Customer
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.calendar import format_date
from samphan.work import actions as work

pytestmark = pytest.mark.django_db
HERE = "/settings/stand-ins/"


def days(workspace: Workspace, first: int, last: int) -> dict[str, str]:
    today = workspace.today()
    wanted = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return {name: format_date(day, "short") for name, day in wanted.items()}


def standing(workspace: Workspace) -> list[Delegation]:
    with in_workspace(workspace.pk):
        return list(Delegation.objects.filter(withdrawn_at=None).order_by("id"))


def test_names_a_stand_in_who_has_the_tasks_on_their_day_and_the_customers_in_reach(
    client_of: Callable[[Member], Client], owner: Member, salesperson: Member, workspace: Workspace
) -> None:
    with in_workspace(workspace.pk):
        draft = RoleDraft(
            "ตัวแทน",
            permissions=("customers.view_customer", "work.view_activity", "work.change_task"),
            privacy=frozenset({"public", "business", "personal"}),
            reach={"customers": "own", "tasks": "own"},
        )
        salesperson.roles = [composition.save_role(None, draft, acting_member=owner)]
        salesperson.save(update_fields=["roles"])
        theirs = Customer.objects.create(workspace=workspace, kind="person", name="ชาลี", owner=owner)
        plan = work.Plan("โทรกลับชาลี", owner.pk, theirs.pk, due_on=workspace.today())
        work.create_task(plan, acting_member=owner, at=datetime.now(UTC))
    agent = client_of(salesperson)
    assert "โทรกลับ" not in agent.get("/today/").content.decode()
    assert agent.get(f"/customers/{theirs.pk}/").status_code == 404
    values = {"stand_in": str(salesperson.pk), "reason": "ลาพักร้อน", **days(workspace, 0, 6)}
    answer = client_of(owner).post(HERE, values)
    assert answer.status_code == 302, answer.content.decode()
    page = agent.get("/today/").content.decode()
    assert "โทรกลับ" in page and "แทน เมย์" in page
    assert agent.get(f"/customers/{theirs.pk}/").status_code == 200
    assert "ลาพักร้อน" in agent.get(HERE).content.decode()
    with in_workspace(workspace.pk):
        assert Notification.objects.get(kind="administration.stand_in_named").member_id == salesperson.pk
    # Colleagues see it where they assign work.
    assert "บอย ทำงานแทน" in client_of(owner).get("/tasks/new/").content.decode()
    assert "บอย ทำงานแทน" in client_of(owner).get("/customers/assignment/").content.decode()
    # Either of the two ends it.
    (one,) = standing(workspace)
    assert agent.post(f"{HERE}{one.pk}/end/").status_code == 302
    assert standing(workspace) == []
    assert "โทรกลับ" not in agent.get("/today/").content.decode()
    assert agent.get(f"/customers/{theirs.pk}/").status_code == 404
    assert agent.post(f"{HERE}{one.pk}/end/").status_code == 302


def test_refuses_at_the_field_what_cannot_be(
    client_of: Callable[[Member], Client], signed_in: Client, owner: Member, salesperson: Member, workspace: Workspace
) -> None:
    good = {"stand_in": str(salesperson.pk), **days(workspace, 3, 5)}
    bad: list[dict[str, Any]] = [
        {**good, "stand_in": str(owner.pk)},
        {**good, "stand_in": ""},
        {**good, **days(workspace, 5, 3)},
        {**good, **days(workspace, -5, -3)},
        {**good, **days(workspace, 1, 500)},
        {**good, "starts_on": "วันหนึ่ง"},
        {**good, "reason": "ก" * 201},
    ]
    for values in bad:
        answer = signed_in.post(HERE, values)
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode(), values
    assert signed_in.post(HERE, good).status_code == 302
    overlapping = signed_in.post(HERE, {**good, **days(workspace, 5, 8)})
    assert overlapping.status_code == 422 and "บอย" in overlapping.content.decode()
    assert signed_in.post(HERE, {**good, **days(workspace, 6, 8)}).status_code == 302
    assert len(standing(workspace)) == 2


def test_others_are_named_and_ended_by_who_changes_people_alone(
    client_of: Callable[[Member], Client],
    signed_in: Client,
    owner: Member,
    salesperson: Member,
    onlooker: Member,
    workspace: Workspace,
) -> None:
    values = {"member": str(salesperson.pk), "stand_in": str(onlooker.pk), **days(workspace, 0, 2)}
    assert client_of(onlooker).post(HERE, {**values, "stand_in": str(owner.pk)}).status_code == 403
    assert signed_in.post(HERE, values).status_code == 302
    (one,) = standing(workspace)
    assert (one.member_id, one.stand_in_id) == (salesperson.pk, onlooker.pk)
    assert "บอย" not in client_of(owner).get(f"{HERE}?member={onlooker.pk}").content.decode().partition("<ul")[0]
    with in_workspace(workspace.pk):
        third = absences.name_stand_in(
            owner, salesperson, starts_on=workspace.today(), ends_on=workspace.today(), acting_member=owner
        )
        assert third
        mays = Delegation.objects.get(member=owner)
    assert client_of(onlooker).post(f"{HERE}{mays.pk}/end/").status_code == 403
    assert signed_in.post(f"{HERE}{one.pk}/end/").status_code == 302


def test_tells_once_on_the_day_it_begins(owner: Member, salesperson: Member, inside: Workspace) -> None:
    today = inside.today()
    for first in (today, today + timedelta(days=9)):
        absences.name_stand_in(
            owner, salesperson, starts_on=first, ends_on=first + timedelta(days=1), acting_member=owner
        )
    for _time in range(2):
        absences.tell_who_begins(inside)
    assert Notification.objects.filter(kind="administration.stand_in_begins", member=salesperson).count() == 1


def test_costs_pages_nothing_while_nothing_changes(
    owner: Member, salesperson: Member, inside: Workspace, django_assert_num_queries: Any
) -> None:
    absences.absences(inside)
    with django_assert_num_queries(0):
        assert absences.stood_in_for(owner) == {}
        assert absences.with_absences(inside, [(owner.pk, "เมย์")]) == [(owner.pk, "เมย์")]
    absences.name_stand_in(owner, salesperson, starts_on=inside.today(), ends_on=inside.today(), acting_member=owner)
    inside.refresh_from_db()
    assert [one.stand_in_name for one in absences.absences(inside)] == ["บอย"]
    assert date.max not in {one.ends_on for one in absences.absences(inside)}
