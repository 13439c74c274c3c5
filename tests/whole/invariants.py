"""What must be true of an installation at rest, whatever was killed on the way: written down once, asked by SQL.

Nothing that was acknowledged is lost, and nothing is there twice that a user can see.
"""

import time
from typing import Any

from tests.browser.site import Site

NOTHING_WRONG: dict[str, str] = {
    "an order number stands for one order":
        "SELECT workspace_id, number, count(*) FROM commerce_order GROUP BY 1, 2 HAVING count(*) > 1",
    "a line of an order is there once":
        "SELECT order_id, position, count(*) FROM commerce_orderline GROUP BY 1, 2 HAVING count(*) > 1",
    "a product code stands for one product":
        "SELECT workspace_id, sku, count(*) FROM commerce_product GROUP BY 1, 2 HAVING count(*) > 1",
    "a number or account leads to one customer":
        "SELECT workspace_id, kind, value, count(*) FROM customers_identity WHERE resolves GROUP BY 1, 2, 3"
        " HAVING count(*) > 1",
    "an order's totals are those of its lines":
        "SELECT o.id FROM commerce_order o LEFT JOIN commerce_orderline l ON l.order_id = o.id GROUP BY o.id"
        " HAVING o.line_count <> count(l.id) OR o.total <> coalesce(sum(l.quantity * l.unit_price), 0)",
    "a customer's totals are those of the orders":
        "SELECT c.id FROM customers_customer c LEFT JOIN commerce_order o ON o.customer_id = c.id GROUP BY c.id"
        " HAVING c.order_count <> count(o.id) FILTER (WHERE o.total >= 0) OR c.total_spent <> coalesce(sum(o.total), 0)",
    "a living customer is found by search, once":
        "SELECT c.id, count(d.entity) FROM customers_customer c LEFT JOIN platform_searchdocument d"
        " ON d.workspace_id = c.workspace_id AND d.entity = 'customers' AND d.record_id = c.id"
        " WHERE c.deleted_at IS NULL GROUP BY c.id HAVING count(d.entity) <> 1",
    "every row was made by an act that is known":
        "SELECT c.id FROM customers_customer c WHERE c.created_in IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM platform_changeset s WHERE s.id = c.created_in)",
    "an act changed a record once":
        "SELECT pgh_obj_id, pgh_context_id, count(*) FROM customers_customerhistory"
        " WHERE pgh_context_id IN (SELECT changeset_id FROM administration_listact) GROUP BY 1, 2 HAVING count(*) > 1",
    "an act over many records counted what it did":
        "SELECT a.id FROM administration_listact a WHERE a.state = 'done' AND (a.done_count <> cardinality(a.record_ids)"
        " OR a.changed_count <> (SELECT count(*) FROM customers_customerhistory h WHERE h.pgh_context_id = a.changeset_id))",
    "an import that is done counted every line":
        "SELECT id FROM platform_importbatch WHERE state = 'done'"
        " AND (rows <> rows_done OR rows <> created + updated + skipped + errors)",
    "a member was told of a thing once":
        "SELECT member_id, kind, key, count(*) FROM administration_notification GROUP BY 1, 2, 3 HAVING count(*) > 1",
    "an event is a delivery of a webhook once":
        "SELECT endpoint_id, source, count(*) FROM integrations_webhookdelivery GROUP BY 1, 2 HAVING count(*) > 1",
    "a customer that came is told to every webhook that stood then":
        "SELECT e.id FROM platform_outboxevent e JOIN integrations_webhookendpoint w ON w.workspace_id = e.workspace_id"
        " AND w.is_for_all AND w.created_at < e.at WHERE e.type = 'customers.customer_created' AND NOT EXISTS (SELECT 1"
        " FROM integrations_webhookdelivery d WHERE d.endpoint_id = w.id AND d.source = e.id || ':0')",
    "a delivery that was taken has the attempt that says so":
        "SELECT d.id FROM integrations_webhookdelivery d WHERE d.state = 'delivered' AND NOT EXISTS"
        " (SELECT 1 FROM integrations_webhookattempt a WHERE a.delivery_id = d.id AND a.status BETWEEN 200 AND 299)",
    "nothing was set aside": "SELECT id, subscriber, error FROM platform_deadletter",
    "no work was given up": "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'failed'",
}  # fmt: skip
"""A sentence, and the question whose answer must be empty."""

AT_REST: dict[str, str] = {
    "imports": "SELECT count(*) FROM platform_importbatch WHERE state IN ('running', 'checking', 'fetching', 'undoing')",
    "acts over many records": "SELECT count(*) FROM administration_listact WHERE state = 'waiting'",
    "deliveries": "SELECT count(*) FROM integrations_webhookdelivery WHERE state = 'waiting'",
    "jobs": "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND (scheduled_at IS NULL OR scheduled_at < now() + interval '30 seconds') AND NOT args ? 'timestamp'",
    "events": "SELECT count(*) FROM platform_outboxevent e"
    " WHERE (e.transaction, e.id) > (SELECT c.transaction, c.event_id FROM platform_subscribercursor c"
    " ORDER BY c.transaction, c.event_id LIMIT 1)",
}
"""What is still on its way, by name."""


def wait_for_rest(site: Site, seconds: float) -> None:
    """Wait until nothing is on its way any more, three looks in a row."""
    deadline, calm, left = time.monotonic() + seconds, 0, {}
    while time.monotonic() < deadline:
        try:
            with site.database() as connection:
                left = {name: count for name, sql in AT_REST.items() if (count := _number(connection, sql))}
        except Exception as error:
            left = {"the database": str(error)}
        calm = 0 if left else calm + 1
        if calm == 3:
            return
        time.sleep(0.3)
    raise AssertionError(f"not at rest after {seconds} s: {left}\n{site.log[-3000:]}")


def broken(site: Site) -> dict[str, list[Any]]:
    """The invariants that do not hold, each with a few rows that say so."""
    with site.database() as connection:
        found = {name: connection.execute(sql).fetchmany(5) for name, sql in NOTHING_WRONG.items()}
    return {name: rows for name, rows in found.items() if rows}


def _number(connection: Any, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
