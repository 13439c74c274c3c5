"""The second wall around the counts of custom fields' use."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0040_field_use")]

    operations = [WorkspaceTable("administration_fielduse")]
