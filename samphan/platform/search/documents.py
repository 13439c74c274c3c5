"""Candidates out of the search table."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.platform.access import Viewer
from samphan.platform.conditions.folding import escape_like
from samphan.platform.search.query import Query, Word
from samphan.platform.search.text import in_letters


def fragment(word: str) -> str:
    """LIKE pattern of documents that hold the word."""
    return f"%{escape_like(in_letters(word))}%"


def beginning(word: str) -> str:
    """LIKE pattern of documents in which a word begins with this one; a space stands before the first as well."""
    return f"% {escape_like(in_letters(word))}%"


NEWEST = 2_000  # documents that are read for one or two letters before the index of trigrams is asked
SAME_COST = 0.15  # within which two words are as near to what was typed
MOST_OF_NEWEST = 500  # records wanted beyond which reading the newest is no help

_OF_ALL = "SELECT record_id FROM platform_searchdocument WHERE workspace_id = %s AND entity = %s AND ({tests}) LIMIT %s"
_OF_THESE = """
    SELECT record_id FROM platform_searchdocument
     WHERE workspace_id = %s AND entity = %s AND record_id = ANY(%s) AND ({tests})
"""
_OF_NEWEST = f"""
    SELECT record_id FROM (
        SELECT record_id, text FROM platform_searchdocument WHERE workspace_id = %s AND entity = %s
         ORDER BY record_id DESC LIMIT {NEWEST}) newest
     WHERE {{tests}} LIMIT %s
"""


def document_ids(viewer: Viewer, entity: str, query: Query, limit: int) -> list[UUID]:
    """Ids of at most `limit` records whose search document holds every word of the query, in no order.

    One or two letters that begin a word of many records are found among the newest of them, while the index would first
    list all that hold them; where the newest are not enough, the index has few to list and is quick.
    LIKE and never ILIKE: documents are in lower case, and LIKE alone is trusted before row-level security, so that the
    index of trigrams serves it. Words of one or two letters are looked for where words begin: they make no trigram
    elsewhere. Beside longer words they may stand anywhere, and so may the whole text of several short ones.
    """
    if not query.words:
        return []
    sql, patterns = _tests(query)
    parameters: list[Any] = [viewer.workspace_id, entity, *patterns, limit]
    with connection.cursor() as cursor:
        if query.is_short and limit <= MOST_OF_NEWEST:
            cursor.execute(_OF_NEWEST.format(tests=sql), parameters)
            if cursor.rowcount == limit:
                return [row[0] for row in cursor.fetchall()]
        cursor.execute(_OF_ALL.format(tests=sql), parameters)
        return [row[0] for row in cursor.fetchall()]


def among(viewer: Viewer, entity: str, query: Query, ids: Sequence[UUID]) -> list[UUID]:
    """Those of these few records whose search document holds every word."""
    if not query.words or not ids:
        return []
    sql, patterns = _tests(query)
    with connection.cursor() as cursor:
        cursor.execute(_OF_THESE.format(tests=sql), [viewer.workspace_id, entity, list(ids), *patterns])
        return [row[0] for row in cursor.fetchall()]


def each_form(query: Query, limit: int, find: Callable[[Query, int], list[UUID]]) -> list[UUID]:
    """What `find` gives for each word that the one word of a widened query may stand for, the closest first."""
    (word,) = query.words
    share = max(10, limit // len(word.forms))
    found: dict[UUID, None] = {}
    best = 0.0
    for form, cost in zip(word.forms, word.costs, strict=True):
        # As typed it was searched for already; words that are farther off are not worth a look when nearer ones are many.
        if not cost or (len(found) >= share and cost > best + SAME_COST):
            continue
        ids = find(Query(form, (Word((form,)),)), share)
        best = best or (cost if ids else 0.0)
        found.update((one, None) for one in ids)
    return list(found)[:limit]


def _tests(query: Query) -> tuple[str, list[str]]:
    """The condition over `text`, and the patterns in it."""
    tests: list[str] = []
    patterns: list[str] = []
    for word in query.words:
        of_word: list[tuple[str, ...]] = []
        for form in word.forms:
            if query.is_short:
                of_word.append(("text LIKE %s", beginning(form)))
            else:
                of_word.append((_test_of(form), *_patterns_of(form)))
        tests.append(f"({' OR '.join(test for test, *_rest in of_word)})")
        patterns += [pattern for _test, *rest in of_word for pattern in rest]
    sql = " AND ".join(tests)
    if query.is_short and len(query.words) > 1:
        sql = f"{sql} OR text LIKE %s"
        patterns.append(fragment(query.text))
    return sql, patterns


def _name_of_address(form: str) -> str:
    """What stands before the @ of an e-mail address, with it; "" for other words and names too short for the index."""
    name, at, _host = form.partition("@")
    return name + at if at and len(name) > 2 else ""


def _test_of(form: str) -> str:
    # An e-mail's host is in every third document: the index is asked for the name alone, the rest is read in the rows.
    return "(text LIKE %s AND text || '' LIKE %s)" if _name_of_address(form) else "text LIKE %s"


def _patterns_of(form: str) -> list[str]:
    name = _name_of_address(form)
    return [fragment(name), fragment(form)] if name else [fragment(form)]
