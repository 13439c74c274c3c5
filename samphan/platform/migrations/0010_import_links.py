"""Imports that begin with the link of a sheet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0009_import_sources")]

    operations = [
        migrations.AlterField(
            "importbatch",
            "state",
            models.CharField(
                choices=[
                    ("fetching", "Fetching the sheet"),
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
        migrations.AddField("importbatch", "link", models.TextField(blank=True, default="", db_default="")),
    ]
