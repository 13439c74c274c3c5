"""Custom fields in files: columns that come in by the field's label, and go out again."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from samphan.administration.custom_fields import actions, hosts
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.models import Member, Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    again,
    files_in_a_folder_of_their_own,
    upload,
    work_off,
    workspace_of_the_browser,
)
from samphan.commerce.models import Order, Product
from samphan.customers.models import Customer
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

FILE = (
    "ชื่อ,เบอร์โทร,คะแนนความชอบ,ครบกำหนด,ชอบคั่ว,ผู้แนะนำ,ยินดีรับข่าว\n"
    "สมชาย ใจดี,0812345678,4.5,25/11/2569,\"คั่วอ่อน, Dark\",เมย์,ใช่\n"
    "มาลี ศรีสุข,0898765432,,,,,ไม่ใช่\n"
    "สมศรี มีสุข,0861112222,สูงมาก,,,,\n"
)  # fmt: skip


@pytest.fixture
def fields(workspace: Workspace, owner: Member) -> dict[str, str]:
    """Keys of the fields by name."""
    roasts = [{"th": "คั่วอ่อน", "en": "Light"}, {"th": "คั่วเข้ม", "en": "Dark"}]
    host = hosts.find("customers")
    assert host is not None
    drafts = [
        Draft("number", "คะแนนความชอบ", "Score"), Draft("date", "ครบกำหนด", "Due"),
        Draft("multi_choice", "ชอบคั่ว", "Roasts", choices=roasts), Draft("member", "ผู้แนะนำ", "Referrer"),
        Draft("boolean", "ยินดีรับข่าว", "News"), Draft("text", "ที่มาของร้าน", "Origin", default="งานแฟร์"),
    ]  # fmt: skip
    with in_workspace(workspace.pk):
        made = [actions.add_field(host, draft, acting_member=owner) for draft in drafts]
    return {field.name: field.key for field in made}


def bring_in(client: Client, text: str) -> ImportBatch:
    batch = upload(client, text)
    client.post(f"/imports/{batch.pk}/run/")
    work_off()
    return again(batch)


def test_a_file_brings_custom_fields_and_they_go_out_and_are_undone(
    signed_in: Client, owner: Member, fields: dict[str, str], workspace: Workspace
) -> None:
    batch = upload(signed_in, FILE)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    for name in ("c_score", "c_due", "c_roasts", "c_referrer", "c_news"):
        assert f'value="{name}" selected' in page, name
    mapped = {f"column-{place}": name for place, name in enumerate(
        ("name", "phone", "c_score", "c_due", "c_roasts", "c_referrer", "c_news")
    )}  # fmt: skip
    signed_in.post(f"/imports/{batch.pk}/mapping/", {**mapped, "next": "1"})
    work_off()
    assert "สูงมาก" in signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.pk):
        found = {one.name: one for one in Customer.objects.all()}
        assert set(found) == {"สมชาย ใจดี", "มาลี ศรีสุข"}
        assert found["สมชาย ใจดี"].custom == {
            fields["c_score"]: 4.5, fields["c_due"]: "2026-11-25", fields["c_roasts"]: ["light", "dark"],
            fields["c_referrer"]: str(owner.pk), fields["c_news"]: True, fields["c_origin"]: "งานแฟร์",
        }  # fmt: skip
        assert found["มาลี ศรีสุข"].custom == {fields["c_news"]: False, fields["c_origin"]: "งานแฟร์"}
    out = signed_in.get("/export/customers/?columns=name,c_score,c_due,c_roasts,c_referrer,c_news&format=csv&sort=name")
    assert out.status_code == 200
    # A second file writes over one field and leaves the others alone.
    again_file = "ชื่อ,เบอร์โทร,คะแนนความชอบ\nสมชาย ใจดี,0812345678,5\n"
    second = upload(signed_in, again_file)
    columns = {"column-0": "name", "column-1": "phone", "column-2": "c_score"}
    signed_in.post(f"/imports/{second.pk}/mapping/", {**columns, "existing": "file", "next": "1"})
    work_off()
    signed_in.post(f"/imports/{second.pk}/run/")
    work_off()
    with in_workspace(workspace.pk):
        somchai = Customer.objects.get(name="สมชาย ใจดี")
        assert somchai.custom[fields["c_score"]] == 5 and somchai.custom[fields["c_due"]] == "2026-11-25"
        assert somchai.sources["c_score"][0] == f"import:{second.pk}" and "c_due" not in somchai.sources
        undo_changeset(second.pk, member_id=owner.pk)
        somchai.refresh_from_db()
        assert Decimal(str(somchai.custom[fields["c_score"]])) == Decimal("4.5") and "c_score" not in somchai.sources


@pytest.mark.parametrize(
    ("entity", "text", "mapped", "model"),
    [
        ("products", "รหัสสินค้า,ชื่อสินค้า,ชั้นวาง\nA1,เมล็ด,B-12\n", ("sku", "name", "c_shelf"), Product),
        ("orders", "เลขที่,วันที่,ชั้นวาง,รหัสสินค้า\nQ1,25/11/2569,B-12,A1\nQ1,25/11/2569,,A2\n",
         ("number", "ordered_at", "c_shelf", "sku"), Order),
    ],
)  # fmt: skip
def test_products_and_orders_bring_theirs_too(
    signed_in: Client, owner: Member, workspace: Workspace, entity: str, text: str, mapped: tuple[str, ...],
    model: Callable[..., object],
) -> None:  # fmt: skip
    host = hosts.find(entity)
    assert host is not None
    with in_workspace(workspace.pk):
        field = actions.add_field(host, Draft("text", "ชั้นวาง", "Shelf"), acting_member=owner)
    batch = upload(signed_in, text, kind=entity)
    form = {f"column-{place}": name for place, name in enumerate(mapped)}
    signed_in.post(f"/imports/{batch.pk}/mapping/", {**form, "next": "1"})
    work_off()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.pk):
        (made,) = model.objects.exclude(custom={})  # type: ignore[attr-defined]
        assert made.custom == {field.key: "B-12"}
