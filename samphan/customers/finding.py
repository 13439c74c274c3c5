"""Narrow customers to those that hold a text, in a list."""

from typing import TYPE_CHECKING

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from samphan.administration.models import SystemViewer
from samphan.customers.search_documents import ENTITY
from samphan.platform.conditions.folding import escape_like, fold
from samphan.platform.search.documents import document_ids
from samphan.platform.search.query import Query
from samphan.platform.search.text import query_words
from samphan.platform.tenancy import current_workspace

if TYPE_CHECKING:
    from samphan.customers.models import Customer

MOST_FOUND = 10_000  # of one text in a list; the candidates are fixed before anything puts them in order
_NAMES = "lower(customers_customer.name || ' ' || customers_customer.nickname || ' ' || customers_customer.name_en)"


def find(rows: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """Those whose search document holds every word: names, numbers, contact points; at most MOST_FOUND."""
    workspace_id = current_workspace()
    if workspace_id is None:
        return rows.none()
    # Ids and not a subquery: under row-level security the planner would ask the documents again for every row.
    found = document_ids(SystemViewer(workspace_id), ENTITY, Query.parse(text), MOST_FOUND)
    return rows.filter(_condition("customers_customer.id = ANY(%s::uuid[])", [found])) if found else rows.none()


def find_by_name(rows: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """Those whose names hold every word: for members who may not see contact points, and so not search by them.

    The search document finds the candidates by its index; what it holds beside names is then not asked.
    """
    found = find(rows, text)
    for word in query_words(text):
        found = found.filter(_condition(f"{_NAMES} LIKE %s", [f"%{escape_like(fold(word))}%"]))
    return found


def _condition(sql: str, params: list[object]) -> RawSQL:
    return RawSQL(sql, tuple(params), output_field=BooleanField())  # noqa: S611 - values are parameters
