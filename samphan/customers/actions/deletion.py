"""Delete customers, bring them back while the company keeps them, and erase them for good."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from samphan.administration import audit
from samphan.administration.custom_fields import hosts, once
from samphan.administration.deleted import kept_for
from samphan.customers.actions.refusals import CustomerGone, NotConfirmed, NotDeleted
from samphan.customers.actions.sets import check_number
from samphan.customers.events import IDS_AT_ONCE, CustomersDeleted, CustomersRestored
from samphan.customers.models import Customer, Identity
from samphan.customers.search_documents import chunks, refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.erasing import erase
from samphan.platform.changes.recording import changeset
from samphan.platform.conditions.folding import compose
from samphan.platform.events import publish

ERASED = "customers.customer_erased"  # at once, by a person; the night has its own


def delete_customers(
    customer_ids: Sequence[UUID], *, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, int]:
    """Take customers off every list; their identities no longer resolve, so that the values are free for others.

    Publishes CustomersDeleted. Undone by `undo_changeset` with the id returned, or by `restore_customers`.

    :returns: the changeset and the number of customers deleted; those gone before are passed over.
    :raises TooMany: for more than MAX_AT_ONCE.
    """
    check_number(customer_ids)
    at = at or timezone.now()
    with changeset("customers.customers_deleted", member_id=acting_member.id, note={"count": len(customer_ids)}) as act:
        living = list(
            Customer.objects.visible_to(acting_member)
            .filter(pk__in=customer_ids)
            .select_for_update()
            .values_list("pk", flat=True)
        )
        Customer.objects.filter(pk__in=living).update(deleted_at=at)
        Identity.objects.filter(workspace_id=acting_member.workspace_id, customer_id__in=living, resolves=True).update(
            resolves=False
        )
        refresh_search(living)
        publish(*(CustomersDeleted(tuple(ids)) for ids in chunks(living, IDS_AT_ONCE)))
    return act, len(living)


# What resolved before the deletion resolves again, unless the value names somebody else by now.
_RESOLVE_AGAIN = """
    UPDATE customers_identity i SET resolves = true
      FROM customers_identityhistory h
      JOIN customers_customerhistory d ON d.id = h.customer_id AND d.pgh_context_id = h.pgh_context_id
     WHERE h.id = i.id AND h.resolves AND h.pgh_label = 'update' AND d.deleted_at IS NULL
       AND i.workspace_id = %(workspace)s AND i.customer_id = ANY(%(ids)s) AND NOT i.resolves
       AND NOT EXISTS (SELECT 1 FROM customers_identity o WHERE o.workspace_id = i.workspace_id
                          AND o.kind = i.kind AND o.value = i.value AND o.resolves)
"""


def restore_customers(customer_ids: Sequence[UUID], *, acting_member: Viewer, at: datetime | None = None) -> int:
    """Bring deleted customers back with everything they had. Publishes CustomersRestored; returns how many came back.

    :raises CustomerGone: when none of them was deleted within the days that the company keeps what was deleted.
    :raises TakenMeanwhile: when another customer has what may stand once by now.
    """
    host = hosts.find("customers")
    assert host is not None  # noqa: S101 - customers register themselves
    since = (at or timezone.now()) - kept_for(acting_member.workspace_id)
    with changeset("customers.customers_restored", member_id=acting_member.id):
        gone = list(
            Customer.objects.reached_by(acting_member)
            .filter(pk__in=customer_ids, deleted_at__gte=since)
            .select_for_update()
            .values_list("pk", flat=True)
        )
        if not gone:
            raise CustomerGone
        Customer.objects.filter(pk__in=gone).update(deleted_at=None)
        once.refuse_taken(host, gone, acting_member.workspace_id)
        with connection.cursor() as cursor:
            cursor.execute(_RESOLVE_AGAIN, {"workspace": acting_member.workspace_id, "ids": gone})
        refresh_search(gone)
        publish(*(CustomersRestored(tuple(ids)) for ids in chunks(gone, IDS_AT_ONCE)))
    return len(gone)


def erase_customer(customer_id: UUID, *, typed: str, acting_member: Viewer) -> UUID:
    """Erase a deleted customer at once and for good, with everything that belongs to it; orders stay without it.

    :param typed: the customer's name, typed to confirm. Returns the changeset, which nothing can take back.
    :raises CustomerGone: when it is not there. :raises NotDeleted: while nobody deleted it.
    :raises NotConfirmed: when something else is typed.
    """
    found = Customer.objects.reached_by(acting_member).filter(pk=customer_id)
    customer = found.select_for_update(of=("self",)).first()
    if customer is None:
        raise CustomerGone
    if customer.deleted_at is None:
        raise NotDeleted
    if compose(typed).split() != compose(customer.name).split():
        raise NotConfirmed
    with changeset(ERASED, member_id=acting_member.id, note={"count": 1}) as act:
        erase(Customer, [customer.pk], kind=ERASED)
        audit.record(ERASED, viewer=acting_member, count=1)
    return act
