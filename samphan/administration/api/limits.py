"""How often a token, or a place without a valid one, may ask: counted in a table that every process shares.

The count is one statement with a commit of its own before the request's transaction begins, on a table that is not
logged: the row is locked for as long as that statement takes, so requests of one token do not wait for each other, and a
crash forgets the counts of one minute.
"""

import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

WINDOW_SECONDS = 60
WRONG_TOKENS = 20  # of one address in a window, before it is asked to wait
TABLE = "samphan_api_limit"

_COUNT = f"""
    INSERT INTO {TABLE} AS counted (key, began_at, used) VALUES (%s, clock_timestamp(), 1)
    ON CONFLICT (key) DO UPDATE SET
        began_at = CASE WHEN counted.began_at <= clock_timestamp() - interval '{WINDOW_SECONDS} seconds'
                        THEN clock_timestamp() ELSE counted.began_at END,
        used = CASE WHEN counted.began_at <= clock_timestamp() - interval '{WINDOW_SECONDS} seconds'
                    THEN 1 ELSE counted.used + 1 END
    RETURNING used, extract(epoch FROM clock_timestamp() - began_at)
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of a minute. `wait_seconds` is 0 while there is something left."""

    limit: int
    used: int
    reset_seconds: int

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """The standard headers: the policy, and what is left of it."""
        found = {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"minute";r={max(self.limit - self.used, 0)};t={self.reset_seconds}',
        }
        return found | {"Retry-After": str(self.reset_seconds)} if self.is_spent else found


def take(key: str, limit: int | None = None) -> Allowance:
    """Count one request; stands outside the request's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key])
        used, passed = cursor.fetchone() or (1, 0)
    return Allowance(
        settings.API_REQUESTS_PER_MINUTE if limit is None else limit,
        int(used),
        max(1, math.ceil(WINDOW_SECONDS - float(passed))),
    )


# Addresses that sent too many wrong tokens, until when; each process learns it by its own next wrong one.
_shut: dict[str, float] = {}


def shut_seconds(address: str) -> int:
    """How long an address still has to wait, 0 for not at all; asks no database."""
    until = _shut.get(address, 0.0)
    left = until - time.monotonic()
    if left <= 0:
        _shut.pop(address, None)
        return 0
    return math.ceil(left)


def wrong_token(address: str) -> None:
    """Count a wrong token of an address; too many of them shut it out until its minute is over."""
    allowance = take(f"wrong:{address}"[:200], WRONG_TOKENS)
    if allowance.is_spent:
        if len(_shut) > 10_000:
            _shut.clear()
        _shut[address] = time.monotonic() + allowance.reset_seconds


def forget(before_seconds: int = 2 * WINDOW_SECONDS) -> int:
    """Delete counts whose minute is long over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE key IN (SELECT key FROM {TABLE} "
            "WHERE began_at < clock_timestamp() - make_interval(secs => %s) FOR UPDATE SKIP LOCKED)",
            [before_seconds],
        )
        return int(cursor.rowcount)
