"""The outbox and how far each subscriber has read."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id; compared with a snapshot's oldest running transaction."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else str(value)


class CurrentTransactionId(models.Func):
    function = "pg_current_xact_id"
    arity = 0
    output_field = TransactionIdField()


class OutboxEvent(models.Model):
    """A domain event, committed together with the write it tells of.

    No row-level security: the dispatcher serves every workspace. Only `samphan.platform.events` reads this table.
    """

    id = models.BigAutoField(primary_key=True)
    transaction = TransactionIdField(db_default=CurrentTransactionId())
    workspace_id = models.UUIDField()
    type = models.CharField(max_length=100)
    payload = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["transaction", "id"], name="outbox_order")]


class SubscriberCursor(models.Model):
    """The last event a subscriber has taken, in outbox order (transaction, id)."""

    name = models.CharField(primary_key=True, max_length=200)
    transaction = TransactionIdField()
    event_id = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())


class DeadLetter(models.Model):
    """An event that a subscriber failed on alone; the others go on, this one is tried again and then waits for repair."""

    id = models.BigAutoField(primary_key=True)
    subscriber = models.CharField(max_length=200)
    event = models.ForeignKey(OutboxEvent, models.CASCADE, related_name="+")
    error = models.TextField()
    attempts = models.IntegerField(default=1)
    at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(null=True)  # when it is tried again by itself; None: it waits for an administrator

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "event"], name="dead_letter_once")]
