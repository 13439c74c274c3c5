"""The record of a customer: the page, the quick view, history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from samphan.administration.custom_fields import panel as custom_fields
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.administration.sharing import says_something, shared_with
from samphan.customers import acts, birthdays, covering, fields, panels, queries, timeline
from samphan.customers.models import Customer, Identity
from samphan.customers.names import shown_name
from samphan.customers.permissions import CHANGE, DELETE, REVEAL, TAG, VIEW
from samphan.customers.reach import OWNED
from samphan.customers.views.files import files_context, photo_href
from samphan.customers.views.finding import customer_of_page, find_customer
from samphan.customers.views.likely import likely_actions
from samphan.customers.views.preferences import preferences_context
from samphan.customers.views.relations import relations_context
from samphan.customers.views.sharing import may_share
from samphan.customers.views.state import CustomerList, list_behind
from samphan.customers.views.timeline import composer_context, timeline_context
from samphan.customers.views.words import RecordWords, may_read_field
from samphan.platform.access import requires
from samphan.platform.catalogue import Privacy
from samphan.platform.search.opened import remember_opened
from samphan.platform.thai.names import display_name

CONTACT_KINDS = (
    (Identity.Kind.PHONE, "phone"),
    (Identity.Kind.LINE, "message-circle"),
    (Identity.Kind.EMAIL, "mail"),
    (Identity.Kind.FACEBOOK, "facebook"),
)
NUMBER_KINDS = ((Identity.Kind.MEMBER_NUMBER, "id-card"), (Identity.Kind.EXTERNAL_ID, "hash"))


def owner_names(request: MemberRequest) -> dict[UUID, str]:
    """The names of the members, by id."""
    return {member.pk: member.name for member in members(request.member)}


def record_words(request: MemberRequest, customer: Customer) -> RecordWords:
    """How this reader sees the customer's fields."""
    return RecordWords(request, customer, owner_names(request))


def head_context(request: MemberRequest, customer: Customer, words: RecordWords) -> dict[str, Any]:
    """What the record's head shows."""
    is_person = customer.kind == Customer.Kind.PERSON
    name = shown_name(customer)
    if is_person:
        name = (
            display_name(
                customer.first_name,
                customer.last_name,
                title=customer.title,
                nickname=customer.nickname,
                with_nickname=False,
            )
            or customer.name
        )
    nickname = customer.nickname if customer.nickname and customer.nickname not in (customer.first_name, name) else ""
    if name.removeprefix("คุณ") == nickname:
        nickname = ""
    return {
        "customer": customer,
        "name": name,
        "nickname": nickname,
        "stage_label": fields.CUSTOMERS.field("stage").choice_label(customer.stage) if customer.stage else "",
        "owner_name": words.owners.get(customer.owner_id, "") if customer.owner_id else "",
        "kind_label": fields.CUSTOMERS.field("kind").choice_label(customer.kind),
        "since": _since(request, customer),
        "may_change": request.member.may(CHANGE),
        "may_tag": request.member.may(TAG),
        "may_delete": request.member.may(DELETE),
        "may_share": may_share(request.member),
        "shared_with": shared_with(request.member, OWNED, customer.pk) if says_something(request.member, OWNED) else [],
        "may_read_money": may_read_field(request.member, "total_spent"),
        "photo_href": photo_href(request, customer),
        "birthday": birthdays.soon_words(customer.birth_date, today=timezone.localdate())
        if is_person and may_read_field(request.member, "birth_date")
        else "",
        "may_set_photo": request.member.may(CHANGE) and request.member.may_read(Privacy.PERSONAL),
    }


def _since(request: MemberRequest, customer: Customer) -> datetime:
    """The first order where that is older than the record, as it is after an import."""
    first = customer.first_order_at if may_read_field(request.member, "first_order_at") else None
    return min(first, customer.created_at) if first else customer.created_at


def contacts_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    """Contact points, addresses, tags and numbers, as far as the member may see them."""
    found = queries.contacts_of(customer, request.member)
    identities = found.identities
    return {
        "phones": [one for one in identities if one.kind == Identity.Kind.PHONE],
        "contact_points": [one for kind, _icon in CONTACT_KINDS for one in identities if one.kind == kind],
        "numbers": [one for kind, _icon in NUMBER_KINDS for one in identities if one.kind == kind],
        "addresses": found.addresses,
        "covered": found.covered,
        "may_reveal": request.member.may(REVEAL),
        "tags": queries.tags_of(customer),
        "sees_contacts": request.member.may_read(Privacy.CONTACT),
    }


@require_GET
@requires(VIEW)
def customer_detail(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """The record page."""
    customer = customer_of_page(request, customer_id)
    remember_opened(request.member, "customer", customer.pk, at=timezone.now())
    words = record_words(request, customer)
    # Data and value are tabs of the phone alone; wider screens show them beside the timeline.
    tab = chosen if (chosen := request.GET.get("tab", "")) in ("data", "value") else "timeline"
    way_back = _way_back(request, customer)
    contacts = contacts_context(request, customer)
    head = head_context(request, customer, words) | {
        "actions": likely_actions(request, customer, contacts["contact_points"])
    }
    context = {
        "place": "customers",
        "customer": customer,
        "head": head,
        **contacts,
        "may_change": head["may_change"],
        "may_tag": head["may_tag"],
        "groups": words.groups(request.member),
        "custom_groups": custom_fields.groups_of(request, "customers", customer),
        "tab": tab,
        "side_panels": panels.drawn(request, customer, "side"),
        **way_back,
        **preferences_context(request, customer),
        **relations_context(request, customer),
        **files_context(request, customer),
        **composer_context(request, customer, request.GET.get("write", "")),
        **timeline_context(request, customer, way_back["carried"], size=timeline.AT_OPEN),
        "history_href": f"{reverse('customer-detail', args=[customer.pk])}?show={acts.NAME}{way_back['carried']}",
    }
    return render(request, "customers/detail.html", context)


def _way_back(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    """Previous and next of the list one came from, and the way back to it."""
    query = list_behind(request)
    back = reverse("customer-list")
    if query is None:
        return {"back_url": back, "carried": ""}
    listing = CustomerList(request, query)
    beside = listing.neighbours(customer.pk)
    carried = urlencode({"list": query})

    def to(other: UUID | None) -> str:
        return f"{reverse('customer-detail', args=[other])}?{carried}" if other else ""

    return {
        "back_url": f"{back}?{query}" if query else back,
        "carried": f"&{carried}",
        "previous_url": to(beside.previous),
        "next_url": to(beside.next),
        "place_url": f"{reverse('customer-place', args=[customer.pk])}?{carried}",
    }


@require_GET
@requires(VIEW)
def customer_place(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """“2 of 1,284” of the list one came from: fetched behind the page, so that no count holds it up."""
    customer = find_customer(request, customer_id)
    query = list_behind(request)
    if query is None or not request.htmx:
        return redirect("customer-detail", customer.pk)
    listing = CustomerList(request, query)
    position, total = listing.position(customer.pk), listing.count()
    if position is None or (total.is_exact and position > total.value):
        return HttpResponse("")
    said = _("%(position)s of %(total)s") % {"position": f"{position:,}", "total": total.words()}
    return HttpResponse(escape(said))


@require_GET
@requires(VIEW)
def customer_quick_view(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """The record beside the list."""
    customer = find_customer(request, customer_id)
    return render(request, "customers/quick_view.html", {"viewed": quick_view_context(request, customer)})


def quick_view_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    """Everything the quick view shows."""
    words = record_words(request, customer)
    birth = ("birth_date",) if customer.kind == Customer.Kind.PERSON else ()
    return {
        **head_context(request, customer, words),
        **contacts_context(request, customer),
        "fields": words.fields(("stage", "grade", "owner", *birth, "note"), request.member),
        "panels": panels.drawn(request, customer, "quick"),
        "open_url": reverse("customer-detail", args=[customer.pk]),
    }


@require_GET
@requires(VIEW)
def customer_field_history(request: MemberRequest, customer_id: UUID, field: str) -> HttpResponse:
    """Where one field's value came from and what it was before."""
    customer = find_customer(request, customer_id)
    readable = field in ("phone", "email", "line_id", "member_number", "external_id", "address", "tags", "name_en")
    known = readable or fields.CUSTOMERS.has_field(field)
    visible = known and may_read_field(request.member, field)
    words = record_words(request, customer)
    context = {
        "source": queries.source_of_field(customer, field) if visible else None,
        "changes": queries.history_of(customer, request.member, day=words.day, only=[field]) if visible else [],
        "customer": customer,
    }
    response = render(request, "customers/field_history.html", context)
    # Said here once, because the two attributes on the mark of every field would be a kilobyte of each record.
    response["HX-Retarget"], response["HX-Reswap"] = "#field-info", "innerHTML"
    return response


@require_POST
@requires(REVEAL)
def customer_reveal(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """One covered value as it is; that it was shown stands in the audit trail."""
    customer = find_customer(request, customer_id)
    shown = covering.reveal(customer, request.POST.get("name", ""), acting_member=request.member)
    if not request.htmx:
        return render(
            request, "customers/covered_page.html", {"place": "customers", "customer": customer, "one": shown}
        )
    return render(request, "customers/covered.html", {"customer": customer, "one": shown})
