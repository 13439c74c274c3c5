"""`/metrics`: who may read it, and what it says of the whole installation."""

import asyncio
import dataclasses
import os
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from samphan.config.environment import load_environment
from samphan.runtime.front import Front
from samphan.runtime.metrics import VARIABLE, Metrics, folder_for_processes, may_read

TOKEN = "t" * 24
HERE = ("127.0.0.1", 5000)


def scope(client=HERE, **headers):
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": "/metrics", "client": client, "headers": given}


@pytest.mark.parametrize(
    ("asked", "token", "allowed"),
    [
        (scope(), None, True),
        (scope(("::1", 5000)), None, True),
        (scope(("203.0.113.7", 5000)), None, False),
        (scope(None), None, False),
        (scope(("unix", 0)), None, False),
        # A proxy on this machine passes on what others ask.
        (scope(x_forwarded_for="203.0.113.7"), None, False),
        (scope(forwarded="for=203.0.113.7"), None, False),
        (scope(("203.0.113.7", 5000), authorization=f"Bearer {TOKEN}"), TOKEN, True),
        (scope(("203.0.113.7", 5000), authorization=f"Bearer {TOKEN}"), None, False),
        (scope(("203.0.113.7", 5000), authorization="Bearer None"), None, False),
        (scope(("203.0.113.7", 5000), authorization=f"Bearer {TOKEN}x"), TOKEN, False),
        (scope(("203.0.113.7", 5000)), TOKEN, False),
    ],
)
def test_lets_this_machine_and_the_token_in(asked, token, allowed):
    assert may_read(asked, token) is allowed


def answered(front, asked):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(front(asked, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def test_the_front_answers_or_refuses_in_a_sentence():
    front = Front(None, None, lambda: (True, ""), lambda: b"figures 1\n", TOKEN)
    assert answered(front, scope()) == (200, "figures 1\n")
    status, said = answered(front, scope(("203.0.113.7", 1)))
    assert status == 403
    assert "SAMPHAN_METRICS_TOKEN" in said


@pytest.mark.django_db
def test_says_how_the_queues_and_the_database_are(monkeypatch):
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)  # the test's transaction lives in this one
    environment = load_environment(os.environ)
    text = Metrics(environment)().decode()
    found = {family.name: family for family in text_string_to_metric_families(text)}
    for name in (
        "samphan_requests", "samphan_request_seconds", "samphan_jobs", "samphan_job_seconds", "samphan_import_rows",
        "samphan_outbox_deliveries", "samphan_queue_jobs", "samphan_queue_late_seconds", "samphan_outbox_waiting",
        "samphan_outbox_lag_seconds", "samphan_dead_letters", "samphan_database_connections", "samphan_database_bytes",
        "samphan_disk_free_bytes", "samphan_backup_failed", "samphan_workers",
    ):  # fmt: skip
        assert name in found, name
    assert found["samphan_database_up"].samples[0].value == 1
    assert found["samphan_database_connections"].samples[0].value >= 1
    assert found["samphan_disk_free_bytes"].samples[0].value > 2**20


def test_says_that_the_database_is_away(monkeypatch, tmp_path):
    from django.db import OperationalError, connection

    def away(*_args: object) -> None:
        raise OperationalError("no")

    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    environment = dataclasses.replace(load_environment(os.environ), home=tmp_path)
    text = Metrics(environment)().decode()
    assert "samphan_database_up 0.0" in text
    assert "samphan_disk_free_bytes" in text


COUNT = """
from samphan.platform.observation import figures
figures.jobs.labels("a.job", "done").inc()
figures.requests_running.inc()
"""


def test_processes_of_one_machine_count_together(tmp_path):
    environment = load_environment({"SAMPHAN_HOME": str(tmp_path)})
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"of an earlier run")
    folder = folder_for_processes(environment)
    assert list(folder.iterdir()) == []
    several = {**os.environ, VARIABLE: str(folder)}
    for _process in range(3):
        subprocess.run([sys.executable, "-c", COUNT], env=several, check=True, timeout=180)
    ask = "from samphan.runtime.metrics import *; from prometheus_client import *; r = CollectorRegistry();"
    ask += "MultiProcessCollector(r); print(generate_latest(r).decode())"
    told = subprocess.run(
        [sys.executable, "-c", ask], env=several, check=True, timeout=180, capture_output=True, text=True
    )
    assert 'samphan_jobs_total{job="a.job",outcome="done"} 3.0' in told.stdout
