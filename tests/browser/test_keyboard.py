"""Everything by keyboard: reachable, visible, and the keys that are promised."""

import re

import pytest
from playwright.sync_api import Page, expect

WALK = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']")];
  return all.filter((element) => element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true })
    && !element.disabled && element.tabIndex >= 0 && !element.closest("[inert]")).length;
}"""
HERE = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  if (!element.dataset.walked) element.dataset.walked = String(++window.walked);
  const style = getComputedStyle(element);
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  const box = element.getBoundingClientRect();
  const around = element.closest("label, .input-wrap, .drop-zone");
  const wrapped = around ? getComputedStyle(around) : null;
  const shown = ring || (wrapped && (wrapped.boxShadow !== "none" || wrapped.outlineStyle !== "none"));
  return { number: Number(element.dataset.walked), shown: Boolean(shown), seen: box.bottom > 0 && box.top < innerHeight,
    what: element.outerHTML.slice(0, 140) };
}"""


@pytest.mark.parametrize("path", ["/imports/", "/insights/best-customers/", "/settings/", "/customers/new/"])
def test_reaches_everything_with_tab_and_shows_where_it_stands(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("window.walked = 0; document.activeElement?.blur()")
    wanted = page.evaluate(WALK)
    reached: set[int] = set()
    for _step in range(wanted + 40):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            continue
        if here["number"] in reached and here["number"] == 1:
            break
        reached.add(here["number"])
        assert here["shown"], f"nothing shows the focus on {here['what']}"
        assert here["seen"], f"the focus went out of sight on {here['what']}"
    radios = page.evaluate("""() => { const groups = new Set(); let more = 0;
      for (const radio of document.querySelectorAll("input[type=radio]")) {
        if (groups.has(radio.name)) more += 1; groups.add(radio.name); } return more; }""")
    # One of a group of radio buttons takes the focus; the arrows choose among them.
    assert len(reached) >= wanted - radios


def test_walks_the_list_with_j_and_k_and_opens_with_enter(page: Page) -> None:
    page.goto("/customers/")
    for key in "jjjk":
        page.keyboard.press(key)
    cursor = page.locator("tr[data-cursor]")
    assert cursor.evaluate("row => row.sectionRowIndex") == 1
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    name = cursor.locator("a .clip").inner_text().split("(")[0].strip()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_lists_the_keys_searches_and_creates(page: Page) -> None:
    page.goto("/customers/")
    page.keyboard.press("?")
    expect(page.locator("#keyboard-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keyboard-help")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile(r"/customers/new/"))


def test_edits_with_the_key_e_on_a_record(page: Page) -> None:
    page.goto("/customers/?q=พิมพ์ลดา อัคร")
    page.locator("#customer-rows tr a").first.click()
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))
    page.keyboard.press("e")
    expect(page.locator("form.field-row .input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("form.field-row .input")).to_have_count(0)


def test_skips_to_the_content(page: Page) -> None:
    page.goto("/customers/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
