"""The kinds of records that the token's member may see, and their records."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from samphan.administration.api.custom import OpenToCustom
from samphan.administration.custom_fields.importing import is_custom
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.objects import actions
from samphan.objects.actions import BadRecord
from samphan.objects.fields import rows_of
from samphan.objects.known import find_object, known_objects
from samphan.objects.models import PREFIX, CustomObject, ObjectRecord
from samphan.platform.access import Reach, require, requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer, nothing, require_match, tag_of
from samphan.platform.api.problems import Error, Problem
from samphan.platform.api.records import Collection, Expand
from samphan.platform.api.schemas import ListParams, Name, OneParams, Open, QueryIn, Strict, page_model
from samphan.platform.changes.recording import changeset
from samphan.platform.imports.kinds import ReachesTooLittle

router = Router()
MOST = 1_000


class ObjectOut(Schema):
    """A kind of record that the company defined."""

    key: str
    entity: str
    label: str
    label_plural: str
    icon: str
    has_customer: bool


class ObjectsOut(Schema):
    """The kinds that the token's member may see."""

    data: list[ObjectOut]


class RecordOut(Open):
    """A record of such a kind; `GET /entities` lists its fields, those of the company among them."""

    id: UUID
    title: str | None = None
    code: str | None = None
    customer: str | None = None
    customer_id: UUID | None = None
    owner: UUID | None = None
    created_at: str | None = None


RecordPage: Any = page_model("RecordPage", RecordOut)


class RecordIn(OpenToCustom):
    """A new record, with custom fields beside."""

    title: str = Field(..., min_length=1, max_length=300)
    code: str = Field("", max_length=100, description="Stands once among living records.")
    customer_id: UUID | None = None
    owner_id: UUID | None = Field(None, description="A member; without one it is the token's own.")


class RecordChanges(OpenToCustom):
    """Fields of a record to write; null empties a custom field, a customer and an owner."""

    title: Name = Field(None, min_length=1, max_length=300)
    code: Name = Field(None, max_length=100)
    customer_id: UUID | None = None
    owner_id: UUID | None = None


class RecordsIn(Strict):
    """Records to add or to bring up to date."""

    records: list[dict[str, Any]] = Field(
        ..., min_length=1, max_length=MOST, description="Values by field name, as those of one record."
    )
    match: Literal["code", "none"] = Field(
        "code", description="What decides who is known; without a code a record is new."
    )


class RecordResultError(Schema):
    """A value that cannot be taken."""

    path: str
    detail: str
    code: str


class RecordResult(Schema):
    """What became of one record."""

    index: int
    status: Literal["created", "updated", "unchanged", "refused"]
    id: UUID | None
    errors: list[RecordResultError]


class RecordsOut(Schema):
    """What became of each record, in their order."""

    created: int
    updated: int
    unchanged: int
    refused: int
    results: list[RecordResult]


def object_of(request: MemberRequest, key: str, verb: str) -> CustomObject:
    """The kind of that key; Http404 for none and for one whose records the member may not see."""
    kind = find_object(PREFIX + key)
    if kind is None or not request.member.may(kind.permission("view")):
        raise Http404
    require(request.member, kind.permission(verb))
    return kind


def _customers(kind: CustomObject, viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    if not viewer.may("customers.view_customer"):
        return {}
    whose = dict(rows_of(kind, viewer).filter(pk__in=ids).values_list("pk", "customer_id"))
    seen = Customer.objects.visible_to(viewer).in_bulk({one for one in whose.values() if one})
    return {
        record: {"id": customer, "name": shown_name(seen[customer])}
        for record, customer in whose.items()
        if customer in seen
    }


def _collection(kind: CustomObject) -> Collection:
    expansions: dict[str, Expand] = {"customer": partial(_customers, kind)} if kind.has_customer else {}
    return Collection(kind.entity_name, rows=partial(rows_of, kind), expansions=expansions)


@router.get("/objects", response=ObjectsOut, operation_id="objects_list", summary=_("List own kinds of records"))
@requires("signed_in")
def list_objects(request: MemberRequest) -> HttpResponse:
    """The kinds of records that the company defined and the member may see; labels in the language of Accept-Language."""
    found = [kind for kind in known_objects() if request.member.may(kind.permission("view"))]
    shown = [
        {
            "key": kind.key,
            "entity": kind.entity_name,
            "label": str(kind.label),
            "label_plural": str(kind.plural),
            "icon": kind.icon,
            "has_customer": kind.has_customer,
        }
        for kind in found
    ]
    return answer(request, {"data": shown})


@router.get(
    "/objects/{object_key}/records", response=RecordPage, operation_id="records_list", summary=_("List records")
)
@requires("signed_in")
def list_records(request: MemberRequest, object_key: str, params: Query[ListParams]) -> HttpResponse:
    """Records of one kind page by page; `f=customer_id:is:ID` gives those of one customer."""
    kind = object_of(request, object_key, "view")
    return answer(request, _collection(kind).page(request.member, params, request))


@router.post(
    "/objects/{object_key}/records/query",
    response=RecordPage,
    operation_id="records_query",
    summary=_("Find records by a condition"),
)
@requires("signed_in")
def query_records(request: MemberRequest, object_key: str, body: Body[QueryIn]) -> HttpResponse:
    """Records for which a condition of any shape holds."""
    return answer(request, _collection(object_of(request, object_key, "view")).query(request.member, body))


@router.post(
    "/objects/{object_key}/records",
    response={201: RecordOut},
    operation_id="records_create",
    summary=_("Add a record"),
)
@requires("signed_in")
def create_record(request: MemberRequest, object_key: str, body: Body[RecordIn]) -> HttpResponse:
    """Add a record; fields that must be filled are missed, the others have their defaults."""
    kind = object_of(request, object_key, "add")
    given = body.own()
    if given["owner_id"] is None:
        del given["owner_id"]
    try:
        act, made = actions.create_record(kind, _values(kind, given, body.model_extra), acting_member=request.member)
    except BadRecord as refused:
        raise _problem(refused) from None
    record = _shown(request, kind, made.pk)
    there = f"{BASE}objects/{object_key}/records/{made.pk}"
    return answer(request, record, status=201, etag=tag_of(record), change=act, location=there)


@router.get(
    "/objects/{object_key}/records/{uuid:record_id}",
    response=RecordOut,
    operation_id="records_get",
    summary=_("One record"),
)
@requires("signed_in")
def get_record(request: MemberRequest, object_key: str, record_id: UUID, params: Query[OneParams]) -> HttpResponse:
    """A record, with its ETag where no fields are chosen."""
    kind = object_of(request, object_key, "view")
    record = _collection(kind).one(request.member, record_id, params)
    return answer(request, record, etag="" if params.fields or params.expand else tag_of(record))


@router.patch(
    "/objects/{object_key}/records/{uuid:record_id}",
    response=RecordOut,
    operation_id="records_update",
    summary=_("Change a record"),
)
@requires("signed_in")
def update_record(request: MemberRequest, object_key: str, record_id: UUID, body: Body[RecordChanges]) -> HttpResponse:
    """Write the fields that the body names, all or none."""
    kind = object_of(request, object_key, "change")
    record = _claim(request, kind, record_id)
    values = _values(kind, body.own(given=True), body.model_extra)
    try:
        act, _changed = actions.change_record(kind, record, values, acting_member=request.member)
    except BadRecord as refused:
        raise _problem(refused) from None
    shown = _shown(request, kind, record_id)
    return answer(request, shown, etag=tag_of(shown), change=act)


@router.delete(
    "/objects/{object_key}/records/{uuid:record_id}",
    response={204: None},
    operation_id="records_delete",
    summary=_("Delete a record"),
)
@requires("signed_in")
def delete_record(request: MemberRequest, object_key: str, record_id: UUID) -> HttpResponse:
    """Delete a record; for 30 days it can come back, and the act can be undone."""
    kind = object_of(request, object_key, "delete")
    _claim(request, kind, record_id)
    act, _count = actions.delete_records(kind, [record_id], acting_member=request.member)
    return nothing(change=act)


@router.post(
    "/objects/{object_key}/records/bulk",
    response=RecordsOut,
    operation_id="records_upsert",
    summary=_("Add or update many records"),
)
@requires("signed_in")
def upsert_records(request: MemberRequest, object_key: str, body: Body[RecordsIn]) -> HttpResponse:
    """Up to 1,000 records in one act: those known by their code are brought up to date, the others added.

    A record that cannot be taken is refused with its reasons and does not hold up the others. The act can be undone whole.
    """
    kind = object_of(request, object_key, "add")
    require(request.member, kind.permission("change"))
    if request.member.reach(kind.entity_name) is not Reach.ALL:
        raise ReachesTooLittle
    codes = {str(one.get("code") or "") for one in body.records} - {""}
    by_code = {}
    if body.match == "code":
        by_code = {
            one.code: one
            for one in rows_of(kind, request.member).filter(code__in=codes).select_for_update(of=("self",))
        }
    results: list[dict[str, Any]] = []
    note = {"object": kind.key, "count": len(body.records)}
    with changeset("objects.records_upserted", member_id=request.member.pk, note=note) as act:
        for index, values in enumerate(body.records):
            results.append({"index": index, **_upsert(request, kind, values, by_code)})
    states = ("created", "updated", "unchanged", "refused")
    counts = {name: sum(one["status"] == name for one in results) for name in states}
    return answer(request, {**counts, "results": results}, change=act)


def _upsert(
    request: MemberRequest, kind: CustomObject, given: Mapping[str, Any], by_code: dict[str, ObjectRecord]
) -> dict[str, Any]:
    own = {name: value for name, value in given.items() if not is_custom(name)}
    custom = {name: value for name, value in given.items() if is_custom(name)}
    known = None
    try:
        with transaction.atomic():
            values = _values(kind, own, custom)
            known = by_code.get(str(values.get("code") or ""))
            if known is not None:
                _act, changed = actions.change_record(kind, known, values, acting_member=request.member)
                return {"status": "updated" if changed else "unchanged", "id": known.pk, "errors": []}
            _act, made = actions.create_record(kind, values, acting_member=request.member)
    except Problem as refused:
        return {"status": "refused", "id": None, "errors": [_error(one) for one in refused.errors]}
    except BadRecord as refused:
        if known is not None:
            known.refresh_from_db()  # a later record of the call may mean it again
        return {"status": "refused", "id": None, "errors": [_error(one) for one in _problem(refused).errors]}
    if made.code:
        by_code[made.code] = made
    return {"status": "created", "id": made.pk, "errors": []}


def _error(one: Error) -> dict[str, str]:
    return {"path": one.path, "detail": one.detail, "code": one.code}


_NAMES = {"title": "title", "code": "code", "customer_id": "customer", "owner_id": "owner"}


def _values(kind: CustomObject, own: Mapping[str, Any], custom: Mapping[str, Any] | None) -> dict[str, object]:
    """The values of a body by the names that actions know.

    :raises Problem: for every name that is no field to write, and a value that is no text where one is asked for.
    """
    found: dict[str, object] = dict(custom or {})
    errors = [
        Error(name[:60], gettext("There is no such field here."), "extra_forbidden")
        for name in found
        if not is_custom(name)
    ]
    for name, value in own.items():
        known = _NAMES.get(name)
        if known is None or (known == "customer" and not kind.has_customer and value is not None):
            errors.append(Error(name[:60], gettext("There is no such field here."), "extra_forbidden"))
        elif not isinstance(value, str | UUID | None):
            errors.append(Error(name, gettext("This is a text."), "type"))
        else:
            found[known] = value
    if errors:
        raise Problem(422, errors=errors)
    return found


def _problem(refused: BadRecord) -> Problem:
    back = {known: name for name, known in _NAMES.items()}
    return Problem(
        422,
        errors=[
            Error(back.get(name, name)[:60], str(problem), getattr(problem, "code", "") or "invalid")
            for name, problem in refused.problems.items()
        ],
    )


def _shown(request: MemberRequest, kind: CustomObject, record_id: UUID) -> dict[str, Any]:
    return _collection(kind).one(request.member, record_id)


def _claim(request: MemberRequest, kind: CustomObject, record_id: UUID) -> ObjectRecord:
    record = rows_of(kind, request.member).filter(pk=record_id).select_for_update(of=("self",)).first()
    if record is None:
        raise Http404
    if request.headers.get("If-Match"):
        require_match(request, tag_of(_shown(request, kind, record_id)))
    return record
