"""The cache: a table that every process shares, for counts and limits that may be forgotten at any time."""

from datetime import datetime

from django.conf import settings
from django.db import connection

TABLE = str(settings.CACHES["default"]["LOCATION"])


def forget_expired(before: datetime) -> int:
    """Delete what was kept until an earlier moment than `before`; returns how many. What somebody writes now stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{TABLE}" WHERE cache_key IN '
            f'(SELECT cache_key FROM "{TABLE}" WHERE expires < %s FOR UPDATE SKIP LOCKED)',
            [before],
        )
        return int(cursor.rowcount)
