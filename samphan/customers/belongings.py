"""The customers in a member's care, for when the member leaves."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from samphan.administration import handover
from samphan.administration.models import Member
from samphan.customers import actions
from samphan.customers.models import Customer


def register() -> None:
    """Let administration list and hand over the customers of a member."""
    handover.register(
        handover.Belongings("customers", _("Customers in their care"), "users", _count, _url, _give, order=10)
    )


def _count(viewer: Member, member: Member) -> int:
    return Customer.objects.visible_to(viewer).filter(owner_id=member.pk)[: handover.MOST + 1].count()


def _url(member: Member) -> str:
    return f"{reverse('customer-list')}?{urlencode({'f': f'owner:is_any_of:{member.pk}'})}"


def _give(viewer: Member, member: Member, to: Member, at: datetime) -> int:
    return actions.hand_over_customers(member.pk, to.pk, acting_member=viewer, at=at)
