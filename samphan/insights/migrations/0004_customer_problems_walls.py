"""The second wall around customers' problems, and around how far a count of them came."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("insights", "0003_customer_problems")]

    operations = [WorkspaceTable("insights_customerproblem"), WorkspaceTable("insights_qualityrun")]
