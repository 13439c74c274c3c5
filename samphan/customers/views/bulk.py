"""Acts on the selected rows of the list: assign, tag, delete."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from samphan.administration.absences import with_absences
from samphan.administration.deleted import kept_for
from samphan.administration.lists.bulk import selected
from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, queries
from samphan.customers.names import shown_name
from samphan.customers.permissions import CHANGE, DELETE, ERASE, TAG
from samphan.customers.views.fields import leaving_note
from samphan.customers.views.state import CUSTOMER_LIST, CustomerList
from samphan.platform.access import requires
from samphan.ui.toasts import toast


def chosen_customers(request: MemberRequest) -> list[UUID]:
    """The ids that a bulk form sent, or with `all` those of the whole list whose state is in `list`.

    :raises BadSelection: when there are none, or more than one act may take.
    """
    return selected(CustomerList(request, request.POST.get("list", "")), actions.MAX_AT_ONCE)


def undo_url(changeset_id: UUID) -> str:
    """Where a POST takes an act back; the platform's own address."""
    return reverse("change-undo", args=[changeset_id])


def done(request: MemberRequest, message: str, changeset_id: UUID | None = None) -> HttpResponse:
    """Say what was done with the way back, and let the list fetch itself again."""
    if not request.htmx:
        messages.success(request, message)
        return redirect(request.POST.get("next") or "customer-list")
    undo = undo_url(changeset_id) if changeset_id else ""
    response = trigger_client_event(toast(HttpResponse(status=204), message, undo=undo), "samphan:close-dialog", {})
    return trigger_client_event(response, CUSTOMER_LIST.changed_event, {})


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def customer_assignment(request: MemberRequest) -> HttpResponse:
    """Put the selected customers in somebody's care; a GET asks in whose."""
    if request.method == "GET":
        owners = CustomerList(request, "").owners
        return render(
            request,
            "customers/bulk_dialog.html",
            {
                "act": "assign",
                "owners": with_absences(request.member.workspace, owners.items()),
                "note": leaving_note(request),
            },
        )
    owner = request.POST.get("owner", "")
    act, count = actions.assign_owner(chosen_customers(request), owner, acting_member=request.member)
    names = CustomerList(request, "").owners
    name = next((name for member_id, name in names.items() if str(member_id) == owner), "")
    message = (
        ngettext("%(count)s customer is now %(name)s’s", "%(count)s customers are now %(name)s’s", count)
        if name
        else ngettext("%(count)s customer has no owner now", "%(count)s customers have no owner now", count)
    )
    return done(request, message % {"count": f"{count:,}", "name": name}, act if count else None)


@require_http_methods(["GET", "POST"])
@requires(TAG)
def customer_tagging(request: MemberRequest) -> HttpResponse:
    """Put a tag on the selected customers, or with `off` take it off; a GET asks for the tag."""
    if request.method == "GET":
        return render(request, "customers/bulk_dialog.html", {"act": "tag", "known": queries.tags(request.member)})
    name = request.POST.get("tag", "")
    if request.POST.get("off"):
        act, count = actions.untag_customers(chosen_customers(request), name, acting_member=request.member)
        message = ngettext(
            "Tag “%(tag)s” taken off %(count)s customer", "Tag “%(tag)s” taken off %(count)s customers", count
        )
    else:
        act, count = actions.tag_customers(chosen_customers(request), name, acting_member=request.member)
        message = ngettext("%(count)s customer tagged “%(tag)s”", "%(count)s customers tagged “%(tag)s”", count)
    return done(request, message % {"count": f"{count:,}", "tag": name.strip()}, act if count else None)


@require_POST
@requires(DELETE)
def customer_deletion(request: MemberRequest) -> HttpResponse:
    """Delete the selected customers; they can come back for 30 days."""
    act, count = actions.delete_customers(chosen_customers(request), acting_member=request.member)
    message = ngettext("%(count)s customer deleted", "%(count)s customers deleted", count) % {"count": f"{count:,}"}
    if request.htmx and request.POST.get("from") == "record":
        messages.success(request, message)
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("deleted-customers")})
    return done(request, message, act if count else None)


@require_GET
@requires(DELETE)
def deleted_customers(request: MemberRequest) -> HttpResponse:
    """The customers that can still come back, each with its way back and the day on which it goes."""
    time, zone = kept_for(request.member.workspace_id), request.member.workspace.zone
    gone = queries.deleted_customers(request.member, since=timezone.now() - time)
    rows = [
        {"customer": one, "name": shown_name(one), "erased_on": (one.deleted_at + time).astimezone(zone).date()}
        for one in gone
        if one.deleted_at
    ]
    context = {"place": "customers", "rows": rows, "days": time.days, "may_erase": request.member.may(ERASE)}
    return render(request, "customers/deleted.html", context)


@require_POST
@requires(DELETE)
def customer_restoration(request: MemberRequest) -> HttpResponse:
    """Bring deleted customers back."""
    count = actions.restore_customers(chosen_customers(request), acting_member=request.member)
    message = ngettext("%(count)s customer is back", "%(count)s customers are back", count) % {"count": f"{count:,}"}
    messages.success(request, message)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("deleted-customers")})
    return redirect("deleted-customers")
