"""The second wall around customers, and keys that cannot point into another workspace."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable

CUSTOMER = {"customer_id": "customers_customer"}


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable("customers_customer", {"owner_id": "administration_member"}, referenced=True),
        WorkspaceTable("customers_customerhistory"),
        WorkspaceTable("customers_identity", CUSTOMER),
        WorkspaceTable("customers_identityhistory"),
        WorkspaceTable("customers_address", CUSTOMER),
        WorkspaceTable("customers_addresshistory"),
        WorkspaceTable("customers_tag", referenced=True),
        WorkspaceTable("customers_taghistory"),
        WorkspaceTable("customers_customertag", {**CUSTOMER, "tag_id": "customers_tag"}),
        WorkspaceTable("customers_customertaghistory"),
    ]
