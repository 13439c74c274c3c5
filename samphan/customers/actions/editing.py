"""One field of one customer, edited in place."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.queries import members
from samphan.customers import reading
from samphan.customers.actions.provenance import with_sources
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomerEdited
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import EDITABLE, Customer
from samphan.customers.reading import FieldProblem, Stored
from samphan.customers.search_documents import refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.events import publish

_NAME_PARTS = ("kind", "title", "first_name", "last_name", "name", "nickname")
IN_SEARCH = {*_NAME_PARTS, "name_en", "tax_id"}
ATTEMPTS = 3


def edit_field(
    customer: Customer,
    field: str,
    value: str,
    *,
    seen: str,
    acting_member: Viewer,
    at: datetime | None = None,
) -> bool:
    """Write what was typed into one field, if it still holds the value that was seen. Publishes CustomerEdited.

    The parts of a person's name and the whole follow each other. Returns False when nothing had to change.

    :param field: one of EDITABLE. :param value: as typed; "" for nothing.
    :param seen: the stored value as it was shown, by `raw_value`.
    :param at: the time of the edit; None for now.
    :raises ValueProblem: when the value cannot be read, with the reason.
    :raises EditedMeanwhile: when the field holds another value now.
    :raises CustomerGone: when the customer was deleted meanwhile.
    :raises KeyError: for a field that is not edited in place.
    """
    if field not in EDITABLE:
        raise KeyError(field)
    at = at or timezone.now()
    current = ""
    for _attempt in range(ATTEMPTS):
        row = Customer.objects.visible_to(acting_member).filter(pk=customer.pk).first()
        if row is None:
            raise CustomerGone
        values = new_values(row, field, value, acting_member, at)
        current = raw_value(row, field)
        if current != seen:
            if all(column_of(row, name) == new for name, new in values.items()):
                return False  # both wrote the same
            raise EditedMeanwhile(label_of(field), theirs=current, yours=value, current=current)
        changed = {name: new for name, new in values.items() if column_of(row, name) != new}
        if not changed:
            return False
        if _write(row, field, changed, acting_member, at):
            customer.refresh_from_db()
            return True
    # Somebody keeps changing the other parts of the name.
    raise EditedMeanwhile(label_of(field), theirs=current, yours=value, current=current)


def raw_value(customer: Customer, field: str) -> str:
    """The stored value of a field as a form carries it: dates as ISO, members as id, nothing as ""."""
    value = column_of(customer, field)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def label_of(field: str) -> Any:
    """The label of a field of the record."""
    return _("Name in English") if field == "name_en" else CUSTOMERS.field(field).label


def column_of(customer: Customer, field: str) -> Any:
    """The stored value of a field."""
    return getattr(customer, "owner_id" if field == "owner" else field)


def _write(row: Customer, field: str, changed: dict[str, Stored], acting_member: Viewer, at: datetime) -> bool:
    # What the new values rest on must still stand: the field itself, and for names every part of the name.
    rests_on = {field, *changed} | (set(_NAME_PARTS) if field in _NAME_PARTS else set())
    columns: dict[str, Any] = {"owner_id" if name == "owner" else name: new for name, new in changed.items()}
    if "name" in changed:
        columns["name_key"] = reading.name_key(str(changed["name"]))
    with changeset("customers.customer_edited", member_id=acting_member.id):
        still = Customer.objects.visible_to(acting_member).filter(pk=row.pk)
        for name in rests_on:
            column = "owner_id" if name == "owner" else name
            value = getattr(row, column)
            still = still.filter(**({f"{column}__isnull": True} if value is None else {column: value}))
        if not still.update(**columns, sources=with_sources(changed, acting_member, at)):
            return False
        if IN_SEARCH & set(changed):
            refresh_search([row.pk])
        publish(CustomerEdited(row.pk, tuple(sorted(changed))))
    return True


def new_values(row: Customer, field: str, text: str, acting_member: Viewer, at: datetime) -> dict[str, Stored]:
    """Every column that follows from the edit."""
    if field == "owner":
        return {"owner": read_owner(text, acting_member)}
    if field == "kind":
        return _with_kind(row, text)
    if field == "name":
        return _with_name(row, text)
    value = reading.read_field(field, text, today=timezone.localdate(at))
    if row.kind == Customer.Kind.PERSON and field in ("first_name", "last_name", "nickname"):
        parts = {"first_name": row.first_name, "last_name": row.last_name, "nickname": row.nickname, field: str(value)}
        name = reading.full_name(parts["first_name"], parts["last_name"]) or parts["nickname"]
        if not name:
            raise FieldProblem("no_name", _("A customer needs a name"))
        return {field: value, "name": name}
    return {field: value}


def _with_name(row: Customer, text: str) -> dict[str, Stored]:
    if row.kind == Customer.Kind.ORGANISATION:
        name = reading.clean_text(text, limit=500)
        if not name:
            raise FieldProblem("no_name", _("A customer needs a name"))
        return {"name": name}
    parts = reading.read_person_name(text)
    values: dict[str, Stored] = {
        "first_name": parts.first,
        "last_name": parts.last,
        "name": reading.full_name(parts.first, parts.last),
    }
    # A title or nickname that was not typed again stays.
    if parts.title:
        values["title"] = parts.title
    if parts.nickname:
        values["nickname"] = parts.nickname
    values["name"] = values["name"] or parts.nickname
    return values


def _with_kind(row: Customer, text: str) -> dict[str, Stored]:
    if text not in Customer.Kind.values:
        raise FieldProblem("choice", _("“%(value)s” is not one of the choices"), value=text[:60])
    if text == row.kind:
        return {"kind": text}
    if text == Customer.Kind.ORGANISATION:
        return {"kind": text, "title": "", "first_name": "", "last_name": ""}
    parts = reading.read_person_name(row.name)
    return {
        "kind": text,
        "title": parts.title,
        "first_name": parts.first,
        "last_name": parts.last,
        "name": reading.full_name(parts.first, parts.last) or row.name,
    }


def read_owner(text: str, viewer: Viewer) -> UUID | None:
    """The id of an active member, or None for nobody.

    :raises FieldProblem: when nobody of that id works here.
    """
    if not text:
        return None
    known = {str(member.pk): member.pk for member in members(viewer)}
    if text not in known:
        raise FieldProblem("member", _("This person does not work here any more"))
    return known[text]
