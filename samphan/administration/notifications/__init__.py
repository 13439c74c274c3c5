"""What concerns one member: declared by domains, told once, shown under the bell."""

from samphan.administration.notifications.actions import notify
from samphan.administration.notifications.kinds import declare, declare_topic

__all__ = ["declare", "declare_topic", "notify"]
