"""Rows of a table that are no records, told as they go by from the top."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date

from samphan.platform.imports.reading.footers import MAY_BE, footer_code, is_figure, is_total, repeats_headings
from samphan.platform.imports.reading.problems import Cell
from samphan.platform.thai.digits import to_ascii_digits

_SUM_WORD = re.compile(r"รวม|total|เฉลี่ย|count", re.IGNORECASE)
_GROUP_AFTER = re.compile(
    r"\s*(?:(?:ยอด|ผล)?รวม(?:ยอด|เงิน|ขาย|ซื้อ)*|(?:sub\s*-?\s*)?total(?:\s+(?:for|of))?)\s*[:：]?\s*(?P<group>\S.*?)\s*\Z",
    re.IGNORECASE,
)
_GROUP_BEFORE = re.compile(
    r"\s*(?P<group>.*?\S)\s+(?:(?:ยอด|ผล)?รวม|(?:sub\s*-?\s*)?total|count|average)\s*\Z", re.IGNORECASE
)
_NOUN = re.compile(r"(?:ของ|ลูกค้า|สาขา|ภาค|หมวด|กลุ่ม|ประเภท|บิล|ใบ|เลขที่|จังหวัด|พนักงาน(?:ขาย)?|เขต|แผนก|สินค้า|วันที่|ร้าน)\s*")
_DAY = re.compile(r"\s*[\d๐-๙]{1,4}[/.-][\d๐-๙]{1,2}[/.-][\d๐-๙]{1,4}\s*\Z")
_COUNTING = frozenset({"ลำดับ", "ลำดับที่", "ที่", "no", "no.", "#", "เลขลำดับ", "item", "seq"})
_NOTHING = re.compile(r"[\s0๐.,฿-]*\Z")
_SIGNER = re.compile(r"\s*(?:นาย|นาง|น\.ส\.|คุณ|ดร\.|ผู้|หัวหน้า|กรรมการ|เจ้าหน้าที่|ฝ่าย|พนักงาน|ตำแหน่ง|วันที่|\()")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DIGITS = re.compile(r"[\d๐-๙]+")
_SPACES = re.compile(r"\s+")
AFTER_SIGNATURE = 3
"""Rows under a signature in which the names and positions of those who sign may stand."""
REMEMBERED = 200
"""Records in which the name of a group is looked for."""


class Sieve:
    """Says of each row of a table whether it is a record, and what it is otherwise.

    Some rows say it by themselves, see `footers`; of others only the rows above tell: a sum by standing under what it adds
    up or by the name of its group, a title by having stood above the headings.

    :param titles: the texts of the rows above the headings.
    :param samples: rows under the headings, cut to the table: what its columns hold.
    """

    def __init__(
        self,
        headings: Sequence[str],
        first_column: int,
        titles: Sequence[tuple[str, ...]],
        samples: Sequence[Sequence[Cell]],
    ) -> None:
        self._headings = headings
        self._first = first_column
        self._end = first_column + len(headings)
        self._titles = frozenset(tuple(map(_without_numbers, title)) for title in titles)
        counts = sorted(sum(cell != "" for cell in row) for row in samples)
        usual = counts[len(counts) * 3 // 4] if counts else len(headings)
        self._sparse = max(1, usual * 2 // 3)  # a row that fills more is a record, unless it says otherwise itself
        start = re.escape(headings[0][:3]) if headings else ""
        self._is_suspect = re.compile(f"{MAY_BE.pattern}|{start}|[([]", re.IGNORECASE).match
        self._counting = bool(headings) and headings[0].strip().lower() in _COUNTING
        self._coded = _holds(samples, 0, lambda cell: any(sign.isdigit() for sign in str(cell)))
        self._amounts = [
            index
            for index in range(1 if self._counting else 0, len(headings))
            if _holds(samples, index, lambda cell: is_figure(cell) and not str(cell).startswith("0"))
        ]
        self._sums = dict.fromkeys(self._amounts, 0.0)
        self._at_last_sum = dict(self._sums)
        self._recent: deque[Sequence[Cell]] = deque(maxlen=REMEMBERED)
        self._rows = 0
        self._section = ""
        self._signed: frozenset[int] = frozenset()
        self._signed_ago = 0

    def code(self, row: Sequence[Cell], *, is_section: bool = False) -> str:
        """What kind of no record the row is, "" for a record; to be asked for every row of the table in turn.

        :param row: as it stands in the file, with the columns left of the table.
        :param is_section: known to be a title across the table.
        """
        first = row[0] if row else ""
        if (
            first
            and first.__class__ is str
            and not self._first
            and not is_section
            and len(row) - row.count("") > self._sparse
            and len(row) <= self._end
            and not self._is_suspect(first)  # type: ignore[arg-type]
        ):
            self._note(row)  # nearly every row of nearly every file
            return ""
        if not any(row):
            return ""
        cells = row if not self._first and len(row) <= self._end else row[self._first : self._end]
        found = "section_row" if is_section else self._find(row, cells)
        if not found:
            self._note(cells)
        elif found == "sum_row":
            self._at_last_sum = dict(self._sums)
        elif found == "section_row":
            self._section = next((_bare(cell) for cell in row if cell != ""), "")
        elif found == "signature_row" and footer_code(row):
            self._signed, self._signed_ago = frozenset(i for i, cell in enumerate(row) if cell != ""), 0
        return found

    def _find(self, row: Sequence[Cell], cells: Sequence[Cell]) -> str:
        if code := footer_code(row):
            return code
        if self._repeats(cells):
            return "heading_row"
        if len(row) - row.count("") > self._sparse:
            return ""
        filled = [(i, cell) for i, cell in enumerate(row) if cell != "" and (not isinstance(cell, str) or cell.strip())]
        if not filled:
            return ""
        if self._titles and tuple(_without_numbers(cell) for _i, cell in filled) in self._titles:
            return "title_row"
        if self._is_under_signature(filled):
            return "signature_row"
        index, first = filled[0]
        if index == self._first and len(self._headings) > 2:
            if self._counting and is_figure(first) and all(_NOTHING.match(str(cell)) for _i, cell in filled[1:]):
                return "number_row"
            if len(filled) == 1 and self._coded and isinstance(first, str) and not any(map(str.isdigit, first)):
                return "section_row"
        return "sum_row" if self._is_labelled_sum(filled) or self._is_sum(filled) else ""

    def _repeats(self, cells: Sequence[Cell]) -> bool:
        """A look at one cell spares nearly all rows the comparison with the headings."""
        for cell, heading in zip(cells, self._headings, strict=False):
            if cell != "":
                is_alike = isinstance(cell, str) and (cell[:1] in "([" or cell.strip()[:3] == heading[:3])
                return is_alike and repeats_headings(
                    [*cells, *[""] * (len(self._headings) - len(cells))], self._headings
                )
        return False

    def _is_under_signature(self, filled: list[tuple[int, Cell]]) -> bool:
        """Whether the names, positions or days of those stand here who signed above."""
        if not self._signed:
            return False
        self._signed_ago += 1
        near = {i + step for i in self._signed for step in (-1, 0, 1)}
        if self._signed_ago <= AFTER_SIGNATURE and all(
            i in near and isinstance(cell, str) and len(cell) < 80 and (_SIGNER.match(cell) or _DAY.match(cell))
            for i, cell in filled
        ):
            return True
        self._signed = frozenset()
        return False

    def _is_labelled_sum(self, filled: list[tuple[int, Cell]]) -> bool:
        """Whether one cell calls the row a sum, of everything or of a group, beside figures, days and the group alone."""
        for at, said in filled:
            if not isinstance(said, str) or not _SUM_WORD.search(said):
                continue
            # The name of a group beside the word may as well be a product, so there the figures must add up.
            is_first = at == self._first and bool(_GROUP_AFTER.match(said[:200]))
            if not (is_total(said) or (self._names_group(said) and (is_first or self._adds_up(filled)))):
                return False
            others = [(i, cell) for i, cell in filled if i != at]
            return any(is_figure(cell) for _i, cell in others) and all(
                is_figure(cell)
                or isinstance(cell, date)
                or (isinstance(cell, str) and (_DAY.match(cell) or _bare(cell) == self._above(i)))
                for i, cell in others
            )
        return False

    def _names_group(self, said: str) -> bool:
        if len(said) > 200:
            return False
        for pattern in (_GROUP_AFTER, _GROUP_BEFORE):
            if found := pattern.match(" ".join(said.split())):
                group = found["group"].casefold()
                known = {_bare(cell).casefold() for cell in self._latest()} | {self._section.casefold()}
                if {group, _NOUN.sub("", group, count=1)} & (known - {""}):
                    return True
        return False

    def _is_sum(self, filled: list[tuple[int, Cell]]) -> bool:
        """Whether the row holds nothing but figures, one of them the sum of its column."""
        if self._rows < 2 or not all(is_figure(cell) for _i, cell in filled):
            return False
        if all(cell == "" or is_figure(cell) for cell in self._latest()):
            return False  # a table of figures alone
        return self._adds_up(filled)

    def _adds_up(self, filled: list[tuple[int, Cell]]) -> bool:
        for i, cell in filled:
            column = i - self._first
            if column in self._sums and is_figure(cell) and (value := _value(cell)) > 0:
                whole = self._sums[column]
                near = max(0.01, whole * 1e-9)
                if abs(value - whole) < near or abs(value - (whole - self._at_last_sum[column])) < near:
                    return True
        return False

    def _latest(self) -> list[Cell]:
        """What each column said last."""
        return [self._latest_of(column) for column in range(len(self._headings))]

    def _latest_of(self, column: int) -> Cell:
        return next((row[column] for row in reversed(self._recent) if column < len(row) and row[column] != ""), "")

    def _above(self, column: int) -> str | None:
        at = column - self._first
        latest = self._latest_of(at) if at >= 0 else ""
        return _bare(latest) if latest != "" else None

    def _note(self, cells: Sequence[Cell]) -> None:
        self._rows += 1
        self._recent.append(cells)
        if self._signed:
            self._signed = frozenset()
        for column in self._amounts:
            if column < len(cells) and (cell := cells[column]) != "":
                try:
                    self._sums[column] += float(cell)  # type: ignore[arg-type]
                except (TypeError, ValueError):
                    self._sums[column] += _value(cell)


def _holds(samples: Sequence[Sequence[Cell]], index: int, what: Callable[[Cell], bool]) -> bool:
    """Whether most of the filled cells of a column are of a kind, and three at least."""
    filled = [row[index] for row in samples if index < len(row) and row[index] != ""]
    hits = sum(1 for cell in filled if what(cell))
    return hits >= 3 and hits * 10 >= len(filled) * 7


def _bare(cell: Cell) -> str:
    return _SPACES.sub(" ", str(cell)).strip()


def _without_numbers(cell: Cell) -> str:
    """The text with every number alike: pages differ in theirs."""
    return _DIGITS.sub("0", _bare(cell))


def _value(cell: Cell) -> float:
    """The amount of a cell, 0 for none."""
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        found = _NUMBER.search(to_ascii_digits(str(cell)[:60]).replace(",", ""))
        return float(found[0]) if found else 0.0
