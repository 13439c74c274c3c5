"""The second wall around the choices of members and around what goes out by e-mail."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from samphan.platform.schema import WorkspaceTable

MEMBER = {"member_id": "administration_member"}


class Migration(migrations.Migration):
    dependencies = [("administration", "0011_notification_mails")]

    operations = [
        RunSQL(
            "ALTER TABLE administration_notification"
            " ADD CONSTRAINT administration_notification_in_workspace UNIQUE (workspace_id, id)",
            "ALTER TABLE administration_notification DROP CONSTRAINT administration_notification_in_workspace",
        ),
        WorkspaceTable("administration_notificationchoice", MEMBER),
        WorkspaceTable("administration_notificationmail", {**MEMBER, "notification_id": "administration_notification"}),
    ]
