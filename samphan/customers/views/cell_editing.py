"""How cells of the customers' list are edited and pasted into."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from samphan.administration.lists.editing import (
    CellForm,
    CellTrouble,
    ChangedMeanwhile,
    Editing,
    PastedCell,
    PastePlan,
    PlannedChange,
)
from samphan.administration.lists.page import ListPage
from samphan.customers import actions, queries
from samphan.customers.actions.cells import CellChange
from samphan.customers.models import Customer
from samphan.customers.permissions import CHANGE
from samphan.customers.views.words import INPUT_TYPES, RecordWords
from samphan.platform.catalogue import Type


def _form(page: ListPage, customer_id: UUID, field: str) -> CellForm:
    customer = _find(page, customer_id)
    if field == "tags":
        tags = ", ".join(queries.tags_of(customer))
        return CellForm("tags", tags, tags, [(tag, tag) for tag in queries.tags(page.member)])
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
        if field == "tags":
            actions.edit_tags(customer, typed, seen=seen, acting_member=page.member)
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
    if field.type is Type.MEMBER:
        return page.owners.get(UUID(raw), "—")
    if field.type is Type.CHOICE:
        return field.choice_label(raw)
    return page.day(date.fromisoformat(raw)) if field.type is Type.DATE else raw


EDITING = Editing(CHANGE, frozenset(actions.CELL_FIELDS), _form, _write, _plan, _paste)
