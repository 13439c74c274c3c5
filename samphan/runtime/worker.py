"""The worker: runs queued jobs, carries the outbox to its subscribers, and takes up what a dead worker left."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT, JobManager

from samphan.config.environment import Environment

if TYPE_CHECKING:
    from samphan.platform.followers import Follower

logger = logging.getLogger(__name__)

DISPATCH_SECONDS = 0.1
# Also without a new event: a subscriber may be new, or a batch may have failed when the database went away.
ANYWAY_SECONDS = 5.0
STALLED_CHECK_SECONDS = 10.0
FORGET_SECONDS = 3600.0
AFTER_FAULT_SECONDS = 1.0
# A worker reports every 5 s; one that missed four reports is dead and its jobs are run again.
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0
FINISHED_JOBS_KEPT_HOURS = 72
# Machines are switched off and deployments stop workers, but not so often in the same job: it is the job that kills.
MOST_DEATHS = 25
WORKER_DIED = "WorkerDied: the worker ended each time while this ran"
GRACE_SECONDS = 8.0


def run_worker(environment: Environment) -> None:
    """Work until SIGTERM or SIGINT; running jobs get `GRACE_SECONDS`, after which the next worker repeats them."""
    from samphan.platform.followers import Follower, followers

    dispatching = Follower("events.dispatcher", Dispatching(), DISPATCH_SECONDS)
    threads = [Following(follower) for follower in (dispatching, *followers.values())]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_run_jobs(environment))
    finally:
        stop_together(threads)


class Following(threading.Thread):
    """Repeats what a follower does for as long as the worker lives, also after it failed."""

    def __init__(self, follower: "Follower") -> None:
        super().__init__(name=follower.name, daemon=True)
        self._follower = follower
        self._stopping = threading.Event()

    def ask_to_stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        from django.db import Error, connection

        pause = self._follower.seconds
        while not self._stopping.wait(pause):
            pause = self._follower.seconds
            try:
                while self._follower.look() and not self._stopping.is_set():
                    pass
            except Error as error:
                logger.warning("%s lost the database and will try again: %s", self.name, error)
                connection.close()
                pause = AFTER_FAULT_SECONDS
            except Exception:
                logger.exception("%s failed and will try again", self.name)
                pause = AFTER_FAULT_SECONDS
        connection.close()


def stop_together(threads: Sequence["Following"]) -> None:
    """Let each end what it has in its hands; what takes longer than `GRACE_SECONDS` is rolled back and repeated later."""
    for thread in threads:
        thread.ask_to_stop()
    last = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, last - time.monotonic()))


class Dispatching:
    """Looks whether a new event became readable, and gives subscribers what waits for them.

    The look is one index probe, because subscribers' cursors cost several statements each and at rest nothing happens.
    """

    def __init__(self) -> None:
        self._seen: tuple[Any, ...] | None = None
        self._delivered_at = self._forget_at = 0.0

    def __call__(self) -> bool:
        from samphan.platform.events.dispatcher import deliver_waiting, forget_delivered

        newest = _newest_event()
        if newest == self._seen and time.monotonic() - self._delivered_at < ANYWAY_SECONDS:
            return False
        if deliver_waiting():
            return True
        self._seen, self._delivered_at = newest, time.monotonic()
        if self._delivered_at > self._forget_at:
            forget_delivered()
            self._forget_at = self._delivered_at + FORGET_SECONDS
        return False


def _newest_event() -> tuple[Any, ...] | None:
    """The last event below the oldest transaction that still runs; later ones are not to be read yet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction::text, id FROM platform_outboxevent"
            " WHERE transaction < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY transaction DESC, id DESC LIMIT 1"
        )
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


class Queue(JobManager):
    """The queue of a worker. It knows work of which one run waits at a time: `Job.enqueue(once=…)`, and jobs by the clock."""

    # A run ended and the database did not take it down, so the job is this living worker's for ever: only a fresh one helps.
    is_behind = False

    async def retry_job(self, job: Job, *arguments: Any, **named: Any) -> None:
        """Let a job run again. Where the same work was queued while it ran, that run does what this one did not."""
        try:
            await super().retry_job(job, *arguments, **named)
        except UniqueViolation as refusal:
            if refusal.constraint_name != QUEUEING_LOCK_CONSTRAINT:
                raise
            # Left as it is, it would hold the lock of its name for ever, and the one that waits would never run.
            logger.warning("Job %s (%s) makes way for the same work, which waits already", job.id, job.task_name)
            await self.finish_job(job, Status.ABORTED, delete_job=False)
        except ConnectorException:
            self.is_behind = True
            raise

    async def finish_job(self, *arguments: Any, **named: Any) -> None:
        """Take down how a run ended."""
        try:
            await super().finish_job(*arguments, **named)
        except ConnectorException:
            self.is_behind = True
            raise


async def _run_jobs(environment: Environment) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    from samphan.platform.jobs import stopping

    # procrastinate drops Django's `assume_role`, and the login role by itself may not touch a table.
    parameters = {**connector_params(), "options": f"-c role={environment.database_role}"}
    connector = PsycopgConnector(kwargs=parameters, min_size=1, max_size=environment.worker_concurrency + 2)
    loop = asyncio.get_running_loop()
    with app.replace_connector(connector) as working:
        working.job_manager = Queue(connector)
        async with working.open_async():
            worker = asyncio.ensure_future(
                working.run_worker_async(
                    concurrency=environment.worker_concurrency,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=GRACE_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
            )

            def end() -> None:
                stopping.set()
                worker.cancel()

            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, end)
            upkeep = asyncio.ensure_future(_keep_up(working))
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await worker
            finally:
                upkeep.cancel()


async def take_up_left(queue: JobManager) -> None:
    """Queue again what dead workers had begun."""
    for job in await queue.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await _take_up(queue, job)


async def _take_up(queue: JobManager, job: Any) -> None:
    """Queue a job again that a dead worker had begun, unless it was left so often that it seems to be the one that kills."""
    if job.attempts < MOST_DEATHS:
        logger.warning("Job %s (%s) was left by a dead worker and is queued again", job.id, job.task_name)
        await queue.retry_job(job)
        return
    logger.error("Job %s (%s) was left by dead workers %s times and is given up", job.id, job.task_name, job.attempts)
    await queue.finish_job(job, Status.FAILED, delete_job=False)
    await asyncio.to_thread(_note_death, job)


def _note_death(job: Any) -> None:
    from django.db import connection
    from django.utils import timezone

    from samphan.platform.health import note_failure

    try:
        workspace = str(job.task_kwargs.get("workspace_id") or "")
        note_failure(job.id, job.task_name, workspace, WORKER_DIED, job.attempts, timezone.now())
    finally:
        connection.close()


async def _keep_up(app: Any) -> None:
    """Queue again what dead workers had begun, and forget jobs that ended long ago."""
    from psycopg import Error, InterfaceError, OperationalError

    swept_at, was_away = 0.0, False
    while True:
        try:
            if was_away or app.job_manager.is_behind:
                await app.job_manager.check_connection_async()
                # procrastinate fetches nothing more after it lost the database, and waits for the jobs that run. They all
                # go on from their checkpoints, so a fresh worker is the shortest way back.
                logger.warning("The database is back; the worker starts afresh")
                os._exit(1)
            manager = app.job_manager
            await take_up_left(manager)
            if time.monotonic() - swept_at > 3600:
                await manager.delete_old_jobs(nb_hours=FINISHED_JOBS_KEPT_HOURS)
                swept_at = time.monotonic()
        except (ConnectorException, Error) as error:
            logger.warning("Stalled jobs could not be looked for: %s", error.__cause__ or error)
            # Another refusal of the database is no reason to start afresh again and again.
            was_away = was_away or isinstance(error.__cause__ or error, OperationalError | InterfaceError)
        await asyncio.sleep(STALLED_CHECK_SECONDS)
