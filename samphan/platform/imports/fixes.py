"""Fixes for many rows: rules that an import keeps, and that every reading of its file applies.

A rule speaks of one kind of problem in one column. It changes a cell only where the row passes afterwards, and never a
cell that somebody typed.
"""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from samphan.platform.imports.kinds import Converted, Session
from samphan.platform.imports.reading import NO_RECORDS, Cell, Chunk
from samphan.platform.thai.digits import to_ascii_digits

Corrections = dict[str, dict[str, str]]

ERA_YEARS = 543
_LETTERS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Fix:
    """What becomes of the cells of a column that do not pass for one reason.

    :param do: "prepend" the `new` digits to a landline without area code; "replace" the text `old` by `new`; "letters"
        that look like digits become digits; "trim" blanks and marks around and inside; "era" writes the year in the
        other era; "value" where the whole cell is `old`; "empty" the cell; "skip" the row; "keep" a row that was taken for
        no record, the one with the number `old` or, without, all of them.
    """

    column: str
    code: str
    do: str
    old: str = ""
    new: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)

    def of(self, cell: Cell) -> str | None:
        """The text of the cell as it would become; None where the fix has nothing to say."""
        text = str(cell).strip()
        after: str | None = None
        if self.do == "prepend":
            digits = _NOT_DIGITS.sub("", to_ascii_digits(text))
            after = self.new + digits if len(digits) == 7 and digits[0] != "0" else None
        elif self.do == "replace":
            after = text.replace(self.old, self.new)
        elif self.do == "letters":
            after = text.translate(_LETTERS)
        elif self.do == "trim":
            after = "".join(text.split()).strip(".,;:<>()[]\"'")
        elif self.do == "era":
            after = _YEAR.sub(_other_era, to_ascii_digits(text), count=1)
        elif self.do == "value":
            after = self.new if text.lower() == self.old.lower() else None
        elif self.do == "empty":
            return ""
        return None if after == text else after


def _other_era(found: "re.Match[str]") -> str:
    year = int(found[1])
    return str(year - ERA_YEARS if year >= 2400 else year + ERA_YEARS)


# What may be offered for a kind of problem. Each is tried on every row, and offered with the number of rows that it mends.
OFFERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "count": (("prepend", "", "02"),),
    "email_two_at": (("replace", "@@", "@"),),
    "email": (("trim", "", ""),),
    "character": (("letters", "", ""),),
    "odd_era": (("era", "", ""),),
}
FOR_ALL = frozenset({"value", "empty", "skip"})  # may be asked for whatever the problem is


def is_possible(fix: Fix) -> bool:
    """Whether this fix is one that may be asked for its kind of problem."""
    if fix.do == "keep":
        return fix.code in NO_RECORDS and (not fix.old or (fix.old.isascii() and fix.old.isdecimal()))
    return fix.do in FOR_ALL or (fix.do, fix.old, fix.new) in OFFERS.get(fix.code, ())


def read_fixes(mapping: dict[str, Any]) -> list[Fix]:
    """The rules that a batch keeps, oldest first."""
    return [Fix(**one["fix"]) for one in mapping.get("fixes", ()) if "fix" in one]


def keep_rows(chunk: Chunk, fixes: list[Fix]) -> None:
    """Put the rows back among the records that were taken for none and are some."""
    rules = {(fix.code, fix.old) for fix in fixes if fix.do == "keep"}
    if not rules:
        return
    kept = {
        row.number: row
        for row in chunk.rejected
        if row.problem and {(row.problem.code, ""), (row.problem.code, str(row.number))} & rules
    }
    if kept:
        chunk.rejected = [row for row in chunk.rejected if row.number not in kept]
        chunk.extend((number, row.cells) for number, row in kept.items())
        chunk.sort(key=lambda row: row[0])


def passed_over(converted: Converted) -> int:
    """How many rows of the chunk are no records."""
    return sum(problem.code in NO_RECORDS for problem in converted.problems)


def try_out(converted: Converted, session: Session, headings: tuple[str, ...], typed: Corrections) -> Counter[Fix]:
    """How many rows of the chunk each fix on offer would bring through."""
    found: Counter[Fix] = Counter()
    wanted = {
        Fix(problem.column, problem.code, *offer)
        for problem in converted.problems
        for offer in OFFERS.get(problem.code, ())
        if problem.rejects
    }
    for fix in wanted:
        found[fix] = len(_mended(converted, session, headings, [fix], typed)[0])
    return +found


def apply_fixes(
    chunk: Chunk,
    converted: Converted,
    session: Session,
    headings: tuple[str, ...],
    fixes: list[Fix],
    typed: Corrections,
) -> Converted:
    """The chunk as it converts with the rules applied; the cells of the chunk are changed with them."""
    mended, tried = _mended(converted, session, headings, fixes, typed)
    if not mended:
        return converted
    chunk[:] = [(number, mended.get(number, cells)) for number, cells in chunk]
    # Where every row was mended, what was tried out is the chunk as it converts now.
    return tried if tried is not None and len(mended) == len(chunk) else session.convert(chunk)


def leave_out(converted: Converted, fixes: list[Fix]) -> int:
    """Take the rows that a rule skips from those that do not pass, and return how many they are."""
    skips = {(fix.column, fix.code) for fix in fixes if fix.do == "skip"}
    rows = (
        {one.row for one in converted.problems if one.rejects and (one.column, one.code) in skips} if skips else set()
    )
    if rows:
        converted.problems = [one for one in converted.problems if one.row not in rows]
    return len(rows)


def _mended(
    converted: Converted, session: Session, headings: tuple[str, ...], fixes: list[Fix], typed: Corrections
) -> tuple[dict[int, list[Cell]], Converted | None]:
    """Rows that lose the problem a fix speaks of, with their cells as they become; and how they convert, where all did."""
    positions = {heading: index for index, heading in enumerate(headings)}
    by_problem: dict[tuple[str, str], list[Fix]] = {}
    for fix in fixes:
        by_problem.setdefault((fix.column, fix.code), []).append(fix)
    rows: dict[int, list[Cell]] = {}
    changed: dict[int, dict[str, Cell]] = {}
    for problem in converted.problems:
        cells = converted.cells.get(problem.row)
        if cells is None or len(cells) != len(headings) or problem.column in typed.get(str(problem.row), ()):
            continue
        for fix in by_problem.get((problem.column, problem.code), ()):
            index = positions[problem.column]
            after = fix.of(cells[index])
            if after is None:
                continue
            rows.setdefault(problem.row, list(cells))[index] = after
            changed.setdefault(problem.row, {})[problem.column] = cells[index]
            break
    if not rows:
        return {}, None
    trial = Chunk()
    trial.extend(sorted(rows.items()))
    tried = session.convert(trial)
    was_reverted = False
    for problem in tried.problems:
        before = changed.get(problem.row, {})
        if problem.column in before:
            was_reverted = True
            rows[problem.row][positions[problem.column]] = before.pop(problem.column)
            if not before:
                del rows[problem.row], changed[problem.row]
    return rows, None if was_reverted else tried
