"""The list of customers: state, rows, access, weight and plans."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import Member, Workspace
from samphan.customers import actions
from samphan.customers.models import Customer, Identity
from samphan.customers.reading import name_key
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.tenancy import in_workspace

HOUSEKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "set_config", "BEGIN", "COMMIT")


def names(html: str) -> list[str]:
    return re.findall(r"<span class=clip>([^<]+?)\s*<", html)


def many(workspace: Workspace, count: int) -> None:
    with in_workspace(workspace.id):
        customers = [
            Customer(
                workspace_id=workspace.id,
                first_name="สมชาย",
                last_name=f"ใจดี {index:04}",
                name=f"สมชาย ใจดี {index:04}",
                name_key=name_key(f"สมชาย ใจดี {index:04}"),
                grade="B",
                stage="regular",
                order_count=index % 30,
                total_spent=index * 7 % 5000,
            )
            for index in range(count)
        ]
        Customer.objects.bulk_create(customers)
        Identity.objects.bulk_create(
            Identity(workspace_id=workspace.id, customer=one, kind="phone", value=f"+668{index:08}")
            for index, one in enumerate(customers)
        )
        actions.refresh_search(one.pk for one in customers[:5])


def test_shows_customers_with_thai_names_phones_and_grades(signed_in: Client, prae: Customer) -> None:
    html = signed_in.get("/customers/").content.decode()
    assert "คุณพิมพ์ลดา อัครเดชากุล" in html
    assert "(แพร)" in html
    assert "081-234-5678" in html
    assert "เสี่ยงหาย" in html


def test_an_empty_company_is_led_to_its_first_customer(signed_in: Client, owner: Member) -> None:
    html = signed_in.get("/customers/").content.decode()
    assert 'href="/customers/new/"' in html
    assert "data-list" not in html


def test_the_address_holds_filters_order_and_columns(signed_in: Client, make_customer: MakeCustomer) -> None:
    make_customer(name="เอื้องฟ้า แก้วมณี", stage="regular")
    make_customer(name="กฤตเมธ ณ ลำพูน", stage="regular")
    make_customer(name="บริษัท บ้านริมคลอง จำกัด", stage="lost")
    html = signed_in.get("/customers/?f=stage:is:regular&sort=name&columns=stage,tags").content.decode()
    assert names(html) == ["คุณกฤตเมธ ณ ลำพูน", "คุณเอื้องฟ้า แก้วมณี"]
    assert "แท็ก" in html
    people = signed_in.get("/customers/?f=kind:is:organisation").content.decode()
    assert names(people) == ["บริษัท บ้านริมคลอง จำกัด"]


def test_sorts_names_as_a_thai_dictionary_does(signed_in: Client, make_customer: MakeCustomer) -> None:
    wanted = ["กา ก", "ก่า ก", "กาก ก", "เก ก", "ไก่ ก", "ขา ก", "เอก ก"]
    for name in reversed(wanted):
        make_customer(name=name)
    html = signed_in.get("/customers/?sort=name").content.decode()
    assert names(html) == [f"คุณ{name}" for name in wanted]
    backwards = signed_in.get("/customers/?sort=-name").content.decode()
    assert names(backwards) == [f"คุณ{name}" for name in reversed(wanted)]


def test_further_rows_come_by_cursor_and_each_once(signed_in: Client, workspace: Workspace, owner: Member) -> None:
    many(workspace, 120)
    html = signed_in.get("/customers/?sort=name").content.decode()
    seen = names(html)
    assert len(seen) == 50
    while found := re.search(r'id="customer-pager"[^>]*><a[^>]*href="([^"]+)"', html):
        html = signed_in.get(found[1].replace("&amp;", "&"), **htmx("customer-rows")).content.decode()
        assert "<html" not in html
        assert 'id="customer-pager" hx-swap-oob="true"' in html
        seen += names(html)
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen)


def test_a_page_of_fifty_is_light_and_takes_few_statements(
    signed_in: Client, workspace: Workspace, owner: Member
) -> None:
    many(workspace, 60)
    with in_workspace(workspace.id):
        # Rows as full as in a real company: every column of the list has something to say.
        Customer.objects.update(owner_id=owner.pk, last_order_at=timezone.now(), nickname="น้องแพร", title="นางสาว")
    signed_in.get("/customers/")
    with CaptureQueriesContext(connection) as queries:
        response = signed_in.get("/customers/?sort=-total_spent")
    assert len(names(response.content.decode())) == 50
    asked = [
        query["sql"]
        for query in queries
        if not query["sql"].startswith(HOUSEKEEPING) and "set_config" not in query["sql"]
    ]
    assert len(asked) <= 9, asked  # one of them for all counts of the shell
    assert len(response.content) < 60_000


SORTS = [
    "name",
    "-name",
    "-last_order_at",
    "last_order_at",
    "-total_spent",
    "-order_count",
    "-created_at",
    "created_at",
]


@pytest.fixture
def as_of_a_large_table(db: None) -> Iterator[None]:
    """Fresh rows have no statistics: the planner is told only what it would know of a large table."""
    ways = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
    with connection.cursor() as cursor:
        for way in ways:
            cursor.execute(f"SET {way} = off")
        yield
        for way in ways:
            cursor.execute(f"RESET {way}")


@pytest.mark.usefixtures("as_of_a_large_table")
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_read_from_its_index(signed_in: Client, workspace: Workspace, owner: Member, sort: str) -> None:
    many(workspace, 3000)
    scan = scan_of_second_page(signed_in, workspace, f"sort={sort}")
    assert "ROW(" in scan.get("Index Cond", "") or "id" in scan.get("Index Cond", "")


@pytest.mark.usefixtures("as_of_a_large_table")
def test_two_choices_at_once_are_read_from_their_own_index(signed_in: Client, workspace: Workspace) -> None:
    many(workspace, 3000)
    with in_workspace(workspace.id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET grade = CASE WHEN n % 5 = 0 THEN 'A' ELSE 'B' END,"
            " stage = CASE WHEN n % 3 = 0 THEN 'at_risk' ELSE 'new' END"
            " FROM (SELECT id AS one, row_number() OVER () AS n FROM customers_customer) AS numbered WHERE id = one"
        )
        # Among so few rows each of these costs the planner the same, and its statistics are those of other tests.
        cursor.execute("SET LOCAL ROLE samphan_owner")
        cursor.execute("DROP INDEX customer_by_stage, customer_by_grade, customer_by_last_order")
        cursor.execute("SET LOCAL ROLE samphan_app")
    scan = scan_of_second_page(signed_in, workspace, "f=stage:is:at_risk&f=grade:is:A")
    assert scan["Index Name"] == "customer_by_stage_and_grade"
    assert "Filter" not in scan or "stage" not in scan["Filter"]


def scan_of_second_page(signed_in: Client, workspace: Workspace, query: str) -> dict[str, Any]:
    """How the customers of the page behind the first one are read: in the order of an index as they stand there."""
    first = signed_in.get(f"/customers/?{query}").content.decode()
    found = re.search(r'id="customer-pager"[^>]*><a[^>]*href="([^"]+)"', first)
    assert found
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(found[1].replace("&amp;", "&"))
    page = next(query["sql"] for query in queries if "column_0" in query["sql"])
    with in_workspace(workspace.id), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + page.replace("%", "%%"), [])
        plan: Any = cursor.fetchone()[0]
    plan = plan if isinstance(plan, list) else json.loads(plan)
    # Subplans put the few phones of one row in order.
    walked = [node for node in nodes(plan[0]["Plan"]) if node.get("Parent Relationship") != "SubPlan"]
    scan = next(node for node in walked if node.get("Relation Name") == "customers_customer")
    assert not [node for node in walked[: walked.index(scan)] if "Sort" in node["Node Type"]]
    assert scan["Node Type"] in ("Index Scan", "Index Only Scan")
    return scan


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


@pytest.mark.parametrize(
    "query",
    [
        "columns=name,phone",
        "f=phone:contains:081",
        "f=email:is_known",
        "f=birth_date:month_is:12",
        "sort=phone",
        "q=0812345678",
        "q=pimlada",
    ],
)
def test_who_may_not_see_phones_neither_sees_nor_finds_them(
    client: Client, prae: Customer, onlooker: Member, query: str
) -> None:
    html = sign_in(client, onlooker).get(f"/customers/?{query}").content.decode()
    assert "081-234-5678" not in html
    assert "pimlada@example.com" not in html
    assert "14/12" not in html
    # Not found by what is hidden; a dropped filter says so and leaves everybody.
    assert names(html) == ([] if query.startswith("q=") else ["คุณพิมพ์ลดา อัครเดชากุล"])
    assert "class=select" not in html


def test_an_onlooker_finds_people_by_name(client: Client, prae: Customer, onlooker: Member) -> None:
    html = sign_in(client, onlooker).get("/customers/", {"q": "อัครเดชา"}).content.decode()
    assert names(html) == ["คุณพิมพ์ลดา อัครเดชากุล"]


def test_finds_by_any_fragment(signed_in: Client, prae: Customer, make_customer: MakeCustomer) -> None:
    make_customer(name="กฤตเมธ ณ ลำพูน", phone="089-111-2222")
    for text in ("ครเดชา", "แพร", "234-5678", "pimlada", "prae.a"):
        assert names(signed_in.get("/customers/", {"q": text}).content.decode()) == ["คุณพิมพ์ลดา อัครเดชากุล"], text


def test_another_company_sees_nothing(client: Client, prae: Customer, stranger: Member) -> None:
    sign_in(client, stranger)
    assert "พิมพ์ลดา" not in client.get("/customers/").content.decode()
    for path in (
        "",
        "quick/",
        "fields/nickname/",
        "fields/nickname/edit/",
        "fields/nickname/history/",
        "contact-points/",
        "addresses/",
    ):
        assert client.get(f"/customers/{prae.pk}/{path}").status_code == 404, path
    assert client.post("/customers/deletion/", {"ids": [str(prae.pk)]}).status_code == 302
    with in_workspace(prae.workspace_id):
        prae.refresh_from_db()
        assert prae.deleted_at is None


def test_strangers_are_asked_to_sign_in(client: Client, prae: Customer) -> None:
    for path in ("", "new/", f"{prae.pk}/", "deleted/", "filters/", "columns/"):
        assert client.get(f"/customers/{path}").status_code == 302


def test_the_filter_builder_adds_changes_and_refuses(signed_in: Client, prae: Customer, salesperson: Member) -> None:
    assert "stage" in signed_in.get("/customers/filters/", **htmx()).content.decode()
    step = signed_in.get("/customers/filters/?field=owner&operator=is_any_of", **htmx()).content.decode()
    assert "บอย" in step
    built = signed_in.get(
        "/customers/filters/?f=grade:is:A&field=stage&operator=is_any_of&value=lost&value=at_risk&apply=1"
    )
    assert built.status_code == 302
    assert built["Location"] == "/customers/?f=grade:is:A&f=stage:is_any_of:lost,at_risk"
    changed = signed_in.get("/customers/filters/?f=grade:is:A&edit=0&field=grade&operator=is&value=B&apply=1", **htmx())
    assert changed["HX-Redirect"] == "/customers/?f=grade:is:B"
    day = signed_in.get("/customers/filters/?field=birth_date&operator=on&value=14+ธ.ค.+2532&apply=1")
    assert day["Location"] == "/customers/?f=birth_date:on:1989-12-14"
    wrong = signed_in.get("/customers/filters/?field=total_spent&operator=at_least&value=มาก&apply=1", **htmx())
    assert wrong.status_code == 200
    assert "form-error" in wrong.content.decode()


def test_the_list_s_own_pages_work_alone_and_lead_back(signed_in: Client, prae: Customer) -> None:
    asked = "sort=name&f=grade%3Ais%3AA"
    for path in ("columns/?", "sorting/?", "filters/?", "filters/?field=stage&"):
        html = signed_in.get(f"/customers/{path}{asked}").content.decode()
        back = re.search(r'<nav class="crumbs".*?href="/customers/\?([^"]+)"', html)
        assert back, path
        assert set(back[1].split("&amp;")) == {"sort=name", "f=grade:is:A"}
        # What the steps of the filter put in place of each other stands on the page, too.
        assert html.count('id="filter-builder"') == path.startswith("filters"), path


def test_a_search_leaves_the_count_of_its_view(signed_in: Client, make_customer: MakeCustomer) -> None:
    for name, grade in (("พิมพ์ลดา", "A"), ("ก้องภพ", "B"), ("สุธาสินี", "B")):
        make_customer(name=name, grade=grade)
    tab = '<span class="tab-count" id="tab-count-all"'
    assert f"{tab}>3</span>" in signed_in.get("/customers/").content.decode()
    found = signed_in.get("/customers/?f=grade:is:A").content.decode()
    assert "1 ราย" in found
    assert f"{tab}></span>" in found
    counts = signed_in.get("/customers/views/counts/?f=grade:is:A").content.decode()
    assert f'{tab} hx-swap-oob="true">3</span>' in counts


def test_columns_are_chosen_in_an_order(signed_in: Client, prae: Customer) -> None:
    answer = signed_in.get("/customers/columns/?sort=name&c=tags&c=phone&c=name&c=nothing")
    assert answer["Location"] == "/customers/?columns=name,tags,phone&sort=name"


@pytest.mark.parametrize("query", ["cursor=x", "f=", "where={", "sort=%00", "columns=%FF", "view=x", "q=" + "ก" * 5000])
def test_a_damaged_address_still_shows_the_list(signed_in: Client, prae: Customer, query: str) -> None:
    assert signed_in.get(f"/customers/?{query}").status_code == 200
