"""The second wall around files in custom fields."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0071_file_fields")]

    operations = [WorkspaceTable("administration_fieldfile")]
