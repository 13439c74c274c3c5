"""Find anybody: half a nickname, the wrong keyboard, a few digits."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage

NAME = "พิมพ์ลดา อัครเดชากุล"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("แพร", id="a nickname"),
        pytest.param("แพ", id="half a nickname"),
        pytest.param("ลดา อัค", id="a piece from the middle of the name"),
        pytest.param("vy8igf=k", id="Thai typed on the English keyboard"),
        pytest.param("2345678", id="some digits of the phone"),
        pytest.param("pimlada", id="the e-mail"),
    ],
)
def test_finds_a_customer_by_ctrl_k(page: Page, typed: str) -> None:
    page.goto("/orders/")
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    expect(field).to_be_focused()
    field.press_sequentially(typed)
    hit = page.locator("#palette-found .menu-item", has_text=NAME)
    expect(hit).to_be_visible()
    at = page.locator("#palette-found .menu-item").all_inner_texts()
    steps = next(number for number, text in enumerate(at) if NAME in text)
    for _step in range(steps):
        field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


def test_goes_anywhere_from_the_palette(page: Page) -> None:
    page.goto("/customers/")
    page.keyboard.press("Control+k")
    page.locator("#palette input").press_sequentially("สินค้า")
    expect(page.locator("#palette-found")).not_to_be_empty()
    page.locator("#palette [data-palette-place]", has_text="สินค้า").first.click()
    expect(page).to_have_url(re.compile(r"/products/"))


def test_shows_everything_found_on_its_own_page(page: Page) -> None:
    page.goto("/search/?q=แพร")
    page.get_by_role("link", name=re.compile(NAME)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


def test_finds_on_a_phone(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    page.goto("/customers/")
    page.locator("#list-search").fill("พิมพ์ลดา")
    page.locator("#list-search").press("Enter")
    page.get_by_role("link", name=re.compile(NAME)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
