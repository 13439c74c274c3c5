"""Best customers: the curve, the shares, the grades, and the people behind them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from samphan.administration import actions as administration
from samphan.administration import after_imports
from samphan.administration.models import Member, SystemViewer, Workspace
from samphan.commerce import actions as commerce
from samphan.commerce.tests import online_retail
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.insights import actions, metrics, queries
from samphan.insights.charts import share_of
from samphan.insights.periods import ALL_TIME, Period, named, parse
from samphan.insights.queries import Summary
from samphan.insights.views.best_customers import Links
from samphan.platform import lists
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.lists import ListState
from samphan.platform.thai.collation import sort_key

BANGKOK = ZoneInfo("Asia/Bangkok")
PAGE = "/insights/best-customers/"
Buy = Callable[..., Customer]


@pytest.fixture
def buy(inside: Workspace, system: SystemViewer) -> Buy:
    """buy("แพร", "500", "300"): a customer with an order for each amount; None for nobody."""
    numbers = iter(range(10_000))

    def _buy(name: str | None, *amounts: str, at: datetime = datetime(2026, 5, 1, tzinfo=UTC)) -> Customer:
        customer = None
        if name is not None:
            customer = Customer.objects.filter(name=name).first() or Customer.objects.create(
                workspace=inside, name=name, name_key=sort_key(name)
            )
        for amount in amounts:
            lines = [commerce.Line(Decimal(1 if Decimal(amount) >= 0 else -1), abs(Decimal(amount)))]
            commerce.create_order(
                number=f"N-{next(numbers)}", ordered_at=at, lines=lines, acting_member=system,
                customer_id=customer.pk if customer else None,
            )  # fmt: skip
        return customer  # type: ignore[return-value]

    return _buy


def summary_of(workspace: Workspace, period: Period = ALL_TIME) -> Summary:
    return queries.best_customers(SystemViewer(workspace.id), period, BANGKOK)


def grades(summary: Summary) -> dict[str, tuple[int, Decimal]]:
    return {band.grade: (band.customers, band.sales) for band in summary.bands}


def test_grades_follow_the_cumulative_share(inside: Workspace, buy: Buy) -> None:
    for name, amount in (("ก", "500"), ("ข", "200"), ("ค", "100"), ("ง", "100"), ("จ", "60"), ("ฉ", "40")):
        buy(name, amount)
    summary = summary_of(inside)
    assert grades(summary) == {"A": (1, 500), "B": (3, 400), "C": (1, 60), "D": (1, 40)}
    assert (summary.top_customers, summary.top_sales, summary.top_share) == (2, 700, Decimal("0.7"))


def test_customers_of_the_same_sum_share_point_and_grade(inside: Workspace, buy: Buy) -> None:
    for index in range(10):
        buy(f"คน {index}", "100")
    summary = summary_of(inside)
    assert grades(summary) == {"A": (10, 1000)}
    assert [(point.customers, point.sales) for point in summary.points] == [(10, 1000)]
    assert (summary.top_customers, summary.top_sales) == (2, 200)


def test_the_parts_add_up_to_all_orders(inside: Workspace, buy: Buy, system: SystemViewer) -> None:
    buy("แพร", "500", "-100")
    buy("คืนอย่างเดียว", "-70")
    buy(None, "1000", "-30")
    gone = buy("ลบแล้ว", "45")
    Customer.objects.filter(pk=gone.pk).update(deleted_at=datetime.now(UTC))
    summary = summary_of(inside)
    assert (summary.customers, summary.known_sales) == (1, 400)
    assert (summary.returning_customers, summary.returning_sales) == (1, -70)
    assert (summary.anonymous_orders, summary.anonymous_sales) == (2, 970)
    assert (summary.deleted_sales, summary.all_orders, summary.all_sales) == (45, 6, 1345)


def test_a_period_counts_its_own_orders_and_days_of_the_workspace(inside: Workspace, buy: Buy) -> None:
    late = datetime(2026, 4, 30, 18, 0, tzinfo=UTC)  # 1 May in Bangkok
    buy("แพร", "500", at=late)
    buy("บอย", "300", at=datetime(2026, 4, 30, 16, 0, tzinfo=UTC))
    may = summary_of(inside, parse("custom", "1/5/2569", "31/5/2569", datetime(2026, 6, 1, tzinfo=UTC).date())[0])
    assert (may.customers, may.known_sales, may.best[0].orders) == (1, 500, 1)
    assert summary_of(inside).known_sales == 800


def test_reads_periods_as_people_type_them() -> None:
    today = datetime(2026, 11, 21, tzinfo=UTC).date()
    assert named("year", today).key == "2025-11-22~2026-11-21"
    assert named("this_year", today).key == "2026-01-01~2026-11-21"
    assert parse("custom", "31/12/2569", "1/1/2569", today)[0].key == "2026-01-01~2026-12-31"
    period, problem = parse("custom", "31/2/2569", "", today)
    assert period.is_all_time
    assert problem
    assert parse("nonsense", "", "", today) == (ALL_TIME, "")


def test_a_summary_that_took_long_is_kept_and_says_when_it_is_old(
    inside: Workspace, buy: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "KEEP_FROM_SECONDS", 0)
    buy("แพร", "500")
    assert not summary_of(inside).is_stale
    with CaptureQueriesContext(connection) as asked:
        kept = summary_of(inside)
    assert not kept.is_stale
    assert not [query for query in asked if "commerce_order" in query["sql"]]
    buy("บอย", "400")
    assert summary_of(inside).is_stale
    assert summary_of(inside).known_sales == 500
    actions.refresh_summaries(inside.id, BANGKOK)
    assert not summary_of(inside).is_stale
    assert summary_of(inside).known_sales == 900


def test_grades_are_written_as_one_act_and_taken_back(inside: Workspace, buy: Buy, owner: Member) -> None:
    best, middle, nobody = buy("ก", "800"), buy("ข", "150"), buy("ค", "50")
    idle = Customer.objects.create(workspace=inside, name="ไม่เคยซื้อ", grade="B")
    act, changed = actions.apply_grades(ALL_TIME, BANGKOK, acting_member=owner)
    assert changed == 3

    def now() -> list[str]:
        return [Customer.objects.get(pk=person.pk).grade for person in (best, middle, nobody, idle)]

    assert now() == ["A", "C", "D", "B"]
    assert Customer.objects.get(pk=best.pk).sources["grade"][0] == f"member:{owner.id}"
    assert actions.apply_grades(named("this_year", datetime.now(UTC).date()), BANGKOK, acting_member=owner)[1] == 0
    undo_changeset(act, member_id=owner.id)
    assert now() == ["", "", "", "B"]


def test_no_grades_without_sales(inside: Workspace, owner: Member) -> None:
    with pytest.raises(actions.NobodyBought):
        actions.apply_grades(ALL_TIME, BANGKOK, acting_member=owner)


def test_the_page_shows_figures_curve_grades_and_people(signed_in: Client, buy: Buy) -> None:
    buy("พิมพ์ลดา", "5000")
    buy("กฤษณ์", "200")
    buy(None, "99")
    for period in ("all", "year", "this_year", "custom&first=1/1/2569&last=31/12/2569"):
        html = signed_in.get(f"{PAGE}?period={period}").content.decode()
        for words in ("พิมพ์ลดา", "฿5,000.00", "฿5,299", "96.2%", 'id="pareto-option"', "grade-a"):
            assert words in html, (period, words)


def test_the_page_of_an_empty_company_says_what_it_is_for(signed_in: Client) -> None:
    html = signed_in.get(PAGE).content.decode()
    assert "empty-title" in html
    assert 'id="pareto"' not in html
    assert signed_in.get(PAGE + "?period=custom&first=x&last=99/99/99").status_code == 200


def test_every_point_and_grade_opens_exactly_its_people(
    signed_in: Client, inside: Workspace, buy: Buy, system: SystemViewer
) -> None:
    for index in range(12):
        buy(f"คน {index}", str(Decimal(2) ** index + Decimal("0.005")))
    summary = summary_of(inside)
    links = Links(ALL_TIME)

    def behind(address: str) -> int:
        state = ListState.parse(urlsplit(address).query, CUSTOMERS, system)
        assert not state.notices
        rows: Any = Customer.objects.visible_to(system)
        return lists.narrow(rows, state, system, now=datetime.now(UTC), zone=BANGKOK).count()  # type: ignore[no-any-return]

    for point in summary.points:
        assert behind(links.at_least(point.from_amount)) == point.customers
    for band in summary.bands:
        assert behind(links.at_least(band.from_amount, band.below_amount)) == band.customers
    year = Links(named("this_year", datetime(2026, 12, 31, tzinfo=UTC).date()))
    band = summary.bands[1]
    address = year.at_least(band.from_amount, band.below_amount)
    assert parse_qs(urlsplit(address).query)["period"] == ["this_year"]
    html = signed_in.get(address).content.decode()
    assert html.count('data-phone="title"') == band.customers


def test_pressing_the_button_writes_the_grades_and_offers_to_undo(signed_in: Client, buy: Buy, owner: Member) -> None:
    best = buy("พิมพ์ลดา", "5000")
    response = signed_in.post(PAGE + "grades/", {"period": "all"}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert "undo" in response.headers["HX-Trigger"]
    assert Customer.objects.get(pk=best.pk).grade == "A"


def test_who_may_not_read_amounts_may_not_look(client: Client, workspace: Workspace, buy: Buy) -> None:
    buy("พิมพ์ลดา", "5000")
    clerk = administration.create_member(
        workspace, email="aom@doimok.example", name="ออม", roles=["service"], password="กาแฟดอยหมอก-2569"
    )
    client.force_login(clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (PAGE, PAGE + "people/?at_least=1"):
        assert client.get(address).status_code == 403
    assert client.post(PAGE + "grades/", {"period": "all"}).status_code == 403


def test_another_company_sees_its_own_emptiness(client: Client, stranger: Member, buy: Buy) -> None:
    buy("พิมพ์ลดา", "5000")
    client.force_login(stranger.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get(PAGE).content.decode()
    assert "พิมพ์ลดา" not in html
    assert "5,000" not in html


def test_a_page_is_a_handful_of_statements(signed_in: Client, buy: Buy) -> None:
    buy("พิมพ์ลดา", "5000")
    signed_in.get(PAGE)  # what a process keeps of the company's settings is read by its first page
    with CaptureQueriesContext(connection) as asked:
        signed_in.get(PAGE)
    assert len(asked) <= 21


def test_every_number_has_one_definition() -> None:
    names = [metric.name for metric in metrics.METRICS]
    assert len(names) == len(set(names))
    for metric in metrics.METRICS:
        assert str(metric.numerator)
        assert metric.definition


@pytest.mark.shared
@pytest.mark.parametrize("lines", [40_000, pytest.param(online_retail.LINES, marks=pytest.mark.long)])
def test_the_curve_equals_a_plain_computation_on_online_retail(inside: Workspace, shared: Path, lines: int) -> None:
    read = online_retail.read(shared, lines)
    online_retail.load(read, inside.id)
    table = read.to_pydict()
    orders: dict[tuple[Any, Any], Decimal] = {}
    for invoice, customer, quantity, price in zip(
        table["InvoiceNo"], table["CustomerID"], table["Quantity"], table["UnitPrice"], strict=True
    ):
        amount = Decimal(str(quantity)) * Decimal(str(price))
        orders[invoice, customer] = orders.get((invoice, customer), Decimal(0)) + amount
    sums: dict[Any, Decimal] = {}
    for (_invoice, customer), total in orders.items():
        total = total.quantize(Decimal("0.000001"), ROUND_HALF_UP)
        sums[customer] = sums.get(customer, Decimal(0)) + total
    anonymous = sums.pop(None, Decimal(0))
    amounts = sorted((amount for amount in sums.values() if amount > 0), reverse=True)

    summary = summary_of(inside)
    assert (summary.all_sales, summary.all_orders) == (sum(sums.values()) + anonymous, len(orders))
    if lines == online_retail.LINES:
        assert summary.all_sales == Decimal(online_retail.SUM)
        assert (summary.all_orders, len(sums)) == (online_retail.INVOICES, online_retail.CUSTOMERS)
    assert (summary.customers, summary.known_sales) == (len(amounts), sum(amounts))
    assert summary.anonymous_sales == anonymous
    assert summary.deleted_sales == 0
    assert summary.returning_sales == sum(amount for amount in sums.values() if amount < 0)
    assert queries.POINTS * 3 // 4 <= len(summary.points) <= queries.POINTS
    for point in summary.points:
        behind = [amount for amount in amounts if amount >= point.from_amount]
        assert (point.customers, point.sales) == (len(behind), sum(behind))
    shares = [share_of(summary, point) for point in summary.points]
    assert shares == sorted(shares)
    assert shares[-1] == (100, 100)
    assert sum(band.sales for band in summary.bands) == summary.known_sales
    assert sum(band.customers for band in summary.bands) == summary.customers
    top = amounts[: -(-len(amounts) // 5)]
    assert (summary.top_customers, summary.top_sales) == (len(top), sum(top))
    whole = summary_of(inside, Period("custom", datetime(2009, 1, 1, tzinfo=UTC).date()))
    assert (whole.points, whole.bands, whole.all_sales) == (summary.points, summary.bands, summary.all_sales)


def test_leads_on_to_the_best_customers_when_orders_came_in(owner: Member) -> None:
    step = after_imports.next_step("orders", owner)
    assert step is not None
    assert (str(step.label), reverse(step.url_name)) == ("ดูลูกค้าที่ซื้อมากที่สุด", PAGE)


def test_leads_nobody_to_sales_that_they_may_not_see(workspace: Workspace) -> None:
    agent = administration.create_member(workspace, email="pui@doimok.example", name="ปุ้ย", roles=["service"])
    assert after_imports.next_step("orders", agent) is None
