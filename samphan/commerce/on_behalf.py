"""Acts on orders that a stand-in does for the owner of the customer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration import on_behalf
from samphan.administration.models import Member
from samphan.commerce.models import Order

WORDS = {
    "commerce.order_added": _("added an order"),
    "commerce.order_edited": _("changed an order"),
    "commerce.order_deleted": _("deleted an order"),
}


def register() -> None:
    """Tell administration whose orders an act touched."""
    on_behalf.register(on_behalf.Touching("orders", [(Order, "customer__owner_id", "pk")], WORDS, _named))


def _named(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str]]:
    seen = Order.objects.visible_to(viewer).filter(pk__in=ids)
    return {one.pk: (one.number, reverse("order-detail", args=[one.pk])) for one in seen}
