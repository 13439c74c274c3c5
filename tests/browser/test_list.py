"""The list: filter, sort, choose columns, go on, take along, and do things to many at once."""

import csv
import io
import re
from secrets import token_hex

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Complaints, NewPage

IS_THE_LIST = re.compile(r"/customers/\?columns=")


def test_filters_by_stage_and_keeps_it_in_the_address(page: Page) -> None:
    page.goto("/customers/")
    page.locator(".chip-add").click()
    page.locator("#filter-builder .menu-item", has_text="สถานะลูกค้า").click()
    page.locator("#filter-value").select_option(label="เสี่ยงหาย")
    page.locator("#filter-builder [name=apply]").click()
    chip = page.locator(".filter-bar .chip", has_text="เสี่ยงหาย")
    expect(chip).to_be_visible()
    stages = page.locator("#customer-rows .dotted")
    expect(stages.first).to_be_visible()
    assert set(stages.all_inner_texts()) == {"เสี่ยงหาย"}
    page.reload()
    expect(chip).to_be_visible()
    page.locator(".filter-bar .chip-remove").first.click()
    expect(chip).to_have_count(0)


def test_sorts_by_the_heading(page: Page) -> None:
    page.goto("/customers/")
    heading = page.locator("thead th", has_text="ซื้อสะสม")
    heading.locator("a").click()
    expect(page.locator("thead th[aria-sort]")).to_contain_text("ซื้อสะสม")
    amounts = [_amount(text) for text in page.locator("#customer-rows td.amount").all_inner_texts()]
    assert amounts in (sorted(amounts), sorted(amounts, reverse=True))


def _amount(text: str) -> float:
    digits = re.sub(r"[^\d.]", "", text)
    return float(digits) if digits else 0.0


def test_chooses_columns(page: Page) -> None:
    page.goto("/customers/")
    page.locator("[data-popover=column-chooser]").click()
    page.locator("#column-chooser label", has_text="อีเมล").click()
    page.locator("#column-chooser .button-primary").click()
    expect(page.locator("thead")).to_contain_text("อีเมล")
    assert "columns=" in page.url


def test_goes_on_without_losing_a_row(page: Page) -> None:
    page.goto("/customers/")
    rows = page.locator("#customer-rows tr")
    first = rows.count()
    page.locator("#customer-pager a").click()
    expect(rows).to_have_count(first * 2)
    ids = rows.evaluate_all("rows => rows.map((row) => row.dataset.row)")
    assert len(set(ids)) == len(ids)


def test_takes_along_what_is_seen(page: Page) -> None:
    page.goto("/customers/?q=พิมพ์ลดา")
    seen = page.locator("#customer-rows tr").count()
    page.locator(".page-actions a", has_text="ส่งออก").click()
    page.locator("input[name=format][value=csv]").check()
    with page.expect_download() as download:
        page.locator(".export-form .button-primary").click()
    text = download.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "spreadsheets need the byte-order mark to read Thai"
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0][0] == "ชื่อ"
    assert len(rows) == seen + 1


def test_takes_along_the_selected_rows_alone(page: Page) -> None:
    page.goto("/customers/?sort=name&columns=name,phone")
    names = []
    for place in (1, 4):
        row = page.locator("#customer-rows tr").nth(place)
        row.locator("input[data-select]").check()
        names.append(row.locator("td.name .clip").inner_text())
    page.locator("[data-bulk] button", has_text="ส่งออก").click()
    page.locator("#export-box input[value=csv]").check()
    with page.expect_download() as download:
        page.locator("#export-box [data-downloads]").click()
    expect(page.locator("#export-box")).to_have_count(0)
    expect(page.locator("[data-bulk]")).to_be_visible()
    rows = list(csv.reader(io.StringIO(download.value.path().read_bytes().decode("utf-8-sig"))))
    assert rows[0] == ["ชื่อ", "โทรศัพท์"]
    # The screen puts คุณ and the nickname around the name that is stored.
    assert [row[0] in shown for row, shown in zip(rows[1:], names, strict=True)] == [True, True]


def test_tags_many_and_takes_it_back_from_the_toast(page: Page) -> None:
    tag = f"ทดสอบ {token_hex(2)}"
    page.goto("/customers/")
    for number in range(3):
        page.locator("#customer-rows input[data-select]").nth(number).click()
    expect(page.locator("[data-bulk-count]")).to_contain_text("3")
    page.locator("[data-bulk] button", has_text="ติดแท็ก").click()
    page.locator("#bulk-tag").fill(tag)
    page.locator("#tag-dialog .button-primary").click()
    toast = page.locator("#toasts .notice", has=page.locator("[data-undo]"))
    expect(toast).to_be_visible()
    first = page.locator("#customer-rows tr a").first.evaluate("link => link.href")
    window = page.context.new_page()
    window.goto(first)
    expect(window.locator("#record-fields")).to_contain_text(tag)
    toast.locator("[data-undo]").click()
    expect(page.locator("#toasts .notice", has=page.locator("[data-undo]"))).to_have_count(0)
    expect(page.locator("#toasts .notice")).not_to_have_count(0)
    window.reload()
    expect(window.locator("#record-fields")).not_to_contain_text(tag)


def test_opens_the_quick_view_and_keeps_the_list(page: Page) -> None:
    page.goto("/customers/")
    page.locator("#customer-rows tr").first.locator("td.amount").click()
    expect(page.locator("#quick-view h2").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    cursor = page.locator("tr[data-cursor]")
    expect(cursor).to_have_count(1)
    assert cursor.evaluate("row => row.sectionRowIndex") == 2
    name = cursor.locator("a .clip").first.inner_text()
    expect(page.locator("#quick-view")).to_be_visible()
    expect(page.locator("#quick-view h2").first).to_contain_text(name.split()[0])
    page.keyboard.press("Escape")
    expect(page.locator("#quick-view")).to_be_hidden()
    expect(cursor).to_have_count(1)


def test_deletes_from_the_list_and_brings_back_from_the_toast(page: Page) -> None:
    page.goto("/customers/?q=กาญจนา")
    before = page.locator("#customer-rows tr").count()
    page.locator("#customer-rows input[data-select]").first.click()
    page.locator("[data-bulk] button", has_text="ลบ").click()
    expect(page.locator("#customer-rows tr")).to_have_count(before - 1)
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("#customer-rows tr")).to_have_count(before)


def test_filters_and_opens_on_a_phone(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    page.goto("/customers/")
    page.locator(".chip-add").click()
    page.locator("#filter-builder .menu-item", has_text="เกรด").first.click()
    page.locator("#filter-value").select_option("A")
    page.locator("#filter-builder [name=apply]").click()
    expect(page.locator("#customer-rows tr").first).to_be_visible()
    page.locator("#customer-rows tr a").first.click()
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f-]{36}/"))


def test_chooses_rows_by_touch_on_a_phone(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    page.goto("/customers/")
    boxes = page.locator("#customer-rows .hit")
    expect(boxes.first).to_be_hidden()
    page.locator("[data-choose]").click()
    boxes.nth(0).click()
    boxes.nth(2).click()
    bar = page.locator(".bulk-bar")
    expect(bar).to_contain_text("เลือก 2 ราย")
    buttons = bar.locator(".button:visible").evaluate_all("all => all.map((one) => one.getBoundingClientRect().right)")
    assert len(buttons) == 6
    assert max(buttons) <= 390 - 16
    page.locator("[data-choose]").click()
    expect(bar).to_be_hidden()
    expect(boxes.first).to_be_hidden()


def test_the_steps_of_a_filter_follow_each_other_at_their_own_address(page: Page) -> None:
    page.goto("/customers/filters/")
    page.locator("#filter-builder .menu-item", has_text="สถานะลูกค้า").click()
    page.locator("#filter-value").select_option(label="เสี่ยงหาย")
    page.locator("#filter-builder [name=apply]").click()
    expect(page).to_have_url(re.compile(r"/customers/\?f=stage"))


def test_shows_the_people_behind_a_band_of_best_customers(page: Page) -> None:
    page.goto("/insights/best-customers/")
    band = page.locator("main a", has=page.locator(".grade-a")).filter(has_text="ราย").first
    people = int(re.sub(r"\D", "", band.locator(".text-ink3").inner_text()))
    band.click()
    page.wait_for_url(re.compile(r"/customers/\?|/best-customers/people/"))
    if "/customers/" in page.url and "/insights/" not in page.url:
        expect(page.locator(".page-note")).to_contain_text(f"{people:,}")
        expect(page.locator(".filter-bar .chip").first).to_be_visible()
    expect(page.locator("table.rows tbody tr").first).to_be_visible()


def test_edits_cells_like_a_sheet(page: Page, complaints: Complaints) -> None:
    complaints.expect(r"/birth_date/ answered 422$")
    page.goto("/customers/?columns=name,grade,nickname,birth_date,total_spent&sort=name")
    row = page.locator("#customer-rows tr").nth(1)
    row.locator("td.amount").click()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    nickname = f"N{token_hex(2)}"
    page.keyboard.type(nickname)
    page.keyboard.press("Tab")
    expect(row.locator("td").nth(3)).to_have_text(nickname)
    expect(row.locator("td[data-cell]")).to_have_count(1)
    # A value that cannot be read stands in its cell with the reason; Escape takes it back.
    page.keyboard.type("32/13/2500")
    with page.expect_response("**/cells/**/birth_date/"):
        page.keyboard.press("Enter")
    expect(page.locator(".cell-reason")).to_be_visible()
    expect(page.locator(".cell-form input[name=value]")).to_have_value("32/13/2500")
    page.keyboard.press("Escape")
    expect(page.locator(".cell-form")).to_have_count(0)


def test_copies_a_range_and_pastes_it_below_with_undo(new_page: NewPage) -> None:
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/customers/?columns=name,grade,source&f=grade:is:A&sort=name")
    rows = page.locator("#customer-rows tr")
    before = rows.nth(4).locator("td").nth(3).inner_text()
    rows.nth(3).locator("td").nth(3).click()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.evaluate("navigator.clipboard.writeText('งานกาแฟ 1\\nงานกาแฟ 2')")
    page.keyboard.press("Control+v")
    expect(rows.nth(4).locator("td").nth(3)).to_have_text("งานกาแฟ 2")
    page.locator("#toasts [data-undo]").click()
    expect(rows.nth(4).locator("td").nth(3)).to_have_text(before)


def test_goes_through_the_sheet_by_keys_alone(new_page: NewPage, complaints: Complaints) -> None:
    complaints.expect(r"/phone/ answered 422$")
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/customers/?columns=name,nickname,phone,source&sort=name&f=grade:is:A")
    rows = page.locator("#customer-rows tr")
    shown = rows.count()

    def cell(row: int, column: int) -> Locator:
        return rows.nth(row).locator("td").nth(column + 1)

    was = [cell(row, 3).inner_text() for row in range(3)]
    source = f"Fair {token_hex(2)}"  # a letter that a driver has no key for would come without its key
    rows.nth(0).locator("td").nth(2).click()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(cell(0, 3)).to_have_attribute("data-cell", "")
    # F2 opens with what stands there, Escape leaves it; Enter saves and goes down, Tab to the right.
    page.keyboard.press("F2")
    expect(page.locator(".cell-form input[name=value]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.type(source)
    page.keyboard.press("Enter")
    expect(cell(0, 3)).to_have_text(source)
    expect(cell(1, 3)).to_have_attribute("data-cell", "")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+c")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("td[data-range]")).to_have_count(1)
    page.keyboard.press("Control+v")
    for row in (1, 2):
        expect(cell(row, 3)).to_have_text(source)
    page.keyboard.press("Delete")
    for row in (1, 2):
        expect(cell(row, 3)).to_have_text("")
    for _act in range(2):
        page.locator("#toasts [data-undo]").last.click()
        page.locator("#customer-rows").wait_for()
    # Every cell that is shown, and only these.
    rows.nth(0).locator("td").nth(3).click()
    page.keyboard.press("Control+a")
    expect(page.locator("td[data-range], td[data-cell]")).to_have_count(shown * 4)
    page.keyboard.press("Control+c")
    expect(page.locator("#toasts")).to_contain_text(f"{shown * 4:,}")  # the browser copies behind the key
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(copied) == shown
    assert {len(line.split("\t")) for line in copied} == {4}
    page.keyboard.press("Escape")
    expect(page.locator("td[data-range]")).to_have_count(0)
    # A telephone that is none stays in its cell with the reason.
    cell(0, 2).dblclick()
    page.locator(".cell-form input[name=value]").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator(".cell-reason")).to_be_visible()
    # What is being written outlives a list that reads itself again; it does so when the cell is left.
    with page.expect_response(IS_THE_LIST):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('samphan:undone'))")
    page.wait_for_timeout(300)
    expect(page.locator(".cell-reason")).to_be_visible()
    with page.expect_response(IS_THE_LIST):
        page.keyboard.press("Escape")
    expect(page.locator(".cell-reason")).to_be_hidden()
    cell(0, 3).dblclick()
    page.locator(".cell-form input[name=value]").fill(was[0])
    page.keyboard.press("Enter")
    expect(cell(0, 3)).to_have_text(was[0])


def test_deletes_rows_of_two_pages_and_brings_all_back(page: Page) -> None:
    page.goto("/customers/?sort=-name")
    rows = page.locator("#customer-rows tr")
    first = rows.count()
    page.locator("#customer-pager a").click()
    expect(rows).to_have_count(first * 2)
    chosen = []
    for place in (3, first + 4):
        rows.nth(place).locator("input[data-select]").check()
        chosen.append(rows.nth(place).get_attribute("data-row"))
    page.locator("[data-bulk] button", has_text="ลบ").click()
    for one in chosen:
        expect(page.locator(f"tr[data-row='{one}']")).to_have_count(0)
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.locator("#toasts [data-undo]").click()
    expect(page.locator(f"tr[data-row='{chosen[0]}']")).to_have_count(1)
    assert page.request.get(f"{page.url.partition('/customers')[0]}/customers/{chosen[1]}/").ok


def test_keeps_a_view_and_says_when_it_is_changed(page: Page) -> None:
    name = f"มุมมอง {token_hex(2)}"
    page.goto("/customers/?f=grade:is:A")
    page.locator(".tab-new").click()
    page.locator("#view-name").fill(name)
    page.locator("#view-dialog [name=pinned]").check()
    page.locator("#view-dialog .button-primary").click()
    tab = page.locator(".tabs a[aria-current=page]", has_text=name)
    expect(tab).to_be_visible()
    expect(page.locator(".sidebar .place", has_text=name)).to_be_visible()
    expect(page.locator(".view-changed")).to_have_count(0)
    page.locator("thead th", has_text="ซื้อสะสม").locator("a").click()
    expect(page.locator(".view-changed")).to_be_visible()
    expect(tab).to_be_visible()
    page.locator(".view-changed a", has_text="ละทิ้ง").click()
    expect(page.locator(".view-changed")).to_have_count(0)
    page.locator(".tab-edit").click()
    page.locator(".view-delete").click()
    expect(page.locator(".tabs", has_text=name)).to_have_count(0)


def test_leads_through_the_list_in_the_quick_view_and_back(page: Page) -> None:
    page.goto("/customers/")
    page.locator("#customer-rows tr").nth(1).locator("td.amount").click()
    position = page.locator("#quick-view [data-position]")
    expect(position).to_contain_text("2 จาก")
    page.locator("#quick-view [data-quick-step='1']").click()
    expect(position).to_contain_text("3 จาก")
    expect(page.locator("tr[data-cursor]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#quick-view")).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('tr')?.hasAttribute('data-cursor')")
    page.keyboard.press("Space")
    expect(page.locator("#quick-view h2").first).to_be_visible()


def test_draws_a_column_wider_and_keeps_it_in_the_address(page: Page) -> None:
    page.goto("/customers/")
    grip = page.locator("th[data-name=stage] [data-resize]")
    grip.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"widths=stage:\d+"))
    width = page.locator("th[data-name=stage]").get_attribute("data-column-width")
    page.reload()
    assert page.locator("th[data-name=stage]").get_attribute("data-column-width") == width


def test_the_quick_view_covers_the_phone(new_page: NewPage) -> None:
    page = new_page(size=PHONE)
    page.goto("/customers/")
    page.locator("#customer-rows tr").first.locator("td[data-phone=end]").click()
    expect(page.locator("#quick-view h2").first).to_be_visible()
    box = page.locator("#quick-view").bounding_box()
    assert box
    assert box["width"] == PHONE["width"]
