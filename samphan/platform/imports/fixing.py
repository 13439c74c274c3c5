"""Mend many rows of a checked file at once.

The rule is kept with the batch, and only the rows it speaks of are checked again.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.platform.imports import engine
from samphan.platform.imports.fixes import Fix, apply_fixes, is_possible
from samphan.platform.imports.kinds import Converted, Counts, Problem, Session
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.imports.reading import Chunk, FileShape

ROWS_AT_ONCE = 1000
ROWS_NOW = 5000  # more than somebody waits for: a larger group is mended by checking the file anew in the background
VALUES_SHOWN = 20
State = ImportBatch.State


def apply_fix(batch: ImportBatch, fix: Fix) -> int | None:
    """Keep the rule, check the rows again that it speaks of, and return how many rows pass now or are left out.

    None when the check kept too few of its problems for that: the file is to be checked anew as a whole. Stands inside
    `in_workspace`.

    :raises CannotImport: when the batch is not checked, or the fix is none for this problem.
    """
    locked = _locked(batch)
    shape = FileShape.from_dict(locked.shape)
    if (fix.column and fix.column not in shape.headings) or not is_possible(fix):
        raise CannotImport(_("This fix is not for these rows."))
    _remember(locked, {"fix": fix.as_dict()})
    if fix.do == "keep":
        _check_anew(locked)
        batch.refresh_from_db()
        return None
    group = _group(locked, fix.column, fix.code)
    kept = locked.problems.filter(column=fix.column, code=fix.code).count()
    if group is None or group["rows"] > kept or kept > ROWS_NOW:
        _check_anew(locked)
        batch.refresh_from_db()
        return None
    session = engine.open_session(locked)
    changed = position = 0
    deltas: Counter[tuple[str, str, bool]] = Counter()
    while True:
        numbers = list(
            locked.problems.filter(column=fix.column, code=fix.code, row__gt=position)
            .order_by("row")
            .values_list("row", flat=True)
            .distinct()[:ROWS_AT_ONCE]
        )
        if not numbers:
            break
        position = numbers[-1]
        changed += _fix_rows(locked, session, shape, numbers, fix, deltas)
    _regroup(locked, deltas, fix)
    locked.save(update_fields=["mapping", "errors", "created", "updated", "skipped", "result"])
    batch.refresh_from_db()
    return changed


def set_date_format(batch: ImportBatch, column: str, name: str, answer: str) -> None:
    """Say of a column of dates what its values leave open; the file is to be checked anew.

    :param name: "order" with dmy or mdy, or "era" with be or ce.
    """
    locked = _locked(batch)
    if column not in locked.shape["headings"] or answer not in {"order": ("dmy", "mdy"), "era": ("be", "ce")}.get(
        name, ()
    ):
        raise CannotImport(_("This fix is not for these rows."))
    formats = locked.mapping.get("formats", {})
    told = formats.get(column)
    _remember(locked, {"formats": formats})
    locked.mapping["formats"] = {**formats, column: {**(told if isinstance(told, dict) else {}), name: answer}}
    _check_anew(locked)
    batch.refresh_from_db()


def undo_fix(batch: ImportBatch) -> bool:
    """Take the newest fix back; the file is to be checked anew. False when there is none."""
    locked = _locked(batch)
    kept = list(locked.mapping.get("fixes", ()))
    if not kept:
        return False
    last = kept.pop()
    locked.mapping = {**locked.mapping, "fixes": kept}
    if "formats" in last:
        locked.mapping["formats"] = last["formats"]
    _check_anew(locked)
    batch.refresh_from_db()
    return True


def values_of(batch: ImportBatch, column: str, code: str) -> list[tuple[str, int]]:
    """What the cells of a group of problems say, commonest first, with how many rows say so."""
    index = batch.shape["headings"].index(column)
    found = (
        batch.problems.filter(column=column, code=code)
        .annotate(value=KT(f"cells__{index}"))
        .values_list("value")
        .annotate(rows=Count("id"))
        .order_by("-rows", "value")
    )
    return [(value or "", rows) for value, rows in found[:VALUES_SHOWN]]


def _locked(batch: ImportBatch) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(id=batch.id)
    if locked.state != State.CHECKED:
        raise CannotImport(_("The check is out of date. Check the file again."))
    return locked


def _remember(batch: ImportBatch, act: dict[str, Any]) -> None:
    batch.mapping = {**batch.mapping, "fixes": [*batch.mapping.get("fixes", ()), act]}


def _check_anew(batch: ImportBatch) -> None:
    batch.state, batch.heartbeat_at = State.UPLOADED, timezone.now()
    batch.save(update_fields=["mapping", "state", "heartbeat_at"])


def _group(batch: ImportBatch, column: str, code: str) -> dict[str, Any] | None:
    return next(
        (one for one in batch.result.get("problems", ()) if (one["column"], one["code"]) == (column, code)), None
    )


def _fix_rows(
    batch: ImportBatch,
    session: Session,
    shape: FileShape,
    numbers: Sequence[int],
    fix: Fix,
    deltas: Counter[tuple[str, str, bool]],
) -> int:
    before: dict[int, list[ImportProblem]] = {}
    for one in batch.problems.filter(row__in=numbers).order_by("row", "id"):
        before.setdefault(one.row, []).append(one)
    rejected = {row for row, problems in before.items() if any(one.rejects for one in problems)}
    if fix.do == "skip":
        out = [row for row in numbers if row in rejected]
        for row in out:
            deltas.update({(one.column, one.code, one.rejects): -1 for one in before[row]})
        batch.problems.filter(row__in=out).delete()
        batch.errors -= len(out)
        batch.skipped += len(out)
        return len(out)
    chunk, position = Chunk(), {heading: index for index, heading in enumerate(shape.headings)}
    for row in numbers:
        cells: list[Any] = list(before[row][0].cells)
        if len(cells) != len(shape.headings):
            continue
        for heading, value in batch.corrections.get(str(row), {}).items():
            cells[position[heading]] = value
        chunk.append((row, cells))
    was = {row: list(cells) for row, cells in chunk}
    # What is wrong with these rows the check has written down: reading them once more would say the same.
    known = Converted(problems=[problem_of(one) for row in was for one in before[row]], cells=dict(was))
    after = apply_fixes(chunk, known, session, shape.headings, [fix], batch.corrections)
    now = {row: cells for row, cells in chunk if cells != was[row]}
    if not now:
        return 0
    well = Chunk()
    still_bad = {problem.row for problem in after.problems if problem.rejects}
    well.extend((row, list(now[row])) for row in sorted(now) if row in rejected and row not in still_bad)
    is_all = len(well) == len(chunk)
    converted = after if is_all else session.convert(well) if well else Converted()
    told = list(after.problems)
    counts = session.match(converted) if well else Counts()
    # Only the database refuses these.
    late = [problem for problem in converted.problems if problem.rejects and problem not in told]
    batch.errors -= len(well) - len({problem.row for problem in late})
    batch.created += counts.created
    batch.updated += counts.updated
    _replace_problems(batch, before, now, [one for one in told if one.row in now] + late, deltas)
    return len(now)


def problem_of(kept: ImportProblem) -> Problem:
    """A problem as the check found it."""
    return Problem(kept.row, kept.column, kept.code, kept.message, kept.values, kept.rejects)


def _replace_problems(
    batch: ImportBatch,
    before: dict[int, list[ImportProblem]],
    now: dict[int, list[Any]],
    problems: list[Problem],
    deltas: Counter[tuple[str, str, bool]],
) -> None:
    for row in now:
        for old in before[row]:
            deltas[old.column, old.code, old.rejects] -= 1
    for problem in problems:
        deltas[problem.column, problem.code, problem.rejects] += 1
    batch.problems.filter(row__in=list(now)).delete()
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                workspace_id=batch.workspace_id,
                batch=batch,
                row=problem.row,
                column=problem.column[:255],
                code=problem.code,
                message=problem.message,
                values=engine.plain_values(problem.values),
                rejects=problem.rejects,
                cells=[str(cell) for cell in now[problem.row]],
            )
            for problem in problems
        ],
        batch_size=1000,
    )


def _regroup(batch: ImportBatch, deltas: Counter[tuple[str, str, bool]], fix: Fix) -> None:
    groups = {(one["column"], one["code"]): dict(one) for one in batch.result.get("problems", ())}
    for (column, code, rejects), count in deltas.items():
        group = groups.setdefault(
            (column, code), {"column": column, "code": code, "rows": 0, "rejects": rejects, "fixes": []}
        )
        group["rows"] += count
    done = groups.get((fix.column, fix.code))
    if done is not None:
        done["fixes"] = [one for one in done.get("fixes", ()) if one["do"] != fix.do]
    batch.result = {**batch.result, "problems": [one for one in groups.values() if one["rows"] > 0]}
