"""The second wall around activities and tasks, and keys that cannot point into another workspace."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("customers", "0002_walls"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable("work_activity", {"customer_id": "customers_customer", "member_id": "administration_member"}),
        WorkspaceTable("work_activityhistory"),
        WorkspaceTable(
            "work_task",
            {
                "customer_id": "customers_customer",
                "assignee_id": "administration_member",
                "made_by_id": "administration_member",
            },
            referenced=True,
        ),
        WorkspaceTable("work_taskhistory"),
        WorkspaceTable("work_taskstate", {"task_id": "work_task", "member_id": "administration_member"}),
        WorkspaceTable("work_taskstatehistory"),
    ]
