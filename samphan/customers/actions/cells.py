"""Cells of the list: many fields of many customers, typed or pasted, in one act and a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from samphan.administration.lists.editing import CellEdit, RecordCells
from samphan.customers import reading
from samphan.customers.actions.addresses import ADDRESS_PARTS
from samphan.customers.actions.cell_children import CHILD_CELLS, CONTACT_CELLS, ChildRows
from samphan.customers.actions.editing import IN_SEARCH, column_of, edit_field, new_values, raw_value
from samphan.customers.actions.provenance import source_of
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer, CustomerQuerySet, CustomerTag, Tag
from samphan.customers.reading import FieldProblem, Stored
from samphan.customers.search_documents import chunks, refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import current_changeset
from samphan.platform.events import publish

CELL_FIELDS = (
    "name", "title", "first_name", "last_name", "nickname", "grade", "stage", "owner", "tax_id", "branch",
    "birth_date", "gender", "tags", "source", "note", *CHILD_CELLS,
)  # fmt: skip
"""Columns that are edited in the list. Of several phones or addresses the cell means the first."""

MAX_TAGS = 50  # of one customer
BATCH = 500


class CustomerCells(RecordCells[Customer]):
    """Cells of the customers' list. Publishes CustomersChanged; one column alone goes by `edit_field`."""

    entity_name = "customers"
    fields = CELL_FIELDS
    act = "customers.cells_edited"
    gone = CustomerGone.message

    def visible(self) -> CustomerQuerySet:
        return Customer.objects.visible_to(self.member)

    def prepare(self, edits: Sequence[CellEdit]) -> None:
        ids = {edit.record_id for edit in edits}
        self.children = ChildRows(edits, self.member)
        self.tags = _tags_of(ids, self.member) if any(edit.field == "tags" for edit in edits) else {}
        self.new_tags: dict[UUID, list[str]] = {}
        self.changed: dict[UUID, set[str]] = {}  # fields, by customer

    def stored(self, record: Customer, field: str) -> str:
        if field == "tags":
            return ", ".join(self._tags(record))
        return self.children.raw(record.pk, field) if field in CHILD_CELLS else raw_value(record, field)

    def put(self, record: Customer, field: str, text: str) -> bool:
        if field == "tags":
            names = read_tags(text)
            changed = {"tags"} if sorted(names) != sorted(self._tags(record)) else set()
            if changed:
                self.new_tags[record.pk] = names
        elif field in CHILD_CELLS:
            changed = {field} if self.children.put(record.pk, field, _typed(text)) else set()
        else:
            values = self._values(record, field, _typed(text))
            changed = {name for name, value in values.items() if column_of(record, name) != value}
            for name in changed:
                setattr(record, "owner_id" if name == "owner" else name, values[name])
        if changed:
            self.changed.setdefault(record.pk, set()).update(changed)
        return bool(changed)

    def save(self, act: UUID) -> None:
        said = [source_of(self.member), self.at.isoformat(timespec="seconds")]
        changed = [row for row in self.records.values() if self.changed.get(row.pk, set()) - {"tags"}]
        names = sorted({name for row in changed for name in self.changed[row.pk]} - {"tags", *CHILD_CELLS})
        for row in changed:
            touched = {"address" if name in ADDRESS_PARTS else name for name in self.changed[row.pk] - {"tags"}}
            row.sources = {**row.sources, **dict.fromkeys(touched, said)}
            if "name" in self.changed[row.pk]:
                row.name_key = reading.name_key(row.name)
        if changed:
            columns = [*names, "sources", *(["name_key"] if "name" in names else [])]
            Customer.objects.filter(workspace_id=self.member.workspace_id).bulk_update(
                changed, columns, batch_size=BATCH
            )
        if self.new_tags:
            _write_tags(self.new_tags, self.member)
        self.children.write()
        in_search = [row.pk for row in changed if (IN_SEARCH | set(CONTACT_CELLS)) & self.changed[row.pk]]
        if in_search:
            refresh_search(in_search)
        named = tuple(sorted({name for fields in self.changed.values() for name in fields}))
        publish(*(CustomersChanged(tuple(ids), named) for ids in chunks(sorted(self.changed), IDS_AT_ONCE)))

    def edit(self, record: Customer, field: str, text: str, *, seen: str) -> None:
        if field == "tags" or field in CHILD_CELLS or field in self.custom:
            super().edit(record, field, text, seen=seen)
        else:
            edit_field(record, field, text, seen=seen, acting_member=self.member, at=self.at)

    def _tags(self, record: Customer) -> list[str]:
        return self.new_tags.get(record.pk, self.tags.get(record.pk, []))

    def _values(self, record: Customer, name: str, text: str) -> dict[str, Stored]:
        """Every column that follows from a text, in which a choice stands by its label and a member by their name."""
        if name == "owner":
            return {"owner": self._owner(text)}
        if text and name in ("grade", "stage", "gender"):
            text = CUSTOMERS.field(name).choice_named(text) or text
        return new_values(record, name, text, self.member, self.at)

    def _owner(self, text: str) -> UUID | None:
        if not text:
            return None
        found = self.named(text)
        if len(found) != 1:
            message = (
                _("Nobody called “%(value)s” works here") if not found else _("Several people are called “%(value)s”")
            )
            raise FieldProblem("member", message, value=text[:60])
        return found[0]


def read_tags(text: str) -> list[str]:
    """The tags that a text with commas names, each once.

    :raises FieldProblem: when there are too many.
    """
    found = [reading.clean_text(part, limit=100) for part in text.replace(";", ",").replace("\n", ",").split(",")]
    names = list(dict.fromkeys(name for name in found if name))
    if len(names) > MAX_TAGS:
        raise FieldProblem(
            "many_tags", _("%(count)s tags are too many; at most %(limit)s"), count=len(names), limit=MAX_TAGS
        )
    return names


def _typed(text: str) -> str:
    """What stands in a cell, without the dash that a screen writes for nothing."""
    text = text.strip()
    return "" if text == "—" else text


def _tags_of(ids: Iterable[UUID], viewer: Viewer) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = CustomerTag.objects.filter(workspace_id=viewer.workspace_id, customer_id__in=list(ids)).order_by("tag__name")
    for customer_id, name in rows.values_list("customer_id", "tag__name"):
        found.setdefault(customer_id, []).append(name)
    return found


def _write_tags(wanted: Mapping[UUID, list[str]], viewer: Viewer) -> None:
    names = sorted({name for tags in wanted.values() for name in tags})
    known: dict[str, Any] = dict(
        Tag.objects.filter(workspace_id=viewer.workspace_id, name__in=names).values_list("name", "pk")
    )
    made = Tag.objects.bulk_create(
        Tag(workspace_id=viewer.workspace_id, name=name, created_in=current_changeset())
        for name in names
        if name not in known
    )
    known |= {tag.name: tag.pk for tag in made}
    pairs = [(customer_id, known[name]) for customer_id, tags in wanted.items() for name in tags]
    ids, tag_ids = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM customers_customertag t WHERE t.workspace_id = %s AND t.customer_id = ANY(%s)
               AND NOT EXISTS (SELECT 1 FROM unnest(%s::uuid[], %s::uuid[]) AS w(customer_id, tag_id)
                                WHERE w.customer_id = t.customer_id AND w.tag_id = t.tag_id)
            """,
            [viewer.workspace_id, list(wanted), ids, tag_ids],
        )
        cursor.execute(
            """
            INSERT INTO customers_customertag (id, workspace_id, customer_id, tag_id, created_in)
            SELECT samphan_uuid7(), %s, w.customer_id, w.tag_id, %s
              FROM unnest(%s::uuid[], %s::uuid[]) AS w(customer_id, tag_id)
            ON CONFLICT (workspace_id, customer_id, tag_id) DO NOTHING
            """,
            [viewer.workspace_id, current_changeset(), ids, tag_ids],
        )
