"""Which rows changed, and how far each reader has taken it."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
import samphan.platform.events.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0015_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="RowReader",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("transaction", samphan.platform.events.models.TransactionIdField()),
                ("change_id", models.BigIntegerField(default=0)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "transaction",
                    samphan.platform.events.models.TransactionIdField(
                        db_default=samphan.platform.events.models.CurrentTransactionId()
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("of_table", models.CharField(max_length=63)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "customer_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["transaction", "id"], name="row_change_order")],
            },
        ),
    ]
