"""Narrow records to those that hold a text, and find the customer that a text means."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import SystemViewer
from samphan.customers.models import Customer
from samphan.customers.permissions import VIEW
from samphan.customers.references import Meant, find_customers
from samphan.platform.access import Viewer
from samphan.platform.errors import DomainError
from samphan.platform.ids import as_uuid
from samphan.platform.search.documents import document_ids
from samphan.platform.search.query import Query

if TYPE_CHECKING:
    from samphan.objects.models import CustomObject, ObjectRecordQuerySet

MOST_FOUND = 10_000  # of one text in a list; the candidates are fixed before anything puts them in order


class NoSuchCustomer(DomainError):
    """A text names no customer that the viewer sees."""

    message = _("No customer “%(text)s” was found; a name, phone, e-mail or number finds one.")


class SeveralCustomers(DomainError):
    """A text may mean several customers."""

    message = _("Several customers may be meant by “%(text)s”; their phone or number tells which.")


def find(kind: "CustomObject", rows: "ObjectRecordQuerySet", text: str) -> "ObjectRecordQuerySet":
    """Those whose search document holds every word: name, code, and fields that are found by; at most MOST_FOUND."""
    found = document_ids(SystemViewer(kind.workspace_id), kind.entity_name, Query.parse(text), MOST_FOUND)
    if not found:
        return rows.none()
    condition = RawSQL("objects_objectrecord.id = ANY(%s::uuid[])", (found,), output_field=BooleanField())
    return rows.filter(condition)


def customer_lookup_url(viewer: Viewer) -> str:
    """Where a customer is found while one types; "" for who sees none."""
    return reverse("customer-lookup") if viewer.may(VIEW) else ""


def customer_meant(text: str, viewer: Viewer) -> UUID | None:
    """The customer whom a text means: an id, a phone, an e-mail, a number or a whole name; None for nothing.

    :raises NoSuchCustomer: when the viewer sees none of that. :raises SeveralCustomers: when it may be several.
    """
    text = " ".join(text.split())
    if text in ("", "—"):
        return None
    customer_id = as_uuid(text)
    if customer_id is None:
        found = find_customers(viewer.workspace_id, {0: Meant.by(text)})
        if 0 in found and found[0] is None:
            raise SeveralCustomers(text=text[:60])
        customer_id = found.get(0)
    if customer_id is None or not Customer.objects.visible_to(viewer).filter(pk=customer_id).exists():
        raise NoSuchCustomer(text=text[:60])
    return customer_id
