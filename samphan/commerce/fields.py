"""The fields of orders and products: one declaration for lists, filters, import, export and masks."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower, StrIndex
from django.utils.translation import gettext_lazy as _

from samphan.commerce.import_headings import ORDER_HEADINGS, PRODUCT_HEADINGS
from samphan.commerce.models import Order, Product
from samphan.customers.fields import one_customer
from samphan.platform import catalogue
from samphan.platform.catalogue import Choice, Entity, Field, Label, Operator, Privacy, Sort, Type

ORDER_TABLE = "commerce_order"
PRODUCT_TABLE = "commerce_product"

_ORDER, _LINES, _PRODUCT = _("Order"), _("Lines"), _("Product")
_LINE = (
    f"SELECT {{what}} FROM commerce_orderline l WHERE l.workspace_id = {ORDER_TABLE}.workspace_id"
    f" AND l.order_id = {ORDER_TABLE}.id"
)
_CUSTOMER_NAME = (
    f"(SELECT c.name FROM customers_customer c WHERE c.workspace_id = {ORDER_TABLE}.workspace_id"
    f" AND c.id = {ORDER_TABLE}.customer_id)"
)


def _line(name: str, label: Label, kind: Type, privacy: Privacy) -> Field:
    """A field of the order's lines; a condition on it holds where one of the lines meets it."""
    return Field(
        name, label, kind, privacy, f"ARRAY({_LINE.format(what=f'l.{name}')} ORDER BY l.position)",
        value_sql=f"l.{name}", many=f"EXISTS ({_LINE.format(what='1')} AND {{test}})", is_importable=True,
        group=_LINES, synonyms=ORDER_HEADINGS[name],
    )  # fmt: skip


def _of_product(
    name: str, label: Label, kind: Type, privacy: Privacy = Privacy.BUSINESS, *, width: int, sort: Sort | None = None
) -> Field:
    """A column of the product."""
    return Field(
        name, label, kind, privacy, f"{PRODUCT_TABLE}.{name}", sort=sort, is_list_default=True, is_editable=True,
        is_importable=True, group=_PRODUCT, width=width, synonyms=PRODUCT_HEADINGS[name],
    )  # fmt: skip


ORDERS = Entity(
    name="orders",
    label=_("Order"),
    label_plural=_("Orders"),
    label_count=_("%(count)s orders"),
    model_label="commerce.Order",
    table=ORDER_TABLE,
    default_sort=(("ordered_at", True),),
    url="/orders/",
    fields=(
        Field(
            "number",
            _("Order number"),
            Type.IDENTIFIER,
            Privacy.BUSINESS,
            f"{ORDER_TABLE}.number",
            is_list_default=True,
            is_importable=True,
            group=_ORDER,
            width=150,
            synonyms=ORDER_HEADINGS["number"],
        ),
        Field(
            "ordered_at",
            _("Ordered at"),
            Type.DATETIME,
            Privacy.BUSINESS,
            f"{ORDER_TABLE}.ordered_at",
            sort=Sort(f"{ORDER_TABLE}.ordered_at", "timestamptz", True),
            is_list_default=True,
            is_importable=True,
            group=_ORDER,
            width=150,
            synonyms=ORDER_HEADINGS["ordered_at"],
        ),
        Field(
            "customer",
            _("Customer"),
            Type.TEXT,
            Privacy.BUSINESS,
            _CUSTOMER_NAME,
            is_list_default=True,
            is_importable=True,
            group=_ORDER,
            width=240,
            synonyms=ORDER_HEADINGS["customer"],
        ),
        one_customer(ORDER_TABLE, _ORDER),
        Field(
            "channel",
            _("Channel"),
            Type.TEXT,
            Privacy.BUSINESS,
            f"{ORDER_TABLE}.channel",
            is_list_default=True,
            is_importable=True,
            group=_ORDER,
            width=130,
            synonyms=ORDER_HEADINGS["channel"],
        ),
        Field(
            "status",
            _("Kind of order"),
            Type.CHOICE,
            Privacy.BUSINESS,
            f"CASE WHEN {ORDER_TABLE}.total < 0 THEN 'return' ELSE 'sale' END",
            columns_sql=f"if({ORDER_TABLE}.total < 0, 'return', 'sale')",
            group=_ORDER,
            choices=(Choice("sale", _("Sale"), "green"), Choice("return", _("Return"), "amber")),
            operators=(Operator.IS,),
            width=100,
        ),
        Field(
            "line_count",
            _("Lines"),
            Type.NUMBER,
            Privacy.BUSINESS,
            f"{ORDER_TABLE}.line_count",
            is_list_default=True,
            group=_ORDER,
            width=80,
        ),
        Field(
            "total",
            _("Total"),
            Type.MONEY,
            Privacy.FINANCIAL,
            f"{ORDER_TABLE}.total",
            sort=Sort(f"{ORDER_TABLE}.total", "numeric", True),
            is_list_default=True,
            is_importable=True,
            group=_ORDER,
            width=130,
            synonyms=ORDER_HEADINGS["total"],
        ),
        _line("sku", _("Product code"), Type.IDENTIFIER, Privacy.BUSINESS),
        _line("description", _("Description"), Type.TEXT, Privacy.BUSINESS),
        _line("quantity", _("Quantity"), Type.NUMBER, Privacy.BUSINESS),
        _line("unit_price", _("Unit price"), Type.MONEY, Privacy.FINANCIAL),
    ),
    search=lambda rows, text: search_orders(rows, text),
)

PRODUCTS = Entity(
    name="products",
    label=_("Product"),
    label_plural=_("Products"),
    label_count=_("%(count)s products"),
    model_label="commerce.Product",
    table=PRODUCT_TABLE,
    default_sort=(("name", False),),
    url="/products/",
    fields=(
        _of_product("name", _("Product name"), Type.TEXT, width=320, sort=Sort(f"{PRODUCT_TABLE}.name_key")),
        _of_product("sku", _("Product code"), Type.IDENTIFIER, width=140),
        _of_product("category", _("Category"), Type.TEXT, width=160),
        _of_product("unit", _("Unit"), Type.TEXT, width=100),
        _of_product("unit_price", _("Unit price"), Type.MONEY, Privacy.FINANCIAL, width=120),
        _of_product("is_active", _("Sale status"), Type.BOOLEAN, width=90),
    ),
    search=lambda rows, text: search_products(rows, text),
)


def search_orders(rows: "QuerySet[Order, Any]", text: str) -> "QuerySet[Order, Any]":
    """The orders whose number begins with the text, as typed or in capitals."""
    return rows.filter(Q(number__startswith=text) | Q(number__startswith=text.upper()))


def search_products(rows: "QuerySet[Product, Any]", text: str) -> "QuerySet[Product, Any]":
    """The products that hold the text in name or code, in any letter case."""
    wanted = Value(text.lower())
    return rows.annotate(in_name=StrIndex(Lower("name"), wanted), in_sku=StrIndex(Lower("sku"), wanted)).filter(
        Q(in_name__gt=0) | Q(in_sku__gt=0)
    )


def register() -> None:
    """Make orders and products known to the catalogue."""
    catalogue.register(ORDERS)
    catalogue.register(PRODUCTS)
