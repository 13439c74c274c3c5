"""axe finds nothing, on any page, in either language and theme."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints, NewPage
from tests.browser.screens import Imports, Screen, public_screens, screens
from tests.browser.site import Site

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA and what axe knows to be good practice.
RUN = """async (off) => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const without = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
  const answer = await axe.run(document, { runOnly: rules, rules: without });
  const words = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 180);
  return answer.violations.map((one) => ({ rule: one.id,
    where: one.nodes.slice(0, 4).map((node) => `${node.target.join(" ")}: ${words(node)}`) }));
}"""

# What floats over the page for a moment stands in no landmark of it.
FLOATS = ("region",)


def violations(page: Page, off: Sequence[str] = ()) -> list[str]:
    """What axe says about the page as it stands, without the rules `off`."""
    page.evaluate(AXE.read_text("utf-8") + "; null")
    found: list[dict[str, Any]] = page.evaluate(RUN, list(off))
    return [f"{one['rule']}: {where}" for one in found for where in one["where"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["th", "en"])
def test_finds_nothing_on_any_page(
    new_page: NewPage, site: Site, imports: Imports, complaints: Complaints, language: str, theme: str
) -> None:
    complaints.expect(r" answered 404$")
    found: list[str] = []
    inside, outside = (new_page(language=language, theme=theme, is_signed_in=known) for known in (True, False))
    for screen in [*screens(site, imports), *public_screens()]:
        page = outside if screen.public else inside
        _open(page, screen)
        found += [f"{screen}: {one}" for one in violations(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_finds_nothing_in_what_floats(new_page: NewPage, theme: str) -> None:
    page = new_page(theme=theme)
    page.goto("/customers/")
    found: list[str] = []
    page.keyboard.press("Control+k")
    page.locator("#palette input").press_sequentially("แพร")
    page.locator("#palette-found .menu-item").first.wait_for()
    found += [f"palette: {one}" for one in violations(page, FLOATS)]
    page.keyboard.press("Escape")
    for opener, shown in (
        (".person-button", "#person-menu"),
        (".chip-add", "#filter-builder .menu-item"),
        ("[data-popover=column-chooser]", "#column-chooser form"),
        ("[data-popover=sort-menu]", "#sort-menu .menu-item"),
    ):
        page.locator(opener).first.click()
        page.locator(shown).first.wait_for()
        found += [f"{shown}: {one}" for one in violations(page, FLOATS)]
        page.keyboard.press("Escape")
    page.locator("#customer-rows input[data-select]").first.click()
    page.locator("[data-bulk]").wait_for()
    found += [f"bulk bar: {one}" for one in violations(page, FLOATS)]
    page.locator("[data-bulk] [aria-haspopup=dialog]").last.click()
    page.locator("dialog[open]").wait_for()
    found += [f"dialog: {one}" for one in violations(page, FLOATS)]
    assert not found, "\n".join(found)


def _open(page: Page, screen: Screen) -> None:
    answer = page.goto(screen.path)
    assert answer is not None
    assert answer.status == screen.status, f"{screen} answered {answer.status}"
