"""Let the worker learn the words of all names that are there: one event for each workspace starts it, see `search_words`."""

from django.db import migrations

WANT = """
    INSERT INTO platform_outboxevent (workspace_id, type, payload)
    SELECT id, 'customers.search_words_wanted', '{"after": null}' FROM administration_workspace
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_filter_indexes"), ("platform", "0008_search_words")]

    operations = [
        migrations.RunSQL(WANT, "DELETE FROM platform_outboxevent WHERE type = 'customers.search_words_wanted'")
    ]
