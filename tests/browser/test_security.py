"""An invited person comes in, sets up a second step, and signs another device out; and a passkey opens the door."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.site import PASSWORD

OWN = "หมอกลงที่ดอย-2570"


def code_of(secret: str, step: int = 0) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30 + step):06}"


def give_password(page: Page, password: str) -> None:
    """Answer “is it you?”."""
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="ยืนยัน", exact=True).click()


def test_an_invited_person_sets_up_a_second_step_and_signs_another_device_out(new_page: NewPage) -> None:
    email = f"kong-{int(time.time())}@samphan.example"
    owner = new_page()
    owner.goto("/settings/people/new/")
    owner.locator("#id_name").fill("ก้องเกียรติ")
    owner.locator("#id_email").fill(email)
    owner.get_by_role("button", name="สร้างคำเชิญ").click()
    link = owner.locator("[name=shown_link]").input_value()
    person = new_page(is_signed_in=False)
    person.goto(re.sub(r"^https?://[^/]+", "", link))
    person.locator("#id_password1").fill(OWN)
    person.locator("#id_password2").fill(OWN)
    person.get_by_role("button", name="ตอบรับคำเชิญ").click()
    expect(person.locator(".person-button, .phone-bar").first).to_be_visible()
    person.goto("/settings/security/")
    person.get_by_role("link", name="ตั้งค่าแอป").click()
    give_password(person, OWN)
    person.locator("summary").click()
    secret = person.locator("[data-totp-secret]").inner_text()
    person.locator("#id_code").fill(code_of(secret))
    person.get_by_role("button", name="เปิดใช้").click()
    expect(person.locator("[data-recovery-codes] li")).to_have_count(10)
    person.get_by_role("link", name="เก็บไว้แล้ว").click()
    expect(person).to_have_url(re.compile(r"/settings/security/$"))
    phone = new_page(is_signed_in=False, size={"width": 390, "height": 844})
    phone.goto("/sign-in/")
    phone.locator("#id_login").fill(email)
    phone.locator("#id_password").fill(OWN)
    phone.locator("#id_password").press("Enter")
    expect(phone).to_have_url(re.compile(r"/sign-in/second-step/"))
    phone.locator("#id_code").fill(code_of(secret, 1))
    phone.get_by_role("button", name="ไปต่อ").or_(phone.locator("form button.button-primary")).first.click()
    expect(phone.locator(".phone-bar")).to_be_visible()
    person.goto("/settings/security/sessions/")
    expect(person.get_by_text("เครื่องนี้", exact=True)).to_be_visible()
    person.get_by_role("button", name="ออกจากระบบบนเครื่องอื่นทั้งหมด").click()
    expect(person.get_by_text("คุณเข้าสู่ระบบบนเครื่องนี้เครื่องเดียว")).to_be_visible()
    phone.goto("/settings/")
    expect(phone).to_have_url(re.compile(r"/sign-in/"))


def with_passkeys(page: Page) -> Any:
    """A device with a fingerprint reader that always knows its finger."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices


def test_a_passkey_signs_in_without_a_password(new_page: NewPage) -> None:
    page = new_page(member="keys")
    with_passkeys(page)
    page.goto("/settings/security/")
    page.get_by_role("link", name="เพิ่มพาสคีย์").click()
    give_password(page, PASSWORD)
    page.locator("#id_name").fill("เครื่องที่ร้าน")
    page.get_by_role("button", name="เพิ่มพาสคีย์").click()
    expect(page.locator("[data-recovery-codes] li")).to_have_count(10)
    page.goto("/settings/security/")
    expect(page.get_by_text("เครื่องที่ร้าน")).to_be_visible()
    page.goto("about:blank")  # a page whose session is gone goes to the sign-in by itself, in the middle of ours
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_role("button", name="เข้าสู่ระบบด้วยพาสคีย์").click()
    expect(page.locator(".person-button").first).to_be_visible()
    page.goto("/settings/security/")
    expect(page.get_by_text("เครื่องที่ร้าน")).to_be_visible()
