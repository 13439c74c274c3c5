"""Addresses of a customer: typed as one text or in parts, kept in parts."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers import reading
from samphan.customers.actions.provenance import with_sources
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomerEdited
from samphan.customers.models import Address, Customer
from samphan.customers.reading import FieldProblem
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.events import publish
from samphan.platform.thai.addresses import Address as ThaiAddress
from samphan.platform.thai.addresses import Area, complete, format_address, parse_address

ADDRESS_PARTS = ("address", "subdistrict", "district", "province", "postcode")
_LIMITS = {"address": 500, "subdistrict": 100, "district": 100, "province": 100, "postcode": 5}
_COLUMNS = ("line", "subdistrict", "district", "province", "postcode", "subdistrict_code")
MAX_TYPED = 900  # characters of an address in one text


def read_address(parts: Mapping[str, str]) -> dict[str, str]:
    """The columns of an address from typed parts; `address` alone may hold all of it.

    :raises FieldProblem: when nothing is left, or a part is too long.
    """
    typed = {name: reading.clean_text(parts.get(name, ""), limit=MAX_TYPED) for name in ADDRESS_PARTS}
    line = typed["address"]
    if any(typed[name] for name in ADDRESS_PARTS[1:]):
        area = complete(typed["subdistrict"], typed["district"], typed["province"], typed["postcode"])
    else:
        read = parse_address(line)
        line, area = read.line, Area(*read[1:])
    columns = {
        "line": line,
        "subdistrict": area.subdistrict,
        "district": area.district,
        "province": area.province,
        "postcode": area.postcode,
        "subdistrict_code": area.subdistrict_code,
    }
    for name in ADDRESS_PARTS:
        reading.clean_text(columns["line" if name == "address" else name], limit=_LIMITS[name])
    if not any(columns.values()):
        raise FieldProblem("empty", _("Nothing was typed"))
    return columns


def insert_address(customer: Customer, columns: Mapping[str, str], *, is_first: bool = False) -> Address:
    """Write one address behind the customer's others; `is_first`: there are none, nobody need look."""
    mine = Address.objects.filter(workspace_id=customer.workspace_id, customer_id=customer.pk)
    last = None if is_first else mine.order_by("-position").values_list("position", flat=True).first()
    return Address.objects.create(
        workspace_id=customer.workspace_id,
        customer_id=customer.pk,
        position=0 if last is None else last + 1,
        created_in=current_changeset(),
        **columns,
    )


def add_address(customer: Customer, text: str, *, acting_member: Viewer, at: datetime | None = None) -> Address:
    """Give a customer an address, typed as one text. Publishes CustomerEdited.

    :raises FieldProblem: when nothing can be read from it. :raises CustomerGone: when the customer was deleted.
    """
    columns = read_address({"address": text})
    with changeset("customers.address_added", member_id=acting_member.id):
        _touch(customer, acting_member, at)
        address = insert_address(customer, columns)
        publish(CustomerEdited(customer.pk, ADDRESS_PARTS))
    return address


def edit_address(address: Address, text: str, *, seen: str, acting_member: Viewer, at: datetime | None = None) -> bool:
    """Write another address over the one that was seen (`one_line`). Publishes CustomerEdited.

    :returns: False when nothing had to change.
    :raises FieldProblem: when nothing can be read from it.
    :raises EditedMeanwhile: when it holds another address now. :raises CustomerGone: when it was removed.
    """
    columns = read_address({"address": text})
    with changeset("customers.address_edited", member_id=acting_member.id):
        current = (
            Address.objects.select_for_update().filter(pk=address.pk, workspace_id=acting_member.workspace_id).first()
        )
        if current is None:
            raise CustomerGone(_("This address was removed meanwhile."))
        if all(getattr(current, name) == value for name, value in columns.items()):
            return False
        if one_line(current) != seen:
            raise EditedMeanwhile(_("Address"), theirs=one_line(current), yours=text, current=one_line(current))
        _touch(Customer(pk=current.customer_id), acting_member, at)
        Address.objects.filter(pk=current.pk).update(**columns)
        publish(CustomerEdited(current.customer_id, ADDRESS_PARTS))
    return True


def remove_address(address: Address, *, acting_member: Viewer, at: datetime | None = None) -> None:
    """Take an address from a customer. Publishes CustomerEdited."""
    with changeset("customers.address_removed", member_id=acting_member.id):
        _touch(Customer(pk=address.customer_id), acting_member, at)
        Address.objects.filter(pk=address.pk, workspace_id=acting_member.workspace_id).delete()
        publish(CustomerEdited(address.customer_id, ADDRESS_PARTS))


def one_line(address: Address, language: str = "th") -> str:
    """An address as one text: แขวง and เขต in Bangkok, ตำบล and อำเภอ elsewhere."""
    return format_address(ThaiAddress(*(getattr(address, name) for name in _COLUMNS)), language=language)


def _touch(customer: Customer, acting_member: Viewer, at: datetime | None) -> None:
    sources = with_sources(["address"], acting_member, at or timezone.now())
    if not Customer.objects.visible_to(acting_member).filter(pk=customer.pk).update(sources=sources):
        raise CustomerGone
