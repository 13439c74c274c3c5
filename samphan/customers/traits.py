"""Computed traits: what a domain works out for each customer from records of its own, kept in a table of that domain.

A domain declares a set of traits that are read from the same records: the table, its columns, and one statement that
works all of them out for given customers. From that one statement follow the upkeep (whose records changed is worked out
again, within a second or two), the first filling, and the nightly proof that what is kept equals what is worked out anew.

    traits.declare(TraitSet("habits", label, 1, "commerce_habit", ("favourite_channel", ...), WORK_OUT, follows={...}))

The table has `id` (the customer's own), `workspace_id`, `customer_id` and the columns; a customer of whom nothing is known has
no row. Fields over it join the catalogue by `catalogue.add_fields`. A trait that time alone can change is not kept: it is
a condition ("last order more than 90 days ago").
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.administration.models import Workspace
from samphan.platform.catalogue import Label
from samphan.platform.registries import Registry

AT_ONCE = 1_000


@dataclass(frozen=True)
class TraitSet:
    """Traits of a customer that one statement works out.

    :param label: what they are called together, "Buying habits".
    :param version: counts up when the statement says something else; every customer is then worked out again.
    :param columns: what is kept besides the customer.
    :param work_out: SELECT of `customer_id` and the columns in their order, for `%(customers)s` (uuid[]), `%(workspace)s` and
        `%(zone)s` (the name of the workspace's time zone); no row for a customer of whom nothing is known.
    :param follows: tables by whose changes the traits change, each with a SELECT of the customers concerned for `%(ids)s`
        (uuid[], the changed rows) and `%(workspace)s`; empty text where the change itself names its customers.
    """

    name: str
    label: Label
    version: int
    table: str
    columns: tuple[str, ...]
    work_out: str
    follows: Mapping[str, str] = field(default_factory=dict)


trait_sets: Registry[TraitSet] = Registry()


def declare(traits: TraitSet) -> None:
    """Let these traits be kept; in `AppConfig.ready()`."""
    trait_sets.add(traits.name, traits)


def refresh(traits: TraitSet, customer_ids: Collection[UUID], workspace: Workspace) -> list[UUID]:
    """Work the traits of these customers out again and keep what differs; return whose differed.

    A few statements, however many, inside `in_workspace`.
    """
    changed: list[UUID] = []
    wanted = sorted(set(customer_ids))
    for begin in range(0, len(wanted), AT_ONCE):
        changed += _refresh(traits, wanted[begin : begin + AT_ONCE], workspace)
    return changed


def _refresh(traits: TraitSet, customer_ids: Sequence[UUID], workspace: Workspace) -> list[UUID]:
    names = ", ".join(traits.columns)
    kept = ", ".join(f"k.{column}" for column in traits.columns)
    given = ", ".join(f"excluded.{column}" for column in traits.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH fresh AS MATERIALIZED ({traits.work_out}),
            gone AS (
                DELETE FROM {traits.table} k
                 WHERE k.workspace_id = %(workspace)s AND k.id = ANY(%(customers)s::uuid[])
                   AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.customer_id = k.id)
                RETURNING k.id),
            written AS (
                INSERT INTO {traits.table} AS k (id, workspace_id, customer_id, {names})
                SELECT f.customer_id, %(workspace)s, f.customer_id, {", ".join(f"f.{c}" for c in traits.columns)}
                  FROM fresh f
                    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in traits.columns)}
                 WHERE ({kept}) IS DISTINCT FROM ({given})
                RETURNING k.id)
            SELECT id FROM gone UNION ALL SELECT id FROM written
            """,
            _parameters(customer_ids, workspace),
        )
        return [row[0] for row in cursor.fetchall()]


def differing(traits: TraitSet, customer_ids: Sequence[UUID], workspace: Workspace) -> list[UUID]:
    """Those of the customers whose kept traits are not what is worked out anew."""
    names = ", ".join(traits.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH fresh AS MATERIALIZED (SELECT customer_id, {names} FROM ({traits.work_out}) AS f),
            kept AS MATERIALIZED (SELECT id AS customer_id, {names} FROM {traits.table}
                                   WHERE workspace_id = %(workspace)s AND id = ANY(%(customers)s::uuid[]))
            (SELECT customer_id FROM (TABLE fresh EXCEPT TABLE kept) AS f)
            UNION (SELECT customer_id FROM (TABLE kept EXCEPT TABLE fresh) AS k)
            """,
            _parameters(customer_ids, workspace),
        )
        return [row[0] for row in cursor.fetchall()]


def concerned(traits: TraitSet, table: str, ids: Sequence[UUID], workspace_id: UUID) -> list[UUID]:
    """The customers whose traits a change of these rows may change."""
    question = traits.follows[table]
    if not question:
        return []
    with connection.cursor() as cursor:
        cursor.execute(question, {"ids": list(ids), "workspace": workspace_id})
        return [row[0] for row in cursor.fetchall() if row[0] is not None]


def _parameters(customer_ids: Sequence[UUID], workspace: Workspace) -> dict[str, Any]:
    return {"customers": list(customer_ids), "workspace": workspace.pk, "zone": workspace.time_zone}
