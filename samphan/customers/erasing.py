"""What else goes when customers are erased for good: files in the storage, words of their names, rows of files that
brought them."""

import re
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection

from samphan.administration import import_retention
from samphan.platform.changes.erasing import Erased, with_erased
from samphan.platform.imports.models import ImportBatch
from samphan.platform.search import words

SIGNIFICANT = 8  # digits at the end of a telephone or tax number by which a row of a file is known again
SHORTEST = 4  # letters of a text by which one is

_STATES = ImportBatch.State
_ENDED = [_STATES.DONE.value, _STATES.FAILED.value, _STATES.CANCELLED.value, _STATES.UNDONE.value]
_FILES = """
    SELECT path, preview_path FROM customers_customerfile WHERE id = ANY(%(files)s)
    UNION SELECT path, preview_path FROM customers_customerfilehistory WHERE pgh_obj_id = ANY(%(files)s)
"""
_NAMES = """
    SELECT name, nickname, name_en FROM customers_customer WHERE id = ANY(%(ids)s)
    UNION SELECT name, nickname, name_en FROM customers_customerhistory WHERE pgh_obj_id = ANY(%(ids)s)
"""
_NUMBERS = """
    SELECT value FROM customers_identity WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(ids)s)
    UNION SELECT value FROM customers_identityhistory WHERE customer_id = ANY(%(ids)s)
    UNION SELECT tax_id FROM customers_customer WHERE id = ANY(%(ids)s)
    UNION SELECT tax_id FROM customers_customerhistory WHERE pgh_obj_id = ANY(%(ids)s)
"""
_BATCHES = """
    SELECT b.id FROM platform_importbatch b WHERE b.workspace_id = %(workspace)s AND b.state = ANY(%(ended)s)
       AND (b.file_path <> '' OR b.corrections <> '{}'
            OR EXISTS (SELECT 1 FROM platform_importproblem p WHERE p.batch_id = b.id))
       AND (b.id IN (SELECT created_in FROM customers_customer WHERE id = ANY(%(ids)s)
                     UNION SELECT created_in FROM customers_customerhistory WHERE pgh_obj_id = ANY(%(ids)s)
                     UNION SELECT pgh_context_id FROM customers_customerhistory WHERE pgh_obj_id = ANY(%(ids)s)
                     UNION SELECT pgh_context_id FROM customers_identityhistory WHERE customer_id = ANY(%(ids)s)
                     UNION SELECT created_in FROM customers_identity
                            WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(ids)s))
            OR EXISTS (SELECT 1 FROM platform_importproblem p WHERE p.batch_id = b.id
                          AND (lower(p.cells::text || p.values::text) LIKE ANY(%(texts)s)
                               OR regexp_replace(p.cells::text || p.values::text, '[^0-9]', '', 'g') LIKE ANY(%(digits)s))))
"""


def register() -> None:
    """Have what no key shows go with the customers."""
    with_erased(_erase)


def _erase(erased: Erased) -> None:
    files, ids = erased.of("customers.CustomerFile"), erased.of("customers.Customer")
    with connection.cursor() as cursor:
        if files:
            cursor.execute(_FILES, {"files": files})
            # Before the rows, and not behind the transaction: whoever is killed in between finds the rows again, but
            # nobody would find the files.
            for path in {path for row in cursor.fetchall() for path in row if path}:
                default_storage.delete(path)
        if not ids:
            return
        cursor.execute(_NAMES, {"ids": ids})
        names = {text for row in cursor.fetchall() for text in row if text}
        cursor.execute(_NUMBERS, {"ids": ids, "workspace": erased.workspace_id})
        numbers = {row[0] for row in cursor.fetchall() if row[0]}
        cursor.execute("DELETE FROM platform_searchdocument WHERE record_id = ANY(%s)", [ids])
    words.forget(erased.workspace_id, names)
    _clear_imports(erased, ids, names, numbers)


def _clear_imports(erased: Erased, ids: list[UUID], names: set[str], numbers: set[str]) -> None:
    """Drop the files and the kept rows of imports that brought one of them, or in whose problems one is named."""
    texts = names | {number for number in numbers if not _digits(number)}
    marks: dict[str, Any] = {
        "workspace": erased.workspace_id,
        "ids": ids,
        "ended": _ENDED,
        "texts": [f"%{_escaped(text.lower())}%" for text in texts if len(text) >= SHORTEST],
        "digits": [f"%{_digits(number)[-SIGNIFICANT:]}%" for number in numbers if _digits(number)],
    }
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, marks)
        import_retention.clear([row[0] for row in cursor.fetchall()])


def _digits(number: str) -> str:
    """The digits of a telephone or tax number; "" for what is no number."""
    plain = re.sub(r"[\s\-+().]", "", number)
    return plain if plain.isascii() and plain.isdigit() and len(plain) >= SIGNIFICANT else ""


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
