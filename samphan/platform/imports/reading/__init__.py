"""Reading any office file safely: what it is, where its table stands, and its rows one by one."""

from samphan.platform.imports.reading.formulas import guard_formula, unguard_formula
from samphan.platform.imports.reading.limits import DEFAULT_LIMITS, Limits
from samphan.platform.imports.reading.problems import (
    Cell,
    CellProblem,
    Chunk,
    FileProblem,
    Notice,
    Row,
    RowProblem,
)
from samphan.platform.imports.reading.rejects import RejectsWriter
from samphan.platform.imports.reading.rows import inspect_file, open_chunks, open_rows
from samphan.platform.imports.reading.shape import FileShape

__all__ = [
    "DEFAULT_LIMITS",
    "Cell",
    "CellProblem",
    "Chunk",
    "FileProblem",
    "FileShape",
    "Limits",
    "Notice",
    "RejectsWriter",
    "Row",
    "RowProblem",
    "guard_formula",
    "inspect_file",
    "open_chunks",
    "open_rows",
    "unguard_formula",
]
