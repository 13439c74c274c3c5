"""An @ in a note offers the colleagues, by keys alone."""

from playwright.sync_api import Page, expect

from tests.browser.measures import accessibility
from tests.browser.site import Site


def test_takes_a_colleague_by_keys(page: Page, site: Site) -> None:
    page.goto("/customers/")
    page.locator("td.name a").first.click()
    page.wait_for_url("**/customers/*-*/**")
    area = page.locator("#write-text")
    area.click()
    page.keyboard.type("ฝาก @บ")
    offered = page.locator("#mention-options [role=option]")
    expect(offered.first).to_contain_text("บอย")
    expect(area).to_have_attribute("aria-activedescendant", str(offered.first.get_attribute("id")))
    assert not accessibility(page, ("region",))
    page.keyboard.press("Enter")
    expect(area).to_have_value("ฝาก @บอย ")
    expect(page.locator("#mention-options")).to_be_hidden()
    page.keyboard.type("กับ @")
    expect(offered.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#mention-options")).to_be_hidden()
    expect(area).to_be_focused()
    page.keyboard.type("may@example")
    expect(page.locator("#mention-options")).to_be_hidden()
