"""A customer is merged into one of the same workspace."""

from django.db import migrations

NAME = "customers_customer_merged_into_id_in_workspace"


class Migration(migrations.Migration):
    dependencies = [("customers", "0021_merging")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE customers_customer ADD CONSTRAINT {NAME} FOREIGN KEY (workspace_id, merged_into_id)"
            " REFERENCES customers_customer (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE customers_customer DROP CONSTRAINT {NAME}",
        )
    ]
