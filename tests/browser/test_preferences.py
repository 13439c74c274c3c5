"""Language, theme and era: chosen in the person's menu, kept for good."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage


def test_changes_language_theme_and_era(new_page: NewPage) -> None:
    page = new_page(member="switcher")
    page.goto("/orders/")
    expect(page.locator("html")).to_have_attribute("lang", "th")
    expect(page.locator("table.rows")).to_contain_text("25")
    for label, attribute, value in (("มืด", "data-theme", "dark"), ("ค.ศ.", "data-era", "ce")):
        page.locator(".person-button").click()
        page.locator("#person-menu").get_by_role("menuitemradio", name=re.compile(label)).click()
        expect(page.locator("html")).to_have_attribute(attribute, value)
    page.locator(".person-button").click()
    page.get_by_role("menuitemradio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    page.goto("/customers/")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "en")
    expect(html).to_have_attribute("data-theme", "dark")
    expect(html).to_have_attribute("data-era", "ce")
    assert (
        page.evaluate("getComputedStyle(document.body).colorScheme || document.documentElement.dataset.theme") == "dark"
    )
