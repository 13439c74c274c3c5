"""Find anybody: half a nickname, the wrong keyboard, a few digits."""

import contextlib
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

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
        pytest.param("พิมลดา อัคระเดชา", id="letters left out and one too many"),
        pytest.param("Phimladaa Akkaradechakul", id="romanised in a way of one's own"),
    ],
)
def test_finds_a_customer_by_ctrl_k(page: Page, typed: str) -> None:
    page.goto("/orders/")
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    expect(field).to_be_focused()
    # Who was opened lately stands there before anything is typed: only the answer to the whole text counts.
    page.evaluate("document.querySelectorAll('#palette-found .menu-item').forEach((one) => one.dataset.before = '')")
    with page.expect_response(lambda answer: answer.url.endswith(f"?q={quote(typed)}")):
        field.press_sequentially(typed)
    page.wait_for_timeout(150)
    hit = page.locator("#palette-found .menu-item:not([data-suggestion], [data-before])", has_text=NAME)
    expect(hit).to_be_visible()
    for _step in range(len(page.locator("#palette-found .menu-item").all())):
        if hit.get_attribute("aria-selected") == "true":
            break
        field.press("ArrowDown")
    expect(hit).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


def test_goes_anywhere_from_the_palette(page: Page) -> None:
    page.goto("/customers/")
    page.keyboard.press("Control+k")
    page.locator("#palette input").press_sequentially("สินค้า")
    expect(page.locator("#palette-found")).not_to_be_empty()
    page.locator("#palette [data-palette-place]:visible", has_text="สินค้า").first.click()
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


def open_palette(page: Page, typed: str = "") -> Locator:
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    expect(field).to_be_focused()
    if typed:
        field.press_sequentially(typed)
    return field


def test_shows_what_was_opened_lately_and_opens_it_with_enter(page: Page) -> None:
    page.goto("/search/?q=แพร")
    page.get_by_role("link", name=re.compile(NAME)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    page.goto("/orders/")
    field = open_palette(page)
    first = page.locator("#palette .menu-item").first
    expect(first).to_contain_text(NAME)
    expect(first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))


def test_says_what_was_meant_and_opens_the_best_with_enter(page: Page) -> None:
    page.goto("/orders/")
    field = open_palette(page, "พิมลดาา อัครเดชากุล")
    expect(page.locator("#palette [data-suggestion]")).to_contain_text("ลองดู")
    hit = page.locator("#palette-found .menu-item", has_text="สะกดใกล้เคียง").first
    expect(hit).to_contain_text(NAME)
    expect(hit).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


@pytest.mark.parametrize(
    ("typed", "label", "address"),
    [
        pytest.param("นำเข้า", "นำเข้า", "/imports/", id="its name"),
        pytest.param("ไปที่ คำสั่งซื้อ", "คำสั่งซื้อ", "/orders/", id="go to"),
        pytest.param("upload", "นำเข้า", "/imports/", id="another word, in English"),
        pytest.param("orders", "คำสั่งซื้อ", "/orders/", id="the English name"),
        pytest.param("oeg-hk", "นำเข้า", "/imports/", id="Thai typed on the English keyboard"),
        pytest.param("รหัสผ่าน", "ความปลอดภัย", "/settings/security/", id="a setting"),
    ],
)
def test_does_what_is_typed_in_any_words(page: Page, typed: str, label: str, address: str) -> None:
    page.goto("/customers/")
    field = open_palette(page, typed)
    best = page.locator("#palette [data-palette-place]:visible", has_text=label).first
    expect(best).to_be_visible()
    for _step in range(20):
        if best.get_attribute("aria-selected") == "true":
            break
        field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(address)))


def test_adds_a_customer_by_the_name_typed_behind_the_command(page: Page) -> None:
    page.goto("/orders/")
    field = open_palette(page, "เพิ่มลูกค้า สมหญิง Jaidee")
    expect(page.locator("#palette .menu-item").first).to_contain_text("เพิ่มลูกค้า “สมหญิง Jaidee”")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/new/"))
    expect(page.locator("input[name=name]")).to_have_value("สมหญิง Jaidee")


def test_offers_to_call(page: Page) -> None:
    page.goto("/orders/")
    open_palette(page, "โทรหา พิมพ์ลดา อัคร")
    call = page.locator("#palette-found .menu-item", has_text=f"โทรหา {NAME}")
    expect(call).to_have_attribute("href", re.compile(r"^tel:\+66\d{8,9}$"))
    expect(call).to_have_attribute("aria-selected", "true")


def test_tells_the_number_of_results_to_those_who_do_not_see_them(page: Page) -> None:
    page.goto("/orders/")
    open_palette(page, "พิมพ์ลดา")
    expect(page.locator("[data-palette-status]")).to_have_text(re.compile(r"พบ \d+ รายการ"))


def test_a_late_answer_does_not_replace_a_newer_one(page: Page) -> None:
    late: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if "q=%E0%B8%AA%E0%B8%A1" in route.request.url:
            late.append(route)
        else:
            route.continue_()

    page.goto("/orders/")
    page.route("**/search/palette/**", hold_the_first)
    field = open_palette(page, "สม")
    page.wait_for_timeout(600)
    assert late, "the search for the older text is on its way"
    field.fill("แพร")
    expect(page.locator("#palette-found .menu-item", has_text=NAME)).to_be_visible()
    for route in late:
        with contextlib.suppress(Error):  # given up by the page already
            route.continue_()
    page.wait_for_timeout(400)
    expect(page.locator("#palette-found .menu-item", has_text=NAME)).to_be_visible()


def test_pages_through_one_kind_on_a_phone(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    page.goto("/search/?q=ส")
    page.locator(".tabs").get_by_role("link", name="ลูกค้า").click()
    rows = page.locator("#found-rows tr")
    expect(rows).to_have_count(50)
    page.locator("#pager .button").click()
    expect(rows).not_to_have_count(50)
    names = page.locator("#found-rows td.name a")
    addresses = names.evaluate_all("links => links.map((link) => link.href)")
    assert len(addresses) == len(set(addresses)) > 50
