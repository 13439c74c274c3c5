"""Lists and single records of an entity of the catalogue, for any domain's routes.

::

    CUSTOMERS = Collection("customers", rows=Customer.objects.visible_to, expansions={"owner": owners})
    return answer(request, CUSTOMERS.page(request.member, params, request))

Rows come from `visible_to`, fields from `seen_by`: what a viewer may not read is answered like what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from samphan.platform import catalogue, lists
from samphan.platform.access import Viewer
from samphan.platform.api import BASE
from samphan.platform.api.problems import Error, Problem, invalid
from samphan.platform.api.schemas import ListParams, OneParams, QueryIn
from samphan.platform.attachments import HeldFile, held_files
from samphan.platform.catalogue import Entity, Type
from samphan.platform.conditions import EVERYTHING, Node, parse, parse_url
from samphan.platform.lists import MAX_SORTS, BadCursor, ListState

MOST = 1_000  # records read at once by their ids

Expand = Callable[[Any, Sequence[UUID]], Mapping[UUID, Any]]
"""For the viewer and the ids of a page: what belongs to each record, in one or two statements."""


class Asker(Viewer, Protocol):
    """A viewer with a workspace that has a zone: a member."""

    @property
    def workspace(self) -> Any: ...


@dataclass
class Collection:
    """The records of an entity that routes list and show.

    :param rows: every record that a viewer may see.
    :param entity_for: the entity as one viewer searches it, where that depends on the viewer.
    :param expansions: what may be asked for beside the fields, by name. Higher domains add to it.
    :param heavy: fields that a list leaves out unless they are asked for.
    """

    name: str
    rows: Callable[[Any], QuerySet[Any]]
    entity_for: Callable[[Any], Entity] | None = None
    expansions: dict[str, Expand] = field(default_factory=dict)
    heavy: frozenset[str] = frozenset()

    def seen_by(self, viewer: Viewer) -> Entity:
        """The entity as a viewer knows it."""
        whole = self.entity_for(viewer) if self.entity_for else catalogue.entity(self.name)
        return whole.seen_by(viewer)

    def page(self, viewer: Asker, params: ListParams, request: HttpRequest) -> dict[str, Any]:
        """One page as an address asks for it.

        :raises Problem: for what it asks and does not exist for this viewer.
        """
        _refuse_unknown(request, ListParams)
        seen = self.seen_by(viewer)
        filters = parse_url(params.f, seen, viewer)
        where: Node = filters if params.f else EVERYTHING
        return self._page(
            viewer,
            seen,
            where=where,
            sort=_parts(params.sort),
            text=params.q,
            fields=_parts(params.fields),
            expand=_parts(params.expand),
            limit=params.limit,
            cursor=params.cursor,
            count=params.count,
        )

    def query(self, viewer: Asker, asked: QueryIn) -> dict[str, Any]:
        """One page as a condition asks for it.

        :raises Problem: for what it asks and does not exist for this viewer.
        """
        seen = self.seen_by(viewer)
        where: Node = EVERYTHING
        if asked.where is not None:
            where = parse({"version": asked.version, "where": asked.where}, seen, viewer)
        return self._page(
            viewer,
            seen,
            where=where,
            sort=asked.sort,
            text=asked.q,
            fields=asked.fields,
            expand=asked.expand,
            limit=asked.limit,
            cursor=asked.cursor,
            count=asked.count,
        )

    def one(self, viewer: Asker, record_id: UUID, params: OneParams | None = None) -> dict[str, Any]:
        """One record; Http404 for another workspace's, one out of reach, and none."""
        seen = self.seen_by(viewer)
        columns = _columns(_parts(params.fields) if params else (), seen, frozenset())
        expand = self._expansions(_parts(params.expand) if params else ())
        found = self._read(viewer, seen, self.rows(viewer).filter(pk=record_id), columns)
        if not found:
            raise Http404
        self._expand(viewer, found, expand)
        return found[0]

    def several(self, viewer: Asker, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """Whole records by id, those that the viewer sees."""
        seen = self.seen_by(viewer)
        found = self._read(viewer, seen, self.rows(viewer).filter(pk__in=list(ids)), _columns((), seen, frozenset()))
        return {UUID(str(one["id"])): one for one in found}

    def state(self, viewer: Asker, asked: QueryIn) -> ListState:
        """The list that a body describes, for acts on "all that match" and for exports."""
        seen = self.seen_by(viewer)
        where: Node = EVERYTHING
        if asked.where is not None:
            where = parse({"version": asked.version, "where": asked.where}, seen, viewer)
        columns = _columns(asked.fields, seen, self.heavy) if asked.fields else ()
        return ListState(seen, columns=columns, sort=_sorts(asked.sort, seen), where=where, text=asked.q.strip())

    def _read(self, viewer: Asker, seen: Entity, rows: QuerySet[Any], columns: tuple[str, ...]) -> list[dict[str, Any]]:
        # An id alone still reads a column: a list without columns would show its own.
        state = ListState(seen, columns=columns or (seen.fields[0].name,), size=MOST)
        page = lists.page(rows, state, viewer, now=timezone.now(), zone=_zone(viewer))
        return [_record(row, columns, seen) for row in page.rows]

    def _page(
        self,
        viewer: Asker,
        seen: Entity,
        *,
        where: Node,
        sort: Sequence[str],
        text: str,
        fields: Sequence[str],
        expand: Sequence[str],
        limit: int,
        cursor: str,
        count: bool,
    ) -> dict[str, Any]:
        if text.strip() and seen.search is None:
            raise invalid("q", _("This list cannot be searched."))
        columns = _columns(fields, seen, self.heavy)
        state = ListState(
            seen,
            columns=columns or (seen.fields[0].name,),
            sort=_sorts(sort, seen),
            where=where,
            text=text.strip(),
            cursor=cursor,
            size=limit,
        )
        expansions = self._expansions(expand)
        rows, now, zone = self.rows(viewer), timezone.now(), _zone(viewer)
        try:
            page = lists.page(rows, state, viewer, now=now, zone=zone, is_strict=True)
        except BadCursor as problem:
            raise invalid("cursor", str(problem), code="cursor") from None
        found = [_record(row, columns, seen) for row in page.rows]
        self._expand(viewer, found, expansions)
        answer: dict[str, Any] = {
            "data": found,
            "next_cursor": page.next_cursor,
            "previous_cursor": page.previous_cursor,
        }
        if count:
            counted = lists.about_count(rows, state, viewer, now=now, zone=zone)
            answer["count"] = {"value": counted.value, "is_exact": counted.is_exact}
        return answer

    def _expansions(self, names: Sequence[str]) -> dict[str, Expand]:
        unknown = [name for name in names if name not in self.expansions]
        if unknown:
            offered = ", ".join(self.expansions) or "—"
            raise invalid(
                "expand",
                _("“%(name)s” cannot be expanded; these can: %(names)s.") % {"name": unknown[0][:60], "names": offered},
            )
        return {name: self.expansions[name] for name in names}

    def _expand(self, viewer: Asker, found: list[dict[str, Any]], expansions: Mapping[str, Expand]) -> None:
        if not found or not expansions:
            return
        ids = [one["id"] for one in found]
        read = {name: expand(viewer, ids) for name, expand in expansions.items()}
        for one in found:
            one["expanded"] = {name: belonging.get(one["id"]) for name, belonging in read.items()}


def plain(value: Any, kind: Type) -> Any:
    """A value of the catalogue as JSON has it; nothing is null, amounts are text with at least two places."""
    if isinstance(value, list):
        return value
    if value is None or value == "":
        return None
    if kind is Type.MONEY:
        return money(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str | int | float | bool | UUID | date):
        return value
    return str(value)


def money(value: Any) -> str:
    """An amount as text: every place that is stored, at least two, no zeros behind."""
    amount = Decimal(str(value)).normalize()
    exponent = amount.as_tuple().exponent
    return format(amount.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent > -2 else amount, "f")


def _record(row: Mapping[str, Any], columns: Sequence[str], seen: Entity) -> dict[str, Any]:
    found = {"id": row["id"]} | {name: plain(row[name], seen.field(name).type) for name in columns}
    for name in columns:
        if seen.field(name).type is Type.FILE:
            found[name] = [file_facts(one, seen.name, row["id"], name) for one in held_files(row[name])]
    return found


def file_facts(one: HeldFile, entity_name: str, record_id: Any, field: str) -> dict[str, Any]:
    """What is said of a file in a field; `url` is where what it holds is fetched, with the same token."""
    url = f"{BASE}fields/{entity_name}/records/{record_id}/{field}/files/{one.id}/content"
    return {"id": str(one.id), "name": one.name, "content_type": one.content_type, "size": one.size, "url": url}


def _columns(names: Sequence[str], seen: Entity, heavy: frozenset[str]) -> tuple[str, ...]:
    if not names:
        return tuple(one.name for one in seen.fields if one.name not in heavy)
    unknown = [name for name in names if name != "id" and not seen.has_field(name)]
    if unknown:
        raise Problem(422, errors=[Error("fields", _no_field(name), "field") for name in unknown])
    return tuple(dict.fromkeys(name for name in names if name != "id"))


def _sorts(names: Sequence[str], seen: Entity) -> tuple[tuple[str, bool], ...]:
    if len(names) > MAX_SORTS:
        raise invalid("sort", _("At most %(count)s fields sort a list.") % {"count": MAX_SORTS})
    found: dict[str, bool] = {}
    for name in names:
        plain_name = name.removeprefix("-")
        if not seen.has_field(plain_name):
            raise invalid("sort", _no_field(plain_name), code="field")
        if not seen.field(plain_name).is_sortable:
            raise invalid("sort", _("The list cannot be sorted by %(name)s.") % {"name": plain_name})
        found.setdefault(plain_name, name.startswith("-"))
    return tuple(found.items())


def _no_field(name: str) -> str:
    return _("There is no field “%(name)s” here.") % {"name": name[:60]}


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in (one.strip() for one in text.split(",")) if part)


def _zone(viewer: Asker) -> tzinfo:
    zone: tzinfo = viewer.workspace.zone
    return zone


def _refuse_unknown(request: HttpRequest, params: type[ListParams] | type[OneParams]) -> None:
    unknown = [name for name in request.GET if name not in params.model_fields]
    if unknown:
        said = _("There is no parameter “%(name)s” here.") % {"name": unknown[0][:60]}
        raise invalid(unknown[0][:60], said, code="parameter")
