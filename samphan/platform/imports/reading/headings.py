"""Where the headings of a table stand, and what they are called."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext_lazy as _

from samphan.platform.imports.reading import problems
from samphan.platform.imports.reading.problems import Cell, FileProblem, Notice

SEARCHED_ROWS = 40
"""Rows from the top in which the headings are looked for."""

_NUMBER_OR_DATE = re.compile(r"[-+(฿$]?\s*[\d๐-๙][\d๐-๙\s.,:/\-+)%]*")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Headings:
    """`row` is 1-based; `first_column` counts the empty columns on the left; `titles` are the texts of the rows above."""

    row: int
    first_column: int
    names: tuple[str, ...]
    warnings: tuple[Notice, ...]
    titles: tuple[tuple[str, ...], ...] = ()


def letter(index: int) -> str:
    """Excel's name of the 0-based column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def find_headings(rows: Sequence[tuple[int, Sequence[Cell]]], limit: int, *, header_row: int | None = None) -> Headings:
    """Find the heading row among the first rows (number, cells); FileProblem when there is no table.

    The heading is the first row that fills most of the columns which the rows under it fill, and fills them with
    words. Title rows fill one or two cells, and a group heading above the headings has gaps.
    """
    filled = [(number, cells, _filled(cells)) for number, cells in rows]
    filled = [row for row in filled if row[2]]
    if not filled:
        raise FileProblem(problems.EMPTY_FILE, code="empty")
    at = _heading_index(filled) if header_row is None else _index_of(filled, header_row)
    number, cells, _columns = filled[at]
    first, last = _extent(filled[at][2], [row[2] for row in filled[at + 1 : at + 201]])
    if last + 1 > limit:
        raise FileProblem(problems.TOO_MANY_COLUMNS, code="too_many_columns", row=number, count=last + 1, limit=limit)
    above = filled[at - 1][1] if at and filled[at - 1][0] == number - 1 and len(filled[at - 1][2]) > 1 else ()
    names = _unique([_name(cells, above, column) for column in range(first, last + 1)], first)
    warnings: list[Notice] = []
    if at:
        warnings.append(Notice("rows_above", _("%(count)s rows above the headings are left out."), (("count", at),)))
    if _looks_like_data(cells):
        warnings.append(
            Notice("no_headings", _("Row %(row)s was taken as headings but looks like data."), (("row", number),))
        )
    titles = tuple(tuple(_SPACES.sub(" ", str(row[i])).strip() for i in columns) for _n, row, columns in filled[:at])
    return Headings(number, first, names, tuple(warnings), titles)


def _extent(heading: list[int], body: list[list[int]]) -> tuple[int, int]:
    """First and last column: those with headings, and nameless ones beside them that most of the rows fill.

    A column that few rows fill is no column: there a separator inside a cell has pushed the rest to the right.
    """
    counts = Counter(column for columns in body for column in columns)
    used = {column for column, count in counts.items() if count * 2 > len(body)} | set(heading)
    return min(used), max(used)


def _heading_index(filled: list[tuple[int, Sequence[Cell], list[int]]]) -> int:
    top = filled[:SEARCHED_ROWS]
    widths = Counter(len(columns) for _number, _cells, columns in filled)
    # The usual width is that of the body; of equally frequent widths the wider one is the table.
    usual = max(widths, key=lambda width: (widths[width], width)) if len(filled) > 3 else max(widths)
    wide = max(usual, 1)
    for index, (_number, cells, columns) in enumerate(top):
        if len(columns) < max(1, 0.6 * wide) or (wide >= 3 and len(columns) < 2) or _says_pairs(cells):
            continue
        if not _looks_like_data(cells):
            # A group heading has gaps, which the row under it fills with words.
            if index + 1 < len(top) and _is_group_heading(columns, top[index + 1 : index + 7]):
                return index + 1
            return index
    return next((i for i, row in enumerate(top) if len(row[2]) >= 0.6 * wide), 0)


def _says_pairs(cells: Sequence[Cell]) -> bool:
    """Whether the row says "branch: Chiang Mai, month: November", as the lines above a report do."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    labels = sum(text.endswith((":", "：")) for text in texts)
    return 0 < labels < len(texts) and labels * 3 >= len(texts)


def _is_group_heading(columns: list[int], under: Sequence[tuple[int, Sequence[Cell], list[int]]]) -> bool:
    """Whether the headings stand one row lower: many gaps, filled there by short words, with data from the next row."""
    _number, cells, filled = under[0]
    gaps = set(range(columns[0], max(columns[-1], filled[-1]) + 1)) - set(columns)
    if len(gaps) * 3 < len(columns) or not gaps <= set(filled) or len(under) < 2:
        return False
    texts = [cells[column] for column in filled]
    if not all(isinstance(text, str) and len(text) <= 40 and not _is_value(text) for text in texts):
        return False
    return all(any(_is_value(cell) for cell in row[1]) for row in under[1:])


def _is_value(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(_NUMBER_OR_DATE.fullmatch(cell.strip()))


def _index_of(filled: list[tuple[int, Sequence[Cell], list[int]]], header_row: int) -> int:
    for index, (number, _cells, _columns) in enumerate(filled):
        if number == header_row:
            return index
    raise FileProblem(problems.NO_TABLE, code="no_table")


def _filled(cells: Sequence[Cell]) -> list[int]:
    return [i for i, cell in enumerate(cells) if (cell.strip() if isinstance(cell, str) else True)]


def _looks_like_data(cells: Sequence[Cell]) -> bool:
    """Whether a third of the cells hold numbers, dates or an address that no heading holds."""
    values = [cell for cell in cells if not isinstance(cell, str) or cell.strip()]
    data = sum(
        isinstance(cell, date | time | bool)
        or (isinstance(cell, str) and bool(_NUMBER_OR_DATE.fullmatch(cell.strip()) or "@" in cell.strip()[1:]))
        for cell in values
    )
    return bool(values) and data * 3 >= len(values)


def _name(cells: Sequence[Cell], above: Sequence[Cell], column: int) -> str:
    """The heading of a column; an empty one takes the heading above it, which a merged cell spans downwards."""
    for row in (cells, above):
        if column < len(row) and (text := _SPACES.sub(" ", str(row[column]).replace("\0", "")).strip()):
            return text[:200]
    return ""


def _unique(names: list[str], first: int) -> tuple[str, ...]:
    """Empty headings become the column's letter, "[C]", and a repeated "ชื่อ" becomes "ชื่อ (2)"."""
    taken: set[str] = set()
    result: list[str] = []
    for index, name in enumerate(names):
        wanted = unique = name or f"[{letter(first + index)}]"
        count = 1
        while unique.casefold() in taken:
            count += 1
            unique = f"{wanted} ({count})"
        taken.add(unique.casefold())
        result.append(unique)
    return tuple(result)
