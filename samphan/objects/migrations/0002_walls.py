"""The second wall around a company's own kinds, and keys that cannot point into another workspace."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("objects", "0001_initial"), ("customers", "0002_walls"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable("objects_customobject", referenced=True),
        WorkspaceTable("objects_customobjecthistory"),
        WorkspaceTable(
            "objects_objectrecord",
            {
                "object_id": "objects_customobject",
                "customer_id": "customers_customer",
                "owner_id": "administration_member",
            },
            referenced=True,
        ),
        WorkspaceTable("objects_objectrecordhistory"),
        WorkspaceTable(
            "objects_recordnote", {"record_id": "objects_objectrecord", "member_id": "administration_member"}
        ),
        WorkspaceTable("objects_recordnotehistory"),
    ]
