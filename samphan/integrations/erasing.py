"""What was sent about records that are erased goes with them; the other system is told of the deletion as of any other."""

from django.db import connection

from samphan.platform.changes.erasing import Erased, with_erased

# Only a delivery about one record holds more of it than its id.
_DELIVERIES = """
    SELECT d.id FROM integrations_webhookdelivery d
     WHERE d.workspace_id = %(workspace)s AND jsonb_array_length(d.subject -> 'ids') = 1
       AND (d.subject -> 'ids' ->> 0)::uuid = ANY(%(ids)s)
"""
_ATTEMPTS = (
    f"DELETE FROM integrations_webhookattempt WHERE workspace_id = %(workspace)s AND delivery_id IN ({_DELIVERIES})"
)
_GONE = f"DELETE FROM integrations_webhookdelivery WHERE id IN ({_DELIVERIES}) AND state <> 'waiting'"


def register() -> None:
    """Have bodies of webhooks go with the records that they are about."""
    with_erased(_erase)


def _erase(erased: Erased) -> None:
    with connection.cursor() as cursor:
        for sql in (_ATTEMPTS, _GONE):
            cursor.execute(sql, {"workspace": erased.workspace_id, "ids": erased.everything})
