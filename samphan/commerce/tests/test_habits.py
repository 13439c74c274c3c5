"""What a customer buys most, where and when: the statement says what a plain walk over the orders says."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samphan.administration.models import SystemViewer, Workspace
from samphan.commerce import actions, habits
from samphan.commerce.models import Habit, Order, OrderLine, Product
from samphan.commerce.tests.conftest import START, make_customer
from samphan.customers import traits
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.platform.changes.recording import changeset
from samphan.platform.thai.collation import sort_key

Place = Callable[..., Order]
BANGKOK = ZoneInfo("Asia/Bangkok")


def habit_of(customer: Customer) -> Habit | None:
    traits.refresh(habits.TRAITS, [customer.pk], customer.workspace)
    return Habit.objects.filter(pk=customer.pk).first()


def test_what_where_and_when_with_the_counts_that_give_the_reason(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")], channel="LINE")  # Saturday 10 January 2026, 10:00
    place("SO-2", prae, [("5", "100"), ("1", "10")], channel="หน้าร้าน", day=3)
    place("SO-3", prae, [("1", "100")], channel="LINE", day=21)  # a Saturday
    kept = habit_of(prae)
    assert kept is not None
    assert (kept.favourite_product, kept.favourite_product_count, kept.purchase_count) == ("กาแฟ 1", 3, 3)
    assert (kept.favourite_channel, kept.favourite_channel_count, kept.first_channel) == ("LINE", 2, "LINE")
    assert (kept.favourite_weekday, kept.favourite_weekday_count) == (6, 2)
    assert (kept.favourite_hour, kept.favourite_hour_count, kept.timed_count) == (10, 3, 3)
    assert kept.days_between_purchases == Decimal("10.5")


def test_days_without_a_time_say_nothing_about_the_hour(prae: Customer, system: SystemViewer) -> None:
    actions.create_order(
        number="SO-1", customer_id=prae.pk, ordered_at=datetime.combine(START.date(), time(), BANGKOK),
        lines=[actions.Line(Decimal(1), Decimal(10), sku="A")], acting_member=system,
    )  # fmt: skip
    kept = habit_of(prae)
    assert kept is not None
    assert (kept.favourite_hour, kept.timed_count, kept.favourite_weekday) == (None, 0, 6)
    assert (kept.days_between_purchases, kept.favourite_channel) == (None, "")


def test_whoever_bought_nothing_has_no_habits(
    prae: Customer, krit: Customer, place: Place, system: SystemViewer
) -> None:
    assert habit_of(krit) is None
    order = place("SO-1", prae, [("1", "100")])
    place("C-1", krit, [("-1", "100")])  # a credit is no purchase
    assert habit_of(prae) is not None
    assert habit_of(krit) is None
    actions.delete_order(order, acting_member=system)
    assert habit_of(prae) is None


def test_a_second_look_writes_nothing(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")])
    assert traits.refresh(habits.TRAITS, [prae.pk], prae.workspace) == [prae.pk]
    assert traits.refresh(habits.TRAITS, [prae.pk], prae.workspace) == []
    assert traits.differing(habits.TRAITS, [prae.pk], prae.workspace) == []


def test_a_proof_finds_what_is_wrong_and_what_is_missing(prae: Customer, krit: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")], channel="LINE")
    place("SO-2", krit, [("1", "100")])
    traits.refresh(habits.TRAITS, [prae.pk], prae.workspace)
    Habit.objects.update(favourite_channel="TikTok")
    assert set(traits.differing(habits.TRAITS, [prae.pk, krit.pk], prae.workspace)) == {prae.pk, krit.pk}


def test_the_fields_are_read_through_the_catalogue(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")], channel="LINE")
    habit_of(prae)
    seen = CUSTOMERS.in_workspace(prae.workspace_id)
    blank = {"days_between_purchases", "favourite_category"}
    with connection.cursor() as cursor:
        for field in habits.FIELDS:
            assert seen.field(field.name) == field
            cursor.execute(f"SELECT {field.sql} FROM customers_customer WHERE id = %s", [prae.pk])
            assert (cursor.fetchone()[0] in (None, "")) == (field.name in blank)
    with translation.override("en"):
        assert seen.field("favourite_weekday").choice_label("6") == "Saturday"


# The same by a walk over plain rows


@dataclass(frozen=True)
class Bought:
    """A purchase as it is generated: minutes after the start, where, and (product, quantity) of each line."""

    minutes: int
    channel: str
    lines: tuple[tuple[int, int], ...]


def expected(orders: Sequence[Bought], names: Sequence[str]) -> dict[str, Any] | None:
    """The habits by their definitions, order by order; products are numbered, the last number stands for none."""
    bought = [one for one in orders if sum(quantity for _p, quantity in one.lines) >= 0]
    if not bought:
        return None
    local = {one: (START + timedelta(minutes=one.minutes)).astimezone(BANGKOK) for one in bought}

    def most(counts: Counter[Any], rank: Callable[[Any], tuple[Any, ...]]) -> tuple[Any, int]:
        best = max(counts, key=lambda value: (counts[value], *rank(value)), default=None)
        return best, counts[best] if best is not None else 0

    def latest(has: Callable[[Bought], bool]) -> int:
        return max(one.minutes for one in bought if has(one))

    products: Counter[int] = Counter()
    amounts: Counter[int] = Counter()
    for one in bought:
        products.update({product for product, quantity in one.lines if quantity > 0})
        for product, quantity in one.lines:
            amounts[product] += max(quantity, 0)
    product = most(
        products,
        lambda p: (amounts[p], latest(lambda one: any(q == p and n > 0 for q, n in one.lines)), Reversed(names[p])),
    )
    channels = Counter(one.channel for one in bought if one.channel)
    weekdays = Counter(local[one].isoweekday() for one in bought)
    timed = [one for one in bought if local[one].time() != time()]
    hours = Counter(local[one].hour for one in timed)
    days = sorted({local[one].date() for one in bought})
    gap = Decimal((days[-1] - days[0]).days) / (len(days) - 1) if len(days) > 1 else None
    weekday = most(weekdays, lambda w: (latest(lambda one: local[one].isoweekday() == w), -w))
    hour = most(hours, lambda h: (max(one.minutes for one in timed if local[one].hour == h), -h))
    channel = most(channels, lambda c: (latest(lambda one: one.channel == c), Reversed(c)))
    first = min((one for one in bought if one.channel), key=lambda one: one.minutes, default=None)
    return {
        "purchase_count": len(bought),
        "favourite_product": names[product[0]] if product[0] is not None else "",
        "favourite_product_count": product[1],
        "favourite_channel": channel[0] or "",
        "favourite_channel_count": channel[1],
        "first_channel": first.channel if first else "",
        "favourite_weekday": weekday[0],
        "favourite_weekday_count": weekday[1],
        "favourite_hour": hour[0],
        "favourite_hour_count": hour[1],
        "timed_count": len(timed),
        "days_between_purchases": gap.quantize(Decimal("0.1"), ROUND_HALF_UP) if gap is not None else None,
    }


class Reversed:
    """A text that is the larger, the earlier it stands in byte order."""

    def __init__(self, text: str) -> None:
        self.text = text.encode()

    def __lt__(self, other: "Reversed") -> bool:
        return self.text > other.text


PURCHASES = st.lists(
    st.builds(
        Bought,
        # Some at midnight of Bangkok (17:00 UTC, fourteen hours after the start).
        minutes=st.one_of(st.integers(0, 40 * 1440), st.integers(0, 30).map(lambda day: 14 * 60 + day * 1440)),
        channel=st.sampled_from(["", "LINE", "หน้าร้าน", "Shopee"]),
        lines=st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 3).filter(bool)), max_size=4).map(tuple),
    ),
    max_size=8,
    unique_by=lambda one: one.minutes,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PURCHASES, st.data())
def test_the_statement_says_what_a_walk_over_the_orders_says(
    inside: Workspace, orders: list[Bought], data: st.DataObject
) -> None:
    names = ["กาแฟดริป", "ชาเขียว", "Mug", "นมข้าวโอ๊ต"]
    with changeset("test"):
        customer = make_customer(inside, "พิมพ์ลดา")
        products = [
            Product.objects.create(workspace=inside, sku=f"{customer.pk}-{i}", name=name, name_key=sort_key(name))
            for i, name in enumerate(names)
        ]
        made = [place_one(inside, customer.pk, one, products) for one in orders]
    check(customer, orders, names)
    # Then some orders go, and what is kept follows.
    gone = data.draw(st.sets(st.sampled_from(range(len(orders))), max_size=3)) if orders else set()
    with changeset("test"):
        for index in gone:
            OrderLine.objects.filter(order=made[index]).delete()
            made[index].delete()
    check(customer, [one for index, one in enumerate(orders) if index not in gone], names)


def place_one(workspace: Workspace, customer_id: UUID, one: Bought, products: list[Product]) -> Order:
    order = Order.objects.create(
        workspace=workspace, customer_id=customer_id, channel=one.channel, number=f"{customer_id}-{one.minutes}",
        ordered_at=(START + timedelta(minutes=one.minutes)).astimezone(UTC),
        total=sum(quantity for _product, quantity in one.lines),
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(
            workspace=workspace, order=order, position=place, product=products[product], quantity=quantity, unit_price=1
        )
        for place, (product, quantity) in enumerate(one.lines)
    )
    return order


def check(customer: Customer, orders: Sequence[Bought], names: Sequence[str]) -> None:
    kept, wanted = habit_of(customer), expected(orders, names)
    if wanted is None:
        assert kept is None
    else:
        assert {name: getattr(kept, name) for name in wanted} == wanted
