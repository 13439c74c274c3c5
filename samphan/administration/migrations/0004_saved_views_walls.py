"""The second wall around saved views."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0003_saved_views")]

    operations = [
        WorkspaceTable("administration_savedview", {"owner_id": "administration_member"}, referenced=True),
        WorkspaceTable("administration_savedviewhistory"),
        WorkspaceTable(
            "administration_savedviewplace",
            {"view_id": "administration_savedview", "member_id": "administration_member"},
        ),
        WorkspaceTable("administration_savedviewplacehistory"),
    ]
