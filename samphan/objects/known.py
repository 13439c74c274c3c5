"""The kinds of records that the current workspace defined, with all that lists, files, search and roles need of them.

They are made once for each version of the workspace's fields (see `administration.custom_fields.definitions`), so a page
that uses them asks nothing more, and one that does not pays nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404

from samphan.administration.custom_fields import definitions
from samphan.platform.tenancy import current_workspace

if TYPE_CHECKING:
    from samphan.administration.custom_fields.hosts import Host
    from samphan.administration.lists import ListKind
    from samphan.objects.models import CustomObject
    from samphan.platform.access import Permission
    from samphan.platform.catalogue import Entity

KEPT = 200  # workspaces whose kinds one process remembers
VERBS = ("view", "add", "change", "delete", "import", "export", "share")


class Known:
    """The kinds of one workspace in one version, the live ones first in their order."""

    def __init__(self, version: UUID | None, every: list[CustomObject]) -> None:
        self.version = version
        self.every = every
        self.live = [kind for kind in every if kind.archived_at is None]
        self.by_name = {kind.entity_name: kind for kind in self.live}
        self._made: dict[str, Mapping[str, Any]] = {}

    def each(self, what: str, make: Callable[[CustomObject], Any], *, every: bool = False) -> Mapping[str, Any]:
        """Something of every live kind by the name of its entity, made once; with `every` of archived ones too."""
        if what not in self._made:
            self._made[what] = {kind.entity_name: make(kind) for kind in (self.every if every else self.live)}
        return self._made[what]

    @cached_property
    def permissions(self) -> dict[str, Permission]:
        """The rights of every live kind."""
        from samphan.objects.permissions import of_object

        return {one.name: one for kind in self.live for one in of_object(kind)}

    @cached_property
    def audited(self) -> dict[str, Any]:
        """The words of what the audit trail keeps of every kind, archived ones too."""
        from samphan.objects.permissions import exported_words

        return {f"objects.{kind.entity_name}_exported": exported_words(kind) for kind in self.every}


_kept: OrderedDict[UUID, Known] = OrderedDict()
_NONE = Known(None, [])


def known() -> Known:
    """The kinds of the current workspace; none outside one."""
    from samphan.objects.models import CustomObject

    workspace_id = current_workspace()
    version = definitions.version_of(workspace_id) if workspace_id else None
    if workspace_id is None or version is None:
        return _NONE
    kept = _kept.get(workspace_id)
    if kept is None or kept.version != version:
        rows = CustomObject.objects.filter(workspace_id=workspace_id).order_by("position", "id")
        kept = _kept[workspace_id] = Known(version, list(rows))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return kept


def known_objects() -> list[CustomObject]:
    """The kinds in use of the current workspace, in their order."""
    return known().live


def find_object(entity_name: str) -> CustomObject | None:
    """The kind in use of that entity; None when there is none."""
    return known().by_name.get(entity_name)


def object_or_404(entity_name: str) -> CustomObject:
    """The kind in use that an address names; else a 404."""
    kind = find_object(entity_name)
    if kind is None:
        raise Http404
    return kind


def entities() -> Mapping[str, Entity]:
    """The entities of the kinds in use."""
    from samphan.objects.fields import entity_of

    return known().each("entity", entity_of)


def hosts() -> Mapping[str, Host]:
    """Their custom fields."""
    from samphan.objects.custom_fields import host_of

    return known().each("host", host_of)


def lists() -> Mapping[str, ListKind]:
    """Their lists."""
    from samphan.objects.views.listing import list_of

    return known().each("list", list_of)


def exports() -> Mapping[str, Any]:
    """How they leave in files."""
    from samphan.objects.fields import export_of

    return known().each("export", export_of)


def searches() -> Mapping[str, Any]:
    """How they are found."""
    from samphan.objects.search_results import kind_of

    return known().each("search", kind_of)


def import_kinds() -> Mapping[str, Any]:
    """How they come in from files; archived ones too, so that what came in can still be taken back."""
    from samphan.objects.imports import import_kind_of

    return known().each("import", import_kind_of, every=True)


def permissions() -> Mapping[str, Permission]:
    """What one may do with them."""
    return known().permissions


def audited() -> Mapping[str, Any]:
    """What the audit trail calls what was done with them."""
    return known().audited


def grants() -> Mapping[str, Any]:
    """Why somebody sees records of theirs that are out of reach: they are shared."""
    from samphan.administration.reaching import shared_ids

    return known().each("grant", lambda kind: partial(shared_ids, kind.entity_name))


def owned() -> Mapping[str, Any]:
    """What roles say of whose records they reach."""
    return known().each("owned", lambda kind: kind.plural)
