"""The second wall around long changes of lists."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("administration", "0005_list_acts")]

    operations = [WorkspaceTable("administration_listact", {"member_id": "administration_member"})]
