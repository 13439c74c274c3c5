"""The page about the work behind the pages: what waits, what failed, and how it is mended; and the bell about it."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.health import watching
from samphan.administration.models import AuditEntry, Member, Notification, NotificationMail, Workspace
from samphan.administration.notifications import mails
from samphan.platform import health, outgoing
from samphan.platform.errors import in_short
from samphan.platform.events.models import DeadLetter, OutboxEvent
from samphan.platform.jobs import job

PAGE = "/settings/health/"


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else of the tests' database stands in the way."""
    monkeypatch.setattr(health, "delays", lambda at: (timedelta(0), timedelta(0)))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def dead_letter(workspace: Workspace, *, waits: bool = False) -> DeadLetter:
    event = OutboxEvent.objects.create(workspace_id=workspace.pk, type="work.task_done", payload={})
    next_at = timezone.now() + timedelta(hours=1) if waits else None
    return DeadLetter.objects.create(
        subscriber="samphan.work.subscribers.tell",
        event=event,
        error="ValueError: so nicht",
        attempts=5,
        next_at=next_at,
    )


def failed_job(workspace_id: UUID | None, error: str = "KeyError: 'ชื่อ'") -> int:
    arguments = {"workspace_id": str(workspace_id)} if workspace_id else {"timestamp": 1}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('default', 'samphan.work.jobs.remind', %s, 'failed', 5) RETURNING id",
            [json.dumps(arguments)],
        )
        number = int(cursor.fetchone()[0])
    health.note_failure(number, "samphan.work.jobs.remind", str(workspace_id or ""), error, 5, timezone.now())
    return number


def status_of(number: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [number])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def test_says_what_failed_and_why(signed_in: Client, inside: Workspace, other_workspace: Workspace) -> None:
    dead_letter(inside)
    dead_letter(inside, waits=True)
    failed_job(inside.pk)
    failed_job(other_workspace.pk, "OtherError: ของบริษัทอื่น")
    failed_job(None, "SystemError: about คุณสมชาย")
    dead_letter(other_workspace)
    shown = text(signed_in.get(PAGE))
    assert shown.count("ValueError: so nicht") == 2
    assert "KeyError" in shown
    assert "SystemError" in shown
    # Neither another company's work, nor what the words of common work may hold of it.
    assert "ของบริษัทอื่น" not in shown
    assert "คุณสมชาย" not in shown


def test_failed_work_is_tried_again_or_dropped(
    signed_in: Client, inside: Workspace, other_workspace: Workspace
) -> None:
    mine, dropped, theirs = failed_job(inside.pk), failed_job(inside.pk), failed_job(other_workspace.pk)
    assert signed_in.post(f"{PAGE}jobs/retry/", {"job": mine}).status_code == 302
    assert status_of(mine) == "todo"
    assert signed_in.post(f"{PAGE}jobs/removal/", {"job": dropped}).status_code == 302
    assert status_of(dropped) is None
    signed_in.post(f"{PAGE}jobs/retry/", {"job": theirs})
    assert signed_in.post(f"{PAGE}jobs/removal/", {"job": theirs}).status_code == 404
    assert status_of(theirs) == "failed"
    acts = list(AuditEntry.objects.values_list("action", flat=True))
    assert acts.count("administration.jobs_retried") == 1
    assert acts.count("administration.jobs_dropped") == 1


def test_a_job_whose_work_waits_already_is_not_queued_twice(signed_in: Client, inside: Workspace) -> None:
    number = failed_job(inside.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = 'one' WHERE id = %s", [number])
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock) VALUES ('default', 'x', 'one')"
        )
    assert signed_in.post(f"{PAGE}jobs/retry/", {"job": number}).status_code == 302
    assert status_of(number) == "failed"


def test_dead_letters_are_tried_again_or_dropped(
    signed_in: Client, inside: Workspace, other_workspace: Workspace
) -> None:
    first, second, theirs = dead_letter(inside), dead_letter(inside), dead_letter(other_workspace)
    assert signed_in.post(f"{PAGE}letters/removal/", {"letter": first.pk}).status_code == 302
    assert signed_in.post(f"{PAGE}letters/removal/", {"letter": theirs.pk}).status_code == 404
    assert signed_in.post(f"{PAGE}letters/removal/").status_code == 404
    assert signed_in.post(f"{PAGE}letters/retry/").status_code == 302
    second.refresh_from_db()
    theirs.refresh_from_db()
    assert second.next_at is not None
    assert theirs.next_at is None
    assert not DeadLetter.objects.filter(pk=first.pk).exists()


def test_is_for_administrators(client: Client, salesperson: Member, inside: Workspace) -> None:
    number = failed_job(inside.pk)
    client.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}jobs/retry/", {"job": number}).status_code == 403
    assert client.post(f"{PAGE}outgoing/release/").status_code == 403
    assert status_of(number) == "failed"


def test_the_bell_rings_once_and_says_when_it_is_over(
    inside: Workspace, owner: Member, salesperson: Member, mended: None
) -> None:
    at = timezone.now()
    watching.watch(at=at)
    assert not Notification.objects.exists()
    letter = dead_letter(inside)
    for minutes in range(5):
        watching.watch(at=at + timedelta(minutes=minutes))
    told = Notification.objects.get()
    assert (told.member_id, told.kind, told.url) == (owner.pk, "administration.alarm_letters_dead", PAGE)
    letter.delete()
    for minutes in range(5, 9):
        watching.watch(at=at + timedelta(minutes=minutes))
    assert sorted(Notification.objects.values_list("kind", flat=True)) == [
        "administration.alarm_letters_dead",
        "administration.over_letters_dead",
    ]
    dead_letter(inside)
    watching.watch(at=at + timedelta(minutes=9))
    assert Notification.objects.count() == 3


@pytest.mark.parametrize(
    ("outbox", "jobs", "alarm"),
    [(301, 0, "events_late"), (0, 901, "jobs_late"), (299, 899, "")],
)
def test_rings_when_work_is_late(
    inside: Workspace, owner: Member, monkeypatch: pytest.MonkeyPatch, outbox: int, jobs: int, alarm: str
) -> None:
    monkeypatch.setattr(health, "delays", lambda at: (timedelta(seconds=outbox), timedelta(seconds=jobs)))
    watching.watch(at=timezone.now())
    kinds = list(Notification.objects.values_list("kind", flat=True))
    assert kinds == ([f"administration.alarm_{alarm}"] if alarm else [])


def test_a_letter_that_is_still_tried_rings_nobody(inside: Workspace, owner: Member, mended: None) -> None:
    dead_letter(inside, waits=True)
    watching.watch(at=timezone.now())
    assert not Notification.objects.exists()


def test_measures_how_long_the_oldest_waits(inside: Workspace) -> None:
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES ('slow', 'x', %s), ('slow', 'y', %s)",
            [at - timedelta(hours=2), at + timedelta(hours=2)],
        )
        cursor.execute("UPDATE procrastinate_events SET at = %s", [at - timedelta(hours=3)])
    slow = next(one for one in health.queues_waiting() if one.name == "slow")
    assert slow.count == 1
    assert slow.seconds(at) == pytest.approx(2 * 3600, abs=5)


def test_a_failing_run_keeps_its_error_without_the_values_of_the_row(db: None) -> None:
    class Broken(Exception):
        pass

    long = Broken('duplicate key value violates unique constraint "x"\nDETAIL:  Key (phone)=(0812345678) exists.')
    assert in_short(long) == 'Broken: duplicate key value violates unique constraint "x"'
    health.note_failure(7, "x", "", "A: 1", 1, timezone.now())
    health.note_failure(7, "x", "", "B: 2", 2, timezone.now())
    kept = health.JobFailure.objects.get(pk=7)
    assert (kept.error, kept.attempts) == ("B: 2", 2)
    assert health.forget_failures(timezone.now() + timedelta(hours=1)) == 1


def test_a_job_that_raises_leaves_why(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # It would close the connection that holds the test's transaction.
    monkeypatch.setattr("samphan.platform.jobs.close_old_connections", lambda: None)
    workspace_id = uuid4()

    def break_down(workspace_id: str) -> None:
        raise ValueError("kaputt")

    broken = job()(break_down)
    context = SimpleNamespace(
        job=SimpleNamespace(id=99, task_name=broken.name, task_kwargs={"workspace_id": str(workspace_id)}, attempts=4)
    )
    with pytest.raises(ValueError):
        broken._run(context, workspace_id=str(workspace_id))  # type: ignore[arg-type]
    kept = health.JobFailure.objects.get(pk=99)
    assert (kept.error, kept.attempts, kept.workspace_id) == ("ValueError: kaputt", 5, workspace_id)


def test_asks_few_statements(signed_in: Client, inside: Workspace) -> None:
    for _number in range(20):
        dead_letter(inside)
        failed_job(inside.pk)
    signed_in.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        assert signed_in.get(PAGE).status_code == 200
    assert len(asked) <= 20


def waiting_mail(workspace: Workspace, member: Member, *, minutes: int = 1) -> NotificationMail:
    at = timezone.now()
    told = Notification.objects.create(
        workspace_id=workspace.pk, member=member, kind="administration.alarm_jobs_late", key=str(uuid4())
    )
    return NotificationMail.objects.create(
        workspace_id=workspace.pk,
        member=member,
        notification=told,
        channel="mail",
        due_at=at - timedelta(minutes=minutes),
    )


def test_a_restored_home_sends_nothing_until_somebody_lets_it(
    signed_in: Client, inside: Workspace, owner: Member, mended: None, mailoutbox: list[Any]
) -> None:
    waiting_mail(inside, owner)
    outgoing.hold(inside.pk, at=timezone.now(), backup_at=timezone.now() - timedelta(days=1))
    assert mails.send_due(inside.pk, owner.pk, "mail", at=timezone.now()) == 0
    shown = text(signed_in.get(PAGE))
    assert "กู้คืนจากข้อมูลสำรอง" in shown
    assert "ส่งตอนนี้" in shown
    watching.watch(at=timezone.now())
    assert Notification.objects.filter(kind="administration.alarm_outgoing_held").count() == 1
    assert signed_in.post(f"{PAGE}outgoing/release/").status_code == 302
    assert mails.send_due(inside.pk, owner.pk, "mail", at=timezone.now()) == 1
    assert len(mailoutbox) == 1
    assert AuditEntry.objects.filter(action="administration.outgoing_released").count() == 1
    assert "กู้คืนจากข้อมูลสำรอง" not in text(signed_in.get(PAGE))
    # Of two people one lets go.
    signed_in.post(f"{PAGE}outgoing/release/")
    assert AuditEntry.objects.filter(action="administration.outgoing_released").count() == 1


def test_what_waited_in_the_old_home_may_be_dropped(
    signed_in: Client, inside: Workspace, owner: Member, other_workspace: Workspace
) -> None:
    waiting_mail(inside, owner)
    for workspace in (inside, other_workspace):
        outgoing.hold(workspace.pk, at=timezone.now())
    assert signed_in.post(f"{PAGE}outgoing/release/", {"drop": "1"}).status_code == 302
    assert not NotificationMail.objects.exists()
    assert outgoing.hold_of(inside.pk) is None
    assert outgoing.hold_of(other_workspace.pk) is not None
    assert AuditEntry.objects.filter(action="administration.outgoing_dropped").count() == 1
