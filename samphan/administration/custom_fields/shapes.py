"""The shapes of index that serve a custom field, and which of them a list asks for.

An index holds exactly the expression that lists emit, over the living records of one workspace: the field is that company's
alone, and the others' records would only make the index large and every write of theirs slow.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from samphan.platform.catalogue import Entity, Field, Operator, Type
from samphan.platform.conditions.tree import Comparison, comparisons
from samphan.platform.lists import ListState

SORT, PICK, WORDS, TAGS = "sort", "pick", "words", "tags"
NAME = re.compile(r"custom_([0-9a-f]{32})_(sort|pick|words|tags)_([0-9a-f]{8})")
# What lists ask for with nothing that an index would hold.
_UNSERVED = frozenset(
    {
        Operator.IS_NOT,
        Operator.IS_NONE_OF,
        Operator.NOT_CONTAINS,
        Operator.HAS_NO_TAG,
        Operator.MONTH_IS,
        Operator.IS_KNOWN,
    }
)
_RANKED = frozenset({Type.NUMBER, Type.MONEY, Type.DATE})
_PICKED = frozenset({Type.CHOICE, Type.MEMBER, Type.RELATION, Type.BOOLEAN})


@dataclass(frozen=True)
class Index:
    """An index that serves a field: its name says the field, the shape and the definition, so that another one differs."""

    name: str
    table: str
    definition: str  # what follows CREATE INDEX [CONCURRENTLY] name
    expression: str = ""  # the field's part of it

    def create(self, *, concurrently: bool) -> str:
        """The statement that makes it."""
        return f'CREATE INDEX {"CONCURRENTLY " if concurrently else ""}"{self.name}" {self.definition}'

    def measure(self) -> str:
        """The statement that has the expression measured: of an index over a part of the rows the planner learns nothing."""
        return f'CREATE STATISTICS IF NOT EXISTS "{self.name}" ON {self.expression} FROM "{self.table}"'


def shapes_asked(state: ListState) -> list[tuple[str, str]]:
    """Names of fields with the shape that would serve what a list asks of them, custom fields or not."""
    found: dict[tuple[str, str], None] = {}
    names = {name for name, _descending in state.sort[:1]}
    asked: Iterable[Comparison] = comparisons(state.where)
    for name in names:
        found[(name, SORT)] = None
    for one in asked:
        if not state.entity.has_field(one.field):
            continue
        shape = _shape_of(state.entity.field(one.field), one.operator)
        if shape:
            found[(one.field, shape)] = None
    return list(found)


def _shape_of(field: Field, operator: Operator) -> str:
    """The shape that serves a comparison, "" where none does."""
    if operator in _UNSERVED or (operator is Operator.IS_UNKNOWN and field.type not in _PICKED):
        return ""
    if field.type in _RANKED:
        return SORT
    if field.type in _PICKED:
        return PICK
    if field.type.is_textual:
        return WORDS
    return TAGS if field.json_sql else ""


def index_for(
    field_id: UUID, field: Field, shape: str, entity: Entity, workspace_id: UUID, *, has_deletion: bool
) -> Index | None:
    """The index of one shape; None where the field has no such one.

    :param entity: of the field, with the fields of the workspace. :param has_deletion: deleted records stay in the table.
    """
    if field.needs:
        return None  # a formula: arithmetic is not leakproof, so that no list would use its index
    method, by_id = "btree", f"({entity.id_sql})"
    if shape == SORT and field.sort is not None:
        expression = f"({field.sort.expression})"
        keys = [expression, by_id]
    elif shape == PICK and field.type in _PICKED and field.many is None:
        # In the order of the list that nobody sorted: who filters by a choice sees the first fifty of it at once.
        expression = f"({field.test_sql})"
        keys = [expression, *_own_order(entity), by_id]
    elif shape == WORDS and field.type.is_textual and field.many is None:
        expression = f"({field.test_folded_sql})"
        method, keys = "gin", [f"{expression} gin_trgm_ops"]
    elif shape == TAGS and field.json_sql:
        expression = f"({field.json_sql})"
        method, keys = "gin", [f"{expression} jsonb_path_ops"]
    else:
        return None
    if any("SELECT" in key.upper() for key in keys):
        return None  # reckoned from other rows, which no index can hold
    living = f" AND {entity.table}.deleted_at IS NULL" if has_deletion else ""
    definition = (
        f'ON "{entity.table}" USING {method} ({", ".join(keys)})'
        f" WHERE {entity.table}.workspace_id = '{workspace_id}'::uuid{living}"
    ).replace("%%", "%")
    version = hashlib.sha256(definition.encode()).hexdigest()[:8]
    name = f"custom_{field_id.hex}_{shape}_{version}"
    return Index(name, entity.table, definition, expression.replace("%%", "%"))


def _own_order(entity: Entity) -> list[str]:
    sorts = [(entity.field(name).sort, descends) for name, descends in entity.default_sort if entity.has_field(name)]
    one_way = len({descends for _sort, descends in sorts}) == 1
    keys = [f"({sort.expression})" for sort, _descends in sorts if sort is not None]
    return keys if one_way and not any("SELECT" in key.upper() for key in keys) else []
