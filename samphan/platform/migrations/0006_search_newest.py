"""Find what many records hold among the newest of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0005_search_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "Not checked yet"),
                    ("checking", "Checking"),
                    ("checked", "Checked"),
                    ("running", "Importing"),
                    ("done", "Imported"),
                    ("failed", "Stopped by a problem"),
                    ("cancelled", "Cancelled"),
                    ("undoing", "Undoing"),
                    ("undone", "Undone"),
                ],
                default="uploaded",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(fields=["workspace_id", "entity", "record_id"], name="search_by_newest"),
        ),
    ]
