"""Jobs: work done later by a worker, queued in the caller's transaction."""

from collections.abc import Callable
from typing import Any, Generic, ParamSpec
from uuid import UUID

from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app as procrastinate_app

P = ParamSpec("P")


class Job(Generic[P]):
    """A function a worker calls with plain values; it is shallow, calls one action, and may run twice."""

    def __init__(self, function: Callable[P, None], *, queue: str, retries: int, cron: str = "") -> None:
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.task = procrastinate_app.task(name=self.name, queue=queue, retry=retries)(self._run)
        if cron:
            by_clock: Any = (
                self.task
            )  # it takes `timestamp`, which the types of the library want as an argument by place
            # Of several workers one queues each moment; while a run waits, no other is put behind it.
            procrastinate_app.periodic(cron=cron, queueing_lock=self.name)(by_clock)

    def _run(self, *args: P.args, **kwargs: P.kwargs) -> None:
        close_old_connections()  # of a thread that ran a job before the database went away
        self.function(*args, **kwargs)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.function(*args, **kwargs)

    def enqueue(self, *, once: str | None = None, **arguments: Any) -> None:
        """Queue a run in the current transaction. With `once`, one run of that name waits at a time."""
        from procrastinate.exceptions import AlreadyEnqueued

        plain = {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
        try:
            with transaction.atomic():  # a savepoint: the lock refuses by a unique index
                self.task.configure(queueing_lock=once, lock=once).defer(**plain)
        except AlreadyEnqueued:
            return


def job(*, queue: str = "default", retries: int = 5, cron: str = "") -> Callable[[Callable[P, None]], Job[P]]:
    """Decorate a function of plain keyword arguments as a job.

    :param cron: when it runs by itself ("*/5 * * * *"); it takes the moment as `timestamp`, seconds since 1970. A moment that
        passed while no worker ran is not made up for: the next run does what is due by then.
    """

    def decorate(function: Callable[P, None]) -> Job[P]:
        return Job(function, queue=queue, retries=retries, cron=cron)

    return decorate
