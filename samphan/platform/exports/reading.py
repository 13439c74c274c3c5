"""What is exported: whose list, which columns, and who hears of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.platform import catalogue, lists
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Entity, Field
from samphan.platform.conditions import EVERYTHING, parse
from samphan.platform.errors import DomainError
from samphan.platform.lists import ListState


class ExportRefused(DomainError):
    """The export cannot be made as asked."""


class NotAllowed(ExportRefused):
    """The viewer may not export these records."""

    message = gettext_lazy("You may not export these records.")


@dataclass(frozen=True)
class ExportKind:
    """What an entity wants to have its own way.

    :param entity_for: the entity as one viewer may search it; default: as it stands in the catalogue.
    :param first: columns that the list shows first, chosen or not.
    """

    entity_for: Callable[[Viewer], Entity] | None = None
    first: tuple[str, ...] = ()


_kinds: dict[str, ExportKind] = {}
_listeners: list[Callable[[Viewer, "Export", int], None]] = []
_member_names: list[Callable[[Viewer], Mapping[UUID, str]]] = []


def register(entity_name: str, kind: ExportKind) -> None:
    """Give an entity its own way; a domain calls this in `AppConfig.ready()`."""
    _kinds[entity_name] = kind


def on_export(listener: Callable[[Viewer, "Export", int], None]) -> None:
    """Name a function that hears of every export with the number of rows that left: the audit."""
    if listener not in _listeners:
        _listeners.append(listener)


def use_member_names(provider: Callable[[Viewer], Mapping[UUID, str]]) -> None:
    """Name the function that knows the names of a workspace's members."""
    _member_names[:] = [provider]


def member_names(viewer: Viewer) -> Mapping[UUID, str]:
    """The names of the members, by id."""
    return _member_names[0](viewer) if _member_names else {}


def export_permission(entity: Entity) -> str:
    """The right that an export takes: `customers.export_customer` for customers."""
    app, _dot, model = entity.model_label.partition(".")
    return f"{app}.export_{model.lower()}"


@dataclass(frozen=True)
class Export:
    """One list on its way out.

    :param fields: the columns, all readable for `viewer`. :param state: filters and order.
    :param file_format: csv or xlsx.
    """

    entity: Entity
    fields: tuple[Field, ...]
    state: ListState
    viewer: Viewer
    file_format: str
    now: datetime
    zone: ZoneInfo

    @property
    def queryset(self) -> Any:
        """Every record that the viewer may see."""
        return apps.get_model(self.entity.model_label)._default_manager.visible_to(self.viewer)

    def chunks(self, size: int = lists.CHUNK) -> Iterator[list[tuple[Any, ...]]]:
        """The rows by thousands; each chunk is a SELECT of its own."""
        return lists.select_rows(self.queryset, self.state, self.viewer, now=self.now, zone=self.zone, chunk=size)

    def statement(self) -> tuple[str, Sequence[Any]]:
        """The whole list as one SELECT of `column_0` and on, with its parameters."""
        rows = lists.whole_list(self.queryset, self.state, self.viewer, now=self.now, zone=self.zone)
        sql, params = rows.query.sql_with_params()
        return sql, params


def exporting(
    entity_name: str,
    *,
    viewer: Viewer,
    file_format: str,
    fields: Sequence[str] | None = None,
    where: object = None,
    query: str | None = None,
    every_field: bool = False,
    zone: ZoneInfo | None = None,
) -> Export:
    """An export that `viewer` may make.

    :param fields: names of columns; None: those of the list that `query` describes, or all when there is no query.
    :param where: a condition as decoded JSON, with or without its version.
    :param query: the query string of a list: its filters, text, order and columns.
    :param every_field: all readable columns in the list's order, whatever it shows.
    :param zone: whose days count in conditions; default: that of the settings.
    :raises NotAllowed: without the right to export. :raises ExportRefused: for a field the viewer does not have.
    :raises ConditionProblem: for a condition that cannot be used.
    """
    kind = _kinds.get(entity_name, ExportKind())
    try:
        entity = kind.entity_for(viewer) if kind.entity_for else catalogue.entity(entity_name)
    except KeyError:
        raise ExportRefused(_("There are no records called %(name)s."), name=entity_name[:40]) from None
    if not viewer.may(export_permission(entity)):
        raise NotAllowed
    seen = entity.seen_by(viewer)
    state = ListState.parse(query or "", entity, viewer)
    if where is not None:
        state = replace(state, where=parse(_versioned(where), entity, viewer))
    if fields is not None:
        names = list(dict.fromkeys(fields))
        for name in names:
            if not seen.has_field(name):
                raise ExportRefused(_("There is no field %(name)s that you may export."), name=name[:40])
        if not names:
            raise ExportRefused(_("Name at least one field."))
    elif every_field or query is None:
        names = [field.name for field in seen.fields]
    else:
        shown = lists.selected_columns(state, viewer)
        names = [*kind.first, *(name for name in shown if name not in kind.first)]
    return Export(
        entity=seen,
        fields=tuple(seen.field(name) for name in names),
        state=replace(state, entity=entity, columns=tuple(names), cursor=""),
        viewer=viewer,
        file_format=file_format,
        now=timezone.now(),
        zone=zone or ZoneInfo(settings.TIME_ZONE),
    )


def announce(export: Export, rows: int) -> None:
    """Tell the listeners that so many rows left."""
    for listener in _listeners:
        listener(export.viewer, export, rows)


def is_filtered(export: Export) -> bool:
    """True when filters or a text left records out."""
    return export.state.where != EVERYTHING or bool(export.state.text)


def _versioned(where: object) -> object:
    """A condition with its version; a bare node, as people type it on a command line, is of today's."""
    exact = _exact(where)
    if isinstance(exact, dict) and exact and "version" not in exact and "where" not in exact:
        return {"version": 1, "where": exact}
    return exact


def _exact(value: object) -> object:
    """The same document without binary fractions: 0.1 is one tenth."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    return [_exact(item) for item in value] if isinstance(value, list) else value
