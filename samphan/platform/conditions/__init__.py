"""The condition language over the field catalogue: docs/conditions.md."""

from samphan.platform.conditions.nodes import (
    EVERYTHING,
    And,
    Change,
    Comparison,
    InSegment,
    Measure,
    Node,
    Not,
    Or,
    Sequence,
    comparisons,
    leaves,
)
from samphan.platform.conditions.oracle import holds
from samphan.platform.conditions.postgres import emit
from samphan.platform.conditions.tree import (
    parse,
    parse_json,
    parse_url,
    to_compact_json,
    to_json,
    to_url,
)
from samphan.platform.conditions.values import ConditionProblem

__all__ = [
    "EVERYTHING",
    "And",
    "Change",
    "Comparison",
    "ConditionProblem",
    "InSegment",
    "Measure",
    "Node",
    "Not",
    "Or",
    "Sequence",
    "comparisons",
    "emit",
    "holds",
    "leaves",
    "parse",
    "parse_json",
    "parse_url",
    "to_compact_json",
    "to_json",
    "to_url",
]
