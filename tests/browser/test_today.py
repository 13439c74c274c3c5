"""The day of a member, while others change what is on it."""

from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.plans import plan_calls
from tests.browser.site import Site


def test_a_menu_and_words_begun_outlast_what_others_change(new_page: NewPage, site: Site) -> None:
    member = f"typist{uuid4().hex[:8]}"
    page = new_page(member=member)
    plan_calls(site, f"{member}-th-light@samphan.example")
    page.goto("/today/")
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")
    page.locator("[popovertarget=postpone-menu]").click()
    with page.expect_response(lambda answer: answer.url.endswith("/today/")):
        page.evaluate("htmx.trigger(document.getElementById('day'), 'live')")
    page.wait_for_timeout(300)
    expect(page.locator("#postpone-menu")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#log-call").click()
    words = page.locator("#call-text")
    words.fill("ขอเลื่อนส่งเป็นวันศุกร์")
    words.blur()
    page.evaluate("document.getElementById('day').dataset.before = '1'")
    with page.expect_response(lambda answer: answer.url.endswith("/today/")):
        page.evaluate("htmx.trigger(document.getElementById('day'), 'live')")
    page.wait_for_timeout(300)
    expect(words).to_have_value("ขอเลื่อนส่งเป็นวันศุกร์")
    words.fill("")
    words.blur()
    # Nothing is begun any more: the day is read again by itself.
    expect(page.locator("#day[data-before]")).to_have_count(0)
