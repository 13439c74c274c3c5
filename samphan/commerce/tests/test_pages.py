"""The lists of orders and products, their records, and what stands on a customer's record."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration import actions as administration
from samphan.administration.models import Member, SystemViewer, Workspace
from samphan.commerce import actions, panels, queries
from samphan.commerce.fields import ORDERS, PRODUCTS
from samphan.commerce.models import Order, OrderLine
from samphan.commerce.tests.conftest import START
from samphan.customers import timeline
from samphan.customers.models import Customer
from samphan.platform import lists
from samphan.platform.lists import ListState

Place = Callable[..., Order]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = ("/orders/", "/products/")


def page_of(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


@pytest.fixture
def clerk(workspace: Workspace) -> Member:
    """Customer service: reads no amounts."""
    return administration.create_member(
        workspace, email="aom@doimok.example", name="ออม", roles=["service"], password="กาแฟดอยหมอก-2569"
    )


def test_an_empty_shop_is_told_what_to_do(signed_in: Client) -> None:
    for address in PAGES:
        assert "empty-title" in page_of(signed_in, address)


def test_lists_orders_with_their_sum(signed_in: Client, prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("2", "1500.25")])
    place("SO-2", None, [("1", "99.5")])
    place("C-1", prae, [("-1", "100")])
    html = page_of(signed_in, "/orders/")
    for words in ("SO-1", "พิมพ์ลดา", "฿3,000.50", "−฿100.00", "฿3,000.00"):
        assert words in html


def test_sums_what_the_filters_leave(signed_in: Client, prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "700")])
    place("SO-2", None, [("1", "99")])
    html = page_of(signed_in, "/orders/?f=total:at_least:500")
    assert "SO-1" in html
    assert "SO-2" not in html
    assert "฿700.00</span>" in html


def test_the_filter_builder_of_orders_takes_a_date_as_people_type_it(signed_in: Client) -> None:
    response = signed_in.get("/orders/filters/?q=SO&field=ordered_at&operator=on&value=21/11/2569&apply=1")
    assert response.status_code == 302
    assert response["Location"] == "/orders/?f=ordered_at:on:2026-11-21&q=SO"
    menu = page_of(signed_in, "/orders/filters/")
    assert "field=total" in menu
    assert "field=customer_id" not in menu


@pytest.mark.parametrize(
    "query",
    ["f=total:at_least:lots", "sort=shoe", "cursor=zzz", "f=customer_id:is:nobody", "where=%00"],
)
def test_what_it_cannot_read_does_not_break_the_list(
    signed_in: Client, prae: Customer, place: Place, query: str
) -> None:
    place("SO-1", prae, [("1", "700")])
    assert signed_in.get(f"/orders/?{query}", follow=True).status_code == 200


def test_searches_orders_by_number_and_products_by_name(
    signed_in: Client, prae: Customer, place: Place, system: SystemViewer
) -> None:
    place("SO-77", prae, [("1", "700")])
    place("XX-1", prae, [("1", "700")])
    html = page_of(signed_in, "/orders/?q=so-7")
    assert "SO-77" in html
    assert "XX-1" not in html
    actions.create_product(sku="CF-01", name="ดอยหมอกเบลนด์ คั่วกลาง", acting_member=system)
    assert "CF-01" in page_of(signed_in, "/products/?q=" + quote("คั่วกลาง"))
    assert "CF-01" not in page_of(signed_in, "/products/?q=" + quote("คั่วเข้ม"))


def test_a_second_page_comes_as_rows(signed_in: Client, prae: Customer, inside: Workspace) -> None:
    Order.objects.bulk_create(
        [Order(workspace=inside, number=f"N-{index:03}", customer=prae, ordered_at=START) for index in range(60)]
    )
    html = page_of(signed_in, "/orders/")
    assert html.count("<tr data-row") == 50
    more = re.search(r'id="order-pager"[^>]*><a[^>]*href="([^"]+)"', html)
    assert more
    rows = page_of(signed_in, more[1].replace("&amp;", "&"), **{"HX-Request": "true", "HX-Target": "order-rows"})
    assert rows.count("<tr data-row") == 10
    assert "<html" not in rows


def test_an_order_reads_like_paper(signed_in: Client, prae: Customer, place: Place) -> None:
    order = place("SO-1", prae, [("2", "380"), ("-1", "120.555")])
    html = page_of(signed_in, f"/orders/{order.pk}/")
    for words in ("โรงคั่วดอยหมอก", "พิมพ์ลดา", "760.00", "(120.56)", "฿639.45", "หกร้อยสามสิบเก้าบาทสี่สิบห้าสตางค์"):
        assert words in html, words
    assert ">หน่วย</th>" not in html, "no column for what no line has"


def test_a_product_names_who_buys_it(signed_in: Client, prae: Customer, system: SystemViewer, place: Place) -> None:
    product = actions.create_product(
        sku="CF-01", name="ดอยหมอกเบลนด์", unit="ถุง", unit_price=Decimal(380), acting_member=system
    )
    order, anonymous = place("SO-1", prae, [("3", "380")]), place("SO-2", None, [("9", "380")])
    OrderLine.objects.filter(order__in=(order, anonymous)).update(product=product)
    html = page_of(signed_in, f"/products/{product.pk}/")
    assert html.index("พิมพ์ลดา") < html.index("ไม่ระบุลูกค้า"), "nobody in particular comes last, however much it is"
    # On the phone, where no heading stands above, the quantity has its unit.
    for words in ("พิมพ์ลดา", "฿1,140.00", "ถุง หักยอดคืนสินค้าแล้ว", "ถุง · 1 ครั้ง"):
        assert words in html
    paper = page_of(signed_in, f"/orders/{order.pk}/")
    assert ">หน่วย</th>" in paper and "3 ถุง × 380.00" in paper


def test_who_may_not_read_amounts_sees_none_anywhere(
    client: Client, clerk: Member, prae: Customer, place: Place, system: SystemViewer
) -> None:
    product = actions.create_product(sku="CF-01", name="เบลนด์", unit_price=Decimal("333"), acting_member=system)
    order = place("SO-1", prae, [("2", "333")])
    OrderLine.objects.filter(order=order).update(product=product)
    client.force_login(clerk.user, backend=BACKEND)
    for address in (
        "/orders/", "/orders/?columns=number,total,unit_price&sort=-total", "/orders/?f=total:at_least:1", "/products/",
        f"/orders/{order.pk}/", f"/products/{product.pk}/", f"/customers/{prae.pk}/?show=purchases",
    ):  # fmt: skip
        html = page_of(client, address)
        for amount in ("666", "333", "฿"):
            assert amount not in html, (address, amount)
    assert client.get("/insights/best-customers/").status_code == 403
    request: Any = RequestFactory().get("/")
    request.member = clerk
    assert panels.value_panel(request, prae) == ""


def test_another_company_finds_nothing(
    client: Client, stranger: Member, prae: Customer, place: Place, system: SystemViewer
) -> None:
    order = place("SO-1", prae, [("2", "333")])
    product = actions.create_product(sku="CF-01", name="เบลนด์", acting_member=system)
    client.force_login(stranger.user, backend=BACKEND)
    for address in (f"/orders/{order.pk}/", f"/products/{product.pk}/", f"/customers/{prae.pk}/purchases/"):
        assert client.get(address).status_code == 404
    assert "SO-1" not in page_of(client, "/orders/")


def test_lists_ask_the_same_few_questions_for_one_row_and_for_many(
    signed_in: Client, prae: Customer, place: Place
) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            page_of(signed_in, address)
        return len(asked)

    place("SO-1", prae, [("2", "333")])
    few = count("/orders/")
    for index in range(30):
        place(f"SO-A{index}", prae, [("1", "10")])
    assert count("/orders/") <= few
    assert few <= 16


def test_purchases_stand_on_the_timeline_with_their_first_lines(
    signed_in: Client, prae: Customer, place: Place
) -> None:
    place("SO-1", prae, [("1", "10")] * 7)
    for day in range(1, 14):
        place(f"SO-1{day}", prae, [("1", "10")], day=day)
    system = SystemViewer(prae.workspace_id)
    first = queries.purchases_of(prae.pk, system)
    assert [item.order.number for item in first][:2] == ["SO-113", "SO-112"]
    last = first[-1].order
    with CaptureQueriesContext(connection) as asked:
        second = queries.purchases_of(prae.pk, system, before=timeline.Place(last.ordered_at, last.pk))
    assert len(asked) == 2
    assert (second[-1].order.number, second[-1].more_lines) == ("SO-1", 3)
    assert not {item.order.pk for item in first} & {item.order.pk for item in second}
    html = page_of(signed_in, f"/customers/{prae.pk}/?show=purchases")
    assert "SO-113" in html
    found = page_of(signed_in, f"/customers/{prae.pk}/?q=SO-112")
    assert "SO-112" in found
    assert "SO-113" not in found


def test_the_value_panel_says_what_was_bought(owner: Member, prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("2", "600.25")])
    prae.refresh_from_db()
    request: Any = RequestFactory().get("/")
    request.member = owner
    html = str(panels.value_panel(request, prae))
    assert "฿1,200.50" in html
    assert html.count("<rect") == 24


SORTS = [
    (ORDERS, "commerce_order", "sort=-ordered_at"), (ORDERS, "commerce_order", "sort=ordered_at"),
    (ORDERS, "commerce_order", "sort=-total"), (ORDERS, "commerce_order", "sort=total"),
    (PRODUCTS, "commerce_product", "sort=name"), (PRODUCTS, "commerce_product", "sort=-name"),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "table", "query"), SORTS)
def test_every_sort_of_the_lists_is_a_range_of_an_index(
    inside: Workspace, system: SystemViewer, prae: Customer, place: Place, entity: Any, table: str, query: str
) -> None:
    place("SO-1", prae, [("1", "10")])
    place("SO-2", prae, [("1", "20")], day=1)
    for sku in ("A", "B"):
        actions.create_product(sku=sku, name=sku, acting_member=system)
    rows = apps.get_model(entity.model_label).objects.visible_to(system)
    state = ListState.parse(query, entity, system)
    when = {"now": timezone.now(), "zone": timezone.get_current_timezone()}
    first = lists.page(rows, replace(state, size=1), system, **when)
    with CaptureQueriesContext(connection) as asked:
        lists.page(rows, replace(state, cursor=first.next_cursor or ""), system, **when)
    with connection.cursor() as cursor:
        for switch in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            cursor.execute(f"SET LOCAL {switch} = off")
        statement = next(one["sql"] for one in asked if f'FROM "{table}"' in one["sql"])
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"))
        plan = "\n".join(line[0] for line in cursor.fetchall())
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "workspace_id" in condition
    assert "ROW(" in condition
    assert "Sort" not in plan
