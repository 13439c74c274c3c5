"""Writes about products and orders, and the sums that follow from them.

The sums have one definition each, and this page is where it stands:

total of an order
    sum of quantity x unit price of its lines, to six decimals; a negative quantity is a return and lowers it.
total spent of a customer
    sum of the totals of all their orders; credits lower it, so it may be negative.
number of orders, first and last order of a customer
    of the orders whose total is not negative. An order with a negative total is a credit (a return booked by itself,
    such as the invoices C536379 of many shops): it takes money back and is no purchase.

Sums are computed columns: set here in sets, only where they differ, and left out of the history.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import numbering, store
from samphan.commerce.events import (
    OrderChanged,
    OrderDeleted,
    OrderPlaced,
    ProductAdded,
    ProductChanged,
    PurchaseTotalsChanged,
)
from samphan.commerce.models import Order, OrderLine, Product
from samphan.customers import actions as customers
from samphan.platform.access import Viewer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.changes.undo import after_undo
from samphan.platform.errors import DomainError
from samphan.platform.events import publish
from samphan.platform.tenancy import current_workspace
from samphan.platform.thai.collation import sort_key

EVENT_IDS = 1_000  # an event names at most so many customers
CHUNK = 1_000
BY_INDEX = 2_000  # up to so many records are summed one by one along the index


class OrderRefused(DomainError):
    """An order that cannot be kept as it was given."""


class ProductRefused(DomainError):
    """A product that cannot be kept as it was given."""


@dataclass(frozen=True)
class Line:
    """One position of an order as it comes in: THB before rounding; a negative quantity is a return."""

    quantity: Decimal
    unit_price: Decimal
    sku: str = ""
    description: str = ""
    product_id: UUID | None = None


# Sums


def refresh_order_totals(order_ids: Collection[UUID] | None = None) -> int:
    """Set total and number of lines of these orders (None: all) from their lines; return how many changed.

    A few statements whatever the number, inside `in_workspace`.
    """
    if order_ids is None:
        return _refresh(ORDER_SUMS, "SELECT id FROM commerce_order WHERE workspace_id = %(workspace)s")
    return _refresh_some(ORDER_SUMS, order_ids)


def refresh_customer_totals(customer_ids: Collection[UUID] | None = None) -> int:
    """Set what these customers (None: all) have bought from their orders; return how many changed.

    Customers without an order go back to zero. Run it after the orders' own totals are true. Publishes
    PurchaseTotalsChanged where anything changed.
    """
    if customer_ids is None:
        changed = _refresh(CUSTOMER_SUMS, "SELECT id FROM customers_customer WHERE workspace_id = %(workspace)s")
    else:
        changed = _refresh_some(CUSTOMER_SUMS, customer_ids)
    if changed:
        named = list(customer_ids or ()) if len(customer_ids or ()) <= EVENT_IDS else []
        publish(PurchaseTotalsChanged(changed, named))
    return changed


@after_undo
def refresh_totals_of(changeset_id: UUID) -> None:
    """Make every sum true again that a changeset, or the undo of one, may have changed.

    The rows are found by what the changeset made (`created_in`) and by the history it wrote, so a bulk writer calls
    this once at its end and need not remember what it touched.
    """
    undone = Changeset.objects.filter(undone_by=changeset_id).values_list("id", flat=True)
    acts = [changeset_id, *undone]
    _refresh(
        ORDER_SUMS,
        """
        SELECT id FROM commerce_order WHERE created_in = ANY(%(acts)s)
        UNION SELECT order_id FROM commerce_orderline WHERE created_in = ANY(%(acts)s)
        UNION SELECT order_id FROM commerce_orderlinehistory WHERE pgh_context_id = ANY(%(acts)s)
        UNION SELECT l.order_id FROM commerce_orderlinehistory h JOIN commerce_orderline l ON l.id = h.pgh_obj_id
               WHERE h.pgh_context_id = ANY(%(acts)s)
        UNION SELECT pgh_obj_id FROM commerce_orderhistory WHERE pgh_context_id = ANY(%(acts)s)
        """,
        acts,
    )
    changed = _refresh(
        CUSTOMER_SUMS,
        """
        SELECT o.customer_id AS id FROM touched_order t JOIN commerce_order o ON o.id = t.id
         WHERE o.customer_id IS NOT NULL
        UNION SELECT customer_id FROM commerce_orderhistory
               WHERE customer_id IS NOT NULL AND pgh_context_id = ANY(%(acts)s)
        UNION SELECT pgh_obj_id FROM customers_customerhistory WHERE pgh_context_id = ANY(%(acts)s)
        """,
        acts,
    )
    if changed:
        publish(PurchaseTotalsChanged(changed, []))
    _refresh_product_keys(acts)


@dataclass(frozen=True)
class _Sums:
    """How the sums of one kind of record are worked out and written.

    :param source: rows that are summed, with the record's id in `key`. :param figures: the aggregates, for rows `r`.
    :param nothing: the figures of a record without rows. :param write: writes a SELECT of ids and figures.
    """

    name: str
    source: str
    key: str
    figures: str
    nothing: str
    columns: str
    write: Callable[[str, Sequence[Any]], int]


def _write_orders(source: str, params: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE commerce_order AS o SET total = s.total, line_count = s.line_count FROM ({source}) AS s
             WHERE o.workspace_id = %s AND o.id = s.order_id
               AND (o.total, o.line_count) IS DISTINCT FROM (s.total, s.line_count)
            """,
            [*params, _workspace()],
        )
        return int(cursor.rowcount)


ORDER_SUMS = _Sums(
    name="order",
    source="commerce_orderline",
    key="order_id",
    figures="round(coalesce(sum(r.quantity * r.unit_price), 0), 6) AS total, count(*)::integer AS line_count",
    nothing="0, 0",
    columns="order_id, total, line_count",
    write=_write_orders,
)
CUSTOMER_SUMS = _Sums(
    name="customer",
    source="commerce_order",
    key="customer_id",
    figures="""
        (count(*) FILTER (WHERE r.total >= 0))::integer AS order_count, coalesce(sum(r.total), 0) AS total_spent,
        min(r.ordered_at) FILTER (WHERE r.total >= 0) AS first_order_at,
        max(r.ordered_at) FILTER (WHERE r.total >= 0) AS last_order_at
    """,
    nothing="0, 0, NULL, NULL",
    columns="customer_id, order_count, total_spent, first_order_at, last_order_at",
    write=customers.set_purchase_totals,
)


def _refresh_some(sums: _Sums, ids: Collection[UUID]) -> int:
    """The sums of a handful of records, each from its own rows by the index."""
    if not ids:
        return 0
    if len(ids) > BY_INDEX:
        return _refresh(sums, "SELECT DISTINCT unnest(%(ids)s::uuid[]) AS id", ids=list(ids))
    return sums.write(
        f"""
        WITH summed AS MATERIALIZED (
            SELECT w.id AS {sums.key}, f.* FROM (SELECT DISTINCT unnest(%s::uuid[]) AS id) AS w CROSS JOIN LATERAL (
                SELECT {sums.figures} FROM {sums.source} r WHERE r.workspace_id = %s AND r.{sums.key} = w.id) AS f)
        SELECT {sums.columns} FROM summed
        """,
        [list(ids), _workspace()],
    )


def _refresh(sums: _Sums, which: str, acts: Sequence[UUID] = (), **values: object) -> int:
    """The sums of a whole set of records, in one walk over their rows.

    Behind row-level security, and right after an import, the planner's guess of a table is one row; joined directly,
    that became a nested loop of hours. Here every join has a keyed temporary table at one side, quick both ways.

    :param which: SELECT of the ids; may read `touched_...` of an earlier call in the same transaction.
    """
    names: dict[str, Any] = {"workspace": _workspace(), "acts": list(acts), **values}
    touched, summed = f"touched_{sums.name}", f"summed_{sums.name}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {touched} (id uuid PRIMARY KEY) ON COMMIT DELETE ROWS")
        cursor.execute(f"DELETE FROM {touched}")
        cursor.execute(f"INSERT INTO {touched} {which} ON CONFLICT DO NOTHING", names)
        cursor.execute(f"ANALYZE {touched}")
        cursor.execute(f"DROP TABLE IF EXISTS {summed}")
        cursor.execute(
            f"""
            CREATE TEMP TABLE {summed} ON COMMIT DROP AS
            SELECT r.{sums.key}, {sums.figures} FROM {sums.source} r
             WHERE r.workspace_id = %(workspace)s AND r.{sums.key} IN (SELECT id FROM {touched}) GROUP BY r.{sums.key}
            """,
            names,
        )
        cursor.execute(f"ALTER TABLE {summed} ADD PRIMARY KEY ({sums.key})")
        cursor.execute(
            f"""
            INSERT INTO {summed} ({sums.columns}) SELECT t.id, {sums.nothing} FROM {touched} t
             WHERE NOT EXISTS (SELECT 1 FROM {summed} s WHERE s.{sums.key} = t.id)
            """
        )
        cursor.execute(f"ANALYZE {summed}")
    return sums.write(f"SELECT {sums.columns} FROM {summed}", [])


def _refresh_product_keys(acts: list[UUID]) -> None:
    """Products that an undo put back come without their sort key."""
    restored = Product.objects.raw(
        """
        SELECT p.* FROM commerce_product p JOIN commerce_producthistory h ON h.pgh_obj_id = p.id
         WHERE h.pgh_context_id = ANY(%s::uuid[])
        """,
        [acts],
    )
    stale = {product.pk: product for product in restored if product.name_key != sort_key(product.name)}
    for product in stale.values():
        product.name_key = sort_key(product.name)
    Product.objects.bulk_update(list(stale.values()), ["name_key"], batch_size=CHUNK)


def _workspace() -> UUID:
    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("orders are written inside in_workspace()")
    return workspace_id


# Orders


def create_order(
    *,
    number: str = "",
    ordered_at: datetime,
    lines: Sequence[Line],
    acting_member: Viewer,
    customer_id: UUID | None = None,
    channel: str = "",
    currency: str = "THB",
) -> Order:
    """Write down one order with its lines, set the sums, and publish OrderPlaced; without a customer it is anonymous.

    :param number: "" for the next one of the company's numbering.
    :raises OrderRefused: when the number is empty and none is given by itself, or it is taken, or there is no line.
    """
    number, workspace_id = number.strip(), _workspace()
    if not number and not numbering.is_on(workspace_id, "orders"):
        raise OrderRefused(_("An order needs a number."))
    if not lines:
        raise OrderRefused(_("Order %(number)s has no lines."), number=number)
    if not number:
        day = ordered_at.astimezone(store.workspace_of(workspace_id).zone).date()
        number = numbering.next_number("orders", acting_member, on=day)
    if Order.objects.filter(workspace_id=workspace_id, number=number).exists():
        raise OrderRefused(_("There is an order %(number)s already."), number=number)
    with changeset("commerce.order_added", member_id=acting_member.id):
        order = Order.objects.create(
            workspace_id=workspace_id,
            number=number,
            customer_id=customer_id,
            ordered_at=ordered_at,
            channel=channel,
            currency=currency,
            created_in=current_changeset(),
        )
        _write_lines(order, lines)
        _refresh_one(order, {customer_id})
        publish(OrderPlaced(order.pk, order.number, order.customer_id, order.ordered_at, order.total))
    return order


def edit_order(order: Order, *, acting_member: Viewer, lines: Sequence[Line] | None = None, **values: Any) -> Order:
    """Change number, customer_id, ordered_at or channel of an order, replace its lines, and publish OrderChanged.

    :param lines: the new lines; None leaves them. :param values: the fields to change.
    :raises OrderRefused: when the new number is empty or taken, or no line is left.
    """
    wrong = set(values) - {"number", "customer_id", "ordered_at", "channel"}
    if wrong:
        raise TypeError(f"an order has no field {sorted(wrong)[0]} to edit")
    if lines is not None and not lines:
        raise OrderRefused(_("Order %(number)s has no lines."), number=order.number)
    if "number" in values:
        values["number"] = values["number"].strip()
        if not values["number"]:
            raise OrderRefused(_("An order needs a number."))
        same = Order.objects.filter(workspace_id=order.workspace_id, number=values["number"]).exclude(pk=order.pk)
        if same.exists():
            raise OrderRefused(_("There is an order %(number)s already."), number=values["number"])
    with changeset("commerce.order_edited", member_id=acting_member.id):
        concerned = {order.customer_id}
        if values:
            for name, value in values.items():
                setattr(order, name, value)
            order.save(update_fields=list(values))
        if lines is not None:
            OrderLine.objects.filter(workspace_id=order.workspace_id, order=order).delete()
            _write_lines(order, lines)
        _refresh_one(order, concerned | {order.customer_id})
        publish(OrderChanged(order.pk, order.customer_id, order.total))
    return order


def delete_order(order: Order, *, acting_member: Viewer) -> UUID:
    """Delete an order with its lines and publish OrderDeleted; return the changeset, by which it can be undone."""
    with changeset("commerce.order_deleted", member_id=acting_member.id, note={"number": order.number}) as act:
        OrderLine.objects.filter(workspace_id=order.workspace_id, order=order).delete()
        Order.objects.filter(workspace_id=order.workspace_id, pk=order.pk).delete()
        if order.customer_id:
            refresh_customer_totals([order.customer_id])
        publish(OrderDeleted(order.pk, order.number, order.customer_id))
    return act


def _write_lines(order: Order, lines: Sequence[Line]) -> None:
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                workspace_id=order.workspace_id,
                order=order,
                position=position,
                created_in=current_changeset(),
                **asdict(line),
            )
            for position, line in enumerate(lines, 1)
        ],
        batch_size=CHUNK,
    )


def _refresh_one(order: Order, customer_ids: set[UUID | None]) -> None:
    refresh_order_totals([order.pk])
    refresh_customer_totals([customer_id for customer_id in customer_ids if customer_id is not None])
    order.refresh_from_db(fields=["total", "line_count"])


# Products

PRODUCT_FIELDS = ("sku", "name", "category", "unit", "unit_price", "is_active")


def create_product(*, sku: str, name: str, acting_member: Viewer, **values: Any) -> Product:
    """Add a product and publish ProductAdded.

    :param values: category, unit, unit_price (THB) and is_active.
    :raises ProductRefused: when the code is empty or taken, or the name is empty.
    """
    product = Product(workspace_id=_workspace(), sku=sku.strip(), name=name.strip(), **values)
    _check_product(product)
    product.name_key = sort_key(product.name)
    with changeset("commerce.product_added", member_id=acting_member.id):
        product.created_in = current_changeset()
        product.save(force_insert=True)
        publish(ProductAdded(product.pk, product.sku))
    return product


def edit_product(product: Product, *, acting_member: Viewer, **values: Any) -> Product:
    """Change fields of a product and publish ProductChanged with the names of those that really changed.

    :raises ProductRefused: when the new code is empty or taken, or the new name is empty.
    """
    wrong = set(values) - set(PRODUCT_FIELDS)
    if wrong:
        raise TypeError(f"a product has no field {sorted(wrong)[0]} to edit")
    changed = [name for name, value in values.items() if getattr(product, name) != value]
    if not changed:
        return product
    for name in changed:
        value = values[name]
        setattr(product, name, value.strip() if isinstance(value, str) else value)
    _check_product(product)
    product.name_key = sort_key(product.name)
    with changeset("commerce.product_edited", member_id=acting_member.id):
        product.save(update_fields=[*changed, "name_key"])
        publish(ProductChanged(product.pk, sorted(changed)))
    return product


def delete_product(product: Product, *, acting_member: Viewer) -> UUID:
    """Delete a product that no order holds; return the changeset, by which it can be undone.

    :raises ProductRefused: when orders hold it: it can be taken off sale instead.
    """
    if OrderLine.objects.filter(workspace_id=product.workspace_id, product=product).exists():
        raise ProductRefused(_("%(name)s stands in orders; take it off sale instead."), name=product.name)
    with changeset("commerce.product_deleted", member_id=acting_member.id, note={"name": product.name}) as act:
        Product.objects.filter(workspace_id=product.workspace_id, pk=product.pk).delete()
    return act


def _check_product(product: Product) -> None:
    if not product.sku:
        raise ProductRefused(_("A product needs a code."))
    if not product.name:
        raise ProductRefused(_("A product needs a name."))
    same = Product.objects.filter(workspace_id=product.workspace_id, sku=product.sku).exclude(pk=product.pk)
    if same.exists():
        raise ProductRefused(_("There is a product %(sku)s already."), sku=product.sku)
