"""What somebody who leaves looked after goes to a colleague in one act, and comes back with undo."""

from collections.abc import Callable

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.platform.changes.models import Changeset
from samphan.platform.tenancy import in_workspace
from samphan.work.models import Task

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


@pytest.fixture
def cared_for(inside: Workspace, salesperson: Member, owner: Member) -> None:
    for number in range(3):
        Customer.objects.create(workspace=inside, kind="person", name=f"ลูกค้า {number}", owner=salesperson)
    Customer.objects.create(workspace=inside, kind="person", name="ของเมย์", owner=owner)
    for number in range(2):
        Task.objects.create(workspace=inside, title=f"โทร {number}", assignee=salesperson, made_by=owner)


def owners(workspace: Workspace) -> dict[str, str]:
    with in_workspace(workspace.id):
        return {
            **dict(Customer.objects.values_list("name", "owner__name")),
            **dict(Task.objects.values_list("title", "assignee__name")),
        }


def test_lists_what_a_person_looks_after(signed_in: Client, salesperson: Member, cared_for: None) -> None:
    page = signed_in.get(f"/settings/people/{salesperson.pk}/").content.decode()
    assert "ลูกค้าที่ดูแล" in page and "งานที่ยังไม่เสร็จ" in page
    listed = signed_in.get(f"/customers/?f=owner:is_any_of:{salesperson.pk}").content.decode()
    assert "ลูกค้า 1" in listed and "ของเมย์" not in listed


def test_hands_everything_over_in_one_act_and_takes_it_back(
    signed_in: Client, salesperson: Member, owner: Member, workspace: Workspace, cared_for: None
) -> None:
    signed_in.post(f"/settings/people/{salesperson.pk}/closure/")
    before = owners(workspace)
    answer = signed_in.post(f"/settings/people/{salesperson.pk}/handover/", {"to": str(owner.pk)})
    assert answer.status_code == 302
    assert set(owners(workspace).values()) == {"เมย์"}
    assert "ส่งมอบ 5 รายการให้ เมย์ แล้ว" in signed_in.get(f"/settings/people/{salesperson.pk}/").content.decode()
    with in_workspace(workspace.id):
        act = Changeset.objects.get(kind="administration.belongings_handed_over")
    assert act.note == {"member": str(salesperson.pk), "to": str(owner.pk)}
    signed_in.post(f"/changes/{act.pk}/undo/")
    assert owners(workspace) == before


def test_gives_nothing_to_somebody_without_access(
    signed_in: Client, salesperson: Member, owner: Member, onlooker: Member, stranger: Member, workspace, cared_for
) -> None:
    before = owners(workspace)
    signed_in.post(f"/settings/people/{onlooker.pk}/closure/")
    for to in (onlooker.pk, stranger.pk, salesperson.pk, "nobody", ""):
        answer = signed_in.post(f"/settings/people/{salesperson.pk}/handover/", {"to": str(to)})
        assert answer.status_code == 409
    assert owners(workspace) == before


def test_says_when_nothing_is_left(signed_in: Client, salesperson: Member, owner: Member) -> None:
    answer = signed_in.post(f"/settings/people/{salesperson.pk}/handover/", {"to": str(owner.pk)})
    assert (answer.status_code, "ไม่มีอะไรให้ส่งมอบ" in answer.content.decode()) == (409, True)
