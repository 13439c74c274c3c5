"""The customer that an address names."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from samphan.administration.middleware import MemberRequest
from samphan.customers.models import Customer


def find_customer(request: MemberRequest, customer_id: UUID) -> Customer:
    """The customer, or a 404 for another workspace's, a deleted one and none."""
    found: Customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=customer_id)
    return found
