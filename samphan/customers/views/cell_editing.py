"""How cells of the customers' list are edited and pasted into."""

from collections.abc import Sequence
from uuid import UUID

from samphan.administration.lists.editing import BulkEditing, CellForm, Editing
from samphan.administration.lists.page import ListPage, choice_pairs
from samphan.administration.models import Member
from samphan.customers import actions, queries
from samphan.customers.models import Customer
from samphan.customers.permissions import CHANGE
from samphan.customers.views.words import INPUT_TYPES, RecordWords
from samphan.platform.thai.phones import format_phone


def _form(page: ListPage, customer: Customer, field: str) -> CellForm:
    raw = actions.CustomerCells(page.member, page.now).current(customer, field)
    if field == "tags":
        return CellForm("tags", raw, raw, [(tag, tag) for tag in queries.tags(page.member)])
    if field in actions.CHILD_CELLS:
        return CellForm("text", format_phone(raw) if field == "phone" and raw else raw, raw)
    words = RecordWords(page.request, customer, page.owners)
    kind = INPUT_TYPES.get(field, "text")
    if kind == "select":
        return CellForm("select", raw, raw, words.options(field))
    return CellForm("date" if kind == "date" else "text", words.typed(field), raw)


def _bulk_form(page: ListPage, name: str) -> CellForm:
    kind = INPUT_TYPES.get(name, "text")
    if kind != "select":
        return CellForm("date" if kind == "date" else "text", "", "")
    return CellForm("select", "", "", [("", "—"), *choice_pairs(page, page.entity.field(name))])


def _bulk_read(member: Member, name: str, typed: str) -> object:
    return actions.read_bulk_value(name, typed, member)


def _bulk_write(member: Member, customer_ids: Sequence[UUID], name: str, typed: str) -> int:
    return actions.edit_customers(customer_ids, name, typed, acting_member=member)[1]


EDITING = Editing(
    CHANGE,
    actions.CustomerCells,
    _form,
    BulkEditing(actions.BULK_FIELDS, actions.MAX_AT_ONCE, _bulk_form, _bulk_read, _bulk_write),
)
