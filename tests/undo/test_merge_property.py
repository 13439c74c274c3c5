"""Customers that were merged and worked with are parted again exactly: split(merge(x)) = x, and what came since."""

import os
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from samphan.commerce import actions as commerce
from samphan.commerce.models import Order
from samphan.customers import actions as customers
from samphan.customers.actions.editing import raw_value
from samphan.customers.models import Customer, Identity
from samphan.customers.search_documents import refresh_search
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.thai.problems import ValueProblem
from samphan.work import actions as work
from tests.undo import snapshot
from tests.undo.company import Company
from tests.undo.reference import Expected
from tests.undo.test_undo_property import differs
from tests.undo.test_undo_property import make_company as make_company

pytestmark = pytest.mark.django_db

BEFORE = (
    "contact_point",
    "address",
    "order",
    "preference",
    "tag",
    "edit",
    "create",
    "paste",
    "import_orders",
    "delete",
)
LATER = (
    "through", "through", "worked_on", "worked_on", "order", "import_orders", "contact_point", "edit", "address",
    "preference", "activity", "task", "tag", "paste", "bulk_edit", "assign", "machine", "create", "grade",
    "import_customers", "attached",
)  # fmt: skip
FIELDS = ("name", "phone", "note", "owner", "tax_id", "address", "nickname")


def through(company: Company, winner: Customer, pick: Any) -> None:
    """An order that comes in by one of the numbers that the winner has by now."""
    known = Identity.objects.filter(customer_id=winner.pk).order_by("kind", "value", "resolves")
    if identities := list(known.values_list("pk", flat=True)):
        count = Order.objects.count()
        commerce.create_order(
            number=f"T-{count}", ordered_at=company.now(), lines=[company.line(pick)], customer_id=winner.pk,
            identity_id=pick(identities), acting_member=company.members[0],
        )  # fmt: skip


def worked_on(company: Company, winner: Customer, pick: Any) -> None:
    """Somebody changes the winner, or adds to it."""
    customer, member = Customer.objects.get(pk=winner.pk), company.members[0]
    if customer.deleted_at is not None:
        return
    name, text = pick(
        (("nickname", "แพร"), ("note", "แก้แล้ว"), ("grade", "C"), ("contact", "0855555555"), ("written", "โทรแล้ว"))
    )
    if name == "contact":
        with suppress(ValueProblem):
            customers.add_contact_point(customer, "phone", text, acting_member=member)
    elif name == "written":
        work.write_activity(customer, "note", text, acting_member=member, at=company.now())
    else:
        customers.edit_field(
            customer, name, text, seen=raw_value(customer, name), acting_member=member, at=company.now()
        )


def look(company: Company) -> snapshot.Snapshot:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return snapshot.take(company.workspace.pk)


def followed(rows: snapshot.Rows, before: snapshot.Rows, now: snapshot.Rows) -> snapshot.Rows:
    """What the rule of undo leaves, and then every order where the identity is through which it came."""
    found = deepcopy(rows)
    identities, people = found["customers_identity"], found["customers_customer"]
    moved = {
        key for key, row in identities.items() if row["customer_id"] != now["customers_identity"][key]["customer_id"]
    }
    for row in found["commerce_order"].values():
        if row["identity_id"] in moved:
            owner = identities[row["identity_id"]]["customer_id"]
            row["customer_id"] = people[owner]["merged_into_id"] or owner
    return found


def one_case(company: Company, data: st.DataObject) -> None:
    def pick(choices: Any) -> Any:
        return data.draw(st.sampled_from(choices))

    for name in data.draw(st.lists(st.sampled_from(BEFORE), max_size=3)):
        company.do(name, pick)
    before = look(company)
    people = company.people()
    if len(people) < 2:
        return
    them = data.draw(st.lists(st.sampled_from(range(len(people))), min_size=2, max_size=4, unique=True))
    winner, *losers = [people[place] for place in them]
    whose = {pick(FIELDS): pick([one.pk for one in (winner, *losers)]) for _choice in range(pick((0, 0, 2)))}
    member = company.members[0]
    customers.merge_customers(
        winner.pk, [one.pk for one in losers], choices=whose, acting_member=member, at=company.now()
    )
    after = look(company)
    later = data.draw(st.lists(st.sampled_from(LATER), max_size=4))
    for name in later:
        if name in ("through", "worked_on"):
            globals()[name](company, winner, pick)
        else:
            company.do(name, pick)
    now = look(company) if later else after
    was = [snapshot.columns(one) for one in (before, after, now)]
    undone = customers.part_customers(losers[0].pk, acting_member=member)
    parted = look(company)
    wanted = followed(Expected(*was).rows, was[0], was[2])
    found = snapshot.columns(parted)
    assert found == wanted, differs(wanted, found)
    if not later:
        assert snapshot.differences(before, parted) == []
        undo_changeset(undone.changeset, member_id=None)
        assert snapshot.differences(after, look(company)) == []
        return
    # What is worked out from the rows is true without being made again.
    assert commerce.refresh_order_totals() == 0
    assert commerce.refresh_customer_totals() == 0
    refresh_search(list(Customer.objects.values_list("pk", flat=True)))
    assert snapshot.differences(parted, look(company)) == []


def run(company: Company, examples: int, **how: Any) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink], **how,
    )  # fmt: skip
    @given(data=st.data())
    def cases(data: st.DataObject) -> None:
        with transaction.atomic():
            company.hours = 100
            one_case(company, data)
            transaction.set_rollback(True)

    cases()


@pytest.fixture
def company(make_company: Callable[[], Company]) -> Company:
    return make_company()


def test_parting_is_exact(company: Company) -> None:
    run(company, 40, derandomize=True)


@pytest.mark.long
def test_parting_is_exact_long(company: Company) -> None:
    run(company, int(os.environ.get("MERGE_EXAMPLES", "10000")))
