"""What search reads: the text of every record, and the words of names."""

from django.db import models


class SearchDocument(models.Model):
    """The searchable text of one record, kept by the action that writes the record, in the same transaction."""

    record_id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    entity = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["workspace_id", "entity", "record_id"], name="search_by_newest")]


class SearchWord(models.Model):
    """A word of a name under one of its keys; see `words`. Words that nobody is called any more do no harm."""

    pk = models.CompositePrimaryKey("workspace_id", "key", "word")
    workspace_id = models.UUIDField()
    key = models.CharField(max_length=80)
    word = models.CharField(max_length=40)


class OpenedRecord(models.Model):
    """A record that a member opened: for what is recent, and for whom search means first. At most 200 for each member."""

    pk = models.CompositePrimaryKey("workspace_id", "member_id", "record_id")
    workspace_id = models.UUIDField()
    member_id = models.UUIDField()
    record_id = models.UUIDField()
    kind = models.CharField(max_length=32)  # as in hits: "customer"
    opened_at = models.DateTimeField()
    opened_count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["workspace_id", "member_id", "-opened_at"], name="opened_lately")]
