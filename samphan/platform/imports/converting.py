"""A chunk of a file on its way to its kind: with what was typed over its cells, and the fixes for many rows."""

from collections.abc import Iterator

from samphan.platform.imports.filling import FillDown
from samphan.platform.imports.fixes import Fix, apply_fixes, keep_rows, try_out
from samphan.platform.imports.kinds import Converted, Problem, Session
from samphan.platform.imports.reading import NO_RECORDS, Cell, Chunk, FileShape
from samphan.platform.imports.sentences import untranslated


def convert(
    chunk: Chunk,
    session: Session,
    shape: FileShape,
    corrections: dict[str, dict[str, str]],
    fixes: list[Fix],
    *,
    filler: FillDown | None = None,
    offering: bool,
) -> Converted:
    """The chunk as the session reads it, with what was typed, the fixes and the rows that are no records.

    :param filler: fills the lines of bills; it has seen every row above.

    :param offering: try out which fixes would mend rows of it.
    """
    keep_rows(chunk, fixes)
    if corrections:
        _correct(chunk, shape, corrections)
    if filler is not None:
        filler.fill(chunk)
    converted = session.convert(chunk)
    if converted.problems and fixes:
        converted = apply_fixes(chunk, converted, session, shape.headings, fixes, corrections)
    if converted.problems and offering:
        converted.offers = try_out(converted, session, shape.headings, corrections)
    converted.rows = len(chunk) + len(chunk.rejected)
    converted.last_row = chunk.last_row
    for row in chunk.rejected:
        if row.problem is not None:
            one = row.problem
            message = untranslated(one.sentence)
            rejects = one.code not in NO_RECORDS
            converted.problems.append(Problem(row.number, one.column, one.code, message, dict(one.values), rejects))
            converted.cells[row.number] = row.cells
    return converted


def catch_up(
    filler: FillDown,
    chunks: Iterator[Chunk],
    shape: FileShape,
    corrections: dict[str, dict[str, str]],
    fixes: list[Fix],
    *,
    until: int,
) -> None:
    """Show a filler the rows above the one at which a run goes on."""
    for chunk in chunks:
        keep_rows(chunk, fixes)
        if corrections:
            _correct(chunk, shape, corrections)
        chunk[:] = [row for row in chunk if row[0] < until]
        chunk.rejected = [row for row in chunk.rejected if row.number < until]
        filler.fill(chunk)
        if chunk.last_row >= until - 1:
            return


def _correct(chunk: Chunk, shape: FileShape, corrections: dict[str, dict[str, str]]) -> None:
    """Put what was typed in the check in the place of the file's cells."""
    index = {heading: position for position, heading in enumerate(shape.headings)}

    def put(number: int, cells: list[Cell]) -> dict[str, str]:
        typed = corrections.get(str(number), {})
        for heading, value in typed.items():
            if heading in index and index[heading] < len(cells):
                cells[index[heading]] = value
        return typed

    for number, cells in chunk:
        put(number, cells)
    mended = []
    for row in chunk.rejected:
        # Only a row whose one bad cell was typed anew is whole now; too many cells or an open quote stay what they are.
        guilty = row.problem.column if row.problem else ""
        if guilty and len(row.cells) == len(shape.headings) and guilty in put(row.number, row.cells):
            mended.append(row)
    if mended:
        chunk.rejected = [row for row in chunk.rejected if row not in mended]
        chunk.extend((row.number, row.cells) for row in mended)
        chunk.sort(key=lambda row: row[0])
