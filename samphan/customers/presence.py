"""Where anything is known about a customer: one statement, so that a record asks only the tables that answer.

A record draws on a dozen tables of several domains, and most of them hold nothing about most customers. Whoever puts
something on the record says from which model it comes, in `AppConfig.ready()` with its source or panel or here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, models

if TYPE_CHECKING:
    from samphan.administration.middleware import MemberRequest

Model = type[models.Model]

_columns: dict[Model, Sequence[str]] = {}


def register(model: Model, columns: Sequence[str] = ("customer_id",)) -> None:
    """Ask for the rows of a model of a workspace too; each of the columns, which name a customer, begins an index."""
    _columns[model] = columns


def about(request: "MemberRequest", customer_id: UUID) -> frozenset[Model]:
    """The registered models with a row about a customer, deleted rows and those of others too; once for a page that is read."""
    kept: dict[UUID, frozenset[Model]] | None = getattr(request, "samphan_presence", None)
    if kept is not None and customer_id in kept:
        return kept[customer_id]
    found = _asked(customer_id, request.member.workspace_id)
    if request.method == "GET":  # Whatever else may write between two questions.
        request.samphan_presence = {**(kept or {}), customer_id: found}  # type: ignore[attr-defined]
    return found


def _asked(customer_id: UUID, workspace_id: UUID) -> frozenset[Model]:
    pairs = [(model, column) for model, columns in _columns.items() for column in columns]
    if not pairs:
        return frozenset()
    exists = [
        f'EXISTS (SELECT FROM "{model._meta.db_table}" WHERE workspace_id = %(workspace)s AND "{column}" = %(customer)s)'
        for model, column in pairs
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(exists)}", {"workspace": workspace_id, "customer": customer_id})
        answers = cursor.fetchone()
    return frozenset(model for (model, _column), is_there in zip(pairs, answers, strict=True) if is_there)
