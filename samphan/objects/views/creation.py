"""A new record of a company's own kind."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.objects import actions
from samphan.objects.actions import BadRecord
from samphan.objects.forms import RecordForm
from samphan.objects.known import object_or_404
from samphan.objects.models import CustomObject
from samphan.objects.permissions import requires_for_object
from samphan.platform.ids import as_uuid


@require_http_methods(["GET", "POST"])
@requires_for_object("add")
def record_create(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The form of a new record; `?customer=` names whose it is, `again` keeps the form open for the next one."""
    kind = object_or_404(entity_name)
    if request.method == "GET":
        return _page(request, kind, RecordForm(initial=_wanted(request), kind=kind, viewer=request.member))
    form = RecordForm(request.POST, kind=kind, viewer=request.member)
    values = {name: ", ".join(request.POST.getlist(name)) for name in form.fields}
    if not form.is_valid():
        return _page(request, kind, form, status=422)
    try:
        _act, record = actions.create_record(kind, values, acting_member=request.member)
    except BadRecord as refused:
        form.add_problems(refused)
        return _page(request, kind, form, status=422)
    messages.success(request, _("%(name)s added") % {"name": record.title})
    if request.POST.get("again"):
        kept = {"customer": record.customer_id} if record.customer_id else {}
        return redirect(f"{reverse('record-create', args=[entity_name])}?{urlencode(kept)}".rstrip("?"))
    return redirect("record-detail", entity_name, record.pk)


def _wanted(request: MemberRequest) -> dict[str, Any]:
    """What the address says of the new record, a customer by id."""
    customer_id = as_uuid(request.GET.get("customer", ""))
    if customer_id is None:
        return {}
    customer = Customer.objects.visible_to(request.member).filter(pk=customer_id).first()
    return {"customer": str(customer.pk)} if customer else {}


def _page(request: MemberRequest, kind: CustomObject, form: RecordForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"place": kind.entity_name, "kind": kind, "form": form, "customer": None}
    customer_id = as_uuid(str(form["customer"].value() or "")) if kind.has_customer else None
    if customer_id is not None:
        # Whose it is was said by the page that it came from: the name is shown, the id is what is sent.
        context["customer"] = Customer.objects.visible_to(request.member).filter(pk=customer_id).first()
    context["customer_name"] = shown_name(context["customer"]) if context["customer"] else ""
    return render(request, "objects/record_create.html", context, status=status)
