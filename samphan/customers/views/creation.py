"""A new customer: the form, the warning while typing, and what was made."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, queries, reading
from samphan.customers.actions.contact_points import FIELD_OF_KIND
from samphan.customers.forms import CustomerForm
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.customers.permissions import ADD
from samphan.customers.views.words import may_read_field
from samphan.platform.access import requires
from samphan.platform.thai.problems import ValueProblem

CHECKED = ("phone", "email", "line_id", "tax_id", "member_number", "external_id")
"""Fields whose value tells whether the customer is there already."""


@require_http_methods(["GET", "POST"])
@requires(ADD)
def customer_create(request: MemberRequest) -> HttpResponse:
    """The form of a new customer; `again` keeps it open for the next one."""
    if request.method == "GET":
        wanted = {name: request.GET[name] for name in request.GET if name in CustomerForm.base_fields}
        return _page(request, CustomerForm(initial=wanted, viewer=request.member))
    form = CustomerForm(request.POST, viewer=request.member)
    values = {name: ", ".join(request.POST.getlist(name)) for name in form.fields}
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        created = actions.create_customer(values, acting_member=request.member)
    except actions.FieldProblems as refused:
        form.add_problems(refused.problems)
        return _page(request, form, status=422)
    name = shown_name(created.customer)
    messages.success(request, _("%(name)s added") % {"name": name})
    seen = set(
        Customer.objects.visible_to(request.member)
        .filter(pk__in=[shared.resolves_to.pk for shared in created.shared])
        .values_list("pk", flat=True)
        if created.shared
        else ()
    )
    for shared in created.shared:
        if shared.resolves_to.pk not in seen:
            value = queries.identity_words(shared.identity.kind, shared.identity.value)
            messages.warning(request, _("%(value)s is also that of a customer whom you do not see") % {"value": value})
            continue
        messages.warning(
            request,
            _("%(value)s is also %(name)s’s; messages from it still go to them")
            % {
                "value": queries.identity_words(shared.identity.kind, shared.identity.value),
                "name": shown_name(shared.resolves_to),
            },
        )
    if request.POST.get("again"):
        kept = urlencode({"kind": created.customer.kind, "source": created.customer.source})
        return redirect(f"{reverse('customer-create')}?{kept}")
    if not Customer.objects.visible_to(request.member).filter(pk=created.customer.pk).exists():
        return redirect("customer-list")
    return redirect("customer-detail", created.customer.pk)


def _page(request: MemberRequest, form: CustomerForm, *, status: int = 200) -> HttpResponse:
    kind = form["kind"].value()
    context = {
        "place": "customers",
        "form": form,
        "is_organisation": kind == Customer.Kind.ORGANISATION,
        "checked": CHECKED,
    }
    return render(request, "customers/create.html", context, status=status)


@require_GET
@requires(ADD)
def same_customers(request: MemberRequest) -> HttpResponse:
    """Who has that phone, e-mail or number already; empty while nobody does, and while it is not whole yet."""
    name = next((known for known in CHECKED if request.GET.get(known)), "")
    found: list[Customer] = []
    text = request.GET.get(name, "") if name else ""
    if name and may_read_field(request.member, name):
        try:
            if name == "tax_id":
                kind, value = "tax_id", str(reading.read_field("tax_id", text, today=date.min))
            else:
                kind = next(str(kind) for kind, field in FIELD_OF_KIND.items() if field == name)
                value = reading.read_contact_point(kind, text)[0]
            found = queries.same_customers(request.member, kind=kind, value=value)
        except ValueProblem:
            found = []
    return render(request, "customers/same.html", {"found": [(one, shown_name(one)) for one in found]})
