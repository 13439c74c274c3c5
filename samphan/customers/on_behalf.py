"""Acts on customers that a stand-in does for their owner."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from samphan.administration import on_behalf
from samphan.administration.models import Member
from samphan.customers.models import Address, Customer, CustomerFile, CustomerTag, Identity, Preference, Relation
from samphan.customers.names import shown_name
from samphan.customers.queries import ACTS

_PARTS = (Identity, Address, CustomerTag, Preference, CustomerFile, Relation)


def register() -> None:
    """Tell administration whose customers an act touched."""
    owners = [(Customer, "owner_id", "pk"), *((part, "customer__owner_id", "customer_id") for part in _PARTS)]
    on_behalf.register(on_behalf.Touching("customers", owners, ACTS, _named))


def _named(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str]]:
    seen = Customer.objects.visible_to(viewer).filter(pk__in=ids)
    return {one.pk: (shown_name(one), reverse("customer-detail", args=[one.pk])) for one in seen}
