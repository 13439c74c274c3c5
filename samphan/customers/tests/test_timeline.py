"""The timeline of a customer: many sources, one stream by day, page by page."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import format_html

from samphan.administration.models import Member
from samphan.customers import actions, panels, presence, queries, timeline
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import htmx, sign_in
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import in_workspace

START = datetime(2026, 11, 1, 3, tzinfo=UTC)


class Calls:
    """A source with as many calls as asked for, two in each moment."""

    def __init__(self, count: int) -> None:
        self.rows = [
            timeline.Entry(START + timedelta(hours=index // 2), uuid7(), "phone", "slate", format_html("สาย {}", index))
            for index in range(count)
        ]

    def __call__(
        self, request: Any, customer_id: UUID, before: timeline.Place | None, limit: int, text: str
    ) -> Sequence[timeline.Entry]:
        older = [row for row in self.rows if (before is None or row.place < before) and text in row.title]
        return sorted(older, key=lambda row: row.place, reverse=True)[:limit]


@pytest.fixture
def calls() -> Iterator[Calls]:
    source = Calls(75)
    timeline.register(timeline.Source("calls-of-tests", "สายโทร", 5, source))
    yield source
    del timeline._sources["calls-of-tests"]


def numbers(html: str) -> list[int]:
    return [int(found) for found in re.findall(r"สาย (\d+)<", html)]


def test_pages_lead_to_the_oldest_entry_and_show_each_once(signed_in: Client, prae: Customer, calls: Calls) -> None:
    address = f"/customers/{prae.pk}/timeline/?show=calls-of-tests"
    seen: list[int] = []
    pages = 0
    while address:
        html = signed_in.get(address, **htmx()).content.decode()
        seen += numbers(html)
        pages += 1
        more = re.search(r'id="timeline-older"><a [^>]*hx-get="([^"]+)"', html)
        address = more[1].replace("&amp;", "&") if more else ""
    assert pages == 3
    assert sorted(seen) == list(range(75))
    times = [calls.rows[index].place for index in seen]
    assert times == sorted(times, reverse=True)


def test_a_day_that_the_page_before_began_has_no_second_heading(
    signed_in: Client, prae: Customer, calls: Calls
) -> None:
    first = signed_in.get(f"/customers/{prae.pk}/?show=calls-of-tests").content.decode()
    more = re.search(r'id="timeline-older"><a [^>]*hx-get="([^"]+)"', first)
    assert more
    older = signed_in.get(more[1].replace("&amp;", "&"), **htmx()).content.decode()
    headings = re.findall(r'class="timeline-day">([^<]+)<', first + older)
    assert headings
    assert len(headings) == len(set(headings))
    assert re.match(r"^(จ|อ|พ|พฤ|ศ|ส|อา)\. \d+ พ\.ย\.", headings[-1])


def test_older_entries_have_an_address_without_script(signed_in: Client, prae: Customer, calls: Calls) -> None:
    first = signed_in.get(f"/customers/{prae.pk}/?show=calls-of-tests").content.decode()
    more = re.search(r'id="timeline-older"><a [^>]*href="([^"]+)"', first)
    assert more
    page = signed_in.get(more[1].replace("&amp;", "&")).content.decode()
    assert numbers(page)[0] == min(numbers(first)) - 1
    assert "<html" in page
    part = signed_in.get(f"/customers/{prae.pk}/timeline/?show=calls-of-tests&before=x")
    assert part.status_code == 302, "the part alone is no page"


def test_a_refresh_brings_what_is_new_and_keeps_what_was_read(signed_in: Client, prae: Customer, calls: Calls) -> None:
    last = sorted(calls.rows, key=lambda row: row.place, reverse=True)[49].place
    calls.rows.append(timeline.Entry(START + timedelta(days=9), uuid7(), "phone", "slate", format_html("สาย {}", 999)))
    answer = signed_in.get(
        f"/customers/{prae.pk}/timeline/", {"show": "calls-of-tests", "until": str(last)}, **htmx()
    ).content.decode()
    assert numbers(answer)[0] == 999
    assert len(numbers(answer)) == 51


def test_merges_the_sources_by_time(signed_in: Client, prae: Customer, owner: Member, calls: Calls) -> None:
    with in_workspace(prae.workspace_id):
        actions.edit_field(prae, "nickname", "แพรวา", seen="แพร", acting_member=owner)
    html = signed_in.get(f"/customers/{prae.pk}/").content.decode()
    middle = html[html.index("timeline-stream") :]
    assert middle.index("แพรวา") < middle.index("สาย 74")
    only = signed_in.get(f"/customers/{prae.pk}/?show=changes").content.decode()
    assert "แพรวา" in only
    assert not numbers(only)


def test_searches_the_words_of_entries(signed_in: Client, prae: Customer, owner: Member, calls: Calls) -> None:
    with in_workspace(prae.workspace_id):
        actions.edit_field(prae, "nickname", "แพรวา", seen="แพร", acting_member=owner)
    html = signed_in.get(f"/customers/{prae.pk}/", {"q": "แพรวา"}).content.decode()
    middle = html[html.index("timeline-stream") :]
    assert "แพรวา" in middle
    assert not numbers(middle)
    nothing = signed_in.get(f"/customers/{prae.pk}/", {"q": "ไม่มีคำนี้"}).content.decode()
    assert "ไม่มีรายการไหนในไทม์ไลน์พูดถึง “ไม่มีคำนี้”" in nothing


def test_acts_come_page_by_page_each_once(signed_in: Client, prae: Customer, owner: Member) -> None:
    seen = "แพร"
    for index in range(150):
        with in_workspace(prae.workspace_id):
            actions.edit_field(prae, "nickname", f"แพร{index}", seen=seen, acting_member=owner)
        seen = f"แพร{index}"
        prae.refresh_from_db()
    # In one transaction of a test every act has the same time; in life each has its own.
    with in_workspace(prae.workspace_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customerhistory h SET pgh_created_at = %s + n * interval '1 minute' FROM ("
            "SELECT pgh_id, row_number() OVER (ORDER BY pgh_id) AS n FROM customers_customerhistory"
            " WHERE pgh_obj_id = %s) numbered WHERE numbered.pgh_id = h.pgh_id",
            [START, prae.pk],
        )
        cursor.execute("UPDATE customers_customer SET created_at = %s WHERE id = %s", [START, prae.pk])
        prae.refresh_from_db()
        place, told = None, []
        while True:
            changes = queries.changes_before(prae, owner, place, 40)
            told += [item.new for change in changes for item in change.items if item.field == "nickname"]
            if len(changes) < 40:
                break
            place = changes[-1].place
    assert told == [f"แพร{index}" for index in reversed(range(150))]
    assert changes[-1].act == "เพิ่มลูกค้ารายนี้"
    found = signed_in.get(f"/customers/{prae.pk}/timeline/", {"q": "แพร17"}, **htmx()).content.decode()
    assert "แพร17" in found[found.index("timeline-title") :], "a search reads further back than one page"


def test_asks_a_fixed_number_of_questions(signed_in: Client, prae: Customer, owner: Member) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert signed_in.get(f"/customers/{prae.pk}/timeline/", **htmx()).status_code == 200
        return len(asked)

    few = count()
    seen = "แพร"
    for index in range(25):
        with in_workspace(prae.workspace_id):
            actions.edit_field(prae, "nickname", f"แพร{index}", seen=seen, acting_member=owner)
        seen = f"แพร{index}"
        prae.refresh_from_db()
    assert count() <= few + 1
    assert few <= 29


@pytest.mark.parametrize("before", ["x", "~", "2026-11-21~", "2026-11-21T10:00:00~0", "2026-11-21T10:00:00+07:00~zz"])
def test_a_damaged_place_shows_the_newest(signed_in: Client, prae: Customer, calls: Calls, before: str) -> None:
    html = signed_in.get(f"/customers/{prae.pk}/", {"show": "calls-of-tests", "before": before}).content.decode()
    assert numbers(html)[0] == 74


def test_hides_the_timeline_of_another_company(client: Client, prae: Customer, stranger: Member, owner: Member) -> None:
    address = f"/customers/{prae.pk}/timeline/"
    sign_in(client, stranger)
    assert client.get(address, **htmx()).status_code == 404
    sign_in(client, owner)
    assert client.get(address, **htmx()).status_code == 200


@pytest.fixture
def writers() -> Iterator[None]:
    for order, name in enumerate(("note-of-tests", "call-of-tests")):
        panels.register(
            panels.Panel(
                name, f"จด {name}", "composer", order, lambda request, customer, name=name: f"ช่อง {name}", icon="pencil"
            )
        )
    yield
    for name in ("note-of-tests", "call-of-tests"):
        del panels._panels[name]


def test_the_composer_opens_with_what_was_used_last(signed_in: Client, prae: Customer, writers: None) -> None:
    record = f"/customers/{prae.pk}/"
    asked = f"{record}?write=note-of-tests"
    assert "ช่อง note-of-tests" in signed_in.get(asked).content.decode()
    part = signed_in.get(f"{record}composer/call-of-tests/", **htmx())
    assert "ช่อง call-of-tests" in part.content.decode()
    assert "ช่อง call-of-tests" in signed_in.get(record).content.decode()
    assert "ช่อง note-of-tests" in signed_in.get(asked).content.decode()
    assert signed_in.get(f"{record}composer/call-of-tests/").status_code == 302


def test_offers_to_write_a_note_and_a_task_under_the_thumb(signed_in: Client, prae: Customer) -> None:
    def head() -> str:
        html = signed_in.get(f"/customers/{prae.pk}/").content.decode()
        return html[html.index('id="record-head"') :].split("</header>")[0]

    before = dict(panels._panels)
    try:
        for name in ("note", "task"):
            panels._panels.pop(name, None)
        assert "?write=" not in head()
        for order, name in enumerate(("note", "task")):
            panels.register(panels.Panel(name, name, "composer", order, lambda request, customer: "ช่อง", icon="pencil"))
        offered = re.findall(r'class="button[^"]*" href="([^"]+)"', head())
    finally:
        panels._panels.clear()
        panels._panels.update(before)
    assert [way.partition(":")[0] for way in offered[:2]] == ["tel", "https"]
    assert [way.partition("?")[2] for way in offered[2:]] == ["write=note#composer", "write=task#composer"]


def test_a_record_with_a_long_timeline_stays_light(signed_in: Client, prae: Customer, owner: Member) -> None:
    seen = "แพร"
    for index in range(40):
        with in_workspace(prae.workspace_id):
            actions.edit_field(prae, "nickname", f"แพร{index}", seen=seen, acting_member=owner)
            if index % 4 == 0:
                actions.add_preference(prae, f"ชอบกาแฟแก้วที่ {index}", acting_member=owner)
        seen = f"แพร{index}"
        prae.refresh_from_db()
    page = signed_in.get(f"/customers/{prae.pk}/").content
    assert page.count(b"timeline-item") == timeline.AT_OPEN
    assert b'id="timeline-older"' in page
    assert len(page) < 60_000
    part = signed_in.get(f"/customers/{prae.pk}/timeline/", **htmx()).content
    assert part.count(b"timeline-item") == timeline.PAGE_SIZE
    assert len(part) < 30_000


def test_pages_of_every_source_walk_an_index(
    signed_in: Client, prae: Customer, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page may read the whole table of a source, nor sort what an index has in order."""
    place = timeline.Place(datetime(2030, 1, 1, tzinfo=UTC), uuid7())
    read: list[tuple[str, str]] = []
    inside = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asks = sql.lstrip().startswith("SELECT") and not inside
        table = re.search(r'FROM "?((?:customers|commerce|work)_\w+)', sql)
        if asks and table:
            inside.append(1)
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
                read.append((table[1], "\n".join(row[0] for row in cursor.fetchall())))
            inside.pop()
        return execute(sql, params, many, context)

    with in_workspace(prae.workspace_id):
        actions.add_preference(prae, "คั่วกลาง", acting_member=owner)
        actions.add_contact_point(prae, "phone", "081-999-0000", acting_member=owner)
        with connection.cursor() as cursor:
            # Tables of tests are small: only without sequential scans does the plan say what a large one would do.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    # Every source is asked, also those that know nothing of her.
    monkeypatch.setattr(presence, "about", lambda request, customer_id: frozenset(presence._columns))
    with connection.execute_wrapper(explain):
        assert signed_in.get(f"/customers/{prae.pk}/timeline/", {"before": str(place)}, **htmx()).status_code == 200
    assert {"commerce_order", "work_activity", "work_task", "customers_preference", "customers_customerfile"} <= {
        table for table, _plan in read
    }
    for table, plan in read:
        assert f"Seq Scan on {table}" not in plan, plan
        if table in ("commerce_order", "work_activity", "customers_preference", "customers_customerfile"):
            assert "Sort" not in plan.replace("Incremental Sort", ""), plan
            assert "Index Cond" in plan
