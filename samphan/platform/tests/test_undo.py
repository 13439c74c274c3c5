"""Undo: what a changeset wrote goes back, what came later stays and is named."""

import pytest
from django.db import connection

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer, CustomerTag, Identity, Tag
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import WasUndone, changeset, current_changeset
from samphan.platform.changes.undo import CannotUndo, Kept, undo_changeset
from samphan.platform.ids import uuid7

pytestmark = pytest.mark.django_db


def _customer(workspace: Workspace, name: str = "สมชาย ใจดี", **values: object) -> Customer:
    return Customer.objects.create(workspace=workspace, name=name, created_in=current_changeset(), **values)


def test_history_keeps_the_state_before_each_change_and_nothing_for_a_new_row(inside: Workspace) -> None:
    history = Customer._meta.apps.get_model("customers", "CustomerHistory")
    with changeset("test.made") as made:
        customer = _customer(inside, nickname="ชาย")
    assert customer.created_in == made
    assert history.objects.count() == 0
    with changeset("test.edited") as edited:
        Customer.objects.filter(pk=customer.pk).update(nickname="หนุ่ม")
    before = history.objects.get()
    assert (before.nickname, before.pgh_context_id, before.pgh_label) == ("ชาย", edited, "update")


def test_computed_columns_leave_no_history(inside: Workspace) -> None:
    history = Customer._meta.apps.get_model("customers", "CustomerHistory")
    with changeset("test.made"):
        customer = _customer(inside)
        Customer.objects.filter(pk=customer.pk).update(total_spent=12, order_count=1)
    assert history.objects.count() == 0


def test_undo_of_an_edit_puts_the_old_value_back(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside, nickname="ชาย", note="เดิม")
    with changeset("test.edited") as edited:
        Customer.objects.update(nickname="หนุ่ม", note="ใหม่")
    undone = undo_changeset(edited, member_id=owner.id)
    customer.refresh_from_db()
    assert (customer.nickname, customer.note, undone.restored, undone.kept) == ("ชาย", "เดิม", 1, [])
    assert Changeset.objects.get(id=edited).undone_by == undone.changeset


def test_undo_keeps_what_somebody_changed_later_and_names_it(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside, nickname="ชาย", note="เดิม")
    with changeset("test.imported") as imported:
        Customer.objects.update(nickname="หนุ่ม", note="ใหม่")
    with changeset("test.edited"):
        Customer.objects.update(note="เขียนด้วยมือ")
    undone = undo_changeset(imported, member_id=owner.id)
    customer.refresh_from_db()
    assert (customer.nickname, customer.note) == ("ชาย", "เขียนด้วยมือ")
    assert undone.kept == [Kept(customer.id, "note")]


def test_undo_deletes_what_the_changeset_made_with_its_parts(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        customer = _customer(inside)
        Identity.objects.create(
            workspace=inside, customer=customer, kind="phone", value="+66812345678", created_in=imported
        )
    undone = undo_changeset(imported, member_id=owner.id)
    assert (undone.deleted, Customer.objects.count(), Identity.objects.count()) == (2, 0, 0)


def test_undo_keeps_a_made_record_that_somebody_worked_on(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        touched, untouched = _customer(inside), _customer(inside, "สมหญิง")
        Identity.objects.create(
            workspace=inside, customer=touched, kind="phone", value="+66812345678", created_in=imported
        )
    with changeset("test.edited"):
        Customer.objects.filter(pk=touched.pk).update(nickname="ชาย")
    undone = undo_changeset(imported, member_id=owner.id)
    assert list(Customer.objects.values_list("id", flat=True)) == [touched.id]
    assert Identity.objects.filter(customer=touched).count() == 1
    assert Kept(touched.id, "nickname") in undone.kept
    assert untouched.id not in {kept.id for kept in undone.kept}


def test_undo_keeps_a_made_record_that_a_later_row_rests_on(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        customer = _customer(inside)
    with changeset("test.added"):
        Identity.objects.create(
            workspace=inside, customer=customer, kind="email", value="a@example.com", created_in=current_changeset()
        )
    undone = undo_changeset(imported, member_id=owner.id)
    assert Customer.objects.filter(pk=customer.pk).exists()
    assert [kept.id for kept in undone.kept] == [customer.id]


def test_undo_of_an_undo_brings_everything_back(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        customer = _customer(inside, nickname="ชาย")
    undone = undo_changeset(imported, member_id=owner.id)
    assert Customer.objects.count() == 0
    undo_changeset(undone.changeset, member_id=owner.id)
    customer.refresh_from_db()
    assert customer.nickname == "ชาย"


def test_refuses_to_undo_twice_or_what_is_not_there(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        _customer(inside)
    undo_changeset(imported, member_id=owner.id)
    with pytest.raises(CannotUndo):
        undo_changeset(imported, member_id=owner.id)
    with pytest.raises(CannotUndo):
        undo_changeset(uuid7(), member_id=owner.id)


def test_does_not_name_a_value_for_two_customers_when_it_comes_back(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        first, second = _customer(inside), _customer(inside, "สมหญิง")
        phone = Identity.objects.create(workspace=inside, customer=first, kind="phone", value="+66812345678")
    with changeset("test.deleted") as deleted:
        Identity.objects.filter(pk=phone.pk).update(resolves=False)
    with changeset("test.added"):
        Identity.objects.create(workspace=inside, customer=second, kind="phone", value="+66812345678")
    undo_changeset(deleted, member_id=owner.id)
    phone.refresh_from_db()
    assert phone.resolves is False


def _phone(workspace: Workspace, customer: Customer, value: str = "+66812345678", **values: object) -> Identity:
    return Identity.objects.create(
        workspace=workspace, customer=customer, kind="phone", value=value, created_in=current_changeset(), **values
    )


def test_an_edit_that_was_itself_undone_keeps_no_made_record(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        customer = _customer(inside, nickname="ชาย")
    with changeset("test.edited") as edited:
        Customer.objects.update(nickname="หนุ่ม")
    undo_changeset(edited, member_id=owner.id)
    undone = undo_changeset(imported, member_id=owner.id)
    assert (undone.deleted, undone.kept) == (1, [])
    assert not Customer.objects.filter(pk=customer.pk).exists()


def test_undo_of_an_undo_deletes_again_what_came_back(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        phone = _phone(inside, _customer(inside))
    with changeset("test.removed") as removed:
        phone.delete()
    back = undo_changeset(removed, member_id=owner.id)
    assert Identity.objects.count() == 1
    gone = undo_changeset(back.changeset, member_id=owner.id)
    assert (Identity.objects.count(), gone.deleted, gone.kept) == (0, 1, [])
    undo_changeset(gone.changeset, member_id=owner.id)
    assert Identity.objects.get().resolves is True


def test_undo_of_an_undo_keeps_what_came_back_and_was_worked_on(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside)
        phone = _phone(inside, customer)
    with changeset("test.removed") as removed:
        Identity.objects.all().delete()
    back = undo_changeset(removed, member_id=owner.id)
    with changeset("test.edited"):
        Identity.objects.update(label="บ้าน")
    gone = undo_changeset(back.changeset, member_id=owner.id)
    assert Identity.objects.get().label == "บ้าน"
    assert gone.kept == [Kept(phone.pk, "label")]


def test_what_stands_again_in_the_place_of_a_deleted_row_stays(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside)
        tag = Tag.objects.create(workspace=inside, name="VIP")
        first = CustomerTag.objects.create(workspace=inside, customer=customer, tag=tag)
        first_id = first.pk
    with changeset("test.untagged") as untagged:
        first.delete()
    with changeset("test.tagged"):
        again = CustomerTag.objects.create(workspace=inside, customer=customer, tag=tag)
    undone = undo_changeset(untagged, member_id=owner.id)
    assert list(CustomerTag.objects.values_list("pk", flat=True)) == [again.pk]
    assert undone.kept == [Kept(first_id, "customertag")]


def test_a_value_that_only_one_row_may_have_stays_with_whom_has_it_now(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        tag = Tag.objects.create(workspace=inside, name="VIP", tone="slate")
    with changeset("test.renamed") as renamed:
        Tag.objects.update(name="ขายส่ง", tone="red")
    with changeset("test.made"):
        Tag.objects.create(workspace=inside, name="VIP", tone="blue")
    undone = undo_changeset(renamed, member_id=owner.id)
    tag.refresh_from_db()
    assert (tag.name, tag.tone, undone.kept) == ("ขายส่ง", "slate", [Kept(tag.pk, "name")])


def test_a_part_of_a_record_that_is_gone_does_not_come_back(inside: Workspace, owner: Member) -> None:
    with changeset("test.imported") as imported:
        customer = _customer(inside)
        phone = _phone(inside, customer)
        phone_id = phone.pk
    with changeset("test.removed") as removed:
        phone.delete()
    undo_changeset(imported, member_id=owner.id)
    undone = undo_changeset(removed, member_id=owner.id)
    assert (undone.restored, undone.kept) == (0, [Kept(phone_id, "identity")])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_value_goes_back_from_its_heir_to_whom_it_named(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        first, second = _customer(inside), _customer(inside, "สมหญิง")
        _phone(inside, first)
        shared = _phone(inside, second, resolves=False)
    for is_removed in (True, False):
        mine = Identity.objects.get(customer=first)
        with changeset("test.handed_on") as handed_on:
            if is_removed:
                mine.delete()
            else:
                Identity.objects.filter(pk=mine.pk).update(value="+66899999999")
            Identity.objects.filter(pk=shared.pk).update(resolves=True)
        undone = undo_changeset(handed_on, member_id=owner.id)
        assert undone.kept == []
        assert list(Identity.objects.order_by("id").values_list("value", "resolves")) == [
            ("+66812345678", True),
            ("+66812345678", False),
        ]


def test_where_values_came_from_goes_back_with_each_value(inside: Workspace, owner: Member) -> None:
    old, imported, typed = ["system", "1"], ["import:x", "2"], ["member:y", "3"]
    with changeset("test.made"):
        customer = _customer(inside, nickname="ชาย", note="เดิม", sources={"*": old, "note": old})
    with changeset("test.imported") as act:
        Customer.objects.update(nickname="หนุ่ม", note="ใหม่", sources={"*": old, "note": imported, "nickname": imported})
    with changeset("test.edited"):
        Customer.objects.update(
            note="มือ", grade="A", sources={"*": old, "note": typed, "nickname": imported, "grade": typed}
        )
    undone = undo_changeset(act, member_id=owner.id)
    customer.refresh_from_db()
    assert (customer.nickname, customer.note, customer.grade) == ("ชาย", "มือ", "A")
    assert customer.sources == {"*": old, "note": typed, "grade": typed}
    assert undone.kept == [Kept(customer.pk, "note")]


def test_the_parts_of_a_name_stay_together(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside, first_name="สมชาย", last_name="ใจดี", nickname="ชาย")
    with changeset("test.imported") as act:
        Customer.objects.update(first_name="สมศักดิ์", last_name="มีสุข", name="สมศักดิ์ มีสุข", nickname="ศักดิ์")
    with changeset("test.edited"):
        Customer.objects.update(first_name="สมปอง", name="สมปอง มีสุข")
    undone = undo_changeset(act, member_id=owner.id)
    customer.refresh_from_db()
    assert (customer.name, customer.last_name, customer.nickname) == ("สมปอง มีสุข", "มีสุข", "ชาย")
    assert {kept.field for kept in undone.kept} == {"name", "first_name", "last_name"}


def test_keeps_what_was_edited_between_two_parts_of_one_act(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside, nickname="ชาย", note="เดิม", branch="00001")
    with changeset("test.imported") as act:
        Customer.objects.update(nickname="จากไฟล์", branch="00002")
    with changeset("test.edited"):
        Customer.objects.update(nickname="มือ", note="มือ")
    with changeset("test.imported", resume=act):
        Customer.objects.update(nickname="จากไฟล์อีก", branch="00003")
    undone = undo_changeset(act, member_id=owner.id)
    customer.refresh_from_db()
    assert (customer.nickname, customer.note, customer.branch) == ("มือ", "มือ", "00001")
    assert undone.kept == [Kept(customer.pk, "nickname")]
    undo_changeset(undone.changeset, member_id=owner.id)
    customer.refresh_from_db()
    assert (customer.nickname, customer.note, customer.branch) == ("จากไฟล์อีก", "มือ", "00003")


def test_an_act_that_was_undone_writes_nothing_more(inside: Workspace, owner: Member) -> None:
    with changeset("test.made"):
        customer = _customer(inside, nickname="ชาย")
    with changeset("test.edited") as act:
        Customer.objects.update(nickname="หนุ่ม")
    undo_changeset(act, member_id=owner.id)
    with pytest.raises(WasUndone), changeset("test.edited", resume=act):
        Customer.objects.update(nickname="หนุ่มอีก")
    customer.refresh_from_db()
    assert customer.nickname == "ชาย"
