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
from samphan.platform.catalogue import Entity, Field, Type
from samphan.platform.conditions import EVERYTHING, parse
from samphan.platform.errors import DomainError
from samphan.platform.lists import ListState
from samphan.platform.registries import Registry

SETS_FROM = 20_000  # records; from here on one pass over all child rows is quicker than a look for each
MEMORY = "64MB"  # for the joins and sorts of an export


class ExportRefused(DomainError):
    """The export cannot be made as asked."""


class NotAllowed(ExportRefused):
    """The viewer may not export these records."""

    message = gettext_lazy("You may not export these records.")


@dataclass(frozen=True)
class ChildSet:
    """The values of many-valued fields of all records in one pass over their child rows.

    A large export joins it: looking each record's rows up would take five times as long.

    :param fields: the fields that it can give.
    :param sql: SELECT for some of them, with a column `id` of the record and an array named as each field, of the
        workspace whose id its one `%s` takes. The arrays are as those of the fields.
    """

    fields: frozenset[str]
    sql: Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class ExportKind:
    """What an entity wants to have its own way.

    :param entity_for: the entity as one viewer may search it; default: as it stands in the catalogue.
    :param first: columns that the list shows first, chosen or not.
    :param sets: quicker ways to many-valued fields of a large export.
    :param rows: the records that a viewer may see, where several entities share a model.
    :param permission: the right that it takes; "" for that of the model.
    """

    entity_for: Callable[[Viewer], Entity] | None = None
    first: tuple[str, ...] = ()
    sets: tuple[ChildSet, ...] = ()
    rows: Callable[[Viewer], Any] | None = None
    permission: str = ""


_kinds: Registry[ExportKind] = Registry()
_listeners: list[Callable[[Viewer, "Export", int], None]] = []
_member_names: list[Callable[[Viewer], Mapping[UUID, str]]] = []


def register(entity_name: str, kind: ExportKind) -> None:
    """Give an entity its own way; a domain calls this in `AppConfig.ready()`."""
    _kinds.add(entity_name, kind)


def extend(further: Callable[[], Mapping[str, ExportKind]]) -> None:
    """Name a function that gives what the entities of the current workspace want, by entity."""
    _kinds.extend(further)


def on_export(listener: Callable[[Viewer, "Export", int], None]) -> None:
    """Name a function that hears of every export with the number of rows that left: the audit."""
    if listener not in _listeners:
        _listeners.append(listener)


_labels: list[Callable[[Field, Viewer], str]] = []


def use_record_labels(provider: Callable[[Field, Viewer], str]) -> None:
    """Name the function that gives the SQL of what the records of a relation are called, as a viewer sees them, and files."""
    _labels[:] = [provider]


def _called(seen: Entity, names: Sequence[str], viewer: Viewer) -> Entity:
    """The entity with the names of related records and of files in place of what is stored, where a column shows some."""
    wanted = {name for name in names if seen.field(name).type in (Type.RELATION, Type.FILE)}
    if not wanted or not _labels:
        return seen
    fields = (
        replace(field, sql=_labels[0](field, viewer), compared_sql=field.test_sql) if field.name in wanted else field
        for field in seen.fields
    )
    return replace(seen, fields=tuple(fields))


def use_member_names(provider: Callable[[Viewer], Mapping[UUID, str]]) -> None:
    """Name the function that knows the names of a workspace's members."""
    _member_names[:] = [provider]


def member_names(viewer: Viewer) -> Mapping[UUID, str]:
    """The names of the members, by id."""
    return _member_names[0](viewer) if _member_names else {}


def export_permission(entity: Entity) -> str:
    """The right that an export takes: `customers.export_customer` for customers."""
    own = _kinds.get(entity.name, ExportKind()).permission
    if own:
        return own
    app, _dot, model = entity.model_label.partition(".")
    return f"{app}.export_{model.lower()}"


@dataclass(frozen=True)
class Export:
    """One list on its way out.

    :param fields: the columns, all readable for `viewer`. :param state: filters and order.
    :param file_format: csv or xlsx. :param record_ids: only these records of it; None for all.
    """

    entity: Entity
    fields: tuple[Field, ...]
    state: ListState
    viewer: Viewer
    file_format: str
    now: datetime
    zone: ZoneInfo
    record_ids: tuple[UUID, ...] | None = None

    @property
    def queryset(self) -> Any:
        """Every record that the viewer may see, of those chosen."""
        own = _kinds.get(self.entity.name, ExportKind()).rows
        every = own or apps.get_model(self.entity.model_label)._default_manager.visible_to
        rows = every(self.viewer)
        return rows if self.record_ids is None else rows.filter(pk__in=self.record_ids)

    def has_rows_of(self, owner: str, member_id: UUID) -> bool:
        """Whether a member's records are among them. `owner`: the path to the member whose record one is."""
        mine = self.queryset.filter(**{owner: member_id})
        rows = lists.whole_list(mine, self.state, self.viewer, now=self.now, zone=self.zone)
        return bool(rows[:1])

    def chunks(self, size: int = lists.CHUNK) -> Iterator[list[tuple[Any, ...]]]:
        """The rows by thousands; each chunk is a SELECT of its own."""
        return lists.select_rows(self.queryset, self.state, self.viewer, now=self.now, zone=self.zone, chunk=size)

    def statement(self, texts: Callable[[Field, str], str]) -> tuple[str, Sequence[Any]]:
        """The whole list as one SELECT of its texts, with its parameters.

        :param texts: SQL of the text of a field whose value is the SQL given.
        """
        used = self._sets()
        joined = {name: index for index, (_set, names) in enumerate(used) for name in names}
        plain = [field.name for field in self.fields if field.name not in joined]
        # A list of joined fields alone still needs a column of its own to stand on.
        state = replace(self.state, columns=tuple(plain) or (self.entity.fields[0].name,))
        rows = lists.whole_list(self.queryset, state, self.viewer, now=self.now, zone=self.zone)
        inner, params = rows.query.sql_with_params()
        columns = [
            texts(field, f"set_{joined[field.name]}.{field.name}")
            if field.name in joined
            else texts(field, f"listed.column_{plain.index(field.name)}")
            for field in self.fields
        ]
        if not used:
            return f"SELECT {', '.join(columns)} FROM ({inner}) AS listed", params
        source = f"(SELECT row_number() OVER () AS place, whole.* FROM ({inner}) AS whole) AS listed"
        for index, (child_set, names) in enumerate(used):
            source += f" LEFT JOIN ({child_set.sql(names)}) AS set_{index} ON set_{index}.id = listed.pk"
        sql = f"SELECT {', '.join(columns)} FROM {source} ORDER BY listed.place"
        return sql, (*params, *[self.viewer.workspace_id] * len(used))

    def _sets(self) -> list[tuple[ChildSet, list[str]]]:
        """The sets that this export joins, with the fields that each gives; none for a short list."""
        names = [field.name for field in self.fields]
        found = [
            (child_set, wanted)
            for child_set in _kinds.get(self.entity.name, ExportKind()).sets
            if (wanted := [name for name in names if name in child_set.fields])
        ]
        if not found:
            return []
        count = lists.about_count(self.queryset, self.state, self.viewer, now=self.now, zone=self.zone)
        return found if count.value >= SETS_FROM else []


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
    record_ids: Sequence[UUID] | None = None,
) -> Export:
    """An export that `viewer` may make.

    :param fields: names of columns; None: those of the list that `query` describes, or all when there is no query.
    :param where: a condition as decoded JSON, with or without its version.
    :param query: the query string of a list: its filters, text, order and columns.
    :param every_field: all readable columns in the list's order, whatever it shows.
    :param zone: whose days count in conditions; default: that of the settings.
    :param record_ids: these records alone, in the order of the list, whether or not its filters leave them.
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
    if record_ids is not None:
        # Who ticked a row and changed the value that the filter asks for means the row all the same.
        state = replace(state, where=EVERYTHING, text="")
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
    called = _called(seen, names, viewer)
    if called is not seen:
        seen = entity = called
    return Export(
        entity=seen,
        fields=tuple(seen.field(name) for name in names),
        state=replace(state, entity=entity, columns=tuple(names), cursor=""),
        viewer=viewer,
        file_format=file_format,
        now=timezone.now(),
        zone=zone or ZoneInfo(settings.TIME_ZONE),
        record_ids=None if record_ids is None else tuple(record_ids),
    )


def announce(export: Export, rows: int) -> None:
    """Tell the listeners that so many rows left."""
    for listener in _listeners:
        listener(export.viewer, export, rows)


def is_filtered(export: Export) -> bool:
    """True when filters, a text or a choice of rows left records out."""
    return export.record_ids is not None or export.state.where != EVERYTHING or bool(export.state.text)


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
