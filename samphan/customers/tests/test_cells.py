"""Cells of the list, typed and pasted: read as people write, checked first, written as one act, undone as one."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samphan.administration.lists.editing import CellEdit
from samphan.administration.models import Member
from samphan.customers import actions
from samphan.customers.models import Customer, CustomerTag, Identity
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

LIST = "columns=name,nickname,grade,stage,birth_date,owner,tags"


def cell(client: Client, customer: Customer, field: str, value: str, **more: str) -> Any:
    address = f"/customers/cells/{customer.pk}/{field}/"
    form = client.get(f"{address}?{LIST}", **htmx()).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', form)[0]
    return client.post(address, {"value": value, "seen": seen, "list": LIST, **more}, **htmx())


def paste(client: Client, customers: list[Customer], columns: str, text: str, **more: str) -> Any:
    rows = ",".join(str(one.pk) for one in customers)
    values = {"rows": rows, "columns": columns, "text": text, "list": LIST, "high": "1", "wide": "1", **more}
    return client.post("/customers/cells/", values, **htmx())


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("nickname", "แพรว", "(แพรว)"),
        ("grade", "B", "<span class="),
        ("stage", "regular", "ลูกค้าประจำ"),
        ("birth_date", "1 มี.ค. 2530", "1 มี.ค. 2530"),
        ("birth_date", "1 มี.ค.", "1 มี.ค."),
        ("birth_date", "ปี 2530", "พ.ศ. 2530"),
        ("tags", "ค้าส่ง, ใหม่", "ค้าส่ง, ใหม่"),
    ],
)
def test_writes_a_cell_and_answers_with_its_row(
    signed_in: Client, prae: Customer, field: str, typed: str, shown: str
) -> None:
    answer = cell(signed_in, prae, field, typed)
    assert answer.status_code == 200, answer.content.decode()
    html = answer.content.decode()
    assert html.startswith(f"<tr data-row={prae.pk}>")
    assert shown in html
    assert "class=select" not in html
    assert "class=select" in cell(signed_in, prae, field, typed, select="1").content.decode()


def test_an_error_stands_in_the_cell_with_what_was_typed(signed_in: Client, prae: Customer) -> None:
    answer = cell(signed_in, prae, "birth_date", "32/13/2530")
    assert answer.status_code == 422
    assert 'value="32/13/2530"' in answer.content.decode()
    assert "cell-reason" in answer.content.decode()


@pytest.mark.parametrize(("field", "theirs", "mine"), [("nickname", "หนึ่ง", "สอง"), ("tags", "ก, ข", "ค")])
def test_of_two_who_edit_a_cell_the_second_is_asked(
    signed_in: Client, prae: Customer, field: str, theirs: str, mine: str
) -> None:
    address = f"/customers/cells/{prae.pk}/{field}/"
    form = signed_in.get(address, **htmx()).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', form)[0]
    assert cell(signed_in, prae, field, theirs).status_code == 200
    answer = signed_in.post(address, {"value": mine, "seen": seen}, **htmx())
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f"มีคนแก้เป็น “{theirs}”" in html
    assert f'value="{mine}"' in html
    now = re.findall(r'name="seen" value="([^"]*)"', html)[0]
    assert signed_in.post(address, {"value": mine, "seen": now}, **htmx()).status_code == 200


def test_two_who_edit_different_cells_both_keep_theirs(signed_in: Client, prae: Customer, owner: Member) -> None:
    first = signed_in.get(f"/customers/cells/{prae.pk}/nickname/", **htmx()).content.decode()
    assert cell(signed_in, prae, "grade", "C").status_code == 200
    seen = re.findall(r'name="seen" value="([^"]*)"', first)[0]
    signed_in.post(f"/customers/cells/{prae.pk}/nickname/", {"value": "ใหม่", "seen": seen}, **htmx())
    with in_workspace(owner.workspace_id):
        prae.refresh_from_db()
    assert (prae.grade, prae.nickname) == ("C", "ใหม่")


def test_pastes_from_a_spreadsheet_in_one_act_and_takes_it_back(
    signed_in: Client, make_customer: MakeCustomer, owner: Member, salesperson: Member
) -> None:
    two = [make_customer(name="กฤตเมธ ณ ลำพูน", tags="เก่า"), make_customer(name="เอื้องฟ้า แก้วมณี")]
    with in_workspace(owner.workspace_id):
        before = [list(Customer.objects.order_by("pk").values()), list(CustomerTag.objects.order_by("pk").values())]
    text = f"กฤต\tB\tลูกค้าประจำ\t1/3/2530\t{salesperson.name}\tใหม่, ค้าส่ง\r\nเอื้อง\tA\tเสี่ยงหาย\t\t\tใหม่\r\n"
    answer = paste(signed_in, two, "nickname,grade,stage,birth_date,owner,tags", text)
    assert answer.status_code == 204, answer.content.decode()
    with in_workspace(owner.workspace_id):
        after = {row["nickname"]: row for row in Customer.objects.values()}
        assert (after["กฤต"]["stage"], after["กฤต"]["owner_id"]) == ("regular", salesperson.pk)
        assert after["กฤต"]["birth_date"] == "1987-03-01"
        assert after["เอื้อง"]["stage"] == "at_risk"
        assert CustomerTag.objects.count() == 3
        assert after["กฤต"]["sources"]["stage"][0] == f"member:{owner.pk}"
        act = re.findall(r"changes/([0-9a-f-]{36})/undo", answer["HX-Trigger"])[0]
        undo_changeset(act, member_id=owner.pk)
        assert [
            list(Customer.objects.order_by("pk").values()), list(CustomerTag.objects.order_by("pk").values())
        ] == before  # fmt: skip


def test_says_by_row_and_column_what_cannot_be_pasted_and_writes_nothing(
    signed_in: Client, make_customer: MakeCustomer, owner: Member
) -> None:
    two = [make_customer(name="กฤตเมธ ณ ลำพูน"), make_customer(name="เอื้องฟ้า แก้วมณี")]
    answer = paste(signed_in, two, "nickname,grade,owner", "กฤต\tB\t\nเอื้อง\tเอ\tใครก็ไม่รู้")
    assert answer.status_code == 422
    cells = re.findall(
        r'<td class="number">(\d+)</td><td>([^<]+)</td><td class="text">([^<]*)</td>', answer.content.decode()
    )
    assert cells == [("2", "เกรด", "เอ"), ("2", "ผู้ดูแล", "ใครก็ไม่รู้")]
    with in_workspace(owner.workspace_id):
        assert not Customer.objects.exclude(nickname="").exists()


@pytest.mark.parametrize(
    ("columns", "text", "said"),
    [
        ("nickname,grade", "ก\n" * 3, "คัดลอกมา 3 แถว แต่จากตรงนี้มี 1 แถว"),
        ("nickname", "ก\tข", "คัดลอกมา 2 คอลัมน์ แต่จากตรงนี้มี 1 คอลัมน์"),
        ("nickname,total_spent", "ก\t100", "คอลัมน์ “ซื้อสะสม” แก้ในรายการไม่ได้"),
        ("nickname", "ก\n" * 5001, "คัดลอกมา 5,001 ช่อง วางได้ครั้งละไม่เกิน 5,000 ช่อง"),
        ("nickname", "", "ไม่มีอะไรให้วางตรงนี้"),
    ],
)
def test_refuses_a_paste_that_does_not_fit(
    signed_in: Client, prae: Customer, columns: str, text: str, said: str
) -> None:
    answer = paste(signed_in, [prae], columns, text)
    assert answer.status_code == 409
    assert said in json.loads(answer["HX-Trigger"])["samphan:toast"]["message"]


def test_more_than_twenty_changes_are_shown_before_they_are_written(
    signed_in: Client, make_customer: MakeCustomer, owner: Member
) -> None:
    many = [make_customer(name=f"ลูกค้า คนที่{index}") for index in range(21)]
    text = "\n".join("B" for _ in many)
    preview = paste(signed_in, many, "grade", text)
    assert preview.status_code == 200
    html = preview.content.decode()
    assert "แก้ 21 ช่องใน 21 รายการ?" in html
    seen = re.findall(r'name="seen" value="([^"]+)"', html)[0]
    with in_workspace(owner.workspace_id):
        assert not Customer.objects.filter(grade="B").exists()
    # Somebody is faster: what was agreed to does not stand any more.
    cell(signed_in, many[3], "grade", "D")
    again = paste(signed_in, many, "grade", text, seen=seen)
    assert again.status_code == 200
    assert "มีคนแก้ช่องเหล่านี้ระหว่างนี้" in again.content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', again.content.decode())[0]
    assert paste(signed_in, many, "grade", text, seen=seen).status_code == 204
    with in_workspace(owner.workspace_id):
        assert Customer.objects.filter(grade="B").count() == 21


def test_one_copied_value_fills_the_marked_range(signed_in: Client, make_customer: MakeCustomer, owner: Member) -> None:
    three = [make_customer(name=f"ลูกค้า คนที่{index}") for index in range(3)]
    assert paste(signed_in, three, "grade,stage", "C", high="3", wide="1").status_code == 204
    with in_workspace(owner.workspace_id):
        assert Customer.objects.filter(grade="C").count() == 3


def test_empties_the_marked_range_and_takes_it_back(
    signed_in: Client, make_customer: MakeCustomer, owner: Member
) -> None:
    three = [make_customer(name=f"ลูกค้า คนที่{index}", nickname="แพร", phone=f"08122233{index:02}") for index in range(3)]
    answer = paste(signed_in, three, "nickname,phone", "", clear="1", high="2", wide="2")
    assert answer.status_code == 204, answer.content.decode()
    with in_workspace(owner.workspace_id):
        assert list(Customer.objects.order_by("name").values_list("nickname", flat=True)) == ["", "", "แพร"]
        assert Identity.objects.count() == 1
        act = re.findall(r"changes/([0-9a-f-]{36})/undo", answer["HX-Trigger"])[0]
        undo_changeset(act, member_id=owner.pk)
        assert Customer.objects.filter(nickname="แพร").count() == 3
        assert Identity.objects.count() == 3
    refused = paste(signed_in, three, "name", "", clear="1", high="2", wide="1")
    assert refused.status_code == 422
    assert "ต้องใส่ชื่อลูกค้า" in refused.content.decode()


def test_five_thousand_cells_take_few_statements(make_customer: MakeCustomer, owner: Member) -> None:
    with in_workspace(owner.workspace_id):
        rows = Customer.objects.bulk_create(
            Customer(workspace_id=owner.workspace_id, name=f"ร้าน {index}", kind="organisation") for index in range(1000)
        )
        values = {"nickname": "ร", "grade": "B", "stage": "regular", "source": "งานกาแฟ", "tags": "ใหม่"}
        edits = [CellEdit(row.pk, field, value) for row in rows for field, value in values.items()]
        with CaptureQueriesContext(connection) as asked:
            _act, count = actions.CustomerCells(owner).write(edits)
        assert count == 5000
        assert len(asked) < 40
        assert Customer.objects.filter(nickname="ร", grade="B", stage="regular", source="งานกาแฟ").count() == 1000
        assert CustomerTag.objects.count() == 1000


def test_who_may_not_change_customers_edits_no_cell(client: Client, prae: Customer, onlooker: Member) -> None:
    sign_in(client, onlooker)
    assert client.get(f"/customers/cells/{prae.pk}/nickname/").status_code == 403
    assert paste(client, [prae], "nickname", "x").status_code == 403
    html = client.get("/customers/").content.decode()
    assert "data-edited" not in html
    assert "data-paste" not in html


def test_another_companys_cell_is_not_there(client: Client, prae: Customer, stranger: Member) -> None:
    sign_in(client, stranger)
    assert client.get(f"/customers/cells/{prae.pk}/nickname/").status_code == 404
    assert client.get(f"/customers/rows/{prae.pk}/").status_code == 404
    assert paste(client, [prae], "nickname", "x").status_code == 422
