"""Keep letters in place of Thai marks in the documents themselves: an index of an expression costs each write too much."""

from django.db import migrations

MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
LETTERS = "\ua000\ua001\ua002\ua003\ua004\ua005\ua006\ua007\ua008\ua009\ua00a\ua00b\ua00c\ua00d\ua00e\ua00f"

# Row by row behind the second wall, so workspace by workspace.
REWRITE = """
DO $$
DECLARE one uuid;
BEGIN
    FOR one IN SELECT id FROM administration_workspace LOOP
        PERFORM set_config('samphan.workspace', one::text, true);
        UPDATE platform_searchdocument SET text = translate(text, '{}', '{}');
    END LOOP;
    PERFORM set_config('samphan.workspace', '', true);
END $$
"""
# The size of the list of what waits: see 0004_search_batches.
PLAIN = (
    "CREATE INDEX search_by_fragment ON platform_searchdocument "
    "USING gin (workspace_id, text gin_trgm_ops) WITH (gin_pending_list_limit = 16384)"
)
TRANSLATED = (
    "CREATE INDEX search_by_fragment ON platform_searchdocument "
    f"USING gin (workspace_id, translate(text, '{MARKS}', '{LETTERS}') gin_trgm_ops) WITH (gin_pending_list_limit = 16384)"
)


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_search_batches"), ("administration", "0002_walls")]

    operations = [
        migrations.RunSQL(
            ["DROP INDEX search_by_fragment", REWRITE.format(MARKS, LETTERS), PLAIN],
            ["DROP INDEX search_by_fragment", REWRITE.format(LETTERS, MARKS), TRANSLATED],
        ),
    ]
