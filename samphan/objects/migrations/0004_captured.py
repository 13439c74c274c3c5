"""The changes of own kinds' records can be read."""

from django.db import migrations

from samphan.platform.schema import CapturedTable


class Migration(migrations.Migration):
    dependencies = [("objects", "0003_erasure"), ("platform", "0016_row_changes")]

    operations = [
        CapturedTable("objects_objectrecord"),
    ]
