"""The second wall around the counters of numbers."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0060_numbering")]

    operations = [WorkspaceTable("administration_numbercounter")]
