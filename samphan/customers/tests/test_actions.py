"""What writes customers, and what it refuses."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samphan.administration.models import Member, Notification, Workspace
from samphan.customers import actions
from samphan.customers.actions.addresses import one_line
from samphan.customers.actions.editing import raw_value
from samphan.customers.models import Address, Customer, Identity
from samphan.customers.names import shown_name
from samphan.customers.subscribers import tell_the_new_owner
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import read
from samphan.platform.search.models import SearchDocument
from samphan.platform.search.text import LETTERS, MARKS
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.problems import ValueProblem

pytestmark = pytest.mark.usefixtures("inside")
AT = datetime(2026, 11, 21, 2, tzinfo=UTC)


def document(customer: Customer) -> str:
    """The words that search knows a customer by, with Thai marks in the place of the letters that stand for them."""
    return SearchDocument.objects.get(record_id=customer.pk).text.translate(str.maketrans(LETTERS, MARKS))


def test_who_has_a_value_already_is_found_by_its_index(owner: Member) -> None:
    values = {"name": "คุณใหม่ ใจดี", "phone": "0819994455", "email": "mai.jaidee@example.com", "line": "@maijaidee"}
    with CaptureQueriesContext(connection) as asked:
        actions.create_customer(values, acting_member=owner)
    looks = [
        one["sql"] for one in asked.captured_queries if one["sql"].startswith("SELECT 1") and '"value" =' in one["sql"]
    ]
    assert looks
    with connection.cursor() as cursor:
        # The table of a test is so small that it would be read whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in looks:
            cursor.execute("EXPLAIN " + sql)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "identity_resolves_to_one" in plan
            assert "0819994455"[1:] in plan.split("Index Cond", 1)[1]


def test_takes_a_typed_person_apart(prae: Customer) -> None:
    assert (prae.title, prae.first_name, prae.last_name, prae.nickname) == ("นางสาว", "พิมพ์ลดา", "อัครเดชากุล", "แพร")
    assert shown_name(prae) == "คุณพิมพ์ลดา อัครเดชากุล (แพร)"
    assert prae.gender == "female"
    assert prae.birth_date == "1989-12-14"
    assert {one.value for one in Identity.objects.filter(customer=prae)} == {
        "+66812345678",
        "pimlada@example.com",
        "prae.akr",
    }
    address = Address.objects.get(customer=prae)
    assert (address.subdistrict, address.district, address.postcode) == ("พญาไท", "พญาไท", "10400")
    assert "0812345678" in document(prae)
    assert "แพร" in document(prae)
    assert OutboxEvent.objects.filter(type="customers.customer_created").count() == 1


def test_knows_an_organisation_by_its_name(owner: Member) -> None:
    created = actions.create_customer({"name": "บริษัท บ้านริมคลอง จำกัด (สำนักงานใหญ่)"}, acting_member=owner)
    assert created.customer.kind == Customer.Kind.ORGANISATION
    assert created.customer.branch == "00000"


def test_says_what_is_wrong_at_each_field_and_writes_nothing(owner: Member) -> None:
    with pytest.raises(actions.FieldProblems) as refused:
        actions.create_customer(
            {
                "name": "สมชาย",
                "phone": "081-234-567",
                "email": "somchai",
                "tax_id": "1234567890123",
                "birth_date": "31/02/2530",
                "stage": "vip",
            },
            acting_member=owner,
        )
    assert set(refused.value.problems) == {"phone", "email", "tax_id", "birth_date", "stage"}
    assert "@" in refused.value.problems["email"]
    assert not Customer.objects.exists()


def test_a_customer_needs_a_name(owner: Member) -> None:
    with pytest.raises(actions.FieldProblems):
        actions.create_customer({"kind": "person", "phone": "0812345678"}, acting_member=owner)
    assert actions.create_customer({"nickname": "เจ๊หงส์"}, acting_member=owner).customer.name == "เจ๊หงส์"


def test_a_shared_phone_stays_with_the_one_who_had_it_first(prae: Customer, owner: Member) -> None:
    created = actions.create_customer({"name": "ปัณณวิชญ์ ตรีเนตร", "phone": "0812345678"}, acting_member=owner)
    (shared,) = created.shared
    assert shared.resolves_to == prae
    assert not shared.identity.resolves
    first = Identity.objects.get(customer=prae, kind="phone")
    assert first.resolves
    actions.remove_contact_point(first, acting_member=owner)
    shared.identity.refresh_from_db()
    assert shared.identity.resolves


def test_edits_a_field_that_still_holds_what_was_seen(prae: Customer, owner: Member) -> None:
    assert actions.edit_field(prae, "nickname", "แพรว", seen="แพร", acting_member=owner, at=AT)
    prae.refresh_from_db()
    assert prae.nickname == "แพรว"
    assert prae.sources["nickname"] == [f"member:{owner.pk}", "2026-11-21T02:00:00+00:00"]
    assert prae.sources["*"]
    assert "แพรว" in document(prae)
    assert OutboxEvent.objects.filter(type="customers.customer_edited").count() == 1


def test_refuses_to_overwrite_what_somebody_else_typed_meanwhile(
    prae: Customer, owner: Member, salesperson: Member
) -> None:
    actions.edit_field(prae, "stage", "regular", seen="at_risk", acting_member=salesperson)
    with pytest.raises(EditedMeanwhile) as refused:
        actions.edit_field(prae, "stage", "lost", seen="at_risk", acting_member=owner)
    assert refused.value.current == "regular"
    assert "regular" in str(refused.value)
    assert "lost" in str(refused.value)
    prae.refresh_from_db()
    assert prae.stage == "regular"
    # Both typing the same is no conflict.
    assert not actions.edit_field(prae, "stage", "regular", seen="at_risk", acting_member=owner)


def test_the_parts_of_a_name_and_the_whole_follow_each_other(prae: Customer, owner: Member) -> None:
    actions.edit_field(prae, "last_name", "แก้วมณี", seen="อัครเดชากุล", acting_member=owner)
    assert prae.name == "พิมพ์ลดา แก้วมณี"
    actions.edit_field(prae, "name", "ดร.เอื้องฟ้า ณ ลำพูน", seen="พิมพ์ลดา แก้วมณี", acting_member=owner)
    assert (prae.title, prae.first_name, prae.last_name, prae.nickname) == ("ดร.", "เอื้องฟ้า", "ณ ลำพูน", "แพร")
    assert prae.name_key.startswith("อเ")
    assert "เอื้องฟ้า" in document(prae)
    actions.edit_field(prae, "kind", "organisation", seen="person", acting_member=owner)
    assert (prae.kind, prae.first_name, prae.name) == ("organisation", "", "เอื้องฟ้า ณ ลำพูน")


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("birth_date", "21 พ.ย. 2530", "1987-11-21"),
        ("birth_date", "1987-11-21", "1987-11-21"),
        ("birth_date", "๒๑/๑๑/๒๕๓๐", "1987-11-21"),
        ("birth_date", "5 พ.ย.", "XXXX-11-05"),
        ("birth_date", "29 ก.พ.", "XXXX-02-29"),
        ("birth_date", "พ.ย. 2530", "1987-11-XX"),
        ("birth_date", "พ.ศ. 2530", "1987-XX-XX"),
        ("birth_date", "ปี 30", "1987-XX-XX"),
        ("tax_id", "3-1006-00445-63-5", "3100600445635"),
        ("branch", "สำนักงานใหญ่", "00000"),
        ("branch", "สาขาที่ 12", "00012"),
        ("title", "น.ส.", "นางสาว"),
        ("source", "  งานกาแฟ   ไทย ", "งานกาแฟ ไทย"),
        ("note", "บรรทัดหนึ่ง\r\nบรรทัดสอง\x00", "บรรทัดหนึ่ง\nบรรทัดสอง"),
    ],
)
def test_reads_what_thai_offices_type(
    make_customer: object, owner: Member, field: str, typed: str, stored: object
) -> None:
    customer = make_customer(name="สมชาย ใจดี")  # type: ignore[operator]
    actions.edit_field(customer, field, typed, seen=raw_value(customer, field), acting_member=owner)
    customer.refresh_from_db()
    assert getattr(customer, field) == stored


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("birth_date", "31/02/2530"),
        ("birth_date", "พรุ่งนี้"),
        ("birth_date", "1/1/1700"),
        ("birth_date", "พ.ศ. 2430"),
        ("birth_date", "ปี 2700"),
        ("birth_date", "พ.ย."),
        ("birth_date", "พ.ย. 20"),
        ("birth_date", "5/11/20"),
        ("birth_date", "29 ก.พ. 2530"),
        ("tax_id", "3100600445634"),
        ("tax_id", "12345"),
        ("grade", "E"),
        ("owner", "0196f000-0000-7000-8000-000000000001"),
        ("first_name", ""),
        ("nickname", "ก" * 101),
        ("kind", "robot"),
    ],
)
def test_refuses_what_cannot_be_meant(make_customer: object, owner: Member, field: str, typed: str) -> None:
    customer = make_customer(first_name="สมชาย")  # type: ignore[operator]
    with pytest.raises(ValueProblem) as refused:
        actions.edit_field(customer, field, typed, seen=raw_value(customer, field), acting_member=owner)
    assert str(refused.value)
    assert not OutboxEvent.objects.filter(type="customers.customer_edited").exists()


def test_nobody_edits_the_customer_of_another_company(prae: Customer, stranger: Member) -> None:
    with in_workspace(stranger.workspace_id), pytest.raises(actions.CustomerGone):
        actions.edit_field(prae, "nickname", "x", seen="แพร", acting_member=stranger)


def test_adds_edits_and_removes_contact_points(prae: Customer, owner: Member) -> None:
    added = actions.add_contact_point(prae, "phone", "02 123 4567 ต่อ 12", acting_member=owner)
    assert isinstance(added, Identity)
    assert (added.value, added.position) == ("+6621234567", 1)
    assert "12" in added.label
    with pytest.raises(ValueProblem):
        actions.add_contact_point(prae, "phone", "021234567", acting_member=owner)
    with pytest.raises(EditedMeanwhile):
        actions.edit_contact_point(added, "089-999-9999", seen="+66899999990", acting_member=owner)
    actions.edit_contact_point(added, "089-999-9999", seen="+6621234567", acting_member=owner)
    assert "0899999999" in document(prae)
    actions.remove_contact_point(added, acting_member=owner)
    assert "0899999999" not in document(prae)


def test_adds_and_edits_addresses(prae: Customer, owner: Member) -> None:
    address = actions.add_address(prae, "99/12 ถ.สุเทพ ต.สุเทพ อ.เมือง จ.เชียงใหม่ 50200", acting_member=owner)
    assert (address.province, address.position) == ("เชียงใหม่", 1)
    with pytest.raises(EditedMeanwhile):
        actions.edit_address(address, "1 ถ.นิมมานเหมินท์ เชียงใหม่ 50200", seen="ของเก่า", acting_member=owner)
    seen = one_line(address)
    assert actions.edit_address(
        address, "1 ถ.นิมมานเหมินท์ ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200", seen=seen, acting_member=owner
    )
    actions.remove_address(address, acting_member=owner)
    assert Address.objects.filter(customer=prae).count() == 1


def test_undo_never_makes_an_address_of_two(prae: Customer, owner: Member) -> None:
    address = Address.objects.get(customer=prae)
    with changeset("test.imported") as imported:
        Address.objects.update(line="99 ม.3", subdistrict="สุเทพ", province="เชียงใหม่", postcode="50200")
    with changeset("test.edited"):
        Address.objects.update(line="99/1 ม.3")
    undone = undo_changeset(imported, member_id=owner.pk)
    address.refresh_from_db()
    assert (address.line, address.subdistrict, address.postcode) == ("99/1 ม.3", "สุเทพ", "50200")
    assert {kept.field for kept in undone.kept} == {"line", "subdistrict", "province", "postcode"}


def test_tags_in_sets_and_undoes_it(prae: Customer, make_customer: object, owner: Member) -> None:
    others = [make_customer(name=f"ลูกค้า {index}") for index in range(3)]  # type: ignore[operator]
    ids = [prae.pk, *(one.pk for one in others)]
    act, count = actions.tag_customers(ids, " ของขวัญองค์กร ", acting_member=owner)
    assert count == 4
    assert actions.tag_customers(ids, "ของขวัญองค์กร", acting_member=owner)[1] == 0
    assert Customer.objects.filter(pk__in=ids).count() == 4
    undo_changeset(act, member_id=owner.pk)
    assert actions.untag_customers(ids, "ของขวัญองค์กร", acting_member=owner)[1] == 0
    with pytest.raises(ValueProblem):
        actions.tag_customers(ids, "   ", acting_member=owner)


def test_assigns_in_sets_and_undoes_it(prae: Customer, owner: Member, salesperson: Member) -> None:
    act, count = actions.assign_owner([prae.pk], str(salesperson.pk), acting_member=owner)
    assert count == 1
    assert actions.assign_owner([prae.pk], str(salesperson.pk), acting_member=owner)[1] == 0
    prae.refresh_from_db()
    assert prae.owner_id == salesperson.pk
    undo_changeset(act, member_id=owner.pk)
    prae.refresh_from_db()
    assert prae.owner_id is None


@pytest.mark.parametrize("way", ["undo", "restore"])
def test_a_deleted_customer_comes_back_with_everything(prae: Customer, owner: Member, way: str) -> None:
    act, count = actions.delete_customers([prae.pk], acting_member=owner)
    assert count == 1
    assert not Customer.objects.visible_to(owner).exists()
    assert not Identity.objects.filter(resolves=True).exists()
    assert not SearchDocument.objects.filter(record_id=prae.pk).exists()
    twin = actions.create_customer({"name": "พิมพ์ลดา", "phone": "0812345678"}, acting_member=owner)
    assert twin.shared == []
    if way == "undo":
        undo_changeset(act, member_id=owner.pk)
    else:
        assert actions.restore_customers([prae.pk], acting_member=owner) == 1
    assert Customer.objects.visible_to(owner).filter(pk=prae.pk).exists()
    assert "อัครเดชากุล" in document(prae)
    # The phone went to somebody else meanwhile; the e-mail did not.
    assert not Identity.objects.get(customer=prae, kind="phone").resolves
    assert Identity.objects.get(customer=prae, kind="email").resolves


def test_restores_nobody_after_thirty_days(prae: Customer, owner: Member) -> None:
    actions.delete_customers([prae.pk], acting_member=owner, at=datetime(2026, 10, 1, tzinfo=UTC))
    with pytest.raises(actions.CustomerGone):
        actions.restore_customers([prae.pk], acting_member=owner, at=AT)


def test_writes_purchase_totals_only_where_they_differ(prae: Customer) -> None:
    source = (
        "SELECT %s::uuid AS customer_id, 3 AS order_count, 1480.5 AS total_spent, now() AS first_order_at,"
        " now() AS last_order_at"
    )
    assert actions.set_purchase_totals(source, [prae.pk]) == 1
    assert actions.set_purchase_totals(source, [prae.pk]) == 0
    prae.refresh_from_db()
    assert (prae.order_count, prae.total_spent) == (3, 1480.5)


def test_every_write_names_its_act(prae: Customer, owner: Member, workspace: Workspace) -> None:
    actions.edit_field(prae, "grade", "B", seen="A", acting_member=owner)
    kinds = list(Changeset.objects.filter(workspace_id=workspace.id).order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["customers.customer_created", "customers.customer_edited"]
    assert prae.created_in is not None


def test_a_new_owner_is_told_and_not_who_took_them(prae: Customer, owner: Member, salesperson: Member) -> None:
    actions.assign_owner([prae.pk], str(salesperson.pk), acting_member=owner)
    actions.assign_owner([prae.pk], str(owner.pk), acting_member=owner)
    published = OutboxEvent.objects.filter(type="customers.customers_assigned").order_by("id")
    for _time in range(2):
        for event in published:
            tell_the_new_owner(read(event.type, event.payload))  # type: ignore[arg-type]
    told = Notification.objects.get()
    assert (told.member_id, told.values) == (salesperson.pk, {"count": 1})
