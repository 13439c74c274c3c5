"""The second wall around what is kept of the data's quality."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_quality"), ("administration", "0002_walls")]

    operations = [WorkspaceTable("insights_qualitysnapshot")]
