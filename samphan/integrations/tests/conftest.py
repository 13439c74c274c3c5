"""Webhooks and the system that they call."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from samphan.administration.models import Member
from samphan.integrations import actions
from samphan.integrations.models import WebhookEndpoint
from samphan.integrations.sender import Sender
from samphan.integrations.tests.receiver import OtherSystem, serving
from samphan.platform.events.dispatcher import loaded_subscribers
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import Delivery, read


@pytest.fixture
def other_system() -> Iterator[OtherSystem]:
    with serving() as system:
        yield system


@pytest.fixture
def loopback_allowed(settings: Any) -> None:
    """Whoever runs this machine allowed webhooks to call it."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, webhook_networks=("127.0.0.0/8",))


@pytest.fixture
def hook(inside: Any, owner: Member, other_system: OtherSystem, loopback_allowed: None) -> WebhookEndpoint:
    """A webhook of the owner for everything."""
    return actions.create_endpoint(name="บัญชี", url=other_system.url, is_for_all=True, acting_member=owner)


def follow() -> None:
    """Carry what was published to the webhooks' subscriber, as the dispatcher does."""
    subscriber = next(one for one in loaded_subscribers() if one.name == "samphan.integrations.webhooks")
    # The events of a test stand in its own open transaction, which the dispatcher would wait for.
    rows = OutboxEvent.objects.filter(type__in=subscriber.types).order_by("id")
    by_workspace: dict[Any, list[Delivery]] = {}
    for row in rows:
        by_workspace.setdefault(row.workspace_id, []).append(
            Delivery(row.id, row.workspace_id, row.at, read(row.type, row.payload))
        )
    for deliveries in by_workspace.values():
        subscriber.deliver(deliveries)


def send(**options: Any) -> Sender:
    """Send what is due, and return without waiting for what is not."""
    sender = Sender(**{"patience": timedelta(0), **options})
    sender.run(longest_seconds=options.pop("longest", 20))
    return sender
