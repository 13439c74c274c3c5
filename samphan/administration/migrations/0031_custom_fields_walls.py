"""The second wall around custom fields and their history."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0030_custom_fields")]

    operations = [
        WorkspaceTable("administration_customfield"),
        WorkspaceTable("administration_customfieldhistory"),
    ]
