"""The second wall around people and teams, and the table of the shared cache."""

from django.db import migrations

from samphan.platform.schema import POLICY, WorkspaceTable

# Before a workspace is chosen, a signed-in user sees their own memberships and nobody else's.
OWN_MEMBERSHIP = f"({POLICY}) OR user_id = nullif(current_setting('samphan.user', true), '')::uuid"

CACHE = """
CREATE TABLE samphan_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX samphan_cache_expires ON samphan_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("administration", "0001_initial"), ("platform", "0002_walls")]

    operations = [
        WorkspaceTable("administration_member", referenced=True, policy=OWN_MEMBERSHIP),
        WorkspaceTable("administration_memberhistory"),
        WorkspaceTable("administration_team", referenced=True),
        WorkspaceTable(
            "administration_teammembership",
            {"team_id": "administration_team", "member_id": "administration_member"},
        ),
        WorkspaceTable("administration_auditentry"),
        migrations.RunSQL(CACHE, "DROP TABLE samphan_cache"),
    ]
