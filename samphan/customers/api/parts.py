"""What belongs to a customer: contact points, addresses, preferences, relations."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, queries, relations
from samphan.customers.actions.addresses import one_line
from samphan.customers.actions.contact_points import FIELD_OF_KIND, SharedContactPoint
from samphan.customers.api.records import CUSTOMERS
from samphan.customers.covering import Covered
from samphan.customers.models import Address, Customer, Identity, Preference, Relation
from samphan.customers.names import shown_name
from samphan.customers.permissions import CHANGE, VIEW
from samphan.customers.views.words import may_read_field
from samphan.platform.access import require_reading, requires
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import Problem
from samphan.platform.api.schemas import Strict
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.recording import changeset

router = Router()
Kind = Literal["phone", "email", "line", "member", "external"]


def customer_of(request: MemberRequest, customer_id: UUID) -> Customer:
    """The customer of an address; Http404 for one that the asker does not see."""
    found = Customer.objects.visible_to(request.member).filter(pk=customer_id).first()
    if found is None:
        raise Http404
    return found


# Contact points


class IdentityOut(Schema):
    """A phone, e-mail or account; `resolves` where it is this customer whom the value names."""

    id: UUID
    kind: str
    value: str
    label: str | None
    position: int
    resolves: bool


class CoveredOut(Schema):
    """A contact point, number or address of which the member sees a part; `POST …/reveal` with this name shows it."""

    name: str
    label: str
    shown: str


class IdentitiesOut(Schema):
    """Every contact point of a customer, the first of each kind first, and what is covered for the member."""

    data: list[IdentityOut]
    covered: list[CoveredOut]


class IdentityIn(Strict):
    """A contact point as people type it."""

    kind: Kind
    value: str = Field(..., min_length=1, max_length=400)


class ValueIn(Strict):
    """Another value."""

    value: str = Field(..., min_length=1, max_length=900)


@router.get(
    "/customers/{uuid:customer_id}/identities",
    response=IdentitiesOut,
    operation_id="identities_list",
    summary=_("Contact points of a customer"),
)
@requires(VIEW)
def list_identities(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Phones, e-mails, LINE ids and numbers."""
    customer = customer_of(request, customer_id)
    found = queries.contacts_of(customer, request.member)
    data = {"data": [_identity(one) for one in found.identities], "covered": [_covered(one) for one in found.covered]}
    return answer(request, data)


@router.post(
    "/customers/{uuid:customer_id}/identities",
    response={201: IdentityOut},
    operation_id="identities_create",
    summary=_("Add a contact point"),
)
@requires(CHANGE)
def add_identity(request: MemberRequest, customer_id: UUID, body: Body[IdentityIn]) -> HttpResponse:
    """Give a customer a phone, e-mail, LINE id or number behind those they have."""
    customer = customer_of(request, customer_id)
    if not _may_read(request, body.kind):
        raise Problem(403)
    with changeset("customers.contact_point_added", member_id=request.member.pk) as act:
        added = actions.add_contact_point(customer, body.kind, body.value, acting_member=request.member)
    return answer(request, _identity(_row(added)), status=201, change=act)


@router.patch(
    "/customers/{uuid:customer_id}/identities/{uuid:identity_id}",
    response=IdentityOut,
    operation_id="identities_update",
    summary=_("Change a contact point"),
)
@requires(CHANGE)
def edit_identity(request: MemberRequest, customer_id: UUID, identity_id: UUID, body: Body[ValueIn]) -> HttpResponse:
    """Write another value."""
    found = _find_identity(request, customer_id, identity_id)
    with changeset("customers.contact_point_edited", member_id=request.member.pk) as act:
        changed = actions.edit_contact_point(found, body.value, seen=found.value, acting_member=request.member)
    return answer(request, _identity(_row(changed)), change=act)


@router.delete(
    "/customers/{uuid:customer_id}/identities/{uuid:identity_id}",
    response={204: None},
    operation_id="identities_delete",
    summary=_("Remove a contact point"),
)
@requires(CHANGE)
def remove_identity(request: MemberRequest, customer_id: UUID, identity_id: UUID) -> HttpResponse:
    """Take a contact point away; the next customer who has the value becomes the one it names."""
    found = _find_identity(request, customer_id, identity_id)
    with changeset("customers.contact_point_removed", member_id=request.member.pk) as act:
        actions.remove_contact_point(found, acting_member=request.member)
    return nothing(change=act)


def _find_identity(request: MemberRequest, customer_id: UUID, identity_id: UUID) -> Identity:
    customer = customer_of(request, customer_id)
    found = Identity.objects.filter(workspace_id=customer.workspace_id, pk=identity_id, customer_id=customer.pk).first()
    if found is None or not _may_read(request, found.kind):
        raise Http404
    return found


def _may_read(request: MemberRequest, kind: str) -> bool:
    name = FIELD_OF_KIND.get(Identity.Kind(kind))
    return CUSTOMERS.seen_by(request.member).has_field(name) if name else may_read_field(request.member, "phone")


def _row(added: SharedContactPoint | Identity) -> Identity:
    return added.identity if isinstance(added, SharedContactPoint) else added


def _covered(one: Covered) -> dict[str, str]:
    return {"name": one.name, "label": one.label, "shown": one.shown}


def _identity(one: Identity) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "value": one.value,
        "label": one.label or None,
        "position": one.position,
        "resolves": one.resolves,
    }


# Addresses


class AddressOut(Schema):
    """An address in parts, and as one text."""

    id: UUID
    text: str
    line: str
    subdistrict: str
    district: str
    province: str
    postcode: str
    position: int


class AddressesOut(Schema):
    """Every address of a customer."""

    data: list[AddressOut]


class AddressIn(Strict):
    """An address as one text, as people write it."""

    text: str = Field(..., min_length=1, max_length=900)


@router.get(
    "/customers/{uuid:customer_id}/addresses",
    response=AddressesOut,
    operation_id="addresses_list",
    summary=_("Addresses of a customer"),
)
@requires(VIEW)
def list_addresses(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Where a customer lives, works or has things delivered."""
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.CONTACT)
    rows = Address.objects.filter(workspace_id=customer.workspace_id, customer_id=customer.pk).order_by(
        "position", "pk"
    )
    return answer(request, {"data": [_address(one) for one in rows]})


@router.post(
    "/customers/{uuid:customer_id}/addresses",
    response={201: AddressOut},
    operation_id="addresses_create",
    summary=_("Add an address"),
)
@requires(CHANGE)
def add_address(request: MemberRequest, customer_id: UUID, body: Body[AddressIn]) -> HttpResponse:
    """Add an address; subdistrict, district, province and postcode are read from the text."""
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.CONTACT)
    with changeset("customers.address_added", member_id=request.member.pk) as act:
        added = actions.add_address(customer, body.text, acting_member=request.member)
    return answer(request, _address(added), status=201, change=act)


@router.patch(
    "/customers/{uuid:customer_id}/addresses/{uuid:address_id}",
    response=AddressOut,
    operation_id="addresses_update",
    summary=_("Change an address"),
)
@requires(CHANGE)
def edit_address(request: MemberRequest, customer_id: UUID, address_id: UUID, body: Body[AddressIn]) -> HttpResponse:
    """Write another address."""
    found = _find_address(request, customer_id, address_id)
    with changeset("customers.address_edited", member_id=request.member.pk) as act:
        actions.edit_address(found, body.text, seen=one_line(found), acting_member=request.member)
    found.refresh_from_db()
    return answer(request, _address(found), change=act)


@router.delete(
    "/customers/{uuid:customer_id}/addresses/{uuid:address_id}",
    response={204: None},
    operation_id="addresses_delete",
    summary=_("Remove an address"),
)
@requires(CHANGE)
def remove_address(request: MemberRequest, customer_id: UUID, address_id: UUID) -> HttpResponse:
    """Take an address away."""
    found = _find_address(request, customer_id, address_id)
    with changeset("customers.address_removed", member_id=request.member.pk) as act:
        actions.remove_address(found, acting_member=request.member)
    return nothing(change=act)


def _find_address(request: MemberRequest, customer_id: UUID, address_id: UUID) -> Address:
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.CONTACT)
    found = Address.objects.filter(workspace_id=customer.workspace_id, pk=address_id, customer_id=customer.pk).first()
    if found is None:
        raise Http404
    return found


def _address(one: Address) -> dict[str, Any]:
    parts = ("line", "subdistrict", "district", "province", "postcode", "position")
    return {"id": one.pk, "text": one_line(one), **{name: getattr(one, name) for name in parts}}


# Preferences


class PreferenceOut(Schema):
    """Something a customer likes, dislikes or asks for."""

    id: UUID
    kind: str
    text: str
    confidence: str
    source: str
    noted_at: str


class PreferencesOut(Schema):
    """What is known of a customer's taste, the last noted first."""

    data: list[PreferenceOut]


class PreferenceIn(Strict):
    """Something to remember."""

    text: str = Field(..., min_length=1, max_length=500)
    kind: Literal["like", "dislike", "need", "other", ""] = Field("", description="Empty: as the words tell.")
    confidence: Literal["said", "observed", "guessed"] = "said"
    source: str = Field("", max_length=100)


class PreferenceChanges(Strict):
    """What to write of a preference."""

    text: str | None = Field(None, min_length=1, max_length=500)
    kind: Literal["like", "dislike", "need", "other"] | None = None
    confidence: Literal["said", "observed", "guessed"] | None = None
    source: str | None = Field(None, max_length=100)


@router.get(
    "/customers/{uuid:customer_id}/preferences",
    response=PreferencesOut,
    operation_id="preferences_list",
    summary=_("What a customer likes"),
)
@requires(VIEW)
def list_preferences(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """What still holds, the last noted first."""
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    rows = Preference.objects.filter(customer_id=customer.pk).standing(request.member)
    return answer(request, {"data": [_preference(one) for one in rows[:200]]})


@router.post(
    "/customers/{uuid:customer_id}/preferences",
    response={201: PreferenceOut},
    operation_id="preferences_create",
    summary=_("Remember what a customer likes"),
)
@requires(CHANGE)
def add_preference(request: MemberRequest, customer_id: UUID, body: Body[PreferenceIn]) -> HttpResponse:
    """Note something for the next time the customer is served."""
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    act, made = actions.add_preference(customer, acting_member=request.member, **body.model_dump())
    return answer(request, _preference(made), status=201, change=act)


@router.patch(
    "/customers/{uuid:customer_id}/preferences/{uuid:preference_id}",
    response=PreferenceOut,
    operation_id="preferences_update",
    summary=_("Say a preference differently"),
)
@requires(CHANGE)
def edit_preference(
    request: MemberRequest, customer_id: UUID, preference_id: UUID, body: Body[PreferenceChanges]
) -> HttpResponse:
    """Write the words, the kind, the source, or how sure it is."""
    found = _find_preference(request, customer_id, preference_id)
    now = {name: getattr(found, name) for name in ("text", "kind", "confidence", "source")}
    given = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    with changeset("customers.preference_edited", member_id=request.member.pk) as act:
        changed = actions.edit_preference(found, **{**now, **given}, seen=found.text, acting_member=request.member)
    return answer(request, _preference(changed), change=act)


@router.delete(
    "/customers/{uuid:customer_id}/preferences/{uuid:preference_id}",
    response={204: None},
    operation_id="preferences_delete",
    summary=_("Withdraw a preference"),
)
@requires(CHANGE)
def withdraw_preference(request: MemberRequest, customer_id: UUID, preference_id: UUID) -> HttpResponse:
    """Say that something holds no longer; it stays in the history."""
    found = _find_preference(request, customer_id, preference_id)
    return nothing(change=actions.withdraw_preference(found, acting_member=request.member))


def _find_preference(request: MemberRequest, customer_id: UUID, preference_id: UUID) -> Preference:
    customer = customer_of(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    found = Preference.objects.filter(customer_id=customer.pk).standing(request.member).filter(pk=preference_id).first()
    if found is None:
        raise Http404
    return found


def _preference(one: Preference) -> dict[str, Any]:
    names = ("kind", "text", "confidence", "source", "noted_at")
    return {"id": one.pk, **{name: getattr(one, name) for name in names}}


# Relations


class RelationOut(Schema):
    """What another customer is to this one."""

    id: UUID
    role: str
    word: str
    customer: dict[str, Any]
    since_on: date | None
    until_on: date | None
    note: str


class RelationPage(Schema):
    """Relations of a customer, the last noted first."""

    data: list[RelationOut]


class RelationIn(Strict):
    """What another customer is to this one."""

    customer_id: UUID
    role: Literal[
        "owner", "employee", "employer", "business", "spouse", "parent", "child", "sibling", "head_office", "branch",
        "parent_company", "subsidiary", "referrer", "referred", "other",
    ]  # fmt: skip
    word: str = Field("", max_length=100, description="A post, or for `other` what they are in your own words.")
    other_word: str = Field("", max_length=100)
    since_on: date | None = None
    until_on: date | None = None
    note: str = Field("", max_length=500)


class RelationChanges(Strict):
    """What to write of a relation."""

    word: str | None = Field(None, max_length=100)
    other_word: str | None = Field(None, max_length=100)
    since_on: date | None = None
    until_on: date | None = None
    note: str | None = Field(None, max_length=500)


@router.get(
    "/customers/{uuid:customer_id}/relations",
    response=RelationPage,
    operation_id="relations_list",
    summary=_("Relations of a customer"),
)
@requires(VIEW)
def list_relations(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """To whom a customer is related, at most 200."""
    customer = customer_of(request, customer_id)
    found = relations.related_to(customer.pk, request.member, limit=200)
    return answer(request, {"data": [_relation(one) for one in found]})


@router.post(
    "/customers/{uuid:customer_id}/relations",
    response={201: RelationOut},
    operation_id="relations_create",
    summary=_("Relate two customers"),
)
@requires(CHANGE)
def add_relation(request: MemberRequest, customer_id: UUID, body: Body[RelationIn]) -> HttpResponse:
    """Say what another customer is to this one."""
    customer = customer_of(request, customer_id)
    values = {name: str(getattr(body, name) or "") for name in actions.RELATION_FIELDS}
    act, made = actions.add_relation(customer, body.customer_id, body.role, values, acting_member=request.member)
    seen = relations.one_of(customer.pk, made.pk, request.member)
    if seen is None:
        raise Problem(403)
    return answer(request, _relation(seen), status=201, change=act)


@router.patch(
    "/customers/{uuid:customer_id}/relations/{uuid:relation_id}",
    response=RelationOut,
    operation_id="relations_update",
    summary=_("Change a relation"),
)
@requires(CHANGE)
def edit_relation(
    request: MemberRequest, customer_id: UUID, relation_id: UUID, body: Body[RelationChanges]
) -> HttpResponse:
    """Write its words, days or note; who it is about and the role stay."""
    found = _find_relation(request, customer_id, relation_id)
    seen = actions.stored_values(found)
    given = {name: str(value or "") for name, value in body.model_dump(exclude_unset=True).items()}
    with changeset("customers.relation_changed", member_id=request.member.pk) as act:
        actions.change_relation(found, {**seen, **given}, seen=seen, acting_member=request.member)
    now = relations.one_of(customer_id, relation_id, request.member)
    if now is None:
        raise Http404
    return answer(request, _relation(now), change=act)


@router.delete(
    "/customers/{uuid:customer_id}/relations/{uuid:relation_id}",
    response={204: None},
    operation_id="relations_delete",
    summary=_("Remove a relation"),
)
@requires(CHANGE)
def remove_relation(request: MemberRequest, customer_id: UUID, relation_id: UUID) -> HttpResponse:
    """Take back a relation that never was; one that ended gets an `until_on` instead."""
    return nothing(
        change=actions.remove_relation(_find_relation(request, customer_id, relation_id), acting_member=request.member)
    )


@router.post(
    "/customers/{uuid:customer_id}/relations/{uuid:relation_id}/end",
    response={204: None},
    operation_id="relations_end",
    summary=_("End a relation"),
)
@requires(CHANGE)
def end_relation(request: MemberRequest, customer_id: UUID, relation_id: UUID) -> HttpResponse:
    """Say that a relation was true until today."""
    return nothing(
        change=actions.end_relation(_find_relation(request, customer_id, relation_id), acting_member=request.member)
    )


def _find_relation(request: MemberRequest, customer_id: UUID, relation_id: UUID) -> Relation:
    found = relations.one_of(customer_of(request, customer_id).pk, relation_id, request.member)
    if found is None:
        raise Http404
    return found.relation


def _relation(one: relations.Related) -> dict[str, Any]:
    row = one.relation
    return {
        "id": row.pk,
        "role": one.role.code,
        "word": one.word,
        "customer": {"id": one.other.pk, "name": shown_name(one.other)},
        "since_on": row.since_on,
        "until_on": row.until_on,
        "note": row.note,
    }
