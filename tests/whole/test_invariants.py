"""Each invariant of the crash rounds sees the fault that it is there for, and no fault where there is none."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from samphan.runtime.postgres import EmbeddedPostgres
from samphan.runtime.testing import HOME
from tests.whole.invariants import NOTHING_WRONG

W, A, B, C = (f"'00000000-0000-7000-8000-00000000000{digit}'" for digit in (1, 2, 3, 4))
ORDER = (
    "INSERT INTO commerce_order (id, workspace_id, number, customer_id, line_count, total)"
    f" VALUES ({A}, {W}, 'K1', {C}, 1, 10)"
)
LINE = f"INSERT INTO commerce_orderline (id, order_id, position, quantity, unit_price) VALUES ({B}, {A}, 1, 1, 10)"
PRODUCT = f"INSERT INTO commerce_product (id, workspace_id, sku) VALUES ({A}, {W}, 'P1')"
CUSTOMER = (
    "INSERT INTO customers_customer (id, workspace_id, order_count, total_spent, created_in)"
    f" VALUES ({C}, {W}, 1, 10, {B})"
)
FOUND = f"INSERT INTO platform_searchdocument (workspace_id, entity, record_id) VALUES ({W}, 'customers', {C})"
IDENTITY = (
    f"INSERT INTO customers_identity (id, workspace_id, kind, value, resolves) VALUES ({A}, {W}, 'phone', '+66', true)"
)
ACT = (
    "INSERT INTO administration_listact (id, state, done_count, changed_count, record_ids, changeset_id)"
    f" VALUES ({A}, 'done', 1, 1, ARRAY[{C}]::uuid[], {B})"
)
CHANGED = f"INSERT INTO customers_customerhistory (pgh_id, pgh_obj_id, pgh_context_id) VALUES (1, {C}, {B})"
BATCH = (
    "INSERT INTO platform_importbatch (id, state, rows, rows_done, created, updated, skipped, errors)"
    f" VALUES ({A}, 'done', 3, 3, 1, 1, 1, 0)"
)
BELL = f"INSERT INTO administration_notification (id, member_id, kind, key) VALUES ({A}, {B}, 'x', 'y')"
EVENT = (
    "INSERT INTO platform_outboxevent (id, workspace_id, type, at)"
    f" VALUES (7, {W}, 'customers.customer_created', now())"
)
HOOK = (
    "INSERT INTO integrations_webhookendpoint (id, workspace_id, is_for_all, created_at)"
    f" VALUES ({A}, {W}, true, now() - interval '1 hour')"
)
DELIVERY = (
    f"INSERT INTO integrations_webhookdelivery (id, endpoint_id, source, state) VALUES ({B}, {A}, '7:0', 'delivered')"
)
ATTEMPT = f"INSERT INTO integrations_webhookattempt (id, delivery_id, status) VALUES ({C}, {B}, 204)"

KEY_OF_ORDER = "ALTER TABLE commerce_order ADD PRIMARY KEY (id)"  # by which the question groups
KEY_OF_CUSTOMER = "ALTER TABLE customers_customer ADD PRIMARY KEY (id)"

# By invariant what is right, and one statement that breaks it.
FAULTS: dict[str, tuple[list[str], str]] = {
    "an order number stands for one order": ([ORDER], ORDER),
    "a line of an order is there once": ([LINE], LINE),
    "a product code stands for one product": ([PRODUCT], PRODUCT),
    "a number or account leads to one customer": ([IDENTITY], IDENTITY),
    "an order's totals are those of its lines": ([KEY_OF_ORDER, ORDER, LINE], "DELETE FROM commerce_orderline"),
    "a customer's totals are those of the orders": ([KEY_OF_CUSTOMER, ORDER, CUSTOMER], "UPDATE commerce_order SET total = 11"),
    "a living customer is found by search, once": ([CUSTOMER, FOUND], FOUND),
    "every row was made by an act that is known": (
        [CUSTOMER, f"INSERT INTO platform_changeset (id) VALUES ({B})"], "DELETE FROM platform_changeset",
    ),
    "an act changed a record once": ([ACT, CHANGED], CHANGED),
    "an act over many records counted what it did": ([ACT, CHANGED], "DELETE FROM customers_customerhistory"),
    "an import that is done counted every line": ([BATCH], "UPDATE platform_importbatch SET skipped = 0"),
    "a member was told of a thing once": ([BELL], BELL),
    "an event is a delivery of a webhook once": ([DELIVERY], DELIVERY),
    "a customer that came is told to every webhook that stood then": (
        [EVENT, HOOK, DELIVERY], "DELETE FROM integrations_webhookdelivery",
    ),
    "a delivery that was taken has the attempt that says so": (
        [DELIVERY, ATTEMPT], "UPDATE integrations_webhookattempt SET status = 500",
    ),
    "nothing was set aside": ([], "INSERT INTO platform_deadletter (id, subscriber) VALUES (1, 'x')"),
    "no work was given up": ([], "INSERT INTO procrastinate_jobs (id, status) VALUES (1, 'failed')"),
}  # fmt: skip


@pytest.fixture
def database(database_server: None) -> Iterator[psycopg.Connection[Any]]:
    with EmbeddedPostgres(HOME).superuser("samphan") as connection:
        yield connection


@pytest.mark.parametrize("name", NOTHING_WRONG)
def test_an_invariant_sees_its_fault(database: psycopg.Connection[Any], name: str) -> None:
    right, fault = FAULTS[name]
    tables = set(
        re.findall(r"(?:FROM|JOIN|INTO|UPDATE) ([a-z]+_[a-z]+)", " ".join([NOTHING_WRONG[name], *right, fault]))
    )
    with database.transaction(force_rollback=True):
        for table in tables:
            # In the place of the real one, empty and without the walls that would refuse the fault.
            database.execute(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS SELECT * FROM public.{table} WHERE false")  # type: ignore[arg-type]
        for statement in right:
            database.execute(statement)  # type: ignore[arg-type]
        assert database.execute(NOTHING_WRONG[name]).fetchall() == []  # type: ignore[arg-type]
        database.execute(fault)  # type: ignore[arg-type]
        assert database.execute(NOTHING_WRONG[name]).fetchall() != []  # type: ignore[arg-type]


def test_each_invariant_has_its_fault() -> None:
    assert set(FAULTS) == set(NOTHING_WRONG)
