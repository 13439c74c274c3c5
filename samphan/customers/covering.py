"""What a viewer sees covered of a customer, and having it shown: each time noted in the audit trail."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration import audit, on_behalf
from samphan.customers import fields
from samphan.customers.actions.addresses import one_line
from samphan.customers.actions.contact_points import FIELD_OF_KIND
from samphan.customers.actions.editing import label_of, raw_value
from samphan.customers.models import EDITABLE, Address, Customer, Identity
from samphan.customers.permissions import REVEAL
from samphan.platform.access import Viewer, require
from samphan.platform.catalogue import Privacy, Type
from samphan.platform.errors import DomainError
from samphan.platform.ids import as_uuid
from samphan.platform.masks import DOTS, cover
from samphan.platform.thai.phones import format_phone

_TYPES = {Identity.Kind.PHONE: Type.PHONE, Identity.Kind.EMAIL: Type.EMAIL}


class NothingCovered(DomainError):
    message = gettext_lazy("Nothing is covered here.")


@dataclass(frozen=True)
class Covered:
    """One value that is covered, or was shown: `name` is what `reveal` is asked for."""

    name: str
    label: str
    shown: str
    is_shown: bool = False


def privacy_of(name: str) -> str:
    """The privacy class of a field of the record."""
    return fields.CUSTOMERS.field(name).privacy if fields.CUSTOMERS.has_field(name) else Privacy.BUSINESS


def is_covered(viewer: Viewer, name: str) -> bool:
    """True when the viewer sees that field of the record with most of its value covered."""
    return viewer.may_read_masked(privacy_of(name))


def covered_field(customer: Customer, name: str) -> Covered:
    """A field of the record, covered."""
    value = raw_value(customer, name)
    kind = fields.CUSTOMERS.field(name).type
    return Covered(name, str(label_of(name)), cover(kind, value) or "")


def covered_identity(identity: Identity) -> Covered:
    """A contact point or number, covered."""
    kind = _TYPES.get(Identity.Kind(identity.kind), Type.IDENTIFIER)
    return Covered(str(identity.pk), identity.get_kind_display(), cover(kind, identity.value))


def covered_address(address: Address) -> Covered:
    """An address of which district and province stay, which tell where somebody lives but not their door."""
    place = " ".join(part for part in (DOTS, address.district, address.province) if part)
    return Covered(str(address.pk), address.label or _("Address"), place)


def reveal(customer: Customer, name: str, *, acting_member: Viewer) -> Covered:
    """Show one covered value, and write down that it was shown.

    :param name: a field of the record, or the id of a contact point or an address.
    :raises PermissionDenied: without the permission. :raises NothingCovered: for what is not covered for this viewer.
    """
    require(acting_member, REVEAL)
    field, label, shown = _value(customer, name, acting_member)
    if not is_covered(acting_member, field):
        raise NothingCovered
    whose = on_behalf.of_owner(acting_member, customer.owner_id)
    audit.record("customers.field_revealed", viewer=acting_member, customer=str(customer.pk), fields=[field], **whose)
    return Covered(name, label, shown, is_shown=True)


def _value(customer: Customer, name: str, viewer: Viewer) -> tuple[str, str, str]:
    """Field, label and value of what is to be shown."""
    if name in EDITABLE:
        return name, str(label_of(name)), raw_value(customer, name)
    own: UUID | None = as_uuid(name)
    if own is None:
        raise NothingCovered
    identity = Identity.objects.filter(workspace_id=viewer.workspace_id, customer_id=customer.pk, pk=own).first()
    if identity is not None:
        kind = Identity.Kind(identity.kind)
        shown = format_phone(identity.value) if kind is Identity.Kind.PHONE else identity.value
        return FIELD_OF_KIND.get(kind, "phone"), identity.get_kind_display(), shown
    address = Address.objects.filter(workspace_id=viewer.workspace_id, customer_id=customer.pk, pk=own).first()
    if address is None:
        raise NothingCovered
    return "address", address.label or _("Address"), one_line(address)
