"""Settle what a file leaves open before its first row is taken: how the dates of each column are written."""

import re
from typing import Any, get_args

from samphan.platform.imports.kinds import ImportKind
from samphan.platform.imports.reading import FileShape, open_chunks
from samphan.platform.thai.calendar import Era
from samphan.platform.thai.dates import DateFormat, Order, detect_date_format

SAMPLE_ROWS = 20_000


def date_formats(
    path: str, shape: FileShape, columns: dict[int, str], kind: ImportKind, told: dict[str, Any]
) -> dict[int, DateFormat]:
    """How the dates of each date column are written: as the user told, else as the values prove.

    A column that stays open after a sample is read to its end; what is still open then refuses row by row.
    """
    types = {field.name: field.type for field in kind.fields}
    wanted = [index for index, name in columns.items() if types.get(name) == "date"]
    formats = {index: read_format(told.get(shape.headings[index])) for index in wanted}
    open_columns = [index for index in wanted if formats[index].order is None or formats[index].era is None]
    if not open_columns:
        return formats
    values: dict[int, dict[str, None]] = {index: {} for index in open_columns}
    for number, chunk in enumerate(open_chunks(path, shape, 5000)):
        for _row, cells in chunk:
            for index in open_columns:
                cell = cells[index]
                if isinstance(cell, str) and cell:
                    values[index][cell] = None
        if (number + 1) * 5000 >= SAMPLE_ROWS and all(
            not detect_date_format(values[index]).ambiguous for index in open_columns
        ):
            break
    for index in open_columns:
        found = detect_date_format(values[index])
        given = formats[index]
        formats[index] = found._replace(
            order=given.order or found.order,
            era=given.era or found.era,
            usual=None if given.era else found.usual,
            ambiguous=tuple(
                name
                for name in found.ambiguous
                if not (name in ("order", "mixed") and given.order) and not (name == "era" and given.era)
            ),
        )
    return formats


def read_format(told: Any) -> DateFormat:
    """A format from a mapping: {"order": "dmy", "era": "be"}, or in words such as "dmy be" or "dd/mm/yyyy"."""
    order: Order | None = None
    era: Era | None = None
    if isinstance(told, dict):
        order = told.get("order") if told.get("order") in get_args(Order) else None
        era = told.get("era") if told.get("era") in get_args(Era) else None
    elif isinstance(told, str):
        text = told.lower()
        letters = re.sub(r"(.)\1+", r"\1", re.sub(r"[^dmy]", "", text.replace("be", "").replace("ce", "")))
        order = letters[:3] if letters[:3] in get_args(Order) else None  # type: ignore[assignment]
        if re.search(r"\bbe\b|พ\.?ศ", text):
            era = "be"
        elif re.search(r"\bce\b|\bad\b|ค\.?ศ", text):
            era = "ce"
    return DateFormat(order, era)
