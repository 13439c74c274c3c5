"""The one table that search reads."""

from django.db import models


class SearchDocument(models.Model):
    """The searchable text of one record, kept by the action that writes the record, in the same transaction."""

    record_id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    entity = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["workspace_id", "entity", "record_id"], name="search_by_newest")]
