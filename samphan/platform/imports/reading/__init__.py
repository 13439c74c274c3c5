"""Reading any office file safely: what it is, where its table stands, and its rows one by one."""

from samphan.platform.imports.reading.formulas import guard_formula, unguard_formula
from samphan.platform.imports.reading.limits import DEFAULT_LIMITS, Limits
from samphan.platform.imports.reading.problems import (
    NO_RECORDS,
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
from samphan.platform.imports.reading.shape import SHEET_STEP, FileShape, SheetTable

__all__ = [
    "DEFAULT_LIMITS",
    "NO_RECORDS",
    "SHEET_STEP",
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
    "SheetTable",
    "guard_formula",
    "inspect_file",
    "open_chunks",
    "open_rows",
    "unguard_formula",
]
