"""What customers bought, as conditions measure it: their orders, and the lines of them."""

from django.utils.translation import gettext_lazy as _

from samphan.commerce.fields import ORDER_TABLE, ORDERS, PRODUCT_TABLE
from samphan.platform import related
from samphan.platform.catalogue import Choice, Entity, Field, Operator, Privacy, Type
from samphan.platform.related import Collection

LINE_TABLE = "commerce_orderline"
_ROWS = (
    f"{LINE_TABLE} JOIN {ORDER_TABLE} ON {ORDER_TABLE}.workspace_id = {LINE_TABLE}.workspace_id"
    f" AND {ORDER_TABLE}.id = {LINE_TABLE}.order_id"
    f" LEFT JOIN {PRODUCT_TABLE} ON {PRODUCT_TABLE}.workspace_id = {LINE_TABLE}.workspace_id"
    f" AND {PRODUCT_TABLE}.id = {LINE_TABLE}.product_id"
)

# An order without lines has line_count 0 and total 0; it is an order all the same.
BOUGHT = Collection(
    name="orders",
    of="customers",
    entity=ORDERS,
    rows=ORDER_TABLE,
    owner=f"{ORDER_TABLE}.customer_id",
    time="ordered_at",
)

ORDER_LINES = Entity(
    name="order_lines",
    label=_("Order line"),
    label_plural=_("Order lines"),
    label_count=_("%(count)s order lines"),
    model_label="commerce.OrderLine",
    table=LINE_TABLE,
    fields=(
        Field("ordered_at", _("Ordered at"), Type.DATETIME, Privacy.BUSINESS, f"{ORDER_TABLE}.ordered_at"),
        Field("channel", _("Channel"), Type.TEXT, Privacy.BUSINESS, f"{ORDER_TABLE}.channel"),
        Field("sku", _("Product code"), Type.IDENTIFIER, Privacy.BUSINESS, f"{LINE_TABLE}.sku"),
        Field("description", _("Description"), Type.TEXT, Privacy.BUSINESS, f"{LINE_TABLE}.description"),
        Field("product", _("Product name"), Type.TEXT, Privacy.BUSINESS, f"{PRODUCT_TABLE}.name"),
        Field("category", _("Category"), Type.TEXT, Privacy.BUSINESS, f"{PRODUCT_TABLE}.category"),
        Field("quantity", _("Quantity"), Type.NUMBER, Privacy.BUSINESS, f"{LINE_TABLE}.quantity"),
        Field("unit_price", _("Unit price"), Type.MONEY, Privacy.FINANCIAL, f"{LINE_TABLE}.unit_price"),
        Field(
            "amount",
            _("Amount"),
            Type.MONEY,
            Privacy.FINANCIAL,
            f"({LINE_TABLE}.quantity * {LINE_TABLE}.unit_price)",
            columns_sql=f"({LINE_TABLE}.quantity * {LINE_TABLE}.unit_price)",
        ),
        Field(
            "kind",
            _("Kind of line"),
            Type.CHOICE,
            Privacy.BUSINESS,
            f"CASE WHEN {LINE_TABLE}.quantity < 0 THEN 'return' ELSE 'sale' END",
            columns_sql=f"if({LINE_TABLE}.quantity < 0, 'return', 'sale')",
            choices=(Choice("sale", _("Sale"), "green"), Choice("return", _("Return"), "amber")),
            operators=(Operator.IS,),
        ),
    ),
)

LINES = Collection(
    name="order_lines",
    of="customers",
    entity=ORDER_LINES,
    rows=_ROWS,
    owner=f"{ORDER_TABLE}.customer_id",
    time="ordered_at",
)


def register() -> None:
    """Let conditions over customers ask for orders and their lines."""
    related.register(BOUGHT)
    related.register(LINES)
