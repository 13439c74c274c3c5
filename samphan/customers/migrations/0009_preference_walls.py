"""The second wall around preferences."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_preferences"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable(
            "customers_preference",
            {"customer_id": "customers_customer", "noted_by_id": "administration_member"},
        ),
        WorkspaceTable("customers_preferencehistory"),
    ]
