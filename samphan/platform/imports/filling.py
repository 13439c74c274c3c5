"""Bills of several lines whose number, day and customer stand in the first line alone: the others take them from above.

Only a line takes them: a row that names goods, leaves the number of its bill blank or repeats it, and contradicts the bill in
nothing. A blank customer of a bill with a number of its own stays blank, and no list of customers is filled at all.
"""

from dataclasses import asdict, dataclass
from typing import Any

from samphan.platform.imports.kinds import ImportKind, kind_in_use
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import NO_RECORDS, SHEET_STEP, Cell, Chunk, FileShape, open_chunks

ROWS = 10_000
"""Rows at the top of a file in which lines without a number are looked for."""


@dataclass(frozen=True)
class Bills:
    """What a file shows of bills with several lines.

    :param rows: lines that leave blank what stands in the first line of their bill.
    :param first: the number of the first of them.
    :param is_clear: such lines are the rule, so that filling them needs no question.
    """

    rows: int
    first: int
    is_clear: bool


class FillDown:
    """Fills the blank heads of lines, chunk after chunk of a file from its top.

    :param columns: 0-based column to field.
    """

    def __init__(self, columns: dict[int, str], of: ImportKind) -> None:
        places = {name: index for index, name in sorted(columns.items(), reverse=True)}
        self._key = places[of.heads[0]]
        self._heads = [places[name] for name in of.heads[1:] if name in places]
        self._goods = [places[name] for name in of.lines if name in places]
        self._bill: dict[int, Cell] | None = None
        self._sheet = 0
        self.filled = self.first = self.others = 0

    def fill(self, chunk: Chunk) -> None:
        """Fill the rows of a chunk in place, and count them; `others` are lines without a number that belong to no bill."""
        broken = sorted(row.number for row in chunk.rejected if row.problem and row.problem.code not in NO_RECORDS)
        at = 0
        for number, cells in chunk:
            if number // SHEET_STEP != self._sheet:
                self._bill, self._sheet = None, number // SHEET_STEP
            while at < len(broken) and broken[at] < number:
                self._bill, at = None, at + 1  # the bill may have begun in a row that cannot be read
            self._row(number, cells)
        if at < len(broken):
            self._bill = None

    def _row(self, number: int, cells: list[Cell]) -> None:
        key, bill = _said(cells[self._key]), self._bill
        is_line = any(_said(cells[index]) for index in self._goods)
        if bill is not None and is_line and key in ("", _said(bill[self._key])):
            blank = [index for index in (self._key, *self._heads) if not _said(cells[index])]
            if all(index in blank or _said(cells[index]) == _said(bill[index]) for index in self._heads):
                found = [index for index in blank if _said(bill[index])]
                for index in found:
                    cells[index] = bill[index]
                if found:
                    self.filled += 1
                    self.first = self.first or number
                return
        if key:
            self._bill = {index: cells[index] for index in (self._key, *self._heads)}
        else:
            self._bill = None
            self.others += is_line


def _said(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else str(cell)


def bills_of(batch: ImportBatch) -> Bills | None:
    """What the first rows show of bills, kept with the batch as long as the columns stay; None where there can be none."""
    columns = _columns(batch)
    if columns is None:
        return None
    of = {str(index): name for index, name in columns.items()}
    kept = batch.mapping.get("bills")
    if kept and kept["of"] == of:
        return Bills(kept["rows"], kept["first"], kept["is_clear"])
    filler = FillDown(columns, kind_in_use(batch.kind))
    seen = 0
    for chunk in open_chunks(batch.file_path, FileShape.from_dict(batch.shape), 2000):
        filler.fill(chunk)
        seen += len(chunk)
        if seen >= ROWS:
            break
    found = Bills(filler.filled, filler.first, filler.filled > 10 * filler.others)
    batch.mapping = {**batch.mapping, "bills": {**asdict(found), "of": of}}
    batch.save(update_fields=["mapping"])
    return found


def fills_down(batch: ImportBatch) -> bool:
    """Whether lines take from the row above: as somebody said, else where the file is clear about it."""
    said: Any = batch.mapping.get("fill_down")
    found = bills_of(batch)
    return found is not None and (found.is_clear if said is None else bool(said))


def filler_of(batch: ImportBatch) -> FillDown | None:
    """What fills the rows of this batch, set to the top of its file; None where nothing is filled."""
    columns = _columns(batch)
    return FillDown(columns, kind_in_use(batch.kind)) if columns is not None and fills_down(batch) else None


def sample_rows(batch: ImportBatch) -> list[tuple[int, list[Cell]]]:
    """The first rows of the file as they will be converted."""
    chunk = Chunk()
    chunk.extend((number, list(cells)) for number, cells in FileShape.from_dict(batch.shape).sample_rows)
    if (filler := filler_of(batch)) is not None:
        filler.fill(chunk)
    return chunk


def _columns(batch: ImportBatch) -> dict[int, str] | None:
    """The columns that a bill is made of; None where its number or what was sold is not mapped."""
    of = kind_in_use(batch.kind)
    wanted = batch.mapping.get("columns", {})
    columns = {
        index: wanted[heading]
        for index, heading in enumerate(batch.shape["headings"])
        if wanted.get(heading) in (*of.heads, *of.lines)
    }
    is_bill = of.heads[:1] and of.heads[0] in columns.values() and set(of.lines) & set(columns.values())
    return columns if is_bill else None
