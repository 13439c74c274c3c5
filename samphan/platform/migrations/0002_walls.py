"""The second wall, ids made by sets, and the index that search reads."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable

# UUIDv7 for rows that one INSERT ... SELECT makes by the thousand; PostgreSQL 15 has no function of its own.
UUID7 = """
CREATE FUNCTION samphan_uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(
        set_bit(
            set_bit(
                overlay(uuid_send(gen_random_uuid())
                        placing substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                        FROM 1 FOR 6),
                52, 1),
            53, 1),
        'hex')::uuid
$$
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]

    operations = [
        migrations.RunSQL(UUID7, "DROP FUNCTION samphan_uuid7()"),
        WorkspaceTable("platform_changeset"),
        WorkspaceTable("platform_searchdocument"),
        WorkspaceTable("platform_importbatch", referenced=True),
        WorkspaceTable("platform_importproblem"),
        migrations.RunSQL(
            "CREATE INDEX search_by_fragment ON platform_searchdocument "
            "USING gin (workspace_id, entity, text gin_trgm_ops)",
            "DROP INDEX search_by_fragment",
        ),
    ]
