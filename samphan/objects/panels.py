"""What belongs to a customer: records of the company's own kinds on the customer's page."""

from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from samphan.administration.middleware import MemberRequest
from samphan.customers import panels
from samphan.customers.models import Customer
from samphan.objects.fields import rows_of
from samphan.objects.known import known_objects
from samphan.objects.models import CustomObject

SHOWN = 5  # of a kind; the rest is one click away


def register() -> None:
    """Put what belongs to a customer on the record."""
    panels.register(panels.Panel("own-records", _("Records"), "side", 60, records_panel))


def records_panel(request: MemberRequest, customer: Customer) -> SafeString | str:
    """The customer's newest records of each kind that the member sees, with the way to add one; one statement for all.

    Nothing, and no statement, where the company defined no kind.
    """
    may = request.member.may
    kinds = [one for one in known_objects() if one.has_customer and may(one.permission("view"))]
    held = _newest(request, customer, kinds)
    parts = []
    for kind in kinds:
        rows, may_add = held.get(kind.pk, []), may(kind.permission("add"))
        if not rows and not may_add:
            continue
        list_url, add_url = (reverse(name, args=[kind.entity_name]) for name in ("record-list", "record-create"))
        narrowed = f"{list_url}?{urlencode({'f': f'customer_id:is:{customer.pk}'})}"
        parts.append(
            {
                "kind": kind,
                "records": [
                    (title, code, reverse("record-detail", args=[kind.entity_name, record_id]))
                    for record_id, title, code in rows[:SHOWN]
                ],
                "more_url": narrowed if len(rows) > SHOWN else "",
                "add_url": f"{add_url}?{urlencode({'customer': str(customer.pk)})}" if may_add else "",
            }
        )
    return render_to_string("objects/panel.html", {"parts": parts}, request=request) if parts else ""


def _newest(request: MemberRequest, customer: Customer, kinds: list[CustomObject]) -> dict[UUID, list[Any]]:
    """The newest records of each kind, one more than is shown, by the id of the kind."""
    wanted = [
        rows_of(kind, request.member)
        .filter(customer_id=customer.pk)
        .order_by("-id")
        .values_list("object_id", "id", "title", "code")[: SHOWN + 1]
        for kind in kinds
    ]
    if not wanted:
        return {}
    found: dict[UUID, list[Any]] = {}
    for object_id, *record in wanted[0].union(*wanted[1:], all=True) if len(wanted) > 1 else wanted[0]:
        found.setdefault(object_id, []).append(record)
    return {object_id: sorted(rows, key=lambda row: row[0], reverse=True) for object_id, rows in found.items()}
