"""Customers may have custom fields."""

from collections.abc import Collection, Sequence
from uuid import UUID

from samphan.administration.custom_fields import definitions, hosts
from samphan.administration.custom_fields.hosts import Host
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.models import Customer
from samphan.customers.permissions import CHANGE, VIEW
from samphan.customers.references import Meant, find_customers
from samphan.customers.search_documents import chunks, refresh_search
from samphan.platform.access import Viewer
from samphan.platform.events import publish
from samphan.platform.tenancy import current_workspace
from samphan.platform.thai.collation import sort_key


def _changed(customer_ids: Sequence[UUID], names: Collection[str]) -> None:
    workspace_id = current_workspace()
    known = (definitions.find("customers", name, workspace_id) for name in names) if workspace_id else ()
    if any(field is not None and field.is_searched for field in known):
        refresh_search(customer_ids)
    publish(*(CustomersChanged(tuple(ids), tuple(names)) for ids in chunks(customer_ids, IDS_AT_ONCE)))


def _named(viewer: Viewer, texts: Sequence[str]) -> dict[str, set[UUID]]:
    """The customers that numbers, telephones, e-mails or names mean."""
    met = find_customers(viewer.workspace_id, {place: Meant.by(text) for place, text in enumerate(texts)})
    found = {texts[place]: {customer_id} for place, customer_id in met.items() if customer_id is not None}
    several = {sort_key(texts[place]): texts[place] for place, customer_id in met.items() if customer_id is None}
    if several:
        same = Customer.objects.visible_to(viewer).filter(name_key__in=several).values_list("name_key", "pk")
        for key, customer_id in same:
            found.setdefault(several[key], set()).add(customer_id)
    return found


def register() -> None:
    """Let an administrator give customers further fields."""
    hosts.register(
        Host(
            entity_name="customers",
            view=VIEW,
            change=CHANGE,
            rows=lambda viewer: Customer.objects.visible_to(viewer),
            changed=_changed,
            page="customer-detail",
            icon="users",
            keeps_sources=True,
            has_form=True,
            refresh_search=refresh_search,
            named=_named,
        )
    )
