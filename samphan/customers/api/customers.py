"""One customer, and the list of them."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router
from pydantic import Field, create_model

from samphan.administration.api import custom
from samphan.administration.lists.editing import CellEdit
from samphan.administration.middleware import MemberRequest
from samphan.customers import actions
from samphan.customers.actions.contact_points import FIELD_OF_KIND
from samphan.customers.actions.editing import raw_value
from samphan.customers.api.records import CUSTOMERS, WRITABLE, typed
from samphan.customers.fields import CUSTOMERS as ENTITY
from samphan.customers.models import Customer, Identity
from samphan.customers.permissions import ADD, CHANGE, DELETE, ERASE, TAG, VIEW
from samphan.platform.access import require, requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer, nothing, require_match, tag_of
from samphan.platform.api.problems import Error, Problem
from samphan.platform.api.schemas import ListParams, OneParams, Open, QueryIn, Strict, page_model, record_model
from samphan.platform.catalogue import Type
from samphan.platform.changes.recording import changeset
from samphan.platform.thai.problems import ValueProblem

router = Router()

CustomerOut: Any = record_model("CustomerOut", ENTITY, {"owner": dict[str, Any] | None})
CustomerPage: Any = page_model("CustomerPage", CustomerOut)


def _in_model(name: str) -> Any:
    values: dict[str, Any] = {}
    for field in ENTITY.fields:
        if field.name in WRITABLE:
            many = bool(field.many) or field.type is Type.MULTI_CHOICE
            values[field.name] = (str | list[str] | None if many else str | None, Field(None))
    return create_model(name, __base__=Open, **values)


CustomerIn: Any = _in_model("CustomerIn")
KIND_OF_FIELD = {field: kind for kind, field in FIELD_OF_KIND.items()}


@router.get("/customers", response=CustomerPage, operation_id="customers_list", summary=_("List customers"))
@requires(VIEW)
def list_customers(request: MemberRequest, params: Query[ListParams]) -> HttpResponse:
    """Customers page by page, filtered and sorted as on the screen."""
    return answer(request, CUSTOMERS.page(request.member, params, request))


@router.post(
    "/customers/query",
    response=CustomerPage,
    operation_id="customers_query",
    summary=_("Find customers by a condition"),
)
@requires(VIEW)
def query_customers(request: MemberRequest, body: Body[QueryIn]) -> HttpResponse:
    """Customers for whom a condition of any shape holds."""
    return answer(request, CUSTOMERS.query(request.member, body))


@router.post("/customers", response={201: CustomerOut}, operation_id="customers_create", summary=_("Add a customer"))
@requires(ADD)
def create_customer(request: MemberRequest, body: Body[CustomerIn]) -> HttpResponse:
    """Add a person or an organisation.

    Values are read as people type them: phones in any form, dates in either era, a whole name or its parts. A value that
    belongs to another customer too is taken, and named in `shared`.
    """
    own, further = custom.parted(_given(body))
    given = typed(own, CUSTOMERS.seen_by(request.member))
    with changeset("customers.customer_created", member_id=request.member.pk) as act:
        made = actions.create_customer(
            {name: ", ".join(texts) for name, texts in given.items()}, custom=further, acting_member=request.member
        )
    record = CUSTOMERS.one(request.member, made.customer.pk)
    tag = tag_of(record)
    if made.shared:
        record["shared"] = _shared(request, made.shared)
    location = f"{BASE}customers/{made.customer.pk}"
    return answer(request, record, status=201, etag=tag, change=act, location=location)


def _shared(request: MemberRequest, shared: list[actions.SharedContactPoint]) -> list[dict[str, Any]]:
    seen = set(
        Customer.objects.visible_to(request.member)
        .filter(pk__in=[one.resolves_to.pk for one in shared])
        .values_list("pk", flat=True)
    )
    return [
        {
            "field": FIELD_OF_KIND[Identity.Kind(one.identity.kind)],
            "value": one.identity.value,
            "customer_id": one.resolves_to.pk if one.resolves_to.pk in seen else None,
        }
        for one in shared
    ]


@router.get(
    "/customers/{uuid:customer_id}", response=CustomerOut, operation_id="customers_get", summary=_("One customer")
)
@requires(VIEW)
def get_customer(request: MemberRequest, customer_id: UUID, params: Query[OneParams]) -> HttpResponse:
    """Everything that the token may see of a customer, with its ETag where no fields are chosen."""
    record = CUSTOMERS.one(request.member, customer_id, params)
    return answer(request, record, etag="" if params.fields or params.expand else tag_of(record))


@router.patch(
    "/customers/{uuid:customer_id}",
    response=CustomerOut,
    operation_id="customers_update",
    summary=_("Change a customer"),
)
@requires(CHANGE)
def update_customer(request: MemberRequest, customer_id: UUID, body: Body[CustomerIn]) -> HttpResponse:
    """Write the fields that the body names and leave the others; null empties a field.

    A list replaces all values of its field. With If-Match nothing is written over what somebody changed meanwhile.
    """
    own, further = custom.parted(_given(body))
    given = typed(own, CUSTOMERS.seen_by(request.member))
    found = custom.take("customers", further, request.member)
    if "tags" in given:
        require(request.member, TAG)
    with changeset("customers.customer_edited", member_id=request.member.pk) as act:
        customer = _claim(request, customer_id)
        _write(request, customer, given)
        custom.write("customers", customer_id, found, request.member)
    record = CUSTOMERS.one(request.member, customer_id)
    return answer(request, record, etag=tag_of(record), change=act)


def _claim(request: MemberRequest, customer_id: UUID) -> Customer:
    """The customer, held until the request ends, if it is still what the asker saw."""
    customer = Customer.objects.visible_to(request.member).filter(pk=customer_id).select_for_update().first()
    if customer is None:
        raise Http404
    if request.headers.get("If-Match"):
        require_match(request, tag_of(CUSTOMERS.one(request.member, customer_id)))
    return customer


def _write(request: MemberRequest, customer: Customer, given: dict[str, list[str]]) -> None:
    errors: list[Error] = []
    cells = []
    for name, texts in given.items():
        if name in KIND_OF_FIELD:
            try:
                actions.set_contact_points(customer, KIND_OF_FIELD[name], texts, acting_member=request.member)
            except ValueProblem as problem:
                errors.append(Error(name, str(problem), problem.code))
        elif name == "kind":
            seen = raw_value(customer, "kind")
            try:
                actions.edit_field(customer, "kind", "".join(texts), seen=seen, acting_member=request.member)
            except ValueProblem as problem:
                errors.append(Error(name, str(problem), problem.code))
        else:
            cells.append(CellEdit(customer.pk, name, ", ".join(texts)))
    if cells:
        writing = actions.CustomerCells(request.member)
        plan = writing.plan(cells, lock=True)
        errors += [Error(trouble.field, trouble.message) for trouble in plan.troubles]
        if not errors and plan.changes:
            writing.write(cells)
    if errors:
        raise Problem(422, errors=errors)


@router.delete(
    "/customers/{uuid:customer_id}",
    response={204: None},
    operation_id="customers_delete",
    summary=_("Delete a customer"),
)
@requires(DELETE)
def delete_customer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Take a customer off every list; for 30 days, or as long as the company chose, it can come back."""
    _claim(request, customer_id)
    act, _count = actions.delete_customers([customer_id], acting_member=request.member)
    return nothing(change=act)


@router.post(
    "/customers/{uuid:customer_id}/restoration",
    response=CustomerOut,
    operation_id="customers_restore",
    summary=_("Bring a deleted customer back"),
)
@requires(DELETE)
def restore_customer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Bring back who was deleted, with everything they had, for as long as the company keeps what was deleted."""
    with changeset("customers.customers_restored", member_id=request.member.pk) as act:
        actions.restore_customers([customer_id], acting_member=request.member)
    record = CUSTOMERS.one(request.member, customer_id)
    return answer(request, record, etag=tag_of(record), change=act)


class ErasureIn(Strict):
    """The name of the customer, word for word, so that nobody is erased by a wrong id."""

    name: str = Field(..., min_length=1, max_length=500)


@router.post(
    "/customers/{uuid:customer_id}/erasure",
    response={204: None},
    operation_id="customers_erase",
    summary=_("Erase a deleted customer for good"),
)
@requires(ERASE)
def erase_customer(request: MemberRequest, customer_id: UUID, body: Body[ErasureIn]) -> HttpResponse:
    """Erase a deleted customer, with history, files, tasks and messages. Orders stay without it; nothing undoes this."""
    return nothing(change=actions.erase_customer(customer_id, typed=body.name, acting_member=request.member))


def _given(body: Any) -> dict[str, Any]:
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    return given
