"""The second wall around webhooks, and keys that cannot point into another workspace.

The pulse has none: the sender serves every workspace, and a moment says nothing.
"""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable

MEMBER = "administration_member"


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_initial"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable("integrations_webhookendpoint", {"owner_id": MEMBER}, referenced=True),
        WorkspaceTable(
            "integrations_webhookdelivery", {"endpoint_id": "integrations_webhookendpoint"}, referenced=True
        ),
        WorkspaceTable(
            "integrations_webhookattempt", {"delivery_id": "integrations_webhookdelivery", "owner_id": MEMBER}
        ),
    ]
