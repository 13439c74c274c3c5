"""Indexes of custom fields that lists are often filtered or sorted by: built, repaired and taken away by a job.

What exists is what PostgreSQL's catalogue says: the name of an index holds field, shape and a digest of its definition, so
that nothing else has to be kept true, a restored backup brings its indexes along, and a new version of Samphan that asks
otherwise finds the old ones outdated. Building is CONCURRENTLY, outside every transaction and as the owner of the table:
lists and writes go on. One builder works at a time in an installation.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import Error, connection
from django.db.models import Sum

from samphan.administration.custom_fields import definitions, hosts, use
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField, FieldUse
from samphan.administration.custom_fields.shapes import NAME, Index, index_for
from samphan.administration.models import SystemViewer, Workspace
from samphan.platform import catalogue
from samphan.platform.tenancy import in_workspace

OFTEN, OFTEN_DAYS = 20, 14  # pages within days that make a field worth an index
SELDOM, SELDOM_DAYS = 3, 45  # fewer within days, and its index goes
FEWEST_RECORDS = 2_000  # with fewer a list reads them all as fast
MOST_OF_ENTITY = 12  # of one kind of record in one company: each costs every write of such a record
MOST_OF_TABLE = 60  # of one table, whoever asks: an insert looks at each
LOCK = "samphan.field_indexes"
BUILD_SECONDS = 3_600
BUILD_MEMORY = "256MB"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Existing:
    """An index of a custom field as the database knows it."""

    name: str
    table: str
    is_valid: bool

    @property
    def about(self) -> tuple[UUID, str]:
        """Its field and shape."""
        found = NAME.fullmatch(self.name)
        if found is None:
            raise ValueError(self.name)
        return UUID(found[1]), found[2]


@dataclass
class Tended:
    """What a run did, names of indexes; `refused` by the reason. `is_busy`: another run was at it."""

    built: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    is_busy: bool = False


@dataclass(frozen=True)
class _Wanted:
    index: Index
    entity: str
    workspace_id: UUID
    count: int


def existing(cursor: Any) -> list[Existing]:
    """Every index of a custom field, of every company."""
    cursor.execute(
        "SELECT c.relname, t.relname, i.indisvalid AND i.indisready FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'custom\\_%' ORDER BY 1"
    )
    return [Existing(*row) for row in cursor.fetchall() if NAME.fullmatch(row[0])]


def is_at_work(cursor: Any) -> bool:
    """Whether a run builds or drops indexes now; the progress of another role's building cannot be seen."""
    cursor.execute(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND objid = (hashtext(%s)::bigint & 4294967295)::oid",
        [LOCK],
    )
    return cursor.fetchone() is not None


def states(fields: Iterable[CustomField]) -> dict[UUID, bool]:
    """Fields that have an index: True where it serves, False while it is being built."""
    ids = {one.pk for one in fields}
    found: dict[UUID, bool] = {}
    with connection.cursor() as cursor:
        for one in existing(cursor):
            field_id, _shape = one.about
            if field_id in ids:
                found[field_id] = found.get(field_id, True) and one.is_valid
    return found


def tend(*, today: date) -> Tended:
    """Build the indexes of fields in frequent use, take away those that nobody needs, and replace what a broken build left.

    Safe to run twice and to be killed at any moment. Stands outside every transaction: building waits for those that run.

    :raises RuntimeError: inside a transaction, which the building would wait for without end.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Indexes are built outside of transactions.")
    done = Tended()
    with _owner() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        if not cursor.fetchone()[0]:
            return Tended(is_busy=True)
        there = existing(cursor)
        wanted = _chosen(_asked_for(today, {one.about for one in there}))
        good = {one.name for one in there if one.is_valid and one.name in wanted}
        for one in there:
            if one.name not in good:
                _as_owner_of(cursor, one.table)
                cursor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{one.name}"')
                done.dropped.append(one.name)
        analysed = set()
        for name, index in wanted.items():
            if name in good:
                continue
            _as_owner_of(cursor, index.table)
            try:
                cursor.execute(index.create(concurrently=True))
            except Error as error:
                # A value that no index holds, a disk that is full: lists go on without, and the next run tries again.
                done.refused[name] = str(error).strip().partition("\n")[0]
                logger.warning("The index %s could not be built: %s", name, done.refused[name])
                cursor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
                continue
            done.built.append(name)
            analysed.add(index.table)
        analysed |= _measure(cursor, [index for name, index in wanted.items() if name not in done.refused])
        for table in analysed:
            # The planner knows nothing of an expression before its values were looked at.
            _as_owner_of(cursor, table)
            cursor.execute(f'ANALYZE "{table}"')
    return done


def _measure(cursor: Any, serving: list[Index]) -> set[str]:
    """Have the expressions of these indexes measured and no others; the tables that have to be looked at for it."""
    cursor.execute(
        "SELECT s.stxname, c.relname FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid"
        " WHERE s.stxnamespace = 'public'::regnamespace AND s.stxname LIKE 'custom\\_%'"
    )
    there = {name: table for name, table in cursor.fetchall() if NAME.fullmatch(name)}
    for name in there.keys() - {one.name for one in serving}:
        _as_owner_of(cursor, there[name])
        cursor.execute(f'DROP STATISTICS IF EXISTS "{name}"')
    missing = [one for one in serving if one.name not in there]
    for one in missing:
        _as_owner_of(cursor, one.table)
        cursor.execute(one.measure())
    return {one.table for one in missing}


def _asked_for(today: date, there: set[tuple[UUID, str]]) -> list[_Wanted]:
    found: list[_Wanted] = []
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            use.forget_old(today=today)
            found += _of_workspace(workspace_id, today, there)
    return found


def _of_workspace(workspace_id: UUID, today: date, there: set[tuple[UUID, str]]) -> list[_Wanted]:
    counts = _counts(today, OFTEN_DAYS)
    long_counts = _counts(today, SELDOM_DAYS) if there else {}
    asked = {about: count for about, count in counts.items() if count >= OFTEN}
    asked |= {about: count for about, count in long_counts.items() if about in there and count >= SELDOM}
    if not asked:
        return []
    fields = {one.pk: one for one in CustomField.objects.filter(workspace_id=workspace_id, archived_at=None)}
    found: list[_Wanted] = []
    large: dict[str, bool] = {}
    for (field_id, shape), count in asked.items():
        one = fields.get(field_id)
        host = hosts.find(one.entity) if one else None
        if one is None or host is None:
            continue
        if one.entity not in large:
            large[one.entity] = host.rows(SystemViewer(workspace_id)).order_by()[FEWEST_RECORDS:].exists()
        index = _index(host, one, shape, workspace_id) if large[one.entity] else None
        if index is not None:
            found.append(_Wanted(index, one.entity, workspace_id, count))
    return found


def _counts(today: date, days: int) -> Mapping[tuple[UUID, str], int]:
    rows = FieldUse.objects.filter(used_on__gt=today - timedelta(days=days)).values_list("field_id", "shape")
    return {(field_id, shape): total for field_id, shape, total in rows.annotate(total=Sum("used_count"))}


def _index(host: Host, one: CustomField, shape: str, workspace_id: UUID) -> Index | None:
    entity = catalogue.entity(host.entity_name).in_workspace(workspace_id)
    if definitions.find(host.entity_name, one.name, workspace_id) is None:
        return None
    has_deletion = any(column.name == "deleted_at" for column in host.model._meta.fields)
    return index_for(one.pk, entity.field(one.name), shape, entity, workspace_id, has_deletion=has_deletion)


def _chosen(asked: list[_Wanted]) -> dict[str, Index]:
    """As many as a kind of record and a table may have, those asked for most first; by name."""
    found: dict[str, Index] = {}
    of_entity: dict[tuple[UUID, str], int] = {}
    of_table: dict[str, int] = {}
    for one in sorted(asked, key=lambda one: (-one.count, one.index.name)):
        place = (one.workspace_id, one.entity)
        if of_entity.get(place, 0) >= MOST_OF_ENTITY or of_table.get(one.index.table, 0) >= MOST_OF_TABLE:
            continue
        of_entity[place] = of_entity.get(place, 0) + 1
        of_table[one.index.table] = of_table.get(one.index.table, 0) + 1
        found[one.index.name] = one.index
    return found


@contextmanager
def _owner() -> Iterator[Any]:
    """A cursor of a connection of its own, which may become the owner of tables; its end gives every lock back."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{BUILD_SECONDS}s'; SET maintenance_work_mem = '{BUILD_MEMORY}'")
            yield cursor
    finally:
        own.close()


def _as_owner_of(cursor: Any, table: str) -> None:
    cursor.execute("SELECT relowner::regrole::text FROM pg_class WHERE oid = to_regclass(%s)", [f'public."{table}"'])
    cursor.execute(f"SET ROLE {cursor.fetchone()[0]}")
