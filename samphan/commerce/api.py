"""Routes of `/api/v1/orders` and `/api/v1/products`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router
from pydantic import AwareDatetime, Field

from samphan.administration.api import custom
from samphan.administration.api.custom import OpenToCustom
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.commerce import actions
from samphan.commerce.fields import ORDERS as ORDER_ENTITY
from samphan.commerce.fields import PRODUCTS as PRODUCT_ENTITY
from samphan.commerce.models import Order, OrderLine, Product
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.platform.access import requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer, nothing, require_match, tag_of
from samphan.platform.api.problems import Error, Problem, invalid
from samphan.platform.api.records import Collection, money, plain
from samphan.platform.api.schemas import (
    ListParams,
    Name,
    OneParams,
    QueryIn,
    Strict,
    page_model,
    record_model,
)
from samphan.platform.catalogue import Type
from samphan.platform.changes.recording import changeset

router = Router()
MAX_LINES = 500


def _lines(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    seen = ORDERS.seen_by(viewer)
    found: dict[UUID, list[dict[str, Any]]] = {one: [] for one in ids}
    names = [name for name in ("sku", "description", "quantity", "unit_price") if seen.has_field(name)]
    rows = OrderLine.objects.filter(workspace_id=viewer.workspace_id, order_id__in=ids).order_by("order_id", "position")
    for line in rows:
        values = {name: getattr(line, name) for name in names}
        shown = {
            name: money(value) if name == "unit_price" else plain(value, Type.NUMBER) for name, value in values.items()
        }
        found[line.order_id].append({"position": line.position, "product_id": line.product_id, **shown})
    return found


def _customers(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    if not viewer.may("customers.view_customer"):
        return {}
    whose = dict(Order.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "customer_id"))
    seen = Customer.objects.visible_to(viewer).filter(pk__in={one for one in whose.values() if one})
    named = {one.pk: {"id": one.pk, "name": shown_name(one)} for one in seen}
    return {order: named[customer] for order, customer in whose.items() if customer in named}


ORDERS = Collection("orders", rows=Order.objects.visible_to, expansions={"lines": _lines, "customer": _customers})
PRODUCTS = Collection("products", rows=Product.objects.visible_to)
OrderOut: Any = record_model(
    "OrderOut", ORDER_ENTITY, {"lines": list[dict[str, Any]] | None, "customer": dict[str, Any] | None}
)
OrderPage: Any = page_model("OrderPage", OrderOut)
ProductOut: Any = record_model("ProductOut", PRODUCT_ENTITY)
ProductPage: Any = page_model("ProductPage", ProductOut)

# As the columns hold them; a moment that has a day in every zone.
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1000, 1, 1, tzinfo=UTC), le=datetime(9000, 1, 1, tzinfo=UTC))
]  # fmt: skip
Quantity = Field(..., max_digits=14, decimal_places=3, description="May be negative: a return.")
Price = Field(..., max_digits=18, decimal_places=6, description="THB before VAT, as a number or a text.")


class LineIn(Strict):
    """One position of an order."""

    quantity: Decimal = Quantity
    unit_price: Decimal = Price
    sku: str = Field("", max_length=64)
    description: str = Field("", max_length=500)
    product_id: UUID | None = None


class OrderIn(OpenToCustom):
    """A new order."""

    number: str = Field("", max_length=64, description="Left out: the next number of the company's numbering.")
    ordered_at: Moment
    lines: list[LineIn] = Field(..., min_length=1, max_length=MAX_LINES)
    customer_id: UUID | None = None
    channel: str = Field("", max_length=60)


class OrderChanges(OpenToCustom):
    """Fields of an order to write; the lines replace all there were."""

    number: Name = Field(None, min_length=1, max_length=64)
    ordered_at: Moment | None = None
    lines: list[LineIn] | None = Field(None, min_length=1, max_length=MAX_LINES)
    customer_id: UUID | None = None
    channel: Name = Field(None, max_length=60)


@router.get("/orders", response=OrderPage, operation_id="orders_list", summary=_("List orders"), tags=["Orders"])
@requires("commerce.view_order")
def list_orders(request: MemberRequest, params: Query[ListParams]) -> HttpResponse:
    """Orders page by page; `f=customer_id:is:ID` gives those of one customer, `expand=lines,customer` the rest."""
    return answer(request, ORDERS.page(request.member, params, request))


@router.post(
    "/orders/query",
    response=OrderPage,
    operation_id="orders_query",
    summary=_("Find orders by a condition"),
    tags=["Orders"],
)
@requires("commerce.view_order")
def query_orders(request: MemberRequest, body: Body[QueryIn]) -> HttpResponse:
    """Orders for which a condition of any shape holds."""
    return answer(request, ORDERS.query(request.member, body))


@router.post(
    "/orders", response={201: OrderOut}, operation_id="orders_create", summary=_("Add an order"), tags=["Orders"]
)
@requires("commerce.add_order")
def create_order(request: MemberRequest, body: Body[OrderIn]) -> HttpResponse:
    """Write an order down with its lines; the sums of its customer follow. Without a customer it is a cash sale."""
    _check(request, body.customer_id, body.lines)
    further = custom.take("orders", body, request.member, for_new=True)
    with changeset("commerce.order_added", member_id=request.member.pk) as act:
        made = actions.create_order(
            number=body.number,
            ordered_at=body.ordered_at,
            lines=_read(body.lines),
            acting_member=request.member,
            customer_id=body.customer_id,
            channel=body.channel.strip(),
        )
        custom.write("orders", made.pk, further, request.member)
    record = _order(request, made.pk)
    return answer(request, record, status=201, etag=tag_of(record), change=act, location=f"{BASE}orders/{made.pk}")


@router.get(
    "/orders/{uuid:order_id}", response=OrderOut, operation_id="orders_get", summary=_("One order"), tags=["Orders"]
)
@requires("commerce.view_order")
def get_order(request: MemberRequest, order_id: UUID, params: Query[OneParams]) -> HttpResponse:
    """An order, with its lines where nothing else is chosen."""
    if params.fields or params.expand:
        return answer(request, ORDERS.one(request.member, order_id, params))
    record = _order(request, order_id)
    return answer(request, record, etag=tag_of(record))


@router.patch(
    "/orders/{uuid:order_id}",
    response=OrderOut,
    operation_id="orders_update",
    summary=_("Change an order"),
    tags=["Orders"],
)
@requires("commerce.change_order")
def update_order(request: MemberRequest, order_id: UUID, body: Body[OrderChanges]) -> HttpResponse:
    """Write the fields that the body names; lines replace all there were."""
    order = _claim_order(request, order_id)
    given = body.own(given=True)
    lines = given.pop("lines", None)
    empty = [name for name, value in given.items() if value is None and name != "customer_id"]
    if empty:
        raise Problem(422, errors=[Error(name, gettext("This cannot be empty.")) for name in empty])
    _check(request, given.get("customer_id"), lines or [])
    further = custom.take("orders", body, request.member)
    with changeset("commerce.order_edited", member_id=request.member.pk) as act:
        if given or lines:
            actions.edit_order(order, acting_member=request.member, lines=_read(lines) if lines else None, **given)
        custom.write("orders", order_id, further, request.member)
    record = _order(request, order_id)
    return answer(request, record, etag=tag_of(record), change=act)


@router.delete(
    "/orders/{uuid:order_id}",
    response={204: None},
    operation_id="orders_delete",
    summary=_("Delete an order"),
    tags=["Orders"],
)
@requires("commerce.delete_order")
def delete_order(request: MemberRequest, order_id: UUID) -> HttpResponse:
    """Delete an order with its lines; the act can be undone."""
    return nothing(change=actions.delete_order(_claim_order(request, order_id), acting_member=request.member))


def _order(request: MemberRequest, order_id: UUID) -> dict[str, Any]:
    return ORDERS.one(request.member, order_id, OneParams(fields="", expand="lines"))


def _claim_order(request: MemberRequest, order_id: UUID) -> Order:
    order = Order.objects.visible_to(request.member).filter(pk=order_id).select_for_update(of=("self",)).first()
    if order is None:
        raise Http404
    if request.headers.get("If-Match"):
        require_match(request, tag_of(_order(request, order_id)))
    return order


def _check(request: MemberRequest, customer_id: UUID | None, lines: Sequence[LineIn]) -> None:
    if customer_id and not Customer.objects.visible_to(request.member).filter(pk=customer_id).exists():
        raise invalid("customer_id", gettext("There is no customer of this id."))
    wanted = {line.product_id for line in lines if line.product_id}
    known = set(Product.objects.visible_to(request.member).filter(pk__in=wanted).values_list("pk", flat=True))
    unknown = [index for index, line in enumerate(lines) if line.product_id and line.product_id not in known]
    if unknown:
        said = gettext("There is no product of this id.")
        raise Problem(422, errors=[Error(f"lines[{index}].product_id", said) for index in unknown])


def _read(lines: Sequence[LineIn]) -> list[actions.Line]:
    return [actions.Line(**line.model_dump()) for line in lines]


# Products


class ProductIn(OpenToCustom):
    """A new product."""

    sku: str = Field(..., min_length=1, max_length=64)
    name: str = Field(..., min_length=1, max_length=300)
    category: str = Field("", max_length=100)
    unit: str = Field("", max_length=40)
    unit_price: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=6)
    is_active: bool = True


class ProductChanges(OpenToCustom):
    """Fields of a product to write."""

    sku: Name = Field(None, min_length=1, max_length=64)
    name: Name = Field(None, min_length=1, max_length=300)
    category: Name = Field(None, max_length=100)
    unit: Name = Field(None, max_length=40)
    unit_price: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=6)
    is_active: bool | None = None


@router.get(
    "/products", response=ProductPage, operation_id="products_list", summary=_("List products"), tags=["Products"]
)
@requires("commerce.view_product")
def list_products(request: MemberRequest, params: Query[ListParams]) -> HttpResponse:
    """Products page by page."""
    return answer(request, PRODUCTS.page(request.member, params, request))


@router.post(
    "/products/query",
    response=ProductPage,
    operation_id="products_query",
    summary=_("Find products by a condition"),
    tags=["Products"],
)
@requires("commerce.view_product")
def query_products(request: MemberRequest, body: Body[QueryIn]) -> HttpResponse:
    """Products for which a condition of any shape holds."""
    return answer(request, PRODUCTS.query(request.member, body))


@router.post(
    "/products",
    response={201: ProductOut},
    operation_id="products_create",
    summary=_("Add a product"),
    tags=["Products"],
)
@requires("commerce.add_product")
def create_product(request: MemberRequest, body: Body[ProductIn]) -> HttpResponse:
    """Add a product; its code is its own."""
    further = custom.take("products", body, request.member, for_new=True)
    with changeset("commerce.product_added", member_id=request.member.pk) as act:
        made = actions.create_product(**body.own(), acting_member=request.member)
        custom.write("products", made.pk, further, request.member)
    record = PRODUCTS.one(request.member, made.pk)
    return answer(request, record, status=201, etag=tag_of(record), change=act, location=f"{BASE}products/{made.pk}")


@router.get(
    "/products/{uuid:product_id}",
    response=ProductOut,
    operation_id="products_get",
    summary=_("One product"),
    tags=["Products"],
)
@requires("commerce.view_product")
def get_product(request: MemberRequest, product_id: UUID, params: Query[OneParams]) -> HttpResponse:
    """A product, with its ETag where no fields are chosen."""
    record = PRODUCTS.one(request.member, product_id, params)
    return answer(request, record, etag="" if params.fields else tag_of(record))


@router.patch(
    "/products/{uuid:product_id}",
    response=ProductOut,
    operation_id="products_update",
    summary=_("Change a product"),
    tags=["Products"],
)
@requires("commerce.change_product")
def update_product(request: MemberRequest, product_id: UUID, body: Body[ProductChanges]) -> HttpResponse:
    """Write the fields that the body names; a price of null is none."""
    product = _claim_product(request, product_id)
    given = body.own(given=True)
    empty = [name for name, value in given.items() if value is None and name != "unit_price"]
    if empty:
        raise Problem(422, errors=[Error(name, gettext("This cannot be empty.")) for name in empty])
    further = custom.take("products", body, request.member)
    with changeset("commerce.product_edited", member_id=request.member.pk) as act:
        actions.edit_product(product, acting_member=request.member, **given)
        custom.write("products", product_id, further, request.member)
    record = PRODUCTS.one(request.member, product_id)
    return answer(request, record, etag=tag_of(record), change=act)


@router.delete(
    "/products/{uuid:product_id}",
    response={204: None},
    operation_id="products_delete",
    summary=_("Delete a product"),
    tags=["Products"],
)
@requires("commerce.delete_product")
def delete_product(request: MemberRequest, product_id: UUID) -> HttpResponse:
    """Delete a product that no order holds."""
    return nothing(change=actions.delete_product(_claim_product(request, product_id), acting_member=request.member))


def _claim_product(request: MemberRequest, product_id: UUID) -> Product:
    product = Product.objects.visible_to(request.member).filter(pk=product_id).select_for_update().first()
    if product is None:
        raise Http404
    if request.headers.get("If-Match"):
        require_match(request, tag_of(PRODUCTS.one(request.member, product_id)))
    return product
