"""The timeline of a customer: narrowed, followed back by scrolling, and live while somebody reads and types."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.site import Site


@pytest.fixture
def buyer(site: Site) -> Iterator[str]:
    """The address of the customer with most orders, as they were again when the test has ended."""
    with site.database() as connection:
        row = connection.execute(
            "SELECT id, nickname FROM customers_customer WHERE deleted_at IS NULL ORDER BY order_count DESC, id LIMIT 1"
        ).fetchone()
    assert row is not None
    yield f"/customers/{row[0]}/"
    with site.database() as connection:
        connection.execute("UPDATE customers_customer SET nickname = %s WHERE id = %s", [row[1], row[0]])


def edit_nickname(page: Page, value: str) -> None:
    page.locator("#field-nickname .field-value").click()
    page.locator("#field-nickname-input").fill(value)
    page.keyboard.press("Enter")
    expect(page.locator("#field-nickname .field-value")).to_contain_text(value)


def test_a_filter_is_a_link_that_survives_a_reload(page: Page, buyer: str) -> None:
    page.goto(buyer)
    page.locator(".timeline-filter", has_text="การซื้อ").click()
    expect(page).to_have_url(re.compile(r"[?&]show=purchases"))
    page.reload()
    expect(page.locator(".timeline-filter[aria-current]")).to_have_text("การซื้อ")
    expect(page.locator(".timeline-item").first).to_contain_text("คำสั่งซื้อ")
    expect(page.locator(".timeline-day").first).to_be_visible()
    page.locator("#timeline-search").fill("ไม่มีคำนี้แน่")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline-stream")).to_contain_text("ไม่มีคำนี้แน่")
    expect(page.locator(".timeline-item")).to_have_count(0)


def test_older_entries_come_by_scrolling_and_stay_when_something_new_comes_in(new_page: NewPage, buyer: str) -> None:
    reader, writer = new_page(), new_page()
    reader.goto(buyer)
    expect(reader.locator("html")).to_have_attribute("data-live-state", "live")
    items = reader.locator(".timeline-item")
    expect(items).to_have_count(30)  # as many as a page, once its stream has opened
    shown = items.count()
    told = "all => all.map((one) => one.innerText.replace(/\\s+/g, ' '))"
    first_page = items.evaluate_all(told)
    reader.locator("#timeline-older").scroll_into_view_if_needed()
    expect(items.nth(shown)).to_be_attached()
    both = items.evaluate_all(told)
    assert both[:shown] == first_page
    assert len(both) == len(set(both)), "each entry once"
    reader.locator("#timeline-search").fill("พิมพ์ค้างไว้")
    items.last.scroll_into_view_if_needed()
    writer.goto(buyer)
    edit_nickname(writer, "แพรไหม")
    expect(reader.locator("#timeline-stream")).to_contain_text("แพรไหม", timeout=15_000)
    expect(reader.locator("#timeline-search")).to_have_value("พิมพ์ค้างไว้")
    now = items.evaluate_all(told)
    at = now.index(both[0])
    assert now[at : at + len(both)] == both
    expect(items.nth(at + len(both) - 1)).to_be_in_viewport()


def test_the_phone_has_the_likely_actions_under_the_thumb(new_page: NewPage, buyer: str) -> None:
    page = new_page(size=PHONE)
    page.goto(buyer)
    actions = page.locator(".likely > a")
    expect(actions.first).to_be_visible()
    for box in (one.bounding_box() for one in actions.all()):
        assert box is not None
        assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
