"""When a call that went wrong is made again."""

import random
from datetime import timedelta

DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""The wait before each attempt, the first at once: 75.6 hours from the first to the last."""

ATTEMPTS = len(DELAYS)
JITTER = 0.1  # of a wait is added at random, so that what failed together does not come back together
MOST_ASKED = timedelta(hours=24)  # that a Retry-After may ask for
REST_AFTER = 3  # failures in a row; then the whole endpoint rests between calls
LONGEST_REST = timedelta(minutes=5)
SLOW_DOWN = frozenset({429, 502, 503, 504})


def delay_before(attempt: int, chance: random.Random) -> timedelta:
    """The wait before an attempt, 1 for the first, up to a tenth longer than the table says.

    :raises IndexError: beyond the last.
    """
    return DELAYS[attempt - 1] * (1 + JITTER * chance.random())


def rest_after(streak: int, status: int | None, retry_after: float | None) -> timedelta | None:
    """How long an endpoint is left alone after so many failures in a row, None for not at all.

    It rests as long as it asks with Retry-After, and by itself from the third failure on: 8, 16, 32 s up to five minutes; a
    server that says that it is overloaded (429, 502, 503, 504) rests from the first.
    """
    if retry_after is not None and status in SLOW_DOWN:
        return min(timedelta(seconds=retry_after), MOST_ASKED)
    if streak < REST_AFTER and status not in SLOW_DOWN:
        return None
    return min(timedelta(seconds=2 ** min(streak, 12)), LONGEST_REST)
