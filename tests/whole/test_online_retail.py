"""The public file of a shop's year, whole: in by the browser and by command, equal on screen, and taken back."""

import csv
import gzip
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import sign_in
from tests.browser.screens import bring_in, go_to_mapping
from tests.browser.site import CHROMIUM_FLAGS, Site, chromium
from tests.whole.order_files import (
    OrderFile,
    check_all,
    dump,
    online_retail,
    online_retail_cleaned,
    shared_data,
    stored,
)
from tests.whole.visitor import wait_for

A_QUARTER_OF_AN_HOUR = 900_000  # milliseconds


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    """A window of the owner."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        context = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.set_default_timeout(60_000)
        sign_in(page)
        yield page
        browser.close()


def import_by_screen(page: Page, file: OrderFile) -> str:
    """Through the five steps as a person goes; returns the id of the batch."""
    bring_in(page, file.path)
    go_to_mapping(page)
    page.locator("button[form=mapping-form]").click()
    page.locator("#check-tiles").wait_for(timeout=A_QUARTER_OF_AN_HOUR)
    page.locator("#import-now").click()
    page.locator("#import-run .tiles").wait_for(timeout=A_QUARTER_OF_AN_HOUR)
    rows = page.locator("#import-run .tile", has_text="แถวในไฟล์")
    expect(rows).to_contain_text(f"{file.lines:,}")
    rejects = page.locator("#import-run .tile", has_text="แถวที่ไม่ผ่าน")
    expect(rejects.locator(".tile-figure")).to_have_text("0")
    found = re.search(r"/imports/([0-9a-f-]{36})/", page.url)
    assert found
    return found[1]


def undo_by_screen(page: Page, site: Site, batch: str) -> None:
    page.goto(f"/imports/{batch}/run/")
    page.locator('[data-opens="undo-import"]').click()
    page.locator("#undo-import .button-danger").click()
    wait_for(site, batch, ("undone",), 900)
    page.locator("#import-run .say-ok").wait_for()


def expect_on_screen(page: Page, file: OrderFile, customers: int) -> None:
    """The sum and the number of orders as the page of the best customers says them, to the satang."""
    shown = f"{round(file.total, 2):,}"
    for _attempt in range(60):  # the figures follow the import within a moment
        page.goto("/insights/best-customers/?period=all")
        if any(shown in text for text in page.locator("dl.pairs").all_inner_texts()):
            break
        page.wait_for_timeout(1_000)
    expect(page.locator("dl.pairs").last).to_contain_text(shown)
    expect(page.locator(".tiles")).to_contain_text(f"{file.orders:,}")
    expect(page.locator(".tiles .tile-figure").first).to_have_text(f"{customers:,}")


@pytest.mark.long
@pytest.mark.shared
def test_comes_in_by_the_browser_over_its_cleaned_part_and_goes_again(
    site: Site, page: Page, shared: Path, tmp_path: Path
) -> None:
    nothing = dump(site)
    cleaned = online_retail_cleaned(shared, tmp_path)
    before = stored(site)
    first = import_by_screen(page, cleaned)
    check_all(site, first, cleaned, before)
    expect_on_screen(page, cleaned, 4_338)
    only_cleaned = dump(site)

    whole = online_retail(shared, tmp_path)
    second = import_by_screen(page, whole)
    check_all(site, second, whole, before)
    expect_on_screen(page, whole, 4_317)  # of 4,372 whose returns leave something

    undo_by_screen(page, site, second)
    assert dump(site) == only_cleaned
    expect_on_screen(page, cleaned, 4_338)
    undo_by_screen(page, site, first)
    assert dump(site) == nothing


@pytest.mark.long
@pytest.mark.shared
def test_comes_in_by_command_and_goes_again(site: Site, shared: Path, tmp_path: Path) -> None:
    file, nothing, before = online_retail(shared, tmp_path), dump(site), stored(site)
    answer = site.command("import", str(file.path), "--as", "orders")
    assert (answer["rows"], answer["created"], answer["errors"]) == (file.lines, file.lines, 0)
    check_all(site, str(answer["batch"]), file, before)
    assert site.command("import", "--undo", str(answer["batch"]))["kept"] == []
    assert dump(site) == nothing


@pytest.mark.slow
@pytest.mark.shared
def test_takes_the_first_month_back_to_the_last_row(site: Site, shared: Path, tmp_path: Path) -> None:
    data = shared_data(shared)
    before, sums = dump(site), stored(site)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"columns": {}, "formats": {"InvoiceDate": {"order": "dmy", "era": "ce"}}, "keys": []}', "utf-8"
    )
    file = data / "online_retail" / "online_retail_2010-12.csv.gz"
    answer = site.command("import", str(file), "--as", "orders", "--mapping", str(mapping))
    assert answer["rows"] == 42_481 == answer["created"] + answer["updated"] + answer["skipped"] + answer["errors"]
    assert answer["errors"] == 0
    now = stored(site)
    assert now.lines - sums.lines == 42_481
    assert now.total - sums.total == _sum_of_first_month(data)
    undone = site.command("import", "--undo", str(answer["batch"]))
    assert undone["kept"] == []
    assert dump(site) == before


def _sum_of_first_month(data: Path) -> Decimal:
    with gzip.open(
        data / "online_retail" / "online_retail_2010-12.csv.gz", "rt", encoding="latin-1", newline=""
    ) as file:
        return sum((Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in csv.DictReader(file)), Decimal(0))
