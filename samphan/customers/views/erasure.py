"""Erase one deleted customer at once, as the right of erasure asks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.customers.permissions import ERASE
from samphan.platform.access import requires


@require_http_methods(["GET", "POST"])
@requires(ERASE)
def customer_erasure(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """What goes and what stays, and the name to type; a POST erases."""
    customer = get_object_or_404(Customer.objects.reached_by(request.member), pk=customer_id)
    if customer.deleted_at is None:
        raise actions.NotDeleted
    error = ""
    if request.method == "POST":
        try:
            actions.erase_customer(customer.pk, typed=request.POST.get("name", ""), acting_member=request.member)
        except actions.NotConfirmed as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("Erased for good"))
            return redirect("deleted-customers")
    context = {
        "place": "customers",
        "name": customer.name,
        "parent": _("Deleted customers"),
        "back": reverse("deleted-customers"),
        "shown": shown_name(customer),
        "orders": customer.order_count,
        "typed": request.POST.get("name", "")[:500],
        "error": error,
    }
    return render(request, "administration/erasure.html", context, status=422 if error else 200)
