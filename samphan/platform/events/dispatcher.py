"""Carry stored events to their subscribers.

Order: rows carry the id of the transaction that wrote them, and are read only below the oldest transaction that still
runs (`pg_snapshot_xmin`), by (transaction, id). A long transaction holds later events back, and none is ever passed over.
"""

import logging
from functools import cache
from itertools import groupby

from django.conf import settings
from django.db import connection, transaction

from samphan.platform.events.models import DeadLetter, OutboxEvent, SubscriberCursor
from samphan.platform.events.outbox import Delivery, Subscriber, load_subscribers, read, subscribers
from samphan.platform.tenancy import in_workspace

logger = logging.getLogger(__name__)
BATCH = 500


def deliver_waiting(*, batch: int = BATCH) -> int:
    """Give every subscriber its next batch; returns how many deliveries were made. Safe to run in several processes."""
    return sum(deliver_to(subscriber, batch=batch) for subscriber in loaded_subscribers())


@cache
def loaded_subscribers() -> list[Subscriber]:
    """All subscribers of all domains; their modules are loaded by those who deliver, and by nobody else."""
    load_subscribers(settings.DOMAINS)
    return subscribers()


def drain(*, rounds: int = 10_000) -> int:
    """Deliver until nothing waits; for commands that end without a worker."""
    total = 0
    for _round in range(rounds):
        delivered = deliver_waiting()
        total += delivered
        if not delivered:
            break
    return total


def deliver_to(subscriber: Subscriber, *, batch: int = BATCH) -> int:
    """Give one subscriber its next events in one transaction together with its cursor; returns how many.

    A batch that fails is tried event by event; one that fails alone becomes a dead letter, and the cursor goes on.
    """
    try:
        return _deliver(subscriber, batch)
    except Exception:
        logger.exception("subscriber %s failed on a batch; trying its events one by one", subscriber.name)
        return _deliver(subscriber, 1, lenient=True)


def _deliver(subscriber: Subscriber, batch: int, *, lenient: bool = False) -> int:
    with transaction.atomic():
        cursor = _claim(subscriber)
        if cursor is None:
            return 0
        rows = _next_rows(subscriber, cursor, batch)
        if not rows:
            _pass_by(cursor)
            return 0
        deliveries = [Delivery(row.id, row.workspace_id, row.at, read(row.type, row.payload)) for row in rows]
        for workspace_id, group in groupby(deliveries, key=lambda delivery: delivery.workspace_id):
            members = list(group)
            try:
                with in_workspace(workspace_id):
                    subscriber.deliver(members)
            except Exception as error:
                if not lenient:
                    raise
                logger.exception("event %s is a dead letter of %s", members[0].id, subscriber.name)
                DeadLetter.objects.get_or_create(
                    subscriber=subscriber.name, event_id=members[0].id, defaults={"error": repr(error)[:2000]}
                )
        SubscriberCursor.objects.filter(name=subscriber.name).update(
            transaction=rows[-1].transaction, event_id=rows[-1].id
        )
    return len(rows)


def _claim(subscriber: Subscriber) -> SubscriberCursor | None:
    """The subscriber's cursor, locked; None when another process serves it right now."""
    locked = SubscriberCursor.objects.select_for_update(skip_locked=True).filter(name=subscriber.name).first()
    if locked is None and not SubscriberCursor.objects.filter(name=subscriber.name).exists():
        # A new subscriber reads from the beginning of what is kept; two processes may try at once.
        SubscriberCursor.objects.bulk_create(
            [SubscriberCursor(name=subscriber.name, transaction="0", event_id=0)], ignore_conflicts=True
        )
        locked = SubscriberCursor.objects.select_for_update(skip_locked=True).filter(name=subscriber.name).first()
    return locked


def _next_rows(subscriber: Subscriber, cursor: SubscriberCursor, batch: int) -> list[OutboxEvent]:
    return list(
        OutboxEvent.objects.raw(
            """
            SELECT id, transaction, workspace_id, type, payload, at FROM platform_outboxevent
             WHERE (transaction, id) > (%s::xid8, %s)
               AND transaction < pg_snapshot_xmin(pg_current_snapshot())
               AND type = ANY(%s)
             ORDER BY transaction, id LIMIT %s
            """,
            [str(cursor.transaction), cursor.event_id, sorted(subscriber.types), batch],
        )
    )


def _pass_by(cursor: SubscriberCursor) -> None:
    """Nothing of what waits is this subscriber's: its cursor goes to the end, so that nobody looks there again."""
    with connection.cursor() as database:
        database.execute(
            """
            UPDATE platform_subscribercursor c SET transaction = e.transaction, event_id = e.id, updated_at = now()
              FROM (SELECT transaction, id FROM platform_outboxevent
                     WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())
                     ORDER BY transaction DESC, id DESC LIMIT 1) e
             WHERE c.name = %s AND (c.transaction, c.event_id) < (e.transaction, e.id)
            """,
            [cursor.name],
        )


def forget_delivered(*, days: int = 30) -> int:
    """Remove events that every subscriber has taken and that are older than so many days; returns how many."""
    names = [subscriber.name for subscriber in loaded_subscribers()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM platform_outboxevent e
             WHERE e.at < now() - make_interval(days => %s)
               AND (SELECT count(*) FROM platform_subscribercursor c
                     WHERE c.name = ANY(%s) AND (c.transaction, c.event_id) >= (e.transaction, e.id)) = %s
               AND NOT EXISTS (SELECT 1 FROM platform_deadletter d WHERE d.event_id = e.id)
            """,
            [days, names, len(names)],
        )
        return int(cursor.rowcount)


def lag() -> tuple[int, float]:
    """Events that the slowest subscriber still waits for (counted up to 10,000), and the age of the oldest in seconds."""
    names = [subscriber.name for subscriber in loaded_subscribers()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0) FROM (
                SELECT e.at FROM platform_outboxevent e
                 WHERE (e.transaction, e.id) > (SELECT c.transaction, c.event_id FROM platform_subscribercursor c
                                                 WHERE c.name = ANY(%s) ORDER BY c.transaction, c.event_id LIMIT 1)
                 LIMIT 10000) waiting
            """,
            [names],
        )
        count, age = cursor.fetchone()
    return int(count), float(age)
