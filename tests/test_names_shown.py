"""A person's name stands everywhere as Thais write it, an organisation's as it is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from samphan.administration.models import Member, Notification, Workspace
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.customers.names import written_name
from samphan.platform.tenancy import in_workspace

SHOWN = "คุณพิมพ์ลดา อัครเดชากุล (แพร)"
SHOP = "ร้านแพรวา"


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"name": "ก", "first_name": "พิมพ์ลดา", "last_name": "อัครเดชากุล", "nickname": "แพร"}, SHOWN),
        ({"name": "ก", "title": "ดร.", "first_name": "สมใจ", "nickname": "สมใจ"}, "ดร.สมใจ"),
        ({"name": "ก", "title": "นาย", "first_name": "Arjun", "last_name": "Mehta"}, "Arjun Mehta"),
        ({"name": "แพร", "nickname": "แพร"}, "คุณแพร"),
        ({"name": "ไม่รู้ชื่อ"}, "ไม่รู้ชื่อ"),
        ({"name": "พิมพ์ลดา อัครเดชากุล", "nickname": "แพร"}, "พิมพ์ลดา อัครเดชากุล (แพร)"),
        ({"name": SHOP, "kind": "organisation", "first_name": "x", "nickname": "แพร"}, SHOP),
    ],
)
def test_writes_a_name_from_the_columns_of_a_row(row: dict[str, str], shown: str) -> None:
    assert written_name(row) == shown


@pytest.fixture
def sold(workspace: Workspace, owner: Member) -> dict[str, Any]:
    """A person and a shop who bought one product, and a task for the person."""
    with in_workspace(workspace.pk):
        prae, shop = (
            actions.create_customer(values, acting_member=owner).customer
            for values in (
                {"name": "นางสาวพิมพ์ลดา อัครเดชากุล (แพร)"},
                {"name": SHOP, "kind": "organisation", "nickname": "แพร"},
            )
        )
        product = apps.get_model("commerce.Product").objects.create(workspace=workspace, sku="DM-1", name="ดริปแบ็ก")
        orders = []
        for number, customer in enumerate((prae, shop)):
            order = apps.get_model("commerce.Order").objects.create(
                workspace=workspace, number=f"SO-{number}", customer=customer, total=Decimal(500 - number),
                ordered_at=timezone.now() - timedelta(days=2), line_count=1,
            )  # fmt: skip
            apps.get_model("commerce.OrderLine").objects.create(
                workspace=workspace,
                order=order,
                product=product,
                quantity=1,
                unit_price=Decimal(500 - number),
                position=0,
            )
            orders.append(order)
        Customer.objects.filter(pk__in=[prae.pk, shop.pk]).update(
            total_spent=500, order_count=1, first_order_at=timezone.now(), last_order_at=timezone.now()
        )
        task = apps.get_model("work.Task").objects.create(
            workspace=workspace, customer=prae, title="โทรถามรอบสั่ง", assignee=owner,
            reminder_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    return {"orders": orders, "product": product, "task": task}


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_says_it_alike(sold: dict[str, Any], signed_in: Client, owner: Member, language: str) -> None:
    owner.user.language = language
    owner.user.save(update_fields=["language"])
    pages = {
        "palette": "/search/palette/?q=พิมพ์ลดา",
        "search": "/search/?q=แพร",
        "orders": "/orders/?columns=number,customer",
        "order": f"/orders/{sold['orders'][0].pk}/",
        "product": f"/products/{sold['product'].pk}/",
        "best": "/insights/best-customers/",
        "people": "/insights/best-customers/people/?from=1",
        "task": f"/tasks/{sold['task'].pk}/",
        "today": "/today/",
    }
    for name, address in pages.items():
        answer = signed_in.get(address)
        html = answer.content.decode()
        assert answer.status_code == 200, name
        assert SHOWN in html, name
        assert "คุณร้าน" not in html, name
        assert f"{SHOP} (แพร)" not in html, name
    assert SHOP in signed_in.get(pages["orders"]).content.decode()


def test_a_reminder_names_the_person(sold: dict[str, Any], workspace: Workspace, owner: Member) -> None:
    from samphan.work.reminders import remind_due

    with in_workspace(workspace.pk):
        assert remind_due(workspace.pk, at=timezone.now()) == 1
        assert Notification.objects.get().values["customer"] == SHOWN


def test_files_hold_the_name_as_it_is_stored(signed_in: Client, sold: dict[str, Any]) -> None:
    raw = b"".join(signed_in.get("/export/orders/?format=csv&columns=number,customer").streaming_content).decode()
    assert "พิมพ์ลดา อัครเดชากุล" in raw
    assert "คุณ" not in raw
