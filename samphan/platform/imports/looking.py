"""What the mapping shows of a file before it is checked.

How full its columns are, which of its dates leave a question open, and what a row would become.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from samphan.platform.imports import engine
from samphan.platform.imports.filling import sample_rows
from samphan.platform.imports.kinds import Counts, Problem
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import Chunk, FileShape, open_chunks
from samphan.platform.imports.settling import read_format
from samphan.platform.thai.calendar import Era
from samphan.platform.thai.dates import DateFormat, DateProblem, Order, detect_date_format, parse_date

ROWS = 10_000
"""Rows at the top of the file that are looked at; a check reads all of them."""


@dataclass(frozen=True)
class Reading:
    """One way to read a date that can be read in two."""

    value: str
    date: date


@dataclass(frozen=True)
class Question:
    """What the dates of a column leave open, with a real value of the column and its readings.

    :param name: "order", answered with dmy or mdy, or "era", answered with be or ce.
    """

    name: str
    example: str
    readings: tuple[Reading, ...]
    answer: str


@dataclass
class Look:
    """Of each column how many of the rows looked at are filled, and of date columns what their values leave open."""

    rows: int = 0
    filled: list[int] = field(default_factory=list)
    dates: dict[str, dict[str, Any]] = field(default_factory=dict)  # column index: open questions, examples, format


@dataclass(frozen=True)
class RowPreview:
    """A row as it will become: field name to stored value, what is wrong with it, and how it would end."""

    row: int
    values: dict[str, Any]
    problems: list[Problem]
    counts: Counts
    number: int
    total: int


def look(batch: ImportBatch) -> Look:
    """Look at the first rows of a file; the answer is kept with the batch until the file is read in another way."""
    kept = batch.mapping.get("look")
    if kept:
        return Look(**kept)
    shape = FileShape.from_dict(batch.shape)
    found = Look(filled=[0] * len(shape.headings))
    texts: list[dict[str, None]] = [{} for _heading in shape.headings]
    for chunk in open_chunks(batch.file_path, shape, 2000):
        for _number, cells in chunk:
            for index, cell in enumerate(cells):
                if cell != "":
                    found.filled[index] += 1
                    if isinstance(cell, str) and len(cell) <= 40 and len(texts[index]) < 5000:
                        texts[index][cell] = None
        found.rows += len(chunk)
        if found.rows >= ROWS:
            break
    for index, values in enumerate(texts):
        form = detect_date_format(values)
        if form.order or form.era or form.ambiguous:
            found.dates[str(index)] = _open_questions(form, values)
    batch.mapping = {**batch.mapping, "look": found.__dict__}
    batch.save(update_fields=["mapping"])
    return found


def questions(batch: ImportBatch, column: int, seen: Look) -> list[Question]:
    """What must be asked about a column of dates, most telling value first; an answered question still stands here."""
    open_ones = seen.dates.get(str(column), {})
    told = batch.mapping.get("formats", {}).get(batch.shape["headings"][column], {})
    answers = told if isinstance(told, dict) else {}
    found = []
    form = read_format(told)
    for name, choices in (("order", ("dmy", "mdy")), ("era", ("be", "ce"))):
        example = open_ones.get(name)
        if example is None:
            continue
        readings = []
        for choice in choices:
            order: Order | None = choice if name == "order" else form.order or open_ones.get("known_order") or "dmy"  # type: ignore[assignment]
            era: Era | None = choice if name == "era" else form.era or open_ones.get("known_era") or "be"  # type: ignore[assignment]
            try:
                readings.append(Reading(choice, parse_date(example, order=order, era=era).date))
            except DateProblem:
                continue
        found.append(Question(name, example, tuple(readings), str(answers.get(name) or "")))
    return found


def known_format(seen: Look, column: int) -> dict[str, Any]:
    """How the dates of a column are written as far as the values prove it: `known_order`, `known_era`."""
    return seen.dates.get(str(column), {})


def preview(batch: ImportBatch, position: int) -> RowPreview | None:
    """What the sample row at this position (0 is the first) would become; None when the mapping is not complete."""
    shape = FileShape.from_dict(batch.shape)
    if not shape.sample_rows:
        return None
    position = max(0, min(position, len(shape.sample_rows) - 1))
    number, cells = sample_rows(batch)[position]
    try:
        session = engine.open_session(batch)
    except CannotImport:
        return None
    chunk = Chunk()
    chunk.append((number, list(cells)))
    converted = session.convert(chunk)
    values = session.preview(converted)
    counts = session.match(converted)
    return RowPreview(number, values, converted.problems, counts, position, len(shape.sample_rows))


def sample_problems(batch: ImportBatch) -> dict[str, list[Problem]]:
    """Problems by heading that the sample rows already show; none while the mapping is not complete."""
    try:
        session = engine.open_session(batch)
    except CannotImport:
        return {}
    chunk = Chunk()
    chunk.extend(sample_rows(batch))
    found: dict[str, list[Problem]] = {}
    for problem in session.convert(chunk).problems:
        found.setdefault(problem.column, []).append(problem)
    return found


def _open_questions(form: DateFormat, values: dict[str, None]) -> dict[str, Any]:
    found: dict[str, Any] = {"known_order": form.order, "known_era": form.era, "evidence": form.evidence}
    for name in ("order", "era"):
        if name not in form.ambiguous and not (name == "order" and "mixed" in form.ambiguous):
            continue
        for value in values:
            try:
                parsed = parse_date(value, order=form.order, era=form.era)
            except DateProblem:
                continue
            if name in parsed.reason.split():
                found.setdefault(name, value)
                if name == "era" or _reads_differently(value, form):
                    found[name] = value
                    break
    return found


def _reads_differently(value: str, form: DateFormat) -> bool:
    """Whether day first and month first give two days: of 01/01/15 nobody can tell how the others are meant."""
    era: Era = form.era or "be"
    try:
        return parse_date(value, order="dmy", era=era).date != parse_date(value, order="mdy", era=era).date
    except DateProblem:
        return False
