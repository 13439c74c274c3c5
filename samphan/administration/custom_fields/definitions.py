"""The custom fields of a workspace, read once for each version of them.

Every change of a definition gives the workspace a new `fields_version`; a request knows it from the member's workspace,
so that a page asks nothing more, and everybody else asks for it with one row by its key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils.functional import lazy
from django.utils.translation import get_language

from samphan.administration.custom_fields import hosts, sql
from samphan.platform import catalogue

if TYPE_CHECKING:
    from samphan.administration.custom_fields.formulas import Formulas
    from samphan.administration.custom_fields.models import CustomField
    from samphan.administration.models import Workspace
    from samphan.platform.catalogue import Field

KEPT = 200  # workspaces whose fields one process remembers
PREFIX = "c_"  # of every name of a custom field, so that none meets a field of Samphan's own

_known: ContextVar[tuple[UUID, UUID | None] | None] = ContextVar("samphan_fields_version", default=None)


class _Kept:
    """The fields of one workspace in one version."""

    def __init__(self, version: UUID | None, fields: Iterable[CustomField]) -> None:
        self.version = version
        self.by_entity: dict[str, list[CustomField]] = {}
        for field in fields:
            self.by_entity.setdefault(field.entity, []).append(field)
        self.joined: dict[str, tuple[Field, ...]] = {}
        self.by_name: dict[str, dict[str, CustomField]] = {}
        self.formulas: dict[str, Formulas] = {}


_kept: OrderedDict[UUID, _Kept] = OrderedDict()


def _words(thai: str, english: str) -> str:
    return (english or thai) if (get_language() or "th").startswith("en") else (thai or english)


say = lazy(_words, str)
"""A text of an administrator in the language of whoever reads it: `say(thai, english)`."""


@contextmanager
def versions_of(workspace: Workspace) -> Iterator[None]:
    """Take the version of the fields from a workspace that was just read, for the time of a request."""
    token = _known.set((workspace.pk, workspace.fields_version))
    try:
        yield
    finally:
        _known.reset(token)


def all_fields(entity_name: str, workspace_id: UUID) -> list[CustomField]:
    """The custom fields of an entity in their order, archived ones too."""
    return _fields_of(workspace_id).by_entity.get(entity_name, [])


def live_fields(entity_name: str, workspace_id: UUID) -> list[CustomField]:
    """The custom fields of an entity that are in use, in their order."""
    return [field for field in all_fields(entity_name, workspace_id) if field.archived_at is None]


def find(entity_name: str, name: str, workspace_id: UUID) -> CustomField | None:
    """The custom field in use of that name; None when there is none."""
    if not name.startswith(PREFIX):
        return None
    kept = _fields_of(workspace_id)
    if entity_name not in kept.by_name:
        kept.by_name[entity_name] = {field.name: field for field in live_fields(entity_name, workspace_id)}
    return kept.by_name[entity_name].get(name)


def catalogue_fields(entity_name: str, workspace_id: UUID) -> tuple[Field, ...]:
    """The custom fields in use as the catalogue knows them."""
    if hosts.find(entity_name) is None:
        return ()
    kept = _fields_of(workspace_id)
    if entity_name not in kept.joined:
        from samphan.administration.custom_fields import formulas

        table = catalogue.entity(entity_name).table
        kept.joined[entity_name] = tuple(
            formulas.catalogue_field(field, formulas_of(entity_name, workspace_id))
            if field.kind == "formula"
            else sql.catalogue_field(field, table)
            for field in live_fields(entity_name, workspace_id)
        )
    return kept.joined[entity_name]


def formulas_of(entity_name: str, workspace_id: UUID) -> Formulas:
    """What formulas of an entity read and give."""
    from samphan.administration.custom_fields.formulas import known_for
    from samphan.administration.models import Workspace

    kept = _fields_of(workspace_id)
    if entity_name not in kept.formulas:
        zone = Workspace.objects.filter(pk=workspace_id).values_list("time_zone", flat=True).first()
        fields = live_fields(entity_name, workspace_id)
        kept.formulas[entity_name] = known_for(entity_name, fields, zone or "UTC", workspace_id)
    return kept.formulas[entity_name]


def searched_keys(entity_name: str, workspace_id: UUID) -> list[str]:
    """The keys of the fields that the search reads: business ones alone, because everybody searches the same text."""
    return [field.key for field in live_fields(entity_name, workspace_id) if field.is_searched]


def forget(workspace_id: UUID) -> None:
    """Give the fields of a workspace a new version; stands in the transaction that changed them."""
    from samphan.administration.models import Workspace

    # Not a counter: a number that a transaction took and gave back would come again with other fields.
    version = uuid4()
    Workspace.objects.filter(pk=workspace_id).update(fields_version=version)
    known = _known.get()
    if known is not None and known[0] == workspace_id:
        _known.set((workspace_id, version))


def _fields_of(workspace_id: UUID) -> _Kept:
    from samphan.administration.custom_fields.models import CustomField

    version = version_of(workspace_id)
    kept = _kept.get(workspace_id)
    if kept is None or kept.version != version:
        rows = CustomField.objects.filter(workspace_id=workspace_id).order_by("position", "id")
        kept = _Kept(version, rows if version else ())
        _kept[workspace_id] = kept
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return kept


def version_of(workspace_id: UUID) -> UUID | None:
    """The version of a workspace's fields; None while it never had any of its own."""
    from samphan.administration.models import Workspace

    known = _known.get()
    if known is not None and known[0] == workspace_id:
        return known[1]
    return Workspace.objects.filter(pk=workspace_id).values_list("fields_version", flat=True).first()
