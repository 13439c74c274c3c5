"""Own fields that are different in every record, in files: who has a value already is said at its cell."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from samphan.administration.custom_fields import actions, hosts, writing
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.once import TakenMeanwhile
from samphan.administration.models import Member, Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    again,
    files_in_a_folder_of_their_own,
    upload,
    work_off,
    workspace_of_the_browser,
)
from samphan.commerce.models import Product
from samphan.customers.actions import create_customer, delete_customers, restore_customers
from samphan.customers.models import Customer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_code(workspace: Workspace, owner: Member) -> Callable[..., CustomField]:
    def make(entity: str, kind: str = "text", privacy: str = "business") -> CustomField:
        host = hosts.find(entity)
        assert host is not None
        with in_workspace(workspace.pk):
            draft = Draft(kind, "รหัสตู้", "Code", rules={"unique": True}, privacy=privacy)
            return actions.add_field(host, draft, acting_member=owner)

    return make


def check(client: Client, text: str, *names: str, kind: str = "customers", existing: str = "file") -> ImportBatch:
    batch = upload(client, text, kind=kind)
    form = {f"column-{place}": name for place, name in enumerate(names)}
    client.post(f"/imports/{batch.pk}/mapping/", {**form, "existing": existing, "next": "1"})
    work_off()
    return again(batch)


def run(client: Client, batch: ImportBatch) -> ImportBatch:
    client.post(f"/imports/{batch.pk}/run/")
    work_off()
    return again(batch)


def said(batch: ImportBatch) -> list[tuple[int, str, str]]:
    with in_workspace(batch.workspace_id):
        return [(one.row, one.column, one.code) for one in batch.problems.filter(rejects=True).order_by("row")]


def codes(workspace: Workspace, field: CustomField) -> dict[str, object]:
    with in_workspace(workspace.pk):
        return {one.name: one.custom.get(field.key) for one in Customer.objects.filter(deleted_at=None)}


def give(workspace: Workspace, owner: Member, field: CustomField, name: str, code: str) -> UUID:
    with in_workspace(workspace.pk):
        made = create_customer({"name": name, field.name: code}, acting_member=owner)
        return made.customer.pk


FILE = (
    "ชื่อ,เบอร์โทร,รหัสตู้\n"
    "สมชาย ใจดี,0812345671,A\n"
    "มาลี ศรีสุข,0812345672,B\n"
    "สมศรี มีสุข,0812345673,B\n"
    "ปิติ ชูใจ,0812345674,\n"
    "มานะ รักดี,0812345675,\n"
    "มาลี ศรีสุข,0812345672,B\n"
    "วีระ กล้าหาญ,0812345676,Z\n"
)
NAMES = ("name", "phone", "c_code")


def test_a_value_of_a_record_or_of_an_earlier_row_is_said_at_its_cell_and_left_out(
    signed_in: Client, owner: Member, workspace: Workspace, make_code: Callable[..., CustomField]
) -> None:
    field = make_code("customers")
    give(workspace, owner, field, "ร้านเดิม", "A")
    gone = give(workspace, owner, field, "ร้านที่ลบ", "Z")
    with in_workspace(workspace.pk):
        delete_customers([gone], acting_member=owner)
    batch = check(signed_in, FILE, *NAMES)
    expected = [(2, "รหัสตู้", "unique"), (4, "รหัสตู้", "unique")]
    assert said(batch) == expected
    assert (batch.created, batch.updated, batch.errors) == (4, 1, 2)
    page = signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    assert "ร้านเดิม" in page and "แถวที่ 3" in page
    batch = run(signed_in, batch)
    assert said(batch) == expected and (batch.created, batch.errors) == (4, 2)
    after = {"ร้านเดิม": "A", "มาลี ศรีสุข": "B", "ปิติ ชูใจ": None, "มานะ รักดี": None, "วีระ กล้าหาญ": "Z"}
    assert codes(workspace, field) == after
    with in_workspace(workspace.pk):
        cells = batch.problems.get(row=4).cells
    assert cells == ["สมศรี มีสุข", "0812345673", "B"]
    # The same file again: everybody keeps the value that is theirs.
    second = check(signed_in, FILE, *NAMES)
    assert said(second) == expected
    second = run(signed_in, second)
    assert said(second) == expected and second.created == 0
    # Taken back, its values are free.
    with in_workspace(workspace.pk):
        undo_changeset(batch.pk, member_id=owner.pk)
    third = run(signed_in, check(signed_in, "ชื่อ,เบอร์โทร,รหัสตู้\nสมศรี มีสุข,0812345673,B\n", *NAMES))
    assert said(third) == [] and codes(workspace, field)["สมศรี มีสุข"] == "B"


def test_filling_leaves_alone_who_has_a_value_and_a_refused_row_does_not_hold_up_the_next_one_of_its_customer(
    signed_in: Client, owner: Member, workspace: Workspace, make_code: Callable[..., CustomField]
) -> None:
    field = make_code("customers")
    give(workspace, owner, field, "ร้านเดิม", "A")
    text = "ชื่อ,เลขสมาชิก,รหัสตู้\nสมชาย ใจดี,M1,A\nสมชาย ใจดี,M1,\n,M2,A\nมาลี ศรีสุข,M2,B\n"
    names = ("name", "member_number", "c_code")
    batch = run(signed_in, check(signed_in, text, *names))
    assert [row for row, _column, _code in said(batch)] == [2, 4]
    assert codes(workspace, field) == {"ร้านเดิม": "A", "สมชาย ใจดี": None, "มาลี ศรีสุข": "B"}
    fill = "ชื่อ,เลขสมาชิก,รหัสตู้\nมาลี ศรีสุข,M2,A\nสมชาย ใจดี,M1,C\n"
    batch = run(signed_in, check(signed_in, fill, *names, existing="fill"))
    assert said(batch) == []
    assert codes(workspace, field) == {"ร้านเดิม": "A", "สมชาย ใจดี": "C", "มาลี ศรีสุข": "B"}


def test_who_may_not_read_the_field_is_not_told_whose_the_value_is(
    signed_in: Client, owner: Member, workspace: Workspace, make_code: Callable[..., CustomField],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    field = make_code("customers", privacy="sensitive")
    give(workspace, owner, field, "ร้านเดิม", "A")
    monkeypatch.setattr(Member, "may_read", lambda _self, privacy: privacy != "sensitive")
    batch = check(signed_in, FILE, *NAMES)
    with in_workspace(workspace.pk):
        kept = json.dumps([[one.message, one.values] for one in batch.problems.all()], ensure_ascii=False)
    assert "ร้านเดิม" not in kept and (2, "รหัสตู้", "unique") in said(batch)


def test_products_and_numbers_too(
    signed_in: Client, workspace: Workspace, make_code: Callable[..., CustomField]
) -> None:
    field = make_code("products", "number")
    with in_workspace(workspace.pk):
        Product.objects.create(workspace_id=workspace.pk, sku="OLD", name="ของเดิม", custom={field.key: 7})
    text = "รหัสสินค้า,ชื่อสินค้า,รหัสตู้\nA1,เมล็ด,7\nA2,นม,8.0\nA3,ชา,8\nOLD,ของเดิม,7.00\nA2,นม,8\n"
    names = ("sku", "name", "c_code")
    batch = check(signed_in, text, *names, kind="products")
    assert [row for row, _column, _code in said(batch)] == [2, 4]
    batch = run(signed_in, batch)
    assert [row for row, _column, _code in said(batch)] == [2, 4]
    with in_workspace(workspace.pk):
        assert {one.sku: one.custom.get(field.key) for one in Product.objects.all()} == {"OLD": 7, "A2": 8}


def test_a_run_holds_the_field_as_a_single_write_does(
    signed_in: Client, workspace: Workspace, make_code: Callable[..., CustomField], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both wait for the same lock before they look, so what either writes the other sees."""
    field = make_code("customers")
    batch = check(signed_in, FILE, *NAMES)
    held: list[bool] = []
    plain = writing.holders

    def look(cursor: object, *args: object) -> object:
        with connection.cursor() as asking:
            asking.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
                " AND ((classid::bigint << 32) | objid::bigint) = hashtextextended(%s, 0)",
                [f"custom:{field.key}"],
            )
            held.append(asking.fetchone()[0] == 1)
        return plain(cursor, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "holders", look)
    run(signed_in, batch)
    assert held and all(held)


def test_nothing_comes_back_that_another_record_has_meanwhile(
    workspace: Workspace, owner: Member, make_code: Callable[..., CustomField]
) -> None:
    field = make_code("customers")
    host = hosts.find("customers")
    assert host is not None

    def give(customer: Customer, text: str, seen: str = "") -> None:
        writing.edit_value(host, customer, field.name, text, seen=seen, acting_member=owner)

    with in_workspace(workspace.pk):
        first, second, third = (
            create_customer({"name": name}, acting_member=owner).customer for name in ("คุณหนึ่ง", "คุณสอง", "คุณสาม")
        )
        give(first, "A-1")
        delete_customers([first.pk], acting_member=owner)
        give(second, "A-1")
    deleted = _newest_act(workspace, "customers.customers_deleted")
    for come_back in (
        lambda: restore_customers([first.pk], acting_member=owner),
        lambda: undo_changeset(deleted, member_id=owner.pk),
    ):
        with pytest.raises(TakenMeanwhile, match="รหัสตู้"), in_workspace(workspace.pk), transaction.atomic():
            come_back()
    with in_workspace(workspace.pk):
        assert Customer.objects.get(pk=first.pk).deleted_at is not None
        give(second, "", "A-1")
        assert restore_customers([first.pk], acting_member=owner) == 1
        # A value that was written over, and given to somebody else.
        give(first, "A-2", "A-1")
        written = _newest_act(workspace, "customers.")
        give(third, "A-1")
        with pytest.raises(TakenMeanwhile), transaction.atomic():
            undo_changeset(written, member_id=owner.pk)


def _newest_act(workspace: Workspace, kind: str) -> UUID:
    with in_workspace(workspace.pk):
        act = Changeset.objects.filter(workspace_id=workspace.pk, kind__startswith=kind).order_by("-at", "-id").first()
        assert act is not None
        return act.pk
