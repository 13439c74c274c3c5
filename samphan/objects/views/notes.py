"""Notes on a record: written above its timeline, taken away by who wrote them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from samphan.administration.middleware import MemberRequest
from samphan.objects import actions
from samphan.objects.models import RecordNote
from samphan.objects.permissions import requires_for_object
from samphan.objects.views.record import find_record
from samphan.platform.access import require_reading
from samphan.platform.catalogue import Privacy
from samphan.platform.errors import DomainError
from samphan.ui.toasts import toast


@require_POST
@requires_for_object("change")
def record_notes(request: MemberRequest, entity_name: str, object_record_id: UUID) -> HttpResponse:
    """Write a note; the answer is the fresh form, and the timeline reads itself again."""
    require_reading(request.member, Privacy.PERSONAL)
    kind, record = find_record(request, entity_name, object_record_id)
    typed = request.POST.get("text", "")
    context = {"kind": kind, "record": record}
    try:
        act = actions.write_note(kind, record, typed, acting_member=request.member, at=timezone.now())
    except DomainError as problem:
        if not request.htmx:
            raise
        return render(request, "objects/note_form.html", context | {"typed": typed, "error": str(problem)}, status=422)
    if not request.htmx:
        return redirect("record-detail", entity_name, record.pk)
    response = render(request, "objects/note_form.html", context)
    response = toast(response, _("Note saved"), undo=reverse("change-undo", args=[act]))
    return trigger_client_event(response, "samphan:timeline", {})


@require_POST
@requires_for_object("change")
def note_deletion(
    request: MemberRequest, entity_name: str, object_record_id: UUID, record_note_id: UUID
) -> HttpResponse:
    """Take one's own note away; the toast brings it back."""
    require_reading(request.member, Privacy.PERSONAL)
    kind, record = find_record(request, entity_name, object_record_id)
    own = RecordNote.objects.filter(workspace_id=record.workspace_id, record_id=record.pk)
    act = actions.delete_note(kind, get_object_or_404(own, pk=record_note_id), acting_member=request.member)
    undo = reverse("change-undo", args=[act])
    if not request.htmx:
        messages.success(request, _("Note deleted"), extra_tags=undo)
        return redirect("record-detail", entity_name, record.pk)
    response = toast(HttpResponse(status=204), _("Note deleted"), undo=undo)
    return trigger_client_event(response, "samphan:timeline", {})
