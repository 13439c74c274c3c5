"""Undo: what a changeset wrote goes back, what came later stays and is named."""

import pytest

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer, Identity
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset, current_changeset
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
