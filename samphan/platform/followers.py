"""What follows the database without being asked: the worker gives each follower a thread of its own.

A domain that must answer within a second or two of a change, and cannot wait for a job to be queued, registers here in
`AppConfig.ready()`::

    followers.register(Follower("tracking.consumer", consuming.take_next))

Jobs remain the place for everything that is asked for or has its hour.
"""

from collections.abc import Callable
from dataclasses import dataclass

from samphan.platform.registries import Registry


@dataclass(frozen=True, slots=True)
class Follower:
    """A look at the database that is repeated as long as a worker lives.

    :param name: `domain.what`, for the log and the thread.
    :param look: takes one portion of what waits, whole or not at all, in a transaction of its own, and answers whether more
        waits. It is called outside any workspace. Several workers call it at once: it holds the row of its cursor
        (`FOR UPDATE SKIP LOCKED`) while it works, and answers False where another worker has it.
    :param seconds: pause after a look that found nothing more.
    """

    name: str
    look: Callable[[], bool]
    seconds: float = 0.2


followers: Registry[Follower] = Registry()


def register(follower: Follower) -> None:
    """Let every worker repeat this look."""
    followers.add(follower.name, follower)
