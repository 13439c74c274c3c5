"""Custom fields themselves: what records of a kind hold further."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration.custom_fields import actions, definitions, hosts
from samphan.administration.custom_fields.actions import BadField, Draft
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.middleware import MemberRequest
from samphan.platform.access import requires
from samphan.platform.api import problems
from samphan.platform.api.answers import answer, nothing, require_match, tag_of
from samphan.platform.api.schemas import Strict
from samphan.platform.changes.recording import changeset

CHANGE = "administration.change_field"
router = Router(tags=["Fields"])
problems.tells_fields(BadField, lambda refusal: [(name, str(said)) for name, said in refusal.problems.items()])


class ChoiceOfField(Strict):
    """One choice; without a value it is a new one."""

    value: str = Field("", max_length=80)
    th: str = Field("", max_length=80)
    en: str = Field("", max_length=80)
    tone: str = Field("", max_length=20)
    archived: bool = False


class FieldChanges(Strict):
    """A definition; of a field that is there, what is not named stays."""

    label_th: str | None = Field(None, max_length=80)
    label_en: str | None = Field(None, max_length=80)
    help_th: str | None = Field(None, max_length=300)
    help_en: str | None = Field(None, max_length=300)
    group_th: str | None = Field(None, max_length=80)
    group_en: str | None = Field(None, max_length=80)
    privacy: str | None = Field(None, max_length=20)
    rules: dict[str, Any] | None = Field(None, max_length=20, examples=[{"required": True, "longest": 40}])
    choices: list[ChoiceOfField] | None = Field(None, max_length=500)
    default: str | None = Field(None, max_length=1_000)
    is_asked: bool | None = Field(None, description="Whether the form of a new record asks for it.")
    is_searched: bool | None = None


class FieldIn(FieldChanges):
    """A new field."""

    kind: str = Field(..., max_length=20, examples=["text"])


class CustomFieldOut(Schema):
    """A custom field; `name` is what it is called in records, filters and files."""

    id: UUID
    name: str
    kind: str
    label_th: str
    label_en: str
    help_th: str
    help_en: str
    group_th: str
    group_en: str
    privacy: str
    rules: dict[str, Any]
    choices: list[dict[str, Any]]
    default: str
    is_asked: bool
    is_searched: bool
    position: int
    is_archived: bool


class CustomFieldsOut(Schema):
    """The custom fields of a kind of record in their order, archived ones last."""

    data: list[CustomFieldOut]


class FieldOrderIn(Strict):
    """Ids in their order; those not named stay behind."""

    ids: list[UUID] = Field(..., max_length=500)


@router.get("/fields/{entity}", response=CustomFieldsOut, operation_id="fields_list", summary=_("List custom fields"))
@requires(CHANGE)
def list_fields(request: MemberRequest, entity: str) -> HttpResponse:
    """The custom fields of a kind of record, archived ones too."""
    host = _host(entity)
    found = definitions.all_fields(host.entity_name, request.member.workspace_id)
    return answer(
        request, {"data": [_field(one) for one in sorted(found, key=lambda one: one.archived_at is not None)]}
    )


@router.post(
    "/fields/{entity}", response={201: CustomFieldOut}, operation_id="fields_create", summary=_("Add a custom field")
)
@requires(CHANGE)
def create_field(request: MemberRequest, entity: str, body: Body[FieldIn]) -> HttpResponse:
    """Give records of a kind a further field; it is there at once, in lists, files and the API."""
    given = body.model_dump(exclude_none=True)
    with changeset("administration.field_added", member_id=request.member.pk, note={"field": _label(given)}) as act:
        made = actions.add_field(_host(entity), Draft(**given), acting_member=request.member)
    shown = _field(made)
    return answer(request, shown, status=201, etag=tag_of(shown), change=act)


@router.get(
    "/fields/{entity}/{uuid:field_id}",
    response=CustomFieldOut,
    operation_id="fields_get",
    summary=_("One custom field"),
)
@requires(CHANGE)
def one_field(request: MemberRequest, entity: str, field_id: UUID) -> HttpResponse:
    """One definition with its ETag, in use or archived."""
    shown = _field(_find(request, entity, field_id))
    return answer(request, shown, etag=tag_of(shown))


@router.put(
    "/fields/{entity}/order", response={204: None}, operation_id="fields_order", summary=_("Arrange the fields")
)
@requires(CHANGE)
def order_fields(request: MemberRequest, entity: str, body: Body[FieldOrderIn]) -> HttpResponse:
    """Put the fields of a kind of record into this order."""
    host = _host(entity)
    with changeset("administration.fields_ordered", member_id=request.member.pk, note={"entity": entity}) as act:
        actions.order_fields(host, body.ids, acting_member=request.member)
    return nothing(change=act)


@router.patch(
    "/fields/{entity}/{uuid:field_id}",
    response=CustomFieldOut,
    operation_id="fields_update",
    summary=_("Change a custom field"),
)
@requires(CHANGE)
def change_field(request: MemberRequest, entity: str, field_id: UUID, body: Body[FieldChanges]) -> HttpResponse:
    """Write a definition; its kind and its name stay, so that values and saved views keep their meaning."""
    found = _find(request, entity, field_id)
    require_match(request, tag_of(_field(found)))
    names = [name for name in FieldChanges.model_fields if hasattr(found, name)]
    draft = {name: getattr(found, name) for name in names} | body.model_dump(exclude_unset=True, exclude_none=True)
    with changeset("administration.field_changed", member_id=request.member.pk, note={"field": str(found)}) as act:
        actions.change_field(found, Draft(kind=found.kind, **draft), acting_member=request.member)
    shown = _field(found)
    return answer(request, shown, etag=tag_of(shown), change=act)


@router.post(
    "/fields/{entity}/{uuid:field_id}/archival",
    response=CustomFieldOut,
    operation_id="fields_archive",
    summary=_("Archive a custom field"),
)
@requires(CHANGE)
def archive_field(request: MemberRequest, entity: str, field_id: UUID) -> HttpResponse:
    """Take a field out of use; its values stay and come back with it."""
    found = _find(request, entity, field_id)
    if found.archived_at is not None:
        return answer(request, _field(found))
    with changeset("administration.field_archived", member_id=request.member.pk, note={"field": str(found)}) as act:
        actions.archive_field(found, acting_member=request.member)
    return answer(request, _field(found), change=act)


@router.post(
    "/fields/{entity}/{uuid:field_id}/restoration",
    response=CustomFieldOut,
    operation_id="fields_restore",
    summary=_("Use an archived field again"),
)
@requires(CHANGE)
def restore_field(request: MemberRequest, entity: str, field_id: UUID) -> HttpResponse:
    """Take a field into use again with every value that it had."""
    found = _find(request, entity, field_id)
    if found.archived_at is None:
        return answer(request, _field(found))
    with changeset("administration.field_restored", member_id=request.member.pk, note={"field": str(found)}) as act:
        actions.restore_field(found, acting_member=request.member)
    return answer(request, _field(found), change=act)


def _host(entity: str) -> Host:
    host = hosts.find(entity)
    if host is None:
        raise Http404
    return host


def _find(request: MemberRequest, entity: str, field_id: UUID) -> CustomField:
    known = CustomField.objects.filter(workspace_id=request.member.workspace_id, entity=_host(entity).entity_name)
    found = known.filter(pk=field_id).first()
    if found is None:
        raise Http404
    return found


def _label(given: dict[str, Any]) -> str:
    return str(given.get("label_th") or given.get("label_en") or "")


def _field(one: CustomField) -> dict[str, Any]:
    names = [name for name in FieldIn.model_fields if name != "kind"]
    shown = {name: getattr(one, name) for name in names}
    return {"id": one.pk, "name": one.name, "kind": one.kind, **shown, "position": one.position,
            "is_archived": one.archived_at is not None}  # fmt: skip
