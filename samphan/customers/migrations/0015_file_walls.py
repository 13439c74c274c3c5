"""The second wall around the files of customers."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_files"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable(
            "customers_customerfile",
            {"customer_id": "customers_customer", "added_by_id": "administration_member"},
        ),
        WorkspaceTable("customers_customerfilehistory"),
    ]
