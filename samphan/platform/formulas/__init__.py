"""Formulas over the fields of one record: read and checked, written as SQL for lists, and reckoned in Python for one record.

The language with examples: docs/formulas.md. Both ways give the same value of every formula; a property test holds them equal.
"""

from samphan.platform.formulas.reading import FormulaProblem, canonical, read, readable
from samphan.platform.formulas.reckoning import clean, reckon
from samphan.platform.formulas.sql import MOST_SQL, clean_sql, emit, literal
from samphan.platform.formulas.tree import MOST_LETTERS, Node, Operand, operands_of

__all__ = [
    "MOST_LETTERS",
    "MOST_SQL",
    "FormulaProblem",
    "Node",
    "Operand",
    "canonical",
    "clean",
    "clean_sql",
    "emit",
    "literal",
    "operands_of",
    "read",
    "readable",
    "reckon",
]
