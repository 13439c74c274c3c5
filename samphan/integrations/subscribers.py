"""Webhooks follow everything that means something outside."""

from samphan.integrations import actions
from samphan.integrations.public_events import sources
from samphan.platform.events.outbox import Delivery, register


def write_deliveries(deliveries: list[Delivery]) -> None:
    """Write down who is to hear of a batch of events; the sender calls them."""
    actions.deliver_events(deliveries)


register("samphan.integrations.webhooks", sources(), write_deliveries)
