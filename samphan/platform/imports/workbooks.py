"""Sheets of one workbook that belong together: what each holds, and which comes in first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from samphan.platform.imports.kinds import ImportKind, kinds
from samphan.platform.imports.mapping import normal_heading, suggest_mapping
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import FileShape
from samphan.platform.imports.sources import recognise

SURE = 0.9
"""From this confidence on, a column of one's own in a recognised export is mapped."""


@dataclass(frozen=True)
class Turn:
    """Sheets of a workbook that have the same headings and come in as one kind.

    :param sheet: the first of them.
    :param rows: of all of them.
    """

    sheet: str
    kind: ImportKind
    rows: int


def likely_kind(shape: FileShape, among: Sequence[ImportKind] | None = None) -> ImportKind:
    """The kind that the file was exported as, or else whose fields the headings fit best."""
    found = recognise(shape.headings, among or kinds())
    return found[0] if found else max(among or kinds(), key=lambda one: _fit(shape, one)[0])


def turns(shape: FileShape, among: Sequence[ImportKind] | None = None) -> list[Turn]:
    """Everything in the workbook that fits a kind, in the order in which it comes in: what others speak of is first."""
    groups: dict[tuple[str, ...], list[FileShape]] = {}
    for one in (shape.with_(also=()), *map(shape.of_table, shape.tables)):
        groups.setdefault(tuple(sorted(map(normal_heading, one.headings))), []).append(one)
    found = []
    for same in groups.values():
        chosen = likely_kind(same[0], among)
        if _fit(same[0], chosen)[1]:
            found.append(Turn(same[0].sheet, chosen, sum(one.approximate_rows for one in same)))
    here = {turn.kind.name for turn in found}
    position = {name: index for index, name in enumerate(shape.sheets)}
    return sorted(found, key=lambda turn: (len(here.intersection(turn.kind.follows)), position.get(turn.sheet, 0)))


def sheet_to_begin_with(
    shape: FileShape, kind_name: str | None, among: Sequence[ImportKind] | None = None
) -> str | None:
    """The sheet that is to be read before the one that was found, or instead of it; None where that one is right.

    :param kind_name: what the caller says the file holds.
    """
    if not shape.tables:
        return None
    found = turns(shape, among)
    if kind_name is not None:
        found = (
            [] if likely_kind(shape, among).name == kind_name else [one for one in found if one.kind.name == kind_name]
        )
    first = found[0] if found else None
    return first.sheet if first and first.sheet != shape.sheet else None


def of_workbook(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """The imports of the sheets of one workbook, this one among them, in the order in which they came."""
    root = batch.workbook or batch.id
    return ImportBatch.objects.filter(Q(id=root) | Q(workbook=root), workspace_id=batch.workspace_id).order_by("id")


def next_turns(batch: ImportBatch, among: Sequence[ImportKind]) -> list[Turn]:
    """What the workbook still holds, beside what came in of it already."""
    shape = FileShape.from_dict(batch.shape)
    if not shape.tables:
        return []
    taken = {one.shape.get("sheet", "") for one in of_workbook(batch)}
    return [turn for turn in turns(shape, among) if turn.sheet not in taken and turn.sheet not in shape.also]


def _fit(shape: FileShape, one: ImportKind) -> tuple[float, bool]:
    """How well the headings fit the fields of a kind, and whether all that it needs is there."""
    found = suggest_mapping(shape.headings, [cells for _number, cells in shape.sample_rows], one.fields)
    mapped = {suggestion.field for suggestion in found if suggestion.field}
    complete = all(mapped & set(alternatives) for alternatives in one.required)
    if one.telling and not any(
        suggestion.field in one.telling and suggestion.confidence >= SURE for suggestion in found
    ):
        return 0.0, False
    return sum(suggestion.confidence for suggestion in found if suggestion.field) + (2 if complete else 0), complete
