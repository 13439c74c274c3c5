"""One list as a request asks for it: state, rows, count and the words around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samphan.administration.custom_fields import relations
from samphan.administration.lists.actions import may_change
from samphan.administration.lists.cells import CellWriter
from samphan.administration.lists.custom_editing import editing_of
from samphan.administration.lists.editing import Editing
from samphan.administration.lists.kinds import ListKind, further_cells
from samphan.administration.lists.views_kept import Tab, tabs_of, with_view
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.platform import counts, lists
from samphan.platform.catalogue import Entity, Field, Type
from samphan.platform.conditions import EVERYTHING, And, Comparison, Node
from samphan.platform.conditions.sentences import Words, describe, sentence
from samphan.platform.exports import export_permission
from samphan.platform.language import reader_language
from samphan.platform.lists import ListState
from samphan.platform.thai.calendar import Era
from samphan.ui import preferences


@dataclass(frozen=True)
class Chip:
    """A filter as a sentence; `index` names it to the builder, `remove_href` is the list without it."""

    before: str
    value: str
    index: int | None
    remove_href: str


class ListPage:
    """One list as a request asks for it.

    :param query: the list's state where it is not that of the request's own address.
    """

    def __init__(self, request: MemberRequest, kind: ListKind, query: str | None = None) -> None:
        self.request = request
        self.kind = kind
        self.member = request.member
        self.now: datetime = timezone.now()
        self.zone = self.member.workspace.zone
        self.entity: Entity = kind.entity(self.member)
        asked = request.META["QUERY_STRING"] if query is None else query
        self.state = ListState.parse(asked, self.entity, self.member)
        self.key = _key(asked)
        if self.key and not _says_state(asked) and self.tab.key == self.key:
            # The view alone was named, as a pin does it: what it keeps is the state.
            kept = self.tab.state
            self.state = replace(kept, text=self.state.text, cursor=self.state.cursor, size=self.state.size)
        if self.key and self.tab.key == self.key and not self.is_changed:
            # The view knows what its lost fields were called; an address that says the same has only their names.
            self.state = replace(self.state, notices=self.tab.state.notices or self.state.notices)
        elif self.key and self.tab.key != self.key:
            gone = _("This view is not there any more, or is not shared with you.")
            self.state = replace(self.state, notices=(*self.state.notices, gone))
            self.key = ""

    @property
    def rows(self) -> QuerySet[Any]:
        """Every record that the member may see."""
        return self.kind.rows(self.member)

    @cached_property
    def owners(self) -> dict[UUID, str]:
        """The names of the members, by id."""
        return {member.pk: member.name for member in members(self.member)}

    @property
    def language(self) -> str:
        """The reader's language."""
        return reader_language()

    @property
    def era(self) -> Era:
        """The reader's era."""
        return preferences.era(self.request)

    @property
    def today(self) -> date:
        """The day in the workspace."""
        return self.now.astimezone(self.zone).date()

    # Rows

    def page(self) -> lists.Page:
        """The rows of the page that the address asks for."""
        columns = tuple(dict.fromkeys((*self.columns, *(name for name in self.kind.also if self._has(name)))))
        return self._read(self.rows, replace(self.state, columns=columns))

    def row(self, record_id: UUID, *, selectable: bool) -> str | None:
        """One row of the list as it stands now, whether or not the filters leave it; None when it is gone."""
        columns = tuple(dict.fromkeys((*self.columns, *(name for name in self.kind.also if self._has(name)))))
        state = replace(self.state, columns=columns, where=EVERYTHING, text="", cursor="")
        found = self._read(self.rows.filter(pk=record_id), state)
        return CellWriter(self).row(found.rows[0], selectable=selectable) if found.rows else None

    def _read(self, rows: QuerySet[Any], state: ListState) -> lists.Page:
        beside = dict(self.kind.beside)
        for cell in further_cells(self.kind.entity_name, self.columns):
            beside |= cell.beside
        found = lists.page(rows, state, self.member, now=self.now, zone=self.zone, beside=beside)
        self._name_related(found)
        return found

    def _name_related(self, page: lists.Page) -> None:
        """Learn what the records are called that the shown rows point at; one statement for each kind of record."""
        wanted: dict[str, set[UUID]] = {}
        for name in self.columns:
            field = self.entity.column(name)
            if field.type is Type.RELATION and not field.is_covered:
                wanted.setdefault(field.target, set()).update(row[name] for row in page.rows if row[name])
        for target, ids in wanted.items():
            self.related |= {(target, key): label for key, label in relations.labels(target, ids, self.member).items()}

    @cached_property
    def related(self) -> dict[tuple[str, UUID], str]:
        """What records are called that rows point at, as far as the member sees them, by entity and id."""
        return {}

    def related_label(self, target: str, record_id: UUID) -> str:
        """What one record is called, for the sentence of a filter."""
        return relations.labels(target, [record_id], self.member).get(record_id, str(relations.UNSEEN))

    @cached_property
    def editing(self) -> Editing | None:
        """How the member edits cells here, custom fields included; None for a list that is read only."""
        return editing_of(self.kind, self.member)

    @cached_property
    def edited_fields(self) -> frozenset[str]:
        """The columns whose cells this member can edit."""
        editing = self.editing
        if editing is None or not self.member.may(editing.permission):
            return frozenset()
        return editing.fields & self.entity.names

    def count(self) -> counts.Count:
        """About how many there are."""
        return lists.about_count(self.rows, self.state, self.member, now=self.now, zone=self.zone)

    def narrowed(self) -> QuerySet[Any]:
        """Every record that the filters leave, for acts over "all that match"."""
        return lists.narrow(self.rows, self.state, self.member, now=self.now, zone=self.zone)

    def neighbours(self, record_id: UUID) -> lists.Neighbours:
        """What stands before and behind a record in this list."""
        return lists.neighbours(self.rows, self.state, self.member, record_id, now=self.now, zone=self.zone)

    def position(self, record_id: UUID) -> int | None:
        """The place of a record in this list, as far as that is cheaply known."""
        return lists.position(self.rows, self.state, self.member, record_id, now=self.now, zone=self.zone)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns to show; the one that names the record is always the first."""
        shown = lists.shown_columns(self.state, self.member)
        lead = self.kind.lead
        return (lead, *(name for name in shown if name != lead)) if self._has(lead) else shown

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that menus offer."""
        return tuple(field for field in self.entity.fields if field.name not in self.kind.hidden)

    @property
    def field_count(self) -> int:
        """How many fields menus offer; a company may have hundreds, which a page does not go through."""
        return len(self.entity.fields) - sum(self._has(name) for name in self.kind.hidden)

    def _has(self, name: str) -> bool:
        return self.entity.has_field(name)

    # Views

    @cached_property
    def tabs(self) -> list[Tab]:
        """The views of this list as the member has them."""
        return tabs_of(self.request, self.kind.entity_name, self.entity, self.member)

    @cached_property
    def tab(self) -> Tab:
        """The view that the list stands in: the one named, else the one that keeps just this, else the whole list."""
        for tab in self.tabs:
            if tab.key == self.key if self.key else tab.view is None and tab.same_as(self.state):
                return tab
        return self.tabs[0]

    @property
    def is_changed(self) -> bool:
        """True when the list shows something else than its view keeps."""
        return not self.tab.same_as(self.state)

    @property
    def may_update_view(self) -> bool:
        """True when the view can take over what the list shows."""
        return self.tab.view is not None and may_change(self.tab.view, self.member)

    @property
    def view_state_url(self) -> str:
        """The address that takes the new state of the view that the list stands in."""
        return self.kind.url("view-state", self.tab.key)

    # Addresses

    def href(self, **changes: object) -> str:
        """The address of this list with some of its state changed."""
        query = self._query(**changes)
        return self.url + (f"?{query}" if query else "")

    def _query(self, **changes: object) -> str:
        query = self.state.to_query(**changes)
        return with_view(self.key, query) if self.key else query

    @property
    def url(self) -> str:
        """The address of the whole list."""
        return self.kind.url()

    @property
    def query(self) -> str:
        """The state as it travels in the address, without the place in the list."""
        return self._query(cursor="")

    @property
    def state_pairs(self) -> list[tuple[str, str]]:
        """The list's state as hidden inputs, for forms that change a part of it."""
        return parse_qsl(self.query, keep_blank_values=True)

    # Words

    @property
    def comparisons(self) -> tuple[Node, ...]:
        """The filters that all must hold, as chips show them."""
        where = self.state.where
        return where.parts if isinstance(where, And) else (where,)

    @cached_property
    def words(self) -> Words:
        """How this reader sees dates and members in sentences."""
        return Words(
            day=self.day,
            member=lambda member: self.owners.get(member, _("somebody who left")),
            record=self.related_label,
        )

    @cached_property
    def day(self) -> Callable[[date | str], str]:
        """Writes a date, or the stored text of one with unknown parts, in the reader's language and era."""
        return preferences.day_writer(self.request)

    def chips(self) -> list[Chip]:
        """The filters as sentences."""
        chips = []
        parts = self.comparisons
        for index, part in enumerate(parts):
            rest = And(tuple(other for place, other in enumerate(parts) if place != index))
            if isinstance(part, Comparison):
                needs_names = self.entity.field(part.field).type in (Type.MEMBER, Type.RELATION)
                said = sentence(part, self.entity, self.words if needs_names else Words(day=self.day))
                before, value = (said.lead, said.value) if said.value else (said.field, said.operator)
                place = None if part.field in self.kind.hidden else index
                chips.append(Chip(before, value, place, self.href(where=rest)))
            else:
                chips.append(Chip("", describe(part, self.entity, self.words), None, self.href(where=rest)))
        return chips

    def sort_choices(self) -> list[dict[str, object]]:
        """Every order the list can have."""
        current = self.state.get_sort()
        choices: list[dict[str, object]] = []
        for field in self.fields:
            if field.sort is None:
                continue
            first = field.sort.descending
            choices += [
                {
                    "label": sort_words(field.type, str(field.label), descending),
                    "href": self.href(sort=((field.name, descending),)),
                    "is_current": bool(current) and current[0] == (field.name, descending),
                }
                for descending in (first, not first)
            ]
        return choices

    def sort_label(self) -> str:
        """The order in words."""
        for name, descending in self.state.get_sort():
            if self._has(name):
                field = self.entity.field(name)
                return sort_words(field.type, str(field.label), descending)
        return ""

    def heads(self) -> list[dict[str, object]]:
        """The head of each column, with the address that sorts by it."""
        current, widths = dict(self.state.get_sort()[:1]), dict(self.state.widths)
        heads = []
        edited = self.edited_fields
        for name in self.columns:
            field = self.entity.column(name)
            head: dict[str, object] = {
                "name": name,
                "label": field.label,
                "is_edited": name in edited,
                "is_number": field.align == "end",
                "is_fit": field.align == "center",
                "width": widths.get(name, ""),
                "sorted": "",
                "href": "",
            }
            if field.sort is not None:
                descending = not current[name] if name in current else field.sort.descending
                head["href"] = self.href(sort=((name, descending),))
                if name in current:
                    head["sorted"] = "descending" if current[name] else "ascending"
            heads.append(head)
        return heads

    @property
    def shows_whole_view(self) -> bool:
        """False when a search or other filters leave less or more than the view holds."""
        return not self.state.text and self.state.where == self.tab.state.where

    def tab_items(self, count: str) -> list[dict[str, object]]:
        """The views as tabs; the one that the list stands in has the count of the list, unless that shows less of it."""
        return [
            {
                "key": tab.key or "all",
                "label": tab.label,
                "href": self.url + (f"?{query}" if (query := tab.query()) else ""),
                "is_current": tab is self.tab,
                "count": count if tab is self.tab and self.shows_whole_view else "",
                "view": tab.view,
                "edit_url": self.kind.url("view", tab.key) if tab.view else "",
            }
            for tab in self.tabs
        ]

    # Answers

    def answer(
        self,
        template: str,
        *,
        selectable: bool = False,
        more: Callable[[counts.Count], Mapping[str, Any]] | None = None,
    ) -> HttpResponse:
        """The list as a page, or for htmx with its rows as target the next rows alone.

        :param template: extends `administration/lists/list.html`.
        :param selectable: each row has a box for the bulk bar; who may export the records has it in any case.
        :param more: what else the template needs; asked for the page alone, with the count.
        """
        page = self.page()
        writer = CellWriter(self)
        may_export = self.member.may(export_permission(self.entity))
        selectable = selectable or may_export
        context: dict[str, Any] = {
            "list": self,
            "noun": self.kind.noun,
            "rows": [writer.row(row, selectable=selectable) for row in page.rows],
            "more_url": self.href(cursor=page.next_cursor) if page.next_cursor else "",
        }
        if self.request.htmx and self.request.htmx.target == f"{self.kind.noun}-rows":
            return render(self.request, "administration/lists/rows.html", context | {"is_more": True})
        exact = page.exact_count
        count = self.count() if exact is None else counts.Count(exact, is_exact=True)
        words = count.words()
        context |= {
            "place": self.kind.entity_name,
            "state": self.state,
            "query": self.query,
            "columns": self.heads(),
            "search_pairs": [pair for pair in self.state_pairs if pair[0] != "q"],
            "count": words,
            "count_sentence": counts.label_count(self.entity, count),
            "is_empty": not page.rows and not self.state.is_narrowed,
            "chips": self.chips(),
            "tabs": self.tab_items(words),
            "view_url": self.url + (f"?{self.tab.query()}" if self.tab.query() else ""),
            "previous_url": self.href(cursor=page.previous_cursor) if page.previous_cursor else "",
            "selectable": selectable,
            "selection_url": reverse("list-export", args=[self.kind.entity_name]) if may_export else "",
            "everything": _("Select all %(count)s") % {"count": words} if page.next_cursor else "",
            **addresses(self.kind),
            "paste_url": self.kind.url("paste") if self.edited_fields else "",
        }
        if more is not None:
            context |= more(count)
        return render(self.request, template, context)


_OF_THE_STATE = {"columns", "widths", "sort", "f", "where"}


def _key(query: str) -> str:
    """The view that an address names; "" for none."""
    return dict(_pairs(query)).get("v", "")[:80]


def _says_state(query: str) -> bool:
    """True when an address says more than which view: `f=` counts, it says "without filters"."""
    return any(name in _OF_THE_STATE for name, _value in _pairs(query))


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=600)
    except ValueError:
        return []


def addresses(kind: ListKind) -> dict[str, str]:
    """The addresses of a list's own pages, for its templates."""
    names = ("list", "filters", "columns", "sorting", "views", "view-counts", "view-order")
    return {f"{name.replace('-', '_')}_url": address(kind.url_name(name), *kind.url_args) for name in names}


def address(url_name: str, *args: str) -> str:
    """The address of a page that another domain may offer; "" while nobody does."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def sort_words(kind: Type, label: str, descending: bool) -> str:
    """An order in words: ซื้อล่าสุดก่อน, ชื่อ ก-ฮ."""
    if kind.is_temporal:
        said = _("%(field)s, newest first") if descending else _("%(field)s, oldest first")
    elif kind.is_numeric:
        said = _("%(field)s, most first") if descending else _("%(field)s, least first")
    else:
        said = _("%(field)s, ฮ to ก") if descending else _("%(field)s, ก to ฮ")
    return said % {"field": label}


def list_behind(request: MemberRequest, kind: ListKind) -> str | None:
    """The query of the list that the reader came from: named in the address, else by the browser; None without one."""
    if "list" in request.GET:
        return request.GET["list"][:4000]
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc == request.get_host() and referrer.path == kind.url():
        return referrer.query[:4000]
    return None


def filter_url(base: str, *filters: str, **more: str) -> str:
    """Address of a list narrowed by filters such as `total:at_least:1000`."""
    return base + "?" + urlencode([("f", text) for text in filters] + list(more.items()), safe=":,-")


def choice_pairs(page: ListPage, field: Field) -> Iterable[tuple[str, str]]:
    """The choices of a field: values and words."""
    if field.type is Type.MEMBER:
        return [(str(member_id), name) for member_id, name in page.owners.items()]
    own = page.kind.options(page.member, field) if page.kind.options else None
    return [(choice.value, str(choice.label)) for choice in field.get_offered()] if own is None else own


def option_pairs(page: ListPage, field: Field) -> Iterable[tuple[str, str]]:
    """The choices of a field for a filter, the reader first."""
    if field.type is Type.MEMBER:
        yield "me", _("me")
    yield from choice_pairs(page, field)
