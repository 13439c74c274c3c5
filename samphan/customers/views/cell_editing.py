"""How cells of the customers' list are edited and pasted into."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from samphan.administration.lists.editing import (
    BulkEditing,
    CellForm,
    CellTrouble,
    ChangedMeanwhile,
    Editing,
    PastedCell,
    PastePlan,
    PlannedChange,
)
from samphan.administration.lists.page import ListPage
from samphan.administration.models import Member
from samphan.customers import actions, queries
from samphan.customers.actions.cells import CellChange
from samphan.customers.models import Customer
from samphan.customers.permissions import CHANGE
from samphan.customers.views.words import INPUT_TYPES, RecordWords
from samphan.platform.catalogue import Type
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.problems import ValueProblem


def _form(page: ListPage, customer_id: UUID, field: str) -> CellForm:
    customer = _find(page, customer_id)
    if field == "tags":
        tags = ", ".join(queries.tags_of(customer))
        return CellForm("tags", tags, tags, [(tag, tag) for tag in queries.tags(page.member)])
    if field in actions.CHILD_CELLS:
        raw = actions.current_text(customer, field, page.member)
        return CellForm("text", format_phone(raw) if field == "phone" and raw else raw, raw)
    words = RecordWords(page.request, customer, page.owners)
    kind = INPUT_TYPES.get(field, "text")
    raw = words.field(field).raw
    if kind == "select":
        return CellForm("select", raw, raw, words.options(field))
    return CellForm("date" if kind == "date" else "text", words.typed(field), raw)


def _find(page: ListPage, customer_id: UUID) -> Customer:
    found = Customer.objects.visible_to(page.member).filter(pk=customer_id).first()
    if found is None:
        raise LookupError(customer_id)
    return found


def _write(page: ListPage, customer_id: UUID, field: str, typed: str, seen: str) -> None:
    customer = _find(page, customer_id)
    try:
        if field == "tags" or field in actions.CHILD_CELLS:
            actions.edit_parts(customer, field, typed, seen=seen, acting_member=page.member)
        else:
            actions.edit_field(customer, field, typed, seen=seen, acting_member=page.member)
    except actions.EditedMeanwhile as conflict:
        raise ChangedMeanwhile(_shown(page, field, conflict.current), conflict.current) from None


def _plan(page: ListPage, cells: Sequence[PastedCell]) -> PastePlan:
    plan = actions.plan_cells(_edits(cells), acting_member=page.member, at=page.now)
    return PastePlan(
        [_planned(page, change) for change in plan.changes],
        [CellTrouble(one.customer_id, one.field, one.message) for one in plan.problems],
        plan.seen,
    )


def _planned(page: ListPage, change: CellChange) -> PlannedChange:
    old, new = (_shown(page, change.field, value) for value in (change.old, change.new))
    return PlannedChange(change.customer_id, change.field, old, new)


def _paste(page: ListPage, cells: Sequence[PastedCell], seen: str) -> tuple[UUID, int]:
    return actions.write_cells(_edits(cells), acting_member=page.member, seen=seen, at=page.now)


def _edits(cells: Sequence[PastedCell]) -> list[actions.CellEdit]:
    return [actions.CellEdit(cell.record_id, cell.field, cell.value) for cell in cells]


def _shown(page: ListPage, name: str, raw: str) -> str:
    """A stored value in words."""
    if not raw:
        return ""
    field = page.entity.field(name)
    if field.type is Type.PHONE:
        return format_phone(raw)
    if field.type is Type.MEMBER:
        return page.owners.get(UUID(raw), "—")
    if field.type is Type.CHOICE:
        return field.choice_label(raw)
    return page.day(date.fromisoformat(raw)) if field.type is Type.DATE else raw


def _bulk_form(page: ListPage, name: str) -> CellForm:
    kind = INPUT_TYPES.get(name, "text")
    if kind != "select":
        return CellForm("date" if kind == "date" else "text", "", "")
    if name == "owner":
        found = [(str(member_id), owner) for member_id, owner in page.owners.items()]
    else:
        found = [(choice.value, str(choice.label)) for choice in page.entity.field(name).get_choices()]
    return CellForm("select", "", "", [("", "—"), *found])


def _bulk_check(member: Member, name: str, typed: str) -> str:
    try:
        actions.read_bulk_value(name, typed, member)
    except ValueProblem as problem:
        return str(problem)
    return ""


def _bulk_write(member: Member, customer_ids: Sequence[UUID], name: str, typed: str) -> int:
    return actions.edit_customers(customer_ids, name, typed, acting_member=member)[1]


EDITING = Editing(
    CHANGE,
    frozenset(actions.CELL_FIELDS),
    _form,
    _write,
    _plan,
    _paste,
    BulkEditing(actions.BULK_FIELDS, actions.MAX_AT_ONCE, _bulk_form, _bulk_check, _bulk_write),
)
