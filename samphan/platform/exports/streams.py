"""Exports for the browser: CSV as a stream, XLSX as a file."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from samphan.platform.catalogue import Type
from samphan.platform.exports.copying import copying
from samphan.platform.exports.reading import Export, announce
from samphan.platform.exports.shown import headings, writers
from samphan.platform.exports.shown_sql import shown_texts
from samphan.platform.exports.stored import is_many
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.calendar import Era
from samphan.platform.thai.partial_dates import PartialDate

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine
PIECE_ROWS = 500
SHEET_ROWS = 1_048_575  # below the headings; the format holds no more
MAX_CELL = 32_767  # characters; the format holds no more
_BUDDHIST = {"th": "[$-107041E]d mmm yyyy", "en": "[$-1070409]d mmm yyyy"}  # calendar 07 of Thailand
_COMMON = {"th": "[$-41E]d mmm yyyy", "en": "[$-409]d mmm yyyy"}


def stream_csv(export: Export, *, era: Era) -> Iterator[bytes]:
    """The list as CSV with the reader's labels, piece by piece, as PostgreSQL writes it.

    Made eagerly as far as language and rights go, so that the stream may run after the request. It opens the workspace
    again, and ends its query when the reader goes away.
    """
    return _csv(export, headings(export), export.statement(shown_texts(export, era=era)))


def _csv(export: Export, names: list[str], statement: tuple[str, Sequence[Any]]) -> Iterator[bytes]:
    head = StringIO()
    csv.writer(head, lineterminator="\n").writerow(names)
    written = 0
    try:
        yield (BYTE_ORDER_MARK + head.getvalue()).encode()
        with (
            in_workspace(export.viewer.workspace_id),
            connection.cursor() as cursor,
            copying(cursor, *statement) as rows,
        ):
            while piece := list(islice(rows, PIECE_ROWS)):
                written += len(piece)
                yield b"".join(piece)
    finally:
        with in_workspace(export.viewer.workspace_id):
            announce(export, written)


def write_xlsx(target: Any, export: Export, *, era: Era, language: str) -> int:
    """Write the list into `target`, a path or an open binary file, and return the number of rows.

    Numbers and dates are numbers and dates of the spreadsheet, phones and codes are text. What is more than a sheet
    holds goes on in the next one.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = (_BUDDHIST if era == "be" else _COMMON)[language]
    formats = {
        "head": book.add_format({"bold": True}),
        Type.DATE: book.add_format({"num_format": day}),
        Type.PARTIAL_DATE: book.add_format({"num_format": day}),
        Type.DATETIME: book.add_format({"num_format": f"{day} hh:mm"}),
        Type.MONEY: book.add_format({"num_format": "#,##0.00"}),
        Type.NUMBER: None,
    }
    names, columns = headings(export), writers(export, era=era)
    natural = [None if is_many(field) else field.type if field.type in formats else None for field in export.fields]
    title = str(export.entity.label_plural)[:25] or _("Sheet")
    sheet: Any = None
    line = total = 0
    for rows in export.chunks():
        for row in rows:
            if sheet is None or line > SHEET_ROWS:
                sheet = _new_sheet(book, title, names, export, formats["head"])
                line = 1
            for column, value in enumerate(row):
                if value is None or value == "" or value == []:
                    continue
                kind = natural[column]
                if kind is None:
                    sheet.write_string(line, column, columns[column](value)[:MAX_CELL])
                elif kind is Type.PARTIAL_DATE:
                    whole = PartialDate.of(value).whole
                    if whole is None:
                        sheet.write_string(line, column, columns[column](value))
                    else:
                        _write_day(sheet, line, column, whole, formats[kind], columns[column](value))
                elif isinstance(value, int | Decimal):
                    sheet.write_number(line, column, value, formats[kind])
                elif isinstance(value, datetime):
                    local = value.astimezone(export.zone).replace(tzinfo=None)
                    _write_day(sheet, line, column, local, formats[kind], columns[column](value))
                else:
                    _write_day(sheet, line, column, value, formats[kind], columns[column](value))
            line += 1
        total += len(rows)
    if sheet is None:
        _new_sheet(book, title, names, export, formats["head"])
    book.close()
    return total


def _write_day(sheet: Any, line: int, column: int, value: Any, form: Any, text: str) -> None:
    """A date as a date; one before 1900, which spreadsheets do not know, as text."""
    if value.year < 1900:
        sheet.write_string(line, column, text)
    else:
        sheet.write_datetime(line, column, value, form)


def _new_sheet(book: Any, title: str, names: list[str], export: Export, bold: Any) -> Any:
    count = len(book.worksheets())
    sheet = book.add_worksheet(title if not count else f"{title} {count + 1}")
    for column, (name, field) in enumerate(zip(names, export.fields, strict=True)):
        sheet.set_column(column, column, max(10, min(48, (field.width or 130) / 7)))
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    return sheet
