"""How the work behind the pages does: what waits, what failed, and for how long.

The figures are those of the whole installation, since one worker serves all; what failed is told to its own workspace.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction

COUNTED = 10_000  # no figure counts further


class JobFailure(models.Model):
    """Why the last run of a job failed; the queue itself keeps only that it did.

    No row-level security: workers write it for every workspace. `workspace_id` is None for work that belongs to none.
    """

    job_id = models.BigIntegerField(primary_key=True)
    task = models.CharField(max_length=128)
    workspace_id = models.UUIDField(null=True)
    error = models.CharField(max_length=500)
    attempts = models.IntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        app_label = "platform"
        indexes = [models.Index(fields=["workspace_id", "at"], name="job_failure_by_workspace")]

    def __str__(self) -> str:
        return f"{self.task} {self.job_id}"


class HealthAlarm(models.Model):
    """That something is wrong since a moment, so that it is told once, and once more when it is over.

    No row-level security: the watch serves every workspace. It holds no words.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    name = models.CharField(max_length=50)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "platform"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "name"], condition=models.Q(ended_at=None), name="one_alarm_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.began_at}"


@dataclass(frozen=True)
class Waiting:
    """What waits for one subscriber, or in one queue. `count` is counted up to 10,000."""

    name: str
    count: int
    oldest_at: datetime | None

    def seconds(self, at: datetime) -> float:
        """How long the oldest has been waiting."""
        return max(0.0, (at - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


def subscribers_waiting() -> list[Waiting]:
    """What each subscriber has not taken yet, the one furthest behind first."""
    from samphan.platform.events.dispatcher import loaded_subscribers

    types = {subscriber.name: sorted(subscriber.types) for subscriber in loaded_subscribers()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.name, waiting.count, waiting.oldest
              FROM jsonb_each(%s::jsonb) AS s (name, types)
              LEFT JOIN platform_subscribercursor c ON c.name = s.name
             CROSS JOIN LATERAL (
                SELECT count(*) AS count, min(found.at) AS oldest FROM (
                    SELECT e.at FROM platform_outboxevent e
                     WHERE (e.transaction, e.id) > (coalesce(c.transaction, '0'::xid8), coalesce(c.event_id, 0))
                       AND e.type IN (SELECT jsonb_array_elements_text(s.types))
                     LIMIT %s) found) waiting
             ORDER BY waiting.oldest NULLS LAST, s.name
            """,
            [json.dumps(types), COUNTED],
        )
        return [Waiting(*row) for row in cursor.fetchall()]


def queues_waiting() -> list[Waiting]:
    """Jobs that could run now and wait for a worker, by queue; those for later are not late."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT queue_name, count(*), min(since) FROM (
                SELECT j.queue_name, greatest(j.scheduled_at, (SELECT max(e.at) FROM procrastinate_events e
                        WHERE e.job_id = j.id AND e.type IN ('deferred', 'deferred_for_retry', 'retried'))) AS since
                  FROM procrastinate_jobs j
                 WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()) LIMIT %s) waiting
             GROUP BY queue_name ORDER BY 3 NULLS LAST
            """,
            [COUNTED],
        )
        return [Waiting(*row) for row in cursor.fetchall()]


def running_count() -> int:
    """Jobs that run now."""
    return int(_one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"))


def worker_seen_at() -> datetime | None:
    """The last sign of life of a worker; None when there is none."""
    found: datetime | None = _one("SELECT max(last_heartbeat) FROM procrastinate_workers")
    return found


@dataclass(frozen=True)
class FailedJob:
    """A job that used up its tries. `error` is "" for one that failed before errors were kept."""

    id: int
    task: str
    attempts: int
    error: str
    at: datetime | None


_FAILED = """
  FROM procrastinate_jobs j LEFT JOIN platform_jobfailure f ON f.job_id = j.id
 WHERE j.status = 'failed'
   AND (j.args ->> 'workspace_id' = %(workspace)s OR (%(others)s AND NOT j.args ? 'workspace_id'))
"""


def failed_jobs(workspace_id: UUID, *, limit: int = 100) -> list[FailedJob]:
    """The failed jobs of a workspace, and those that belong to none, the last first.

    Of work that belongs to no workspace only the kind of the error is told: its words may be about another company.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT j.id, j.task_name, j.attempts,
                   CASE WHEN j.args ? 'workspace_id' THEN coalesce(f.error, '')
                        ELSE split_part(coalesce(f.error, ''), ':', 1) END, f.at
            {_FAILED} ORDER BY j.id DESC LIMIT %(limit)s
            """,
            {"workspace": str(workspace_id), "others": True, "limit": limit},
        )
        return [FailedJob(*row) for row in cursor.fetchall()]


def retry_job(job_id: int, workspace_id: UUID, *, at: datetime) -> bool:
    """Queue a failed job of a workspace, or of none, again; False when there is none, or the same work waits already."""
    if not _is_failed(job_id, workspace_id):
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [job_id, at])
    except IntegrityError:
        # The lock of the queue: a later run of the same work does what this one did not.
        return False
    return True


def drop_job(job_id: int, workspace_id: UUID) -> bool:
    """Forget a failed job of a workspace, or of none."""
    if not _is_failed(job_id, workspace_id):
        return False
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", [job_id])
        return bool(cursor.rowcount)


def _is_failed(job_id: int, workspace_id: UUID) -> bool:
    found = _one(
        f"SELECT count(*) {_FAILED} AND j.id = %(job)s", {"workspace": str(workspace_id), "others": True, "job": job_id}
    )
    return bool(found)


def note_failure(job_id: int, task: str, workspace: str, error: str, attempts: int, at: datetime) -> None:
    """Keep why a run of a job failed, in place of what was kept of the run before."""
    JobFailure.objects.bulk_create(
        [
            JobFailure(
                job_id=job_id,
                task=task,
                workspace_id=UUID(workspace) if workspace else None,
                error=error,
                attempts=attempts,
                at=at,
            )
        ],
        update_conflicts=True,
        unique_fields=["job_id"],
        update_fields=["error", "attempts", "at"],
    )


def forget_failures(before: datetime) -> int:
    """Delete what is kept of jobs that went well later, or are gone; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM platform_jobfailure f WHERE f.at < %s
               AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = f.job_id
                                  AND j.status IN ('failed', 'todo', 'doing'))
            """,
            [before],
        )
        return int(cursor.rowcount)


# Alarms

OUTBOX_LATE = timedelta(minutes=5)
JOBS_LATE = timedelta(minutes=15)


def troubles(workspace_id: UUID, *, at: datetime, outbox: timedelta, jobs: timedelta) -> dict[str, bool]:
    """What is wrong for a workspace, by the name of its alarm.

    :param outbox: how long the oldest event waits for its slowest subscriber. :param jobs: how long the oldest job waits.
    """
    from samphan.platform.events.models import DeadLetter
    from samphan.platform.outgoing import hold_of

    return {
        "events_late": outbox > OUTBOX_LATE,
        "jobs_late": jobs > JOBS_LATE,
        "jobs_failed": bool(failed_jobs(workspace_id, limit=1)),
        "outgoing_held": hold_of(workspace_id) is not None,
        "letters_dead": DeadLetter.objects.filter(event__workspace_id=workspace_id, next_at=None).exists(),
    }


def delays(at: datetime) -> tuple[timedelta, timedelta]:
    """How long the oldest event waits for its slowest subscriber, and the oldest job for a worker."""
    return (
        timedelta(seconds=max((one.seconds(at) for one in subscribers_waiting()), default=0.0)),
        timedelta(seconds=max((one.seconds(at) for one in queues_waiting()), default=0.0)),
    )


def raise_or_end(
    workspace_id: UUID, wrong: dict[str, bool], *, at: datetime
) -> tuple[list[HealthAlarm], list[HealthAlarm]]:
    """Write down which alarms began and which are over; returns both."""
    standing = {alarm.name: alarm for alarm in HealthAlarm.objects.filter(workspace_id=workspace_id, ended_at=None)}
    began = HealthAlarm.objects.bulk_create(
        [
            HealthAlarm(workspace_id=workspace_id, name=name, began_at=at)
            for name, is_wrong in wrong.items()
            if is_wrong and name not in standing
        ]
    )
    ended = [alarm for name, alarm in standing.items() if not wrong.get(name)]
    HealthAlarm.objects.filter(pk__in=[alarm.pk for alarm in ended]).update(ended_at=at)
    return began, ended


def _one(sql: str, parameters: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]
