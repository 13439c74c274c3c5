"""Views that people kept: the document that holds a list's state, and the tabs a list shows.

The document carries the version of the condition language and the labels of the fields it names, so that a view whose
field is gone can still say which one it was::

    {"version": 1, "where": {...}, "columns": ["name", "grade"], "widths": {"name": 280}, "sort": ["-total_spent"],
     "labels": {"grade": "เกรด"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from samphan.administration.lists.kinds import kind, kinds
from samphan.administration.models import Member, SavedView, SavedViewPlace
from samphan.platform import catalogue
from samphan.platform.catalogue import Entity
from samphan.platform.conditions import EVERYTHING, And, ConditionProblem, Node, parse
from samphan.platform.conditions.tree import VERSION, comparisons, to_json
from samphan.platform.lists import ListState
from samphan.ui import navigation


def to_document(state: ListState) -> dict[str, Any]:
    """What a view keeps of a list's state; the text in the search and the place in the list stay out."""
    names = [
        *state.columns,
        *(name for name, _down in state.sort),
        *(part.field for part in comparisons(state.where)),
    ]
    return {
        **to_json(state.where),
        "columns": list(state.columns),
        "widths": dict(state.widths),
        "sort": [f"-{name}" if down else name for name, down in state.sort],
        "labels": {name: str(state.entity.field(name).label) for name in names if state.entity.has_field(name)},
    }


def to_state(document: Mapping[str, Any], entity: Entity, member: Member) -> ListState:
    """The state that a kept document means today for one member.

    What it names and the member may not read, or what is gone, is left out with a notice that says so; the rest stands.
    """
    labels = document.get("labels") or {}
    notices: list[str] = []

    def left_out(name: str) -> dict[str, str]:
        return {"field": labels.get(name, name), "why": _why(name, entity, member)}

    where = _where(document, entity, member, labels, notices)
    seen = entity.seen_by(member)
    columns, sort = [], []
    for name in document.get("columns") or ():
        if seen.has_column(name):
            columns.append(name)
        else:
            notices.append(_("The column “%(field)s” was left out: %(why)s") % left_out(name))
    for name in document.get("sort") or ():
        plain = name.removeprefix("-")
        if seen.has_field(plain) and seen.field(plain).is_sortable:
            sort.append((plain, name.startswith("-")))
        else:
            notices.append(_("Sorting by “%(field)s” was left out: %(why)s") % left_out(plain))
    widths = tuple(
        (name, int(width)) for name, width in (document.get("widths") or {}).items() if seen.has_column(name)
    )
    return ListState(
        entity=seen, columns=tuple(columns), sort=tuple(sort), where=where, widths=widths, notices=tuple(notices)
    )


def _where(
    document: Mapping[str, Any], entity: Entity, member: Member, labels: Mapping[str, str], notices: list[str]
) -> Node:
    """The filters that can still be asked; each of the others becomes a notice."""
    where = document.get("where") or {"and": []}
    parts = where["and"] if isinstance(where, Mapping) and set(where) == {"and"} else [where]
    kept: list[Node] = []
    for part in parts:
        try:
            kept.append(parse({"version": document.get("version", VERSION), "where": part}, entity, member))
        except ConditionProblem as problem:
            seen = entity.seen_by(member)
            missing = next((name for name in _names(part) if not seen.has_field(name)), None)
            if missing is None:
                notices.append(_("A filter was left out: %(problem)s") % {"problem": problem.message})
            else:
                notices.append(
                    _("The filter on “%(field)s” was left out: %(why)s")
                    % {"field": labels.get(missing, missing), "why": _why(missing, entity, member)}
                )
    return And(tuple(kept)) if kept else EVERYTHING


def _names(part: Any) -> list[str]:
    """The fields that a stored part names."""
    if isinstance(part, Mapping):
        own = [part["field"]] if isinstance(part.get("field"), str) else []
        return own + [name for value in part.values() for name in _names(value)]
    return [name for item in part for name in _names(item)] if isinstance(part, list) else []


def _why(name: str, entity: Entity, member: Member) -> str:
    declared = catalogue.entity(entity.name).in_workspace(member.workspace_id)
    if declared.has_field(name):
        return _("your role does not see this field.")
    return _("the field does not exist any more.")


@dataclass(frozen=True)
class Tab:
    """A view as one member has it.

    :param key: in the address as `v`: the name of a default view, the id of a kept one.
    :param view: the kept view; None for a default one.
    """

    key: str
    label: str
    state: ListState
    view: SavedView | None = None

    def same_as(self, state: ListState) -> bool:
        """True when a list shows what this view keeps."""
        return comparable(self.state) == comparable(state)

    def query(self) -> str:
        """The address of the view, whole."""
        return with_view(self.key, comparable(self.state)) if self.key else comparable(self.state)


def comparable(state: ListState) -> str:
    """What a view keeps of a state, as text."""
    return replace(state, text="", size=50, cursor="").to_query(cursor="")


def with_view(key: str, query: str) -> str:
    """The address of a state within a view. `f=` stands for "without filters" and keeps the view's own from coming back."""
    return urlencode({"v": key}) + "&" + (query or "f=")


def views_of(request: HttpRequest) -> list[SavedView]:
    """The kept views of the member behind a request, of every list, in their order; read once for a request."""
    found: list[SavedView] | None = getattr(request, "samphan_views", None)
    if found is None:
        member = getattr(request, "member", None)
        found = ordered(member) if member is not None else []
        request.samphan_views = found  # type: ignore[attr-defined]
    return found


def ordered(member: Member) -> list[SavedView]:
    """The views that a member may open, with `position` and `pinned`, in the member's order.

    Every page asks this; where nobody kept a view, which is most often so, it is one plain statement.
    """
    views = list(SavedView.objects.visible_to(member))
    placed = SavedViewPlace.objects.filter(workspace_id=member.workspace_id, member_id=member.pk) if views else ()
    places = {place.view_id: place for place in placed}
    for view in views:
        place = places.get(view.pk)
        view.position = place.position if place else None  # type: ignore[attr-defined]
        view.pinned = place.is_pinned if place else None  # type: ignore[attr-defined]
    return sorted(views, key=lambda view: (view.position is None, view.position or 0, view.pk))  # type: ignore[attr-defined]


def tabs_of(request: HttpRequest, entity_name: str, entity: Entity, member: Member) -> list[Tab]:
    """The views of a list as one member has them: those that everybody has, then the kept ones."""
    found = []
    for index, view in enumerate(kind(entity_name).views):
        state = ListState.parse(view.query, entity, member)
        if not state.notices:  # Otherwise it rests on what this member may not read.
            found.append(Tab(view.name if index else "", str(view.label), state))
    found.extend(
        Tab(str(kept.pk), kept.name, to_state(kept.state, entity, member), kept)
        for kept in views_of(request)
        if kept.entity == entity_name
    )
    return found


def pins(request: HttpRequest) -> list[navigation.Pin]:
    """The views that a member pinned to the sidebar."""
    known = {one.entity_name: one for one in kinds()}
    found = []
    for view in views_of(request):
        own = known.get(view.entity)
        if own is None or not view.pinned or not request.member.may(own.permission):  # type: ignore[attr-defined]
            continue
        try:
            found.append(navigation.Pin(view.name, f"{own.url()}?v={view.pk}", key=str(view.pk)))
        except NoReverseMatch:
            continue
    return found
