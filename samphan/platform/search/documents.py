"""Candidates out of the search table."""

from uuid import UUID

from django.db import connection

from samphan.platform.access import Viewer
from samphan.platform.conditions.folding import escape_like
from samphan.platform.search.query import Query

# Trigrams are made of letters alone, and PostgreSQL takes Thai tone marks for none; in the index, and so in every
# question to it, letters of a script that nobody here uses stand for the marks.
MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
LETTERS = "\ua000\ua001\ua002\ua003\ua004\ua005\ua006\ua007\ua008\ua009\ua00a\ua00b\ua00c\ua00d\ua00e\ua00f"
_IN_INDEX = str.maketrans(MARKS, LETTERS)

FOUND_IN = f"translate({{text}}, '{MARKS}', '{LETTERS}') LIKE %s"
"""Test of a search document's text, for a pattern of `fragment` or `beginnings`; `{text}` is its column."""


def fragment(word: str) -> str:
    """LIKE pattern of documents that hold the word."""
    return f"%{escape_like(word.translate(_IN_INDEX))}%"


def beginnings(word: str) -> tuple[str, str]:
    """LIKE patterns of documents in which a word begins with this one: the first, and any other."""
    escaped = escape_like(word.translate(_IN_INDEX))
    return f"{escaped}%", f"% {escaped}%"


_TEST = FOUND_IN.format(text="text")
_CANDIDATES = (
    "SELECT record_id FROM platform_searchdocument WHERE workspace_id = %s AND entity = %s AND ({tests}) LIMIT %s"
)


def document_ids(viewer: Viewer, entity: str, query: Query, limit: int) -> list[UUID]:
    """Ids of at most `limit` records whose search document holds every word of the query, in no order.

    LIKE and never ILIKE: documents are in lower case, and LIKE alone is trusted before row-level security, so that the
    index of trigrams serves it. Words of one or two letters are looked for where words begin: they make no trigram
    elsewhere. Beside longer words they may stand anywhere, and so may the whole text of several short ones.
    """
    if not query.words:
        return []
    tests: list[str] = []
    patterns: list[str] = []
    for word in query.words:
        of_word: list[tuple[str, ...]] = []
        for form in word.forms:
            if query.is_short:
                of_word += [(_TEST, pattern) for pattern in beginnings(form)]
            else:
                of_word.append((_test_of(form), *_patterns_of(form)))
        tests.append(f"({' OR '.join(test for test, *_rest in of_word)})")
        patterns += [pattern for _test, *rest in of_word for pattern in rest]
    sql = " AND ".join(tests)
    if query.is_short and len(query.words) > 1:
        sql = f"{sql} OR {_TEST}"
        patterns.append(fragment(query.text))
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES.format(tests=sql), [viewer.workspace_id, entity, *patterns, limit])
        return [row[0] for row in cursor.fetchall()]


def _name_of_address(form: str) -> str:
    """What stands before the @ of an e-mail address, with it; "" for other words and names too short for the index."""
    name, at, _host = form.partition("@")
    return name + at if at and len(name) > 2 else ""


def _test_of(form: str) -> str:
    # An e-mail's host is in every third document: the index is asked for the name alone, the rest is read in the rows.
    return f"({_TEST} AND text LIKE %s)" if _name_of_address(form) else _TEST


def _patterns_of(form: str) -> list[str]:
    name = _name_of_address(form)
    return [fragment(name), f"%{escape_like(form)}%"] if name else [fragment(form)]
