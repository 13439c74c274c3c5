"""Own fields of the company where a task is added, and in files of tasks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from samphan.administration.custom_fields import actions, hosts
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    again,
    files_in_a_folder_of_their_own,
    upload,
    work_off,
    workspace_of_the_browser,
)
from samphan.customers.actions import create_customer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace
from samphan.work.models import Task

pytestmark = pytest.mark.django_db

PLACES = [{"th": "ที่ร้าน", "en": "Shop"}, {"th": "ที่โรงคั่ว", "en": "Roastery"}]


@pytest.fixture
def make_field(workspace: Workspace, owner: Member) -> Callable[..., CustomField]:
    def make(label: str, kind: str = "text", **more: Any) -> CustomField:
        host = hosts.find("tasks")
        assert host is not None
        with in_workspace(workspace.pk):
            return actions.add_field(host, Draft(kind=kind, label_th=label, **more), acting_member=owner)

    return make


def test_the_form_of_a_new_task_asks_and_says_what_is_wrong_at_its_place(
    signed_in: Client, workspace: Workspace, owner: Member, make_field: Callable[..., CustomField]
) -> None:
    hours = make_field("ชั่วโมง", "number", rules={"required": True, "maximum": "10"}, help_th="1 ถึง 10")
    place = make_field("สถานที่", "multi_choice", choices=PLACES, default="ที่ร้าน")
    quiet = make_field("เงียบ", is_asked=False, default="ค่าเดิม")
    code = make_field("รหัสงาน", rules={"unique": True})
    page = signed_in.get("/tasks/new/").content.decode()
    assert "ชั่วโมง" in page and "1 ถึง 10" in page and "เงียบ" not in page
    assert 'value="shop" checked' in page
    for wrong, said in (({hours.name: "11"}, "ไม่เกิน 10"), ({}, "เว้นว่างไม่ได้")):
        refused = signed_in.post("/tasks/new/", {"title": "โทรกลับ", **wrong})
        shown = refused.content.decode()
        assert refused.status_code == 422 and said in shown and "โทรกลับ" in shown
        assert shown.index('name="c_') < shown.index(said)
    sent = {"title": "โทรกลับ", hours.name: "7", place.name: ["shop", "roastery"], code.name: "A"}
    assert signed_in.post("/tasks/new/", sent).status_code == 302
    taken = signed_in.post("/tasks/new/", {**sent, "title": "อีกงาน"})
    assert taken.status_code == 422 and "มีรายการอื่นใช้ “A” อยู่แล้ว" in taken.content.decode()
    with in_workspace(workspace.pk):
        task = Task.objects.get()
        assert task.custom == {hours.key: 7, place.key: ["shop", "roastery"], quiet.key: "ค่าเดิม", code.key: "A"}
        # What was refused left nothing behind, and one act holds the task with its fields.
        made = Changeset.objects.get(kind="work.task_created")
        undo_changeset(made.pk, member_id=owner.pk)
        assert not Task.objects.exists()


def test_the_composer_of_a_customer_asks_too(
    signed_in: Client, workspace: Workspace, owner: Member, make_field: Callable[..., CustomField]
) -> None:
    hours = make_field("ชั่วโมง", "number", rules={"required": True})
    with in_workspace(workspace.pk):
        customer = create_customer({"name": "มาลี"}, acting_member=owner).customer
    address = f"/customers/{customer.pk}/tasks/"
    refused = signed_in.post(address, {"title": "โทรกลับ"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and "เว้นว่างไม่ได้" in refused.content.decode()
    assert f'name="{hours.name}"' in refused.content.decode()
    assert signed_in.post(address, {"title": "โทรกลับ", hours.name: "2"}).status_code in (200, 302)
    with in_workspace(workspace.pk):
        assert Task.objects.get().custom == {hours.key: 2}


def test_who_may_not_read_a_field_is_not_asked_for_it_and_writes_nothing_into_it(
    signed_in: Client, workspace: Workspace, make_field: Callable[..., CustomField], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = make_field("ค่าตอบแทน", "number", privacy="sensitive", rules={"required": True})
    plain = Member.may_read
    monkeypatch.setattr(Member, "may_read", lambda self, privacy: privacy != "sensitive" and plain(self, privacy))
    assert "ค่าตอบแทน" not in signed_in.get("/tasks/new/").content.decode()
    assert signed_in.post("/tasks/new/", {"title": "โทรกลับ", secret.name: "5"}).status_code == 302
    with in_workspace(workspace.pk):
        assert Task.objects.get().custom == {}


def test_a_file_of_tasks_brings_them_each_unique_value_once(
    signed_in: Client, workspace: Workspace, owner: Member, make_field: Callable[..., CustomField]
) -> None:
    hours = make_field("ชั่วโมง", "number")
    code = make_field("รหัสงาน", rules={"unique": True})
    make_field("ที่มา", default="แผนปี")
    text = "งาน,ชั่วโมง,รหัสงาน\nโทรหาร้านใต้ต้นโพธิ์,2,A\nส่งตัวอย่าง,มาก,B\nส่งใบเสนอราคา,,A\nส่งใบเสนอราคา,,C\nนัดชิม,1,\n"
    batch = upload(signed_in, text, kind="tasks")
    form = {"column-0": "title", "column-1": hours.name, "column-2": code.name}
    signed_in.post(f"/imports/{batch.pk}/mapping/", {**form, "next": "1"})
    work_off()
    expected = [(3, "ชั่วโมง"), (4, "รหัสงาน")]
    with in_workspace(workspace.pk):
        assert [(one.row, one.column) for one in batch.problems.filter(rejects=True).order_by("row")] == expected
    assert "แถวที่ 2" in signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    assert (again(batch).created, again(batch).errors) == (3, 2)
    with in_workspace(workspace.pk):
        found = {one.title: (one.custom.get(hours.key), one.custom.get(code.key)) for one in Task.objects.all()}
        assert found == {"โทรหาร้านใต้ต้นโพธิ์": (2, "A"), "ส่งใบเสนอราคา": (None, "C"), "นัดชิม": (1, None)}
        assert all("แผนปี" in one.custom.values() for one in Task.objects.all())
        undo_changeset(batch.pk, member_id=owner.pk)
        assert not Task.objects.exists()
