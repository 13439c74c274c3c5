"""Which rows changed: learnt from the database itself, so that no bulk write, undo or computed column is missed.

Triggers of `platform.schema.CapturedTable` store one row per statement, or per 1,000 rows of it: which rows of which table,
and whose they are. It commits with the statement. Whoever keeps something that follows from rows (the warehouse, segments,
computed traits) reads it in order, in one transaction with what follows from it::

    with transaction.atomic():
        portion = rowchanges.take("customers.traits", {"commerce_order"})
        for change in portion.changes: ...

Like the outbox it is read below the oldest transaction that still runs, by (transaction, id), so nothing is ever passed over;
unlike it, it says no meaning. A reader fetches the rows as they stand: one that is gone is gone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models.functions import Now

from samphan.platform.events.models import CurrentTransactionId, TransactionIdField

AT_ONCE = 500  # changes of a portion; each names up to 1,000 rows
KEPT_HOURS = 72
FORGOTTEN_AT_ONCE = 20_000
PRUNED = "pruned"  # the name under which it is kept up to where nothing is kept any more


class RowChange(models.Model):
    """That rows of a table were made, changed or deleted by one statement.

    No row-level security: its readers serve every workspace. Only this module reads the table.
    """

    id = models.BigAutoField(primary_key=True)
    transaction = TransactionIdField(db_default=CurrentTransactionId())
    workspace_id = models.UUIDField()
    of_table = models.CharField(max_length=63)
    ids = ArrayField(models.UUIDField())
    customer_ids = ArrayField(models.UUIDField(), null=True)  # whose they are and were; NULL where that is nobody
    at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "platform"
        indexes = [models.Index(fields=["transaction", "id"], name="row_change_order")]

    def __str__(self) -> str:
        return f"{self.of_table} {self.id}"


class RowReader(models.Model):
    """How far a reader has taken the row changes, in their order (transaction, id)."""

    name = models.CharField(primary_key=True, max_length=100)
    transaction = TransactionIdField()
    change_id = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "platform"

    def __str__(self) -> str:
        return f"{self.name} {self.transaction}"


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of one table of one workspace that one statement changed. `customer_ids`: whose they are, and whose they were."""

    workspace_id: UUID
    table: str
    ids: tuple[UUID, ...]
    customer_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Portion:
    """The next changes for a reader.

    :param has_more: whether the next portion waits already.
    :param is_new: the reader has never read: it begins with what is changed from now on, and brings in itself what stands.
    :param is_behind: changes it has not taken are no longer kept; it works out everything anew, and reads on from now.
    """

    changes: tuple[Change, ...] = ()
    has_more: bool = False
    is_new: bool = False
    is_behind: bool = False


NOTHING = Portion()


def take(reader: str, tables: Collection[str], limit: int = AT_ONCE) -> Portion:
    """The next changes of these tables for a reader, whose cursor moves behind them with the caller's transaction.

    Empty where nothing waits, and where another process reads for this reader at the moment.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("row changes are taken in the transaction that keeps what follows from them")
    with connection.cursor() as cursor:
        if not _is_something_there(cursor, reader):
            return NOTHING
        cursor.execute(
            "SELECT transaction::text, change_id FROM platform_rowreader WHERE name = %s FOR UPDATE SKIP LOCKED",
            [reader],
        )
        kept = cursor.fetchone()
        if kept is None:
            return _begin(cursor, reader)
        if _is_pruned(cursor, kept):
            _move_to_now(cursor, reader)
            return Portion(is_behind=True)
        cursor.execute(
            """
            SELECT transaction::text, id, workspace_id, of_table,
                   CASE WHEN of_table = ANY(%s) THEN ids END, CASE WHEN of_table = ANY(%s) THEN customer_ids END
              FROM platform_rowchange
             WHERE (transaction, id) > (%s::xid8, %s) AND transaction < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY transaction, id LIMIT %s
            """,
            [sorted(tables), sorted(tables), *kept, limit],
        )
        rows = cursor.fetchall()
        if not rows:
            return NOTHING
        cursor.execute(
            "UPDATE platform_rowreader SET transaction = %s::xid8, change_id = %s, updated_at = now() WHERE name = %s",
            [rows[-1][0], rows[-1][1], reader],
        )
    changes = tuple(Change(row[2], row[3], tuple(row[4]), tuple(row[5] or ())) for row in rows if row[4] is not None)
    return Portion(changes, has_more=len(rows) == limit)


def _is_something_there(cursor: Any, reader: str) -> bool:
    """One probe of an index, because at rest nothing happens; a reader without a cursor has everything before it."""
    cursor.execute(
        """
        SELECT NOT EXISTS (SELECT FROM platform_rowreader WHERE name = %s)
            OR EXISTS (SELECT FROM platform_rowreader r, platform_rowchange c
                        WHERE r.name = %s AND (c.transaction, c.id) > (r.transaction, r.change_id)
                          AND c.transaction < pg_snapshot_xmin(pg_current_snapshot()))
        """,
        [reader, reader],
    )
    return bool(cursor.fetchone()[0])


def _begin(cursor: Any, reader: str) -> Portion:
    """Let a reader begin with what nobody could see yet; NOTHING where it has begun and another process reads for it."""
    cursor.execute(
        "INSERT INTO platform_rowreader (name, transaction, change_id)"
        " VALUES (%s, pg_snapshot_xmin(pg_current_snapshot()), 0) ON CONFLICT DO NOTHING",
        [reader],
    )
    return Portion(is_new=True) if cursor.rowcount else NOTHING


def _is_pruned(cursor: Any, kept: tuple[str, int]) -> bool:
    cursor.execute(
        "SELECT (transaction, change_id) > (%s::xid8, %s) FROM platform_rowreader WHERE name = %s", [*kept, PRUNED]
    )
    row = cursor.fetchone()
    return bool(row and row[0])


def _move_to_now(cursor: Any, reader: str) -> None:
    cursor.execute(
        "UPDATE platform_rowreader SET transaction = pg_snapshot_xmin(pg_current_snapshot()), change_id = 0,"
        " updated_at = now() WHERE name = %s",
        [reader],
    )


def forget_taken() -> bool:
    """Delete what every reader has taken, and what is older than three days; return whether more waits.

    A reader that was away for longer finds that it is behind. Readers that no longer exist are not waited for longer than that.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH upto AS (
                SELECT transaction, change_id FROM platform_rowreader WHERE name <> %(pruned)s
                 ORDER BY transaction, change_id LIMIT 1),
            gone AS (
                DELETE FROM platform_rowchange WHERE id IN (
                    SELECT c.id FROM platform_rowchange c
                     WHERE c.transaction < pg_snapshot_xmin(pg_current_snapshot())
                       AND ((c.transaction, c.id) <= (SELECT transaction, change_id FROM upto)
                            OR c.at < now() - make_interval(hours => %(hours)s))
                     ORDER BY c.transaction, c.id LIMIT %(limit)s)
                RETURNING transaction, id)
            SELECT transaction::text, id, (SELECT count(*) FROM gone) FROM gone ORDER BY transaction DESC, id DESC LIMIT 1
            """,
            {"pruned": PRUNED, "hours": KEPT_HOURS, "limit": FORGOTTEN_AT_ONCE},
        )
        last = cursor.fetchone()
        if last is None:
            return False
        cursor.execute(
            """
            INSERT INTO platform_rowreader AS r (name, transaction, change_id) VALUES (%s, %s::xid8, %s)
                ON CONFLICT (name) DO UPDATE
               SET transaction = excluded.transaction, change_id = excluded.change_id, updated_at = now()
             WHERE (r.transaction, r.change_id) < (excluded.transaction, excluded.change_id)
            """,
            [PRUNED, last[0], last[1]],
        )
        return bool(last[2] == FORGOTTEN_AT_ONCE)


def seconds_behind(reader: str) -> float:
    """How long the oldest change that a reader has not taken has been waiting; 0 when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT extract(epoch FROM now() - min(c.at)) FROM platform_rowreader r JOIN LATERAL (
                SELECT c.at FROM platform_rowchange c WHERE (c.transaction, c.id) > (r.transaction, r.change_id)
                 ORDER BY c.transaction, c.id LIMIT 1) c ON true
             WHERE r.name = %s
            """,
            [reader],
        )
        row = cursor.fetchone()
    return max(0.0, float(row[0])) if row and row[0] is not None else 0.0
