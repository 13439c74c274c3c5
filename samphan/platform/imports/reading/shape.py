"""What was found out about a file before its rows are read."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from samphan.platform.imports.reading.problems import Cell, Notice

Kind = Literal["csv", "xlsx"]


SHEET_STEP = 30_000_000
"""Rows of a further sheet are numbered from a multiple of this, more than a sheet can have: each row has its own number."""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The table of another sheet of a workbook.

    :param order: for each heading of the sheet that is read its column here, where both have the same headings; else ().
    :param sample_rows: some rows, to tell what the sheet holds.
    """

    sheet: str
    header_row: int
    first_column: int
    headings: tuple[str, ...]
    titles: tuple[tuple[str, ...], ...]
    rows: int
    sample_rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    order: tuple[int, ...] = ()

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `asdict`, after a trip through JSON."""
        return cls(
            **{
                **values,
                "headings": tuple(values["headings"]),
                "titles": tuple(map(tuple, values["titles"])),
                "sample_rows": tuple((number, tuple(cells)) for number, cells in values["sample_rows"]),
                "order": tuple(values["order"]),
            }
        )


@dataclass(frozen=True, slots=True)
class FileShape:
    """How a file is to be read; `with_` changes a guess, `as_dict` and `from_dict` keep it with the batch.

    :param kind: "csv" for any separated text, "xlsx" for any workbook.
    :param container: "csv", "csv.gz", "xlsx", "xlsb", "xls" or "ods", told from the content, never from the name.
    :param encoding: Python name, or one of `encodings.REPAIRS`; "" for workbooks.
    :param encoding_confidence: 0 to 1.
    :param ambiguous: what is a real guess, of "encoding" and "separator": the screen asks, the command line refuses.
    :param encodings: the guesses for the encoding, best first.
    :param header_row: 1-based row of the headings.
    :param first_column: number of empty columns left of the table.
    :param sample_rows: (row number, cells) of the first data rows.
    :param titles: the texts of the rows above the headings, which printed pages repeat.
    :param tables: the tables of the other sheets of a workbook.
    :param also: which of those with the same headings are read after the sheet.
    :param approximate_rows: data rows; exact for workbooks without blank rows, for CSV lines under the heading.
    """

    kind: Kind
    container: str
    encoding: str
    encoding_confidence: float
    encodings: tuple[str, ...]
    separator: str
    quote: str
    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    first_column: int
    headings: tuple[str, ...]
    sample_rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    approximate_rows: int
    ambiguous: tuple[str, ...] = ()
    warnings: tuple[Notice, ...] = ()
    titles: tuple[tuple[str, ...], ...] = ()
    tables: tuple[SheetTable, ...] = ()
    also: tuple[str, ...] = ()

    def with_(self, **changes: Any) -> Self:
        """A copy with some guesses overruled."""
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; samples and warnings as text in the active language."""
        values = asdict(self)
        values["sample_rows"] = [[number, [str(cell) for cell in cells]] for number, cells in self.sample_rows]
        for table in values["tables"]:
            table["sample_rows"] = [[number, [str(cell) for cell in cells]] for number, cells in table["sample_rows"]]
        values["warnings"] = [{"code": notice.code, "sentence": str(notice)} for notice in self.warnings]
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `as_dict`, after a trip through JSON."""
        known = dict(values)
        known["sample_rows"] = tuple((number, tuple(cells)) for number, cells in values["sample_rows"])
        known["warnings"] = tuple(Notice(w["code"], w["sentence"]) for w in values["warnings"])
        for name in ("encodings", "sheets", "headings", "ambiguous"):
            known[name] = tuple(values[name])
        known["titles"] = tuple(map(tuple, values.get("titles", ())))
        known["tables"] = tuple(map(SheetTable.from_dict, values.get("tables", ())))
        known["also"] = tuple(values.get("also", ()))
        return cls(**known)

    def of_table(self, table: SheetTable) -> Self:
        """The shape of another sheet alone."""
        return replace(
            self,
            sheet=table.sheet,
            header_row=table.header_row,
            first_column=table.first_column,
            headings=table.headings,
            titles=table.titles,
            sample_rows=table.sample_rows,
            approximate_rows=table.rows,
            tables=(),
            also=(),
        )

    def parts(self) -> Iterator[tuple[int, Self, tuple[int, ...]]]:
        """The sheets that are read, in turn: what to add to their row numbers, their shape, and the order of their columns."""
        yield 0, replace(self, tables=(), also=()), ()
        for position, table in enumerate(self.tables, 1):
            if table.order and table.sheet in self.also:
                yield position * SHEET_STEP, self.of_table(table), table.order

    def row_name(self, number: int) -> str:
        """What a person calls the row: its number, and its sheet where several are read."""
        if not self.also:
            return str(number)
        position, row = divmod(number, SHEET_STEP)
        return f"{self.tables[position - 1].sheet if position else self.sheet} {row}"
