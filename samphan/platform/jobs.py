"""Jobs: work done later by a worker, queued in the caller's transaction."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, ParamSpec
from uuid import UUID

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from procrastinate import JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.jobs import Job as QueuedJob

from samphan.platform.errors import in_short, outage
from samphan.platform.observation import figures
from samphan.platform.observation.traces import span

P = ParamSpec("P")

# Set when this worker is asked to end: a job that waits for something outside stops waiting.
stopping = threading.Event()


OUTAGE_TRIES = 300  # five minutes apart in the end: more than a day
LONGEST_OUTAGE_WAIT = 300  # seconds


class Patience(RetryStrategy):
    """When a failed run is tried again. What broke because the database is away or the disk is full waits until that is over:
    5, 10, 20 seconds, up to five minutes, so that nobody has to bring it back by hand."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """How to go on after a failure; None to give up."""
        if outage(exception) and job.attempts < OUTAGE_TRIES:
            return RetryDecision(retry_in={"seconds": min(LONGEST_OUTAGE_WAIT, 5 * 2 ** min(job.attempts, 10))})
        return super().get_retry_decision(exception=exception, job=job)


class Job(Generic[P]):
    """A function a worker calls with plain values; it is shallow, calls one action, and may run twice."""

    def __init__(
        self, function: Callable[P, None], *, queue: str, retries: int, cron: str = "", backoff: int = 0
    ) -> None:
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        again = Patience(max_attempts=retries, exponential_wait=backoff) if retries else False
        self.task = procrastinate_app.task(name=self.name, queue=queue, retry=again, pass_context=True)(self._run)
        if cron:
            by_clock: Any = (
                self.task
            )  # it takes `timestamp`, which the types of the library want as an argument by place
            # Of several workers one queues each moment; while a run waits, no other is put behind it.
            procrastinate_app.periodic(cron=cron, queueing_lock=self.name)(by_clock)

    def _run(self, context: JobContext, /, *args: P.args, **kwargs: P.kwargs) -> None:
        close_old_connections()  # of a thread that ran a job before the database went away
        began_at, outcome = time.perf_counter(), "failed"
        try:
            with span(f"job {self.name}", {"samphan.job": self.name}):
                self.function(*args, **kwargs)
            outcome = "done"
        except Exception as error:
            _note_failure(context, error)
            raise
        finally:
            figures.jobs.labels(self.name, outcome).inc()
            figures.job_seconds.labels(self.name).observe(time.perf_counter() - began_at)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.function(*args, **kwargs)

    def enqueue(self, *, once: str | None = None, **arguments: Any) -> None:
        """Queue a run in the current transaction. With `once`, one run of that name waits at a time."""
        from procrastinate.exceptions import AlreadyEnqueued

        plain = {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
        try:
            with transaction.atomic():  # a savepoint: the lock refuses by a unique index
                self.task.configure(queueing_lock=once, lock=once).defer(**plain)
        except AlreadyEnqueued:
            return


def _note_failure(context: JobContext, error: Exception) -> None:
    """Keep why a run failed, for the page that shows it; a database that is away keeps nothing."""
    from samphan.platform.health import note_failure

    one = context.job
    if one is None or one.id is None:
        return
    workspace = one.task_kwargs.get("workspace_id")
    with suppress(DatabaseError, ValueError):
        note_failure(one.id, one.task_name, str(workspace or ""), in_short(error), one.attempts + 1, timezone.now())


def job(
    *, queue: str = "default", retries: int = 5, cron: str = "", backoff: int = 0
) -> Callable[[Callable[P, None]], Job[P]]:
    """Decorate a function of plain keyword arguments as a job.

    :param cron: when it runs by itself ("*/5 * * * *"); it takes the moment as `timestamp`, seconds since 1970. A moment that
        passed while no worker ran is not made up for: the next run does what is due by then.
    :param backoff: how a failed run waits for the next try: 4 means 4, 16, 64, ... seconds, 0 that it does not wait.
    """

    def decorate(function: Callable[P, None]) -> Job[P]:
        return Job(function, queue=queue, retries=retries, cron=cron, backoff=backoff)

    return decorate
