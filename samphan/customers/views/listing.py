"""The list of customers: the page, its further rows, and the popovers that change what it shows."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from samphan.administration.middleware import MemberRequest
from samphan.customers.models import Customer
from samphan.customers.permissions import ADD, CHANGE, DELETE, EXPORT, IMPORT, TAG, VIEW
from samphan.customers.views.cells import NAME_COLUMNS, CellWriter
from samphan.customers.views.record import quick_view_context
from samphan.customers.views.state import CustomerList
from samphan.platform.access import requires


@require_GET
@requires(VIEW)
def customer_list(request: MemberRequest) -> HttpResponse:
    """The list that the address describes; for htmx with the rows as target, its next rows."""
    listing = CustomerList(request)
    page = listing.page(extra=NAME_COLUMNS)
    writer = CellWriter(listing.entity, listing.columns, lambda: listing.owners, request)
    may = request.member.may
    may_select = may(CHANGE) or may(TAG) or may(DELETE)
    rows = [writer.row(row, selectable=may_select) for row in page.rows]
    more = listing.href(cursor=page.next_cursor) if page.next_cursor else ""
    context: dict[str, Any] = {"rows": rows, "more_url": more}
    if request.htmx and request.htmx.target == "customer-rows":
        return render(request, "customers/list.html#more", context | {"is_more": True})
    count = page.exact_count
    counted = None if count is not None else listing.count()
    words = f"{count:,}" if counted is None else counted.words()
    context |= {
        "place": "customers",
        "list": listing,
        "state": listing.state,
        "query": listing.state.to_query(),
        "columns": _heads(listing),
        "search_pairs": [pair for pair in state_pairs(listing) if pair[0] != "q"],
        "count": words,
        "count_sentence": str(listing.entity.label_count) % {"count": words},
        "is_empty": not rows and not listing.state.is_narrowed,
        "chips": listing.chips(),
        "tabs": _tabs(listing, words),
        "previous_url": listing.href(cursor=page.previous_cursor) if page.previous_cursor else "",
        "may_add": may(ADD),
        "may_select": may_select,
        "may_change": may(CHANGE),
        "may_tag": may(TAG),
        "may_delete": may(DELETE),
        "import_url": _url("import-list") if may(IMPORT) else "",
        "export_url": _url("customer-export") if may(EXPORT) else "",
        "everything": _("Select all %(count)s") % {"count": words} if page.next_cursor else "",
        **_viewed(request, listing),
    }
    return render(request, "customers/list.html", context)


def _heads(listing: CustomerList) -> list[dict[str, object]]:
    order = listing.state.get_sort()
    current = dict(order[:1])
    heads = []
    for name in listing.columns:
        field = listing.entity.field(name)
        head: dict[str, object] = {
            "name": name,
            "label": field.label,
            "is_number": field.align == "end",
            "sorted": "",
            "href": "",
        }
        if field.sort is not None:
            descending = not current[name] if name in current else field.sort.descending
            head["href"] = listing.href(sort=((name, descending),))
            if name in current:
                head["sorted"] = "descending" if current[name] else "ascending"
        heads.append(head)
    return heads


def _tabs(listing: CustomerList, words: str) -> list[dict[str, object]]:
    tabs = [
        ("", pgettext("kinds of customers", "All")),
        (Customer.Kind.PERSON, pgettext("kinds of customers", "People")),
        (Customer.Kind.ORGANISATION, pgettext("kinds of customers", "Organisations")),
    ]
    return [
        {
            "label": label,
            "href": listing.kind_href(kind),
            "is_current": kind == listing.kind,
            "count": words if kind == listing.kind else "",
        }
        for kind, label in tabs
    ]


def _viewed(request: MemberRequest, listing: CustomerList) -> dict[str, object]:
    """The quick view that the address asks for (`view`)."""
    try:
        viewed = UUID(request.GET.get("view", ""))
    except ValueError:
        return {}
    customer = Customer.objects.visible_to(request.member).filter(pk=viewed).first()
    return {"viewed": quick_view_context(request, customer)} if customer else {}


def _url(name: str) -> str:
    """The address of a page that another domain offers; "" while nobody does."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_GET
@requires(VIEW)
def customer_columns(request: MemberRequest) -> HttpResponse:
    """The column chooser; with `c` chosen, back to the list with those columns in the order they were sent."""
    listing = CustomerList(request)
    if "c" in request.GET:
        chosen = tuple(name for name in request.GET.getlist("c") if listing.entity.has_field(name))
        chosen = ("name", *(name for name in chosen if name != "name"))
        default = chosen == listing.entity.default_columns()
        return redirect(listing.href(columns=() if default else chosen))
    shown = listing.columns
    fields = [listing.entity.field(name) for name in shown]
    fields += [field for field in listing.entity.fields if field.name not in shown]
    return render(
        request,
        "customers/columns.html",
        {
            "fields": [(field, field.name in shown) for field in fields],
            "state_pairs": state_pairs(listing),
            "reset_url": listing.href(columns=()),
        },
    )


def state_pairs(listing: CustomerList) -> list[tuple[str, str]]:
    """The list's state as hidden inputs, for forms that change a part of it."""
    return parse_qsl(listing.state.to_query(cursor=""))


@require_GET
@requires(VIEW)
def customer_sorting(request: MemberRequest) -> HttpResponse:
    """The orders that the list can have."""
    template = "customers/sort_menu.html" if request.htmx else "customers/sort_page.html"
    return render(request, template, {"choices": CustomerList(request).sort_choices(), "place": "customers"})
