"""Exports for the command line: one file, whole or not at all."""

import csv
import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from samphan.platform.access import Viewer
from samphan.platform.exports.copying import copying
from samphan.platform.exports.reading import Export, ExportRefused, announce, exporting
from samphan.platform.exports.stored import is_many, stored_sql
from samphan.platform.exports.streams import MAX_CELL, SHEET_ROWS

WRITE_BYTES = 2**20


def export_to_file(
    path: Path,
    entity_name: str,
    *,
    viewer: Viewer,
    file_format: str,
    fields: Sequence[str] | None = None,
    where: object = None,
) -> int:
    """Write records with their catalogue names and stored values to a file, and return how many; inside `in_workspace`.

    UTF-8 without a byte-order mark. The file appears whole or not at all; one that stood there stays until then.

    :param file_format: csv or xlsx. :param fields: default: all that the viewer may read.
    :param where: a condition as decoded JSON.
    :raises ExportRefused: without the right, for a field that cannot be exported, or a file that cannot be written.
    """
    if file_format not in ("csv", "xlsx"):
        raise ExportRefused(_("The format is csv or xlsx, not %(name)s."), name=file_format[:20])
    export = exporting(entity_name, viewer=viewer, file_format=file_format, fields=fields, where=where)
    with _whole_file(path) as part:
        rows = _write_csv(part, export) if file_format == "csv" else _write_xlsx(part, export)
    announce(export, rows)
    return rows


@contextmanager
def _whole_file(path: Path) -> Iterator[Path]:
    """A file beside the wanted one that takes its place when everything is written, and is gone otherwise."""
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
        os.close(handle)
        part = Path(name)
        yield part
        part.chmod(0o666 & ~_umask())
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(path)
    except OSError as error:
        raise ExportRefused(_problem(error), path=str(path)) from error
    finally:
        if part is not None:
            with suppress(FileNotFoundError):
                part.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _problem(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full; %(path)s was not written.")
    if error.errno == errno.ENOENT:
        return _("The folder of %(path)s does not exist.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("Nothing may be written at %(path)s.")
    if error.errno in (errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY):
        return _("%(path)s is a folder, not a file.")
    return _("%(path)s could not be written.")


def _stored(export: Export) -> tuple[str, Sequence[Any]]:
    """The list as one SELECT whose columns are the texts of the file."""
    return export.statement(lambda field, value: stored_sql(field, value, export.zone))


def _write_csv(path: Path, export: Export) -> int:
    """PostgreSQL writes the rows of the file itself: no value becomes an object on the way."""
    sql, params = _stored(export)
    with path.open("wb", buffering=WRITE_BYTES) as out, connection.cursor() as cursor:
        out.write((",".join(field.name for field in export.fields) + "\n").encode())
        with copying(cursor, sql, params) as rows:
            for data in rows:
                out.write(data)
        return int(cursor.rowcount)


def _write_xlsx(path: Path, export: Export) -> int:
    """Texts as in the CSV, numbers as numbers. What is more than a sheet holds goes on in the next one."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    sql, params = _stored(export)
    numbers = {index for index, field in enumerate(export.fields) if field.type.is_numeric and not is_many(field)}
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": path.parent},
    )
    total, line = 0, SHEET_ROWS + 1
    sheet: Any = None
    try:
        with connection.cursor() as cursor, copying(cursor, sql, params) as rows:
            for row in csv.reader(_lines(rows)):
                if line > SHEET_ROWS:
                    sheet, line = _sheet(book, export), 1
                for column, text in enumerate(row):
                    if not text:
                        continue
                    if column in numbers:
                        sheet.write_number(line, column, float(text))
                    else:
                        sheet.write_string(line, column, text[:MAX_CELL])
                line += 1
                total += 1
        if sheet is None:
            _sheet(book, export)
        book.close()
    except XlsxWriterException as error:
        raise ExportRefused(_("%(path)s could not be written."), path=str(path)) from error
    return total


def _sheet(book: Any, export: Export) -> Any:
    count = len(book.worksheets())
    sheet = book.add_worksheet(export.entity.name if not count else f"{export.entity.name} {count + 1}")
    for column, field in enumerate(export.fields):
        sheet.write_string(0, column, field.name)
    return sheet


def _lines(copy: Any) -> Iterator[str]:
    """The lines of a COPY; line breaks inside quotes are csv's to join again."""
    rest = b""
    for data in copy:
        rest += bytes(data)
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line.decode() + "\n"
    if rest:
        yield rest.decode()
