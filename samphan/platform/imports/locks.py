"""One process at a time for each import, held by the database session so that it ends with the process."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError


class CannotImport(DomainError):
    """The import is not in the state for this, or the mapping lacks something."""


class AlreadyRunning(CannotImport):
    """Another process works on this import right now."""


@contextmanager
def only_runner(batch_id: UUID, *, wait: float = 0) -> Iterator[None]:
    """Hold the import's lock.

    :param wait: seconds to wait for another holder. A job that is run again after a kill needs some: the database
        notices only at its next answer that the killed session is gone, and keeps its lock until then.
    :raises AlreadyRunning: when the other one still holds it.
    """
    key = batch_id.int & 0x7FFFFFFFFFFFFFFF
    deadline = time.monotonic() + wait
    while not _try_lock(key):
        if time.monotonic() >= deadline:
            raise AlreadyRunning(_("Another process works on this import."))
        time.sleep(min(0.5, max(0.01, deadline - time.monotonic())))
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        except (OperationalError, InterfaceError):
            connection.close()  # the lock went with the session


def _try_lock(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])
