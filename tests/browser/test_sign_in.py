"""In by the door, out by the door, and not in with the wrong key."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Complaints, NewPage, sign_in
from tests.browser.site import OWNER, PASSWORD


def test_signs_in_and_out_again(new_page: NewPage) -> None:
    page = new_page(is_signed_in=False)
    page.goto("/customers/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))
    page.locator("#id_login").fill(OWNER)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).click()
    expect(page).to_have_url(re.compile(r"/customers/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("ลูกค้า")
    page.locator(".person-button").click()
    page.get_by_role("menuitem", name="ออกจากระบบ").click()
    expect(page.locator("#id_password, h1")).not_to_have_count(0)
    page.goto("/customers/")
    expect(page).to_have_url(re.compile(r"/sign-in/"))


def test_says_that_the_password_is_wrong_and_keeps_the_address(new_page: NewPage, complaints: Complaints) -> None:
    page = new_page(is_signed_in=False)
    page.goto("/sign-in/")
    page.locator("#id_login").fill(OWNER)
    page.locator("#id_password").fill("not this one")
    page.locator("#id_password").press("Enter")
    expect(page.locator(".say-bad")).to_be_visible()
    expect(page.locator("#id_login")).to_have_value(OWNER)
    expect(page.locator("#id_password")).to_be_focused()
    expect(page.locator("#id_password")).to_have_value("")


def test_reads_english_before_the_door(new_page: NewPage) -> None:
    page = new_page(is_signed_in=False)
    page.goto("/sign-in/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_enters_at_phone_width(new_page: NewPage) -> None:
    page = new_page(is_signed_in=False, size={"width": 390, "height": 844})
    sign_in(page)
    expect(page.locator(".phone-bar")).to_be_visible()
    page.locator(".phone-bar button").click()
    expect(page.locator("#sidebar")).to_be_visible()
