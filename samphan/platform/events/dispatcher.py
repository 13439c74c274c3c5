"""Carry stored events to their subscribers.

Order: rows carry the id of the transaction that wrote them, and are read only below the oldest transaction that still
runs (`pg_snapshot_xmin`), by (transaction, id). A long transaction holds later events back, and none is ever passed over.
"""

import logging
from datetime import timedelta
from functools import cache
from itertools import groupby

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from samphan.platform.errors import in_short, outage
from samphan.platform.events.models import DeadLetter, OutboxEvent, SubscriberCursor
from samphan.platform.events.outbox import Delivery, Subscriber, load_subscribers, read, subscribers
from samphan.platform.observation import figures
from samphan.platform.tenancy import in_workspace

logger = logging.getLogger(__name__)
BATCH = 500
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""The waits before a dead letter is tried again by itself; after the last it waits for an administrator."""


def deliver_waiting() -> int:
    """Give every subscriber its next batch; returns how many deliveries were made. Safe to run in several processes."""
    return sum(deliver_to(subscriber) for subscriber in loaded_subscribers())


@cache
def loaded_subscribers() -> list[Subscriber]:
    """All subscribers of all domains; their modules are loaded by those who deliver, and by nobody else."""
    load_subscribers(settings.DOMAINS)
    return subscribers()


def deliver_to(subscriber: Subscriber) -> int:
    """Give one subscriber its next events in one transaction together with its cursor; returns how many.

    A batch that fails is given event by event; one that fails alone is set aside as a dead letter, and the cursor goes on:
    nothing behind it waits. `dead_letters` tries it again.
    """
    try:
        return _deliver(subscriber)
    except Exception as error:
        if _is_away(error):
            raise  # the events are not to blame; they are given again
        logger.exception("subscriber %s failed on a batch; giving its events one by one", subscriber.name)
    return _deliver(subscriber, one_by_one=True)


def _deliver(subscriber: Subscriber, *, one_by_one: bool = False) -> int:
    with transaction.atomic():
        cursor = _claim(subscriber)
        if cursor is None:
            return 0
        rows = _next_rows(subscriber, cursor, BATCH)
        if not rows:
            _pass_by(subscriber, cursor)
            return 0
        if one_by_one:
            for row in rows:
                _deliver_alone(subscriber, row)
        else:
            deliveries = [Delivery(row.id, row.workspace_id, row.at, read(row.type, row.payload)) for row in rows]
            for workspace_id, group in groupby(deliveries, key=lambda delivery: delivery.workspace_id):
                with in_workspace(workspace_id):
                    subscriber.deliver(list(group))
        SubscriberCursor.objects.filter(name=subscriber.name).update(
            transaction=rows[-1].transaction, event_id=rows[-1].id
        )
    figures.deliveries.labels(subscriber.name).inc(len(rows))
    return len(rows)


def _deliver_alone(subscriber: Subscriber, row: OutboxEvent) -> None:
    try:
        deliver_one(subscriber, row)
    except Exception as error:
        if _is_away(error):
            raise
        logger.exception("event %s is a dead letter of %s", row.id, subscriber.name)
        DeadLetter.objects.get_or_create(
            subscriber=subscriber.name,
            event_id=row.id,
            defaults={"error": in_short(error), "next_at": timezone.now() + RETRY_AFTER[0]},
        )


def _is_away(error: Exception) -> bool:
    """Whether the database went away or the disk is full."""
    is_lost = isinstance(error, Error) and (connection.connection is None or connection.connection.closed)
    return is_lost or bool(outage(error))


def deliver_one(subscriber: Subscriber, row: OutboxEvent) -> None:
    """Give a subscriber one event, inside its workspace; what it raises is raised, and what it wrote is gone then."""
    with in_workspace(row.workspace_id):
        subscriber.deliver([Delivery(row.id, row.workspace_id, row.at, read(row.type, row.payload))])


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


def _pass_by(subscriber: Subscriber, cursor: SubscriberCursor) -> None:
    """Nothing of what waits is this subscriber's: its cursor goes to the end, so that nobody looks there again.

    One statement sees one moment. Where the end was looked up after the question before, an event that became readable
    between the two was passed by and never given.
    """
    with connection.cursor() as database:
        database.execute(
            """
            UPDATE platform_subscribercursor c SET transaction = e.transaction, event_id = e.id, updated_at = now()
              FROM (SELECT transaction, id FROM platform_outboxevent
                     WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())
                     ORDER BY transaction DESC, id DESC LIMIT 1) e
             WHERE c.name = %s AND (c.transaction, c.event_id) < (e.transaction, e.id)
               AND NOT EXISTS (SELECT FROM platform_outboxevent mine
                                WHERE (mine.transaction, mine.id) > (c.transaction, c.event_id)
                                  AND mine.transaction < pg_snapshot_xmin(pg_current_snapshot())
                                  AND mine.type = ANY(%s))
            """,
            [cursor.name, sorted(subscriber.types)],
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
