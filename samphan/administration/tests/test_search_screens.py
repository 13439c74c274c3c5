"""The palette and the search page."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer, Identity
from samphan.customers.search_documents import refresh_search
from samphan.customers.search_words import learn_names
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


def test_the_palette_shows_what_was_opened_lately(signed_in: Client, somchai: Customer, workspace: Workspace) -> None:
    assert "menu-item" not in page(signed_in, "/search/palette/?q=")
    page(signed_in, f"/customers/{somchai.pk}/")
    assert f'href="/customers/{somchai.pk}/"' in page(signed_in, "/search/palette/?q=")
    with in_workspace(workspace.id):
        Customer.objects.filter(pk=somchai.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert str(somchai.pk) not in page(signed_in, "/search/palette/?q=")


def test_what_one_member_opened_is_nobody_elses(
    signed_in: Client, client_of: Browser, salesperson: Member, somchai: Customer
) -> None:
    page(signed_in, f"/customers/{somchai.pk}/")
    assert str(somchai.pk) not in page(client_of(salesperson), "/search/palette/?q=")


@pytest.mark.parametrize("typed", ["โทรหา สมชาย", "โทรหาสมชาย", "โทร สมชาย", "call somchai", "Fmisk l,=kp"])
def test_the_palette_calls(signed_in: Client, somchai: Customer, typed: str) -> None:
    html = page(signed_in, f"/search/palette/?q={quote(typed)}")
    assert 'href="tel:+66812345678"' in html
    assert "โทรหา สมชาย" in html


def test_who_may_not_see_a_number_cannot_call_it(client_of: Browser, onlooker: Member, somchai: Customer) -> None:
    assert "tel:" not in page(client_of(onlooker), "/search/palette/?q=โทรหา สมชาย")


def test_the_palette_suggests_what_was_meant(signed_in: Client, somchai: Customer, workspace: Workspace) -> None:
    with in_workspace(workspace.id):
        learn_names([somchai.pk])
    html = page(signed_in, "/search/palette/?q=สมชย")
    assert "ไม่พบ “สมชย” ลองดู" in html
    assert "(1 คน)" in html
    assert "สะกดใกล้เคียง" in html
    assert f'href="/customers/{somchai.pk}/"' in html
    assert f"/search/?q={quote('สมชาย')}" in html
    assert "ลองดู" in page(signed_in, "/search/?q=สมชย")


def test_the_page_goes_on_kind_by_kind(signed_in: Client, workspace: Workspace) -> None:
    with in_workspace(workspace.id):
        made = Customer.objects.bulk_create(
            Customer(workspace=workspace, name=f"วิภา {number:03}", name_key=sort_key(f"วิภา {number:03}"))
            for number in range(70)
        )
        refresh_search(one.pk for one in made)
    ids = [str(one.pk) for one in made]
    everything = page(signed_in, "/search/?q=วิภา")
    assert sum(one in everything for one in ids) == 10
    assert "kind=customer" in everything
    first = page(signed_in, "/search/?q=วิภา&kind=customer")
    shown = [one for one in ids if f"/customers/{one}/" in first]
    assert len(shown) == 50
    match = re.search(r"after=([0-9a-f-]{36})", first)
    assert match
    second = page(signed_in, f"/search/?q=วิภา&kind=customer&after={match[1]}")
    rest = [one for one in ids if f"/customers/{one}/" in second]
    assert len(rest) == 20
    assert not set(rest) & set(shown)
    part = signed_in.get(
        f"/search/?q=วิภา&kind=customer&after={match[1]}", headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in part
    assert part.count("<tr>") == 20
    assert str(ids[0]) in page(signed_in, "/search/?q=วิภา&kind=nonsense&after=nonsense")


def test_the_palette_offers_what_its_reader_may_do_and_where_to_go(
    signed_in: Client, client_of: Browser, onlooker: Member
) -> None:
    html = page(signed_in, "/ui/palette/")
    for address in ("/customers/new/", "/customers/", "/orders/", "/settings/me/"):
        assert f'href="{address}"' in html
    assert 'data-words="นำเข้า|import|' in html
    assert 'href="/customers/new/"' not in page(client_of(onlooker), "/ui/palette/")


def test_the_palette_offers_nothing_to_somebody_who_is_not_signed_in(client: Client) -> None:
    assert "/customers/" not in client.get("/ui/palette/").content.decode()


def test_a_page_that_is_not_there_leads_its_members_to_the_search(signed_in: Client) -> None:
    page = signed_in.get("/no/such/page/")
    assert page.status_code == 404 and 'href="/search/"' in page.content.decode()
    stranger = Client().get("/no/such/page/")
    assert stranger.status_code == 404
    assert 'href="/search/"' not in stranger.content.decode() and "เข้าสู่ระบบก่อน" in stranger.content.decode()
