"""The outbox: committed with the write, delivered after it, in order, at least once, and never past a running transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import psycopg
import pytest
from django.db import connection, transaction

from samphan.administration.models import Workspace
from samphan.platform.events import Event, dispatcher, outbox, publish
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


@pytest.fixture
def company(transactional_db: None) -> Workspace:
    from samphan.administration import actions

    return actions.create_workspace(slug="doi-mok", name="โรงคั่วดอยหมอก")


def test_delivers_in_order_inside_the_workspace(company: Workspace, heard: list[tuple[int, object]]) -> None:
    _publish(company, 1, 2)
    _publish(company, 3)
    assert dispatcher.drain() == 3
    assert heard == [(1, company.id), (2, company.id), (3, company.id)]
    assert dispatcher.drain() == 0


def test_a_rolled_back_write_tells_nobody(company: Workspace, heard: list[tuple[int, object]]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _publish(company, 1)
        raise ZeroDivisionError
    assert OutboxEvent.objects.count() == 0
    assert dispatcher.drain() == 0


def test_does_not_read_past_a_transaction_that_still_runs(company: Workspace, heard: list[tuple[int, object]]) -> None:
    settings = connection.settings_dict
    other = psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"],
        options="-c role=samphan_app",
    )  # fmt: skip
    with other:
        # An earlier transaction writes first and commits last: its event must not be lost behind the later one.
        other.execute(
            "INSERT INTO platform_outboxevent (workspace_id, type, payload) VALUES (%s, 'test.tea_was_made', '{\"cups\": 1}')",
            [company.id],
        )
        _publish(company, 2)
        assert dispatcher.drain() == 0
        other.commit()
    assert dispatcher.drain() == 2
    assert [cups for cups, _workspace in heard] == [1, 2]


def test_an_event_that_fails_alone_is_set_aside_and_the_rest_goes_on(
    company: Workspace, heard: list[tuple[int, object]], caplog: pytest.LogCaptureFixture
) -> None:
    _publish(company, 1, 13, 2)
    dispatcher.drain()
    assert [cups for cups, _workspace in heard][-2:] == [1, 2] or [cups for cups, _ in heard][-1] == 2
    letter = DeadLetter.objects.get()
    assert "thirteen" in letter.error
    assert dispatcher.drain() == 0


def test_a_subscriber_passes_by_what_is_not_its_own(company: Workspace, heard: list[tuple[int, object]]) -> None:
    with in_workspace(company.id):
        OutboxEvent.objects.create(workspace_id=company.id, type="test.coffee_was_made", payload={})
    assert dispatcher.lag()[0] == 0  # nobody reads yet
    assert dispatcher.drain() == 0
    assert dispatcher.lag() == (0, 0.0)


def test_forgets_old_events_that_everybody_has_taken(company: Workspace, heard: list[tuple[int, object]]) -> None:
    _publish(company, 1, 2)
    assert dispatcher.forget_delivered(days=-1) == 0
    dispatcher.drain()
    assert dispatcher.forget_delivered(days=1) == 0
    assert dispatcher.forget_delivered(days=-1) == 2


def test_a_cursor_that_is_held_elsewhere_is_left_alone(company: Workspace, heard: list[tuple[int, object]]) -> None:
    _publish(company, 1)
    SubscriberCursor.objects.create(name="test.listener", transaction="0", event_id=0)
    settings = connection.settings_dict
    other = psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"],
        options="-c role=samphan_app",
    )  # fmt: skip
    with other:
        other.execute("SELECT 1 FROM platform_subscribercursor FOR UPDATE")
        assert dispatcher.deliver_waiting() == 0
    assert dispatcher.deliver_waiting() == 1
