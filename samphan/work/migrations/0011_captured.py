"""The changes of tasks' and activities' rows can be read."""

from django.db import migrations

from samphan.platform.schema import CapturedTable


class Migration(migrations.Migration):
    dependencies = [("work", "0010_erasure"), ("platform", "0016_row_changes")]

    operations = [
        CapturedTable("work_activity"),
        CapturedTable("work_task"),
    ]
