"""Acts on many customers at once, each a few statements whatever the number."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers import reading
from samphan.customers.actions.provenance import with_sources
from samphan.customers.actions.refusals import TooMany
from samphan.customers.events import IDS_AT_ONCE, CustomersAssigned, CustomersChanged
from samphan.customers.models import Customer, CustomerTag, Tag
from samphan.customers.reading import FieldProblem
from samphan.customers.search_documents import chunks
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.events import publish
from samphan.platform.tenancy import current_workspace

MAX_AT_ONCE = 50_000  # customers of one bulk act from a screen


def check_number(customer_ids: Sequence[UUID]) -> None:
    """:raises TooMany: for more customers than one act may take."""
    if len(customer_ids) > MAX_AT_ONCE:
        raise TooMany(count=f"{len(customer_ids):,}", limit=f"{MAX_AT_ONCE:,}")


def tag_customers(customer_ids: Sequence[UUID], name: str, *, acting_member: Viewer) -> tuple[UUID, int]:
    """Put a tag on customers; a tag of that name is made when there is none. Publishes CustomersChanged.

    :returns: the changeset, for undo, and the number of customers that did not have the tag.
    :raises FieldProblem: without a name. :raises TooMany: for more than MAX_AT_ONCE.
    """
    check_number(customer_ids)
    name = reading.clean_text(name, limit=100)
    if not name:
        raise FieldProblem("no_tag", _("A tag needs a name"))
    with changeset(
        "customers.customers_tagged", member_id=acting_member.id, note={"tag": name, "count": len(customer_ids)}
    ) as act:
        tag, _made = Tag.objects.get_or_create(
            workspace_id=acting_member.workspace_id, name=name, defaults={"created_in": current_changeset()}
        )
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO customers_customertag (id, workspace_id, customer_id, tag_id, created_in)
                SELECT samphan_uuid7(), c.workspace_id, c.id, %s, %s FROM customers_customer c
                 WHERE c.workspace_id = %s AND c.id = ANY(%s) AND c.deleted_at IS NULL
                ON CONFLICT (workspace_id, customer_id, tag_id) DO NOTHING RETURNING customer_id
                """,
                [tag.pk, current_changeset(), acting_member.workspace_id, list(customer_ids)],
            )
            changed = [row[0] for row in cursor.fetchall()]
        announce(changed, "tags")
    return act, len(changed)


def untag_customers(customer_ids: Sequence[UUID], name: str, *, acting_member: Viewer) -> tuple[UUID, int]:
    """Take a tag off customers. Publishes CustomersChanged; returns the changeset and how many had it."""
    check_number(customer_ids)
    with changeset(
        "customers.customers_untagged", member_id=acting_member.id, note={"tag": name, "count": len(customer_ids)}
    ) as act:
        had = CustomerTag.objects.filter(
            workspace_id=acting_member.workspace_id, customer_id__in=customer_ids, tag__name=name
        )
        changed = list(had.values_list("customer_id", flat=True))
        had.delete()
        announce(changed, "tags")
    return act, len(changed)


def assign_owner(
    customer_ids: Sequence[UUID], owner: str, *, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, int]:
    """Put customers in the care of a member, "" for nobody. Publishes CustomersChanged and CustomersAssigned.

    :param owner: the id of an active member, as a form sends it.
    :returns: the changeset, for undo, and the number of customers whose owner changed.
    :raises FieldProblem: when nobody of that id works here. :raises TooMany: for more than MAX_AT_ONCE.
    """
    from samphan.customers.actions.editing import read_owner

    check_number(customer_ids)
    owner_id = read_owner(owner, acting_member)
    with changeset(
        "customers.customers_assigned", member_id=acting_member.id, note={"count": len(customer_ids)}
    ) as act:
        theirs = Customer.objects.visible_to(acting_member).filter(pk__in=customer_ids)
        theirs = (
            theirs.filter(owner__isnull=False)
            if owner_id is None
            else theirs.filter(~Q(owner_id=owner_id) | Q(owner_id=None))
        )
        changed = list(theirs.select_for_update().values_list("pk", flat=True))
        _give(changed, owner_id, act, acting_member, at or timezone.now())
    return act, len(changed)


def hand_over_customers(owner_id: UUID, to_id: UUID, *, acting_member: Viewer, at: datetime) -> int:
    """Put the customers of one member into the care of another, at most MAX_AT_ONCE; returns how many.

    Publishes CustomersChanged and CustomersAssigned. The caller has made sure that the other one has access.
    """
    with changeset("customers.customers_assigned", member_id=acting_member.id) as act:
        theirs = Customer.objects.visible_to(acting_member).filter(owner_id=owner_id).order_by("pk")
        changed = list(theirs.select_for_update().values_list("pk", flat=True)[:MAX_AT_ONCE])
        _give(changed, to_id, act, acting_member, at)
    return len(changed)


def set_purchase_totals(source: str, params: Sequence[object]) -> int:
    """Write what customers have bought, only where it differs, in one statement; commerce says how it is worked out.

    :param source: SELECT of customer_id, order_count, total_spent (THB), first_order_at and last_order_at.
    :param params: values for its `%s`.
    :returns: how many customers changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE customers_customer c
               SET order_count = v.order_count, total_spent = v.total_spent,
                   first_order_at = v.first_order_at, last_order_at = v.last_order_at
              FROM ({source}) AS v
             WHERE c.workspace_id = %s AND c.id = v.customer_id
               AND (c.order_count, c.total_spent, c.first_order_at, c.last_order_at)
                   IS DISTINCT FROM (v.order_count, v.total_spent, v.first_order_at, v.last_order_at)
            """,
            [*params, current_workspace()],  # type: ignore[list-item]
        )
        return int(cursor.rowcount)


def _give(customer_ids: list[UUID], owner_id: UUID | None, act: UUID, acting_member: Viewer, at: datetime) -> None:
    sources = with_sources(["owner"], acting_member, at)
    Customer.objects.filter(pk__in=customer_ids).update(owner_id=owner_id, sources=sources)
    announce(customer_ids, "owner")
    if customer_ids and owner_id is not None:
        publish(CustomersAssigned(act, owner_id, acting_member.id, len(customer_ids)))


def announce(customer_ids: list[UUID], field: str) -> None:
    """Publish CustomersChanged for a set, in parts."""
    publish(*(CustomersChanged(tuple(ids), (field,)) for ids in chunks(customer_ids, IDS_AT_ONCE)))
