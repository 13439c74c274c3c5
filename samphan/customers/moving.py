"""What points at a customer, and goes along when customers are merged.

It is found from the models: every foreign key to a customer moves, in every domain. A domain says more in
`AppConfig.ready()` only where that is not all:

    moving.unlike("customers.CustomerTag", "tag")            # a second one of the same would say nothing: it stays behind
    moving.through_identity("commerce.Order", "identity_id")  # goes where the identity goes through which it came
    moving.after(refresh_totals_of)                           # makes computed columns true again
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from samphan.platform.changes.erasing import Reference, references


@dataclass(frozen=True)
class Through:
    """A table whose rows came through an identity; `column` names it, `customer` is the column of the customer."""

    table: str
    customer: str
    column: str


_unlike: dict[str, tuple[str, ...]] = {}
_through: dict[str, str] = {}
_after: list[Callable[[UUID], Any]] = []
_aside: set[str] = set()


def unlike(label: str, *columns: str) -> None:
    """Rows of a model that say the same of the winner already stay with the loser, out of sight."""
    _unlike[label.lower()] = columns


def aside(label: str) -> None:
    """Rows of a model do not go along: the merge moves them itself, or they are worked out again."""
    _aside.add(label.lower())


def through_identity(label: str, column: str) -> None:
    """Rows of a model name in a column the identity through which they came."""
    _through[label.lower()] = column


def after(function: Callable[[UUID], Any]) -> None:
    """Have computed values made again; the function gets the changeset that moved rows."""
    if function not in _after:
        _after.append(function)


def settle(changeset_id: UUID) -> None:
    """Run everything that was registered with `after`."""
    for function in _after:
        function(changeset_id)


def pointing() -> list[tuple[Reference, tuple[str, ...]]]:
    """The foreign keys that move in sets, each with the columns that tell its rows apart."""
    customer: type[Model] = apps.get_model("customers", "Customer")
    return [
        (reference, _unlike.get(reference.model._meta.label_lower, ()))
        for reference in references(customer)
        if reference.model is not customer and reference.model._meta.label_lower not in _aside
    ]


def through() -> list[Through]:
    """The tables whose rows go where an identity goes."""
    customer: type[Model] = apps.get_model("customers", "Customer")
    found = []
    for label, column in _through.items():
        model = apps.get_model(label)
        key = next(one for one in references(customer) if one.model is model)
        found.append(Through(model._meta.db_table, key.column, column))
    return found
