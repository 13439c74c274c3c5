"""What one record has beside its fields: with whom it is shared, and what was written about it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from samphan.administration import sharing
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import member_names
from samphan.customers.api.record import ShareIn, SharesOut
from samphan.objects import actions
from samphan.objects.actions import MAX_NOTE, EmptyNote, TooLong
from samphan.objects.api.records import object_of
from samphan.objects.fields import rows_of
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.objects.sharing import end_sharing, share_record
from samphan.platform.access import require_reading, requires
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import CursorParams, Strict
from samphan.platform.api.walking import walk
from samphan.platform.catalogue import Privacy

router = Router()
ONE = "/objects/{object_key}/records/{uuid:record_id}"


def record_of(request: MemberRequest, key: str, record_id: UUID, verb: str) -> tuple[CustomObject, ObjectRecord]:
    """The kind and the record of an address, as far as the member sees them and may do this; else a 404 or a 403."""
    kind = object_of(request, key, verb)
    record = rows_of(kind, request.member).filter(pk=record_id).first()
    if record is None:
        raise Http404
    return kind, record


# With whom it is shared


@router.get(
    f"{ONE}/shares",
    response=SharesOut,
    operation_id="record_shares_list",
    summary=_("With whom a record is shared"),
)
@requires("signed_in")
def list_shares(request: MemberRequest, object_key: str, record_id: UUID) -> HttpResponse:
    """Colleagues and teams that see the record though it is out of their reach."""
    return answer(request, _shares(request, *record_of(request, object_key, record_id, "share")))


@router.post(
    f"{ONE}/shares",
    response={201: SharesOut},
    operation_id="record_shares_create",
    summary=_("Share a record"),
)
@requires("signed_in")
def share(request: MemberRequest, object_key: str, record_id: UUID, body: Body[ShareIn]) -> HttpResponse:
    """Let colleagues and teams see a record; who sees it because it is shared already keeps what they have."""
    kind, record = record_of(request, object_key, record_id, "share")
    act, is_new = share_record(
        kind, record, member_ids=body.member_ids, team_ids=body.team_ids, acting_member=request.member
    )
    return answer(request, _shares(request, kind, record), status=201, change=act if is_new else None)


@router.delete(
    f"{ONE}/shares/{{uuid:share_id}}",
    response={204: None},
    operation_id="record_shares_delete",
    summary=_("End the sharing of a record"),
)
@requires("signed_in")
def end_share(request: MemberRequest, object_key: str, record_id: UUID, share_id: UUID) -> HttpResponse:
    """Let a colleague or a team see the record no longer, unless they reach it anyway."""
    kind, record = record_of(request, object_key, record_id, "share")
    return nothing(change=end_sharing(kind, record, share_id, acting_member=request.member))


def _shares(request: MemberRequest, kind: CustomObject, record: ObjectRecord) -> dict[str, Any]:
    found = sharing.shared_with(request.member, kind.entity_name, record.pk)
    return {"data": [{"id": one.id, "name": one.name, "is_team": one.is_team} for one in found]}


# Notes


class NoteIn(Strict):
    """What to write down about a record."""

    text: str = Field(..., max_length=MAX_NOTE)


class NoteOut(Schema):
    """What somebody wrote about a record; its writer alone takes it away."""

    id: UUID
    at: str
    member: dict[str, Any] | None
    text: str
    is_own: bool


class NotesPage(Schema):
    """One page, the newest first."""

    data: list[NoteOut]
    next_cursor: str | None


@router.get(f"{ONE}/notes", response=NotesPage, operation_id="record_notes_list", summary=_("Notes on a record"))
@requires("signed_in")
def list_notes(request: MemberRequest, object_key: str, record_id: UUID, params: Query[CursorParams]) -> HttpResponse:
    """What was written about a record. Notes are personal data: for who may not read that, there are none."""
    require_reading(request.member, Privacy.PERSONAL)
    _kind, record = record_of(request, object_key, record_id, "view")
    found, cursor = walk(_notes(record), params, ("at", "pk"), descending=True)
    names = member_names(request.member)
    return answer(request, {"data": [_note(request, one, names) for one in found], "next_cursor": cursor})


@router.post(
    f"{ONE}/notes",
    response={201: NoteOut},
    operation_id="record_notes_create",
    summary=_("Write a note on a record"),
)
@requires("signed_in")
def create_note(request: MemberRequest, object_key: str, record_id: UUID, body: Body[NoteIn]) -> HttpResponse:
    """Write down something about a record; it stands in its timeline."""
    require_reading(request.member, Privacy.PERSONAL)
    kind, record = record_of(request, object_key, record_id, "change")
    try:
        act = actions.write_note(kind, record, body.text, acting_member=request.member, at=timezone.now())
    except (EmptyNote, TooLong) as refused:
        raise invalid("text", str(refused)) from None
    made = _notes(record).get(created_in=act)
    return answer(request, _note(request, made, member_names(request.member)), status=201, change=act)


@router.delete(
    f"{ONE}/notes/{{uuid:record_note_id}}",
    response={204: None},
    operation_id="record_notes_delete",
    summary=_("Delete a note on a record"),
)
@requires("signed_in")
def delete_note(request: MemberRequest, object_key: str, record_id: UUID, record_note_id: UUID) -> HttpResponse:
    """Take one's own note away; the act can be undone."""
    require_reading(request.member, Privacy.PERSONAL)
    kind, record = record_of(request, object_key, record_id, "change")
    note = _notes(record).filter(pk=record_note_id).select_for_update().first()
    if note is None:
        raise Http404
    return nothing(change=actions.delete_note(kind, note, acting_member=request.member))


def _notes(record: ObjectRecord) -> Any:
    return RecordNote.objects.filter(workspace_id=record.workspace_id, record_id=record.pk)


def _note(request: MemberRequest, one: RecordNote, names: Any) -> dict[str, Any]:
    who = {"id": one.member_id, "name": names.get(one.member_id, "")} if one.member_id else None
    is_own = one.member_id == request.member.pk
    return {"id": one.pk, "at": one.at, "member": who, "text": one.text, "is_own": is_own}
