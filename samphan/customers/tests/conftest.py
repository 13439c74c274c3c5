"""Customers of the coffee roaster, as its people typed them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.platform.tenancy import in_workspace

MakeCustomer = Callable[..., Customer]


@pytest.fixture
def make_customer(workspace: Workspace, owner: Member) -> MakeCustomer:
    """Add a customer as the owner would: `make_customer(name="…", phone="…")`."""

    def make(**values: str) -> Customer:
        with in_workspace(workspace.id):
            return actions.create_customer(values, acting_member=owner).customer

    return make


@pytest.fixture
def prae(make_customer: MakeCustomer) -> Customer:
    return make_customer(
        name="นางสาวพิมพ์ลดา อัครเดชากุล (แพร)",
        phone="081-234-5678",
        email="Pimlada@example.com",
        line_id="prae.akr",
        birth_date="14/12/2532",
        stage="at_risk",
        grade="A",
        tags="คั่วกลาง, นมโอ๊ต",
        address="12/8 ซ.อารีย์สัมพันธ์ 5 แขวงพญาไท เขตพญาไท กรุงเทพฯ 10400",
    )


def sign_in(client: Client, member: Member) -> Client:
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def htmx(target: str = "") -> dict[str, Any]:
    headers = {"HX-Request": "true"}
    if target:
        headers["HX-Target"] = target
    return {"headers": headers}
