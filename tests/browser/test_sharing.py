"""Sharing from both sides: a record and a saved view are given, seen, and lost again."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.site import Site

ROLE = """
    UPDATE administration_workspace SET roles = roles || jsonb_build_object(%s::text, jsonb_build_object(
        'name', 'ตัวแทนที่เห็นของตน', 'permissions', '["customers.view_customer", "work.view_activity"]'::jsonb,
        'privacy', '["public", "business", "contact", "personal"]'::jsonb, 'masked', '[]'::jsonb,
        'reach', '{"customers": "own", "tasks": "own"}'::jsonb))
"""
SHARED = """
    INSERT INTO administration_recordshare (id, workspace_id, entity, record_id, member_id)
    SELECT gen_random_uuid(), m.workspace_id, 'customers',
           (SELECT id FROM customers_customer WHERE grade = 'A' AND deleted_at IS NULL LIMIT 1), m.id
      FROM administration_member m WHERE m.name = %s
"""
GIVEN = """
    UPDATE administration_member m SET roles = jsonb_build_array(%s::text), name = %s
      FROM administration_user u WHERE u.id = m.user_id AND u.email = %s
"""


@pytest.fixture
def agent(new_page: NewPage, site: Site) -> tuple[Page, str]:
    """The window of somebody who reaches their own customers alone, of whom there are none, and their name."""
    key = uuid4().hex[:6]
    page = new_page(member=f"agent{key}")
    with site.database() as connection:
        connection.execute(ROLE, [f"own-{key}"])
        connection.execute(GIVEN, [f"own-{key}", f"ปุ๊ก {key}", f"agent{key}-th-light@samphan.example"])
    return page, f"ปุ๊ก {key}"


def test_a_customer_is_shared_seen_and_lost(new_page: NewPage, agent: tuple[Page, str]) -> None:
    theirs, name = agent
    owner = new_page()
    rows = theirs.locator("#customer-rows tr[data-row]")
    theirs.goto("/customers/")
    expect(rows).to_have_count(0)
    owner.goto("/customers/")
    record = f"/customers/{owner.locator('#customer-rows tr[data-row]').first.get_attribute('data-row')}/"
    owner.goto(record)
    assert theirs.request.get(record).status == 404
    owner.get_by_role("button", name="เพิ่มเติม", exact=True).first.click()
    owner.get_by_role("menuitem", name="แชร์").click()
    owner.locator("#share-member").select_option(label=name)
    owner.locator("#share-dialog .button-primary").click()
    expect(owner.get_by_role("button", name=f"เลิกแชร์ให้ {name}")).to_be_visible()
    theirs.goto("/customers/")
    expect(rows).to_have_count(1)
    theirs.goto(record)
    expect(theirs.locator("h1")).to_be_visible()
    owner.get_by_role("button", name=f"เลิกแชร์ให้ {name}").click()
    expect(owner.get_by_role("button", name=f"เลิกแชร์ให้ {name}")).to_have_count(0)
    theirs.goto("/customers/")
    expect(rows).to_have_count(0)
    assert theirs.request.get(record).status == 404


def test_a_view_is_shared_seen_and_lost(new_page: NewPage, site: Site, agent: tuple[Page, str]) -> None:
    theirs, name = agent
    with site.database() as connection:
        connection.execute(SHARED, [name])  # who sees nobody has no list, and no tabs
    owner = new_page()
    view = f"ขายส่ง {uuid4().hex[:6]}"
    tabs = theirs.locator("#customer-tabs")
    owner.goto("/customers/?f=grade:is_any_of:A")
    owner.locator(".tab-new").click()
    owner.locator("#view-name").fill(view)
    owner.locator("#view-dialog [name=shared][value=everyone]").check()
    owner.locator("#view-dialog .button-primary").click()
    expect(owner.locator("#customer-tabs")).to_contain_text(view)
    theirs.goto("/customers/")
    tabs.get_by_role("link", name=view).click()
    # They see the view, of what it finds what they see anyway, and cannot change it.
    expect(theirs.locator("#customer-rows tr[data-row]")).to_have_count(1)
    theirs.get_by_role("button", name=re.compile(f"มุมมอง {view}")).click()
    expect(theirs.locator("#view-dialog .view-delete")).to_have_count(0)
    owner.get_by_role("button", name=re.compile(f"มุมมอง {view}")).click()
    owner.locator("#view-dialog [name=shared][value=nobody]").check()
    owner.locator("#view-dialog .button-primary").click()
    expect(owner.locator("#view-dialog [name=shared]")).to_have_count(0)
    theirs.goto("/customers/")
    expect(tabs).not_to_contain_text(view)
