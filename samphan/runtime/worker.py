"""The worker: runs queued jobs, carries the outbox to its subscribers, and takes up what a dead worker left."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time
from typing import Any

from samphan.config.environment import Environment

logger = logging.getLogger(__name__)

DISPATCH_SECONDS = 0.1
# Also without a new event: a subscriber may be new, or a batch may have failed when the database went away.
ANYWAY_SECONDS = 5.0
STALLED_CHECK_SECONDS = 10.0
FORGET_SECONDS = 3600.0
# A worker reports every 5 s; one that missed four reports is dead and its jobs are run again.
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0
FINISHED_JOBS_KEPT_HOURS = 72
GRACE_SECONDS = 8.0


def run_worker(environment: Environment) -> None:
    """Work until SIGTERM or SIGINT; running jobs get `GRACE_SECONDS`, after which the next worker repeats them."""
    dispatcher = Dispatcher()
    dispatcher.start()
    try:
        asyncio.run(_run_jobs(environment))
    finally:
        dispatcher.stop()


class Dispatcher(threading.Thread):
    """Looks every 100 ms whether a new event became readable, and gives subscribers what waits for them.

    The look is one index probe, because subscribers' cursors cost several statements each and at rest nothing happens.
    """

    def __init__(self) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()
        self.join(GRACE_SECONDS)

    def run(self) -> None:
        from django.db import Error, connection

        from samphan.platform.events.dispatcher import deliver_waiting, forget_delivered

        seen: tuple[Any, ...] | None = None
        delivered_at, forget_at, pause = 0.0, 0.0, DISPATCH_SECONDS
        while not self._stopping.wait(pause):
            pause = DISPATCH_SECONDS
            try:
                newest = _newest_event()
                if newest == seen and time.monotonic() - delivered_at < ANYWAY_SECONDS:
                    continue
                while deliver_waiting() and not self._stopping.is_set():
                    pass
                seen, delivered_at = newest, time.monotonic()
                if delivered_at > forget_at:
                    forget_delivered()
                    forget_at = delivered_at + FORGET_SECONDS
            except Error as error:
                logger.warning("The dispatcher lost the database and will try again: %s", error)
                connection.close()
                pause = 1.0
            except Exception:
                logger.exception("The dispatcher failed and will try again")
                pause = 1.0
        connection.close()


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


async def _run_jobs(environment: Environment) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    # procrastinate drops Django's `assume_role`, and the login role by itself may not touch a table.
    parameters = {**connector_params(), "options": f"-c role={environment.database_role}"}
    connector = PsycopgConnector(kwargs=parameters, min_size=1, max_size=environment.worker_concurrency + 2)
    loop = asyncio.get_running_loop()
    with app.replace_connector(connector) as working:
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
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, worker.cancel)
            upkeep = asyncio.ensure_future(_keep_up(working))
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await worker
            finally:
                upkeep.cancel()


async def _keep_up(app: Any) -> None:
    """Queue again what dead workers had begun, and forget jobs that ended long ago."""
    import psycopg
    from procrastinate.exceptions import ConnectorException

    swept_at, was_away = 0.0, False
    while True:
        try:
            if was_away:
                await app.job_manager.check_connection_async()
                # procrastinate fetches nothing more after it lost the database, and waits for the jobs that run. They all
                # go on from their checkpoints, so a fresh worker is the shortest way back.
                logger.warning("The database is back; the worker starts afresh")
                os._exit(1)
            manager = app.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                logger.warning("Job %s (%s) was left by a dead worker and is queued again", job.id, job.task_name)
                await manager.retry_job(job)
            if time.monotonic() - swept_at > 3600:
                await manager.delete_old_jobs(nb_hours=FINISHED_JOBS_KEPT_HOURS)
                swept_at = time.monotonic()
        except (ConnectorException, psycopg.Error) as error:
            logger.warning("Stalled jobs could not be looked for: %s", error)
            was_away = True
        await asyncio.sleep(STALLED_CHECK_SECONDS)
