"""Erase rows for good: with their parts, every earlier state of them, and what else tells of them by their id.

What points to an erased row goes with it, and what points to that; a domain whose rows stay says so with `keep`, and loses
the link alone. What no key shows (a file in the storage, a word in a dictionary, an id in a text) is taken by those who
registered with `with_erased`. Everything happens in the caller's transaction and in sets, and running it again is safe.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import Model

from samphan.platform.changes.models import HistoryEvent
from samphan.platform.changes.recording import Tracked, changeset, tracked_models
from samphan.platform.tenancy import current_workspace

RECORD_ID = "record_id"  # the column by which tables without a key name a record of any kind


@dataclass
class Erased:
    """The rows that go in one step, by their model; the rows still stand while others are told."""

    workspace_id: UUID
    ids: dict[type[Model], set[UUID]] = field(default_factory=dict)

    def of(self, label: str) -> list[UUID]:
        """The ids of one model, named as `customers.Customer`."""
        return sorted(self.ids.get(apps.get_model(label), ()))

    @property
    def everything(self) -> list[UUID]:
        """Every id."""
        return sorted(set().union(*self.ids.values()))


_kept: set[tuple[str, str]] = set()
_listeners: list[Callable[[Erased], None]] = []


def keep(label: str, reference: str) -> None:
    """Rows of a model outlive what a foreign key of theirs points to: `keep("commerce.Order", "customer")`."""
    _kept.add((label.lower(), reference))
    references.cache_clear()


def with_erased(function: Callable[[Erased], None]) -> Callable[[Erased], None]:
    """Register a function that takes away what no key shows; it is called before the rows go, inside the transaction."""
    if function not in _listeners:
        _listeners.append(function)
    return function


@dataclass(frozen=True)
class Reference:
    """A foreign key to an erasable row."""

    model: type[Model]
    name: str
    column: str
    is_kept: bool


@cache
def references(model: type[Model]) -> tuple[Reference, ...]:
    """Every foreign key to a model, but those of the history."""
    return tuple(
        Reference(one, key.name, key.column, (one._meta.label_lower, key.name) in _kept)
        for one in apps.get_models()
        if not issubclass(one, HistoryEvent) and one._meta.managed
        for key in one._meta.local_concrete_fields
        if isinstance(key, models.ForeignKey) and key.related_model is model and key.column
    )


@cache
def named_by_id() -> tuple[type[Model], ...]:
    """Models that name a record of any kind in a column without a key: search documents, shares, what was opened."""
    return tuple(
        one
        for one in apps.get_models()
        if not issubclass(one, HistoryEvent)
        and any(each.column == RECORD_ID and not each.is_relation for each in one._meta.local_concrete_fields)
    )


def erase(model: type[Model], ids: Iterable[UUID], *, kind: str, member_id: UUID | None = None) -> Erased:
    """Erase rows of a model for good; stands inside `in_workspace`.

    :param kind: of the changeset; it holds how many, and nothing of whom.
    """
    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("rows are erased inside in_workspace()")
    first = set(ids)
    found = Erased(workspace_id)
    if not first:
        return found
    with changeset(kind, member_id=member_id, note={"count": len(first)}) as own, connection.cursor() as cursor:
        _collect(cursor, found, model, first)
        for listener in _listeners:
            listener(found)
        acts = {own}
        for one, its in found.ids.items():
            for reference in references(one):
                if reference.is_kept:
                    _unlink(cursor, reference, sorted(its))
        for one in reversed(found.ids):
            acts |= _delete(cursor, one, sorted(found.ids[one]))
            for reference in references(one):
                acts |= _forget_states(cursor, reference, sorted(found.ids[one]))
        for one in named_by_id():
            acts |= _delete_named(cursor, one, found.everything)
        # An undo of what they did says that it is erased, where nothing is left to take back.
        cursor.execute(
            "UPDATE platform_changeset SET erased_at = now() WHERE id = ANY(%s) AND erased_at IS NULL", [sorted(acts)]
        )
    return found


def gone_rows(model: type[Model], before: datetime, most: int) -> list[UUID]:
    """Ids of rows that were taken out of their table before a moment and whose history still tells of them."""
    tracked = tracked_of(model)
    if tracked is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT h.pgh_obj_id FROM {tracked.history_table} h
             WHERE h.workspace_id = %(workspace)s AND h.pgh_label = 'delete' AND h.pgh_created_at < %(before)s
               AND NOT EXISTS (SELECT 1 FROM {tracked.table} t WHERE t.id = h.pgh_obj_id)
               AND NOT EXISTS (SELECT 1 FROM {tracked.history_table} l WHERE l.pgh_obj_id = h.pgh_obj_id
                                  AND l.pgh_label = 'delete' AND l.pgh_created_at >= %(before)s)
             LIMIT %(most)s
            """,
            {"workspace": current_workspace(), "before": before, "most": most},
        )
        return [row[0] for row in cursor.fetchall()]


def tracked_of(model: type[Model]) -> Tracked | None:
    """The history of a model, None without one."""
    return next((one for one in tracked_models if one.model is model), None)


def _collect(cursor: Any, found: Erased, model: type[Model], first: set[UUID]) -> None:
    waiting: list[tuple[type[Model], set[UUID]]] = [(model, first)]
    while waiting:
        one, its = waiting.pop(0)
        new = its - found.ids.get(one, set())
        if not new:
            continue
        # Whatever is found later goes earlier: the parts before what they are parts of.
        found.ids[one] = found.ids.pop(one, set()) | new
        waiting += [
            (reference.model, set(_pointing(cursor, reference, sorted(new))))
            for reference in references(one)
            if not reference.is_kept
        ]


def _pointing(cursor: Any, reference: Reference, ids: list[UUID]) -> Iterator[UUID]:
    """Rows that point to others, and those that did until they went; one that points elsewhere by now is not among them."""
    table, column, key = reference.model._meta.db_table, reference.column, reference.model._meta.pk.column
    cursor.execute(f'SELECT "{key}" FROM "{table}" WHERE {_mine(reference.model)} "{column}" = ANY(%s)', [ids])
    yield from (row[0] for row in cursor.fetchall())
    tracked = tracked_of(reference.model)
    if tracked is not None and column in tracked.columns:
        cursor.execute(
            f'SELECT DISTINCT h.pgh_obj_id FROM {tracked.history_table} h WHERE h."{column}" = ANY(%s)'
            f" AND NOT EXISTS (SELECT 1 FROM {tracked.table} t WHERE t.id = h.pgh_obj_id)",
            [ids],
        )
        yield from (row[0] for row in cursor.fetchall())


def _mine(model: type[Model]) -> str:
    """The condition with which indexes of a table begin."""
    has_workspace = any(one.column == "workspace_id" for one in model._meta.local_concrete_fields)
    return "workspace_id = current_setting('samphan.workspace')::uuid AND" if has_workspace else ""


def _unlink(cursor: Any, reference: Reference, ids: list[UUID]) -> None:
    table, link = reference.model._meta.db_table, f'"{reference.column}"'
    cursor.execute(f'UPDATE "{table}" SET {link} = NULL WHERE {_mine(reference.model)} {link} = ANY(%s)', [ids])
    tracked = tracked_of(reference.model)
    if tracked is not None and reference.column in tracked.columns:
        # Behind the row, because its trigger has just written the state that had the link.
        cursor.execute(f"UPDATE {tracked.history_table} SET {link} = NULL WHERE {link} = ANY(%s)", [ids])


def _delete(cursor: Any, model: type[Model], ids: list[UUID]) -> set[UUID]:
    table, key = model._meta.db_table, model._meta.pk.column
    acts: set[UUID] = set()
    tracked = tracked_of(model)
    if tracked is not None:
        cursor.execute(f"SELECT DISTINCT created_in FROM {table} WHERE id = ANY(%s) AND created_in IS NOT NULL", [ids])
        acts |= {row[0] for row in cursor.fetchall()}
    cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = ANY(%s)', [ids])
    if tracked is not None:
        acts |= _forget(cursor, tracked, "pgh_obj_id", ids)
    return acts


def _delete_named(cursor: Any, model: type[Model], ids: list[UUID]) -> set[UUID]:
    tracked = tracked_of(model)
    cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{RECORD_ID}" = ANY(%s)', [ids])
    return _forget(cursor, tracked, RECORD_ID, ids) if tracked is not None else set()


def _forget_states(cursor: Any, reference: Reference, ids: list[UUID]) -> set[UUID]:
    """Earlier states that pointed to what is erased, of rows that point elsewhere by now."""
    tracked = tracked_of(reference.model)
    if reference.is_kept or tracked is None or reference.column not in tracked.columns:
        return set()
    return _forget(cursor, tracked, reference.column, ids)


def _forget(cursor: Any, tracked: Tracked, column: str, ids: Sequence[UUID]) -> set[UUID]:
    cursor.execute(
        f"""
        WITH gone AS (DELETE FROM {tracked.history_table} WHERE "{column}" = ANY(%s)
                      RETURNING pgh_context_id, created_in)
        SELECT pgh_context_id FROM gone UNION SELECT created_in FROM gone
        """,
        [ids],
    )
    return {row[0] for row in cursor.fetchall() if row[0] is not None}
