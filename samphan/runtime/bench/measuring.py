"""Figures: how long requests take, how much a stream carries."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from typing import Any

REQUESTS = 200


@dataclass(frozen=True)
class Result:
    """One measured operation. `n`: requests, or rows where rows are what counts; times in milliseconds.

    What does not apply is None: a whole import has no percentiles.
    """

    op: str
    n: int
    p50_ms: float | None
    p95_ms: float | None
    per_second: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(op: str, requests: Iterable[Any], send: Callable[[Any], object], *, times: int = REQUESTS) -> Result:
    """Send requests in turn, begin again after the last, and take the time of each; a tenth more warms up before."""
    supply = cycle(requests)
    for request in islice(supply, times // 10):
        send(request)
    taken = []
    for request in islice(supply, times):
        began = time.perf_counter()
        send(request)
        taken.append((time.perf_counter() - began) * 1000)
    return of_times(op, taken)


def of_times(op: str, taken: Sequence[float]) -> Result:
    """The result that the times of single requests, in milliseconds, make."""
    total = sum(taken)
    return Result(
        op,
        len(taken),
        percentile(taken, 50),
        percentile(taken, 95),
        round(len(taken) / total * 1000, 1) if total else None,
    )


def of_rows(op: str, rows: int, seconds: float) -> Result:
    """The result of one long run over many rows."""
    return Result(op, rows, None, None, round(rows / seconds, 1) if seconds else None)


def percentile(taken: Sequence[float], percent: float) -> float:
    """The smallest time that at least `percent` of a hundred requests did not exceed (nearest rank)."""
    ranked = sorted(taken)
    return round(ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)], 2)
