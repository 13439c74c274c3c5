"""The sums of orders and customers follow from their lines."""

from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samphan.administration.models import SystemViewer, Workspace
from samphan.commerce import actions
from samphan.commerce.models import Order, OrderLine
from samphan.commerce.tests.conftest import START, make_customer
from samphan.customers.models import Customer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import Kept, undo_changeset
from samphan.platform.events.models import OutboxEvent

Place = Callable[..., Order]


def figures(customer: Customer) -> tuple[int, Decimal, object, object]:
    customer.refresh_from_db()
    return customer.order_count, customer.total_spent, customer.first_order_at, customer.last_order_at


def test_an_order_is_the_sum_of_its_lines(prae: Customer, place: Place) -> None:
    order = place("SO-1", prae, [("2", "380"), ("1.5", "0.333333")])
    assert (order.total, order.line_count) == (Decimal("760.500000"), 2)
    assert figures(prae) == (1, Decimal("760.500000"), START, START)


def test_a_return_within_an_order_lowers_it(prae: Customer, place: Place) -> None:
    order = place("SO-1", prae, [("3", "100"), ("-1", "100")])
    assert order.total == 200
    assert figures(prae)[:2] == (1, 200)


def test_a_credit_takes_money_back_and_is_no_purchase(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("3", "100")], day=1)
    place("C-1", prae, [("-1", "100")], day=9)
    assert figures(prae) == (1, 200, START + timedelta(days=1), START + timedelta(days=1))


def test_a_customer_with_returns_only_is_below_zero(prae: Customer, place: Place) -> None:
    place("C-1", prae, [("-1", "100")])
    assert figures(prae) == (0, -100, None, None)


def test_an_anonymous_order_belongs_to_nobody(prae: Customer, place: Place) -> None:
    order = place("SO-1", None, [("1", "100")])
    assert order.customer_id is None
    assert figures(prae)[0] == 0


def test_moving_an_order_moves_its_sum(prae: Customer, krit: Customer, place: Place, system: SystemViewer) -> None:
    order = place("SO-1", prae, [("1", "100")])
    actions.edit_order(order, customer_id=krit.pk, acting_member=system)
    assert figures(prae) == (0, 0, None, None)
    assert figures(krit)[:2] == (1, 100)


def test_new_lines_replace_the_old_ones(prae: Customer, place: Place, system: SystemViewer) -> None:
    order = place("SO-1", prae, [("1", "100"), ("1", "50")])
    actions.edit_order(order, lines=[actions.Line(Decimal(2), Decimal(30))], acting_member=system)
    assert (order.total, order.line_count) == (60, 1)
    assert figures(prae)[1] == 60


def test_deleting_and_undoing_puts_everything_back(prae: Customer, place: Place, system: SystemViewer) -> None:
    order = place("SO-1", prae, [("1", "100"), ("2", "25")])
    before = figures(prae)
    act = actions.delete_order(order, acting_member=system)
    assert figures(prae) == (0, 0, None, None)
    undo_changeset(act, member_id=None)
    assert figures(prae) == before
    order.refresh_from_db()
    assert (order.total, order.line_count) == (150, 2)


def test_undoing_an_order_takes_its_sum_along(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")])
    order = place("SO-2", prae, [("1", "40")], day=2)
    assert order.created_in is not None
    undo_changeset(order.created_in, member_id=None)
    assert figures(prae) == (1, 100, START, START)


def test_undoing_an_edit_puts_the_old_lines_back(
    prae: Customer, krit: Customer, place: Place, system: SystemViewer
) -> None:
    order = place("SO-1", prae, [("1", "100")])
    actions.edit_order(order, lines=[actions.Line(Decimal(9), Decimal(9))], customer_id=krit.pk, acting_member=system)
    edit = Changeset.objects.filter(kind="commerce.order_edited").latest("id")
    undo_changeset(edit.pk, member_id=None)
    order.refresh_from_db()
    assert (order.total, order.line_count, order.customer_id) == (100, 1, prae.pk)
    assert (figures(prae)[1], figures(krit)[1]) == (100, 0)


def test_undo_of_an_edit_leaves_the_lines_that_somebody_wrote_since(
    prae: Customer, place: Place, system: SystemViewer
) -> None:
    order = place("SO-1", prae, [("1", "100")])
    actions.edit_order(order, lines=[actions.Line(Decimal(2), Decimal(100))], acting_member=system)
    edit = Changeset.objects.filter(kind="commerce.order_edited").latest("id")
    actions.edit_order(order, lines=[actions.Line(Decimal(3), Decimal(100))], acting_member=system)
    undone = undo_changeset(edit.pk, member_id=None)
    assert undone.kept == [Kept(order.pk, "orderline")]
    assert [line.quantity for line in OrderLine.objects.all()] == [3]
    assert figures(prae)[1] == 300


def test_undo_leaves_an_order_whose_earlier_customer_is_gone(
    inside: Workspace, krit: Customer, place: Place, system: SystemViewer
) -> None:
    with changeset("test.imported") as imported:
        prae = make_customer(inside, "พิมพ์ลดา", created_in=imported)
    order = place("SO-1", prae, [("1", "100")])
    actions.edit_order(order, customer_id=krit.pk, acting_member=system)
    edit = Changeset.objects.filter(kind="commerce.order_edited").latest("id")
    undo_changeset(imported, member_id=None)
    assert not Customer.objects.filter(pk=prae.pk).exists()
    undone = undo_changeset(edit.pk, member_id=None)
    order.refresh_from_db()
    assert (order.customer_id, undone.kept) == (krit.pk, [Kept(order.pk, "customer")])


def test_undo_leaves_a_deleted_order_whose_number_was_given_again(
    prae: Customer, place: Place, system: SystemViewer
) -> None:
    order = place("SO-1", prae, [("1", "100")])
    order_id = order.pk
    act = actions.delete_order(order, acting_member=system)
    place("SO-1", prae, [("1", "40")])
    undone = undo_changeset(act, member_id=None)
    assert Kept(order_id, "order") in undone.kept
    assert figures(prae)[:2] == (1, 40)


def test_what_did_not_change_is_not_written(prae: Customer, place: Place) -> None:
    order = place("SO-1", prae, [("1", "100")])
    assert actions.refresh_order_totals() == 0
    assert actions.refresh_customer_totals() == 0
    Order.objects.filter(pk=order.pk).update(total=1)
    assert actions.refresh_order_totals([order.pk]) == 1


def test_tells_whose_sums_changed(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")])
    event = OutboxEvent.objects.filter(type="commerce.purchase_totals_changed").latest("id")
    assert event.payload == {"customers": 1, "customer_ids": [str(prae.pk)]}


def test_totals_of_many_are_a_few_statements(inside: Workspace, place: Place) -> None:
    for index in range(5):
        place(f"SO-{index}", make_customer(inside, f"ลูกค้า {index}"), [("1", "100")])
    Order.objects.update(total=0)
    with CaptureQueriesContext(connection) as queries:
        actions.refresh_order_totals()
        actions.refresh_customer_totals()
    assert len(queries) <= 20


def test_refuses_a_number_that_is_taken(prae: Customer, place: Place) -> None:
    place("SO-1", prae, [("1", "100")])
    with pytest.raises(actions.OrderRefused, match="SO-1"):
        place("SO-1", prae, [("1", "100")])
    with pytest.raises(actions.OrderRefused):
        place("SO-2", prae, [])


amounts = st.decimals(min_value=-999, max_value=999, places=3)
prices = st.decimals(min_value=0, max_value=9999, places=6)
books = st.lists(
    st.tuples(st.integers(-1, 3), st.integers(0, 400), st.lists(st.tuples(amounts, prices), min_size=1, max_size=4)),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books)
def test_sums_equal_a_plain_recomputation(
    inside: Workspace, book: list[tuple[int, int, list[tuple[Decimal, Decimal]]]]
) -> None:
    OrderLine.objects.all().delete()
    Order.objects.all().delete()
    people = [make_customer(inside, f"คน {index}") for index in range(4)]
    orders: list[tuple[UUID | None, object, Decimal]] = []
    for index, (who, day, lines) in enumerate(book):
        owner = people[who].pk if who >= 0 else None
        at = START + timedelta(days=day)
        order = Order.objects.create(workspace=inside, number=str(index), customer_id=owner, ordered_at=at)
        OrderLine.objects.bulk_create(
            [
                OrderLine(workspace=inside, order=order, position=place, quantity=quantity, unit_price=price)
                for place, (quantity, price) in enumerate(lines)
            ]
        )
        total = sum((quantity * price for quantity, price in lines), Decimal(0))
        orders.append((owner, at, total.quantize(Decimal("0.000001"), ROUND_HALF_UP)))
    actions.refresh_order_totals()
    actions.refresh_customer_totals([person.pk for person in people])
    for person in people:
        mine = [(at, total) for owner, at, total in orders if owner == person.pk]
        bought = [at for at, total in mine if total >= 0]
        assert figures(person) == (
            len(bought),
            sum((total for _at, total in mine), Decimal(0)),
            min(bought, default=None),
            max(bought, default=None),
        )
