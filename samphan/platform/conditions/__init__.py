"""The condition language over the field catalogue: docs/conditions.md."""

from samphan.platform.conditions.oracle import holds
from samphan.platform.conditions.postgres import emit
from samphan.platform.conditions.tree import (
    EVERYTHING,
    And,
    Comparison,
    ConditionProblem,
    Node,
    Not,
    Or,
    comparisons,
    parse,
    parse_json,
    parse_url,
    to_compact_json,
    to_json,
    to_url,
)

__all__ = [
    "EVERYTHING",
    "And",
    "Comparison",
    "ConditionProblem",
    "Node",
    "Not",
    "Or",
    "comparisons",
    "emit",
    "holds",
    "parse",
    "parse_json",
    "parse_url",
    "to_compact_json",
    "to_json",
    "to_url",
]
