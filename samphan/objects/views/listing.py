"""The list of a kind that the company defined: the house's list, with cells that are edited in place."""

from collections.abc import Mapping
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from samphan.administration import lists
from samphan.administration.lists import Cell, Row
from samphan.administration.lists.editing import BulkEditing, CellForm, Editing
from samphan.administration.lists.page import ListPage, choice_pairs
from samphan.administration.middleware import MemberRequest
from samphan.customers import names
from samphan.objects.actions import MAX_AT_ONCE, column_of
from samphan.objects.cells import BULK_FIELDS, bulk_read, bulk_write, cells_of
from samphan.objects.fields import CUSTOMER_CALLED, rows_of
from samphan.objects.finding import customer_lookup_url
from samphan.objects.known import object_or_404
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.objects.permissions import requires_for_object
from samphan.platform.errors import DomainError
from samphan.platform.imports import kinds as import_kinds
from samphan.ui.templatetags.ui import NOTHING

PHONE = {"title": "title", "code": "line", "customer": "line2", "owner": "end2"}


@require_GET
@requires_for_object("view")
def record_list(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The list that the address describes; for htmx with the rows as target, its next rows."""
    kind = object_or_404(entity_name)

    def may(verb: str) -> bool:
        return request.member.may(kind.permission(verb))

    return ListPage(request, lists.kind(entity_name)).answer(
        "objects/record_list.html",
        selectable=may("change") or may("delete"),
        more=lambda _count: {
            "kind": kind,
            "may_add": may("add"),
            "may_change": may("change"),
            "may_delete": may("delete"),
            "may_export": may("export"),
            "import_url": f"{reverse('import-list')}?kind={entity_name}" if _may_import(request, kind) else "",
            "bulk_url": reverse("record-bulk", args=[entity_name]),
            "deletion_url": reverse("record-bulk-deletion", args=[entity_name]),
            "add_url": reverse("record-create", args=[entity_name]),
            "deleted_url": reverse("record-deleted", args=[entity_name]),
            "export_url": reverse("list-export", args=[entity_name]),
        },
    )


def _may_import(request: MemberRequest, kind: CustomObject) -> bool:
    try:
        import_kinds.kind(kind.entity_name).check(request.member)
    except (PermissionDenied, DomainError):
        return False
    return True


def list_of(kind: CustomObject) -> lists.ListKind:
    """The list of a kind."""
    return lists.ListKind(
        entity_name=kind.entity_name,
        noun="record",
        permission=kind.permission("view"),
        rows=partial(rows_of, kind),
        cells=partial(_cells, kind),
        lead="title",
        also=("customer_id",) if kind.has_customer else (),
        beside={"called": CUSTOMER_CALLED} if kind.has_customer else {},
        phone=PHONE,
        hidden=frozenset({"customer_id"}),
        search_hint=_("Name or code"),
        views=(
            lists.DefaultView("all", pgettext_lazy("records", "All")),
            lists.DefaultView("mine", pgettext_lazy("records", "Mine"), "f=owner:is:me"),
        ),
        editing=Editing(
            kind.permission("change"),
            cells_of(kind),
            _form,
            BulkEditing(
                tuple(name for name in BULK_FIELDS if name != "customer" or kind.has_customer),
                MAX_AT_ONCE,
                _bulk_form,
                partial(bulk_read, kind),
                partial(bulk_write, kind),
            ),
        ),
        url_args=(kind.entity_name,),
    )


def _cells(kind: CustomObject, page: ListPage) -> Mapping[str, Cell]:
    def title(row: Row) -> str:
        return format_html("<a href={}/><span class=clip>{}</span></a>", row["id"], row["title"])

    def customer(row: Row) -> str:
        if row["customer_id"] is None or not row["called"]:
            return NOTHING
        name = names.from_sql(row["called"])
        return format_html('<a class="text-ink" href="{}">{}</a>', f"/customers/{row['customer_id']}/", name)

    return {"title": title, "customer": customer} if kind.has_customer else {"title": title}


def _form(page: ListPage, record: ObjectRecord, name: str) -> CellForm:
    seen = str(getattr(record, column_of(name)) or "")
    if name == "owner":
        return CellForm("select", seen, seen, [("", "—"), *choice_pairs(page, page.entity.field(name))])
    if name == "customer":
        lookup = customer_lookup_url(page.request.member)
        return CellForm("text", customer_name(record, page), seen, lookup=lookup)
    return CellForm("text", seen, seen)


def customer_name(record: ObjectRecord, page: ListPage) -> str:
    """The plain name of the customer of a record, for an input; "" without one."""
    return record.customer.name if record.customer_id and record.customer else ""


def _bulk_form(page: ListPage, name: str) -> CellForm:
    if name == "owner":
        return CellForm("select", "", "", [("", "—"), *choice_pairs(page, page.entity.field(name))])
    return CellForm("text", "", "", lookup=customer_lookup_url(page.request.member) if name == "customer" else "")
