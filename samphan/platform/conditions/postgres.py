"""Emits a condition as SQL for PostgreSQL; it finds the rows for which `oracle.holds` is true.

Every expression is true exactly where the oracle is; elsewhere it may be false or null, which WHERE, AND and OR take
alike and `NOT` turns with IS NOT TRUE. So a plain comparison stays plain and an index serves it.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from uuid import UUID

from samphan.platform.catalogue import Entity
from samphan.platform.conditions import postgres_beside, segments
from samphan.platform.conditions.nodes import And, Comparison, InSegment, Node, Not, Or
from samphan.platform.conditions.postgres_values import Moment, Sql, compared, joined


def emit(
    tree: Node,
    entity: Entity,
    now: datetime,
    zone: tzinfo,
    me: UUID | None = None,
    *,
    is_whole: bool = False,
) -> Sql:
    """The expression with its parameters for psycopg's `%s`.

    :param now: an aware time; :param zone: the zone whose days count.
    :param me: the member for whom "me" stands; without one it is nobody.
    :param is_whole: whether every record is asked, so that what belongs to them is reckoned in one pass over all of it; else
        for each record that is looked at, as a page of a list or one record wants. Both find the same.
    :raises KeyError: for a field or a collection that `entity` does not have; pass `entity.seen_by(viewer)`, so that a
        condition cannot ask what the viewer may not read.
    """
    return _emit(tree, entity, Moment(now, zone, me), is_whole)


def _emit(tree: Node, entity: Entity, moment: Moment, is_whole: bool) -> Sql:
    match tree:
        case And(parts) | Or(parts):
            return joined(tree, [_emit(part, entity, moment, is_whole) for part in parts])
        case Not(part):
            sql, params = _emit(part, entity, moment, is_whole)
            return f"({sql} IS NOT TRUE)", params
        case Comparison(name, operator, value):
            return compared(entity.field(name), operator, value, moment)
        case InSegment(segment_id):
            known = segments.known()
            return known.rows(segment_id) if known is not None else ("FALSE", [])
        case _:
            return postgres_beside.emit(tree, entity, moment, is_whole)
