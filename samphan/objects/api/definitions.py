"""The definitions of a company's own kinds of records: what they are called, in which order, and which are in use."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration.middleware import MemberRequest
from samphan.objects import definitions
from samphan.objects.definitions import ICONS, TEXTS, Draft
from samphan.objects.known import known
from samphan.objects.models import CustomObject
from samphan.objects.permissions import DEFINE
from samphan.platform.access import requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer, nothing, require_match, tag_of
from samphan.platform.api.schemas import Strict

router = Router()
NAMES = (*TEXTS, "icon", "has_customer")


class ObjectDefinitionIn(Strict):
    """A definition; of a kind that is there, what is not named stays, and an empty text empties."""

    label_th: str | None = Field(None, max_length=80, description="What one record is called.", examples=["เครื่องชง"])
    label_en: str | None = Field(None, max_length=80, description="A new kind has its key from it.")
    plural_th: str | None = Field(None, max_length=80)
    plural_en: str | None = Field(None, max_length=80)
    title_th: str | None = Field(None, max_length=80, description="What the name of a record is called.")
    title_en: str | None = Field(None, max_length=80)
    code_th: str | None = Field(None, max_length=80, description="What the code of a record is called.")
    code_en: str | None = Field(None, max_length=80)
    icon: str | None = Field(None, max_length=40, description=f"One of {', '.join(ICONS)}.", examples=["coffee"])
    has_customer: bool | None = Field(None, description="Whether its records belong to customers.")

    def named(self) -> dict[str, Any]:
        """What was said, without what was left out."""
        return self.model_dump(exclude_none=True)


class ObjectDefinitionOut(Schema):
    """A kind of record as the company defined it; its `key` stands in addresses and rights, and never changes."""

    id: UUID
    key: str
    entity: str
    label_th: str
    label_en: str
    plural_th: str
    plural_en: str
    title_th: str
    title_en: str
    code_th: str
    code_en: str
    icon: str
    has_customer: bool
    position: int
    is_archived: bool


class ObjectDefinitionsOut(Schema):
    """The kinds in their order, archived ones last."""

    data: list[ObjectDefinitionOut]


class ObjectDefinitionOrderIn(Strict):
    """Ids in their order; those not named stay behind."""

    ids: list[UUID] = Field(..., max_length=500)


@router.get(
    "/object-definitions",
    response=ObjectDefinitionsOut,
    operation_id="object_definitions_list",
    summary=_("List the definitions of own kinds"),
)
@requires(DEFINE)
def list_definitions(request: MemberRequest) -> HttpResponse:
    """Every kind of record that the company defined, archived ones too, also those whose records one may not see."""
    every = sorted(known().every, key=lambda one: one.archived_at is not None)
    return answer(request, {"data": [_shown(one) for one in every]})


@router.post(
    "/object-definitions",
    response={201: ObjectDefinitionOut},
    operation_id="object_definitions_create",
    summary=_("Define a kind of record"),
)
@requires(DEFINE)
def create_definition(request: MemberRequest, body: Body[ObjectDefinitionIn]) -> HttpResponse:
    """Define a kind of record: it is there at once, in lists, rights, files and the API; `/fields/{entity}` adds its fields."""
    made = definitions.add_object(Draft(**body.named()), acting_member=request.member)
    shown, there = _shown(made), f"{BASE}object-definitions/{made.pk}"
    return answer(request, shown, status=201, etag=tag_of(shown), change=made.created_in, location=there)


@router.put(
    "/object-definitions/order",
    response={204: None},
    operation_id="object_definitions_order",
    summary=_("Arrange own kinds"),
)
@requires(DEFINE)
def order_definitions(request: MemberRequest, body: Body[ObjectDefinitionOrderIn]) -> HttpResponse:
    """Put the kinds in use into this order, which the sidebar has too; ids that are none of them are passed over."""
    return nothing(change=definitions.order_objects(body.ids, acting_member=request.member))


@router.get(
    "/object-definitions/{uuid:custom_object_id}",
    response=ObjectDefinitionOut,
    operation_id="object_definitions_get",
    summary=_("One definition of a kind"),
)
@requires(DEFINE)
def get_definition(request: MemberRequest, custom_object_id: UUID) -> HttpResponse:
    """A definition with its ETag, for If-Match."""
    shown = _shown(_find(request, custom_object_id))
    return answer(request, shown, etag=tag_of(shown))


@router.patch(
    "/object-definitions/{uuid:custom_object_id}",
    response=ObjectDefinitionOut,
    operation_id="object_definitions_update",
    summary=_("Change the definition of a kind"),
)
@requires(DEFINE)
def change_definition(request: MemberRequest, custom_object_id: UUID, body: Body[ObjectDefinitionIn]) -> HttpResponse:
    """Write a definition; its key stays, so that addresses, rights and saved views keep their meaning."""
    found = _find(request, custom_object_id, for_update=True)
    require_match(request, tag_of(_shown(found)))
    draft = Draft(**{name: getattr(found, name) for name in NAMES} | body.named())
    act = definitions.change_object(found, draft, acting_member=request.member)
    shown = _shown(found)
    return answer(request, shown, etag=tag_of(shown), change=act)


@router.post(
    "/object-definitions/{uuid:custom_object_id}/archival",
    response=ObjectDefinitionOut,
    operation_id="object_definitions_archive",
    summary=_("Archive a kind of record"),
)
@requires(DEFINE)
def archive_definition(request: MemberRequest, custom_object_id: UUID) -> HttpResponse:
    """Take a kind out of use; its records stay and come back with it."""
    found = _find(request, custom_object_id, for_update=True)
    act = None
    if found.archived_at is None:
        act = definitions.archive_object(found, acting_member=request.member)
    return answer(request, _shown(found), change=act)


@router.post(
    "/object-definitions/{uuid:custom_object_id}/restoration",
    response=ObjectDefinitionOut,
    operation_id="object_definitions_restore",
    summary=_("Use an archived kind again"),
)
@requires(DEFINE)
def restore_definition(request: MemberRequest, custom_object_id: UUID) -> HttpResponse:
    """Take an archived kind into use again, with every record that it had."""
    found = _find(request, custom_object_id, for_update=True)
    act = None
    if found.archived_at is not None:
        act = definitions.restore_object(found, acting_member=request.member)
    return answer(request, _shown(found), change=act)


def _find(request: MemberRequest, custom_object_id: UUID, *, for_update: bool = False) -> CustomObject:
    rows = CustomObject.objects.filter(workspace_id=request.member.workspace_id, pk=custom_object_id)
    found = (rows.select_for_update() if for_update else rows).first()
    if found is None:
        raise Http404
    return found


def _shown(one: CustomObject) -> dict[str, Any]:
    shown = {name: getattr(one, name) for name in NAMES}
    return {"id": one.pk, "key": one.key, "entity": one.entity_name, **shown, "position": one.position,
            "is_archived": one.archived_at is not None}  # fmt: skip
