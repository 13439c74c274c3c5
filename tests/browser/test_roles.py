"""A role as an administrator composes it, and the company as it looks to whoever has it."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.site import Site


def test_composes_a_role_and_what_is_left_of_the_company_with_it(new_page: NewPage, site: Site) -> None:
    owner = new_page()
    name = f"ตัวแทนขาย {uuid4().hex[:6]}"
    owner.goto("/settings/roles/")
    owner.get_by_role("link", name="สร้างบทบาท").click()
    owner.get_by_label("ชื่อ", exact=True).fill(name)
    meaning = owner.locator("#role-meaning")
    expect(meaning).not_to_contain_text("แก้ไขลูกค้า")
    owner.get_by_role("checkbox", name="แก้ไขลูกค้า").check()
    expect(meaning).to_contain_text("แก้ไขลูกค้า")
    # By keyboard alone, as in every group of choices.
    owner.get_by_role("radio", name="งาน: ของตน").focus()
    owner.keyboard.press("ArrowRight")
    expect(owner.get_by_role("radio", name="งาน: ของทีม")).to_be_checked()
    owner.locator("#as-member").select_option(label="บอย")
    expect(meaning).to_contain_text("สิ่งที่ บอย จะเห็น")
    owner.get_by_role("button", name="บันทึก").click()
    owner.wait_for_url("**/settings/roles/own-*/")
    agent = f"agent{uuid4().hex[:8]}"
    page = new_page(member=agent)
    page.goto("/customers/")
    rows = page.locator("#customer-rows tr[data-row]")
    expect(rows.first).to_be_visible()
    _give(owner, site, f"{agent}-th-light@samphan.example", name)
    page.goto("/customers/")
    expect(rows).to_have_count(0)
    page.goto("/settings/")
    expect(page.get_by_role("link", name="บทบาท")).to_have_count(0)
    assert page.request.get("/settings/roles/").status == 403


def _give(owner: Page, site: Site, email: str, role: str) -> None:
    with site.database() as connection:
        (member,) = connection.execute(
            "SELECT m.id FROM administration_member m JOIN administration_user u ON u.id = m.user_id WHERE u.email = %s",
            [email],
        ).fetchone() or (None,)
    owner.goto(f"/settings/people/{member}/")
    owner.get_by_role("checkbox", name="เจ้าของกิจการ").uncheck()
    owner.get_by_role("checkbox", name=role).check()
    owner.get_by_role("button", name="บันทึก").click()
    owner.wait_for_url("**/settings/people/")
