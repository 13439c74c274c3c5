"""The words of customers' names, by which search finds them when they are spelt differently."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from samphan.customers.events import SearchWordsWanted
from samphan.platform.events import publish
from samphan.platform.search.words import learn
from samphan.platform.tenancy import current_workspace

AT_ONCE = 5_000  # customers of one event; other events wait for a fifth of a second meanwhile
NAMES = frozenset({"name", "first_name", "last_name", "nickname", "name_en"})  # fields in which words stand

_NAMES = "SELECT name, nickname, name_en FROM customers_customer WHERE workspace_id = %s AND id = ANY(%s)"
_NEXT = """
    SELECT id, name, nickname, name_en FROM customers_customer
     WHERE workspace_id = %s AND id > %s AND deleted_at IS NULL ORDER BY id LIMIT %s
"""
_FIRST = UUID(int=0)


def learn_names(customer_ids: Iterable[UUID]) -> int:
    """Remember the words of these customers' names. Safe to run twice; returns how many rows are new."""
    workspace_id = current_workspace()
    ids = list(customer_ids)
    if workspace_id is None or not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [workspace_id, ids])
        names = {text for row in cursor.fetchall() for text in row if text}
    return learn(workspace_id, names)


def learn_onward(after: UUID | None) -> int:
    """Remember the words of the next customers by id, and publish SearchWordsWanted for those behind them.

    So all names of an installation are learnt piece by piece; after a crash it goes on where the last piece ended.
    """
    workspace_id = current_workspace()
    if workspace_id is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [workspace_id, after or _FIRST, AT_ONCE])
        rows = cursor.fetchall()
    learn(workspace_id, {text for row in rows for text in row[1:] if text})
    if len(rows) == AT_ONCE:
        publish(SearchWordsWanted(rows[-1][0]))
    return len(rows)
