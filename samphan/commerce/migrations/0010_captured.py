"""The changes of orders' and products' rows can be read."""

from django.db import migrations

from samphan.platform.schema import CapturedTable


class Migration(migrations.Migration):
    dependencies = [("commerce", "0009_habits"), ("platform", "0016_row_changes")]

    operations = [
        CapturedTable("commerce_order"),
        CapturedTable("commerce_orderline", ""),
        CapturedTable("commerce_product", ""),
        CapturedTable("commerce_habit"),
    ]
