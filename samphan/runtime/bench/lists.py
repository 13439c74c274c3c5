"""The list of customers and the record, as a member opens them."""

import html
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from urllib.parse import quote

from samphan.runtime.bench.browser import Browser
from samphan.runtime.bench.measuring import Result, measure, of_rows
from samphan.runtime.bench.stage import Stage
from samphan.runtime.home import RuntimeProblem

LIST = "/customers/"
DEPTH = 100  # pages of 50 rows followed before the deep page is measured
RECORDS = 220  # as many as a full measurement opens, its warming up among them
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
KEPT_VIEWS = (
    ("วัดความเร็ว 1", "f=grade:is:A&sort=-total_spent&columns=name,grade,total_spent,owner"),
    ("วัดความเร็ว 2", "f=stage:is:at_risk&sort=name"),
)
BULK = 10_000
PATIENCE_SECONDS = 120
_TAB = re.compile(r'class="tab-item" href="(/customers/[^"]*)"')
_ACT = re.compile(rb'hx-get="([^"]+)"')
_UNDO = re.compile(r"/changes/[0-9a-f-]{36}/undo/")
_COUNTED = re.compile(r'class="page-note">([^<]*)<')
_CURSOR = re.compile(r'[?&;]cursor=([^"&]+)')
_RECORD = re.compile(r'data-row="?([0-9a-f-]{36})')


def run(stage: Stage) -> list[Result]:
    """All operations of lists, in the order in which they are written down."""
    browser = stage.browser()
    results = []

    def add(op: str, paths: list[str], target: str = "") -> None:
        results.append(measure(op, paths, lambda path: browser.get(path, target=target), times=stage.requests))
        stage.say(f"{op}: p50 {results[-1].p50_ms} ms, p95 {results[-1].p95_ms} ms")

    add("list_default", [LIST])
    add("list_filtered", [f"{LIST}?{'&'.join('f=' + quote(part) for part in parts)}" for parts in FILTERED])
    add("list_sorted", [f"{LIST}?sort={sort}" for sort in SORTED])
    deep, records = _walk(browser, stage.requests)
    add("list_deep_page", deep)
    add("list_thai_sort", [f"{LIST}?sort=name", f"{LIST}?sort=-name", *_next_pages(browser, f"{LIST}?sort=name", 8)])
    with _views(browser) as addresses:
        add("list_view_switch", addresses)
    results.append(_bulk_edit(browser))
    if results[-1].n:
        stage.say(f"bulk_edit_10k: {results[-1].n:,} customers, {results[-1].per_second} a second")
    add("record", [f"{LIST}{record}/" for record in islice(cycle(records), RECORDS)])
    browser.close()
    return results


def _walk(browser: Browser, requests: int) -> tuple[list[str], list[str]]:
    """Follow the list page by page; the addresses of its deepest pages, and the records met on the way."""
    pages, records = [LIST], dict.fromkeys(_records(browser.get(LIST)))
    while len(pages) < DEPTH + requests * 11 // 10:
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


@contextmanager
def _views(browser: Browser) -> Iterator[list[str]]:
    """The addresses of the tabs, those of two kept views among them; these are gone again afterwards."""
    made = []
    try:
        for name, state in KEPT_VIEWS:
            fields = [("name", name), ("list", state), ("shared", "nobody")]
            status, headers, _body = browser.post(f"{LIST}views/", fields, page=LIST)
            if status != 204:
                raise RuntimeProblem(f"A view could not be saved (status {status}).")
            made.append(headers["hx-redirect"])
        page = browser.get(LIST).decode()
        yield [quote(html.unescape(found), safe="/?&=:,-%") for found in _TAB.findall(page)]
    finally:
        for address in made:
            view = address.partition("v=")[2].partition("&")[0]
            browser.post(f"{LIST}views/{view}/deletion/", [], page=LIST)


def _bulk_edit(browser: Browser) -> Result:
    """One field of about 10,000 customers, from the click to the end of the job; it is taken back afterwards."""
    state = _about(browser, BULK)
    fields = [("all", "1"), ("list", state), ("field", "source"), ("value", "วัดความเร็ว")]
    began = time.perf_counter()
    status, headers, body = browser.post(f"{LIST}bulk/", fields, page=LIST)
    found = _ACT.search(body)
    while "hx-trigger" not in headers:
        if status != 200 or found is None:
            raise RuntimeProblem(f"Customers could not be changed in bulk (status {status}).")
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise RuntimeProblem("The worker did not finish a change in bulk; is one running?")
        time.sleep(0.05)
        headers = browser.part(found[1].decode())
    seconds = time.perf_counter() - began
    undo = _UNDO.search(headers["hx-trigger"])
    count = int("".join(filter(str.isdigit, json.loads(headers["hx-trigger"])["samphan:toast"]["message"])) or 0)
    if undo is None or browser.post(undo[0], [], page=LIST)[0] != 200:
        raise RuntimeProblem("The change in bulk could not be taken back.")
    return of_rows("bulk_edit_10k", count, seconds)


def _about(browser: Browser, wanted: int) -> str:
    """A filter that leaves about so many customers: those who spent most."""
    low, high = 1.0, 100_000_000.0
    state = ""
    for _round in range(24):
        middle = (low * high) ** 0.5
        state = f"f=total_spent:at_least:{middle:.0f}"
        counted = _COUNTED.search(browser.get(f"{LIST}?{state}").decode())
        count = int(re.sub(r"\D", "", counted[1])) if counted and "ประมาณ" not in counted[1] else wanted * 10
        if wanted * 0.9 <= count <= wanted * 1.1:
            break
        low, high = (middle, high) if count > wanted else (low, middle)
    return state
