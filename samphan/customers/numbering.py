"""The numbers of customers, which are member numbers."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import numbering
from samphan.customers.models import Identity

NAME = "customers"


def register() -> None:
    """Let a company number its customers; until it wants to, only what is typed is a number."""
    numbering.declare(
        numbering.Series(
            NAME, _("Customers"), numbering.highest_in("customers_identity", "value", "AND kind = 'member' AND resolves"),
            _taken, hint=_("The member number of a new customer, when none is typed."), prefix="C", year="",
            has_month=False, digits=5, reset="never", is_on=False,
        )
    )  # fmt: skip


def _taken(workspace_id: UUID, numbers: Collection[str]) -> Collection[str]:
    kind = Identity.Kind.MEMBER_NUMBER
    given = Identity.objects.filter(workspace_id=workspace_id, kind=kind, value__in=numbers, resolves=True)
    return set(given.values_list("value", flat=True))
