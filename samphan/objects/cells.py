"""Fields of many records in one act: cells of the list, what is pasted into them, and one field of all selected."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.lists.editing import CellEdit, RecordCells
from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.objects import actions
from samphan.objects.actions import CodeTaken, announce, column_of, read_own
from samphan.objects.fields import rows_of
from samphan.objects.models import CustomObject, ObjectRecord, ObjectRecordQuerySet
from samphan.objects.search_documents import refresh_search
from samphan.platform.thai.collation import sort_key

BULK_FIELDS = ("owner", "customer")
BATCH = 500


class ObjectCells(RecordCells[ObjectRecord]):
    """Cells of a list of a company's own kind. Publishes RecordsChanged."""

    fields = actions.OWN_FIELDS
    act = "objects.records_edited"
    gone = _("This record is no longer there.")
    kind: ClassVar[CustomObject]

    def visible(self) -> ObjectRecordQuerySet:
        return rows_of(self.kind, self.member)

    def prepare(self, edits: Sequence[CellEdit]) -> None:
        self.changed: dict[UUID, set[str]] = {}
        self._read: dict[tuple[str, str], Any] = {}
        codes = {" ".join(edit.value.split()) for edit in edits if edit.field == "code"}
        # Codes given by the same act are looked at in `put`; whoever gives one away in it frees it for the next paste.
        self.taken = actions.taken_codes(self.kind, codes)
        whose = (
            {one.customer_id for one in self.records.values()} if any(e.field == "customer" for e in edits) else set()
        )
        self.called = dict(Customer.objects.filter(pk__in=whose - {None}).values_list("pk", "name"))

    def stored(self, record: ObjectRecord, field: str) -> str:
        return str(getattr(record, column_of(field)) or "")

    def put(self, record: ObjectRecord, field: str, text: str) -> bool:
        value = self._value(record, field, text)
        if getattr(record, column_of(field)) == value:
            return False
        setattr(record, column_of(field), value)
        if field == "title":
            record.title_key = sort_key(record.title)
        if field == "code" and value:
            self.taken.add(value)
        self.changed.setdefault(record.pk, set()).add(field)
        return True

    def _value(self, record: ObjectRecord, field: str, text: str) -> Any:
        if field == "code":
            code = read_own("code", text, self.kind, self.member, taken=())
            if code and code != record.code and code in self.taken:
                raise CodeTaken(code=code)
            return code
        if field == "customer" and record.customer_id and self.called.get(record.customer_id) == " ".join(text.split()):
            # The name that the cell opened with means its own customer, whoever else is called so.
            return record.customer_id
        if (field, text) not in self._read:
            self._read[field, text] = read_own(field, text, self.kind, self.member)
        return self._read[field, text]

    def save(self, act: UUID) -> None:
        found = [record for record in self.records.values() if record.pk in self.changed]
        columns = ["title", "title_key", "code", "customer", "owner"]
        ObjectRecord.objects.filter(workspace_id=self.member.workspace_id).bulk_update(found, columns, batch_size=BATCH)
        refresh_search(record.pk for record in found)
        announce(self.kind, [record.pk for record in found], sorted(set().union(*self.changed.values())))


def cells_of(kind: CustomObject) -> type[ObjectCells]:
    """The cells of one kind's list."""
    own = actions.OWN_FIELDS if kind.has_customer else tuple(name for name in actions.OWN_FIELDS if name != "customer")
    return type("CellsOfObject", (ObjectCells,), {"entity_name": kind.entity_name, "kind": kind, "fields": own})


def bulk_read(kind: CustomObject, member: Member, name: str, typed: str) -> object:
    """What was typed for one field of many records; raises DomainError when it cannot be taken."""
    return read_own(name, typed, kind, member)


def bulk_write(kind: CustomObject, member: Member, record_ids: Sequence[UUID], name: str, typed: str) -> int:
    """Give many records one value; returns how many had another one. Those that are gone are left out."""
    cells = cells_of(kind)(member, timezone.now())
    here = set(cells.visible().filter(pk__in=record_ids).values_list("pk", flat=True))
    return cells.write([CellEdit(record_id, name, typed) for record_id in record_ids if record_id in here])[1]
