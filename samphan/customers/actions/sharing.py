"""Sharing customers with colleagues and teams that do not reach them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from samphan.administration import sharing
from samphan.administration.models import Member
from samphan.customers.actions.sets import announce, check_number
from samphan.customers.events import CustomersShared
from samphan.customers.models import Customer
from samphan.customers.reach import OWNED
from samphan.platform.events import publish


def share_customers(
    customer_ids: Sequence[UUID], *, member_ids: Iterable[UUID], team_ids: Iterable[UUID], acting_member: Member
) -> tuple[UUID, int]:
    """Share customers that the acting member sees. Publishes CustomersChanged, and CustomersShared for those who see more now.

    :returns: the changeset, for undo, and the number of customers that somebody sees newly.
    :raises NobodyToShareWith: when nobody is named. :raises TooMany: for more than MAX_AT_ONCE.
    """
    check_number(customer_ids)
    seen = list(Customer.objects.visible_to(acting_member).filter(pk__in=customer_ids).values_list("pk", flat=True))
    done = sharing.share_records(
        OWNED, seen, member_ids=member_ids, team_ids=team_ids, acting_member=acting_member
    )  # fmt: skip
    if done.record_ids:
        announce(list(done.record_ids), "owner")
        one = done.record_ids[0] if len(done.record_ids) == 1 else None
        publish(CustomersShared(done.act, done.member_ids, acting_member.id, len(done.record_ids), one))
    return done.act, len(done.record_ids)


def end_sharing(customer: Customer, share_id: UUID, *, acting_member: Member) -> UUID:
    """End one sharing of a customer that the acting member sees. Publishes CustomersChanged.

    :raises ShareGone: when somebody was faster.
    """
    act = sharing.end_share(share_id, OWNED, customer.pk, acting_member=acting_member)
    announce([customer.pk], "owner")
    return act
