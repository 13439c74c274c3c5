"""From what happened to what another system took: at least once, tried again, given up, sent again."""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import Member, Notification, Workspace
from samphan.integrations import actions, retries, signatures
from samphan.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookPulse
from samphan.integrations.sender import Sender
from samphan.integrations.tests.conftest import follow, send
from samphan.integrations.tests.receiver import OtherSystem, serving
from samphan.integrations.tests.test_payloads import add_customer
from samphan.platform import outgoing

Clock = Callable[[], datetime]


def only(hook: WebhookEndpoint) -> WebhookDelivery:
    return WebhookDelivery.objects.get(endpoint=hook)


def one_event(hook: WebhookEndpoint, owner: Member) -> WebhookDelivery:
    WebhookEndpoint.objects.filter(pk=hook.pk).update(is_for_all=False, events=["customer.created"])
    add_customer(owner)
    follow()
    return only(hook)


def test_a_call_carries_a_signature_that_the_receiver_can_check(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    delivery = one_event(hook, owner)
    send()
    heard = other_system.heard[0]
    assert heard.path == "/hooks"
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["webhook-id"] == delivery.message_id
    at = int(heard.headers["webhook-timestamp"])
    assert abs(at - timezone.now().timestamp()) < 60
    assert heard.headers["webhook-signature"] == signatures.sign(hook.secret, delivery.message_id, at, heard.body)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempt_count) == ("delivered", 204, 1)


def test_while_the_secret_changes_both_sign(hook: WebhookEndpoint, owner: Member, other_system: OtherSystem) -> None:
    old = hook.secret
    new = actions.rotate_secret(hook, acting_member=owner, at=timezone.now())
    assert new != old
    delivery = one_event(hook, owner)
    send()
    heard = other_system.heard[0]
    at = int(heard.headers["webhook-timestamp"])
    assert heard.headers["webhook-signature"].split(" ") == [
        signatures.sign(secret, delivery.message_id, at, heard.body) for secret in (new, old)
    ]
    assert hook.secrets_at(timezone.now() + actions.OLD_SECRET_FOR) == [new]


def test_an_event_delivered_twice_by_the_outbox_is_called_once(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    one_event(hook, owner)
    follow()
    follow()
    send()
    assert len(other_system.heard) == 1


def test_nothing_goes_out_while_it_is_held_and_all_of_it_once_it_is_let_go(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    outgoing.hold(owner.workspace_id, at=timezone.now())
    kept = one_event(hook, owner)
    send(patience=timedelta(seconds=20))  # and returns at once, though it is due
    assert other_system.heard == []
    assert outgoing.release(owner.workspace_id, at=timezone.now())
    send()
    assert [heard.headers["webhook-id"] for heard in other_system.heard] == [kept.message_id]
    outgoing.hold(owner.workspace_id, at=timezone.now())
    add_customer(owner, "คนต่อไป")
    follow()
    dropped = WebhookDelivery.objects.latest("id")
    assert dropped.pk != kept.pk
    assert outgoing.release(owner.workspace_id, drops=True, at=timezone.now())
    send()
    assert len(other_system.heard) == 1
    dropped.refresh_from_db()
    assert dropped.state == "withheld"


def test_only_chosen_events_from_now_on(
    inside: Workspace, owner: Member, other_system: OtherSystem, loopback_allowed: None
) -> None:
    from samphan.platform.events.models import OutboxEvent

    add_customer(owner, "ก่อนหน้า")
    OutboxEvent.objects.update(at=timezone.now() - timedelta(hours=1))
    hook = actions.create_endpoint(name="ก", url=other_system.url, events=["customer.created"], acting_member=owner)
    made = add_customer(owner)
    actions_on = made.pk
    from samphan.customers import actions as customers

    customers.edit_customers([actions_on], "grade", "A", acting_member=owner)
    follow()
    send()
    assert other_system.types() == ["customer.created"]
    assert other_system.heard[0].payload["data"]["id"] == str(made.pk)
    assert hook.events == ["customer.created"]


def run_through(clock: list[datetime], count: int, **options: Any) -> list[datetime]:
    """Send with a clock that jumps to whatever is due next, so many times; returns the moments of the tries."""
    for _round in range(count):
        Sender(now=lambda: clock[0], patience=timedelta(0), chance=random.Random(1), **options).run(20)
        due = WebhookPulse.objects.values_list("due_at", flat=True).first()
        if due is None:
            break
        clock[0] = max(due, clock[0])
    return list(WebhookAttempt.objects.order_by("id").values_list("at", flat=True))


def test_what_fails_is_tried_again_as_the_table_says_and_then_stops_the_webhook(
    hook: WebhookEndpoint, owner: Member, salesperson: Member, other_system: OtherSystem
) -> None:
    other_system.answer(500, "พัง".encode())
    one_event(hook, owner)
    clock = [timezone.now()]
    tries = run_through(clock, 60)
    assert len(tries) == retries.ATTEMPTS == 10
    waits = [(after - before).total_seconds() for before, after in itertools.pairwise(tries)]
    for wait, planned in zip(waits, retries.DELAYS[1:], strict=True):
        # A rest of the whole endpoint may come on top of a short wait.
        assert planned.total_seconds() <= wait <= max(planned.total_seconds() * 1.11, 310)
    assert 75.6 <= sum(waits) / 3600 <= 75.6 * 1.11
    assert len({heard.headers["webhook-id"] for heard in other_system.heard}) == 1
    hook.refresh_from_db()
    assert (hook.state, hook.reason) == ("disabled", "failing")
    told = Notification.objects.get(kind="integrations.webhook_stopped")
    assert told.member_id == owner.pk
    assert only(hook).state == "failed"


def test_410_stops_it_at_once(hook: WebhookEndpoint, owner: Member, other_system: OtherSystem) -> None:
    other_system.answer(410)
    one_event(hook, owner)
    send()
    hook.refresh_from_db()
    assert (hook.state, hook.reason) == ("disabled", "gone")
    assert Notification.objects.filter(kind="integrations.webhook_stopped").count() == 1
    add_customer(owner, "อีกคน")
    follow()
    send()
    assert len(other_system.heard) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_rest_that_is_asked_for_is_kept(
    status: int, hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    other_system.answer(status, Retry_After="3600")
    one_event(hook, owner)
    at = timezone.now()
    send(now=lambda: at)
    hook.refresh_from_db()
    assert hook.not_before == at + timedelta(hours=1)
    assert only(hook).next_at >= at + timedelta(hours=1)
    add_customer(owner, "อีกคน")
    follow()
    send(now=lambda: at + timedelta(minutes=59))
    assert len(other_system.heard) == 1
    other_system.answer(200)
    send(now=lambda: at + timedelta(minutes=61))
    assert len(other_system.heard) == 3


def test_a_delivery_that_one_system_does_not_take_stops_nothing_when_others_go_well(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    delivery = one_event(hook, owner)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(attempt_count=retries.ATTEMPTS - 1)
    WebhookEndpoint.objects.filter(pk=hook.pk).update(last_success_at=timezone.now() + timedelta(minutes=1))
    other_system.answer(422)
    send()
    hook.refresh_from_db()
    assert hook.state == "active"
    assert only(hook).state == "failed"
    assert Notification.objects.filter(kind="integrations.webhook_delivery_failed").count() == 1


def test_a_worker_that_died_in_a_call_loses_nothing(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    one_event(hook, owner)
    sender = Sender(patience=timedelta(0))
    with pytest.raises(KeyboardInterrupt):
        # Claimed and committed, and then the process is gone.
        class Gone:
            def submit(self, *_arguments: Any) -> Any:
                raise KeyboardInterrupt

        sender._take(Gone())  # type: ignore[arg-type]
    assert only(hook).attempt_count == 1
    send()
    assert other_system.heard == []
    later = timezone.now() + timedelta(seconds=90)
    send(now=lambda: later)
    assert len(other_system.heard) == 1
    assert only(hook).state == "delivered"


def test_of_two_senders_one_calls(hook: WebhookEndpoint, owner: Member, other_system: OtherSystem) -> None:
    one_event(hook, owner)
    first, second = Sender(), Sender()
    assert len(first._claim(hook.workspace_id, 10)) == 1
    assert second._claim(hook.workspace_id, 10) == []


def test_a_slow_system_keeps_nobody_else_waiting(
    inside: Workspace, owner: Member, other_system: OtherSystem, loopback_allowed: None
) -> None:
    import threading
    import time

    release = threading.Event()
    with serving() as slow:
        slow.before = lambda _heard: release.wait(5)  # type: ignore[assignment, return-value]
        for system, name in ((slow, "ช้า"), (other_system, "เร็ว")):
            actions.create_endpoint(name=name, url=system.url, events=["customer.created"], acting_member=owner)
        for number in range(30):
            add_customer(owner, f"คน {number}")
        follow()
        quick: list[float] = []
        began = time.monotonic()

        def note(_heard: Any) -> None:
            quick.append(time.monotonic() - began)
            if len(quick) == 30:
                release.set()

        other_system.before = note
        send()
        assert len(quick) == 30
        assert quick[-1] < 4
        assert len(slow.heard) == 30


def test_paused_it_waits_and_switched_on_it_goes_out(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    actions.pause_endpoint(hook, acting_member=owner)
    one_event(hook, owner)
    send()
    assert other_system.heard == []
    assert only(hook).state == "waiting"
    assert not WebhookPulse.objects.exists()
    actions.resume_endpoint(hook, acting_member=owner, at=timezone.now())
    send()
    assert other_system.types() == ["customer.created"]


def test_a_test_calls_even_what_is_paused_and_is_not_tried_again(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    actions.pause_endpoint(hook, acting_member=owner)
    other_system.answer(500)
    actions.test_endpoint(hook, acting_member=owner, at=timezone.now())
    send()
    assert other_system.types() == ["webhook.test"]
    assert only(hook).state == "failed"


def test_one_delivery_is_sent_again_under_the_same_id(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    delivery = one_event(hook, owner)
    send()
    actions.replay_delivery(delivery, acting_member=owner, at=timezone.now())
    send()
    assert [heard.headers["webhook-id"] for heard in other_system.heard] == [delivery.message_id] * 2


def test_a_time_is_sent_again_also_what_nobody_wrote_down(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    one_event(hook, owner)
    send()
    at = timezone.now()
    WebhookEndpoint.objects.filter(pk=hook.pk).update(state="disabled", reason="gone", disabled_at=at)
    hook.refresh_from_db()
    add_customer(owner, "ตอนหยุด")
    follow()
    assert WebhookDelivery.objects.count() == 1
    actions.resume_endpoint(hook, acting_member=owner, at=at)
    span = {"since": at - timedelta(hours=1), "until": at + timedelta(hours=1), "acting_member": owner, "at": at}
    assert actions.replay_range(hook, only_failed=True, **span) == 1
    send()
    assert len(other_system.heard) == 2
    assert actions.replay_range(hook, only_failed=False, **span) == 2
    send()
    assert len(other_system.heard) == 4
    assert len({heard.headers["webhook-id"] for heard in other_system.heard}) == 2


def test_the_log_keeps_no_secret_and_is_forgotten_after_its_time(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    other_system.answer(200, b"x" * 3_000)
    one_event(hook, owner)
    send()
    attempt = WebhookAttempt.objects.get()
    assert len(attempt.answer) == 1_000
    kept = " ".join(str(value) for value in WebhookAttempt.objects.values().get().values())
    assert hook.secret not in kept
    assert "v1," not in kept
    assert actions.forget(hook.workspace_id, timezone.now() - timedelta(days=30)) == 0
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert actions.forget(hook.workspace_id, timezone.now() - timedelta(days=30)) == 1
    assert not WebhookAttempt.objects.exists()


def test_many_events_are_written_down_in_sets(hook: WebhookEndpoint, owner: Member) -> None:
    for number in range(40):
        add_customer(owner, f"คน {number}")
    with CaptureQueriesContext(connection) as asked:
        follow()
    # One insert of all deliveries; the look at the outbox, endpoints, pulse and the queued job around it.
    assert len(asked) <= 10
    assert WebhookDelivery.objects.count() >= 40


def test_waits_follow_the_table() -> None:
    chance = random.Random(4)
    assert [retries.delay_before(number, chance) >= wait for number, wait in enumerate(retries.DELAYS, 1)]
    assert sum(wait.total_seconds() for wait in retries.DELAYS) == pytest.approx(75.6 * 3600, rel=0.002)
    assert retries.rest_after(1, 500, None) is None
    assert retries.rest_after(3, 500, None) == timedelta(seconds=8)
    assert retries.rest_after(30, None, None) == timedelta(minutes=5)
    assert retries.rest_after(1, 429, 7.0) == timedelta(seconds=7)
    assert retries.rest_after(1, 429, 10.0**9) == timedelta(hours=24)


def test_reads_every_way_to_ask_for_a_rest() -> None:
    from samphan.integrations.calls import _seconds_until

    assert _seconds_until("120") == 120
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert 80 < (_seconds_until(later.strftime("%a, %d %b %Y %H:%M:%S GMT")) or 0) < 91
    assert _seconds_until("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    for nothing in ("", "soon", "-5", "1e9", "99999999999999"):
        assert _seconds_until(nothing) is None


def test_another_companys_webhooks_hear_nothing(
    hook: WebhookEndpoint, other_workspace: Workspace, stranger: Member, other_system: OtherSystem
) -> None:
    from samphan.platform.tenancy import in_workspace

    with in_workspace(other_workspace.pk):
        add_customer(stranger, "คนของเขา")
    follow()
    send()
    assert other_system.heard == []


def test_no_call_is_made_when_the_address_is_not_allowed_any_more(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem, settings: Any
) -> None:
    from dataclasses import replace

    one_event(hook, owner)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, webhook_networks=())
    send()
    assert other_system.heard == []
    delivery = only(hook)
    assert (delivery.state, delivery.problem) == ("waiting", "address")
