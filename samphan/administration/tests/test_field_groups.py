"""A group of custom fields is named anew: all its fields move, and the act is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from samphan.administration.custom_fields import actions, hosts
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.platform.changes.models import Changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

ADDRESS = "/settings/fields/customers/groups/"


@pytest.fixture
def make_field(workspace: Workspace, owner: Member) -> Callable[..., CustomField]:
    def make(label: str, entity: str = "customers", **more: Any) -> CustomField:
        host = hosts.find(entity)
        assert host is not None
        with in_workspace(workspace.pk):
            return actions.add_field(host, Draft(kind="text", label_th=label, **more), acting_member=owner)

    return make


def names(workspace: Workspace) -> dict[str, tuple[str, str]]:
    with in_workspace(workspace.pk):
        return {one.label_th: (one.group_th, one.group_en) for one in CustomField.objects.all()}


def test_all_fields_move_with_their_group_and_come_back(
    signed_in: Client, workspace: Workspace, owner: Member, make_field: Callable[..., CustomField]
) -> None:
    make_field("กิโล", group_th="การสั่ง", group_en="Ordering")
    make_field("รอบส่ง", group_th="การสั่ง")
    old = make_field("ของเก่า", group_th="การสั่ง")
    make_field("วันเกิดร้าน", group_th="ร้าน", group_en="Shop")
    make_field("ลำพัง")
    make_field("ของสินค้า", "products", group_th="การสั่ง")
    with in_workspace(workspace.pk):
        actions.archive_field(old, acting_member=owner)
    before = names(workspace)
    page = signed_in.get("/settings/fields/customers/").content.decode()
    assert 'value="การสั่ง"' in page and 'value="Ordering"' in page and "3 ฟิลด์" in page
    answer = signed_in.post(ADDRESS, {"group": "การสั่ง", "th": " การ  สั่งซื้อ ", "en": "Orders"})
    assert answer.status_code == 302
    moved = ("การ สั่งซื้อ", "Orders")
    assert names(workspace) == before | {"กิโล": moved, "รอบส่ง": moved, "ของเก่า": moved}
    with in_workspace(workspace.pk):
        act = Changeset.objects.get(kind="administration.field_group_renamed")
    assert act.member_id == owner.pk
    assert f"/changes/{act.pk}/undo/" in signed_in.get("/settings/fields/customers/").content.decode()
    assert signed_in.post(f"/changes/{act.pk}/undo/").status_code == 302
    assert names(workspace) == before
    assert "การ สั่งซื้อ" not in signed_in.get("/settings/fields/customers/").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"th": "ร้าน", "en": ""}, "มีกลุ่มอื่นชื่อ “ร้าน” อยู่แล้ว"),
        ({"th": "การสั่งซื้อ", "en": "SHOP"}, "มีกลุ่มอื่นชื่อ “SHOP” อยู่แล้ว"),
        ({"th": " ", "en": ""}, "กลุ่มต้องมีชื่อ"),
        ({"th": "ก" * 81, "en": ""}, "ไม่เกิน 80"),
    ],
)
def test_a_name_that_it_cannot_have_is_refused_beside_it(
    signed_in: Client, workspace: Workspace, make_field: Callable[..., CustomField], typed: dict[str, str], said: str
) -> None:
    make_field("กิโล", group_th="การสั่ง")
    make_field("วันเกิดร้าน", group_th="ร้าน", group_en="Shop")
    before = names(workspace)
    refused = signed_in.post(ADDRESS, {"group": "การสั่ง", **typed})
    assert refused.status_code == 422 and said in refused.content.decode()
    assert names(workspace) == before
    # Its own name, said again, is nobody else's.
    assert signed_in.post(ADDRESS, {"group": "การสั่ง", "th": "การสั่ง", "en": ""}).status_code == 302
    with in_workspace(workspace.pk):
        assert not Changeset.objects.filter(kind="administration.field_group_renamed").exists()
    # A group that somebody else has named meanwhile is gone.
    assert signed_in.post(ADDRESS, {"group": "ไม่มี", "th": "ใหม่", "en": ""}).status_code == 409


def test_only_who_may_change_fields_names_groups(
    signed_in: Client, workspace: Workspace, owner: Member, make_field: Callable[..., CustomField]
) -> None:
    make_field("กิโล", group_th="การสั่ง")
    owner.roles = ["sales"]
    owner.save(update_fields=["roles"])
    assert signed_in.post(ADDRESS, {"group": "การสั่ง", "th": "ใหม่", "en": ""}).status_code == 403
    assert names(workspace)["กิโล"] == ("การสั่ง", "")
