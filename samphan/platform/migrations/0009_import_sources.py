"""Problems of imports keep their sentence apart from its values, and files of one source are recognised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0008_search_words")]

    operations = [
        # Nothing changes in the table: the column keeps its name, so that older code can run beside this.
        migrations.AlterField("importproblem", "reason", models.TextField(db_column="reason")),
        migrations.RenameField("importproblem", "reason", "message"),
        migrations.AddField(
            "importproblem",
            "values",
            models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            "importbatch", "signature", models.CharField(max_length=64, default="", db_default="")
        ),
        migrations.AddIndex(
            "importbatch", models.Index(fields=["workspace_id", "signature", "id"], name="import_by_source")
        ),
    ]  # fmt: skip
