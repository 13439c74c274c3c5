"""Phones, e-mails, LINE and addresses in the cells of the list: the first one changed, added, taken away, taken back."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samphan.administration.lists.editing import CellEdit
from samphan.administration.models import Member
from samphan.customers import actions
from samphan.customers.finding import find
from samphan.customers.models import Address, Customer, Identity
from samphan.customers.tests.conftest import MakeCustomer
from samphan.customers.tests.test_cells import cell, paste
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace


def stored(owner: Member) -> list[Any]:
    """Everything that cells can change, row by row."""
    with in_workspace(owner.workspace_id):
        return [list(model.objects.order_by("pk").values()) for model in (Customer, Identity, Address)]


def also(owner: Member, customer: Customer, phone: str) -> None:
    """A second phone of a customer."""
    with in_workspace(owner.workspace_id):
        actions.add_contact_point(customer, "phone", phone, acting_member=owner)


def values(owner: Member, customer: Customer, kind: str) -> list[str]:
    with in_workspace(owner.workspace_id):
        mine = Identity.objects.filter(customer_id=customer.pk, kind=kind).order_by("position", "id")
        return list(mine.values_list("value", flat=True))


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("phone", "๐๘๙ ๙๙๙ ๐๐๐๐", "089-999-0000"),
        ("email", "Prae@Example.com", "prae@example.com"),
        ("line_id", "prae.new", "prae.new"),
        ("province", "โคราช", "นครราชสีมา"),
        ("postcode", "๑๐๔๐๐", "10400"),
        ("address", "99/1 ถนนสุเทพ", "99/1 ถนนสุเทพ"),
    ],
)
def test_writes_the_first_one_and_shows_it_in_its_row(
    signed_in: Client, prae: Customer, owner: Member, field: str, typed: str, shown: str
) -> None:
    answer = cell(signed_in, prae, field, typed, list=f"columns=name,{field}")
    assert answer.status_code == 200, answer.content.decode()
    assert shown in answer.content.decode()


def test_keeps_the_other_phones_and_finds_by_the_new_one(
    signed_in: Client, make_customer: MakeCustomer, owner: Member
) -> None:
    one = make_customer(name="กฤตเมธ ณ ลำพูน", phone="081-111-1111")
    also(owner, one, "082-222-2222")
    assert cell(signed_in, one, "phone", "083 333 3333").status_code == 200
    assert values(owner, one, "phone") == ["+66833333333", "+66822222222"]
    with in_workspace(owner.workspace_id):
        rows = Customer.objects.visible_to(owner)
        assert [found.pk for found in find(rows, "0833333333")] == [one.pk]
        assert not find(rows, "0811111111").exists()
    assert cell(signed_in, one, "phone", "").status_code == 200
    assert values(owner, one, "phone") == ["+66822222222"]


def test_adds_one_where_there_was_none(signed_in: Client, make_customer: MakeCustomer, owner: Member) -> None:
    one = make_customer(name="เอื้องฟ้า แก้วมณี")
    assert cell(signed_in, one, "phone", "02-123-4567 ต่อ 12").status_code == 200
    assert cell(signed_in, one, "address", "99/1 ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200").status_code == 200
    with in_workspace(owner.workspace_id):
        phone = Identity.objects.get(customer_id=one.pk)
        assert (phone.value, phone.resolves, phone.position) == ("+6621234567", True, 0)
        assert "12" in phone.label
        address = Address.objects.get(customer_id=one.pk)
        assert (address.line, address.subdistrict, address.province) == ("99/1", "สุเทพ", "เชียงใหม่")
        assert address.subdistrict_code


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "0812", "เบอร์"),
        ("email", "prae", "อีเมลต้องมี @"),
        ("postcode", "1040", "“1040” ไม่ใช่รหัสไปรษณีย์: ต้องมี 5 หลัก"),
        ("phone", "089-999-9999", "089-999-9999 เป็นของ คุณกฤตเมธ ณ ลำพูน อยู่แล้ว"),
        ("phone", "082-222-2222", "ลูกค้ารายนี้มีอยู่แล้ว"),
    ],
)
def test_says_in_the_cell_what_cannot_be_taken(
    signed_in: Client, make_customer: MakeCustomer, owner: Member, field: str, typed: str, said: str
) -> None:
    make_customer(name="กฤตเมธ ณ ลำพูน", phone="089-999-9999")
    one = make_customer(name="เอื้องฟ้า แก้วมณี", phone="081-111-1111", email="a@example.com")
    also(owner, one, "082-222-2222")
    before = stored(owner)
    answer = cell(signed_in, one, field, typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()
    assert stored(owner) == before


def test_of_two_who_edit_a_phone_the_second_is_asked(signed_in: Client, prae: Customer, owner: Member) -> None:
    address = f"/customers/cells/{prae.pk}/phone/"
    seen = re.findall(r'name="seen" value="([^"]*)"', signed_in.get(address).content.decode())[0]
    assert cell(signed_in, prae, "phone", "083-333-3333").status_code == 200
    answer = signed_in.post(address, {"value": "084-444-4444", "seen": seen}, headers={"hx-request": "true"})
    assert answer.status_code == 422
    assert "มีคนแก้เป็น “083-333-3333”" in answer.content.decode()
    assert values(owner, prae, "phone") == ["+66833333333"]


def test_pastes_contact_points_and_addresses_in_one_act_and_takes_it_back_to_the_last_byte(
    signed_in: Client, make_customer: MakeCustomer, owner: Member
) -> None:
    three = [
        make_customer(name="กฤตเมธ ณ ลำพูน", phone="081-111-1111", address="1 ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200"),
        make_customer(name="เอื้องฟ้า แก้วมณี", phone="082-222-2222", line_id="eung.fah"),
        make_customer(name="ร้านกาดเช้า", kind="organisation"),
    ]
    also(owner, three[1], "085-555-5555")
    before = stored(owner)
    text = (
        "082-222-2222\ta@example.com\t\tลำพูน\t51000\n"
        "081-111-1111\tb@example.com\teung.new\tพะเยา\t\n"
        "083-333-3333\t\t\tเชียงราย\t57000\n"
    )
    answer = paste(signed_in, three, "phone,email,line_id,province,postcode", text)
    assert answer.status_code == 204, answer.content.decode()
    assert [values(owner, one, "phone") for one in three] == [
        ["+66822222222"], ["+66811111111", "+66855555555"], ["+66833333333"],
    ]  # fmt: skip
    with in_workspace(owner.workspace_id):
        assert not Identity.objects.filter(resolves=False).exists()
        first = Address.objects.get(customer_id=three[0].pk)
        # The subdistrict is none of Lamphun's: what was not typed stays, and the code that no longer fits goes.
        assert (first.subdistrict, first.province, first.subdistrict_code) == ("สุเทพ", "ลำพูน", "")
        sources = Customer.objects.get(pk=three[2].pk).sources
        assert {sources[name][0] for name in ("phone", "address")} == {f"member:{owner.pk}"}
        act = re.findall(r"changes/([0-9a-f-]{36})/undo", answer["HX-Trigger"])[0]
        undo_changeset(act, member_id=owner.pk)
    assert stored(owner) == before


def test_a_value_pasted_into_two_rows_is_refused_with_its_row(
    signed_in: Client, make_customer: MakeCustomer, owner: Member
) -> None:
    two = [make_customer(name="กฤตเมธ ณ ลำพูน"), make_customer(name="เอื้องฟ้า แก้วมณี")]
    answer = paste(signed_in, two, "phone", "081-111-1111\n081-111-1111")
    assert answer.status_code == 422
    assert "081-111-1111 อยู่ในสองแถว" in answer.content.decode()
    assert not values(owner, two[0], "phone")


def test_a_value_given_up_names_whoever_else_has_it(make_customer: MakeCustomer, owner: Member) -> None:
    first = make_customer(name="กฤตเมธ ณ ลำพูน", phone="081-111-1111")
    other = make_customer(name="เอื้องฟ้า แก้วมณี")
    with in_workspace(owner.workspace_id):
        also(owner, other, "081-111-1111")
        act, _count = actions.CustomerCells(owner).write([CellEdit(first.pk, "phone", "082-222-2222")])
        assert Identity.objects.get(customer_id=other.pk).resolves
        undo_changeset(act, member_id=owner.pk)
        assert Identity.objects.get(customer_id=first.pk).resolves
        assert not Identity.objects.get(customer_id=other.pk).resolves


def test_a_phone_taken_away_comes_back_from_whoever_it_named_then(make_customer: MakeCustomer, owner: Member) -> None:
    first = make_customer(name="กฤตเมธ ณ ลำพูน", phone="081-111-1111")
    other = make_customer(name="เอื้องฟ้า แก้วมณี")
    also(owner, other, "081-111-1111")
    before = stored(owner)
    with in_workspace(owner.workspace_id):
        act, _count = actions.CustomerCells(owner).write([CellEdit(first.pk, "phone", "")])
        assert Identity.objects.get(customer_id=other.pk).resolves
        undo_changeset(act, member_id=owner.pk)
    assert stored(owner) == before


def test_a_phone_that_somebody_took_over_meanwhile_stays_theirs(make_customer: MakeCustomer, owner: Member) -> None:
    first, other = make_customer(name="กฤตเมธ ณ ลำพูน", phone="081-111-1111"), make_customer(name="เอื้องฟ้า แก้วมณี")
    with in_workspace(owner.workspace_id):
        act, _count = actions.CustomerCells(owner).write([CellEdit(first.pk, "phone", "082-222-2222")])
    also(owner, other, "081-111-1111")
    with in_workspace(owner.workspace_id):
        undo_changeset(act, member_id=owner.pk)
        back, theirs = (Identity.objects.get(customer_id=one.pk) for one in (first, other))
    assert (back.value, back.resolves) == ("+66811111111", False)
    assert theirs.resolves


def test_the_history_says_what_a_cell_held(signed_in: Client, prae: Customer) -> None:
    assert cell(signed_in, prae, "phone", "083-333-3333").status_code == 200
    page = signed_in.get(f"/customers/{prae.pk}/?show=changes").content.decode()
    assert "083-333-3333" in page
    assert "081-234-5678" in page


def test_the_cells_of_a_thousand_customers_take_few_statements(make_customer: MakeCustomer, owner: Member) -> None:
    with in_workspace(owner.workspace_id):
        rows = Customer.objects.bulk_create(
            Customer(workspace_id=owner.workspace_id, name=f"ร้าน {index}", kind="organisation") for index in range(1000)
        )
        edits = [
            CellEdit(row.pk, field, value)
            for number, row in enumerate(rows)
            for field, value in {"phone": f"08{number:08}", "email": f"a{number}@x.co", "province": "ตาก"}.items()
        ]
        with CaptureQueriesContext(connection) as asked:
            _act, count = actions.CustomerCells(owner).write(edits)
        assert count == 3000
        assert len(asked) < 40
        again = [CellEdit(row.pk, "phone", f"09{number:08}") for number, row in enumerate(rows)]
        with CaptureQueriesContext(connection) as asked:
            actions.CustomerCells(owner).write(again)
        assert len(asked) < 40
