"""What people see while the database is away or the disk is full."""

import errno
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from samphan.customers.models import Customer
from samphan.platform.errors import outage
from samphan.platform.jobs import OUTAGE_TRIES, Patience


def caused(error: Exception, cause: Exception | None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (caused(OperationalError("gone"), psycopg.OperationalError("server closed the connection")), "database"),
        (caused(OperationalError("x"), psycopg.errors.AdminShutdown("x")), "database"),
        (caused(OperationalError("x"), psycopg.errors.CannotConnectNow("x")), "database"),
        (caused(OperationalError("x"), psycopg.errors.TooManyConnections("x")), "database"),
        (caused(OperationalError("x"), psycopg.errors.DiskFull("x")), "disk"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (psycopg.errors.DiskFull("COPY broke off"), "disk"),
        (psycopg.OperationalError("the connection is lost in the middle of a COPY"), "database"),
        (psycopg.errors.DeadlockDetected("x"), ""),
        (caused(OperationalError("x"), psycopg.errors.QueryCanceled("x")), ""),
        (caused(OperationalError("x"), psycopg.errors.DeadlockDetected("x")), ""),
        (OSError(errno.ENOENT, "no such file"), ""),
        (ValueError("x"), ""),
        (None, ""),
    ],
)
def test_tells_an_outage_from_a_mistake(error: Exception | None, said: str) -> None:
    assert outage(error) == said


def test_work_waits_for_the_end_of_an_outage_and_is_not_given_up() -> None:
    def seconds(error: Exception, attempts: int) -> float | None:
        task = SimpleNamespace(attempts=attempts)
        decision = Patience(max_attempts=5).get_retry_decision(exception=error, job=task)  # type: ignore[arg-type]
        return decision and (0 if decision.retry_at is None else (decision.retry_at - timezone.now()).total_seconds())

    full = caused(OperationalError("x"), psycopg.errors.DiskFull("x"))
    assert [round(seconds(full, attempts) or 0) for attempts in (0, 1, 3, 5, 6, 200)] == [5, 10, 40, 160, 300, 300]
    # A day of it is long enough; a fault of the work's own counts as ever.
    assert seconds(full, OUTAGE_TRIES) is None
    assert seconds(ValueError("x"), 4) is not None
    assert seconds(ValueError("x"), 5) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused(OperationalError("x"), psycopg.OperationalError("closed")), "ฐานข้อมูลไม่ตอบ"),
        (caused(OperationalError("x"), psycopg.errors.DiskFull("x")), "ดิสก์ของเซิร์ฟเวอร์เต็ม"),
    ],
)
def test_a_page_says_so_with_503(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fails(*_arguments: Any, **_options: Any) -> Any:
        raise error

    monkeypatch.setattr(Customer.objects, "visible_to", fails)
    signed_in.raise_request_exception = False
    answer = signed_in.get("/customers/")
    monkeypatch.undo()
    assert answer.status_code == 503
    assert words in answer.content.decode()
    assert answer.headers["Retry-After"] == "5"
    assert signed_in.get("/customers/").status_code == 200


def test_a_mistake_of_ours_stays_a_500(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: Any, **_options: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(Customer.objects, "visible_to", fails)
    signed_in.raise_request_exception = False
    assert signed_in.get("/customers/").status_code == 500
