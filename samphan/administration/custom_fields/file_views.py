"""Files in custom fields on the page of a record: attached, fetched, taken away."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from samphan.administration.custom_fields import files, values
from samphan.administration.custom_fields.panel import Writer, found_of
from samphan.administration.middleware import MemberRequest
from samphan.platform.access import require, requires
from samphan.platform.attachments import file_answer
from samphan.ui.toasts import toast


@require_POST
@requires("signed_in")
def custom_files(request: MemberRequest, entity_name: str, record_id: UUID, name: str) -> HttpResponse:
    """Attach `files` to a record, each taken or refused by itself."""
    host, record, field = found_of(request, entity_name, record_id, name)
    require(request.member, host.change)
    if field.kind != "file":
        raise Http404
    sent = [(one.name or "file", one) for one in request.FILES.getlist("files") if isinstance(one, UploadedFile)]
    act, taken, refused = files.add_files(host, record, field, sent, acting_member=request.member)
    problems = [str(one) for one in refused] if sent else [_("Choose a file first.")]
    if not request.htmx and taken and not problems:
        return redirect(host.url(record.pk))
    record.refresh_from_db()
    row = Writer(request, host).row(field, record, problems)
    if not request.htmx:
        context = {
            "row": row,
            "label": str(values.label_of(field)),
            "record": str(record),
            "back_url": host.url(record.pk),
        }
        context["place"] = host.entity_name
        return render(request, "administration/custom_fields/files_page.html", context, status=200 if taken else 422)
    context = {"row": row, "saved": bool(taken)}
    response = render(request, "administration/custom_fields/row.html", context, status=200 if taken else 422)
    if not taken or act is None:
        return response
    words = ngettext("Attached: %(name)s", "%(count)s files attached", len(taken))
    said = words % {"name": taken[0].name, "count": len(taken)}
    return toast(trigger_client_event(response, "samphan:timeline", {}), said, undo=reverse("change-undo", args=[act]))


@require_http_methods(["GET", "POST"])
@requires("signed_in")
def custom_file(
    request: MemberRequest, entity_name: str, record_id: UUID, name: str, field_file_id: UUID
) -> HttpResponseBase:
    """What a file holds; a POST takes it out of the record."""
    host, record, field = found_of(request, entity_name, record_id, name)
    one = files.file_of(record, field, field_file_id)
    if one is None:
        raise Http404
    if request.method == "POST":
        require(request.member, host.change)
        act = files.remove_file(host, record, field, one.pk, acting_member=request.member)
        if not request.htmx:
            return redirect(host.url(record.pk))
        record.refresh_from_db()
        row = Writer(request, host).row(field, record)
        response = render(request, "administration/custom_fields/row.html", {"row": row})
        trigger_client_event(response, "samphan:timeline", {})
        if act is None:
            return response
        return toast(response, _("Deleted: %(name)s") % {"name": one.name}, undo=reverse("change-undo", args=[act]))
    try:
        content = default_storage.open(one.path)
    except (OSError, ValueError):
        said = _("What “%(name)s” held is not in the storage any more.") % {"name": one.name}
        context = {"title": _("The file is gone"), "message": said, "status": 410}
        return render(request, "ui/error.html", context, status=410)
    return file_answer(content, name=one.name, content_type=one.content_type)
