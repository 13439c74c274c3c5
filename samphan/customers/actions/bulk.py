"""One field of many customers at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers.actions.editing import read_owner
from samphan.customers.actions.provenance import with_sources
from samphan.customers.actions.sets import check_number
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.models import Customer
from samphan.customers.reading import FieldProblem, read_field
from samphan.customers.search_documents import chunks
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset
from samphan.platform.events import publish

BULK_FIELDS = ("stage", "grade", "owner", "source", "gender", "birth_date", "note")
"""Fields that many customers can sensibly share. Names, numbers and contact points are one customer's own."""


def read_bulk_value(field: str, text: str, viewer: Viewer, *, at: datetime | None = None) -> Any:
    """What was typed for many customers as it is stored.

    :raises ValueProblem: when it cannot be read. :raises FieldProblem: for a field that is not changed in bulk.
    """
    if field not in BULK_FIELDS:
        raise FieldProblem("not_bulk", _("This field is not changed for many at once"))
    return read_owner(text, viewer) if field == "owner" else read_field(field, text, today=timezone.localdate(at))


def edit_customers(
    customer_ids: Sequence[UUID], field: str, value: str, *, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, int]:
    """Give many customers one value in one field, in one statement. Publishes CustomersChanged.

    :param value: as typed; "" for nothing.
    :returns: the changeset, for undo, and the number of customers that had another value.
    :raises ValueProblem: when the value cannot be read. :raises TooMany: for more than MAX_AT_ONCE.
    """
    check_number(customer_ids)
    at = at or timezone.now()
    stored = read_bulk_value(field, value, acting_member, at=at)
    column = "owner_id" if field == "owner" else field
    with changeset(
        "customers.customers_edited",
        member_id=acting_member.id,
        note={"field": field, "count": len(customer_ids)},
    ) as act:
        theirs = Customer.objects.visible_to(acting_member).filter(pk__in=customer_ids)
        empty = Q(**{f"{column}__isnull": True})
        differs = ~empty if stored is None else ~Q(**{column: stored}) | empty
        changed = list(theirs.filter(differs).order_by("pk").select_for_update().values_list("pk", flat=True))
        Customer.objects.filter(workspace_id=acting_member.workspace_id, pk__in=changed).update(
            **{column: stored}, sources=with_sources([field], acting_member, at)
        )
        publish(*(CustomersChanged(tuple(ids), (field,)) for ids in chunks(changed, IDS_AT_ONCE)))
    return act, len(changed)
