"""The two calls of this package: look at a file, and read its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from samphan.platform.imports.mapping import normal_heading
from samphan.platform.imports.reading import csv_files, encodings, problems, sniffing, xlsx_files
from samphan.platform.imports.reading.headings import Headings, find_headings
from samphan.platform.imports.reading.limits import DEFAULT_LIMITS, Limits
from samphan.platform.imports.reading.merged import Merged, MergedCells
from samphan.platform.imports.reading.problems import Cell, Chunk, FileProblem, Notice, Row, RowProblem
from samphan.platform.imports.reading.shape import SHEET_STEP, FileShape, SheetTable
from samphan.platform.imports.reading.sieve import Sieve

LOOKED_AT = 250
"""Rows read to find the headings and samples."""

SAMPLES = 50
MOST_SHEETS = 60
TOP_ROWS = 80
"""Rows of every further sheet that are looked at."""
Samples = tuple[tuple[int, tuple[Cell, ...]], ...]


def inspect_file(
    path: str | Path,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    sheets: Sequence[str] | None = None,
    header_row: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> FileShape:
    """Find out how a file is to be read; what the caller names is not guessed.

    Reads a text file once from end to end, so that bytes which are not in the encoding are known before the first
    row is written.

    :param encoding: a Python name, or one of `encodings.REPAIRS` to undo an earlier garbling.
    :param sheets: further sheets of a workbook to be read after `sheet`, those with other headings left aside; None for all
        visible ones with the same headings.
    :raises FileProblem: when the file cannot be taken at all.
    """
    path = Path(path)
    container = sniffing.container_of(path, limits)
    if container.startswith("csv"):
        return _inspect_text(path, container, encoding, separator, header_row, limits)
    return _inspect_workbook(path, container, sheet, sheets, header_row, limits)


def _inspect_text(
    path: Path, container: str, encoding: str | None, separator: str | None, header_row: int | None, limits: Limits
) -> FileShape:
    if separator is not None and separator not in csv_files.SEPARATORS:
        raise FileProblem(problems.UNKNOWN_SEPARATOR, code="unknown_separator")
    found = csv_files.scan(path, container, limits)
    if encoding is not None:
        guess = encodings.EncodingGuess((encodings.normal_name(encoding),), 1.0)
    else:
        guess = csv_files.guess_encoding(path, container, found, limits)
    name = guess.names[0]
    sample = ""
    blocks = csv_files.text_blocks(path, container, name, limits)
    for block in blocks:
        sample += block
        if len(sample) >= csv_files.SAMPLE_CHARS:
            break
    if not sample.strip('\0\ufeff \t\r\n\x1a,;|"'):
        raise FileProblem(problems.EMPTY_FILE, code="empty")
    csv_files.refuse_binary(sample)
    sniffing.refuse_other_kinds(sample[:4096].encode("utf-8", "replace"))
    if encoding is None and (garbled := encodings.find_mojibake(sample)) is not None:
        problem = FileProblem(problems.MOJIBAKE, code="mojibake", line=garbled[1])
        problem.values["repair"] = garbled[0]
        raise problem
    # Beyond the sample only an encoding that was proved for every byte can be trusted.
    if found.bad_line is not None and name not in ("cp874", "cp1252", "latin-1"):
        for _block in blocks:
            pass
    ambiguous = ["encoding"] if guess.is_ambiguous else []
    if separator is None:
        separator, is_open = csv_files.guess_separator(sample)
        ambiguous += ["separator"] if is_open else []
    top: list[tuple[int, list[Cell]]] = []
    faults = 0
    for number, cells, fault in islice(_text_records(path, container, name, separator, 0, limits), LOOKED_AT * 4):
        if number == 1 and len(cells) == 2 and cells[0].lower() == "sep=":
            continue
        if fault is not None and fault.code in ("open_quote", "cell_too_long"):
            faults += 1
            continue
        if any(cells):
            top.append((number, list(cells)))
        if len(top) >= LOOKED_AT:
            break
    headings = find_headings(top, limits.columns, header_row=header_row)
    samples = _samples(top, headings)
    if not samples and not faults and len(top) < LOOKED_AT:
        raise FileProblem(problems.ONLY_HEADING, code="only_heading")
    warnings = list(headings.warnings)
    if name in encodings.REPAIRS:
        warnings.append(Notice("repaired", _("Garbled letters are repaired while reading.")))
    return FileShape(
        kind="csv",
        container=container,
        encoding=name,
        encoding_confidence=guess.confidence,
        encodings=guess.names,
        separator=separator,
        quote='"',
        sheets=(),
        sheet="",
        header_row=headings.row,
        first_column=headings.first_column,
        headings=headings.names,
        sample_rows=samples,
        approximate_rows=max(len(samples), _line_count(found, sample) - headings.row),
        ambiguous=tuple(ambiguous),
        warnings=tuple(warnings),
        titles=headings.titles,
    )


def _line_count(found: csv_files.Scan, sample: str) -> int:
    """Lines of the file; UTF-16 is estimated, because a byte 0A may be half of a letter there."""
    if found.sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        ends = sample.count("\n") or sample.count("\r")
        return round(ends * found.size / max(1, 2 * len(sample))) + 1
    return found.lines


def _inspect_workbook(
    path: Path, container: str, sheet: str | None, sheets: Sequence[str] | None, header_row: int | None, limits: Limits
) -> FileShape:
    with xlsx_files.open_sheet(path, container, limits, sheet=sheet, most=LOOKED_AT * 4) as (opened, batches):
        rows = [(first + i, row) for first, batch in batches for i, row in enumerate(batch)]
    top, headings, samples = _table_of(rows, opened.merged, limits, header_row=header_row)
    if not samples and opened.rows <= LOOKED_AT:
        raise FileProblem(problems.ONLY_HEADING, code="only_heading")
    warnings = list(headings.warnings)
    if any(start[0] >= headings.row for start, _end in opened.merged):
        text = _("A cell merged over several rows counts for all of them.")
        warnings.append(Notice("merged_cells", text))
    used = headings.first_column + len(headings.names)
    outside = (*range(headings.first_column), *range(used, max((len(row) for _number, row in top), default=0)))
    if any(
        column < len(row) and row[column] != "" for number, row in top if number > headings.row for column in outside
    ):
        warnings.append(Notice("beside_table", _("Cells beside the table are left out.")))
    others = [name for name in opened.names if name != opened.name][:MOST_SHEETS]
    tables = tuple(_tables(path, container, others, headings.names, limits)) if others else ()
    also = tuple(table.sheet for table in tables if table.order and (sheets is None or table.sheet in sheets))
    if others and len(also) < len(others) and sheet is None:
        text = _("The workbook has %(count)s sheets; only %(sheet)s is read.")
        values: tuple[tuple[str, object], ...] = (("count", len(opened.names)), ("sheet", opened.name))
        if also:
            text = _("The workbook has %(count)s sheets; %(read)s of them are read.")
            values = (("count", len(opened.names)), ("read", len(also) + 1))
        warnings.append(Notice("more_sheets", text, values))
    more_rows = sum(table.rows for table in tables if table.sheet in also)
    return FileShape(
        kind="xlsx",
        container=container,
        encoding="",
        encoding_confidence=1.0,
        encodings=(),
        separator="",
        quote="",
        sheets=opened.names,
        sheet=opened.name,
        header_row=headings.row,
        first_column=headings.first_column,
        headings=headings.names,
        sample_rows=samples,
        approximate_rows=max(len(samples), opened.rows - headings.row) + more_rows,
        warnings=tuple(warnings),
        titles=headings.titles,
        tables=tables,
        also=also,
    )


def _table_of(
    rows: list[tuple[int, list[Cell]]], spans: Merged, limits: Limits, *, header_row: int | None = None
) -> tuple[list[tuple[int, list[Cell]]], Headings, Samples]:
    """The filled rows at the top of a sheet with what spans over them written out, the headings, and the first records."""
    top = [(number, row) for number, row in rows if any(cell != "" for cell in row)][:LOOKED_AT]
    for (first_row, first_column), (last_row, _last) in spans:
        _fill_down(rows, first_row, first_column, last_row)
    headings = find_headings(top, limits.columns, header_row=header_row)
    merged = MergedCells(spans)
    for number, row in top:
        if number > headings.row:
            merged.fill(number - 1, row)
    return top, headings, _samples(top, headings)


def _tables(
    path: Path, container: str, names: Sequence[str], wanted: Sequence[str], limits: Limits
) -> Iterator[SheetTable]:
    """The tables of other sheets, and whether they have the headings of the one that is read."""
    places = {normal_heading(heading) or heading: index for index, heading in enumerate(wanted)}
    for top in xlsx_files.read_tops(path, container, limits, names=names, most=TOP_ROWS):
        rows = [(number, row) for number, row in enumerate(top.first_rows, 1)]
        try:
            _top, headings, samples = _table_of(rows, top.merged, limits)
        except FileProblem:
            continue
        if not samples or len(headings.names) < 2:
            continue
        here = {normal_heading(heading) or heading: index for index, heading in enumerate(headings.names)}
        order = (
            tuple(here[name] for name in places) if len(places) == len(wanted) and here.keys() == places.keys() else ()
        )
        yield SheetTable(
            top.name,
            headings.row,
            headings.first_column,
            headings.names,
            headings.titles,
            max(len(samples), top.rows - headings.row),
            samples[:8],
            order,
        )


def _fill_down(rows: list[tuple[int, list[Cell]]], first_row: int, column: int, last_row: int) -> None:
    """A heading merged over two or three rows stands in the lowest of them too."""
    if not 0 < last_row - first_row <= 3 or last_row >= min(len(rows), 40):
        return
    value = rows[first_row][1][column] if column < len(rows[first_row][1]) else ""
    # Only where the rows are the top of the table: a merged body cell must not be invented for other rows.
    if isinstance(value, str) and value and not any(_has_data(cells) for _number, cells in rows[: first_row + 1]):
        for index in range(first_row + 1, last_row + 1):
            if column < len(rows[index][1]):
                rows[index][1][column] = value


def _has_data(row: Sequence[Cell]) -> bool:
    return any(not isinstance(cell, str) or (cell[:1].isdigit() and cell.isdigit()) for cell in row)


def _samples(top: Sequence[tuple[int, Sequence[Cell]]], headings: Headings) -> Samples:
    """The first records; where nothing looks like one, the first rows."""
    first, width = headings.first_column, len(headings.names)
    below = [(number, cells, tuple(_cut(cells, first, width))) for number, cells in top if number > headings.row]
    sieve = Sieve(headings.names, first, headings.titles, [cut for _number, _cells, cut in below[:SAMPLES]])
    records = [(number, cut) for number, cells, cut in below if not sieve.code(cells)]
    return tuple(records[:SAMPLES] or [(number, cut) for number, _cells, cut in below[:SAMPLES]])


def _cut(cells: Sequence[Cell], first: int, width: int) -> list[Cell]:
    """The cells that stand under the headings."""
    cut = list(cells[first : first + width])
    return cut + [""] * (width - len(cut))


def _text_records(
    path: Path, container: str, encoding: str, separator: str, width: int, limits: Limits
) -> Iterator[tuple[int, list[str], csv_files.Fault | None]]:
    blocks = csv_files.text_blocks(path, container, encoding, limits)
    lines = csv_files.physical_lines(blocks, limits)
    return csv_files.records(lines, separator=separator, quote='"', width=width, limits=limits)


def open_rows(
    path: str | Path, shape: FileShape, *, start_row: int = 0, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Row]:
    """Every row that is not blank, good or rejected, in the order of the file; see `open_chunks`."""
    for chunk in open_chunks(path, shape, start_row=start_row, limits=limits):
        if not chunk.rejected:
            yield from (Row(number, cells) for number, cells in chunk)
            continue
        rows = [Row(number, cells) for number, cells in chunk] + chunk.rejected
        rows.sort(key=lambda row: row.number)
        yield from rows


def open_chunks(
    path: str | Path,
    shape: FileShape,
    size: int = 1000,
    *,
    start_row: int = 0,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Chunk]:
    """Rows under the headings in chunks of at most `size` rows, good and rejected together; blank rows are left out.

    Good rows have exactly as many cells as there are headings: missing cells are "", superfluous empty ones are cut.

    :param start_row: first row wanted, as the user numbers rows; 0 means the first under the headings.
    :raises FileProblem: when the file turns out to be broken further down.
    """
    path = Path(path)
    if shape.kind == "csv":
        return _text_chunks(path, shape, size, max(start_row, shape.header_row + 1), limits)
    return _workbook_chunks(path, shape, size, start_row, limits)


def _text_chunks(path: Path, shape: FileShape, size: int, first_row: int, limits: Limits) -> Iterator[Chunk]:
    left = shape.first_column
    width = left + len(shape.headings)
    sieve = _sieve(shape)
    chunk = Chunk()
    room = size
    for number, cells, fault in _text_records(path, shape.container, shape.encoding, shape.separator, width, limits):
        if number <= shape.header_row:
            continue
        code = sieve.code(cells) if fault is None else ""
        if number < first_row:
            continue
        if code:
            chunk.rejected.append(_no_record(number, code, cells, shape))
        elif fault is None and not left and len(cells) == width and cells[0]:
            chunk.append((number, cells))  # type: ignore[arg-type]
        elif fault is not None:
            column = shape.headings[fault.at - left] if left <= fault.at < width else ""
            problem = RowProblem(fault.code, fault.sentence, fault.values, column)
            chunk.rejected.append(Row(number, list(cells[left:]), problem))
        else:
            row = _fit(number, list(cells), shape)
            if row is None:
                chunk.last_row = number
                continue
            if row.problem is None:
                chunk.append((number, row.cells))
            else:
                chunk.rejected.append(row)
        chunk.last_row = number
        room -= 1
        if not room:
            yield chunk
            chunk, room = Chunk(), size
    if chunk.last_row:
        yield chunk


def _workbook_chunks(path: Path, shape: FileShape, size: int, start_row: int, limits: Limits) -> Iterator[Chunk]:
    for offset, part, order in shape.parts():
        if start_row < offset + SHEET_STEP:
            first_row = max(start_row - offset, part.header_row + 1)
            for chunk in _sheet_chunks(path, part, size, first_row, limits):
                yield _as_of_first(chunk, offset, shape, part, order) if offset else chunk


def _as_of_first(chunk: Chunk, offset: int, shape: FileShape, part: FileShape, order: Sequence[int]) -> Chunk:
    """Rows of a further sheet with numbers of their own, and with the columns and headings of the first."""
    names = {part.headings[i]: heading for i, heading in zip(order, shape.headings, strict=True)}
    chunk.last_row += offset
    chunk[:] = [(number + offset, [cells[i] for i in order]) for number, cells in chunk]
    chunk.rejected = [
        Row(
            number + offset,
            [cells[i] for i in order] if len(cells) == len(order) else cells,
            problem and replace(problem, column=names.get(problem.column, "")),
        )
        for number, cells, problem in chunk.rejected
    ]
    return chunk


def _sheet_chunks(path: Path, shape: FileShape, size: int, first_row: int, limits: Limits) -> Iterator[Chunk]:
    chunk = Chunk()
    most = limits.cell_chars
    width = len(shape.headings)
    # A value may span down to the first row wanted from above it, so the reader begins at the headings.
    with xlsx_files.open_sheet(path, shape.container, limits, sheet=shape.sheet, start_row=shape.header_row + 1) as (
        opened,
        batches,
    ):
        merged = MergedCells(opened.merged)
        sieve = _sieve(shape)
        for first, batch in batches:
            for number, cells in enumerate(batch, first):
                is_section = merged.is_section(number - 1, cells, width)
                merged.fill(number - 1, cells)
                code = sieve.code(cells, is_section=is_section)
                if number < first_row:
                    continue
                chunk.last_row = number
                row = _no_record(number, code, cells, shape) if code else _fit(number, _inside(cells, shape), shape)
                if row is None:
                    continue
                if row.problem is None:
                    for index, cell in enumerate(row.cells):
                        if isinstance(cell, str) and (len(cell) > most or "\0" in cell):
                            row = _refused_cell(row, index, cell, shape, most)
                            break
                if row.problem is None:
                    chunk.append((number, row.cells))
                else:
                    chunk.rejected.append(row)
                if len(chunk) + len(chunk.rejected) >= size:
                    yield chunk
                    chunk = Chunk()
    if chunk.last_row:
        yield chunk


def _inside(cells: list[Cell], shape: FileShape) -> list[Cell]:
    """The cells of a workbook's row that belong to the table; a sheet moves none, so what stands beside it is a note."""
    left, end = shape.first_column, shape.first_column + len(shape.headings)
    if len(cells) > end or (left and any(cell != "" for cell in cells[:left])):
        return ["" for _cell in cells[:left]] + cells[left:end]
    return cells


def _refused_cell(row: Row, index: int, cell: str, shape: FileShape, most: int) -> Row:
    if len(cell) > most:
        values = (("length", len(cell)), ("limit", most))
        problem = RowProblem("cell_too_long", problems.CELL_TOO_LONG, values, shape.headings[index])
    else:
        problem = RowProblem("null_character", problems.NUL_IN_ROW, (), shape.headings[index])
    row.cells[index] = cell.replace("\0", "\ufffd")[:1000]
    return Row(row.number, row.cells, problem)


def _sieve(shape: FileShape) -> Sieve:
    samples = [cells for _number, cells in shape.sample_rows]
    return Sieve(shape.headings, shape.first_column, shape.titles, samples)


def _no_record(number: int, code: str, cells: Sequence[Cell], shape: FileShape) -> Row:
    """A row that is passed over, cut to the headings; what it says left of them moves into its first cell."""
    cut = _cut(cells, shape.first_column, len(shape.headings))
    if cut[0] == "":
        cut[0] = next((cell for cell in cells[: shape.first_column] if cell != ""), "")
    return Row(number, cut, RowProblem(code, problems.NO_RECORDS[code]))


def _fit(number: int, cells: list[Cell], shape: FileShape) -> Row | None:
    """The row cut or filled to the headings, None for a blank one."""
    left, width = shape.first_column, len(shape.headings)
    if not any(cells) or not any(cell.strip(" \t\xa0\ufeff\x1a") if isinstance(cell, str) else True for cell in cells):
        return None
    if left:
        before, cells = cells[:left], cells[left:]
        if any(cell != "" for cell in before):
            return Row(number, cells, RowProblem("left_of_table", problems.LEFT_OF_TABLE))
    if len(cells) < width:
        cells.extend([""] * (width - len(cells)))
    elif len(cells) > width:
        if any(cell.strip() if isinstance(cell, str) else True for cell in cells[width:]):
            values = (("count", len(cells)), ("expected", width))
            return Row(number, cells, RowProblem("extra_cells", problems.EXTRA_CELLS, values))
        del cells[width:]
    return Row(number, cells)
