"""Imports of several sheets of one workbook know each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0010_import_links")]

    operations = [
        migrations.AddField("importbatch", "workbook", models.UUIDField(null=True)),
        migrations.AddIndex(
            "importbatch",
            models.Index(
                condition=models.Q(("workbook__isnull", False)),
                fields=["workspace_id", "workbook"],
                name="import_by_workbook",
            ),
        ),
    ]
