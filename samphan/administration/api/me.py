"""Who asks, and what there is to ask for."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router, Schema

from samphan.administration.custom_fields import hosts
from samphan.administration.middleware import MemberRequest
from samphan.platform import catalogue
from samphan.platform.access import permissions, requires
from samphan.platform.api.answers import answer
from samphan.platform.catalogue import Field, Type

router = Router(tags=["Me"])


class WorkspaceOut(Schema):
    """The company."""

    id: UUID
    slug: str
    name: str
    name_en: str
    time_zone: str
    currency: str


class TokenOut(Schema):
    """The token of the request."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    expires_at: str | None


class MeOut(Schema):
    """The member that the token acts for, and what it may."""

    id: UUID
    name: str
    email: str
    roles: list[str]
    permissions: list[str]
    workspace: WorkspaceOut
    token: TokenOut


@router.get("/me", response=MeOut, operation_id="me", summary=_("Who the token acts for"))
@requires("signed_in")
def me(request: MemberRequest) -> HttpResponse:
    """The member and the workspace behind the token, and the rights that are left to it. A good first call."""
    member, token = request.member, request.token  # type: ignore[attr-defined]
    workspace = member.workspace
    return answer(
        request,
        {
            "id": member.pk,
            "name": member.name,
            "email": member.user.email,
            "roles": member.roles,
            "permissions": [one.name for one in permissions() if member.may(one.name)],
            "workspace": {
                "id": workspace.pk,
                "slug": workspace.slug,
                "name": workspace.name,
                "name_en": workspace.name_en,
                "time_zone": workspace.time_zone,
                "currency": workspace.currency,
            },
            "token": {
                "id": token.pk,
                "name": token.name,
                "prefix": token.prefix,
                "scopes": token.scopes,
                "expires_at": token.expires_at.isoformat() if token.expires_at else None,
            },
        },
    )


class ChoiceOut(Schema):
    """A value that a field may have, and its words."""

    value: str
    label: str


class FieldOut(Schema):
    """One field of an entity, as this token may use it."""

    name: str
    label: str
    type: str
    privacy: str
    group: str
    operators: list[str]
    choices: list[ChoiceOut]
    is_list: bool
    is_sortable: bool
    is_filterable: bool
    is_editable: bool
    is_importable: bool


class EntityOut(Schema):
    """A kind of record with the fields that the token may see."""

    name: str
    label: str
    fields: list[FieldOut]


class EntitiesOut(Schema):
    """Every kind of record."""

    data: list[EntityOut]


@router.get(
    "/entities", response=EntitiesOut, operation_id="entities_list", summary=_("Kinds of records and their fields")
)
@requires("signed_in")
def entities(request: MemberRequest) -> HttpResponse:
    """What can be listed, filtered and sorted, field by field; fields of the company itself are among them.

    Labels are in the language of Accept-Language. A field that the token's member may not see is not there.
    """
    return answer(request, {"data": [_entity(one, request) for one in catalogue.entities() if _may_know(one, request)]})


@router.get("/entities/{name}", response=EntityOut, operation_id="entities_get", summary=_("One kind of record"))
@requires("signed_in")
def entity(request: MemberRequest, name: str) -> HttpResponse:
    """The fields of one kind of record."""
    try:
        found = catalogue.entity(name)
    except KeyError:
        raise Http404 from None
    if not _may_know(found, request):
        raise Http404
    return answer(request, _entity(found, request))


def _may_know(one: catalogue.Entity, request: MemberRequest) -> bool:
    """Kinds that the company defined are told to those alone who may see their records."""
    host = hosts.find(one.name)
    return host is None or not host.is_own or bool(request.member.may(host.view))


def _entity(one: catalogue.Entity, request: MemberRequest) -> dict[str, Any]:
    seen = one.seen_by(request.member)
    return {"name": one.name, "label": str(one.label_plural), "fields": [_field(field) for field in seen.fields]}


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": str(field.label),
        "type": field.type.value,
        "privacy": field.privacy.value,
        "group": str(field.group),
        "operators": [one.value for one in field.operators],
        "choices": [{"value": one.value, "label": str(one.label)} for one in field.get_choices()],
        "is_list": bool(field.many) or field.type is Type.MULTI_CHOICE,
        "is_sortable": field.is_sortable,
        "is_filterable": field.is_filterable,
        "is_editable": field.is_editable,
        "is_importable": field.is_importable,
    }
