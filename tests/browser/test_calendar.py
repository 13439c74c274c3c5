"""The calendar: entries go to another day by mouse, by key and by a form, and back with undo."""

import re
from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, NewPage


def test_moves_a_task_by_mouse_key_and_form(page: Page) -> None:
    title = f"นับสต็อกปลายปี {uuid4().hex[:6]}"  # a second try finds the task of the first one beside its own
    page.goto("/tasks/new/?due=2027-01-12")
    page.fill("#task-title", title)
    page.locator(".write-form .button-primary").click()
    page.wait_for_url("**/calendar/?on=2027-01-12")

    def there(day: int) -> Locator:
        return page.locator(f"[data-day='{date(2027, 1, day)}'] li", has_text=title)

    # What it catches up with at first is over.
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")
    page.wait_for_timeout(500)
    # What others change while an entry is drawn does not take it out of the hand.
    there(12).hover()
    page.mouse.down()
    with page.expect_response(re.compile("/calendar/")):
        page.evaluate("htmx.trigger(document.getElementById('planner'), 'live')")
    page.wait_for_timeout(200)
    over = page.locator("[data-day='2027-01-14'] > ul")
    over.hover()
    over.hover()  # a drag begins with the first movement and comes over its goal with the second
    page.mouse.up()
    expect(page.locator(".notice").last).to_contain_text("14 ม.ค. 2570")
    expect(there(14)).to_be_visible()
    page.locator(".notice [data-undo]").click()
    expect(there(12)).to_be_visible()

    there(12).locator("a").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(there(19).locator("a")).to_be_focused()
    with page.expect_response(re.compile("/calendar/")):  # what others change takes the cursor from nobody
        page.evaluate("htmx.trigger(document.getElementById('planner'), 'live')")
    page.wait_for_timeout(300)
    expect(there(19).locator("a")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#move-due")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("21/01/2570")
    page.keyboard.press("Enter")
    expect(there(21)).to_be_visible()
    expect(page.locator("#move-menu")).to_be_hidden()

    page.locator("[data-day='2027-01-20']").click(position={"x": 60, "y": 80})
    page.wait_for_url("**/tasks/new/?due=2027-01-20")


def test_the_phone_shows_an_agenda_by_day(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    page.goto("/calendar/?who=all")
    expect(page.locator(".is-today .planner-date")).to_be_visible()
    shown = [box for one in page.locator("[data-day]:visible").all() if (box := one.bounding_box())]
    assert len(shown) >= 3
    assert all(below["y"] >= above["y"] + above["height"] - 1 for above, below in pairwise(shown))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".is-today .planner-add")).to_have_count(1)
    far = date.today() + timedelta(days=3650)
    page.goto(f"/calendar/?on={far}")
    expect(page.locator(".planner-free")).to_be_visible()
