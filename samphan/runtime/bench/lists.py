"""The list of customers and the record, as a member opens them."""

import html
import re
from itertools import cycle, islice
from urllib.parse import quote

from samphan.runtime.bench.browser import Browser
from samphan.runtime.bench.measuring import REQUESTS, WARM_UP, Result, measure
from samphan.runtime.bench.stage import Stage
from samphan.runtime.home import RuntimeProblem

LIST = "/customers/"
DEPTH = 100  # pages of 50 rows followed before the deep page is measured
RECORDS = REQUESTS + WARM_UP
FILTERED = (
    ("stage:is:regular",),
    ("grade:is:A",),
    ("province:is:เชียงใหม่",),
    ("tags:has_any_tag:คั่วอ่อน,คั่วเข้ม",),
    ("total_spent:at_least:5000",),
    ("kind:is:organisation", "stage:is:at_risk"),
    ("grade:is:B", "order_count:at_least:3"),
    ("last_order_at:before:2026-01-01",),
)
SORTED = ("-total_spent", "total_spent", "-order_count", "last_order_at", "-created_at", "-total_spent,name")
_CURSOR = re.compile(r'[?&;]cursor=([^"&]+)')
_RECORD = re.compile(r'data-row="?([0-9a-f-]{36})')


def run(stage: Stage) -> list[Result]:
    """All operations of lists, in the order in which they are written down."""
    browser = stage.browser()
    results = []

    def add(op: str, paths: list[str], target: str = "") -> None:
        results.append(measure(op, paths, lambda path: browser.get(path, target=target)))
        stage.say(f"{op}: p50 {results[-1].p50_ms} ms, p95 {results[-1].p95_ms} ms")

    add("list_default", [LIST])
    add("list_filtered", [f"{LIST}?{'&'.join('f=' + quote(part) for part in parts)}" for parts in FILTERED])
    add("list_sorted", [f"{LIST}?sort={sort}" for sort in SORTED])
    deep, records = _walk(browser)
    add("list_deep_page", deep)
    add("list_thai_sort", [f"{LIST}?sort=name", f"{LIST}?sort=-name", *_next_pages(browser, f"{LIST}?sort=name", 8)])
    add("record", [f"{LIST}{record}/" for record in islice(cycle(records), RECORDS)])
    browser.close()
    return results


def _walk(browser: Browser) -> tuple[list[str], list[str]]:
    """Follow the list page by page; the addresses of its deepest pages, and the records met on the way."""
    pages, records = [LIST], dict.fromkeys(_records(browser.get(LIST)))
    while len(pages) < DEPTH + REQUESTS + WARM_UP:
        following = _next_pages(browser, pages[-1], 1, records)
        if not following:
            break
        pages += following
    if not records:
        raise RuntimeProblem("The list of customers shows no records.")
    return pages[DEPTH:] or pages[-3:], list(records)


def _next_pages(browser: Browser, path: str, count: int, records: "dict[str, None] | None" = None) -> list[str]:
    """The addresses of the pages after this one, by the cursor that each page gives; fewer where the list ends."""
    found: list[str] = []
    sort = next((part for part in path.partition("?")[2].split("&") if part.startswith("sort=")), "")
    for _page in range(count):
        body = browser.get(path, target="customer-rows")
        if records is not None and len(records) < RECORDS * 2:
            records.update(dict.fromkeys(_records(body)))
        cursors = _CURSOR.findall(html.unescape(body.decode()))
        if not cursors:
            break
        path = f"{LIST}?{sort}{'&' if sort else ''}cursor={cursors[-1]}"
        found.append(path)
    return found


def _records(body: bytes) -> list[str]:
    return _RECORD.findall(body.decode())
