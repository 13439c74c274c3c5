"""Customers, and orders made quickly."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from samphan.administration.models import SystemViewer, Workspace
from samphan.commerce import actions
from samphan.commerce.models import Order
from samphan.customers.models import Customer
from samphan.platform.thai.collation import sort_key

START = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)


def make_customer(workspace: Workspace, name: str, **values: Any) -> Customer:
    return Customer.objects.create(workspace=workspace, name=name, name_key=sort_key(name), **values)


@pytest.fixture
def prae(inside: Workspace) -> Customer:
    return make_customer(inside, "พิมพ์ลดา อัครเดชากุล", nickname="แพร")


@pytest.fixture
def krit(inside: Workspace) -> Customer:
    return make_customer(inside, "กฤษณ์ วงศ์สวัสดิ์")


@pytest.fixture
def place(system: SystemViewer) -> Callable[..., Order]:
    """place("SO-1", prae, [("2", "120")], day=3): quantities and prices as texts."""

    def _place(
        number: str, customer: Customer | None, lines: list[tuple[str, str]], *, day: int = 0, **values: Any
    ) -> Order:
        return actions.create_order(
            number=number,
            customer_id=customer.pk if customer else None,
            ordered_at=START + timedelta(days=day),
            lines=[
                actions.Line(Decimal(quantity), Decimal(price), sku=f"SKU-{index}", description=f"กาแฟ {index}")
                for index, (quantity, price) in enumerate(lines, 1)
            ],
            acting_member=system,
            **values,
        )

    return _place
