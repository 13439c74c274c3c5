"""Customers as the API shows and takes them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from samphan.administration.custom_fields.importing import is_custom
from samphan.administration.custom_fields.values import as_text
from samphan.administration.models import Member
from samphan.administration.queries import member_names
from samphan.customers.actions import CELL_FIELDS
from samphan.customers.actions.addresses import ADDRESS_PARTS
from samphan.customers.fields import entity_for
from samphan.customers.models import Customer
from samphan.platform.api.problems import Error, Problem
from samphan.platform.api.records import Collection
from samphan.platform.catalogue import Entity, Type

WRITABLE = (*CELL_FIELDS, "kind", "external_id")
"""Fields that are written; the others follow from what happens."""

MAX_VALUES = 50  # of one field of one customer
MAX_LETTERS = 20_000


def _owners(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    owned = dict(Customer.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "owner_id"))
    names = member_names(viewer) if any(owned.values()) else {}
    return {pk: {"id": owner, "name": names.get(owner, "")} for pk, owner in owned.items() if owner}


CUSTOMERS = Collection(
    "customers", rows=Customer.objects.visible_to, entity_for=entity_for, expansions={"owner": _owners}
)


def typed(
    values: Mapping[str, Any], seen: Entity, *, path: str = "", written: set[str] | None = None
) -> dict[str, list[str]]:
    """The values of a body as people would type them, field by field; nothing is an empty list.

    :param seen: customers as the viewer knows them; asked for once, because a company's own fields are in the database.
    :param written: names that were found to be fields to write; of the records of one call each is looked up once.
    :raises Problem: with every name that is no field to write for this viewer, and every value of another shape.
    """
    found: dict[str, list[str]] = {}
    errors: list[Error] = []
    written = set() if written is None else written
    for name, value in values.items():
        if name in written and isinstance(value, str) and len(value) <= MAX_LETTERS:
            found[name] = [value] if value.strip() else []
            continue
        try:
            found[name] = _texts(name, value, seen)
            written.add(name)
        except ValueError as refused:
            errors.append(Error(f"{path}{name[:60]}", str(refused)))
    if errors:
        raise Problem(422, errors=errors)
    return found


def _texts(name: str, value: Any, seen: Entity) -> list[str]:
    from django.utils.translation import gettext as _

    if not seen.has_field(name) or not (name in WRITABLE or is_custom(name)):
        known = seen.has_field(name)
        said = _("This field cannot be written.") if known else _("There is no field “%(name)s” here.")
        raise ValueError(said % {"name": name[:60]} if not known else said)
    field = seen.field(name)
    if value is None:
        return []
    many = bool(field.many) or field.type is Type.MULTI_CHOICE
    if isinstance(value, list):
        if not many:
            raise ValueError(_("A text is expected."))
        if len(value) > MAX_VALUES:
            raise ValueError(_("At most %(max_length)s of these at once.") % {"max_length": MAX_VALUES})
        if len(value) > 1 and name in ADDRESS_PARTS:
            raise ValueError(_("One value is expected; further addresses are records of their own."))
        items = value
    else:
        items = [value]
    texts = []
    for item in items:
        if is_custom(name) and isinstance(item, bool | int | Decimal):
            item = as_text(item)
        if isinstance(item, bool) or not isinstance(item, str | int):
            raise ValueError(_("A text is expected."))
        text = str(item)
        if len(text) > MAX_LETTERS:
            raise ValueError(_("At most %(max_length)s letters.") % {"max_length": MAX_LETTERS})
        if text.strip():
            texts.append(text)
    return texts


def owner_ids(viewer: Member) -> frozenset[str]:
    """The ids of everybody who works here, as texts."""
    from samphan.administration.queries import members

    return frozenset(str(one.pk) for one in members(viewer))
