"""Sharing customers: the dialog of one record, and of those selected in the list."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from samphan.administration import queries, sharing
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member, Team
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.customers.permissions import SHARE
from samphan.customers.reach import OWNED
from samphan.customers.views.finding import find_customer
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.ui.toasts import toast


def may_share(member: Member) -> bool:
    """True when the member may share, and it would give a colleague something."""
    return member.may(SHARE) and sharing.says_something(member, OWNED)


@require_http_methods(["GET", "POST"])
@requires(SHARE)
def customer_sharing(request: MemberRequest) -> HttpResponse:
    """Share the selected customers; a GET asks with whom."""
    from samphan.customers.views.bulk import chosen_customers, done

    if request.method == "GET":
        return _dialog(request, None)
    member_ids, team_ids = chosen(request)
    act, count = actions.share_customers(
        chosen_customers(request), member_ids=member_ids, team_ids=team_ids, acting_member=request.member
    )
    message = ngettext("%(count)s customer shared", "%(count)s customers shared", count) % {"count": f"{count:,}"}
    return done(request, message, act if count else None)


@require_http_methods(["GET", "POST"])
@requires(SHARE)
def shares_of_customer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """With whom one customer is shared; a POST shares it with one more."""
    customer = find_customer(request, customer_id)
    if request.method == "GET":
        return _dialog(request, customer)
    member_ids, team_ids = chosen(request)
    try:
        act, count = actions.share_customers(
            [customer.pk], member_ids=member_ids, team_ids=team_ids, acting_member=request.member
        )
    except sharing.NobodyToShareWith as problem:
        return _dialog(request, customer, error=str(problem))
    said = _("Shared") if count else _("They see this customer already")
    return _answer(request, customer, said, act if count else None)


@require_POST
@requires(SHARE)
def share_removal(request: MemberRequest, customer_id: UUID, share_id: UUID) -> HttpResponse:
    """End one sharing of a customer."""
    customer = find_customer(request, customer_id)
    act = actions.end_sharing(customer, share_id, acting_member=request.member)
    if not Customer.objects.visible_to(again(request)).filter(pk=customer.pk).exists():
        # It was shared with oneself, and that was all.
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("customer-list")})
    return _answer(request, customer, _("No longer shared"), act)


def again(request: MemberRequest) -> Member:
    """The member, who asks anew what is shared with them."""
    request.member.forget_rights()
    return request.member


def _answer(request: MemberRequest, customer: Customer, said: str, act: UUID | None) -> HttpResponse:
    if not request.htmx:
        return redirect("customer-detail", customer.pk)
    undo = reverse("change-undo", args=[act]) if act else ""
    return toast(_dialog(request, customer), said, undo=undo)


def chosen(request: MemberRequest) -> tuple[list[UUID], list[UUID]]:
    """The colleagues and the teams that the dialog was sent with. :raises Http404: for what is no id."""
    found = []
    for name in ("member", "team"):
        text = request.POST.get(name, "")
        identity = as_uuid(text)
        if text and identity is None:
            raise Http404
        found.append([identity] if identity else [])
    return found[0], found[1]


def _dialog(request: MemberRequest, customer: Customer | None, *, error: str = "") -> HttpResponse:
    text = _(
        "They see the customer with everything that belongs to it, though it is not theirs. "
        "What they may do with it, their role says."
    )
    if customer is None:
        return share_dialog(request, reverse("customer-sharing"), text, shares=None, error=error)
    shares = [
        (one, reverse("customer-share-removal", args=[customer.pk, one.id]))
        for one in sharing.shared_with(request.member, OWNED, customer.pk)
    ]
    return share_dialog(request, reverse("customer-shares", args=[customer.pk]), text, shares=shares, error=error)


def share_dialog(
    request: MemberRequest,
    action: str,
    text: str,
    *,
    shares: list[tuple[sharing.SharedWith, str]] | None,
    error: str = "",
) -> HttpResponse:
    """The dialog that asks with whom to share; a POST to `action` does it.

    :param text: what they will see. :param shares: of one record those that stand, with where each is ended; None for
        the records selected in a list.
    """
    teams = Team.objects.filter(workspace_id=request.member.workspace_id).order_by("name").values_list("pk", "name")
    context: dict[str, Any] = {
        "action": action,
        "text": text,
        "shares": shares,
        "people": [(one.pk, one.name) for one in queries.members(request.member) if one.pk != request.member.pk],
        "teams": list(teams),
        "error": error,
    }
    return render(request, "customers/share_dialog.html", context, status=422 if error else 200)
