"""Domain events: published in the caller's transaction, delivered after commit, at least once."""

from samphan.platform.events.outbox import Event, publish, subscribe, subscribe_together

__all__ = ["Event", "publish", "subscribe", "subscribe_together"]
