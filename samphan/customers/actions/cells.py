"""Cells of the list: many fields of many customers, typed or pasted, in one act and a few statements."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration.queries import members
from samphan.customers import reading
from samphan.customers.actions.addresses import ADDRESS_PARTS
from samphan.customers.actions.cell_children import CHILD_CELLS, CONTACT_CELLS, CellsChanged, ChildRows
from samphan.customers.actions.editing import IN_SEARCH, column_of, new_values, raw_value
from samphan.customers.actions.provenance import source_of
from samphan.customers.actions.refusals import EditedMeanwhile
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer, CustomerTag, Tag
from samphan.customers.reading import FieldProblem
from samphan.customers.search_documents import chunks, refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError
from samphan.platform.events import publish
from samphan.platform.thai.problems import ValueProblem

CELL_FIELDS = (
    "name", "title", "first_name", "last_name", "nickname", "grade", "stage", "owner", "tax_id", "branch",
    "birth_date", "gender", "tags", "source", "note", *CHILD_CELLS,
)  # fmt: skip
"""Columns that are edited in the list. Of several phones or addresses the cell means the first."""

MAX_CELLS = 5_000  # of one paste
MAX_TAGS = 50  # of one customer
BATCH = 500


@dataclass(frozen=True)
class CellEdit:
    """One cell to write. `value` is a text as people type or paste it: labels, names of members, dates in either era."""

    customer_id: UUID
    field: str
    value: str


@dataclass(frozen=True)
class CellProblem:
    """A cell that cannot be written, and why."""

    customer_id: UUID
    field: str
    message: str


@dataclass(frozen=True)
class CellChange:
    """A cell that will have another value; both as stored, tags joined by commas."""

    customer_id: UUID
    field: str
    old: str
    new: str


@dataclass
class CellPlan:
    """What a set of edits would do.

    :param seen: fingerprint of the values that it rests on; a plan made later of the same edits has the same one
        only while nobody changed them.
    """

    changes: list[CellChange] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    seen: str = ""
    rows: list[Customer] = field(default_factory=list)
    fields: dict[UUID, set[str]] = field(default_factory=dict)
    tags: dict[UUID, list[str]] = field(default_factory=dict)
    children: ChildRows | None = None


class BadCells(DomainError):
    """Cells that cannot be taken; nothing was written."""

    message: str | Promise = _("Some cells cannot be taken; nothing was written.")


def plan_cells(
    edits: Sequence[CellEdit], *, acting_member: Viewer, at: datetime | None = None, lock: bool = False
) -> CellPlan:
    """What the edits would change, and which of them cannot be taken; writes nothing."""
    at = at or timezone.now()
    ids = sorted({edit.customer_id for edit in edits})
    found = Customer.objects.visible_to(acting_member).filter(pk__in=ids).order_by("pk")
    rows = {row.pk: row for row in (found.select_for_update() if lock else found)}
    owners = [(str(member.pk), member.name) for member in members(acting_member)]
    tags = _tags_of(ids, acting_member) if any(edit.field == "tags" for edit in edits) else {}
    children = ChildRows(((edit.customer_id, edit.field, edit.value) for edit in edits), acting_member)
    plan = CellPlan(rows=list(rows.values()), children=children)
    rests_on = hashlib.sha256()
    for edit in edits:
        row = rows.get(edit.customer_id)
        if row is None:
            plan.problems.append(CellProblem(edit.customer_id, edit.field, str(_("This customer is no longer there."))))
            continue
        if edit.field == "tags":
            old = ", ".join(tags.get(row.pk, []))
        else:
            old = children.raw(row.pk, edit.field) if edit.field in CHILD_CELLS else _raw(row, edit.field)
        rests_on.update(f"{row.pk}|{edit.field}|{old}\n".encode())
        try:
            if edit.field not in CELL_FIELDS:
                raise FieldProblem("not_here", _("This column is not edited in the list"))
            if edit.field == "tags":
                new = read_tags(edit.value)
                if sorted(new) != sorted(tags.get(row.pk, [])):
                    plan.tags[row.pk] = new
                    plan.changes.append(CellChange(row.pk, "tags", old, ", ".join(new)))
                    plan.fields.setdefault(row.pk, set()).add("tags")
                continue
            if edit.field in CHILD_CELLS:
                if children.put(row.pk, edit.field, _typed(edit.value)):
                    plan.changes.append(CellChange(row.pk, edit.field, old, children.raw(row.pk, edit.field)))
                    plan.fields.setdefault(row.pk, set()).add(edit.field)
                continue
            values = new_values(row, edit.field, stored_text(edit.field, edit.value, owners), acting_member, at)
        except ValueProblem as problem:
            plan.problems.append(CellProblem(edit.customer_id, edit.field, str(problem)))
            continue
        changed = {name: new for name, new in values.items() if column_of(row, name) != new}
        for name, new_value in changed.items():
            # The next cell of this row rests on this one, as when they are typed one after the other.
            setattr(row, "owner_id" if name == "owner" else name, new_value)
            plan.fields.setdefault(row.pk, set()).add(name)
        if changed:
            plan.changes.append(CellChange(row.pk, edit.field, old, _raw(row, edit.field)))
    plan.seen = rests_on.hexdigest()[:32]
    return plan


def write_cells(
    edits: Sequence[CellEdit], *, acting_member: Viewer, seen: str = "", at: datetime | None = None
) -> tuple[UUID, int]:
    """Write the edits as one changeset, all or none. Publishes CustomersChanged.

    :param seen: of the plan that somebody agreed to; "" to write without one.
    :returns: the changeset, for undo, and the number of cells that changed.
    :raises BadCells: when one of them cannot be taken. :raises CellsChanged: when the values differ from those planned.
    """
    at = at or timezone.now()
    with changeset("customers.cells_edited", member_id=acting_member.id, note={"cells": len(edits)}) as act:
        plan = plan_cells(edits, acting_member=acting_member, at=at, lock=True)
        if plan.problems:
            raise BadCells(plan.problems[0].message)
        if seen and seen != plan.seen:
            raise CellsChanged
        if not plan.changes:
            return act, 0
        said = [source_of(acting_member), at.isoformat(timespec="seconds")]
        changed = [row for row in plan.rows if plan.fields.get(row.pk, set()) - {"tags"}]
        names = sorted({name for row in changed for name in plan.fields[row.pk]} - {"tags", *CHILD_CELLS})
        for row in changed:
            touched = {"address" if name in ADDRESS_PARTS else name for name in plan.fields[row.pk] - {"tags"}}
            row.sources = {**row.sources, **dict.fromkeys(touched, said)}
            if "name" in plan.fields[row.pk]:
                row.name_key = reading.name_key(row.name)
        if changed:
            columns = [*names, "sources", *(["name_key"] if "name" in names else [])]
            Customer.objects.filter(workspace_id=acting_member.workspace_id).bulk_update(
                changed, columns, batch_size=BATCH
            )
        if plan.tags:
            _write_tags(plan.tags, acting_member)
        if plan.children is not None:
            plan.children.write()
        in_search = [row.pk for row in changed if (IN_SEARCH | set(CONTACT_CELLS)) & plan.fields[row.pk]]
        if in_search:
            refresh_search(in_search)
        edited = [row.pk for row in plan.rows if plan.fields.get(row.pk)]
        named = tuple(sorted({name for names in plan.fields.values() for name in names}))
        publish(*(CustomersChanged(tuple(ids), named) for ids in chunks(edited, IDS_AT_ONCE)))
    return act, len(plan.changes)


def edit_parts(customer: Customer, name: str, value: str, *, seen: str, acting_member: Viewer) -> None:
    """Write one cell whose value stands in rows of its own, if it still is what was seen. Publishes CustomersChanged.

    :param name: tags, a contact point or a part of the address.
    :raises EditedMeanwhile: when it is something else now. :raises ValueProblem: when it cannot be taken.
    """
    edits = [CellEdit(customer.pk, name, value)]
    plan = plan_cells(edits, acting_member=acting_member)
    if plan.problems:
        raise FieldProblem("cell", "%(said)s", said=plan.problems[0].message)
    current = current_text(customer, name, acting_member)
    if current != seen and plan.changes:
        raise EditedMeanwhile(CUSTOMERS.field(name).label, theirs=current, yours=value, current=current)
    write_cells(edits, acting_member=acting_member, seen=plan.seen)


def current_text(customer: Customer, name: str, viewer: Viewer) -> str:
    """What a cell holds whose value stands in rows of its own, as it is stored."""
    if name == "tags":
        return ", ".join(_tags_of([customer.pk], viewer).get(customer.pk, []))
    return ChildRows([(customer.pk, name, "")], viewer).raw(customer.pk, name)


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


def stored_text(name: str, text: str, owners: Sequence[tuple[str, str]]) -> str:
    """What people see in a cell as it is stored: the value of a choice by its label, the id of a member by their name.

    :raises FieldProblem: when no member, or more than one, has that name.
    """
    text = _typed(text)
    if not text:
        return ""
    if name == "owner":
        named = [key for key, owner in owners if text == key or owner.casefold() == text.casefold()]
        if len(named) != 1:
            message = (
                _("Nobody called “%(value)s” works here") if not named else _("Several people are called “%(value)s”")
            )
            raise FieldProblem("member", message, value=text[:60])
        return named[0]
    if name in ("grade", "stage", "gender"):
        for choice in CUSTOMERS.field(name).get_choices():
            if text.casefold() in (choice.value.casefold(), str(choice.label).casefold()):
                return choice.value
    return text


def _typed(text: str) -> str:
    """What stands in a cell, without the dash that a screen writes for nothing."""
    text = text.strip()
    return "" if text == "—" else text


def _raw(row: Customer, name: str) -> str:
    return raw_value(row, name) if name in CELL_FIELDS else ""


def _tags_of(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = CustomerTag.objects.filter(workspace_id=viewer.workspace_id, customer_id__in=ids).order_by("tag__name")
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
