"""The list engine: one list of an entity as the address bar describes it, page by page.

A view gives it a queryset that already passed `visible_to`::

    state = ListState.parse(request.META["QUERY_STRING"], CUSTOMER, request.member)
    customers = Customer.objects.visible_to(request.member)
    page = lists.page(customers, state, request.member, now=timezone.now(), zone=workspace_zone)
    count = lists.about_count(customers, state, request.member, now=..., zone=...)

A page is one SELECT of the shown columns, by keyset over (sort expressions, id): as quick at the end of a million rows
as at their start. Nothing counts a whole table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.expressions import OrderBy, RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.platform import counts
from samphan.platform.catalogue import Entity, Reader, Sort
from samphan.platform.conditions import (
    EVERYTHING,
    And,
    Comparison,
    ConditionProblem,
    Node,
    emit,
    leaves,
    parse,
    parse_json,
    parse_url,
    to_compact_json,
    to_json,
    to_url,
)
from samphan.platform.errors import DomainError
from samphan.platform.held import apart, held_fields, together_sql
from samphan.platform.masks import cover

PAGE_SIZES = (50, 100, 200)
CHUNK = 5_000  # rows of one SELECT of an export
POSITION_CAP = 5_000  # places of a list that are told
MAX_SORTS = 3
MAX_TEXT = 200
NARROWEST, WIDEST = 48, 900  # pixels of a column

_HELD = "held together"  # the name, which no column can have, of what is read out of `custom`

Rows = models.QuerySet[Any]


_watch: Callable[[ListState, Reader], None] | None = None


def watch_use(watch: Callable[[ListState, Reader], None]) -> None:
    """Call this with the state of every page that is read: what lists are filtered and sorted by."""
    global _watch
    _watch = watch


class BadCursor(DomainError):
    """A cursor that is damaged, or was made for another order."""

    message = gettext_lazy("This cursor is damaged, or belongs to a list that is sorted otherwise.")


@dataclass(frozen=True)
class ListState:
    """Everything that decides what a list shows; travels whole in the address bar.

    :param sort: pairs of field name and "descending"; empty: the entity's own order.
    :param columns: field names; empty: the default columns.
    :param widths: pairs of field name and pixels, of the columns that somebody made wider or narrower.
    :param where: the filters. :param text: what was typed into the list's search.
    :param cursor: where the page begins; opaque. :param size: rows of a page.
    :param notices: sentences about what the address asked for and did not get; not part of the address.
    """

    entity: Entity
    columns: tuple[str, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    where: Node = EVERYTHING
    text: str = ""
    cursor: str = ""
    size: int = PAGE_SIZES[0]
    widths: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, query: str, entity: Entity, viewer: Reader) -> ListState:
        """The state that a query string describes, as far as `viewer` may see it.

        Parameters: `columns`, `widths` (`name:280,stage:130`), `sort` (`-total_spent,name`), `f` (repeated,
        `stage:is:regular`), `where` (a condition as JSON), `q`, `cursor`, `size`. Others are left to the page. Whatever
        cannot be used is dropped with a notice; this never raises.
        """
        seen = entity.seen_by(viewer)
        try:
            asked = parse_qs(query, max_num_fields=600)
        except ValueError:
            asked = {}
        notices: list[str] = []

        def last(name: str) -> str:
            return asked.get(name, [""])[-1].replace("\x00", "")

        columns = []
        for name in _names(last("columns")):
            if seen.has_column(name):
                columns.append(name)
            else:
                notices.append(_("The column %(name)s is not available.") % {"name": name[:40]})
        sort = []
        for name in _names(last("sort"))[:MAX_SORTS]:
            plain = name.removeprefix("-")
            if seen.has_field(plain) and seen.field(plain).is_sortable:
                sort.append((plain, name.startswith("-")))
            else:
                notices.append(_("The list cannot be sorted by %(name)s.") % {"name": plain[:40]})
        filters: list[Node] = []
        for text in asked.get("f", []):
            try:
                filters.extend(parse_url([text], entity, viewer).parts)
            except ConditionProblem as problem:
                notices.append(_("A filter was left out: %(problem)s") % {"problem": problem.message})
        where: Node = And(tuple(filters))
        if last("where"):
            try:
                nested = parse_json(last("where"), entity, viewer)
                where = And((*filters, nested)) if filters else nested
            except ConditionProblem as problem:
                notices.append(_("A filter was left out: %(problem)s") % {"problem": problem.message})
        searched = last("q").strip()[:MAX_TEXT]
        if searched and entity.search is None:
            notices.append(_("This list cannot be searched."))
            searched = ""
        size = int(last("size")) if last("size") in map(str, PAGE_SIZES) else PAGE_SIZES[0]
        return cls(
            entity=entity,
            columns=tuple(dict.fromkeys(columns)),
            sort=tuple({name: (name, down) for name, down in reversed(sort)}.values())[::-1],
            where=where,
            text=searched,
            cursor=last("cursor"),
            size=size,
            widths=_widths(last("widths"), seen),
            notices=tuple(notices),
        )

    def to_query(self, **changes: Any) -> str:
        """The query string of this state, or of it with some attributes changed; defaults are left out.

        A change of anything but `cursor` goes back to the first page: `state.to_query(sort=(("name", False),))`.
        """
        state = replace(self, **changes)
        if changes and "cursor" not in changes:
            state = replace(state, cursor="")
        pairs: list[tuple[str, str]] = []
        if state.columns:
            pairs.append(("columns", ",".join(state.columns)))
        if state.widths:
            pairs.append(("widths", ",".join(f"{name}:{width}" for name, width in state.widths)))
        if state.sort:
            pairs.append(("sort", ",".join(f"-{name}" if down else name for name, down in state.sort)))
        filters = to_url(state.where)
        if filters is None:
            pairs.append(("where", to_compact_json(state.where)))
        else:
            pairs.extend(("f", text) for text in filters)
        if state.text:
            pairs.append(("q", state.text))
        if state.size != PAGE_SIZES[0]:
            pairs.append(("size", str(state.size)))
        if state.cursor:
            pairs.append(("cursor", state.cursor))
        return urlencode(pairs, safe=":,-")

    def get_columns(self) -> tuple[str, ...]:
        """The columns to show."""
        return self.columns or self.entity.default_columns()

    def get_sort(self) -> tuple[tuple[str, bool], ...]:
        """The order to use, without the id that ends every order."""
        return self.sort or self.entity.default_sort

    @property
    def is_narrowed(self) -> bool:
        """True when filters or a text leave records out."""
        return self.where != EVERYTHING or bool(self.text)


@dataclass(frozen=True)
class Page:
    """Rows of one page as dictionaries of `id` and column names, and the cursors to both sides, None at the ends.

    `exact_count` is the whole number of rows where this page happens to show them all; None otherwise.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    next_cursor: str | None
    previous_cursor: str | None

    @property
    def exact_count(self) -> int | None:
        return len(self.rows) if self.next_cursor is None and self.previous_cursor is None else None


def page(
    queryset: Rows,
    state: ListState,
    viewer: Reader,
    *,
    now: datetime,
    zone: tzinfo,
    beside: Mapping[str, str] | None = None,
    is_strict: bool = False,
) -> Page:
    """One page of the list: one SELECT of the columns that `viewer` may read; of what is covered no more leaves here.

    :param queryset: the rows that `viewer` may see, without order.
    :param now: an aware time, and :param zone: the zone whose days count in filters.
    :param beside: further values of each row by name, as SQL over the entity's table; no columns of the catalogue.
    A cursor that is damaged, or made for another order, shows the first page; with `is_strict` it is refused.

    :raises BadCursor: for such a cursor.
    """
    columns = shown_columns(state, viewer)
    reading = _Reading(queryset, state, viewer, now, zone, beside or {}, columns=columns, is_page=True)
    place = reading.read_cursor(state.cursor)
    if is_strict and state.cursor and place is None:
        raise BadCursor
    backwards = place is not None and place.is_backwards
    found = reading.fetch(state.size + 1, place)
    if place is not None and not found:
        # Everything on that side is gone meanwhile: what is left begins at the top.
        place, backwards = None, False
        found = reading.fetch(state.size + 1, None)
    has_more = len(found) > state.size
    found = found[: state.size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (has_more or backwards)
    has_previous = bool(found) and (has_more if backwards else place is not None)
    if _watch is not None:
        _watch(state, viewer)
    return Page(
        columns=reading.columns,
        rows=[reading.as_dict(row) for row in found],
        next_cursor=reading.cursor(found[-1], backwards=False) if has_next else None,
        previous_cursor=reading.cursor(found[0], backwards=True) if has_previous else None,
    )


def select_rows(
    queryset: Rows,
    state: ListState,
    viewer: Reader,
    *,
    now: datetime,
    zone: tzinfo,
    chunk: int = CHUNK,
) -> Iterator[list[tuple[Any, ...]]]:
    """All rows of the list, in its order, as chunks of tuples of the shown columns; for export.

    Each chunk is a SELECT of its own by keyset, so no cursor of the database and no transaction stays open for it, and
    nothing is read twice. `selected_columns` names the columns.
    """
    reading = _Reading(queryset, state, viewer, now, zone)
    place: _Place | None = None
    width = len(reading.columns)
    while True:
        found = reading.fetch(chunk, place)
        if found:
            yield [row[:width] for row in found]
        if len(found) < chunk:
            return
        place = _Place(reading.keys_of(found[-1]), is_backwards=False)


def whole_list(queryset: Rows, state: ListState, viewer: Reader, *, now: datetime, zone: tzinfo) -> Rows:
    """The whole list in its order as one query of the shown columns, `column_0` and on; for a COPY out of it."""
    reading = _Reading(queryset, state, viewer, now, zone)
    return reading.in_order(backwards=False)


@dataclass(frozen=True)
class Neighbours:
    """The records before and behind one in a list, None at the ends."""

    previous: UUID | None
    next: UUID | None


def neighbours(
    queryset: Rows, state: ListState, viewer: Reader, record_id: UUID, *, now: datetime, zone: tzinfo
) -> Neighbours:
    """The records that stand before and behind one in the list: three SELECTs of one row.

    A record that the filters leave out by now is still placed by its sort values; one that `viewer` may not see has
    no neighbours.
    """
    own = replace(state, columns=state.entity.default_columns()[:1])
    unfiltered = _Reading(queryset.filter(pk=record_id), replace(own, where=EVERYTHING, text=""), viewer, now, zone)
    found = unfiltered.fetch(1, None)
    if not found:
        return Neighbours(None, None)
    reading = _Reading(queryset, own, viewer, now, zone)
    keys = (*unfiltered.keys_of(found[0]),)
    sides = [reading.fetch(1, _Place(keys, is_backwards)) for is_backwards in (True, False)]
    previous, following = (rows[0][-1] if rows else None for rows in sides)
    return Neighbours(previous, following)


def position(
    queryset: Rows, state: ListState, viewer: Reader, record_id: UUID, *, now: datetime, zone: tzinfo
) -> int | None:
    """The place of a record in the list, 1 for the first; None beyond POSITION_CAP, and where counting takes too long."""
    own = replace(state, columns=state.entity.default_columns()[:1])
    unfiltered = _Reading(queryset.filter(pk=record_id), replace(own, where=EVERYTHING, text=""), viewer, now, zone)
    found = unfiltered.fetch(1, None)
    if not found:
        return None
    reading = _Reading(queryset, own, viewer, now, zone)
    before = reading.rows.filter(_condition(*reading.after(_Place(unfiltered.keys_of(found[0]), True))))
    # In the order of the list, so that the index that serves it is walked, and no further than the cap.
    walked = reading.in_order(True, before).values_list(_sql("1"))[:POSITION_CAP]
    sql, params = walked.query.sql_with_params()
    with connections[queryset.db].cursor() as cursor:
        counted = counts.count_in_time(cursor, f"SELECT count(*) FROM ({sql}) AS walked", params, queryset.db)
    return None if counted is None or counted >= POSITION_CAP else counted + 1


def selected_columns(state: ListState, viewer: Reader) -> tuple[str, ...]:
    """The columns of `select_rows`: those asked for that `viewer` may read."""
    seen = state.entity.seen_by(viewer)
    return tuple(name for name in state.get_columns() if seen.has_field(name))


def shown_columns(state: ListState, viewer: Reader) -> tuple[str, ...]:
    """The columns of `page`: those asked for that `viewer` may read, or is shown covered."""
    seen = state.entity.seen_by(viewer)
    return tuple(name for name in state.get_columns() if seen.has_column(name))


def narrow(queryset: Rows, state: ListState, viewer: Reader, *, now: datetime, zone: tzinfo) -> Rows:
    """The rows that the filters and the text leave, for bulk edit of "all that match" and for counts.

    :raises ConditionProblem: when the filters ask a field that `viewer` may not read.
    """
    seen = state.entity.seen_by(viewer)
    if state.text and seen.search is not None:
        queryset = seen.search(queryset, state.text)
    if state.where == EVERYTHING:
        return queryset
    try:
        if any(not isinstance(leaf, Comparison) for leaf in leaves(state.where)):
            # What it asks of rows beside the record is read again, as this viewer may.
            parse(to_json(state.where), state.entity, viewer)
        sql, params = emit(state.where, seen, now, zone, getattr(viewer, "id", None))
    except KeyError as missing:
        raise ConditionProblem(_("There is no field %(name)s.") % {"name": missing.args[0]}, "where") from None
    return queryset.filter(_condition(sql, params))


def about_count(queryset: Rows, state: ListState, viewer: Reader, *, now: datetime, zone: tzinfo) -> counts.Count:
    """How many rows the list has, never by a long count.

    Up to `counts.CAP` rows are counted where the planner expects that to be cheap; beyond, and for costly filters, it is
    the planner's estimate.
    """
    narrowed = narrow(queryset, state, viewer, now=now, zone=zone).order_by()
    capped = narrowed.values_list(_sql("1"))[: counts.CAP + 1]
    try:
        sql, params = capped.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that nothing fits
        return counts.Count(0, is_exact=True)
    return counts.count_rows(sql, params, queryset.db)


# Keyset


@dataclass(frozen=True)
class _Place:
    """The sort values and the id of a row, as text, and the side of it that is wanted."""

    keys: tuple[str, ...]
    is_backwards: bool


class _Reading:
    """One list being read: its columns, order and rows."""

    def __init__(
        self,
        queryset: Rows,
        state: ListState,
        viewer: Reader,
        now: datetime,
        zone: tzinfo,
        beside: Mapping[str, str] | None = None,
        columns: tuple[str, ...] | None = None,
        is_page: bool = False,
    ) -> None:
        seen = state.entity.seen_by(viewer)
        self.columns = selected_columns(state, viewer) if columns is None else columns
        shown = [seen.column(name) for name in self.columns]
        self.covered = {field.name: field.type for field in shown if field.is_covered}
        self.held = held_fields(shown, seen.table) if is_page else ()
        beside = dict(beside or {}) | ({_HELD: together_sql(self.held, seen.table)} if self.held else {})
        shown = [field for field in shown if field not in self.held]
        self.names = (*(field.name for field in shown), *beside)
        self.id_sql = seen.id_sql
        self.sorts: list[tuple[Sort, bool]] = []
        for name, descending in state.get_sort():
            sort = seen.field(name).sort if seen.has_field(name) else None
            if sort is not None:
                self.sorts.append((sort, descending))
        # The id goes the way of the last key, so that one index, read forwards or backwards, gives the whole order.
        id_descends = self.sorts[-1][1] if self.sorts else False
        self.order = [*self.sorts, (Sort(self.id_sql, "uuid"), id_descends)]
        signature = "|".join(f"{sort.expression}:{sort.cast}:{descends}" for sort, descends in self.order)
        self.signature = hashlib.sha256(signature.encode()).hexdigest()[:12]
        narrowed = narrow(queryset, state, viewer, now=now, zone=zone)
        selected = [*(field.sql for field in shown), *beside.values()]
        # Sort values leave as text, lossless for every type, infinite times among them, and come back by their cast.
        selected += [f"({sort.expression})::text" for sort, _descends in self.sorts]
        self.rows = narrowed.annotate(**_columns(selected)).values_list(*_columns(selected), "pk")

    def fetch(self, limit: int, place: _Place | None) -> list[tuple[Any, ...]]:
        """At most `limit` rows from a place on, nearest first: columns, sort values as text, id."""
        backwards = place is not None and place.is_backwards
        rows = self.rows
        if place is not None:
            rows = rows.filter(_condition(*self.after(place)))
        return list(self.in_order(backwards, rows)[:limit])

    def in_order(self, backwards: bool, rows: Rows | None = None) -> Rows:
        """The rows, or some of them, in the list's order."""
        order = [OrderBy(_sql(sort.expression), descending=down != backwards) for sort, down in self.order]
        return (self.rows if rows is None else rows).order_by(*order)

    def after(self, place: _Place) -> tuple[str, list[object]]:
        """The condition for rows on the wanted side of a place."""
        signs = ["<" if down != place.is_backwards else ">" for _sort, down in self.order]
        names = [sort.expression for sort, _down in self.order]
        marks = [f"%s::{sort.cast}" for sort, _down in self.order]
        if len(set(signs)) == 1:
            # A row comparison is one range of the index.
            return f"({', '.join(names)}) {signs[0]} ({', '.join(marks)})", list(place.keys)
        # Mixed directions: the first key bounds the range of the index, the alternatives settle ties.
        alternatives, params = [], [place.keys[0]]
        for depth, sign in enumerate(signs):
            parts = [f"{names[index]} = {marks[index]}" for index in range(depth)]
            alternatives.append(f"({' AND '.join([*parts, f'{names[depth]} {sign} {marks[depth]}'])})")
            params += place.keys[: depth + 1]
        return f"{names[0]} {signs[0]}= {marks[0]} AND ({' OR '.join(alternatives)})", list(params)

    def as_dict(self, row: Sequence[Any]) -> dict[str, Any]:
        values = dict(zip(self.names, row, strict=False))
        if self.held:
            values |= apart(values.pop(_HELD), self.held)
        for name, kind in self.covered.items():
            values[name] = cover(kind, values[name])
        return {"id": row[-1], **values}

    def keys_of(self, row: Sequence[Any]) -> tuple[str, ...]:
        return tuple(str(value) for value in row[len(self.names) :])

    def cursor(self, row: Sequence[Any], *, backwards: bool) -> str:
        return signing.dumps([self.signature, int(backwards), *self.keys_of(row)], salt="samphan.lists", compress=True)

    def read_cursor(self, cursor: str) -> _Place | None:
        if not cursor:
            return None
        try:
            content = signing.loads(cursor, salt="samphan.lists")
        except (signing.BadSignature, ValueError):
            return None
        match content:
            case [self.signature, 0 | 1 as side, *keys] if len(keys) == len(self.order):
                return _Place(tuple(map(str, keys)), bool(side))
        return None


def _condition(sql: str, params: Sequence[object]) -> RawSQL:
    return RawSQL(sql, tuple(params), output_field=models.BooleanField())  # noqa: S611  the catalogue's SQL


def _sql(expression: str) -> RawSQL:
    return RawSQL(expression, ())  # noqa: S611  the catalogue's SQL


class _Several(RawSQL):
    """Several columns as one expression: Django would compile each by itself, which costs more than the whole rest."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return self.sql, self.params


def _columns(selected: Sequence[str]) -> dict[str, RawSQL]:
    """The columns `column_0` and on of a SELECT, under the name that Django gives the last of them."""
    if not selected:
        return {}
    *first, last = (f"({sql})" for sql in selected)
    named = [f'{sql} AS "column_{index}"' for index, sql in enumerate(first)]
    return {f"column_{len(first)}": _Several(", ".join([*named, last]), ())}


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _widths(text: str, seen: Entity) -> tuple[tuple[str, int], ...]:
    """The widths of columns that an address names; what is no width of a column here is passed over."""
    found: dict[str, int] = {}
    for part in _names(text)[:100]:
        name, _colon, pixels = part.partition(":")
        if seen.has_column(name) and pixels.isascii() and pixels.isdecimal() and len(pixels) < 5:
            found[name] = max(NARROWEST, min(int(pixels), WIDEST))
    return tuple(found.items())
