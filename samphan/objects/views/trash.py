"""Records that are deleted, and those that come back within 30 days."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from samphan.administration import lists
from samphan.administration.deleted import kept_for
from samphan.administration.lists.bulk import selected
from samphan.administration.lists.page import ListPage
from samphan.administration.middleware import MemberRequest
from samphan.objects import actions
from samphan.objects.known import object_or_404
from samphan.objects.models import ObjectRecord
from samphan.objects.permissions import requires_for_object
from samphan.platform.ids import as_uuid
from samphan.ui.toasts import toast

SHOWN = 200


@require_POST
@requires_for_object("delete")
def record_deletion(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Delete the records that a list or a record's page named; they can come back for 30 days."""
    kind = object_or_404(entity_name)
    page = ListPage(request, lists.kind(entity_name), request.POST.get("list", ""))
    ids = selected(page, actions.MAX_AT_ONCE)
    act, count = actions.delete_records(kind, ids, acting_member=request.member)
    message = ngettext("%(count)s record deleted", "%(count)s records deleted", count) % {"count": f"{count:,}"}
    undo = reverse("change-undo", args=[act]) if count else ""
    if not request.htmx or request.POST.get("from") == "record":
        messages.success(request, message, extra_tags=undo)
        there = reverse("record-list", args=[entity_name])
        return HttpResponse(status=204, headers={"HX-Redirect": there}) if request.htmx else redirect(there)
    response = trigger_client_event(toast(HttpResponse(status=204), message, undo=undo), "samphan:close-dialog", {})
    return trigger_client_event(response, page.kind.changed_event, {})


@require_GET
@requires_for_object("delete")
def deleted_records(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The deleted records that can still come back, each with its way back."""
    kind = object_or_404(entity_name)
    time = kept_for(kind.workspace_id)
    gone = ObjectRecord.objects.reached_by(request.member, kind).filter(deleted_at__gte=timezone.now() - time)
    rows = gone.order_by("-deleted_at")[:SHOWN]
    context = {"place": entity_name, "kind": kind, "rows": rows, "days": time.days}
    return render(request, "objects/deleted.html", context)


@require_POST
@requires_for_object("delete")
def record_restoration(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Bring deleted records back."""
    kind = object_or_404(entity_name)
    ids = [found for text in request.POST.getlist("ids")[: actions.MAX_AT_ONCE] if (found := as_uuid(text))]
    count = actions.restore_records(kind, ids, acting_member=request.member)
    messages.success(
        request,
        ngettext("%(count)s record is back", "%(count)s records are back", count) % {"count": f"{count:,}"},
    )
    there = reverse("record-deleted", args=[entity_name])
    return HttpResponse(status=204, headers={"HX-Redirect": there}) if request.htmx else redirect(there)
