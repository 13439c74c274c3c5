"""Products, and the orders that customers made of them."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from samphan.customers.reach import of_reached_customers
from samphan.platform.changes.recording import tracked
from samphan.platform.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from samphan.platform.access import Viewer


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The products of the viewer's workspace."""
        return self.filter(workspace_id=viewer.workspace_id)


@tracked(
    fields=["sku", "name", "category", "unit", "unit_price", "is_active", "custom"],
    merged=["custom"],
    indexes=[models.Index("workspace", "pgh_created_at", name="product_gone", condition=models.Q(pgh_label="delete"))],
)
class Product(WorkspaceModel):
    """Something the company sells."""

    sku = models.CharField(_("product code"), max_length=64)
    name = models.CharField(_("product name"), max_length=300)
    category = models.CharField(_("category"), max_length=100, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=6, null=True, blank=True)  # THB
    is_active = models.BooleanField(_("on sale"), default=True)
    custom = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), blank=True
    )  # custom fields by field id

    name_key = models.TextField(default="", db_default="")  # Thai dictionary order under byte comparison

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        constraints = [models.UniqueConstraint(fields=["workspace", "sku"], name="product_sku_once")]
        indexes = [
            models.Index("workspace", "name_key", "id", name="product_by_name"),
            models.Index("created_in", name="product_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.name


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The orders of the customers that the viewer sees; cash sales are for who sees every customer."""
        return self.filter(of_reached_customers(viewer), workspace_id=viewer.workspace_id)


@tracked(
    fields=["number", "customer", "ordered_at", "channel", "currency", "custom"],
    merged=["custom"],
    indexes=[
        models.Index(fields=["customer", "pgh_id"], name="order_history_of_customer"),
        models.Index("workspace", "pgh_created_at", name="order_gone", condition=models.Q(pgh_label="delete")),
    ],
)
class Order(WorkspaceModel):
    """What a customer bought at one time; anonymous when nobody knows who it was."""

    number = models.CharField(_("order number"), max_length=64)
    customer = models.ForeignKey(
        "customers.Customer",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("customer"),
    )
    ordered_at = models.DateTimeField(_("ordered at"))
    channel = models.CharField(_("channel"), max_length=60, blank=True, default="")
    currency = models.CharField(max_length=3, default="THB")
    custom = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), blank=True
    )  # custom fields by field id

    # Computed from the lines; kept true by sets, outside the history.
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=6, default=0, db_default=0)
    line_count = models.IntegerField(_("lines"), default=0, db_default=0)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="order_number_once")]
        indexes = [
            models.Index("workspace", "ordered_at", "id", name="order_by_time"),
            models.Index("workspace", "total", "id", name="order_by_total"),
            models.Index("workspace", "customer", "ordered_at", "id", name="order_by_customer"),
            models.Index("created_in", name="order_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.number


@tracked(
    fields=["order", "position", "product", "sku", "description", "quantity", "unit_price"],
    part_of="order",
    is_one_value=True,
    indexes=[models.Index(fields=["order", "pgh_id"], name="order_line_history_of_one")],
)
class OrderLine(WorkspaceModel):
    """One position of an order. A negative quantity is a return, and counts."""

    order = models.ForeignKey(Order, models.DO_NOTHING, related_name="lines", db_constraint=False, db_index=False)
    position = models.IntegerField()
    product = models.ForeignKey(
        Product, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    sku = models.CharField(_("product code"), max_length=64, blank=True, default="")
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=6)  # THB

    class Meta:
        indexes = [
            models.Index("workspace", "order", "position", name="order_line_by_order"),
            models.Index("workspace", "product", name="order_line_by_product"),
            models.Index("created_in", name="order_line_by_changeset"),
        ]


class StagedLine(models.Model):
    """A line of an order on its way in from a file, until its order is complete.

    No row-level security, which COPY refuses; `commerce.staging` alone reads it, always by batch.
    """

    id = models.BigAutoField(primary_key=True)
    batch_id = models.UUIDField()
    row = models.IntegerField()
    number = models.TextField()
    ordered_at = models.DateTimeField()
    customer = models.TextField(default="")
    channel = models.TextField(default="")
    sku = models.TextField(default="")
    description = models.TextField(default="")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    custom = models.TextField(default="", db_default="")  # custom fields of the order as JSON

    class Meta:
        indexes = [models.Index("batch_id", "number", "row", name="staged_line_by_order")]


class StagedCustomer(models.Model):
    """Who a file means by a customer's number, name or phone, for one batch."""

    id = models.BigAutoField(primary_key=True)
    batch_id = models.UUIDField()
    reference = models.TextField()
    customer_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch_id", "reference"], name="staged_customer_once")]
