"""The second wall around relations."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_relations"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable(
            "customers_relation",
            {"customer_id": "customers_customer", "other_id": "customers_customer"},
        ),
        WorkspaceTable("customers_relationhistory"),
    ]
