"""The list of customers as the house's list: whose rows, how they are written, which views everybody has."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.administration import lists
from samphan.administration.lists.page import ListPage
from samphan.administration.lists.page import list_behind as behind
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.customers import queries
from samphan.customers.fields import entity_for
from samphan.customers.models import Customer
from samphan.customers.names import NAME_COLUMNS
from samphan.customers.permissions import VIEW
from samphan.customers.views.cell_editing import EDITING
from samphan.customers.views.cells import PHONE_PLACES, customer_cells
from samphan.platform.catalogue import Field


def _options(member: Member, field: Field) -> Iterable[tuple[str, str]] | None:
    return ((tag, tag) for tag in queries.tags(member)) if field.name == "tags" else None


CUSTOMER_LIST = lists.ListKind(
    entity_name="customers",
    noun="customer",
    permission=VIEW,
    rows=lambda member: Customer.objects.visible_to(member),
    cells=customer_cells,
    also=NAME_COLUMNS,
    phone=PHONE_PLACES,
    entity_for=entity_for,
    options=_options,
    search_hint=_("Name, phone or member number"),
    editing=EDITING,
    views=(
        lists.DefaultView("all", pgettext_lazy("kinds of customers", "All")),
        lists.DefaultView("people", pgettext_lazy("kinds of customers", "People"), "f=kind:is:person"),
        lists.DefaultView(
            "organisations", pgettext_lazy("kinds of customers", "Organisations"), "f=kind:is:organisation"
        ),
        lists.DefaultView("at-risk", _("Grade A at risk"), "f=grade:is:A&f=stage:is:at_risk"),
        lists.DefaultView("birthdays", _("Birthdays next month"), "f=birth_date:month_is:next"),
    ),
)


def register() -> None:
    """Offer the list with everything that lists have."""
    lists.register(CUSTOMER_LIST)


class CustomerList(ListPage):
    """One list of customers as a request asks for it."""

    def __init__(self, request: MemberRequest, query: str | None = None) -> None:
        super().__init__(request, CUSTOMER_LIST, query)


def list_behind(request: MemberRequest) -> str | None:
    """The query of the list that the reader came from; None without one."""
    return behind(request, CUSTOMER_LIST)
