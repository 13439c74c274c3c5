"""The second wall around shared records and around who stands in for whom."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable

MEMBER = "administration_member"


class Migration(migrations.Migration):
    dependencies = [("administration", "0015_reach")]

    operations = [
        WorkspaceTable("administration_delegation", {"member_id": MEMBER, "stand_in_id": MEMBER}),
        WorkspaceTable("administration_delegationhistory"),
        WorkspaceTable("administration_recordshare", {"member_id": MEMBER, "team_id": "administration_team"}),
        WorkspaceTable("administration_recordsharehistory"),
    ]
