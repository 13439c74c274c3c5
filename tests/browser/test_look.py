"""The look, measured: heights, widths, Thai marks, weights, motion."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Complaints, NewPage
from tests.browser.screens import Imports, public_screens, screens
from tests.browser.site import Site

NARROW = {"width": 360, "height": 740}
PAGE_BYTES = 60_000  # the budget of a list page, HTML as it leaves the server before compression
# Text in Thai whose marks are cut: its box hides what is higher than itself, or its lines stand too close.
MARKS = """() => {
  const thai = /[\\u0e00-\\u0e7f]/, found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const silent = element.closest(".sr-only, script, template, svg, option");
    if (!thai.test(node.data) || silent || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const said = node.data.trim().slice(0, 30);
    const ratio = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    if (style.lineHeight !== "normal" && ratio < 1.45 - 0.001 && !element.matches(".avatar, .workspace-mark"))
      found.push(`line height ${ratio.toFixed(2)}: ${said} (${element.className})`);
    if (style.letterSpacing !== "normal" && parseFloat(style.letterSpacing) !== 0) found.push(`letter-spaced: ${said}`);
    if (style.textTransform === "uppercase") found.push(`in capitals: ${said}`);
    const hides = /hidden|clip/.test(style.overflowY) && element.clientHeight > 1; // one pixel: words for screen readers
    if (hides && element.scrollHeight > element.clientHeight + 1)
      found.push(`cut ${element.scrollHeight - element.clientHeight} px: ${said} (${element.className})`);
  }
  return [...new Set(found)];
}"""
SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const page = document.querySelector("main, .plain, body");
  if (wide <= 0 && (!page || page.scrollWidth <= page.clientWidth + 1)) {
    const scroller = document.querySelector("[data-scroller]");
    if (!scroller || scroller.scrollWidth <= scroller.clientWidth + 1) return [];
  }
  const limit = document.documentElement.clientWidth;
  const inScroller = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      const scrolls = /auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX);
      if (scrolls && !up.matches("[data-scroller], main, .page")) return true;
    }
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > limit + 1 && !inScroller(one))
    .slice(0, 4).map((one) => one.outerHTML.slice(0, 120));
}"""


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


def test_scrolls_nowhere_sideways_at_360_pixels(
    new_page: NewPage, site: Site, imports: Imports, complaints: Complaints
) -> None:
    complaints.expect(r" answered 404$")
    inside, outside = new_page(size=NARROW), new_page(size=NARROW, is_signed_in=False)
    found: list[str] = []
    for screen in [*screens(site, imports), *public_screens()]:
        page = outside if screen.public else inside
        page.goto(screen.path)
        found += [f"{screen}: {one}" for one in page.evaluate(SIDEWAYS)]
    assert not found, "\n".join(found)


def test_cuts_no_thai_mark(new_page: NewPage, site: Site, imports: Imports, complaints: Complaints) -> None:
    complaints.expect(r" answered 404$")
    found: list[str] = []
    for size in ({"width": 1440, "height": 900}, PHONE):
        inside, outside = new_page(size=size), new_page(size=size, is_signed_in=False)
        for screen in [*screens(site, imports), *public_screens()]:
            page = outside if screen.public else inside
            page.goto(screen.path)
            found += [f"{screen} at {size['width']}: {one}" for one in page.evaluate(MARKS)]
    assert not found, "\n".join(found)


def test_keeps_list_pages_light(page: Page, site: Site) -> None:
    weights: dict[str, int] = {}
    for screen in screens(site):
        if screen.rows:
            answer: Any = page.goto(screen.path)
            weights[screen.name] = len(answer.body())
    assert not {name: weight for name, weight in weights.items() if weight > PAGE_BYTES}


def test_stands_still_for_those_who_ask(new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    page.goto("/customers/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => { const style = getComputedStyle(one);
        return Math.max(...style.transitionDuration.split(",").map(parseFloat)) > 0.05
          || (style.animationName !== "none" && parseFloat(style.animationDuration) > 0.05); }).length"""
    )
    assert moving == 0
