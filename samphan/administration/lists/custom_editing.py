"""Custom fields in lists: their cells, and one of them for many records, beside what the domain offers itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.custom_fields import hosts, relations, values, writing
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.lists.editing import BulkEditing, CellForm, Editing, RecordCells
from samphan.administration.models import Member
from samphan.platform.changes.recording import changeset

if TYPE_CHECKING:
    from datetime import date

    from samphan.administration.custom_fields.hosts import Host
    from samphan.administration.lists.kinds import ListKind
    from samphan.administration.lists.page import ListPage

MAX_AT_ONCE = 50_000  # records of one act on a list that has no other


def editing_of(kind: ListKind, member: Member) -> Editing | None:
    """How the cells of a list are edited by a member, custom fields included; None for a list that is read only."""
    host = hosts.find(kind.entity_name)
    if host is None:
        return kind.editing
    # Kept with what the member sees: another object as soon as a field changes.
    kept: dict[int, tuple[ListKind, Editing | None]] = host.entity.seen_by(member).__dict__.setdefault("_editing", {})
    if id(kind) not in kept:
        kept[id(kind)] = kind, _editing_of(kind, host, member)
    return kept[id(kind)][1]


def _editing_of(kind: ListKind, host: Host, member: Member) -> Editing | None:
    own = kind.editing
    fields = {field.name: field for field in writing.fields_for(host, member) if field.kind in EDITED}
    if not fields:
        return own
    whole = own or Editing(host.change, _cells_of(host.entity_name), _no_form)

    def form(page: ListPage, record: Any, name: str) -> CellForm:
        return custom_form(page, fields[name], record) if name in fields else whole.form(page, record, name)

    return replace(whole, form=form, bulk=_bulk(host, whole.bulk, fields, whole.cells.fields), custom=frozenset(fields))


EDITED = frozenset(
    {"text", "long_text", "number", "money", "date", "choice", "multi_choice", "boolean", "member", "relation"}
)
"""Kinds of fields whose values are typed or chosen in a cell."""


def _no_form(page: ListPage, record: Any, name: str) -> CellForm:
    raise KeyError(name)


@cache
def _cells_of(entity: str) -> type[RecordCells[Any]]:
    """Cells of a list that has custom fields and no others."""

    class CustomCells(RecordCells[Any]):
        entity_name = entity
        fields = ()
        act = f"{entity}.cells_edited"
        gone = gettext_lazy("This record is no longer there.")

        def visible(self) -> Any:
            return _host(entity).rows(self.member)

        def stored(self, record: Any, field: str) -> str:
            raise KeyError(field)

        def put(self, record: Any, field: str, text: str) -> bool:
            raise KeyError(field)

        def save(self, act: UUID) -> None:
            """Nothing beside custom fields."""

    return CustomCells


def _host(entity_name: str) -> Host:
    host = hosts.find(entity_name)
    if host is None:
        raise LookupError(entity_name)
    return host


def custom_form(page: ListPage, field: CustomField, record: Any | None) -> CellForm:
    """One custom field being edited; without a record empty, for many at once."""
    value = record.custom.get(field.key) if record is not None else None
    people = page.owners
    if field.kind == "relation":
        people = relations.labels(str(field.rule("target")), relations.ids(value), page.member)
    kind, typed, options = input_of(field, value, day=page.day, people=people)
    if kind == "tags" and record is None:
        kind = "text"
    shown = "text" if kind in ("textarea", "lookup") else kind
    lookup = lookup_url(field) if kind == "lookup" else ""
    return CellForm(shown, typed, values.as_text(value), options, lookup)  # type: ignore[arg-type]


def lookup_url(field: CustomField) -> str:
    """Where records are found for a field that points at some."""
    return reverse("custom-lookup", args=[field.entity, field.name])


def input_of(
    field: CustomField, value: values.Stored, *, day: Callable[[date], str], people: dict[UUID, str]
) -> tuple[str, str, Sequence[tuple[str, str]]]:
    """What a value is typed into (text, textarea, select, date, tags, lookup), what it opens with, and the choices.

    :param people: names of members, or of the records that the field points at, by id.
    """
    empty = [("", "—")]
    match field.kind:
        case "choice":
            held = [str(value)] if value is not None else []
            return "select", values.as_text(value), [*empty, *_choices(field, held)]
        case "multi_choice":
            several = value if isinstance(value, list) else []
            labels = [values.choice_words(field, one) for one in several]
            return "tags", ", ".join(labels), [(label, label) for _value, label in _choices(field, several)]
        case "boolean":
            return "select", values.as_text(value), [*empty, ("true", _("Yes")), ("false", _("No"))]
        case "member":
            return "select", values.as_text(value), [*empty, *((str(key), name) for key, name in people.items())]
        case "date":
            return "date", values.words(field, value, day=day), ()
        case "relation":
            return "lookup", values.words(field, value, day=day, record=people), ()
        case "long_text":
            return "textarea", values.as_text(value), ()
    return "text", values.as_text(value), ()


def _choices(field: CustomField, held: Sequence[str]) -> list[tuple[str, str]]:
    """The choices that are offered, and those that the record holds already."""
    return [
        (one["value"], values.choice_words(field, one["value"]))
        for one in field.choices
        if not one.get("archived") or one["value"] in held
    ]


def _read(field: CustomField, typed: str, member: Member) -> values.Stored:
    return values.read(
        field,
        typed,
        member=writing.find_member(member),
        record=relations.finder(member),
        today=member.workspace.today(),
    )


def _bulk(host: Host, own: BulkEditing | None, fields: dict[str, CustomField], cell_fields: Any) -> BulkEditing | None:
    """One field of many records: those of the domain first."""
    offered = tuple(name for name, field in fields.items() if not field.is_unique)
    if not offered:
        return own

    def form(page: ListPage, name: str) -> CellForm:
        if name in fields:
            return custom_form(page, fields[name], None)
        return own.form(page, name) if own else _no_form(page, None, name)

    def read(member: Member, name: str, typed: str) -> object:
        if name not in fields:
            return own.read(member, name, typed) if own else None
        return _read(fields[name], typed, member)

    def write(member: Member, record_ids: Sequence[UUID], name: str, typed: str) -> int:
        if name not in fields:
            return own.write(member, record_ids, name, typed) if own else 0
        value = _read(fields[name], typed, member)
        with changeset(f"{host.entity_name}.cells_edited", member_id=member.pk, note={"field": name}):
            return writing.set_value(host, record_ids, fields[name], value, acting_member=member, at=timezone.now())

    return BulkEditing((*(own.fields if own else ()), *offered), own.most if own else MAX_AT_ONCE, form, read, write)
