"""The changes of customers' rows can be read."""

from django.db import migrations

from samphan.platform.schema import CapturedTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0023_trait_state"), ("platform", "0016_row_changes")]

    operations = [
        CapturedTable("customers_customer", "id"),
        CapturedTable("customers_identity"),
        CapturedTable("customers_address"),
        CapturedTable("customers_customertag"),
        CapturedTable("customers_preference"),
        CapturedTable("customers_consentevidence"),
        CapturedTable("customers_tag", ""),
    ]
