"""Narrow customers to those that hold a text, in a list."""

from typing import TYPE_CHECKING

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from samphan.platform.conditions.folding import escape_like, fold
from samphan.platform.search.documents import FOUND_IN, fragment
from samphan.platform.search.text import query_words

if TYPE_CHECKING:
    from samphan.customers.models import Customer

_FOUND = (
    "customers_customer.id IN (SELECT d.record_id FROM platform_searchdocument d"
    " WHERE d.workspace_id = customers_customer.workspace_id AND d.entity = 'customers' AND {tests})"
)
_NAMES = "lower(customers_customer.name || ' ' || customers_customer.nickname || ' ' || customers_customer.name_en)"


def find(rows: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """Those whose search document holds every word: names, numbers, contact points."""
    words = query_words(text)
    if not words:
        return rows.none()
    tests = " AND ".join([FOUND_IN.format(text="d.text")] * len(words))
    return rows.filter(_condition(_FOUND.format(tests=tests), [fragment(word) for word in words]))


def find_by_name(rows: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """Those whose names hold every word: for members who may not see contact points, and so not search by them.

    The search document finds the candidates by its index; what it holds beside names is then not asked.
    """
    found = find(rows, text)
    for word in query_words(text):
        found = found.filter(_condition(f"{_NAMES} LIKE %s", [f"%{escape_like(fold(word))}%"]))
    return found


def _condition(sql: str, params: list[str]) -> RawSQL:
    return RawSQL(sql, tuple(params), output_field=BooleanField())  # noqa: S611 - values are parameters
