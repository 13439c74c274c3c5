"""axe finds nothing in what floats over a page for a moment; the pages themselves are walked in `test_screens`."""

import pytest

from tests.browser.conftest import NewPage
from tests.browser.measures import accessibility

# What floats over the page for a moment stands in no landmark of it.
FLOATS = ("region",)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_finds_nothing_in_what_floats(new_page: NewPage, theme: str) -> None:
    page = new_page(theme=theme)
    page.goto("/customers/")
    found: list[str] = []
    page.keyboard.press("Control+k")
    page.locator("#palette input").press_sequentially("แพร")
    page.locator("#palette-found .menu-item").first.wait_for()
    found += [f"palette: {one}" for one in accessibility(page, FLOATS)]
    page.keyboard.press("Escape")
    for opener, shown in (
        (".person-button", "#person-menu"),
        (".chip-add", "#filter-builder .menu-item"),
        ("[data-popover=column-chooser]", "#column-chooser form"),
        ("[data-popover=sort-menu]", "#sort-menu .menu-item"),
    ):
        page.locator(opener).first.click()
        page.locator(shown).first.wait_for()
        found += [f"{shown}: {one}" for one in accessibility(page, FLOATS)]
        page.keyboard.press("Escape")
    page.locator("#customer-rows input[data-select]").first.click()
    page.locator("[data-bulk]").wait_for()
    found += [f"bulk bar: {one}" for one in accessibility(page, FLOATS)]
    page.locator("[data-bulk] [aria-haspopup=dialog]").last.click()
    page.locator("dialog[open]").wait_for()
    found += [f"dialog: {one}" for one in accessibility(page, FLOATS)]
    assert not found, "\n".join(found)
