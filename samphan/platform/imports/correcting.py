"""Mend single cells after a check: what was typed is kept with the batch, and the row is checked again at once."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from samphan.platform.imports import engine
from samphan.platform.imports.kinds import Counts, Problem
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.imports.reading import NO_RECORDS, Chunk, FileShape

LONGEST = 10_000  # characters that may be typed in a cell
# Problems that lie in the row as such: no typing in a cell mends them.
WHOLE_ROW = frozenset({"extra_cells", "open_quote", "after_open_quote", "left_of_table", *NO_RECORDS})


def correct_cell(batch: ImportBatch, row: int, heading: str, value: str) -> list[Problem]:
    """Put `value` in a cell of a row that did not pass, check the row again, and return what is still wrong with it.

    The counts and the groups of the check are kept true. Stands inside `in_workspace`.

    :raises CannotImport: when the batch is not checked, or the row did not fail.
    """
    locked = ImportBatch.objects.select_for_update().get(id=batch.id)
    if locked.state != ImportBatch.State.CHECKED:
        raise CannotImport(_("The check is out of date. Check the file again."))
    shape = FileShape.from_dict(locked.shape)
    before = list(locked.problems.filter(row=row).order_by("id"))
    if not before or heading not in shape.headings or any(old.code in NO_RECORDS for old in before):
        raise CannotImport(_("Row %(row)s is not among the rows to mend."), row=row)
    typed = {**locked.corrections.get(str(row), {}), heading: value[:LONGEST].replace("\0", "")}
    locked.corrections = {**locked.corrections, str(row): typed}
    problems, counts, cells = _check_row(locked, shape, row, before)
    was_rejected = any(problem.rejects for problem in before)
    if was_rejected and counts.errors == 0:
        locked.errors -= 1
        locked.created += counts.created
        locked.updated += counts.updated
    elif not was_rejected and counts.errors:
        # A row that came in with a notice may be spoilt by typing.
        locked.errors += 1
        if locked.updated and not locked.created:
            locked.updated -= 1
        else:
            locked.created -= 1
    _regroup(locked, before, problems)
    locked.problems.filter(row=row).delete()
    ImportProblem.objects.bulk_create(
        ImportProblem(
            workspace_id=locked.workspace_id,
            batch=locked,
            row=row,
            column=problem.column[:255],
            code=problem.code,
            message=problem.message,
            values=dict(problem.values),
            rejects=problem.rejects,
            cells=cells,
        )
        for problem in problems
    )
    locked.save(update_fields=["corrections", "errors", "created", "updated", "result"])
    batch.refresh_from_db()
    return problems


def _check_row(
    batch: ImportBatch, shape: FileShape, row: int, before: list[ImportProblem]
) -> tuple[list[Problem], Counts, list[str]]:
    whole = [
        Problem(row, old.column, old.code, old.message, old.values, old.rejects)
        for old in before
        if old.code in WHOLE_ROW
    ]
    cells: list[Any] = list(before[0].cells)[: len(shape.headings)]
    cells += [""] * (len(shape.headings) - len(cells))
    for name, value in batch.corrections.get(str(row), {}).items():
        cells[shape.headings.index(name)] = value
    if whole:
        return whole, Counts(errors=1), [str(cell) for cell in before[0].cells]
    session = engine.open_session(batch)
    chunk = Chunk()
    chunk.append((row, list(cells)))
    converted = session.convert(chunk)
    counts = session.match(converted)
    counts.errors = 1 if any(problem.rejects for problem in converted.problems) else 0
    return converted.problems, counts, [str(cell) for cell in cells]


def _regroup(batch: ImportBatch, before: list[ImportProblem], after: list[Problem]) -> None:
    groups = {(group["column"], group["code"]): dict(group) for group in batch.result.get("problems", [])}
    for old in before:
        group = groups.get((old.column, old.code))
        if group is not None:
            group["rows"] -= 1
    for new in after:
        group = groups.setdefault(
            (new.column, new.code), {"column": new.column, "code": new.code, "rows": 0, "rejects": new.rejects}
        )
        group["rows"] += 1
    batch.result = {**batch.result, "problems": [group for group in groups.values() if group["rows"] > 0]}
