"""The second wall around settings."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0013_settings")]

    operations = [
        WorkspaceTable("administration_setting"),
        WorkspaceTable("administration_settinghistory"),
    ]
