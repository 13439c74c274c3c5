"""The numbers of orders."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import numbering
from samphan.commerce.models import Order

NAME = "orders"


def register() -> None:
    """Let orders that come without a number get one."""
    numbering.declare(
        numbering.Series(
            NAME, _("Orders"), numbering.highest_in("commerce_order", "number"), _taken,
            hint=_("For orders that come without a number; those of a shop or a file keep their own."), prefix="SO",
        )
    )  # fmt: skip


def _taken(workspace_id: UUID, numbers: Collection[str]) -> Collection[str]:
    given = Order.objects.filter(workspace_id=workspace_id, number__in=numbers)
    return set(given.values_list("number", flat=True))
