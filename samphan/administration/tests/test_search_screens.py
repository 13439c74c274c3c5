"""The palette and the search page."""

from collections.abc import Callable

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer, Identity
from samphan.customers.search_documents import refresh_search
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key

Browser = Callable[[Member], Client]


@pytest.fixture
def somchai(workspace: Workspace) -> Customer:
    with in_workspace(workspace.id):
        one = Customer.objects.create(workspace=workspace, name="สมชาย <b>ใจดี</b>", name_key=sort_key("สมชาย"))
        Identity.objects.create(workspace=workspace, customer=one, kind="phone", value="+66812345678")
        refresh_search([one.pk])
    return one


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_palette_links_to_the_record_and_says_why(signed_in: Client, somchai: Customer) -> None:
    html = page(signed_in, "/search/palette/?q=0812")
    assert f'href="/customers/{somchai.pk}/"' in html
    assert "081-234-5678" in html
    assert "<b>" not in html
    assert "/search/?q=0812" in html


def test_the_palette_is_empty_before_anything_is_typed(signed_in: Client, somchai: Customer) -> None:
    assert "menu-item" not in page(signed_in, "/search/palette/?q=")


def test_the_page_shows_what_the_other_keyboard_finds(signed_in: Client, somchai: Customer) -> None:
    html = page(signed_in, "/search/?q=l,=kp")
    assert str(somchai.pk) in html
    assert "“สมชาย”" in html


def test_the_page_says_when_nothing_is_found(signed_in: Client, somchai: Customer) -> None:
    for text in ("ไม่มีใคร", "%25", "&lt;x", "%00"):
        assert str(somchai.pk) not in page(signed_in, f"/search/?q={text}")
    assert "ไม่มีใคร" in page(signed_in, "/search/?q=ไม่มีใคร")


def test_a_hidden_number_finds_nobody(client_of: Browser, onlooker: Member, somchai: Customer) -> None:
    for address in ("/search/?q=0812", "/search/palette/?q=0812"):
        assert str(somchai.pk) not in page(client_of(onlooker), address)
    assert str(somchai.pk) in page(client_of(onlooker), "/search/?q=สมชาย")


def test_strangers_are_asked_to_sign_in(
    client: Client, client_of: Browser, stranger: Member, somchai: Customer
) -> None:
    assert client.get("/search/?q=สมชาย").status_code == 302
    assert str(somchai.pk) not in page(client_of(stranger), "/search/?q=สมชาย")
