"""The way of an operator: a subscriber breaks, the page and the bell say so, it is mended, and all that waited comes."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from samphan.administration.health import watching
from samphan.administration.jobs import retry_dead_letters
from samphan.administration.models import Member, Notification, NotificationMail, Workspace
from samphan.customers import actions as customers
from samphan.platform import health
from samphan.platform.events import dead_letters, dispatcher, outbox
from samphan.platform.events.models import DeadLetter, OutboxEvent
from samphan.platform.tenancy import in_workspace
from samphan.runtime.commands import repair

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/settings/health/"


def forget_jobs() -> None:
    """The queue is none of Django's tables, so nothing else empties it after a test that commits."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock = 'dead-letters'")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, workspace: Workspace, owner: Member) -> Iterator[Callable[[], list[str]]]:
    """A subscriber of new customers that fails until it is mended; gives what it was told, and mends it."""
    from samphan.customers.events import CustomerCreated

    forget_jobs()
    told: list[str] = []
    state = SimpleNamespace(is_broken=True)

    def deliver(deliveries: list[outbox.Delivery]) -> None:
        if state.is_broken:
            raise RuntimeError("the other side is away")
        told.extend(str(delivery.event.customer_id) for delivery in deliveries)  # type: ignore[attr-defined]

    monkeypatch.setattr(outbox, "_subscribers", {})
    outbox.register("samphan.work.subscribers.tell_shop", (CustomerCreated,), deliver)
    dispatcher.loaded_subscribers.cache_clear()
    monkeypatch.setattr(dispatcher, "load_subscribers", lambda apps: None)

    def mend() -> list[str]:
        state.is_broken = False
        return told

    yield mend
    dispatcher.loaded_subscribers.cache_clear()
    forget_jobs()


def page(client: Client) -> str:
    return str(client.get(PAGE).content.decode())


def alarms(workspace: Workspace, *, minutes: float = 0) -> list[str]:
    """What the bell of the owner got, after the watch looked."""
    watching.watch(at=timezone.now() + timedelta(minutes=minutes))
    with in_workspace(workspace.pk):
        return list(Notification.objects.order_by("id").values_list("kind", flat=True))


def give_up(workspace: Workspace) -> None:
    """Let the tries of a dead letter run out."""
    at = timezone.now()
    for _try in range(8):
        at += timedelta(hours=3)
        dead_letters.retry_due(at=at)
    with in_workspace(workspace.pk):
        assert DeadLetter.objects.get().next_at is None


@pytest.mark.parametrize("by", ["button", "command"])
def test_a_broken_subscriber_is_seen_alarmed_and_mended(
    signed_in: Client,
    workspace: Workspace,
    owner: Member,
    broken: Callable[[], list[str]],
    by: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with in_workspace(workspace.pk):
        made = customers.create_customer({"name": "สมชาย ใจดี"}, acting_member=owner).customer
        # It happened a while ago, and no worker carried it on.
        OutboxEvent.objects.update(at=timezone.now() - timedelta(minutes=7))
    late = next(one for one in health.subscribers_waiting() if one.name.endswith("tell_shop"))
    assert late.count == 1
    assert late.seconds(timezone.now()) > 400
    assert "work: tell_shop" in page(signed_in)
    assert alarms(workspace) == ["administration.alarm_events_late"]
    with in_workspace(workspace.pk):
        # By e-mail too, where there is a server: the topic is mailed unless somebody chose otherwise.
        assert NotificationMail.objects.filter(member=owner).count() == 1

    # The worker is back, and the subscriber fails: it stops nobody, is set aside, and tried again by itself.
    dispatcher.deliver_waiting()
    assert "RuntimeError: the other side is away" in page(signed_in)
    assert alarms(workspace)[1:] == ["administration.over_events_late"]
    give_up(workspace)
    assert alarms(workspace)[2:] == ["administration.alarm_letters_dead"]
    assert "รอคุณ" in page(signed_in)

    told = broken()
    if by == "button":
        assert signed_in.post(f"{PAGE}letters/retry/").status_code == 302
    else:
        said: list[str] = []
        call = SimpleNamespace(
            options=SimpleNamespace(workspace=None, job=None, letter=None, retry=True, drop=False),
            environment=None,
            say=said.append,
        )
        monkeypatch.setattr(repair, "django_ready", lambda environment: nullcontext())
        answer: Any = repair.run_repair(call)  # type: ignore[arg-type]
        assert answer["workspaces"][0]["retried"] == {"jobs": 0, "letters": 1}
        assert "the other side is away" in said[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%%retry_dead_letters'")
        ((arguments,),) = cursor.fetchall()
    retry_dead_letters(**json.loads(arguments))
    assert told == [str(made.pk)]
    assert alarms(workspace)[3:] == ["administration.over_letters_dead"]
    shown = page(signed_in)
    assert "the other side is away" not in shown
    assert "tell_shop" not in shown
