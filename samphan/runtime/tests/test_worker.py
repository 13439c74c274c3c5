"""What a worker does with jobs that a dead one left."""

import asyncio

import pytest
from django.conf import settings as django_settings
from django.db import connection
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from samphan.runtime.worker import MOST_DEATHS, Queue, take_up_left


def left_behind(name, *, attempts=0):
    """A job that a worker had begun which gave no sign of life for a minute; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, lock, queueing_lock, worker_id, attempts)"
            " VALUES ('default', 'x', 'doing', %s, %s, %s, %s) RETURNING id",
            [name, name, worker, attempts],
        )
        return cursor.fetchone()[0]


def waiting(name):
    """A job of that name that waits; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock) VALUES ('default', 'x', %s, %s)"
            " RETURNING id",
            [name, name],
        )
        return cursor.fetchone()[0]


def take_up():
    async def look():
        parameters = {**connector_params(), "options": f"-c role={django_settings.ENVIRONMENT.database_role}"}
        connector = PsycopgConnector(kwargs=parameters, min_size=1, max_size=2)
        await connector.open_async()
        try:
            await take_up_left(Queue(connector))
        finally:
            await connector.close_async()

    asyncio.run(look())
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


@pytest.fixture
def queue(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


def test_what_a_dead_worker_left_is_queued_again_but_not_for_ever(queue):
    left, killer = left_behind("one"), left_behind("two", attempts=MOST_DEATHS)
    assert take_up() == {left: "todo", killer: "failed"}


def test_what_a_dead_worker_left_makes_way_for_the_same_work_that_waits(queue):
    # Queued while the first ran. Of the queue's two locks one let both stand, and refuses that both wait.
    first = left_behind("webhooks")
    second = waiting("webhooks")
    other = left_behind("another")
    assert take_up() == {first: "aborted", second: "todo", other: "todo"}
