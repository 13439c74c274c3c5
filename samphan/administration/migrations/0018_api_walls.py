"""The second wall around tokens and answers of the API, and the table that counts requests."""

from django.db import migrations

from samphan.platform.schema import POLICY, WorkspaceTable

# Before a workspace is known, who holds a token sees the one row of its hash and nothing else.
OWN_TOKEN = f"({POLICY}) OR token_hash = nullif(current_setting('samphan.token', true), '')"

# Counts of one minute: not logged, because a crash may forget them, and without a wall, because a key names no workspace.
LIMIT = """
CREATE UNLOGGED TABLE samphan_api_limit (
    key varchar(255) NOT NULL PRIMARY KEY,
    began_at timestamptz NOT NULL,
    used integer NOT NULL
) WITH (fillfactor = 50);
"""


class Migration(migrations.Migration):
    dependencies = [("administration", "0017_api")]

    operations = [
        WorkspaceTable(
            "administration_apitoken", {"member_id": "administration_member"}, referenced=True, policy=OWN_TOKEN
        ),
        WorkspaceTable("administration_apianswer", {"token_id": "administration_apitoken"}),
        migrations.RunSQL(LIMIT, "DROP TABLE samphan_api_limit"),
    ]
