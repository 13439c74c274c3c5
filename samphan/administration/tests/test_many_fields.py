"""Many custom fields: what a list of several of them shows is what each of them shows alone, and what pages cost."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samphan.administration.custom_fields import definitions
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.platform import catalogue, lists
from samphan.platform.lists import ListState
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

VALUES: dict[str, list[Any]] = {
    "text": ['ร้าน "มุม" 100%', "", None],
    "long_text": ["บรรทัดแรก\nบรรทัดสอง", "x" * 5_000, None],
    "number": [12, 0.1, -3],
    "money": [99.25, 123456789012345, None],
    "date": ["2026-11-22", "1999-01-01", None],
    "choice": ["light", "dark", None],
    "multi_choice": [["light", "dark"], [], None],
    "boolean": [True, False, None],
    "member": ["0196f000-0000-7000-8000-000000000001", None, None],
}


def define(workspace: Workspace, kinds: list[str]) -> list[CustomField]:
    choices = [{"value": "light", "th": "คั่วอ่อน", "en": ""}, {"value": "dark", "th": "คั่วเข้ม", "en": ""}]
    made = CustomField.objects.bulk_create(
        CustomField(
            workspace=workspace, entity="customers", name=f"c_one_{place}", kind=kind, label_th=f"ข้อมูล {place}",
            position=place, choices=choices if "choice" in kind else [],
        )
        for place, kind in enumerate(kinds)
    )  # fmt: skip
    definitions.forget(workspace.pk)
    return made


def test_columns_read_together_hold_what_each_holds_alone(workspace: Workspace, owner: Member) -> None:
    with in_workspace(workspace.pk):
        fields = define(workspace, list(VALUES))
        for row in range(3):
            held = {one.key: VALUES[one.kind][row] for one in fields}
            Customer.objects.create(
                workspace=workspace, name=f"ลูกค้า {row}", custom={key: value for key, value in held.items() if value is not None}
            )  # fmt: skip

        def rows(*names: str) -> list[dict[str, Any]]:
            state = ListState.parse(f"columns={','.join(names)}&sort=name", CUSTOMERS, owner)
            found = lists.page(
                Customer.objects.visible_to(owner), state, owner, now=datetime.now(UTC), zone=workspace.zone
            )
            assert found.columns == names
            return found.rows

        names = [one.name for one in fields]
        with CaptureQueriesContext(connection) as queries:
            together = rows(*names)
        assert sum("json_build_array" in query["sql"] for query in queries) == 1
        for name in names:
            for whole, alone in zip(together, rows(name), strict=True):
                assert (type(whole[name]), whole[name]) == (type(alone[name]), alone[name]), name
        assert together[0][names[3]] == Decimal("99.25")


def test_a_page_asks_and_looks_through_no_more_with_five_hundred_fields(
    signed_in: Client, workspace: Workspace, owner: Member
) -> None:
    with in_workspace(workspace.pk):
        Customer.objects.create(workspace=workspace, name="สมชาย ใจดี")

    def cost() -> tuple[int, int]:
        signed_in.get("/customers/")
        looks = 0
        plain = catalogue.Entity.has_field

        def counted(entity: catalogue.Entity, name: str) -> bool:
            nonlocal looks
            looks += 1
            return plain(entity, name)

        with CaptureQueriesContext(connection) as queries, patch.object(catalogue.Entity, "has_field", counted):
            assert signed_in.get("/customers/").status_code == 200
        return len(queries), looks

    with in_workspace(workspace.pk):
        define(workspace, ["text"])
    few = cost()
    with in_workspace(workspace.pk):
        CustomField.objects.all().delete()
        define(workspace, ["text", "number", "choice", "date", "boolean"] * 100)
    many = cost()
    assert many[0] == few[0]
    assert many[1] == few[1], "no field by itself"
