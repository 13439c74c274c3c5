"""What was found out about a file before its rows are read."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from samphan.platform.imports.reading.problems import Cell, Notice

Kind = Literal["csv", "xlsx"]


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

    def with_(self, **changes: Any) -> Self:
        """A copy with some guesses overruled."""
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; samples and warnings as text in the active language."""
        values = asdict(self)
        values["sample_rows"] = [[number, [str(cell) for cell in cells]] for number, cells in self.sample_rows]
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
        return cls(**known)
