"""The second wall around invitations."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0019_sign_in")]

    operations = [WorkspaceTable("administration_invitation", {"invited_by_id": "administration_member"})]
