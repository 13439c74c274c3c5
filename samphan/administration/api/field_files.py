"""Files in custom fields of records of every kind."""

from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from samphan.administration.custom_fields import files
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.panel import found_of
from samphan.administration.middleware import MemberRequest
from samphan.platform.access import require, requires
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.records import file_facts
from samphan.platform.attachments import held_files

router = Router(tags=["Fields"])
_FILES = "/fields/{entity}/records/{uuid:record_id}/{name}/files"


class FieldFileOut(Schema):
    """A file in a custom field; `url` is where what it holds is fetched, with the same token."""

    id: UUID
    name: str
    content_type: str
    size: int
    url: str


class FieldFilesOut(Schema):
    """The files of one field of a record, in the order in which they were attached."""

    data: list[FieldFileOut]


@router.get(_FILES, response=FieldFilesOut, operation_id="field_files_list", summary=_("Files in a custom field"))
@requires("signed_in")
def list_field_files(request: MemberRequest, entity: str, record_id: UUID, name: str) -> HttpResponse:
    """The files that a record holds in a field."""
    host, record, field = _found(request, entity, record_id, name)
    held = held_files(record.custom.get(field.key))
    return answer(request, {"data": [file_facts(one, host.entity_name, record.pk, field.name) for one in held]})


@router.post(
    _FILES,
    response={201: FieldFileOut},
    operation_id="field_files_create",
    summary=_("Attach a file to a custom field"),
)
@requires("signed_in")
def add_field_file(
    request: MemberRequest, entity: str, record_id: UUID, name: str, file: File[UploadedFile]
) -> HttpResponse:
    """Attach a file, sent as the part `file` of a form; the act can be undone."""
    host, record, field = _found(request, entity, record_id, name)
    require(request.member, host.change)
    sent = [(file.name or "file", file)]
    act, taken, refused = files.add_files(host, record, field, sent, acting_member=request.member)
    if refused:
        raise refused[0]
    return answer(request, file_facts(taken[0], host.entity_name, record.pk, field.name), status=201, change=act)


@router.get(
    _FILES + "/{uuid:file_id}/content",
    response={200: bytes},
    operation_id="field_files_content",
    summary=_("What a file in a custom field holds"),
)
@requires("signed_in")
def field_file_content(
    request: MemberRequest, entity: str, record_id: UUID, name: str, file_id: UUID
) -> HttpResponseBase:
    """What a file holds, as it was attached."""
    _host, record, field = _found(request, entity, record_id, name)
    one = files.file_of(record, field, file_id)
    if one is None:
        raise Http404
    try:
        content = default_storage.open(one.path)
    except (OSError, ValueError):
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=one.name, content_type=one.content_type)


@router.delete(
    _FILES + "/{uuid:file_id}",
    response={204: None},
    operation_id="field_files_delete",
    summary=_("Take a file out of a custom field"),
)
@requires("signed_in")
def remove_field_file(request: MemberRequest, entity: str, record_id: UUID, name: str, file_id: UUID) -> HttpResponse:
    """Take a file out of a record; the act can be undone."""
    host, record, field = _found(request, entity, record_id, name)
    require(request.member, host.change)
    act = files.remove_file(host, record, field, file_id, acting_member=request.member)
    if act is None:
        raise Http404
    return nothing(change=act)


def _found(request: MemberRequest, entity: str, record_id: UUID, name: str) -> tuple[Host, Any, CustomField]:
    host, record, field = found_of(request, entity, record_id, name)
    if field.kind != "file":
        raise Http404
    return host, record, field
