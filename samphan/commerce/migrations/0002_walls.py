"""The second wall around products and orders, and keys that cannot point into another workspace."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial"), ("customers", "0002_walls")]

    operations = [
        WorkspaceTable("commerce_product", referenced=True),
        WorkspaceTable("commerce_producthistory"),
        WorkspaceTable("commerce_order", {"customer_id": "customers_customer"}, referenced=True),
        WorkspaceTable("commerce_orderhistory"),
        WorkspaceTable("commerce_orderline", {"order_id": "commerce_order", "product_id": "commerce_product"}),
        WorkspaceTable("commerce_orderlinehistory"),
    ]
