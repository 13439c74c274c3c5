"""The record: edited in place by keyboard alone, told to other windows, and never losing what was typed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Complaints, NewPage, sign_in
from tests.browser.site import PASSWORD, Site


@pytest.fixture
def customer(site: Site) -> Iterator[str]:
    """The address of a person whose nickname is แพร again when the test has ended."""
    with site.database() as connection:
        row = connection.execute(
            "SELECT id FROM customers_customer WHERE first_name = 'พิมพ์ลดา' AND last_name = 'อัครเดชากุล'"
        ).fetchone()
    assert row is not None
    yield f"/customers/{row[0]}/"
    with site.database() as connection:
        connection.execute("UPDATE customers_customer SET nickname = 'แพร' WHERE id = %s", [row[0]])


def edit_nickname(page: Page, value: str) -> None:
    page.locator("#field-nickname .field-value").focus()
    page.keyboard.press("Enter")
    field = page.locator("#field-nickname-input")
    expect(field).to_be_focused()
    field.fill(value)
    page.keyboard.press("Enter")
    expect(page.locator("#field-nickname .field-value")).to_contain_text(value)


def test_edits_a_nickname_by_keyboard_alone_and_shows_it_in_the_history(page: Page, customer: str) -> None:
    page.goto(customer)
    page.locator("#field-nickname .field-value").focus()
    page.keyboard.press("Enter")
    field = page.locator("#field-nickname-input")
    expect(field).to_be_focused()
    field.fill("ไม่เอา")
    page.keyboard.press("Escape")
    expect(page.locator("#field-nickname .field-value")).to_have_text("แพร")
    edit_nickname(page, "แพรวา")
    expect(page.get_by_role("heading", level=1)).to_contain_text("แพรวา")
    page.goto(f"{customer}?show=changes")
    changes = page.locator("#record-middle")
    expect(changes).to_contain_text("แพรวา")
    expect(changes).to_contain_text("เมย์")


def test_edits_on_a_phone(new_page: NewPage, customer: str) -> None:
    page = new_page(size=PHONE)
    page.goto(f"{customer}?tab=data")
    page.locator("#field-nickname .field-value").click()
    page.locator("#field-nickname-input").fill("แพรว")
    page.locator("#field-nickname .button-primary").click()
    expect(page.locator("#field-nickname .field-value")).to_contain_text("แพรว")


def test_shows_an_edit_in_the_other_window(new_page: NewPage, customer: str) -> None:
    mine, theirs = new_page(), new_page(language="en", theme="dark")
    theirs.goto(f"{customer}?show=changes")
    expect(theirs.locator("html")).to_have_attribute("data-live-state", "live")
    mine.goto(customer)
    edit_nickname(mine, "แพรไหม")
    # Polling would come after twenty seconds; the stream says it at once.
    expect(theirs.locator("#record-middle")).to_contain_text("แพรไหม", timeout=15_000)


def test_keeps_what_was_typed_when_the_session_ends(new_page: NewPage, site: Site, complaints: Complaints) -> None:
    complaints.expect(
        r"401 from /notifications/bell/|/notifications/bell/ answered 401"
    )  # it asks when its stream opens
    page = new_page(is_signed_in=False)
    sign_in(page)
    page.goto("/customers/new/")
    page.locator("[name=name]").fill("คุณวรรณา ใจดีมาก")
    page.locator("[name=nickname]").fill("ปุ๊กกี้")
    page.context.clear_cookies(name="sessionid")
    page.locator("#new-customer button.button-primary").click()
    expect(page).to_have_url(re.compile(r"/sign-in/"))
    page.locator("#id_login").fill("may@samphan.example")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/new/"))
    page.locator(".restore-bar .button").first.click()
    expect(page.locator("[name=name]")).to_have_value("คุณวรรณา ใจดีมาก")
    expect(page.locator("[name=nickname]")).to_have_value("ปุ๊กกี้")


def test_deletes_a_customer_and_brings_it_back(page: Page) -> None:
    page.goto("/customers/new/")
    page.locator("[name=name]").fill("คุณชั่วคราว ลบทิ้ง")
    page.locator("#new-customer button.button-primary").click()
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))
    address = page.url
    page.locator("[popovertarget=record-menu]").click()
    page.locator("#record-menu .is-bad").click()
    page.locator("#delete-dialog .button-danger").click()
    expect(page).to_have_url(re.compile(r"/customers/deleted/$"))
    expect(page.locator("#toasts .notice")).to_contain_text("ลบ")
    page.locator("tr", has_text="ชั่วคราว").first.get_by_role("button").click()
    expect(page.locator("#toasts .notice")).to_contain_text("กลับ")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ชั่วคราว")


def test_notes_a_preference_in_three_keys_and_withdraws_it_with_undo(page: Page, customer: str) -> None:
    page.goto(f"{customer}?show=preferences")
    page.locator("#preference-input").click()
    page.keyboard.insert_text("แพ้ถั่วลิสง")
    page.keyboard.press("Enter")
    chip = page.locator(".preference", has_text="แพ้ถั่วลิสง")
    expect(chip).to_be_visible()
    expect(page.locator("#remember")).to_contain_text("แพ้ถั่วลิสง")
    expect(page.locator("#timeline-stream")).to_contain_text("แพ้ถั่วลิสง")
    # The field waits for the next one.
    expect(page.locator("#preference-input")).to_be_focused()
    chip.focus()
    page.keyboard.press("Enter")
    card = page.locator("#preference-info")
    expect(card).to_contain_text("เมย์")
    card.get_by_role("button", name="ไม่จริงแล้ว").click()
    expect(chip).to_have_count(0)
    expect(page.locator("#remember")).not_to_contain_text("แพ้ถั่วลิสง")
    # Until the answer is there, the button is that of the act before.
    toast = page.locator("#toasts .notice", has_text="ออกแล้ว")
    toast.get_by_role("button", name="เลิกทำ").click()
    page.wait_for_timeout(500)
    page.goto(customer)
    expect(chip).to_be_visible()


def test_tells_beside_a_field_where_its_value_came_from(page: Page) -> None:
    page.goto("/customers/")
    page.locator("#customer-rows td.name a").first.click()
    row = page.locator(".field-row", has=page.locator("[data-popover=field-info]")).first
    row.hover()
    row.locator("[data-popover=field-info]").click()
    expect(page.locator("#field-info")).to_be_visible()
    expect(page.locator("#field-info p").first).not_to_be_empty()
    expect(row).to_be_visible()
