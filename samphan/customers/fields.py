"""The fields of a customer: one declaration for lists, filters, import, export, search and masks."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.administration.settings import choices
from samphan.customers.import_headings import HEADINGS
from samphan.customers.models import Customer, Identity
from samphan.customers.reading import normal_digits, normal_phone
from samphan.platform import catalogue
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Choice, Entity, Field, Operator, Privacy, Sort, Type

TABLE = "customers_customer"

_IDENTITY = (
    f"SELECT {{what}} FROM customers_identity i WHERE i.workspace_id = {TABLE}.workspace_id"
    f" AND i.customer_id = {TABLE}.id AND i.kind = '{{kind}}'"
)
_ADDRESS = (
    f"SELECT {{what}} FROM customers_address a WHERE a.workspace_id = {TABLE}.workspace_id"
    f" AND a.customer_id = {TABLE}.id"
)
_TAG = (
    f"SELECT {{what}} FROM customers_customertag ct"
    " JOIN customers_tag t ON t.workspace_id = ct.workspace_id AND t.id = ct.tag_id"
    f" WHERE ct.workspace_id = {TABLE}.workspace_id AND ct.customer_id = {TABLE}.id"
)
_PREFERENCE = (
    f"SELECT {{what}} FROM customers_preference p WHERE p.workspace_id = {TABLE}.workspace_id"
    f" AND p.customer_id = {TABLE}.id AND p.withdrawn_at IS NULL"
)

_WHO, _CONTACT, _ADDRESSES, _COMPANY, _BUYING = (
    _("Customer"),
    _("Contact points"),
    _("Address"),
    _("Company"),
    _("Buying"),
)


def _identity(name: str, label: catalogue.Label, kind: str, **values: object) -> Field:
    """A field kept as identities: all of them in a list, the first one first."""
    shown = _IDENTITY.format(what="i.value", kind=kind)
    return Field(
        name,
        label,
        values.pop("type", Type.IDENTIFIER),  # type: ignore[arg-type]
        values.pop("privacy", Privacy.CONTACT),  # type: ignore[arg-type]
        f"ARRAY({shown} ORDER BY i.position, i.id)",
        value_sql="i.value",
        many=f"EXISTS ({_IDENTITY.format(what='1', kind=kind)} AND {{test}})",
        is_importable=True,
        is_editable=True,
        group=_CONTACT,
        synonyms=HEADINGS[name],
        **values,  # type: ignore[arg-type]
    )


def _address(name: str, label: catalogue.Label, column: str, privacy: Privacy, **values: object) -> Field:
    """A part of the addresses; empty parts are nothing."""
    return Field(
        name,
        label,
        Type.TEXT,
        privacy,
        f"ARRAY({_ADDRESS.format(what=f'a.{column}')} AND a.{column} <> '' ORDER BY a.position, a.id)",
        value_sql=f"a.{column}",
        many=f"EXISTS ({_ADDRESS.format(what='1')} AND {{test}})",
        is_importable=True,
        is_editable=True,
        group=_ADDRESSES,
        synonyms=HEADINGS[name],
        **values,  # type: ignore[arg-type]
    )


def _own(name: str, label: catalogue.Label, kind: Type, privacy: Privacy, **values: object) -> Field:
    """A column of the customer that people type; `sql` where it is not called like the field."""
    group, sql = values.pop("group", _WHO), values.pop("sql", f"{TABLE}.{name}")
    return Field(
        name,
        label,
        kind,
        privacy,
        sql,  # type: ignore[arg-type]
        is_editable=True,
        is_importable=True,
        group=group,  # type: ignore[arg-type]
        synonyms=HEADINGS[name],
        **values,  # type: ignore[arg-type]
    )


FIELDS: tuple[Field, ...] = (
    _own(
        "name",
        _("Name"),
        Type.TEXT,
        Privacy.BUSINESS,
        sort=Sort(f"{TABLE}.name_key"),
        is_list_default=True,
        width=280,
    ),
    _own(
        "kind",
        _("Kind"),
        Type.CHOICE,
        Privacy.BUSINESS,
        choices=tuple(Choice(value, label) for value, label in Customer.Kind.choices),
    ),
    _own("title", _("Title"), Type.TEXT, Privacy.BUSINESS),
    _own("first_name", _("First name"), Type.TEXT, Privacy.BUSINESS),
    _own("last_name", _("Last name"), Type.TEXT, Privacy.BUSINESS),
    _own("nickname", _("Nickname"), Type.TEXT, Privacy.BUSINESS),
    _own(
        "grade",
        _("Grade"),
        Type.CHOICE,
        Privacy.BUSINESS,
        is_list_default=True,
        align="center",
        width=52,
        choices=choices.choices("customer_grade"),
    ),
    _own(
        "stage",
        _("Lifecycle stage"),
        Type.CHOICE,
        Privacy.BUSINESS,
        is_list_default=True,
        width=130,
        choices=choices.choices("customer_stage"),
    ),
    Field(
        "last_order_at",
        _("Last order"),
        Type.DATETIME,
        Privacy.BUSINESS,
        f"{TABLE}.last_order_at",
        sort=Sort(f"{TABLE}.last_order_at", "timestamptz", True, "'-infinity'::timestamptz"),
        is_list_default=True,
        group=_BUYING,
        width=110,
    ),
    Field(
        "total_spent",
        _("Total spent"),
        Type.MONEY,
        Privacy.FINANCIAL,
        f"{TABLE}.total_spent",
        sort=Sort(f"{TABLE}.total_spent", "numeric", True),
        is_list_default=True,
        group=_BUYING,
        width=120,
    ),
    Field(
        "order_count",
        pgettext_lazy("how many", "Orders"),
        Type.NUMBER,
        Privacy.BUSINESS,
        f"{TABLE}.order_count",
        sort=Sort(f"{TABLE}.order_count", "integer", True),
        is_list_default=True,
        group=_BUYING,
        width=80,
    ),
    Field(
        "average_order",
        _("Average order"),
        Type.MONEY,
        Privacy.FINANCIAL,
        f"CASE WHEN {TABLE}.order_count > 0 THEN {TABLE}.total_spent / {TABLE}.order_count END",
        group=_BUYING,
        width=120,
    ),
    Field(
        "first_order_at", _("First order"), Type.DATETIME, Privacy.BUSINESS, f"{TABLE}.first_order_at", group=_BUYING
    ),
    Field(
        "owner",
        _("Owner"),
        Type.MEMBER,
        Privacy.BUSINESS,
        f"{TABLE}.owner_id",
        is_list_default=True,
        is_editable=True,
        is_importable=True,
        group=_WHO,
        width=90,
        synonyms=HEADINGS["owner"],
    ),
    _identity(
        "phone",
        _("Phone"),
        Identity.Kind.PHONE,
        type=Type.PHONE,
        folded_sql="i.value",
        normalise=normal_phone,
        is_list_default=True,
        width=130,
    ),
    _identity("email", _("E-mail"), Identity.Kind.EMAIL, type=Type.EMAIL, folded_sql="i.value"),
    _identity("line_id", _("LINE"), Identity.Kind.LINE),
    _identity("member_number", _("Member number"), Identity.Kind.MEMBER_NUMBER, privacy=Privacy.BUSINESS),
    _identity("external_id", _("External id"), Identity.Kind.EXTERNAL_ID, privacy=Privacy.BUSINESS),
    _own(
        "tax_id",
        _("Tax id"),
        Type.IDENTIFIER,
        Privacy.PERSONAL,
        group=_COMPANY,
        normalise=normal_digits,
        folded_sql=f"{TABLE}.tax_id",
    ),
    _own("branch", _("Branch"), Type.IDENTIFIER, Privacy.BUSINESS, group=_COMPANY, folded_sql=f"{TABLE}.branch"),
    _own("birth_date", _("Birth date"), Type.PARTIAL_DATE, Privacy.PERSONAL, sql=f"{TABLE}.birth"),
    _own(
        "gender",
        _("Gender"),
        Type.CHOICE,
        Privacy.PERSONAL,
        choices=tuple(Choice(value, label) for value, label in Customer.Gender.choices),
    ),
    _address("address", _("Address"), "line", Privacy.CONTACT),
    _address("subdistrict", _("Subdistrict"), "subdistrict", Privacy.CONTACT),
    _address("district", _("District"), "district", Privacy.BUSINESS),
    _address("province", _("Province"), "province", Privacy.BUSINESS),
    _address("postcode", _("Postcode"), "postcode", Privacy.CONTACT, folded_sql="a.postcode"),
    Field(
        "tags",
        _("Tags"),
        Type.MULTI_CHOICE,
        Privacy.BUSINESS,
        f"ARRAY({_TAG.format(what='t.name')} ORDER BY t.name)",
        value_sql="t.name",
        many=f"EXISTS ({_TAG.format(what='1')} AND {{test}})",
        is_editable=True,
        is_importable=True,
        group=_WHO,
        synonyms=HEADINGS["tags"],
    ),
    Field(
        "preferences",
        _("Preferences"),
        Type.TEXT,
        Privacy.PERSONAL,
        f"ARRAY({_PREFERENCE.format(what='p.text')} ORDER BY p.noted_at DESC, p.id DESC)",
        value_sql="p.text",
        many=f"EXISTS ({_PREFERENCE.format(what='1')} AND {{test}})",
        group=_WHO,
    ),
    _own("source", _("Source"), Type.TEXT, Privacy.BUSINESS),
    _own("note", _("Note"), Type.LONG_TEXT, Privacy.PERSONAL),
    # UUIDv7 ids are made in the order of time: the index of the id serves the sort by creation.
    Field(
        "created_at",
        _("Added"),
        Type.DATETIME,
        Privacy.BUSINESS,
        f"{TABLE}.created_at",
        sort=Sort(f"{TABLE}.id", "uuid", True),
        group=_WHO,
        width=110,
    ),
)

_further: list[Field] = []


def one_customer(table: str, group: catalogue.Label) -> Field:
    """The customer of a record of another entity by id, as links name it: the tasks of one customer, the orders."""
    return Field(
        "customer_id",
        _("One customer"),
        Type.IDENTIFIER,
        Privacy.BUSINESS,
        f"{table}.customer_id",
        folded_sql=f"{table}.customer_id",
        normalise=lambda text: str(UUID(text)),
        operators=(Operator.IS,),
        group=group,
    )


def add_field(field: Field) -> None:
    """Give customers a further field: a higher domain calls this in its `AppConfig.ready()`.

    The field's SQL speaks of `customers_customer` and reads tables of the higher domain by subselect.

    :raises ValueError: when customers have a field of that name.
    """
    if field.name in {known.name for known in (*FIELDS, *_further)}:
        raise ValueError(f"customers have a field {field.name!r} already")
    _further.append(field)


def _further_fields(workspace_id: UUID) -> Iterable[Field]:
    return _further


def _search(rows: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    from samphan.customers.finding import find

    return find(rows, text)


CUSTOMERS = Entity(
    name="customers",
    label=_("Customer"),
    label_plural=_("Customers"),
    label_count=_("%(count)s customers"),
    model_label="customers.Customer",
    table=TABLE,
    default_sort=(("last_order_at", True),),
    url="/customers/",
    fields=FIELDS,
    search=_search,
    provider=_further_fields,
)


def entity_for(viewer: Viewer) -> Entity:
    """The entity as one viewer searches it: who reads no contact points finds nobody by them either."""
    return _searched(viewer.may_read(Privacy.CONTACT) and viewer.may_read(Privacy.PERSONAL))


@cache
def _searched(by_everything: bool) -> Entity:
    """The entity with one way of searching; kept, because it remembers the fields that were joined."""
    from samphan.customers.finding import find, find_by_name

    return replace(CUSTOMERS, search=find if by_everything else find_by_name)


def register() -> None:
    """Make customers known to the catalogue."""
    catalogue.register(CUSTOMERS)
