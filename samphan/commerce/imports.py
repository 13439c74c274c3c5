"""Products and orders from a file.

Lines of one order may stand anywhere in a file, so orders come in two steps: every line is staged as it is read, and
then, order by order, the staged lines become orders with their products and customers.
"""

import json
from datetime import UTC
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from samphan.administration import queries
from samphan.administration.custom_fields import importing
from samphan.administration.custom_fields.once import Once
from samphan.administration.models import Workspace
from samphan.administration.settings import numbering
from samphan.commerce import actions, staging
from samphan.commerce.fields import ORDERS, PRODUCTS
from samphan.commerce.models import Product
from samphan.commerce.numbering import NAME
from samphan.commerce.walk_ins import names_nobody
from samphan.platform import money
from samphan.platform.bulk import copy_rows
from samphan.platform.imports import kinds
from samphan.platform.imports.cells import (
    Reader,
    Values,
    choice_reader,
    refuse_long,
    text_reader,
    without_float_tail,
)
from samphan.platform.imports.kinds import Context, Converted, Counts, ImportKind, Problem
from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.reading import Cell
from samphan.platform.imports.row_session import RowSession, any_session
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.dates import compile_datetime_parser
from samphan.platform.thai.problems import ValueProblem

ORDERS_AT_ONCE = 1500
STAGED = (
    ("batch_id", "uuid"),
    ("row", "integer"),
    ("number", "text"),
    ("ordered_at", "timestamptz"),
    ("customer", "text"),
    ("channel", "text"),
    ("sku", "text"),
    ("description", "text"),
    ("quantity", "numeric"),
    ("unit_price", "numeric"),
    ("custom", "text"),
)
ACTIVE = {
    **dict.fromkeys(("1", "true", "yes", "y", "ใช้", "ใช้งาน", "ขายอยู่", "active"), True),
    **dict.fromkeys(("0", "false", "no", "n", "ไม่ใช้", "เลิกขาย", "inactive"), False),
}


MISSING = {
    "": _("The cell is empty."),
    "number": _("The row has no order number."),
    "ordered_at": _("The row has no order date."),
    "sku": _("The row has no product code."),
    "name": _("The row has no product name."),
}


class CommerceImport(RowSession):
    """A run over a file whose rows may bring custom fields."""

    kind: ClassVar[str]

    def reader_of(self, name: str, index: int) -> Reader:
        if importing.is_custom(name):
            return importing.reader_of(self.kind, name, self.context, index)
        return super().reader_of(name, index)

    def shown(self, row: dict[str, Any], custom: dict[str, Any]) -> dict[str, Any]:
        """What a row says, for a look before anything is written."""
        said = {name: value for name, value in row.items() if value not in ("", None) and name != importing.KEY}
        return said | importing.shown(self.kind, custom, self.context.workspace_id)


class OrderImport(CommerceImport):
    """One run over a file of order lines."""

    kind = "orders"
    needed = ("number", "ordered_at")
    missing = MISSING

    def __init__(self, context: Context) -> None:
        self.zone = Workspace.objects.only("time_zone").get(pk=context.workspace_id).zone
        super().__init__(context)
        self.numbers_itself = numbering.is_on(context.workspace_id, NAME)

    def lacks(self, number: int, values: dict[str, Any]) -> list[Problem]:
        """What a row does not say; in a file that knows no numbers each is an order by itself, where the company numbers them.

        A blank cell below a number may as well be the next line of that bill: it is refused, not guessed at.
        """
        found = super().lacks(number, values)
        if self.numbers_itself and "number" not in self.mapped:
            found = [one for one in found if one.code != "no_number"]
        return found

    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> tuple[Any, ...]:
        get = values.get
        customer = get("customer", "")
        quantity = get("quantity", Decimal(1))
        price = get("unit_price")
        if price is None:
            total = get("total", Decimal(0))
            price = (total / quantity).quantize(Decimal("0.000001")) if quantity else Decimal(0)
        return (
            self.context.batch_id,
            number,
            values.get("number", ""),
            values["ordered_at"],
            "" if names_nobody(customer) else customer,
            get("channel", ""),
            get("sku", ""),
            get("description", ""),
            quantity,
            price,
            importing.dumps(values),
        )

    def preview(self, converted: Converted) -> dict[str, Any]:
        if not converted.data:
            return {}
        row = dict(zip([name for name, _type in STAGED[2:]], converted.data[0][2:], strict=True))
        return self.shown(row, json.loads(row["custom"] or "{}"))

    def match(self, converted: Converted) -> Counts:
        """Lines of orders that are here already count as updated, the others as created."""
        known = staging.known_order_numbers(self.context.workspace_id, {row[2] for row in converted.data})
        updated = sum(1 for row in converted.data if row[2] in known)
        return Counts(created=len(converted.data) - updated, updated=updated)

    def write(self, converted: Converted) -> Counts:
        """Stage the lines; they are counted when they become orders."""
        with connection.cursor() as cursor:
            copy_rows(cursor, "commerce_stagedline", [name for name, _type in STAGED], converted.data)
        return Counts()

    def finish(self, after: str) -> tuple[Counts, str | None]:
        """Products and customers first, then orders by number in pieces, then everybody's sums."""
        workspace_id, batch_id = self.context.workspace_id, self.context.batch_id
        step, _colon, number = after.partition(":")
        if not step:
            self._give_numbers()
            staging.make_products(workspace_id, batch_id)
            staging.find_customers(workspace_id, batch_id, at=self.context.at)
            return Counts(), "orders:"
        if step == "orders":
            counts, last = staging.make_orders(workspace_id, batch_id, after=number, limit=ORDERS_AT_ONCE)
            return counts, "totals:" if last is None else f"orders:{last}"
        actions.refresh_totals_of(batch_id)
        staging.forget(batch_id)
        return Counts(), None

    def _give_numbers(self) -> None:
        lines = staging.lines_without_number(self.context.batch_id)
        if lines:
            viewer = queries.member_or_system(self.context.workspace_id, self.context.member_id)
            days = [at.astimezone(self.zone).date() for _line, at in lines]
            given = numbering.next_numbers(NAME, viewer, on=days)
            staging.number_lines([(line, number) for (line, _at), number in zip(lines, given, strict=True)])


class ProductImport(CommerceImport):
    """One run over a file of products."""

    kind = "products"
    needed = ("sku",)
    missing = MISSING

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.once = Once(self.kind, self.mapped, context.workspace_id, only_empty=context.existing == "fill")

    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> dict[str, Any]:
        return {**values, "row": number, "cells": cells}

    def preview(self, converted: Converted) -> dict[str, Any]:
        if not converted.data:
            return {}
        row = converted.data[0]
        said = {name: value for name, value in row.items() if name not in ("row", "cells")}
        return self.shown(said, row.get(importing.KEY, {}))

    def match(self, converted: Converted) -> Counts:
        known = dict(
            Product.objects.filter(
                workspace_id=self.context.workspace_id, sku__in=[row["sku"] for row in converted.data]
            ).values_list("sku", "pk")
        )
        rows = self._clear(converted, known, writes=False)
        updated = sum(1 for row in rows if row["sku"] in known)
        return Counts(created=len(rows) - updated, updated=updated)

    def _clear(self, converted: Converted, known: dict[str, UUID], *, writes: bool) -> list[dict[str, Any]]:
        """The rows without those that want a value which another product has and must not share."""
        context = self.context
        return self.once.sift(
            converted,
            converted.data,
            lambda row: known.get(row["sku"], row["sku"]),
            lambda: queries.member_or_system(context.workspace_id, context.member_id),
            self.heading_of,
            writes=writes,
        )

    def write(self, converted: Converted) -> Counts:
        counts = Counts()
        self.defaults = importing.defaults("products", self.context.workspace_id)
        known = {
            product.sku: product
            for product in Product.objects.filter(
                workspace_id=self.context.workspace_id, sku__in=[row["sku"] for row in converted.data]
            )
        }
        fresh: dict[str, Product] = {}
        changed: dict[str, Product] = {}
        for row in self._clear(converted, {sku: product.pk for sku, product in known.items()}, writes=True):
            product = known.get(row["sku"]) or fresh.get(row["sku"])
            if product is None:
                product = Product(
                    workspace_id=self.context.workspace_id,
                    created_in=self.context.batch_id,
                    sku=row["sku"],
                    name=row.get("name") or row["sku"],
                    custom=json.loads(self.defaults),
                )
                fresh[row["sku"]] = product
                self._fill(product, row)
                counts.created += 1
            elif self._fill(product, row):
                counts.updated += 1
                if row["sku"] in known:
                    changed[row["sku"]] = product
            else:
                counts.skipped += 1
        Product.objects.bulk_create(fresh.values(), batch_size=1000)
        Product.objects.bulk_update(
            changed.values(),
            ["name", "name_key", "category", "unit", "unit_price", "is_active", "custom"],
            batch_size=500,
        )
        return counts

    def _fill(self, product: Product, row: dict[str, Any]) -> bool:
        """Bring a product up to the row; True when anything differs."""
        differs = False
        for name in ("name", "category", "unit", "unit_price", "is_active"):
            if name not in row:
                continue
            if self.context.existing == "fill" and getattr(product, name) not in ("", None):
                continue
            if getattr(product, name) != row[name]:
                setattr(product, name, row[name])
                differs = True
        custom = json.loads(importing.dumps(row) or "{}")
        custom = {**custom, **product.custom} if self.context.existing == "fill" else {**product.custom, **custom}
        if custom != product.custom:
            product.custom = custom
            differs = True
        product.name_key = sort_key(product.name)
        return differs

    def finish(self, after: str) -> tuple[Counts, str | None]:
        return Counts(), None


def _code(name: str, limit: int = 64) -> Reader:
    """A number or code of another system."""

    def read(text: str, values: Values) -> None:
        value = without_float_tail(text)
        refuse_long(value, limit)
        values[name] = value

    return read


def _moment(session: OrderImport, index: int) -> Reader:
    parse = compile_datetime_parser(session.context.dates[index], zone=session.zone)

    def read(text: str, values: dict[str, Any]) -> None:
        values["ordered_at"] = parse(text).astimezone(UTC)

    return read


def _amount(name: str, places: int) -> Reader:
    smallest = Decimal(1).scaleb(-places)

    def read(text: str, values: Values) -> None:
        amount = money.parse_amount(text)
        if places < money.PRICE_PLACES and amount != amount.quantize(smallest):
            raise ValueProblem("decimals", _("At most %(count)s decimals."), count=places)
        if name == "quantity" and abs(amount) >= Decimal(100_000_000_000):
            raise ValueProblem("too_large", _("The number is too large."))
        values[name] = amount

    return read


OrderImport.readers_by_field = {
    "number": any_session(_code("number")),
    "ordered_at": _moment,
    "customer": any_session(_code("customer", 320)),
    "channel": any_session(text_reader("channel", 60)),
    "total": any_session(_amount("total", 6)),
    "sku": any_session(_code("sku")),
    "description": any_session(text_reader("description", 500)),
    "quantity": any_session(_amount("quantity", 3)),
    "unit_price": any_session(_amount("unit_price", 6)),
}
ProductImport.readers_by_field = {
    "sku": any_session(_code("sku")),
    "name": any_session(text_reader("name", 300)),
    "unit_price": any_session(_amount("unit_price", 6)),
    "category": any_session(text_reader("category", 100)),
    "unit": any_session(text_reader("unit", 40)),
    "is_active": any_session(choice_reader("is_active", ACTIVE)),
}


def _given(workspace_id: UUID) -> frozenset[str]:
    return frozenset({"number"} if numbering.is_on(workspace_id, NAME) else ())


def register() -> None:
    """Offer products and orders as kinds of import."""
    kinds.register(
        ImportKind(
            name="orders",
            label=gettext_lazy("Orders"),
            permission="commerce.import_order",
            matches="customers",
            fields=tuple(ImportField.of(ORDERS.field(name)) for name in OrderImport.readers_by_field),
            open=OrderImport,
            required=(("number",), ("ordered_at",)),
            given=_given,
            possible_keys=("number",),
            url_name="order-list",
            existing=("file",),
            discard=staging.forget,
            follows=("customers", "products"),
            heads=("number", "ordered_at", "customer", "channel"),
            lines=("sku", "description"),
        )
    )
    kinds.register(
        ImportKind(
            name="products",
            label=gettext_lazy("Products"),
            permission="commerce.import_product",
            fields=tuple(ImportField.of(PRODUCTS.field(name)) for name in ProductImport.readers_by_field),
            open=ProductImport,
            required=(("sku",),),
            possible_keys=("sku",),
            url_name="product-list",
        )
    )
