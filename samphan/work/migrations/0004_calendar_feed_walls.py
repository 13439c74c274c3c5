"""The second wall around calendar addresses."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("work", "0003_calendar_feed"), ("administration", "0002_walls")]

    operations = [WorkspaceTable("work_calendarfeed", {"member_id": "administration_member"})]
