"""The words of names, for searches that are spelt differently, and the records that each member opened."""

from django.db import migrations, models

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("platform", "0007_search_alone")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "key", "word", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("key", models.CharField(max_length=80)),
                ("word", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="OpenedRecord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "member_id", "record_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("member_id", models.UUIDField()),
                ("record_id", models.UUIDField()),
                ("kind", models.CharField(max_length=32)),
                ("opened_at", models.DateTimeField()),
                ("opened_count", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["workspace_id", "member_id", "-opened_at"], name="opened_lately")],
            },
        ),
        WorkspaceTable("platform_searchword"),
        WorkspaceTable("platform_openedrecord"),
    ]  # fmt: skip
