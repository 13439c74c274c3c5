"""One field of many customers: at once, in the background, told truthfully, undone as one."""

import json
import re
from uuid import UUID

import pytest
from django.test import Client

from samphan.administration.jobs import run_list_act
from samphan.administration.lists import acts, bulk
from samphan.administration.models import ListAct, Member
from samphan.customers.models import Customer
from samphan.customers.reading import name_key
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace


def shops(owner: Member, count: int, **values: str) -> list[Customer]:
    with in_workspace(owner.workspace_id):
        return Customer.objects.bulk_create(
            Customer(
                workspace_id=owner.workspace_id,
                name=f"ร้าน {index}",
                name_key=name_key(f"ร้าน {index}"),
                kind="organisation",
                **values,
            )
            for index in range(count)
        )


def test_changes_the_selected_and_says_how_many_really_changed(signed_in: Client, owner: Member) -> None:
    three = shops(owner, 3, grade="C")
    with in_workspace(owner.workspace_id):
        Customer.objects.filter(pk=three[0].pk).update(grade="A")
        before = list(Customer.objects.order_by("pk").values())
    ids = [str(one.pk) for one in three]
    answer = signed_in.post("/customers/bulk/", {"ids": ids, "field": "grade", "value": "A"}, **htmx())
    toast = json.loads(answer["HX-Trigger"])["samphan:toast"]
    assert toast["message"] == "แก้เกรด 2 รายการแล้ว"
    with in_workspace(owner.workspace_id):
        assert Customer.objects.filter(grade="A").count() == 3
        assert Customer.objects.get(pk=three[1].pk).sources["grade"][0] == f"member:{owner.pk}"
        undo_changeset(UUID(re.findall(r"changes/([0-9a-f-]{36})", toast["undo"])[0]), member_id=owner.pk)
        assert list(Customer.objects.order_by("pk").values()) == before


def test_takes_all_that_match_and_no_others(signed_in: Client, owner: Member) -> None:
    shops(owner, 60, grade="C")
    shops(owner, 5, grade="B")
    values = {"all": "1", "list": "f=grade:is:C", "field": "stage", "value": "lost"}
    answer = signed_in.post("/customers/bulk/", values, **htmx())
    assert json.loads(answer["HX-Trigger"])["samphan:toast"]["message"] == "แก้สถานะลูกค้า 60 รายการแล้ว"
    with in_workspace(owner.workspace_id):
        assert set(Customer.objects.filter(stage="lost").values_list("grade", flat=True)) == {"C"}


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of what the product writes at once, so that the tests need a tenth of the records."""
    monkeypatch.setattr(bulk, "AT_ONCE", 200)
    monkeypatch.setattr(acts, "PART", 200)


def test_many_go_in_the_background_as_one_act_with_progress(
    signed_in: Client, owner: Member, few_at_once: None
) -> None:
    shops(owner, 450, grade="C")
    values = {"all": "1", "list": "", "field": "grade", "value": "D"}
    html = signed_in.post("/customers/bulk/", values, **htmx()).content.decode()
    assert "แก้แล้ว 0 จาก 450" in html
    with in_workspace(owner.workspace_id):
        act = ListAct.objects.get()
        assert acts.carry_out(act.pk, owner)
        assert Customer.objects.filter(grade="D").count() == acts.PART
    assert "แก้แล้ว 200 จาก 450" in signed_in.get(f"/customers/bulk/{act.pk}/", **htmx()).content.decode()
    # A worker that died comes again and goes on where it was.
    run_list_act(act_id=str(act.pk), workspace_id=str(owner.workspace_id))
    run_list_act(act_id=str(act.pk), workspace_id=str(owner.workspace_id))
    told = signed_in.get("/notifications/").content.decode()
    assert told.count("แก้แล้ว 450 รายการ") == 1
    page = signed_in.get(re.findall(r'href="(/notifications/[0-9a-f-]{36}/)"', told)[0], follow=True)
    assert page.redirect_chain == [(f"/customers/bulk/{act.pk}/", 302)]
    assert re.search(r'action="/changes/[0-9a-f-]{36}/undo/"', page.content.decode())
    done = signed_in.get(f"/customers/bulk/{act.pk}/", **htmx())
    assert "hx-get" not in done.content.decode()
    assert json.loads(done["HX-Trigger"])["samphan:toast"]["message"] == "แก้เกรด 450 รายการแล้ว"
    with in_workspace(owner.workspace_id):
        assert Customer.objects.filter(grade="D").count() == 450
        act.refresh_from_db()
        assert act.changeset_id
        undo_changeset(act.changeset_id, member_id=owner.pk)
        assert Customer.objects.filter(grade="C").count() == 450


def test_a_cancelled_change_keeps_what_is_done_and_can_be_undone(signed_in: Client, owner: Member) -> None:
    shops(owner, 2_500, grade="C")
    signed_in.post("/customers/bulk/", {"all": "1", "list": "", "field": "grade", "value": "D"}, **htmx())
    with in_workspace(owner.workspace_id):
        act = ListAct.objects.get()
        acts.carry_out(act.pk, owner)
    signed_in.post(f"/customers/bulk/{act.pk}/cancellation/", **htmx())
    run_list_act(act_id=str(act.pk), workspace_id=str(owner.workspace_id))
    said = json.loads(signed_in.get(f"/customers/bulk/{act.pk}/", **htmx())["HX-Trigger"])["samphan:toast"]
    assert said["message"] == "แก้เกรด 2,000 รายการแล้ว"
    assert "/undo/" in said["undo"]


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"field": "grade", "value": "X"}, 422, "“X” ไม่อยู่ในตัวเลือก"),
        ({"field": "birth_date", "value": "32/13/2530"}, 422, "32/13/2530"),
        ({"field": "name", "value": "ก"}, 404, ""),
        ({"field": "grade", "value": "A", "ids": ""}, 409, ""),
    ],
)
def test_refuses_what_cannot_be_written(
    signed_in: Client, owner: Member, values: dict[str, str], status: int, said: str
) -> None:
    one = shops(owner, 1, grade="C")[0]
    answer = signed_in.post("/customers/bulk/", {"ids": str(one.pk), **values}, **htmx())
    assert answer.status_code == status
    assert said in answer.content.decode()
    with in_workspace(owner.workspace_id):
        assert Customer.objects.get().grade == "C"


def test_leaves_other_companies_and_other_roles_alone(
    client: Client, make_customer: MakeCustomer, stranger: Member, onlooker: Member
) -> None:
    own = make_customer(name="ร้านกาดเช้า คาเฟ่", grade="C")
    sign_in(client, stranger)
    client.post("/customers/bulk/", {"ids": str(own.pk), "field": "grade", "value": "A"}, **htmx())
    with in_workspace(own.workspace_id):
        own.refresh_from_db()
    assert own.grade == "C"
    sign_in(client, onlooker)
    assert client.post("/customers/bulk/", {"ids": str(own.pk), "field": "grade", "value": "A"}).status_code == 403
