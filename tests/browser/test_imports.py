"""From a file to customers and back, in five steps, as the person does it who got the file by mail."""

import re
from pathlib import Path

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


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def test_imports_on_a_phone(new_page: NewPage, site: Site) -> None:
    page = new_page(size=PHONE)
    bring_in(page, site.samples / "sample-customers.xlsx")
    go_to_mapping(page)
    expect(page.locator("button[form=mapping-form]")).to_contain_text("ถัดไป: ตรวจ")
    go_to_check(page)
    # Figures, kinds of problems, then the first cell to mend, all on the first screen above the bar at its foot.
    tops = [top(page, one) for one in ("#check-tiles", "#check-groups", ".cell-edit")]
    assert tops == sorted(tops) and tops[-1] + 44 < PHONE["height"] - 64
    import_now(page)
    expect(page.locator("#import-run")).to_contain_text("54")
    undo_everything(page)


def many_mistakes(folder: Path) -> Path:
    """A file of 60 rows: 2 lines without area code, 24 double @ signs, 3 that nothing mends."""
    rows = ["ชื่อ-สกุล,โทรศัพท์,อีเมล,เกรด"]
    for n in range(60):
        phone = ["826 1544", "8261545", "0877"][n] if n < 3 else f"08123456{n:02}"
        email = f"a{n}@@example.com" if n % 5 < 2 else f"a{n}@example.com"
        rows.append(f"สมชาย ใจดี{n},{phone},{email},{'VIP' if n in (40, 41) else 'A'}")
    path = folder / "สมาชิก.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_mends_many_rows_with_one_button_and_takes_that_back(page: Page, site: Site, tmp_path: Path) -> None:
    bring_in(page, many_mistakes(tmp_path))
    go_to_mapping(page)
    go_to_check(page)
    groups = page.locator("#check-groups")
    groups.get_by_role("button", name="แก้ @@ ให้ 24 แถว").click()
    notice = page.locator(".notice", has_text="แก้ไขแล้ว 24 แถว")
    expect(notice).to_be_visible()
    expect(groups).not_to_contain_text("@@")
    groups.locator("a", has_text="โทรศัพท์").click()
    page.wait_for_url("**group=**")
    expect(page.locator(".cell-reason.is-ok", has_text="จะเป็น 028261544")).to_be_visible()
    groups.get_by_role("button", name="เติม 02 นำหน้าให้ 2 แถว").click()
    expect(page.locator(".notice", has_text="แก้ไขแล้ว 2 แถว")).to_be_visible()
    page.locator("#check-groups a", has_text="เกรด").click()
    page.get_by_label("“VIP” ใน 2 แถว หมายถึง").select_option("B")
    expect(page.locator("#check-groups a", has_text="เกรด")).to_have_count(0)
    expect(page.locator("#import-now")).to_contain_text("59")
    cell = page.locator(".cell-edit[aria-invalid]").first
    cell.fill("081-234-9999")
    cell.press("Enter")
    expect(page.locator("#import-now")).to_contain_text("60")
    page.locator(".notice [data-undo]").last.click()
    expect(page.locator("#check-groups a", has_text="เกรด")).to_be_visible(timeout=15000)
    expect(page.locator("#import-now")).to_contain_text("58")


def test_moves_to_the_next_cell_with_enter(page: Page, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "ลูกค้า.csv"
    path.write_text("ชื่อ,โทรศัพท์\nก,0877\nข,0878\nค,0812345678\n", "utf-8")
    bring_in(page, path)
    go_to_mapping(page)
    go_to_check(page)
    cells = page.locator(".cell-edit")
    cells.nth(0).fill("0812345670")
    cells.nth(0).press("Enter")
    expect(cells.nth(1)).to_be_focused()
    expect(page.locator(".cell-reason.is-ok")).to_have_count(1)
    cells.nth(1).fill("0812345671")
    cells.nth(1).press("Enter")
    expect(page.locator("#import-now")).to_contain_text("3")
