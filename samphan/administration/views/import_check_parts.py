"""What the check of an import shows: groups of problems with their fixes, and the rows to mend in place."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samphan.platform.imports import fixing, looking
from samphan.platform.imports.correcting import WHOLE_ROW
from samphan.platform.imports.fixes import Fix
from samphan.platform.imports.kinds import kind
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.imports.reading import NO_RECORDS, FileShape
from samphan.ui.templatetags.ui import number

ROWS_SHOWN = 20
COLUMNS_SHOWN = 7
CELLS_TO_MEND = 40  # on a page: each is a form, and the page stays under 60 kB
LETTERS_OF_A_CELL = 400  # a cell of so many letters more weighs as one more cell to mend
OF_OWNERS = frozenset({"unknown_owner", "several_owners"})
OF_WRITERS = frozenset({"unknown_writer", "several_writers"})
OF_ASSIGNEES = frozenset({"unknown_assignee", "several_assignees"})
OF_MEMBERS = OF_OWNERS | OF_WRITERS | OF_ASSIGNEES
OF_CHOICES = OF_MEMBERS | {"unknown_choice"}  # problems where each wrong value can be given its meaning


def group_words(code: str) -> str:
    """What a group of problems is called beside its column."""
    return {
        "email_two_at": _("Two @ signs"),
        "email_no_at": _("No @ sign"),
        "email": _("Not an e-mail address"),
        "no_name": _("No name"),
        "no_number": _("No order number"),
        "no_ordered_at": _("No order date"),
        "no_sku": _("No product code"),
        "ambiguous": _("Can be read in two ways"),
        "not_a_date": _("Not a date"),
        "odd_era": _("Year of the other era"),
        "future_birth": _("In the future"),
        "unknown_choice": _("Not one of the choices"),
        "unknown_owner": _("Nobody of that name here"),
        **dict.fromkeys(("several_owners", "several_writers", "several_assignees"), _("Several people of that name")),
        **dict.fromkeys(("unknown_writer", "unknown_assignee"), _("Nobody of that name here")),
        "unknown_customer": _("Unknown customer"),
        "several_customers": _("Several customers may be meant"),
        "no_customer": _("No customer"),
        "no_text": _("Says nothing"),
        "no_title": _("No task named"),
        "no_assignee": _("Nobody to do it"),
        "future": _("In the future"),
        "duration": _("Not a length of time"),
        "clock": _("Not a time of day"),
        "too_long": _("Too long"),
        "cell_too_long": _("Too long"),
        "null_character": _("Holds a null character"),
        "cell_error": _("Holds an error of Excel"),
        "extra_cells": _("Too many cells in the row"),
        "open_quote": _("Quotation mark not closed"),
        "after_open_quote": _("Quotation mark not closed"),
        "left_of_table": _("Cell left of the table"),
        "sum_row": _("Sums"),
        "heading_row": _("Headings once more"),
        "title_row": _("Page titles once more"),
        "section_row": _("Titles of sections"),
        "number_row": _("Running numbers alone"),
        "signature_row": _("Signatures"),
        "remark_row": _("Remarks beside the table"),
        "page_row": _("Page numbers"),
        "too_large": _("Too large"),
        "decimals": _("Too many decimals"),
        "count": _("Wrong number of digits"),
        "prefix": _("Number starts wrong"),
        "no_digits": _("No digits in it"),
        "character": _("A letter that does not belong"),
        "several": _("Several numbers in one cell"),
        "short_number": _("A hotline"),
        "scientific": _("Digits cut off by Excel"),
        "day": _("No such date"),
        "month": _("No such date"),
        "leap_day": _("No such date"),
        "year": _("No such date"),
        "not_an_amount": _("Not a number"),
        "not_finite": _("Not a number"),
        "check_digit": _("Wrong check digit"),
    }.get(code, _("Cannot be read"))


@dataclass
class CheckedCell:
    """A cell of a row in the check."""

    heading: str
    position: int  # of its column in the file
    value: str
    reasons: list[str] = dataclasses.field(default_factory=list)
    rejects: bool = True
    was_typed: bool = False
    becomes: str = ""  # with the fix that is on offer

    @property
    def is_editable(self) -> bool:
        return bool(self.reasons) or self.was_typed


@dataclass
class CheckedRow:
    """A row of the file in the check."""

    number: int
    place: str  # the number as a person knows it, with the sheet where there are several
    cells: list[CheckedCell]
    reasons: list[str]  # of the whole row
    is_well: bool = False
    skipped_as: str = ""  # what it is, of a row that is no record


def check_context(batch: ImportBatch, *, group: str = "", after: int = 0) -> dict[str, Any]:
    """Step 4: counts, groups of problems, and the rows of a group."""
    found = batch.problems.filter(row__gt=after)
    groups = [_group_context(batch, one, group) for one in batch.result.get("problems", [])]
    groups.sort(key=lambda one: one["is_skipped"])
    offered = [
        Fix(one["column"], one["code"], fix["do"], fix["old"], fix["new"])
        for one in groups
        if one["is_current"] or not group
        for fix in one.get("fixes", ())
    ]
    if group:
        code, _colon, column = group.partition(":")
        found = found.filter(code=code, column=column)
    elif any(not one["is_skipped"] for one in groups):
        # What needs somebody comes first; the rows that were passed over stand in their own groups.
        found = found.exclude(code__in=NO_RECORDS)
    numbers = list(found.order_by("row").values_list("row", flat=True).distinct()[: ROWS_SHOWN + 1])
    found_by_row: dict[int, list[ImportProblem]] = {}
    for problem in batch.problems.filter(row__in=numbers[:ROWS_SHOWN]).order_by("row", "id"):
        found_by_row.setdefault(problem.row, []).append(problem)
    by_row = _one_page(batch, found_by_row)
    more = max(by_row) if by_row and len(by_row) < len(numbers) else None
    headings = shown_headings(batch, by_row, group)
    warned = batch.problems.filter(rejects=False).exclude(code__in=NO_RECORDS).values("row").distinct().count()
    return {
        "groups": groups,
        "group": group,
        "headings": headings,
        "rows": [checked_row(batch, row, problems, headings, offered=offered) for row, problems in by_row.items()],
        "more": more,
        "after": after,
        "warned": warned,
        "comes_in": batch.rows - batch.errors - batch.skipped,
        "no_records": sum(one["rows"] for one in groups if one["is_skipped"]),
        "seconds": batch.result.get("seconds"),
        # What every cell that is typed anew sends along, so that its row comes back in the same columns.
        "row_values": {
            "columns": ",".join(str(batch.shape["headings"].index(heading)) for heading in headings),
            "group": group,
        },
        "group_values": {"group": group},
    }


def _one_page(batch: ImportBatch, by_row: dict[int, list[ImportProblem]]) -> dict[int, list[ImportProblem]]:
    """The first rows that together hold about as many cells to mend as one page carries; one row at least."""
    shown: dict[int, list[ImportProblem]] = {}
    weight = 0
    for row, problems in by_row.items():
        weight += len({one.column for one in problems} | batch.corrections.get(str(row), {}).keys())
        weight += sum(len(str(cell)) for cell in problems[0].cells) // LETTERS_OF_A_CELL
        if shown and weight > CELLS_TO_MEND:
            break
        shown[row] = problems
    return shown


def group_keys(batch: ImportBatch) -> set[str]:
    """The keys of the groups that still have rows."""
    return {f"{one['code']}:{one['column']}" for one in batch.result.get("problems", ())}


def _group_context(batch: ImportBatch, one: dict[str, Any], group: str) -> dict[str, Any]:
    """A kind of problem: its words, and for the one that is open everything that can be done to all its rows."""
    column, code = one["column"], one["code"]
    shown = {
        **one,
        "key": f"{code}:{column}",
        "words": group_words(code),
        "is_current": group == f"{code}:{column}",
        "is_skipped": code in NO_RECORDS,
        "position": batch.shape["headings"].index(column) if column in batch.shape["headings"] else "",
    }
    offers = [_offer(fix["do"], fix["old"], fix["new"], fix["rows"]) for fix in one.get("fixes", ())]
    if code == "ambiguous" and column and (shown["is_current"] or not group):
        shown["questions"] = looking.questions(batch, shown["position"], looking.look(batch))
    shown["asks_meaning"] = bool(column) and code in OF_CHOICES and not shown["is_current"]
    if shown["is_current"]:
        if column and code not in WHOLE_ROW and not code.startswith("no_"):
            offers.append(_offer("empty", "", "", one["rows"], code=code))
        if one["rejects"]:
            offers.append(_offer("skip", "", "", one["rows"]))
        if code in NO_RECORDS:
            offers.append(_offer("keep", "", "", one["rows"]))
        if code in OF_CHOICES and column:
            fields = {field.name: field for field in kind(batch.kind).fields}
            field = fields.get(batch.mapping["columns"].get(column, ""))
            shown["choices"] = (
                [(one.value, one.label) for one in field.choices() if one.is_offered] if field and field.choices else []
            )
            shown["meanings"] = fixing.values_of(batch, column, code) if shown["choices"] else []
    shown["offers"] = offers
    return shown


def _offer(do: str, old: str, new: str, rows: int, *, code: str = "") -> dict[str, Any]:
    words = {
        "prepend": ngettext("Put %(new)s in front in %(rows)s row", "Put %(new)s in front in %(rows)s rows", rows),
        "replace": ngettext("Mend %(old)s in %(rows)s row", "Mend %(old)s in %(rows)s rows", rows),
        "letters": ngettext("Read O as 0 and l as 1 in %(rows)s row", "Read O as 0 and l as 1 in %(rows)s rows", rows),
        "trim": ngettext(
            "Take blanks and stray marks out of %(rows)s row", "Take blanks and stray marks out of %(rows)s rows", rows
        ),
        "era": ngettext(
            "Bring the year of %(rows)s row to the era of the column",
            "Bring the years of %(rows)s rows to the era of the column",
            rows,
        ),
        "empty": ngettext("Leave the cell empty in %(rows)s row", "Leave the cell empty in all %(rows)s rows", rows),
        "skip": ngettext("Leave %(rows)s row out", "Leave all %(rows)s rows out", rows),
        "keep": ngettext("Bring %(rows)s row in: it is a record", "Bring all %(rows)s rows in: they are records", rows),
    }[do] % {"rows": number(rows), "old": old, "new": new}
    if code in OF_MEMBERS:
        words = _without_member(code, rows) % {"rows": number(rows)}
    icon = {"empty": "eraser", "skip": "x", "keep": "plus"}.get(do, "wand-sparkles")
    return {"do": do, "old": old, "new": new, "rows": rows, "words": words, "icon": icon}


def _without_member(code: str, rows: int) -> str:
    if code in OF_OWNERS:
        return ngettext("Bring %(rows)s row in without an owner", "Bring all %(rows)s rows in without an owner", rows)
    if code in OF_WRITERS:
        return ngettext(
            "Bring %(rows)s row in without its writer", "Bring all %(rows)s rows in without their writer", rows
        )
    return ngettext("Give me the task of %(rows)s row", "Give me the tasks of all %(rows)s rows", rows)


def fix_said(fix: Fix, count: int) -> str:
    """What a fix did, for the toast."""
    if fix.do == "skip":
        return ngettext("%(count)s row left out", "%(count)s rows left out", count) % {"count": number(count)}
    return ngettext("%(count)s row mended", "%(count)s rows mended", count) % {"count": number(count)}


def shown_headings(batch: ImportBatch, by_row: dict[int, list[ImportProblem]], group: str) -> list[str]:
    """Columns of the grid: those with problems first of all, then the mapped ones in the order of the file."""
    order: list[str] = batch.shape["headings"]
    if by_row and all(one.code in NO_RECORDS for problems in by_row.values() for one in problems):
        # What such a row says stands anywhere, mostly in columns that fill no field.
        said = {i for problems in by_row.values() for i, cell in enumerate(problems[0].cells) if cell}
        return [order[i] for i in sorted(said) if i < len(order)][:COLUMNS_SHOWN]
    guilty = {problem.column for problems in by_row.values() for problem in problems} & set(order)
    mapped = [heading for heading in order if batch.mapping["columns"].get(heading)]
    chosen = set(list(dict.fromkeys(mapped[:1] + [one for one in order if one in guilty]))[:COLUMNS_SHOWN])
    for heading in mapped:
        if len(chosen) >= COLUMNS_SHOWN:
            break
        chosen.add(heading)
    return [heading for heading in order if heading in chosen]


def checked_row(
    batch: ImportBatch,
    row: int,
    problems: list[Any],
    headings: list[str],
    cells: list[str] | None = None,
    *,
    offered: Sequence[Fix] = (),
) -> CheckedRow:
    """A row with its problems at their cells."""
    order: list[str] = batch.shape["headings"]
    stored = cells if cells is not None else list(problems[0].cells)
    typed = batch.corrections.get(str(row), {})
    shown = []
    for heading in headings:
        position = order.index(heading)
        value = typed.get(heading, stored[position] if position < len(stored) else "")
        cell = CheckedCell(heading, position, str(value), was_typed=heading in typed)
        for problem in problems:
            if problem.column == heading and problem.code not in WHOLE_ROW:
                cell.reasons.append(problem.reason)
                cell.rejects = problem.rejects
                for fix in offered:
                    if (fix.column, fix.code) == (heading, problem.code) and not cell.was_typed:
                        cell.becomes = fix.of(cell.value) or cell.becomes
        shown.append(cell)
    whole = [one.reason for one in problems if one.column not in headings or one.code in WHOLE_ROW]
    skipped_as = next((one.code for one in problems if one.code in NO_RECORDS), "")
    place = FileShape.from_dict(batch.shape).row_name(row) if batch.shape.get("also") else number(row)
    return CheckedRow(row, place, shown, whole, is_well=not problems, skipped_as=skipped_as)
