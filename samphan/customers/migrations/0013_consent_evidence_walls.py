"""The second wall around the evidence of consents."""

from django.db import migrations

from samphan.platform.schema import WorkspaceTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_consent_evidence"), ("administration", "0002_walls")]

    operations = [
        WorkspaceTable("customers_consentevidence", {"customer_id": "customers_customer"}),
        WorkspaceTable("customers_consentevidencehistory"),
    ]
