"""The customer that an address names."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from samphan.administration.middleware import MemberRequest
from samphan.customers.models import Customer


def find_customer(request: MemberRequest, customer_id: UUID) -> Customer:
    """The customer, or a 404 for another workspace's, a deleted one and none."""
    found: Customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=customer_id)
    return found


def customer_of_page(request: MemberRequest, customer_id: UUID) -> Customer:
    """The same, read once for everything that one page of a record shows; never for what is about to change it."""
    kept = getattr(request, "customer_of_page", None)
    if kept is None or kept.pk != customer_id:
        kept = find_customer(request, customer_id)
        request.customer_of_page = kept  # type: ignore[attr-defined]
    return kept
