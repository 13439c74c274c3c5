"""The second wall around notifications."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0007_notifications")]

    operations = [WorkspaceTable("administration_notification", {"member_id": "administration_member"})]
