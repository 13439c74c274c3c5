"""Customers become one, and are parted again exactly."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from samphan.administration import composition, deleted
from samphan.administration.actions import create_member
from samphan.administration.composition import RoleDraft
from samphan.administration.models import Member, Workspace
from samphan.commerce import actions as commerce
from samphan.commerce.models import Order
from samphan.customers import actions
from samphan.customers.models import Customer, CustomerTag, Identity, Preference, Relation
from samphan.customers.tests.conftest import MakeCustomer
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.events.models import OutboxEvent
from samphan.platform.search.models import SearchDocument
from tests.undo import snapshot

pytestmark = pytest.mark.usefixtures("inside")
AT = datetime(2026, 11, 21, 2, tzinfo=UTC)


def order(number: str, customer: Customer, owner: Member, identity: Identity | None = None) -> Order:
    line = commerce.Line(Decimal(1), Decimal(100), description="กาแฟ")
    return commerce.create_order(
        number=number, customer_id=customer.pk, ordered_at=AT, lines=[line], acting_member=owner,
        identity_id=identity.pk if identity else None,
    )  # fmt: skip


@pytest.fixture
def prae2(make_customer: MakeCustomer) -> Customer:
    return make_customer(
        name="แพร อัครเดชากุล", phone="081-234-5678", member_number="8801", tags="VIP, นมโอ๊ต", note="ชอบนั่งริมหน้าต่าง"
    )


def values(customer: Customer) -> set[str]:
    return set(Identity.objects.filter(customer=customer).values_list("value", flat=True))


def test_everything_moves_to_the_customer_that_stays(prae: Customer, prae2: Customer, owner: Member) -> None:
    order("SO-1", prae2, owner)
    actions.add_preference(prae2, "ไม่ใส่น้ำตาล", acting_member=owner)
    done = actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner, at=AT)
    assert values(prae) == {"+66812345678", "pimlada@example.com", "prae.akr", "8801"}
    assert set(CustomerTag.objects.filter(customer=prae).values_list("tag__name", flat=True)) == {
        "คั่วกลาง",
        "นมโอ๊ต",
        "VIP",
    }
    assert Preference.objects.get().customer_id == prae.pk
    prae.refresh_from_db()
    prae2.refresh_from_db()
    assert (prae.order_count, prae2.order_count) == (1, 0)
    assert prae.note == "ชอบนั่งริมหน้าต่าง"
    assert prae.name == "พิมพ์ลดา อัครเดชากุล"
    assert prae2.merged_into_id == prae.pk
    assert not Customer.objects.visible_to(owner).filter(pk=prae2.pk).exists()
    assert not SearchDocument.objects.filter(record_id=prae2.pk).exists()
    assert done.moved["commerce.Order"] == 1
    assert OutboxEvent.objects.filter(type="customers.customers_merged").count() == 1


def test_parting_puts_everything_back_and_merging_again_too(
    prae: Customer, prae2: Customer, owner: Member, workspace: Workspace
) -> None:
    order("SO-1", prae2, owner)
    before = snapshot.take(workspace.pk)
    actions.merge_customers(
        prae.pk, [prae2.pk], acting_member=owner, choices={"phone": prae2.pk, "name": prae2.pk}, at=AT
    )
    after = snapshot.take(workspace.pk)
    undone = actions.part_customers(prae2.pk, acting_member=owner)
    assert snapshot.differences(before, snapshot.take(workspace.pk)) == []
    assert undone.kept == []
    again = undo_changeset(undone.changeset, member_id=owner.pk)
    assert snapshot.differences(after, snapshot.take(workspace.pk)) == []
    assert again.kept == []
    actions.part_customers(prae2.pk, acting_member=owner)
    assert snapshot.differences(before, snapshot.take(workspace.pk)) == []


def test_what_came_through_an_identity_goes_back_with_it(prae: Customer, prae2: Customer, owner: Member) -> None:
    number = Identity.objects.get(customer=prae2, kind="member")
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner)
    order("SO-2", prae, owner, number)
    order("SO-3", prae, owner)
    actions.add_contact_point(prae, "email", "new@example.com", acting_member=owner)
    actions.part_customers(prae2.pk, acting_member=owner)
    assert Order.objects.get(number="SO-2").customer_id == prae2.pk
    assert Order.objects.get(number="SO-3").customer_id == prae.pk
    prae.refresh_from_db()
    prae2.refresh_from_db()
    assert (prae.order_count, prae2.order_count) == (1, 1)
    assert values(prae) == {"+66812345678", "pimlada@example.com", "prae.akr", "new@example.com"}
    assert values(prae2) == {"+66812345678", "8801"}


def test_an_edit_after_the_merge_stays_with_the_one_that_was_edited(
    prae: Customer, prae2: Customer, owner: Member
) -> None:
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner)
    prae.refresh_from_db()
    actions.edit_field(prae, "note", "ใหม่", seen=prae.note, acting_member=owner)
    actions.edit_field(prae, "grade", "B", seen="A", acting_member=owner)
    undone = actions.part_customers(prae2.pk, acting_member=owner)
    prae.refresh_from_db()
    prae2.refresh_from_db()
    assert (prae.note, prae.grade) == ("ใหม่", "B")
    assert prae2.note == "ชอบนั่งริมหน้าต่าง"
    assert [one.field for one in undone.kept] == ["note"]


def test_a_number_that_both_have_goes_on_to_name_whom_it_named(prae: Customer, prae2: Customer, owner: Member) -> None:
    mine = Identity.objects.get(customer=prae, kind="phone")
    assert mine.resolves
    actions.merge_customers(prae2.pk, [prae.pk], acting_member=owner)
    assert values(prae2) == {"+66812345678", "pimlada@example.com", "prae.akr", "8801"}
    mine.refresh_from_db()
    assert (mine.customer_id, mine.resolves) == (prae2.pk, True)
    order("SO-4", prae2, owner, mine)
    actions.part_customers(prae.pk, acting_member=owner)
    assert Order.objects.get(number="SO-4").customer_id == prae.pk


def test_relations_follow_and_none_points_at_itself(
    prae: Customer, prae2: Customer, make_customer: MakeCustomer, owner: Member, workspace: Workspace
) -> None:
    husband = make_customer(name="ปัณณวิชญ์ ตรีเนตร")
    for one in (prae, prae2):
        actions.add_relation(one, husband.pk, "spouse", {}, acting_member=owner)
    actions.add_relation(prae, prae2.pk, "sibling", {}, acting_member=owner)
    before = snapshot.take(workspace.pk)
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner)
    seen = Relation.objects.visible_to(owner)
    assert [(one.customer_id, one.kind) for one in seen if husband.pk in (one.customer_id, one.other_id)] == [
        (prae.pk, "spouse")
    ]
    assert seen.count() == 1
    actions.part_customers(prae2.pk, acting_member=owner)
    assert snapshot.differences(before, snapshot.take(workspace.pk)) == []


def test_merges_are_taken_back_last_first(
    prae: Customer, prae2: Customer, make_customer: MakeCustomer, owner: Member, workspace: Workspace
) -> None:
    third, fourth = make_customer(name="คุณแพร"), make_customer(name="พิมลดา อัครเดชากุล")
    start = snapshot.take(workspace.pk)
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner)
    actions.merge_customers(prae.pk, [third.pk], acting_member=owner)
    with pytest.raises(actions.PartRefused, match="แพร"):
        actions.part_customers(prae2.pk, acting_member=owner)
    actions.merge_customers(fourth.pk, [prae.pk], acting_member=owner, choices={"name": fourth.pk})
    with pytest.raises(actions.PartRefused, match="พิมลดา"):
        actions.part_customers(third.pk, acting_member=owner)
    prae2.refresh_from_db()
    assert actions.leads_to(prae2) == fourth.pk
    for one in (prae, third, prae2):
        actions.part_customers(one.pk, acting_member=owner)
    assert snapshot.differences(start, snapshot.take(workspace.pk)) == []


def test_refuses_what_makes_no_sense(
    prae: Customer, prae2: Customer, make_customer: MakeCustomer, owner: Member
) -> None:
    third = make_customer(name="ก้อง")
    with pytest.raises(actions.MergeRefused):
        actions.merge_customers(prae.pk, [prae.pk], acting_member=owner)
    with pytest.raises(actions.MergeRefused):
        actions.merge_customers(prae.pk, [], acting_member=owner)
    with pytest.raises(actions.MergeRefused):
        actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner, choices={"name": third.pk})
    with pytest.raises(actions.PartRefused):
        actions.part_customers(prae.pk, acting_member=owner)
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner)
    for winner, loser in ((prae2, third), (third, prae2)):
        with pytest.raises(actions.MergeRefused, match="พิมพ์ลดา"):
            actions.merge_customers(winner.pk, [loser.pk], acting_member=owner)


def test_nobody_merges_or_parts_whom_they_do_not_see(
    prae: Customer, prae2: Customer, owner: Member, workspace: Workspace
) -> None:
    draft = RoleDraft("ตัวแทน", permissions=("customers.view_customer",), reach={"customers": "own"})
    key = composition.save_role(None, draft, acting_member=owner)
    narrow = create_member(workspace, email="agent@doimok.example", name="พลอย", roles=[key], password="ก" * 12)
    Customer.objects.filter(pk=prae2.pk).update(owner_id=None)
    Customer.objects.filter(pk=prae.pk).update(owner_id=narrow.pk)
    with pytest.raises(actions.CustomerGone):
        actions.merge_customers(prae.pk, [prae2.pk], acting_member=narrow)
    actions.merge_customers(prae2.pk, [prae.pk], acting_member=owner, choices={"owner": prae2.pk})
    with pytest.raises(actions.CustomerGone):
        actions.part_customers(prae.pk, acting_member=narrow)


def test_a_merged_customer_is_not_among_the_deleted(prae: Customer, prae2: Customer, owner: Member) -> None:
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner, at=AT)
    with pytest.raises(actions.CustomerGone):
        actions.restore_customers([prae2.pk], acting_member=owner, at=AT)
    with pytest.raises(actions.NotDeleted):
        actions.erase_customer(prae2.pk, typed=prae2.name, acting_member=owner)


def test_the_night_leaves_merged_customers_and_erasing_the_one_that_stands_takes_them_along(
    prae: Customer, prae2: Customer, owner: Member, workspace: Workspace
) -> None:
    actions.merge_customers(prae.pk, [prae2.pk], acting_member=owner, at=AT)
    long_after = datetime(2028, 1, 1, tzinfo=UTC)
    assert deleted.Deleted(workspace.pk, long_after).first(10) == []
    actions.delete_customers([prae.pk], acting_member=owner, at=AT)
    assert [pk for _model, pk in deleted.Deleted(workspace.pk, long_after).first(10)] == [prae.pk]
    prae.refresh_from_db()
    actions.erase_customer(prae.pk, typed=prae.name, acting_member=owner)
    assert not Customer.objects.filter(pk__in=[prae.pk, prae2.pk]).exists()
    assert not Identity.objects.exists()
