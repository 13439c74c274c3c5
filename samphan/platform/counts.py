"""How many rows a statement has: counted where that is cheap, the planner's estimate otherwise; and how it is said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connections, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from samphan.platform.catalogue import Entity

CAP = 20_000  # counting so many index entries takes about 5 ms
COST = 2_500.0  # planner's units that an exact count may cost: about 10 ms
TIMEOUT_MS = 40  # and the time it may take when the planner was wrong
GOING_BACK_ATTEMPTS = 20  # on a machine so busy that even a rollback takes longer than that


@dataclass(frozen=True)
class Count:
    """How many rows a list has: exact, or the planner's estimate."""

    value: int
    is_exact: bool

    def __str__(self) -> str:
        return self.words()

    def words(self) -> str:
        """ "1,234", or "about 1.2 million": an estimate shows two figures that count and no more."""
        if self.is_exact:
            return number_format(self.value, use_l10n=True, force_grouping=True)
        rounded = _two_figures(self.value)
        if rounded < 1_000_000:
            return _("about %(count)s") % {"count": number_format(rounded, use_l10n=True, force_grouping=True)}
        tenths = rounded // 100_000
        millions = f"{tenths // 10:,}" if tenths % 10 == 0 or tenths >= 100 else f"{tenths // 10}.{tenths % 10}"
        return _("about %(count)s million") % {"count": millions}


def count_rows(sql: str, params: Sequence[Any], using: str) -> Count:
    """How many rows a SELECT has that stops after `CAP` + 1 of them.

    Counted where the planner expects that to be cheap and it takes no longer than `TIMEOUT_MS`; its estimate otherwise.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        answer = cursor.fetchone()[0]
        plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
        inner = plan["Plans"][0] if plan["Node Type"] == "Limit" else plan
        estimate = int(inner["Plan Rows"])
        if estimate > 2 * CAP or float(plan["Total Cost"]) > COST:
            return Count(estimate, is_exact=False)
        counted = count_in_time(cursor, f"SELECT count(*) FROM ({sql}) AS capped", params, using)
    if counted is None:
        return Count(estimate, is_exact=False)
    if counted <= CAP:
        return Count(counted, is_exact=True)
    return Count(max(estimate, counted), is_exact=False)


def count_in_time(cursor: Any, sql: str, params: Sequence[Any], using: str) -> int | None:
    """The number that a statement counts, None where it takes longer than TIMEOUT_MS."""
    with transaction.atomic(using=using, savepoint=False):
        savepoint = transaction.savepoint(using=using)
        try:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TIMEOUT_MS)])
            cursor.execute(sql, params)
            return int(cursor.fetchone()[0])
        except OperationalError:
            return None
        finally:
            # Nothing was written: going back takes the timeout off again.
            _go_back(savepoint, using)


def _go_back(savepoint: str, using: str) -> None:
    """Roll back to a savepoint, again where the timeout that this takes off hits the going back itself."""
    for attempt in range(GOING_BACK_ATTEMPTS):
        try:
            transaction.savepoint_rollback(savepoint, using=using)
            break
        except OperationalError:
            if attempt + 1 == GOING_BACK_ATTEMPTS:
                raise
    transaction.savepoint_commit(savepoint, using=using)


def _two_figures(value: int) -> int:
    """The value rounded to two leading digits: 1,234,567 → 1,200,000."""
    unit = int(10 ** max(len(str(value)) - 2, 0))
    return (value + unit // 2) // unit * unit


def label_count(entity: Entity, count: Count) -> str:
    """The count in a sentence with the entity's own word, such as "ลูกค้า 1,234 ราย"."""
    if entity.label_count:
        return str(entity.label_count) % {"count": count.words()}
    return f"{entity.label_plural} {count.words()}"
