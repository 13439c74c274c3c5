"""What was done to a record, act by act, and what was written about it: the two sources of its timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from samphan.administration.custom_fields import values, writing
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.customers.timeline import Entry, Place
from samphan.objects.actions import host_of
from samphan.objects.fields import code_label, title_label
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import tracked_models
from samphan.platform.imports.models import ImportBatch
from samphan.ui.templatetags import ui

MOST_STATES = 500  # of one record that are compared
_COLUMNS = ("title", "code", "customer_id", "owner_id", "custom", "deleted_at")


@dataclass(frozen=True)
class Item:
    """One value that an act changed, in words."""

    label: str
    old: str
    new: str


@dataclass
class Change:
    """One act on a record. `who` is a member or a file, "" for the system."""

    at: datetime
    id: UUID
    who: str
    act: str
    icon: str
    is_undone: bool = False
    items: list[Item] = field(default_factory=list)


@dataclass
class Changes:
    """Reads what was done to one record as one viewer may know it.

    :param names: of the members, by id. :param customer: of the record, where that was read already.
    """

    kind: CustomObject
    record: ObjectRecord
    viewer: Member
    day: Callable[[date | str], str]
    names: Mapping[UUID, str]
    customer: Customer | None = None

    def all(self) -> list[Change]:
        """Every act, the last first, in at most four statements."""
        history = next(one.history for one in tracked_models if one.model is ObjectRecord)
        states = list(
            history._default_manager.filter(pgh_obj_id=self.record.pk, workspace_id=self.record.workspace_id)
            .order_by("-pgh_id")
            .values("pgh_id", "pgh_created_at", "pgh_context_id", *_COLUMNS)[:MOST_STATES]
        )
        acts = {one["pgh_context_id"] for one in states} | {self.record.created_in}
        known = Changeset.objects.in_bulk([one for one in acts if one])
        imports = [pk for pk, act in known.items() if act.kind == "platform.file_imported"]
        files = dict(ImportBatch.objects.filter(pk__in=imports).values_list("pk", "file_name")) if imports else {}
        names = self.names
        after = {name: getattr(self.record, name) for name in _COLUMNS}
        shown = [after, *states]
        customers = self._customers(one["customer_id"] for one in shown)
        found = []
        for state in states:
            act = known.get(state["pgh_context_id"])
            items = self._items(state, after, names, customers)
            words, icon = _act(act.kind if act else "", state["deleted_at"], after["deleted_at"])
            if items or icon != "pencil":
                who = _who(act, files, names)
                found.append(
                    Change(
                        state["pgh_created_at"], UUID(int=state["pgh_id"]), who, words, icon,
                        bool(act and act.undone_at), items,
                    )
                )  # fmt: skip
            after = state
        if len(states) < MOST_STATES:
            act = known.get(self.record.created_in) if self.record.created_in else None
            words = _("imported this") if self.record.created_in in files else _("added this")
            found.append(Change(self.record.created_at, UUID(int=0), _who(act, files, names), words, self.kind.icon))
        return found

    def _items(self, old: dict[str, Any], new: dict[str, Any], names: Any, customers: dict[UUID, str]) -> list[Item]:
        def customer(value: UUID | None) -> str:
            return customers.get(value, _("A customer whom you do not see")) if value else ""

        def person(value: UUID | None) -> str:
            return names.get(value, _("somebody who left")) if value else ""

        own: list[tuple[str, str, Callable[[Any], str]]] = [
            (str(title_label(self.kind)), "title", str),
            (str(code_label(self.kind)), "code", str),
            (_("Customer"), "customer_id", customer),
            (_("Owner"), "owner_id", person),
        ]
        found = [Item(label, say(old[name]), say(new[name])) for label, name, say in own if old[name] != new[name]]
        for one in self._fields:
            before, now = old["custom"].get(one.key), new["custom"].get(one.key)
            if before != now:
                found.append(
                    Item(str(values.label_of(one)), self._said(one, before, names), self._said(one, now, names))
                )
        return found

    @property
    def _fields(self) -> list[CustomField]:
        return writing.fields_for(host_of(self.kind), self.viewer)

    def _said(self, one: CustomField, value: Any, names: Any) -> str:
        return values.words(one, value, day=self.day, member=names if one.kind == "member" else None)

    def _customers(self, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        found = {self.customer.pk: self.customer} if self.customer else {}
        wanted = {one for one in ids if one} - set(found)
        if wanted:
            found |= Customer.objects.visible_to(self.viewer).in_bulk(wanted)
        return {pk: shown_name(one) for pk, one in found.items()}


def _who(act: Changeset | None, files: dict[UUID, str], names: Any) -> str:
    if act is None:
        return ""
    return files.get(act.pk) or (names.get(act.member_id, "") if act.member_id else "")


def _act(kind: str, deleted_before: Any, deleted_after: Any) -> tuple[str, str]:
    """What was done, in words, and its icon."""
    if deleted_after and not deleted_before:
        return _("deleted this"), "trash-2"
    if deleted_before and not deleted_after:
        return _("brought this back"), "undo-2"
    if kind == "platform.changeset_undone":
        return _("took a change back"), "pencil"
    return _("edited"), "pencil"


def entries_of(changes: Sequence[Change]) -> list[Entry]:
    """The acts as a timeline shows them."""
    return [Entry(one.at, one.id, one.icon, "slate", _title(one), partial(_values, one.items)) for one in changes]


def _title(change: Change) -> SafeString:
    title = format_html("<b>{}</b> {}", change.who or _("the system"), change.act)
    if change.is_undone:
        title = format_html('{} <span class="text-ink3">({})</span>', title, _("undone"))
    return title


def _values(items: Sequence[Item]) -> SafeString | str:
    if not items:
        return ""
    rows = ((item.label, _from_to(item)) for item in items)
    return format_html(
        '<dl class="timeline-values">{}</dl>', format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    )


def _from_to(item: Item) -> SafeString | str:
    new = ui.short(item.new, 200) if item.new else ui.NOTHING
    if not item.old:
        return new
    old = format_html('<span class="text-ink3">{}</span>', ui.short(item.old, 120))
    return format_html("{} {} {}", old, ui.icon("arrow-right", "icon-small"), new)


def notes_of(
    record: ObjectRecord, viewer: Member, names: Mapping[UUID, str], draw: Callable[[RecordNote], SafeString]
) -> list[Entry]:
    """What was written about a record; who may not read what is personal sees none of it."""
    if not viewer.may_read(Privacy.PERSONAL):
        return []
    found = RecordNote.objects.filter(workspace_id=record.workspace_id, record_id=record.pk)
    return [
        Entry(
            one.at, one.pk, "message-square", "amber",
            format_html("<b>{}</b> {}", names.get(one.member_id, "") if one.member_id else "", _("wrote a note")),
            partial(draw, one),
        )
        for one in found.order_by("-at", "-id")[:MOST_STATES]
    ]  # fmt: skip


def page_of(entries: Sequence[Entry], before: Place | None, size: int) -> tuple[list[Entry], Place | None]:
    """The newest entries before a place, and the place behind which older ones stand."""
    found = sorted(entries, key=lambda entry: entry.place, reverse=True)
    if before is not None:
        found = [entry for entry in found if entry.place < before]
    shown = found[:size]
    return [entry.drawn() for entry in shown], shown[-1].place if len(found) > size else None
