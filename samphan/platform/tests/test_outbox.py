"""The outbox: committed with the write, delivered after it, in order, at least once, and never past a running transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from samphan.administration.models import Workspace
from samphan.platform.events import Event, dead_letters, dispatcher, outbox, publish
from samphan.platform.events.models import DeadLetter, OutboxEvent, SubscriberCursor
from samphan.platform.tenancy import current_workspace, in_workspace


@dataclass(frozen=True)
class TeaWasMade(Event):
    type: ClassVar[str] = "test.tea_was_made"
    cups: int


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, object]]]:
    """What a subscriber of these tests was told: cups, and the workspace it stood in."""
    got: list[tuple[int, object]] = []

    def deliver(deliveries: list[outbox.Delivery]) -> None:
        for delivery in deliveries:
            assert isinstance(delivery.event, TeaWasMade)
            if delivery.event.cups == 13:
                raise ValueError("thirteen cups")
            got.append((delivery.event.cups, current_workspace()))

    monkeypatch.setattr(outbox, "_subscribers", {})
    outbox.register("test.listener", (TeaWasMade,), deliver)
    dispatcher.loaded_subscribers.cache_clear()
    monkeypatch.setattr(dispatcher, "load_subscribers", lambda apps: None)
    yield got
    dispatcher.loaded_subscribers.cache_clear()


def _publish(workspace: Workspace, *cups: int) -> None:
    with in_workspace(workspace.id):
        publish(*(TeaWasMade(cups=number) for number in cups))


def other_session() -> psycopg.Connection[Any]:
    """A connection of somebody else, with transactions of its own."""
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"],
        options="-c role=samphan_app",
    )  # fmt: skip


def drain() -> int:
    """Deliver until nothing waits."""
    total = 0
    while delivered := dispatcher.deliver_waiting():
        total += delivered
    return total


@pytest.fixture
def company(transactional_db: None) -> Workspace:
    from samphan.administration import actions

    return actions.create_workspace(slug="doi-mok", name="โรงคั่วดอยหมอก")


def test_delivers_in_order_inside_the_workspace(company: Workspace, heard: list[tuple[int, object]]) -> None:
    _publish(company, 1, 2)
    _publish(company, 3)
    assert drain() == 3
    assert heard == [(1, company.id), (2, company.id), (3, company.id)]
    assert drain() == 0


def test_a_rolled_back_write_tells_nobody(company: Workspace, heard: list[tuple[int, object]]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _publish(company, 1)
        raise ZeroDivisionError
    assert OutboxEvent.objects.count() == 0
    assert drain() == 0


def test_does_not_read_past_a_transaction_that_still_runs(company: Workspace, heard: list[tuple[int, object]]) -> None:
    other = other_session()
    with other:
        # An earlier transaction writes first and commits last: its event must not be lost behind the later one.
        other.execute(
            "INSERT INTO platform_outboxevent (workspace_id, type, payload) VALUES (%s, 'test.tea_was_made', '{\"cups\": 1}')",
            [company.id],
        )
        _publish(company, 2)
        assert drain() == 0
        other.commit()
    assert drain() == 2
    assert [cups for cups, _workspace in heard] == [1, 2]


def test_an_event_that_becomes_readable_between_two_looks_is_not_passed_by(
    company: Workspace, heard: list[tuple[int, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = "INSERT INTO platform_outboxevent (workspace_id, type, payload) VALUES (%s, %s, '{\"cups\": 4}')"
    look = dispatcher._next_rows
    with other_session() as of_nobody:
        of_nobody.execute(event, [company.id, "test.of_nobody"])
    dispatcher.deliver_waiting()  # the cursor is there, and stands somewhere
    with other_session() as other:
        other.execute(event, [company.id, "test.tea_was_made"])  # still runs when the dispatcher begins

        def look_and_be_late(*arguments: Any) -> list[OutboxEvent]:
            found = look(*arguments)
            other.commit()
            return found

        monkeypatch.setattr(dispatcher, "_next_rows", look_and_be_late)
        assert drain() == 0
    monkeypatch.setattr(dispatcher, "_next_rows", look)
    assert drain() == 1
    assert [cups for cups, _workspace in heard] == [4]


def test_an_event_that_fails_alone_is_set_aside_and_the_rest_goes_on(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, 1, 13, 2)
    drain()
    assert [cups for cups, _workspace in heard][-2:] == [1, 2]
    letter = DeadLetter.objects.get()
    assert letter.error == "ValueError: thirteen cups"
    assert letter.next_at is not None
    assert drain() == 0


def test_one_poisoned_event_of_many_costs_two_passes_and_not_one_for_each(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, *range(100, 300), 13, *range(300, 500))
    assert dispatcher.deliver_to(outbox.subscribers()[0]) == 401
    assert {cups for cups, _workspace in heard} == {*range(100, 500)}
    assert DeadLetter.objects.count() == 1


def test_an_event_that_nobody_can_read_any_more_blocks_nobody(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, 1)
    OutboxEvent.objects.create(workspace_id=company.id, type="test.tea_was_made", payload={"cups": "many"})
    _publish(company, 2)
    drain()
    assert [cups for cups, _workspace in heard][-1] == 2
    assert "ValidationError" in DeadLetter.objects.get().error


def test_a_dead_letter_is_tried_again_by_itself_and_then_waits_for_somebody(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, 13)
    drain()
    at = timezone.now()
    assert dead_letters.retry_due(at=at) == (0, 0)
    tries = 0
    while (letter := DeadLetter.objects.get()).next_at is not None:
        tries += 1
        assert dead_letters.retry_due(at=letter.next_at) == (0, 1)
    assert tries == len(dispatcher.RETRY_AFTER) == 4
    assert letter.attempts == 5
    assert dead_letters.retry_due(at=at + timedelta(days=9)) == (0, 0)


def test_a_dead_letter_goes_when_its_subscriber_is_mended(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, 13)
    drain()
    outbox.register("test.listener", (TeaWasMade,), lambda deliveries: heard.append((13, current_workspace())))
    dispatcher.loaded_subscribers.cache_clear()
    letters = dead_letters.of_workspace(company.id)
    at = timezone.now()
    assert dead_letters.ask_again(letters, at=at) == 1
    assert dead_letters.retry_due(at=at) == (1, 0)
    assert heard == [(13, company.id)]
    assert not DeadLetter.objects.exists()


def test_a_dead_letter_whose_subscriber_is_gone_waits_for_somebody(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, 13)
    drain()
    DeadLetter.objects.update(subscriber="test.nobody", next_at=timezone.now())
    dead_letters.retry_due(at=timezone.now())
    letter = DeadLetter.objects.get()
    assert letter.next_at is None
    assert dead_letters.drop(dead_letters.of_workspace(company.id)) == 1


def test_a_subscriber_passes_by_what_is_not_its_own(company: Workspace, heard: list[tuple[int, object]]) -> None:
    with in_workspace(company.id):
        OutboxEvent.objects.create(workspace_id=company.id, type="test.coffee_was_made", payload={})
    assert dispatcher.lag()[0] == 0  # nobody reads yet
    assert drain() == 0
    assert dispatcher.lag() == (0, 0.0)


def test_forgets_old_events_that_everybody_has_taken(company: Workspace, heard: list[tuple[int, object]]) -> None:
    _publish(company, 1, 2)
    assert dispatcher.forget_delivered(days=-1) == 0
    drain()
    assert dispatcher.forget_delivered(days=1) == 0
    assert dispatcher.forget_delivered(days=-1) == 2


def test_a_cursor_that_is_held_elsewhere_is_left_alone(company: Workspace, heard: list[tuple[int, object]]) -> None:
    _publish(company, 1)
    SubscriberCursor.objects.create(name="test.listener", transaction="0", event_id=0)
    other = other_session()
    with other:
        other.execute("SELECT 1 FROM platform_subscribercursor FOR UPDATE")
        assert dispatcher.deliver_waiting() == 0
    assert dispatcher.deliver_waiting() == 1
