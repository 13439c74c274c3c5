"""A birth date may lack parts: it moves from the column `birth_date` into the text `birth`.

The old column stays until a later release, so that the program of before can still run beside the new one.
"""

from django.db import migrations, models

TABLES = ("customers_customer", "customers_customerhistory")


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_file_walls")]

    operations = [
        migrations.RunSQL(
            [f"ALTER TABLE {table} ADD COLUMN birth varchar(10)" for table in TABLES],
            [f"ALTER TABLE {table} DROP COLUMN birth" for table in TABLES],
            state_operations=[
                migrations.AlterField(
                    model_name=model,
                    name="birth_date",
                    field=models.CharField(
                        blank=True, db_column="birth", max_length=10, null=True, verbose_name="birth date"
                    ),
                )
                for model in ("customer", "customerhistory")
            ],
        )
    ]
