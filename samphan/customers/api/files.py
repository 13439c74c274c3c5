"""Files of a customer, and the photo."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions
from samphan.customers import files as of_customer
from samphan.customers.api.parts import customer_of
from samphan.customers.models import Customer, CustomerFile
from samphan.customers.permissions import CHANGE, VIEW
from samphan.platform.access import require_reading, requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.schemas import CursorParams
from samphan.platform.api.walking import walk
from samphan.platform.catalogue import Privacy

router = Router()


class FileOut(Schema):
    """A file of a customer; `url` is where what it holds is fetched, with the same token."""

    id: UUID
    name: str
    content_type: str
    size: int
    added_at: str
    url: str


class FilePage(Schema):
    """One page of files, the last added first."""

    data: list[FileOut]
    next_cursor: str | None


@router.get(
    "/customers/{uuid:customer_id}/files",
    response=FilePage,
    operation_id="files_list",
    summary=_("Files of a customer"),
)
@requires(VIEW)
def list_files(request: MemberRequest, customer_id: UUID, params: Query[CursorParams]) -> HttpResponse:
    """The files that were not deleted."""
    customer = _customer(request, customer_id)
    rows = (
        CustomerFile.objects.visible_to(request.member)
        .standing()
        .filter(customer_id=customer.pk, kind=CustomerFile.Kind.FILE)
    )
    found, cursor = walk(rows, params, ("added_at", "pk"), descending=True)
    return answer(request, {"data": [_file(one) for one in found], "next_cursor": cursor})


@router.post(
    "/customers/{uuid:customer_id}/files",
    response={201: FileOut},
    operation_id="files_create",
    summary=_("Attach a file"),
)
@requires(CHANGE)
def add_file(request: MemberRequest, customer_id: UUID, file: File[UploadedFile]) -> HttpResponse:
    """Attach a file, sent as the part `file` of a form."""
    customer = _customer(request, customer_id)
    act, made = actions.add_file(customer, file, name=file.name or "file", acting_member=request.member)
    return answer(request, _file(made), status=201, change=act)


@router.get(
    "/customers/{uuid:customer_id}/files/{uuid:file_id}/content",
    response={200: bytes},
    operation_id="files_content",
    summary=_("What a file holds"),
)
@requires(VIEW)
def file_content(request: MemberRequest, customer_id: UUID, file_id: UUID) -> HttpResponseBase:
    """What a file holds, as it was attached."""
    return _content(_find_file(request, customer_id, file_id))


def _content(one: CustomerFile) -> FileResponse:
    try:
        content = default_storage.open(one.path)
    except (OSError, ValueError):
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=one.name, content_type=one.content_type)


@router.delete(
    "/customers/{uuid:customer_id}/files/{uuid:file_id}",
    response={204: None},
    operation_id="files_delete",
    summary=_("Delete a file"),
)
@requires(CHANGE)
def delete_file(request: MemberRequest, customer_id: UUID, file_id: UUID) -> HttpResponse:
    """Delete a file; the act can be undone."""
    return nothing(change=actions.delete_file(_find_file(request, customer_id, file_id), acting_member=request.member))


def _find_file(request: MemberRequest, customer_id: UUID, file_id: UUID) -> CustomerFile:
    customer = _customer(request, customer_id)
    found = (
        CustomerFile.objects.visible_to(request.member).standing().filter(customer_id=customer.pk, pk=file_id).first()
    )
    if found is None:
        raise Http404
    return found


def _file(one: CustomerFile) -> Mapping[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "content_type": one.content_type,
        "size": one.size,
        "added_at": one.added_at,
        "url": f"{BASE}customers/{one.customer_id}/files/{one.pk}/content",
    }


# The photo


@router.get(
    "/customers/{uuid:customer_id}/photo",
    response={200: bytes},
    operation_id="photo_get",
    summary=_("Photo of a customer"),
)
@requires(VIEW)
def get_photo(request: MemberRequest, customer_id: UUID) -> HttpResponseBase:
    """The photo as a square JPEG."""
    return _content(_photo(request, customer_id))


@router.post(
    "/customers/{uuid:customer_id}/photo",
    response={201: FileOut},
    operation_id="photo_set",
    summary=_("Set the photo"),
)
@requires(CHANGE)
def set_photo(request: MemberRequest, customer_id: UUID, file: File[UploadedFile]) -> HttpResponse:
    """Give a customer a photo, sent as the part `file` of a form; a small square of it is kept."""
    customer = _customer(request, customer_id)
    act, made = actions.set_photo(customer, file, name=file.name or "photo", acting_member=request.member)
    return answer(request, _file(made), status=201, change=act)


@router.delete(
    "/customers/{uuid:customer_id}/photo",
    response={204: None},
    operation_id="photo_delete",
    summary=_("Take the photo away"),
)
@requires(CHANGE)
def delete_photo(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Take the photo away; the act can be undone."""
    return nothing(change=actions.delete_file(_photo(request, customer_id), acting_member=request.member))


def _photo(request: MemberRequest, customer_id: UUID) -> CustomerFile:
    found = of_customer.photo_of(_customer(request, customer_id).pk, request.member)
    if found is None:
        raise Http404
    return found


def _customer(request: MemberRequest, customer_id: UUID) -> Customer:
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    return customer
