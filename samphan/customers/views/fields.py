"""Fields of a record, edited in place: shown, being edited, saved or refused."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, queries
from samphan.customers.actions.addresses import one_line
from samphan.customers.actions.contact_points import FIELD_OF_KIND, SharedContactPoint
from samphan.customers.models import EDITABLE, Address, Customer, Identity
from samphan.customers.names import shown_name
from samphan.customers.permissions import CHANGE, TAG, VIEW
from samphan.customers.reach import OWNED
from samphan.customers.views.finding import find_customer
from samphan.customers.views.likely import likely_actions
from samphan.customers.views.record import contacts_context, head_context, record_words
from samphan.customers.views.words import IN_HEAD, INPUT_TYPES, NAME_FIELDS, RecordWords, may_read_field
from samphan.platform.access import Reach, require_reading, requires
from samphan.platform.catalogue import Privacy
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.thai.problems import ValueProblem
from samphan.ui.toasts import toast

INPUT_OF_KIND = {Identity.Kind.PHONE: "tel", Identity.Kind.EMAIL: "email"}


def _checked(request: MemberRequest, name: str) -> str:
    """A field of the record that this member may read; else a 404, as if it did not exist."""
    if name not in EDITABLE or not may_read_field(request.member, name):
        raise Http404
    return name


@require_GET
@requires(VIEW)
def customer_field(request: MemberRequest, customer_id: UUID, field: str) -> HttpResponse:
    """One field as the record shows it."""
    customer = find_customer(request, customer_id)
    return _shown(request, customer, record_words(request, customer), _checked(request, field))


def _shown(
    request: MemberRequest, customer: Customer, words: RecordWords, name: str, *, saved: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {
        "customer": customer,
        "field": words.field(name),
        "saved": saved,
        "may_change": request.member.may(CHANGE),
    }
    if saved and name == "kind":
        # The groups of fields differ between people and organisations.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if saved and name in IN_HEAD and _is_on_record(request, customer):
        # The head and the other parts of the name follow; they travel along, out of band.
        beside = [other for _label, group in words.groups(request.member) for other in group]
        others = [other for other in beside if other.name in NAME_FIELDS and other.name != name]
        context |= {"head": head_context(request, customer, words), "others": others if name in NAME_FIELDS else []}
        points = contacts_context(request, customer)["contact_points"]
        context["head"] |= {"actions": likely_actions(request, customer, points)}
    return render(request, "customers/field.html", context)


def _is_on_record(request: MemberRequest, customer: Customer) -> bool:
    """True on the record page; the quick view has no head to renew."""
    current = getattr(request.htmx, "current_url_abs_path", None) or ""
    return str(current).split("?")[0] == reverse("customer-detail", args=[customer.pk])


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def customer_field_edit(request: MemberRequest, customer_id: UUID, field: str) -> HttpResponse:
    """One field being edited; a POST writes it, and answers 422 with the form again when it is refused."""
    customer = find_customer(request, customer_id)
    words = record_words(request, customer)
    name = _checked(request, field)
    if request.method == "GET":
        return _form(request, customer, words, name)
    typed = request.POST.get("value", "")
    try:
        actions.edit_field(customer, name, typed, seen=request.POST.get("seen", ""), acting_member=request.member)
    except EditedMeanwhile as conflict:
        theirs = words.value(
            name, getattr(Customer.objects.get(pk=customer.pk), "owner_id" if name == "owner" else name)
        )
        message = conflict.in_form(theirs)
        return _form(request, customer, words, name, typed=typed, seen=conflict.current, error=message)
    except ValueProblem as problem:
        return _form(request, customer, words, name, typed=typed, seen=request.POST.get("seen", ""), error=str(problem))
    if not request.htmx:
        return redirect("customer-detail", customer.pk)
    if name == "owner" and not Customer.objects.visible_to(request.member).filter(pk=customer.pk).exists():
        messages.success(request, _("Handed over. You no longer see this customer."))
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("customer-list")})
    customer.refresh_from_db()
    return _shown(request, customer, record_words(request, customer), name, saved=True)


def leaving_note(request: MemberRequest) -> str:
    """What somebody who does not see everybody's customers should know before they give one away."""
    if request.member.reach(OWNED) is Reach.ALL:
        return ""
    return _("With an owner whose customers you do not see, it leaves your list.")


def _form(
    request: MemberRequest,
    customer: Customer,
    words: RecordWords,
    name: str,
    *,
    typed: str | None = None,
    seen: str | None = None,
    error: str = "",
) -> HttpResponse:
    kind = INPUT_TYPES.get(name, "text")
    field = words.field(name)
    context = {
        "customer": customer,
        "name": name,
        "label": field.label,
        "value": words.typed(name) if typed is None else typed,
        "seen": field.raw if seen is None else seen,
        "type": kind,
        "options": words.options(name) if kind == "select" else [],
        "error": error,
        "note": leaving_note(request) if name == "owner" else "",
        "action": reverse("customer-field-edit", args=[customer.pk, name]),
        "cancel_url": reverse("customer-field", args=[customer.pk, name]),
    }
    if not request.htmx:
        return render(
            request, "customers/edit_page.html", context | {"place": "customers"}, status=422 if error else 200
        )
    return render(request, "ui/field_edit.html", context, status=422 if error else 200)


# Contact points and addresses


def _contacts(request: MemberRequest, customer: Customer, **more: Any) -> HttpResponse:
    """The part of the record with contact points, addresses and tags."""
    context = {
        "customer": customer,
        "may_change": request.member.may(CHANGE),
        "may_tag": request.member.may(TAG),
        **contacts_context(request, customer),
        **more,
    }
    if not request.htmx:
        return redirect("customer-detail", customer.pk)
    if request.method == "POST" and not more.get("error") and _is_on_record(request, customer):
        # A number that came or went changes what the head offers.
        words = record_words(request, customer)
        context["renewed_head"] = head_context(request, customer, words) | {
            "actions": likely_actions(request, customer, context["contact_points"])
        }
    return render(request, "customers/contacts.html", context, status=422 if more.get("error") else 200)


def _kind(request: MemberRequest, kind: str) -> str:
    if kind not in FIELD_OF_KIND or not may_read_field(request.member, FIELD_OF_KIND[Identity.Kind(kind)]):
        raise Http404
    return kind


def _with_warning(request: MemberRequest, response: HttpResponse, added: SharedContactPoint | Identity) -> HttpResponse:
    if isinstance(added, SharedContactPoint):
        if not Customer.objects.visible_to(request.member).filter(pk=added.resolves_to.pk).exists():
            return toast(response, _("A customer whom you do not see has it too"), tone="warn")
        return toast(
            response,
            _("%(name)s has it too; messages from it still go to them") % {"name": shown_name(added.resolves_to)},
            tone="warn",
            href=reverse("customer-detail", args=[added.resolves_to.pk]),
            action=_("Open"),
        )
    return response


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def contact_points(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """A new contact point: the form, and what it sent."""
    customer = find_customer(request, customer_id)
    kind = _kind(request, request.POST.get("kind") or request.GET.get("kind", Identity.Kind.PHONE))
    if request.method == "GET":
        return _contacts(request, customer, adding=kind, add_type=INPUT_OF_KIND.get(Identity.Kind(kind), "text"))
    typed = request.POST.get("value", "")
    try:
        added = actions.add_contact_point(customer, kind, typed, acting_member=request.member)
    except ValueProblem as problem:
        return _contacts(
            request,
            customer,
            adding=kind,
            add_type=INPUT_OF_KIND.get(Identity.Kind(kind), "text"),
            typed=typed,
            error=str(problem),
        )
    return _with_warning(request, _contacts(request, customer, saved=_identity_of(added).pk), added)


def _identity_of(added: SharedContactPoint | Identity) -> Identity:
    return added.identity if isinstance(added, SharedContactPoint) else added


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def contact_point(request: MemberRequest, customer_id: UUID, identity_id: UUID) -> HttpResponse:
    """One contact point being edited, or with `remove` taken away."""
    customer = find_customer(request, customer_id)
    identity = get_object_or_404(
        Identity, pk=identity_id, workspace_id=request.member.workspace_id, customer_id=customer.pk
    )
    _kind(request, identity.kind)
    if request.method == "GET":
        return _contacts(
            request,
            customer,
            editing=identity.pk,
            typed=queries.identity_words(identity.kind, identity.value),
            seen=identity.value,
        )
    if request.POST.get("remove"):
        actions.remove_contact_point(identity, acting_member=request.member)
        return _contacts(request, customer)
    typed, seen = request.POST.get("value", ""), request.POST.get("seen", "")
    try:
        changed = actions.edit_contact_point(identity, typed, seen=seen, acting_member=request.member)
    except EditedMeanwhile as conflict:
        return _contacts(
            request, customer, editing=identity.pk, typed=typed, seen=conflict.current, error=str(conflict)
        )
    except ValueProblem as problem:
        return _contacts(request, customer, editing=identity.pk, typed=typed, seen=seen, error=str(problem))
    return _with_warning(request, _contacts(request, customer, saved=identity.pk), changed)


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def addresses(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """A new address: the form, and what it sent."""
    customer = find_customer(request, customer_id)
    require_reading(request.member, Privacy.CONTACT)
    if request.method == "GET":
        return _contacts(request, customer, adding="address")
    typed = request.POST.get("value", "")
    try:
        added = actions.add_address(customer, typed, acting_member=request.member)
    except ValueProblem as problem:
        return _contacts(request, customer, adding="address", typed=typed, error=str(problem))
    return _contacts(request, customer, saved=added.pk)


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def address(request: MemberRequest, customer_id: UUID, address_id: UUID) -> HttpResponse:
    """One address being edited, or with `remove` taken away."""
    customer = find_customer(request, customer_id)
    require_reading(request.member, Privacy.CONTACT)
    found = get_object_or_404(Address, pk=address_id, workspace_id=request.member.workspace_id, customer_id=customer.pk)
    if request.method == "GET":
        return _contacts(request, customer, editing=found.pk, typed=one_line(found), seen=one_line(found))
    if request.POST.get("remove"):
        actions.remove_address(found, acting_member=request.member)
        return _contacts(request, customer)
    typed, seen = request.POST.get("value", ""), request.POST.get("seen", "")
    try:
        actions.edit_address(found, typed, seen=seen, acting_member=request.member)
    except EditedMeanwhile as conflict:
        return _contacts(request, customer, editing=found.pk, typed=typed, seen=conflict.current, error=str(conflict))
    except ValueProblem as problem:
        return _contacts(request, customer, editing=found.pk, typed=typed, seen=seen, error=str(problem))
    return _contacts(request, customer, saved=found.pk)


@require_POST
@requires(TAG)
def customer_tags(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Put a tag on one customer, or with `off` take it off."""
    customer = find_customer(request, customer_id)
    name = request.POST.get("tag", "")
    try:
        if request.POST.get("off"):
            actions.untag_customers([customer.pk], name, acting_member=request.member)
        else:
            actions.tag_customers([customer.pk], name, acting_member=request.member)
    except ValueProblem as problem:
        return _contacts(request, customer, adding="tag", error=str(problem))
    return _contacts(request, customer)
