"""What can be measured of a page as it stands: each question returns what is wrong, one line each, or nothing."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA and what axe knows to be good practice.
_RUN_AXE = """async (off) => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const without = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
  const answer = await axe.run(document, { runOnly: rules, rules: without, resultTypes: ["violations"] });
  const words = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 180);
  return answer.violations.flatMap((one) => one.nodes.slice(0, 4)
    .map((node) => `${one.id}: ${node.target.join(" ")}: ${words(node)}`));
}"""

# Text in Thai whose marks are cut: its box hides what is higher than itself, or its lines stand too close.
_MARKS = """() => {
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

_SIDEWAYS = """() => {
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

# Paper has no scroll bar, no menu and nothing to press; what is on it stands on white, and whole.
# A form that somebody prints keeps its fields, for they hold what was typed.
_PAPER = """() => {
  const found = [];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  for (const one of shown("header.sidebar, .phone-bar, dialog, [popover], button, a.button, .select input, .toasts"))
    found.push(`on paper: ${one.outerHTML.slice(0, 90)}`);
  const page = getComputedStyle(document.body).backgroundColor;
  if (!["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(page)) found.push(`the paper is ${page}`);
  for (const one of shown("body *")) {
    const style = getComputedStyle(one);
    const hides = /hidden|clip|auto|scroll/.test(`${style.overflowX} ${style.overflowY}`);
    const cut = Math.max(one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight);
    if (hides && one.clientHeight > 1 && one.textContent.trim() && cut > 2 && !one.closest(".sr-only, svg"))
      found.push(`cut on paper by ${cut} px: ${one.outerHTML.slice(0, 90)}`);
  }
  return found.slice(0, 6);
}"""

_MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return Math.max(...style.transitionDuration.split(",").map(parseFloat)) > 0.05
    || (style.animationName !== "none" && parseFloat(style.animationDuration) > 0.05);
}).slice(0, 4).map((one) => `moves: ${one.outerHTML.slice(0, 90)}`)"""


def accessibility(page: Page, off: tuple[str, ...] = ()) -> list[str]:
    """What axe says, without the rules `off`."""
    page.evaluate(AXE.read_text("utf-8") + "; null")
    return _asked(page, _RUN_AXE, list(off))


def thai_marks(page: Page) -> list[str]:
    """Thai text whose marks are cut, spaced apart or set too close."""
    return _asked(page, _MARKS)


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return _asked(page, _SIDEWAYS)


def paper(page: Page) -> list[str]:
    """What does not belong on paper, or is cut there; the page is asked as the printer sees it."""
    page.emulate_media(media="print")
    found = _asked(page, _PAPER)
    page.emulate_media(media="screen")
    return found


def motion(page: Page) -> list[str]:
    """What still moves for those who asked for less of it."""
    page.emulate_media(reduced_motion="reduce")
    found = _asked(page, _MOVING)
    page.emulate_media(reduced_motion="no-preference")
    return found


def _asked(page: Page, question: str, given: object = None) -> list[str]:
    answer: Any = page.evaluate(question, given)
    return list(answer)
