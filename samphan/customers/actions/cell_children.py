"""Cells whose values are rows of their own: the first phone, e-mail, LINE id and address of each customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from samphan.administration.lists.editing import CellEdit, CellsChanged
from samphan.customers import reading
from samphan.customers.actions.addresses import ADDRESS_PARTS, read_address
from samphan.customers.models import Address, Customer, Identity
from samphan.customers.names import shown_name
from samphan.customers.reading import FieldProblem
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import current_changeset
from samphan.platform.thai.addresses import complete, parse_address
from samphan.platform.thai.digits import to_ascii_digits
from samphan.platform.thai.geography import find_province
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.problems import ValueProblem

CONTACT_CELLS = {
    "phone": Identity.Kind.PHONE,
    "email": Identity.Kind.EMAIL,
    "line_id": Identity.Kind.LINE,
    "member_number": Identity.Kind.MEMBER_NUMBER,
}
CHILD_CELLS = (*CONTACT_CELLS, *ADDRESS_PARTS)
_COLUMNS = {name: "line" if name == "address" else name for name in ADDRESS_PARTS}
_LIMITS = {"line": 500, "subdistrict": 100, "district": 100, "province": 100}

_HAND_ON = """
    UPDATE customers_identity i SET resolves = true
     WHERE i.id IN (
        SELECT DISTINCT ON (o.kind, o.value) o.id
          FROM unnest(%s::text[], %s::text[]) AS freed(kind, value)
          JOIN customers_identity o ON o.workspace_id = %s AND o.kind = freed.kind AND o.value = freed.value
          JOIN customers_customer c ON c.workspace_id = o.workspace_id AND c.id = o.customer_id
         WHERE NOT o.resolves AND c.deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM customers_identity r WHERE r.workspace_id = o.workspace_id
                              AND r.kind = o.kind AND r.value = o.value AND r.resolves)
         ORDER BY o.kind, o.value, o.id)
"""


@dataclass(frozen=True)
class _Holder:
    """Whom a value names now."""

    customer_id: UUID
    name: str


class ChildRows:
    """The contact points and addresses that a set of edits means; `put` plans, `write` writes all of it.

    A cell shows the first of several: an edit changes that one, adds one where there was none, and "" takes it away,
    so that the next one comes first.

    :param edits: what is typed or pasted; cells of other fields are passed over.
    """

    def __init__(self, edits: Iterable[CellEdit], viewer: Viewer) -> None:
        self.viewer = viewer
        mine = [(edit.record_id, edit.field, edit.value) for edit in edits if edit.field in CHILD_CELLS]
        ids = {customer_id for customer_id, _name, _text in mine}
        names = {name for _id, name, _text in mine}
        kinds = [kind for name, kind in CONTACT_CELLS.items() if name in names]
        self.identities: dict[tuple[UUID, str], list[Identity]] = {}
        self.addresses: dict[UUID, list[Address]] = {}
        if kinds:
            found = Identity.objects.filter(workspace_id=viewer.workspace_id, customer_id__in=ids, kind__in=kinds)
            for identity in found.order_by("position", "id"):
                self.identities.setdefault((identity.customer_id, identity.kind), []).append(identity)
        if names & set(ADDRESS_PARTS):
            rows = Address.objects.filter(workspace_id=viewer.workspace_id, customer_id__in=ids)
            for address in rows.order_by("position", "id"):
                self.addresses.setdefault(address.customer_id, []).append(address)
        self._changed: dict[UUID, Identity | Address] = {}
        self._added: list[Identity | Address] = []
        self._removed: list[Identity | Address] = []
        self._freed: dict[tuple[str, str], UUID] = {}
        self._claimed: dict[tuple[str, str], UUID] = {}
        self._leaving = self._values_that_leave(mine)
        self._holders = self._look_up_holders(mine)

    def raw(self, customer_id: UUID, name: str) -> str:
        """The stored value that a cell shows first, "" for none."""
        if name in CONTACT_CELLS:
            found = self.identities.get((customer_id, CONTACT_CELLS[name]))
            return found[0].value if found else ""
        address = self._address(customer_id, _COLUMNS[name])
        return getattr(address, _COLUMNS[name]) if address else ""

    def put(self, customer_id: UUID, name: str, text: str) -> bool:
        """Plan one cell; False when nothing changes.

        :raises ValueProblem: when the text cannot be read, or the value is somebody else's.
        """
        if name in CONTACT_CELLS:
            return self._put_contact(customer_id, CONTACT_CELLS[name], text)
        return self._put_address(customer_id, _COLUMNS[name], text)

    def write(self) -> None:
        """Write what was planned, inside a changeset: a handful of statements for any number of cells.

        :raises CellsChanged: when somebody was given one of the values meanwhile.
        """
        for address in self._changed.values():
            if isinstance(address, Address):
                address.subdistrict_code = _code(address)
        for added in self._added:
            added.created_in = current_changeset()
            if isinstance(added, Address):
                added.subdistrict_code = _code(added)
        try:
            with transaction.atomic():  # a savepoint: somebody may be faster
                self._write_identities()
        except IntegrityError:
            raise CellsChanged from None
        changed = [row for row in self._changed.values() if isinstance(row, Address)]
        gone = [row.pk for row in self._removed if isinstance(row, Address)]
        made = [row for row in self._added if isinstance(row, Address)]
        mine = Address.objects.filter(workspace_id=self.viewer.workspace_id)
        if gone:
            mine.filter(pk__in=gone).delete()
        if changed:
            mine.bulk_update(changed, [*_COLUMNS.values(), "subdistrict_code"], batch_size=500)
        if made:
            Address.objects.bulk_create(made, batch_size=500)

    # Contact points

    def _put_contact(self, customer_id: UUID, kind: str, text: str) -> bool:
        value, label = _contact(kind, text)
        mine = self.identities.setdefault((customer_id, kind), [])
        first = mine[0] if mine else None
        if value == (first.value if first else ""):
            return False
        if not value:
            first = mine.pop(0)
            self._free(first)
            self._drop(first)
            return True
        if any(other.value == value for other in mine):
            raise FieldProblem("twice", _("This customer has it already"))
        holder = self._holders.get((kind, value))
        if holder is not None and holder.customer_id != customer_id and (kind, value) not in self._leaving:
            raise FieldProblem(
                "taken", _("%(value)s belongs to %(name)s already"), value=_shown(kind, value), name=holder.name
            )
        if self._claimed.setdefault((kind, value), customer_id) != customer_id:
            raise FieldProblem("taken", _("%(value)s stands in two rows"), value=_shown(kind, value))
        if first is None:
            first = Identity(
                workspace_id=self.viewer.workspace_id, customer_id=customer_id, kind=kind, value=value, label=label
            )
            mine.append(first)
            self._added.append(first)
            return True
        self._free(first)
        first.value, first.label, first.resolves, first.verified_at = value, label, True, None
        self._change(first)
        return True

    def _values_that_leave(self, edits: Sequence[tuple[UUID, str, str]]) -> set[tuple[str, str]]:
        """What the edits take away from where it stands: a paste may hand it to another row."""
        leaving = set()
        for customer_id, name, text in edits:
            kind = CONTACT_CELLS.get(name)
            found = self.identities.get((customer_id, kind)) if kind else None
            first = found[0] if found else None
            if kind and first and first.value != (_contact_or_none(kind, text) or ""):
                leaving.add((str(kind), first.value))
        return leaving

    def _look_up_holders(self, edits: Sequence[tuple[UUID, str, str]]) -> dict[tuple[str, str], _Holder]:
        asked: dict[str, set[str]] = {}
        for customer_id, name, text in edits:
            value = _contact_or_none(CONTACT_CELLS[name], text) if name in CONTACT_CELLS else None
            if value and value != self.raw(customer_id, name):
                asked.setdefault(CONTACT_CELLS[name], set()).add(value)
        found: dict[tuple[str, str], UUID] = {}
        for kind, values in asked.items():
            rows = Identity.objects.filter(
                workspace_id=self.viewer.workspace_id, kind=kind, value__in=values, resolves=True
            )
            found |= {(kind, value): customer for value, customer in rows.values_list("value", "customer_id")}
        if not found:
            return {}
        seen = Customer.objects.visible_to(self.viewer).in_bulk(set(found.values()))
        somebody = str(_("another customer"))
        return {key: _Holder(pk, shown_name(seen[pk]) if pk in seen else somebody) for key, pk in found.items()}

    def _free(self, identity: Identity) -> None:
        if identity.resolves and not identity._state.adding:
            self._freed[identity.kind, identity.value] = identity.pk

    def _write_identities(self) -> None:
        mine = Identity.objects.filter(workspace_id=self.viewer.workspace_id)
        gone = [row.pk for row in self._removed if isinstance(row, Identity)]
        changed = [row for row in self._changed.values() if isinstance(row, Identity)]
        made = [row for row in self._added if isinstance(row, Identity)]
        if gone:
            mine.filter(pk__in=gone).delete()
        # Two rows that exchange a value would both have it for a moment.
        passed_on = [self._freed[key] for key in self._claimed if key in self._freed]
        if passed_on:
            mine.filter(pk__in=passed_on).update(resolves=False)
        if changed:
            mine.bulk_update(changed, ["value", "label", "resolves", "verified_at"], batch_size=500)
        if made:
            Identity.objects.bulk_create(made, batch_size=500)
        freed = [key for key in self._freed if key not in self._claimed]
        if freed:
            with connection.cursor() as cursor:
                kinds, values = [kind for kind, _value in freed], [value for _kind, value in freed]
                cursor.execute(_HAND_ON, [kinds, values, self.viewer.workspace_id])

    # Addresses

    def _address(self, customer_id: UUID, column: str) -> Address | None:
        """The address whose part a cell shows: the first that has it, else the first."""
        mine = self.addresses.get(customer_id, [])
        return next((address for address in mine if getattr(address, column)), mine[0] if mine else None)

    def _put_address(self, customer_id: UUID, column: str, text: str) -> bool:
        parts = _address_parts(column, text)
        address = self._address(customer_id, column)
        if all(value == (getattr(address, name) if address else "") for name, value in parts.items()):
            return False
        if address is None:
            address = Address(workspace_id=self.viewer.workspace_id, customer_id=customer_id)
            self.addresses.setdefault(customer_id, []).append(address)
            self._added.append(address)
        for name, value in parts.items():
            setattr(address, name, value)
        if any(getattr(address, name) for name in _COLUMNS.values()):
            self._change(address)
        else:
            self.addresses[customer_id].remove(address)
            self._drop(address)
        return True

    def _change(self, row: Identity | Address) -> None:
        if not row._state.adding:
            self._changed[row.pk] = row

    def _drop(self, row: Identity | Address) -> None:
        self._changed.pop(row.pk, None)
        if row._state.adding:
            self._added.remove(row)
        else:
            self._removed.append(row)


def _contact(kind: str, text: str) -> tuple[str, str]:
    """A contact point as stored and its label; nothing for an empty cell."""
    return reading.read_contact_point(kind, text) if text.strip() else ("", "")


def _contact_or_none(kind: str, text: str) -> str | None:
    try:
        return _contact(kind, text)[0]
    except ValueProblem:
        return None


def _shown(kind: str, value: str) -> str:
    return format_phone(value) if kind == Identity.Kind.PHONE else value


def _address_parts(column: str, text: str) -> dict[str, str]:
    """The columns that a cell gives: its own, and all of them where a whole address stands in the cell of the line.

    :raises FieldProblem: for a postcode that is none, or a text that is too long.
    """
    if column == "postcode":
        typed = to_ascii_digits(reading.clean_text(text, limit=60))
        if typed and not (len(typed) == 5 and typed.isascii() and typed.isdecimal()):
            raise FieldProblem("postcode", _("“%(value)s” is no postcode: it has 5 digits"), value=typed[:20])
        return {column: typed}
    if column == "line" and text.strip():
        read = parse_address(reading.clean_text(text, limit=900))
        if any(read[1:5]):
            return read_address({"address": text})
    typed = reading.clean_text(text, limit=_LIMITS[column])
    if column == "province" and (known := find_province(typed)):
        typed = known.name
    return {column: typed}


def _code(address: Address) -> str:
    """The code of the subdistrict, where the parts name exactly one."""
    parts = (address.subdistrict, address.district, address.province, address.postcode)
    area = complete(*parts)
    return area.subdistrict_code if (area.subdistrict, area.district, area.province, area.postcode) == parts else ""
