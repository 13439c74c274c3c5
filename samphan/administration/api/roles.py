"""Roles: what each may do, which kinds of fields it is shown, and whose records it reaches."""

from typing import Any, Literal

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration import composition, role_queries
from samphan.administration.composition import BadAccount, BadRoleName, RoleDraft
from samphan.administration.middleware import MemberRequest
from samphan.platform.access import owned_entities, permissions, requires
from samphan.platform.api import BASE, problems
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import Error, Problem
from samphan.platform.api.schemas import Strict

CHANGE = "administration.change_people"
router = Router(tags=["Roles"])
problems.says(BadAccount, 409)
problems.tells_fields(BadRoleName, lambda refusal: [("name", str(refusal))])
Class = Literal["public", "business", "contact", "personal", "sensitive"]


class RoleIn(Strict):
    """A role whole: what is not named is not given."""

    name: str = Field(..., min_length=1, max_length=60)
    name_en: str = Field("", max_length=60)
    permissions: list[str] = Field([], max_length=300)
    privacy: list[Class] = Field([], description="Classes of fields that are shown.")
    masked: list[Class] = Field([], description="Classes that are covered; the others are left out.")
    reach: dict[str, Literal["own", "team", "all"]] = Field({}, max_length=50, examples=[{"customers": "team"}])


class RoleMember(Schema):
    """Somebody who has the role."""

    id: str
    name: str


class RoleOut(Schema):
    """A role and who has it. `is_changed`: one of Samphan's, changed here."""

    key: str
    name: str
    is_own: bool
    is_changed: bool
    permissions: list[str]
    privacy: list[str]
    masked: list[str]
    reach: dict[str, str]
    members: list[RoleMember]


class RolesOut(Schema):
    """Every role, Samphan's own first."""

    data: list[RoleOut]


class RightOut(Schema):
    """One thing that a role may do."""

    name: str
    label: str


class RightsOut(Schema):
    """Every right that there is."""

    data: list[RightOut]


@router.get("/permissions", response=RightsOut, operation_id="permissions_list", summary=_("Rights that there are"))
@requires(CHANGE)
def list_permissions(request: MemberRequest) -> HttpResponse:
    """What roles are composed of, with words in the language of the request."""
    return answer(request, {"data": [{"name": one.name, "label": str(one.label)} for one in permissions()]})


@router.get("/roles", response=RolesOut, operation_id="roles_list", summary=_("List roles"))
@requires(CHANGE)
def list_roles(request: MemberRequest) -> HttpResponse:
    """Every role with the people who have it."""
    return answer(request, {"data": [_role(one) for one in role_queries.roles_in_use(request.member)]})


@router.get("/roles/{key}", response=RoleOut, operation_id="roles_get", summary=_("One role"))
@requires(CHANGE)
def get_role(request: MemberRequest, key: str) -> HttpResponse:
    """One role with the people who have it."""
    return answer(request, _find(request, key))


@router.post("/roles", response={201: RoleOut}, operation_id="roles_create", summary=_("Compose a role"))
@requires(CHANGE)
def create_role(request: MemberRequest, body: Body[RoleIn]) -> HttpResponse:
    """A new role; nobody gives rights that they do not have."""
    key = composition.save_role(None, _draft(body), acting_member=request.member)
    return answer(request, _find(request, key), status=201, location=f"{BASE}roles/{key}")


@router.put("/roles/{key}", response=RoleOut, operation_id="roles_update", summary=_("Change a role"))
@requires(CHANGE)
def change_role(request: MemberRequest, key: str, body: Body[RoleIn]) -> HttpResponse:
    """Write a role anew; who has it has the new rights from the next click on."""
    _find(request, key)
    return answer(
        request, _find(request, composition.save_role(key, _draft(body), acting_member=request.member))
    )  # fmt: skip


@router.delete("/roles/{key}", response={204: None}, operation_id="roles_delete", summary=_("Delete a role"))
@requires(CHANGE)
def delete_role(request: MemberRequest, key: str) -> HttpResponse:
    """Delete a composed role that nobody has; one of Samphan's goes back as it came."""
    _find(request, key)
    composition.delete_role(key, acting_member=request.member)
    return nothing()


def _draft(body: RoleIn) -> RoleDraft:
    known = {one.name for one in permissions()}
    owned = {name for name, _label in owned_entities()}
    errors = [
        Error(f"permissions[{place}]", gettext("There is no such right."))
        for place, name in enumerate(body.permissions)
        if name not in known
    ]
    errors += [
        Error(f"reach.{name[:60]}", gettext("There is no such field here.")) for name in body.reach if name not in owned
    ]
    if errors:
        raise Problem(422, errors=errors)
    return RoleDraft(
        name=body.name,
        name_en=body.name_en,
        permissions=tuple(body.permissions),
        privacy=frozenset(body.privacy),
        masked=frozenset(body.masked),
        reach=dict(body.reach),
    )


def _find(request: MemberRequest, key: str) -> dict[str, Any]:
    found = next((one for one in role_queries.roles_in_use(request.member) if one.key == key), None)
    if found is None:
        raise Http404
    return _role(found)


def _role(one: role_queries.RoleInUse) -> dict[str, Any]:
    rights = one.rights
    return {
        "key": one.key,
        "name": str(rights.label),
        "is_own": one.is_own,
        "is_changed": one.is_changed,
        "permissions": [right.name for right in permissions() if rights.may(right.name)],
        "privacy": sorted(rights.privacy),
        "masked": sorted(rights.masked),
        "reach": {name: str(rights.reach_of(name)) for name, _label in owned_entities()},
        "members": [{"id": str(member.pk), "name": member.name} for member in one.members],
    }
