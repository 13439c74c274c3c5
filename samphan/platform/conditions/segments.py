"""What conditions know of segments: the domain of segments, far above, says it here.

A condition names a segment and asks who is in it; it never takes the other's condition into itself, so that segments nest
without growing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from samphan.platform.conditions.nodes import InSegment, Node, leaves
from samphan.platform.conditions.values import ConditionProblem


@dataclass(frozen=True)
class Segments:
    """How to ask for segments, by id, in the workspace of the moment.

    :param name: what people call it; None where there is none.
    :param tree: the condition of a segment that has one.
    :param rows: expression for PostgreSQL over the owner's table, with its parameters, true for the members.
    :param columns: SELECT of the members' ids for the warehouse, by segment and workspace.
    :param of: entity whose records are members.
    """

    name: Callable[[UUID], str | None]
    tree: Callable[[UUID], Node | None]
    rows: Callable[[UUID], tuple[str, list[object]]]
    columns: Callable[[UUID, UUID], str]
    of: str = "customers"


_segments: Segments | None = None


def use(segments: Segments | None) -> Segments | None:
    """Let conditions ask these segments; returns those that were asked before."""
    global _segments
    before, _segments = _segments, segments
    return before


def known() -> Segments | None:
    """The segments that conditions ask; None where there are none."""
    return _segments


def named(segment_id: UUID) -> str:
    """The name of a segment, or its id where it is gone."""
    return (_segments.name(segment_id) if _segments else None) or str(segment_id)


def refuse_circle(segment_id: UUID, tree: Node) -> None:
    """Raise ConditionProblem when a segment with this condition would ask for itself, over others or at once.

    The sentence names the way: A → B → A.
    """
    way = _way(tree, segment_id, (segment_id,), set())
    if way is not None:
        names = " → ".join(f"“{named(one)}”" for one in way)
        raise ConditionProblem(_("A segment cannot ask for itself: %(way)s.") % {"way": names}, "where")


def _way(tree: Node | None, wanted: UUID, so_far: tuple[UUID, ...], seen: set[UUID]) -> tuple[UUID, ...] | None:
    asked = [leaf.segment_id for leaf in leaves(tree) if isinstance(leaf, InSegment)] if tree is not None else []
    if wanted in asked:
        return (*so_far, wanted)
    for one in asked:
        if one not in seen:
            seen.add(one)
            found = _way(_segments.tree(one) if _segments else None, wanted, (*so_far, one), seen)
            if found is not None:
                return found
    return None
