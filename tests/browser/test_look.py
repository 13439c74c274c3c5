"""The look, measured: heights and weights; what holds of every screen is in `test_screens`."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import PHONE, NewPage
from tests.browser.screens import screens
from tests.browser.site import Site

PAGE_BYTES = 60_000  # the budget of a list page, HTML as it leaves the server before compression


def heights(page: Page, selector: str) -> set[float]:
    """Heights in CSS pixels of the shown elements that match."""
    found: list[float] = page.locator(selector).evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"
    )
    return {round(height, 2) for height in found}


def test_keeps_the_heights_of_rows_heads_and_bars(page: Page, site: Site) -> None:
    found = {}
    for screen in screens(site):
        if not screen.rows:
            continue
        page.goto(screen.path)
        found[screen.name] = (
            heights(page, ".content table.rows:not(.rows-tall) tbody tr:has(td[class])"),
            heights(page, ".content table.rows thead tr"),
            heights(page, ".page-bar"),
        )
    assert found == dict.fromkeys(found, ({34.0}, {32.0}, {48.0}))


def test_shows_all_that_narrows_a_list_and_a_timeline(page: Page, site: Site) -> None:
    address = {screen.name: screen.path for screen in screens(site)}
    found = {}
    for width, name, bar in (
        (390, "customers", ".filter-bar"),
        (1440, "customers", ".filter-bar"),
        (1440, "customer-person", ".timeline-filters"),
        (1100, "customer-person", ".timeline-filters"),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address[name])
        found[width, name] = page.locator(bar).evaluate(
            "bar => [...bar.querySelectorAll('a, input:not([type=hidden])')].every((one) => {"
            " const at = one.getBoundingClientRect(), room = bar.getBoundingClientRect();"
            " return at.width > 20 && at.left >= room.left && at.right <= room.right; })"
        )
    assert found == dict.fromkeys(found, True)


def test_keeps_list_pages_light(page: Page, site: Site) -> None:
    weights: dict[str, int] = {}
    for screen in screens(site):
        if screen.rows:
            answer: Any = page.goto(screen.path)
            weights[screen.name] = len(answer.body())
    assert not {name: weight for name, weight in weights.items() if weight > PAGE_BYTES}


def test_the_way_back_to_the_settings_stands_in_sight_on_a_phone(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    for path in ("/settings/me/", "/settings/teams/", "/settings/audit/"):
        page.goto(path)
        box = page.locator(".crumbs a").bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"], path
