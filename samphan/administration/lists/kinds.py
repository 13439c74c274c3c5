"""What a domain says about its list, and the lists that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from samphan.platform import catalogue
from samphan.platform.catalogue import Entity, Field
from samphan.platform.registries import Registry

if TYPE_CHECKING:
    from samphan.administration.lists.editing import Editing
    from samphan.administration.lists.page import ListPage
    from samphan.administration.models import Member

Text = str | Promise
Row = Mapping[str, Any]
Cell = Callable[[Row], str]
"""The HTML inside one cell; what it writes of a row it escapes."""
Options = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class DefaultView:
    """A view that everybody has without saving it. `query` is the address behind the `?`; "" is the whole list."""

    name: str
    label: Text
    query: str = ""


@dataclass(frozen=True)
class ListKind:
    """One list of the product.

    :param entity_name: its entity in the catalogue, and its place in the sidebar.
    :param noun: singular in addresses and ids: `customer` gives the URL names `customer-list`, `customer-filters`,
        `customer-columns`, `customer-sorting` and the elements `customer-rows`, `customer-pager`.
    :param permission: right that every page of the list takes.
    :param rows: every record that a member may see.
    :param cells: how some columns are written, by name; the others are written by their type.
    :param lead: the column that names the record, always the first.
    :param also: columns that are read beside those shown.
    :param beside: values that cells read and that are no fields: name to SQL over the entity's table.
    :param phone: where a column stands on the phone: title, badge, line, line2, end, end2; the others stay away.
    :param entity_for: the entity as one member searches it, where that depends on the member.
    :param options: choices of a field that live in the database; None for a field without.
    :param hidden: fields that filters of links may name and menus do not offer.
    :param views: views that everybody has; the first is the whole list.
    :param search_hint: what can be typed into the search.
    :param editing: how cells are edited; None for a list that is read only.
    :param url_args: what stands in its addresses before anything else.
    """

    entity_name: str
    noun: str
    permission: str
    rows: Callable[[Member], QuerySet[Any]]
    cells: Callable[[ListPage], Mapping[str, Cell]]
    lead: str = "name"
    also: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    phone: Mapping[str, str] = None  # type: ignore[assignment]
    entity_for: Callable[[Member], Entity] | None = None
    options: Callable[[Member, Field], Options | None] | None = None
    hidden: frozenset[str] = frozenset()
    views: tuple[DefaultView, ...] = ()
    search_hint: Text = ""
    editing: Editing | None = None
    url_args: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.phone is None:
            object.__setattr__(self, "phone", {})

    def entity(self, member: Member) -> Entity:
        """The entity as a member sees it."""
        whole = self.entity_for(member) if self.entity_for else catalogue.entity(self.entity_name)
        return whole.seen_by(member)

    def url_name(self, what: str = "list") -> str:
        """The name of one of the list's addresses."""
        return f"{self.noun}-{what}"

    def url(self, what: str = "list", *args: object) -> str:
        """One of the list's addresses."""
        return reverse(self.url_name(what), args=[*self.url_args, *args])

    @property
    def changed_event(self) -> str:
        """The event of the page that makes the list read itself again."""
        return f"samphan:{self.entity_name}-changed"


@dataclass(frozen=True)
class FurtherCell:
    """How a higher domain writes a column that it added to a list of a lower one.

    :param cells: what writes the cell, for one page. :param beside: as that of the list, read while the column is shown.
    """

    column: str
    cells: Callable[[ListPage], Cell]
    beside: Mapping[str, str] = field(default_factory=dict)


_KINDS: Registry[ListKind] = Registry()
_FURTHER: dict[str, list[FurtherCell]] = {}


def add_cell(entity_name: str, cell: FurtherCell) -> None:
    """Write a column of a list in a way of its own; a domain calls this in `AppConfig.ready()`."""
    _FURTHER.setdefault(entity_name, []).append(cell)


def further_cells(entity_name: str, columns: Iterable[str]) -> list[FurtherCell]:
    """What higher domains said of the columns that are shown."""
    shown = set(columns)
    return [cell for cell in _FURTHER.get(entity_name, ()) if cell.column in shown]


def register(list_kind: ListKind) -> ListKind:
    """Make a list known under the name of its entity; raise ValueError when another one has it."""
    known = _KINDS.add_once(list_kind.entity_name, list_kind)
    if known is not list_kind:
        raise ValueError(f"a list of {list_kind.entity_name!r} is registered already")
    return list_kind


def extend(further: Callable[[], Mapping[str, ListKind]]) -> None:
    """Name a function that gives the lists which the current workspace adds, by entity."""
    _KINDS.extend(further)


def kind(entity_name: str) -> ListKind:
    """The list of an entity; raise KeyError when it has none."""
    return _KINDS[entity_name]


def kinds() -> tuple[ListKind, ...]:
    """Every list, in order of registration."""
    return tuple(_KINDS.values())
