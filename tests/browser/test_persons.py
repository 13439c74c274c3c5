"""Three people do their work in a real browser, and what it costs them is counted.

The owner of a shop brings two messy Excel files into an empty company and sees who buys most; a sales rep on a phone notes a
call and plans the next one; an agent finds a customer by half a LINE name and notes a wish. No task may cost more than five
clicks or keys beside the words typed, and the machine answers every one of them within a second.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Doors, NewPage
from tests.browser.hand import Hand, Task, table
from tests.browser.plans import plan_calls
from tests.browser.shop import Books, write_books
from tests.browser.site import PASSWORD, Site

MOST_KEYS = 5
SLOWEST = 1.0  # seconds
DOOR = 3.0  # seconds; a password is weighed for a second on purpose
WHOLE_SHOP = 15 * 60  # seconds, thinking and typing of a person included
# The phone takes a dialled number over; a browser without one would ask which program to open.
DIALS = """addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='tel:']");
  if (link) { event.preventDefault(); window.dialled = link.getAttribute("href"); }
});"""
PICTURES = os.environ.get("PERSONS_PICTURES")


@pytest.fixture(scope="module")
def tasks() -> Iterator[list[Task]]:
    """Everything that was done, printed as a table at the end (`pytest -s` shows it)."""
    done: list[Task] = []
    yield done
    print("\n" + table(done))


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """A folder for what each person saw, when PERSONS_PICTURES names one."""
    folder = Path(PICTURES) / request.node.name if PICTURES else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return write_books(tmp_path)


@pytest.fixture(scope="module", autouse=True)
def warm(site: Site, browser: Browser, doors: Doors) -> None:
    """A server that has just started reads its templates at the first visit of each page; nobody is timed by that."""
    context = browser.new_context(base_url=site.url, locale="th-TH", storage_state=doors.state())
    page = context.new_page()
    with site.database() as connection:
        somebody = connection.execute("SELECT id FROM customers_customer WHERE deleted_at IS NULL LIMIT 1").fetchone()
    assert somebody is not None
    for path in (
        "/today/",
        f"/customers/{somebody[0]}/",
        "/insights/best-customers/",
        "/imports/",
        "/search/palette/?q=ก",
    ):
        page.goto(path)
    context.close()


def cheap(done: list[Task]) -> None:
    """Every task at most five clicks or keys, and no answer that one waits for."""
    assert done
    dear = [f"{one.name}: {one.keys} ({', '.join(one.acts)})" for one in done if one.keys > MOST_KEYS]
    slow = [
        f"{one.name}: {one.slowest:.2f} s after {one.slowest_at}"
        for one in done
        if one.slowest >= (DOOR if one.name == "sign in" else SLOWEST)
    ]
    assert not dear + slow, "\n".join(dear + slow)


@pytest.fixture
def empty_company(site: Site) -> str:
    """A company that was founded a minute ago; returns the address by which its owner signs in."""
    slug = f"bansuan-{uuid4().hex[:8]}"
    email = f"paadaeng@{slug}.example"
    site.command("init", "--slug", slug, "--name", "ร้านขนมบ้านสวน")
    words = ("--workspace", slug, "--email", email, "--role", "owner", "--name", "ป้าแดง", "--password-stdin")
    site.command("user", "create", *words, given=PASSWORD + "\n")
    return email


def bring_in(hand: Hand, file: Path, rows: int) -> None:
    """From the place for files to the rows that are in: choose, look at the columns, look at the check, import."""
    page = hand.page
    hand.hand_over(page.locator(".drop-zone"), file, then=page.locator("button[form=mapping-form]"))
    hand.click(page.locator("button[form=mapping-form]"), then=page.locator("#import-checking, #import-now"))
    hand.watch(page.locator(f"#import-now:has-text('{rows}')"))
    hand.click(page.locator("#import-now"), then=page.locator("#import-run"))
    hand.watch(page.locator("#import-run .say-ok"))
    expect(page.locator("#import-run .say-ok")).to_contain_text(f"นำเข้าแล้ว {rows} แถว")


def test_the_owner_of_a_shop_sees_her_best_customers(
    new_page: NewPage, empty_company: str, books: Books, tasks: list[Task], pictures: Path | None
) -> None:
    page = new_page(is_signed_in=False)
    page.add_init_script(DIALS)
    hand = Hand(page, "shop owner", tasks, pictures=pictures)
    first = len(tasks)
    page.goto("/")
    with hand.task("sign in"):
        hand.write(empty_company)
        hand.press("Tab", then=page.locator("#id_password:focus"))
        hand.write(PASSWORD)
        hand.press("Enter", then=page.locator(".guide .drop-zone"))
    with hand.task("customers in"):
        bring_in(hand, books.customers, books.customer_count)
    with hand.task("sales in"):
        hand.click(page.get_by_role("link", name="นำเข้ายอดขาย"), then=page.locator(".drop-zone"))
        bring_in(hand, books.sales, books.line_count)
    best = page.locator("table a", has_text=books.best).first
    with hand.task("see the best customers"):
        hand.click(page.get_by_role("link", name="ดูลูกค้าที่ซื้อมากที่สุด"), then=best)
    row = best.locator("xpath=ancestor::tr")
    expect(row.locator("td").first).to_have_text(re.compile(r"^\s*#?1\s*$"))  # the phone says “#1”
    expect(row).to_contain_text(f"฿{books.best_baht:,}.00")
    expect(page.locator("tr", has_text="เงินสด")).to_have_count(0)  # sold to nobody in particular
    with hand.task("open the best one and call"):
        call = page.locator(".likely a[href^='tel:']")
        hand.click(best, then=call)
        # Whoever dials finds the note of the call waiting.
        hand.click(call, then=page.locator("#composer textarea:focus"))
        expect(page.locator(".composer-tab[aria-current]")).to_contain_text("โทร")
    assert page.evaluate("window.dialled").startswith("tel:+66")
    page.goto("/imports/")
    with hand.task("take an import back"):
        row = page.locator("tr", has_text=books.sales.name)
        hand.click(row.get_by_role("button"), then=page.locator("#import-run"))
        hand.watch(page.locator("#import-run .say-ok", has_text="เลิกทำแล้ว"))
    cheap(tasks[first:])
    assert sum(one.person_seconds for one in tasks[first:]) < WHOLE_SHOP
    page.goto("/imports/")
    page.locator("tr", has_text=books.customers.name).get_by_role("button").click()
    page.locator("#import-run .say-ok", has_text="เลิกทำแล้ว").wait_for()


def test_the_sales_rep_notes_a_call_on_the_phone_and_plans_the_next(
    new_page: NewPage, site: Site, tasks: list[Task], pictures: Path | None
) -> None:
    member = f"rep{uuid4().hex[:8]}"
    page = new_page(size=PHONE, has_touch=True, is_mobile=True, member=member)
    page.add_init_script(DIALS)
    customer = plan_calls(site, f"{member}-th-light@samphan.example")
    hand = Hand(page, "sales rep, phone", tasks, pictures=pictures)
    first = len(tasks)
    page.goto("/")
    expect(page.locator(".day-next")).to_contain_text("ถามรอบส่งของ")  # the day begins there while something is due
    page.goto(f"/customers/{customer}/")
    with hand.task("what do I do next"):
        today = page.locator(".phone-bar [data-place=today]")
        hand.click(today, then=page.locator("#day-acts a[href^='tel:']"))
        expect(page.locator(".day-next")).to_contain_text("ถามรอบส่งของ")
        expect(page.locator(".day-why")).not_to_be_empty()
    with hand.task("call, note it, call again in three days"):
        hand.click(page.locator("#day-acts a[href^='tel:']"), then=page.locator("#call-text:focus"))
        hand.write("คุณแพรขอเลื่อนรับของเป็นวันศุกร์")
        again = page.locator(".call-note .choice", has_text="อีก 3 วัน")
        hand.click(again, then=page.get_by_role("button", name="บันทึกการโทร"))
        hand.click(
            page.get_by_role("button", name="บันทึกการโทร"), then=page.locator(".day-next", has_text="เสนอเมล็ดใหม่")
        )
    assert page.evaluate("window.dialled").startswith("tel:+66")
    page.goto(f"/customers/{customer}/")
    expect(page.locator("#timeline-stream")).to_contain_text("คุณแพรขอเลื่อนรับของเป็นวันศุกร์")
    with site.database() as connection:
        planned = connection.execute(
            "SELECT due_on - (now() AT TIME ZONE 'Asia/Bangkok')::date FROM work_task"
            " t JOIN administration_member m ON m.id = t.assignee_id JOIN administration_user u ON u.id = m.user_id"
            " WHERE u.email LIKE %s AND t.title = 'ถามรอบส่งของ' AND t.closed_at IS NULL",
            [f"{member}%"],
        ).fetchall()
    assert planned == [(3,)]
    cheap(tasks[first:])


def test_the_agent_finds_a_customer_by_half_a_line_name_and_notes_a_wish(
    new_page: NewPage, site: Site, tasks: list[Task], pictures: Path | None
) -> None:
    page = new_page(member="agent")
    line, name = _somebody_on_line(site)
    hand = Hand(page, "agent", tasks, pictures=pictures)
    first = len(tasks)
    page.goto("/today/")
    with hand.task("find by half a LINE name, read the story"):
        hand.press("Control+k", then=page.locator("#palette input:focus"))
        hit = page.locator("#palette-found .menu-item[aria-selected=true]", has_text=name)
        hand.write(line[: len(line) // 2 + 1], then=hit)
        hand.press("Enter", then=page.locator(".timeline-item").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    _story_is_told(page)
    with hand.task("note what the customer asked for, and where"):
        hand.press("p", then=page.locator("#write-preference:focus"))
        hand.write("ขอหมอนเพิ่มสองใบ")
        hand.press("Tab", then=page.locator("#write-source:focus"))
        hand.write("คุยทางไลน์")
        hand.press("Enter", then=page.locator("#remember", has_text="ขอหมอนเพิ่มสองใบ"))
    expect(page.locator("#record-preferences .preference", has_text="ขอหมอนเพิ่มสองใบ")).to_have_count(1)
    page.goto("/today/")
    with hand.task("open the customer again: it is offered"):
        hand.press("Control+k", then=page.locator("#palette .menu-item[aria-selected=true]", has_text=name))
        hand.press("Enter", then=page.locator("#remember", has_text="จำไว้ตอนบริการ"))
    expect(page.locator("#remember")).to_contain_text("ขอหมอนเพิ่มสองใบ")
    expect(page.locator("#timeline-stream")).to_contain_text("คุยทางไลน์")
    cheap(tasks[first:])


def _story_is_told(page: Page) -> None:
    """The newest entries stand in the window as it opens, newest first."""
    entries = page.locator(".timeline-item")
    for entry in (entries.nth(0), entries.nth(1)):
        expect(entry).to_be_in_viewport()
    times = page.locator(".timeline-item time").evaluate_all("all => all.map((one) => one.getAttribute('datetime'))")
    assert len(times) > 1
    assert times == sorted(times, reverse=True)


def _somebody_on_line(site: Site) -> tuple[str, str]:
    """LINE id and name of a customer whose LINE id begins like nobody else's."""
    with site.database() as connection:
        row = connection.execute(
            "SELECT i.value, c.first_name || ' ' || c.last_name FROM customers_identity i"
            " JOIN customers_customer c ON c.id = i.customer_id"
            " WHERE i.kind = 'line' AND c.first_name <> '' AND c.order_count > 20 AND i.value ~ '^[^0-9]{12,}$'"
            " AND NOT EXISTS (SELECT 1 FROM customers_preference p WHERE p.customer_id = c.id AND p.text = 'ขอหมอนเพิ่มสองใบ')"
            " AND NOT EXISTS (SELECT 1 FROM customers_identity o WHERE o.kind = 'line' AND o.id <> i.id"
            " AND left(o.value, length(i.value) / 2 + 1) = left(i.value, length(i.value) / 2 + 1))"
            " ORDER BY c.order_count DESC, i.value LIMIT 1"
        ).fetchone()
    assert row is not None
    return row[0], row[1]
