"""Merged cells of a workbook: a value that spans rows counts for all of them, a title that spans the table is no row."""

from collections import defaultdict

from samphan.platform.imports.reading.problems import Cell

Merged = list[tuple[tuple[int, int], tuple[int, int]]]


class MergedCells:
    """The merged ranges of a sheet, as its rows go by from the top; rows and columns are 0-based."""

    def __init__(self, merged: Merged) -> None:
        self._down: dict[int, list[tuple[int, int]]] = defaultdict(list)  # first row: (column, last row)
        self._across: dict[int, int] = {}  # row: columns of its widest range
        self._open: dict[int, tuple[int, Cell]] = {}  # column: (last row, value)
        for (top, left), (bottom, right) in merged:
            if bottom > top:
                self._down[top].append((left, bottom))
            elif right > left:
                self._across[top] = max(self._across.get(top, 0), right - left + 1)

    def fill(self, row: int, cells: list[Cell]) -> None:
        """Write into a row the values that ranges above it span down to it; a row with nothing of its own stays empty."""
        if not any(cells):
            return
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column < len(cells) and cells[column] == "":
                cells[column] = value
        for column, last in self._down.get(row, ()):
            if column < len(cells) and cells[column] != "":
                self._open[column] = (last, cells[column])

    def is_section(self, row: int, cells: list[Cell], width: int) -> bool:
        """Whether the row is one title across the table and nothing else."""
        across = self._across.get(row, 0)
        return across >= 3 and 2 * across >= width and sum(cell != "" for cell in cells) == 1
