"""The bell: a dot for what is new, a panel that opens by mouse and key, gone with Escape."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.screens import Imports, bring_in, go_to_check, go_to_mapping, import_now
from tests.browser.site import Site


def test_an_import_that_ended_rings_the_bell_of_whoever_started_it(page: Page, new_page: NewPage, site: Site) -> None:
    page.goto("/notifications/")  # whatever was told before is read now
    page.goto("/settings/")
    expect(page.locator(".bell-dot")).to_have_count(0)
    other = new_page()
    bring_in(other, site.samples / "sample-orders.csv")
    go_to_mapping(other)
    go_to_check(other)
    import_now(other)
    expect(page.locator(".bell-desk .bell-dot")).to_be_visible()  # live, without a reload
    opener = page.locator(".bell-desk")
    opener.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#bell-panel")
    expect(panel).to_be_visible()
    expect(panel.locator(".told").first).to_be_focused()
    expect(panel.locator(".told.is-unread").first).to_contain_text("เสร็จแล้ว")
    expect(page.locator(".bell-dot")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    panel.locator(".told").first.click()
    page.wait_for_url("**/imports/*/**")


def test_the_phone_has_it_under_more(new_page: NewPage, site: Site, imports: Imports) -> None:
    page = new_page(size=PHONE)
    page.goto("/settings/")
    page.locator(".phone-bar button").click()
    page.locator(".bell-phone").click()
    page.wait_for_url("**/notifications/")
    expect(page.locator(".told").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
