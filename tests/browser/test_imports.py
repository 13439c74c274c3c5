"""From a file to customers and back, in five steps, as the person does it who got the file by mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Complaints, NewPage
from tests.browser.screens import bring_in, go_to_check, go_to_mapping, import_now
from tests.browser.site import Site


def count(site: Site, table: str) -> int:
    with site.database() as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def undo_everything(page: Page) -> None:
    page.locator('[data-opens="undo-import"]').click()
    page.locator("#undo-import .button-danger").click()
    page.locator("#import-run .say-ok", has_text="เลิกทำแล้ว").wait_for()


def test_brings_customers_in_through_five_steps_and_takes_them_back(page: Page, site: Site) -> None:
    before = count(site, "customers_customer")
    bring_in(page, site.samples / "sample-customers.xlsx")
    assert "/sheet/" in page.url or "/mapping/" in page.url
    go_to_mapping(page)
    expect(page.locator("#mapped-count")).to_contain_text("9")
    expect(page.locator("select[name=column-2], [name=column-2]").first).to_have_value("phone")
    go_to_check(page)
    bad = page.locator("#check-tiles .is-bad, #check-tiles [class*=bad]").first
    expect(bad).to_have_text("6")
    row = page.locator("tr", has_text="กัญญ์วรา")
    row.locator(".cell-edit[aria-invalid]").fill("belle@example.com")
    row.locator(".cell-edit[aria-invalid]").press("Enter")
    expect(row.locator(".cell-reason.is-ok")).to_be_visible()
    expect(page.locator("#import-now")).to_contain_text("55")
    assert count(site, "customers_customer") == before, "the check must not write"
    import_now(page)
    expect(page.locator("#import-run")).to_contain_text("นำเข้าแล้ว 55 แถว")
    assert count(site, "customers_customer") == before + 55
    with page.expect_download() as download:
        page.locator("a[download]").click()
    rejects = download.value.path().read_bytes()
    assert rejects
    undo_everything(page)
    assert count(site, "customers_customer") == before


def test_brings_orders_in_and_takes_them_back(page: Page, site: Site) -> None:
    before = count(site, "commerce_order"), count(site, "commerce_orderline")
    bring_in(page, site.samples / "sample-orders.csv")
    go_to_mapping(page)
    go_to_check(page)
    expect(page.locator(".content")).to_contain_text("ผ่านทุกแถว")
    import_now(page)
    expect(page.locator("#import-run .say-ok")).to_be_visible()
    lines = sum(1 for _line in (site.samples / "sample-orders.csv").open(encoding="utf-8-sig")) - 1
    assert count(site, "commerce_orderline") >= before[1]
    expect(page.locator("#import-run .tiles")).to_contain_text(str(lines))
    undo_everything(page)
    assert (count(site, "commerce_order"), count(site, "commerce_orderline")) == before


def test_refuses_a_lying_file_in_one_sentence(
    page: Page, tmp_path: pytest.TempPathFactory, complaints: Complaints
) -> None:
    complaints.expect(r"/imports/ answered 4\d\d")
    liar = tmp_path / "ลูกค้า.xlsx"  # type: ignore[operator]
    liar.write_bytes(b"%PDF-1.7 not a workbook at all \x00\x01\x02")
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(liar)
    expect(page.locator(".form-error, .say-bad").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/imports/"))


def test_imports_on_a_phone(new_page: NewPage, site: Site) -> None:
    page = new_page(size=PHONE)
    bring_in(page, site.samples / "sample-customers.xlsx")
    go_to_mapping(page)
    go_to_check(page)
    import_now(page)
    expect(page.locator("#import-run")).to_contain_text("54")
    undo_everything(page)
