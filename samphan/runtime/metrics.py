"""`/metrics` for Prometheus: what the processes of this machine counted, and what the database says of the queues now."""

import hmac
import ipaddress
import logging
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from samphan.config.environment import Environment
from samphan.runtime.pages import Scope

logger = logging.getLogger(__name__)

FOLDER = "metrics"
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# However often it is asked, the database is asked at most this often.
KEPT_SECONDS = 5.0


def folder_for_processes(environment: Environment) -> Path:
    """An empty folder in which the processes of one `serve` count together; what earlier ones counted goes."""
    folder = environment.home / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def may_read(scope: Scope, token: str | None) -> bool:
    """Whoever asks from this machine itself, or brings the token of SAMPHAN_METRICS_TOKEN.

    What a proxy on this machine passes on comes from elsewhere, whatever its address says.
    """
    headers = dict(scope["headers"])
    given = headers.get(b"authorization", b"")
    if token is not None and hmac.compare_digest(given, f"Bearer {token}".encode()):
        return True
    if any(name in headers for name in (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")):
        return False
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


class Metrics:
    """Makes the text; blocking, for a thread of its own."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._registry = CollectorRegistry()
        if os.environ.get(VARIABLE):
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        else:
            self._registry = REGISTRY
        self._state = CollectorRegistry()
        self._state.register(_State(environment))

    def __call__(self) -> bytes:
        return generate_latest(self._registry) + generate_latest(self._state)


class _State:
    """What the database knows of the whole installation."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._kept: list[GaugeMetricFamily] = []
        self._asked_at = float("-inf")

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if time.monotonic() - self._asked_at > KEPT_SECONDS:
            self._kept, self._asked_at = list(_gauges(self._environment)), time.monotonic()
        yield from self._kept

    def describe(self) -> list[Any]:
        """Nothing: the library would ask the database when this is made."""
        return []


def _gauges(environment: Environment) -> Iterator[GaugeMetricFamily]:
    from django.db import Error, close_old_connections, connection

    try:
        close_old_connections()
        with connection.cursor() as cursor:
            yield from _of_database(cursor)
        yield _one("samphan_database_up", "Whether the database answers.", 1)
    except Error as error:
        connection.close()
        logger.warning("The figures of the database are missing: %s", type(error).__name__)
        yield _one("samphan_database_up", "Whether the database answers.", 0)
    yield _one("samphan_disk_free_bytes", "Free space for the home.", shutil.disk_usage(environment.home).free)
    yield from _of_backup(environment)


def _of_database(cursor: Any) -> Iterator[GaugeMetricFamily]:
    from samphan.platform.events.dispatcher import lag

    waiting = GaugeMetricFamily("samphan_queue_jobs", "Jobs in a queue, by state.", labels=["queue", "state"])
    cursor.execute(
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for queue, state, count in cursor.fetchall():
        waiting.add_metric([queue, state], count)
    yield waiting
    cursor.execute(
        "SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, now()))), 0)::float"
        " FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now())"
    )
    yield _one("samphan_queue_late_seconds", "How late the latest due job is.", cursor.fetchone()[0])
    cursor.execute("SELECT count(*), extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers")
    workers, silence = cursor.fetchone()
    yield _one("samphan_workers", "Workers that were heard of.", workers)
    if silence is not None:
        yield _one("samphan_worker_silence_seconds", "Time since any worker was heard of.", silence)
    count, age = lag()
    yield _one("samphan_outbox_waiting", "Events that the slowest subscriber waits for, counted to 10,000.", count)
    yield _one("samphan_outbox_lag_seconds", "Age of the oldest of them.", age)
    cursor.execute("SELECT count(*) FROM platform_deadletter")
    yield _one("samphan_dead_letters", "Events that were given up.", cursor.fetchone()[0])
    cursor.execute(
        "SELECT count(*), current_setting('max_connections')::int, pg_database_size(current_database())"
        " FROM pg_stat_activity WHERE datname = current_database()"
    )
    used, most, size = cursor.fetchone()
    yield _one("samphan_database_connections", "Connections to the database.", used)
    yield _one("samphan_database_connections_max", "Connections the server takes.", most)
    yield _one("samphan_database_bytes", "Size of the database.", size)


def _of_backup(environment: Environment) -> Iterator[GaugeMetricFamily]:
    import datetime as dt

    from samphan.runtime.backup.making import last_backup
    from samphan.runtime.backup.schedule import last_failure

    made = last_backup(environment.home)
    if made is not None:
        at = dt.datetime.fromisoformat(made["created_at"]).timestamp()
        yield _one("samphan_backup_timestamp_seconds", "When the last backup was made.", at)
    failed = last_failure(environment.home) is not None
    yield _one("samphan_backup_failed", "Whether the last scheduled backup failed.", int(failed))


def _one(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, meaning)
    found.add_metric([], value)
    return found
