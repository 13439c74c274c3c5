"""The kinds of records that may have custom fields, as their domains say."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet
from django.urls import reverse

from samphan.platform import catalogue
from samphan.platform.access import Viewer
from samphan.platform.registries import Registry


def _no_search(record_ids: Sequence[UUID]) -> None:
    """Nothing reads custom fields."""


@dataclass(frozen=True)
class Host:
    """A kind of record with a column `custom`.

    :param entity_name: its entity in the catalogue. :param view, change: rights to see and to edit such a record.
    :param rows: the records that somebody may see.
    :param changed: what follows when fields of records changed, by ids and names of fields: events, the search.
    :param page: name of the address of one record. :param icon: of the record in settings.
    :param keeps_sources: the record says in `sources` where each value came from.
    :param has_form: people add such records by a form, which asks for custom fields too.
    :param named: the records that texts mean, among those that somebody may see: numbers, codes, telephones, names. Of
        several two are enough. Default: those that are called just so.
    :param refresh_search: makes the search documents of records anew, where its search reads custom fields.
    :param page_args: what stands in the address of one record before its id.
    :param is_own: a kind that the company defined.
    """

    entity_name: str
    view: str
    change: str
    rows: Callable[[Any], QuerySet[Any]]
    changed: Callable[[Sequence[UUID], Collection[str]], None]
    page: str
    icon: str = "file-text"
    keeps_sources: bool = False
    has_form: bool = False
    refresh_search: Callable[[Sequence[UUID]], object] = _no_search
    page_args: tuple[str, ...] = ()
    is_own: bool = False
    named: Callable[[Any, Sequence[str]], dict[str, set[UUID]]] | None = None

    @property
    def has_search(self) -> bool:
        """True when its search reads custom fields."""
        return self.refresh_search is not _no_search

    @property
    def entity(self) -> catalogue.Entity:
        """Its entity, without the fields of a workspace."""
        return catalogue.entity(self.entity_name)

    @property
    def title_field(self) -> str:
        """The column that says what such a record is called."""
        columns = {field.name for field in self.model._meta.get_fields()}
        return next(name for name in ("name", "title", "number") if name in columns)

    @property
    def model(self) -> type[Model]:
        """The model of its records."""
        return apps.get_model(self.entity.model_label)

    def find(self, record_id: UUID, viewer: Viewer) -> Any:
        """The record, None where the viewer does not see one."""
        return self.rows(viewer).filter(pk=record_id).first()

    def url(self, record_id: UUID) -> str:
        """The address of one record's page."""
        return reverse(self.page, args=[*self.page_args, record_id])


_hosts: Registry[Host] = Registry()


def register(host: Host) -> Host:
    """Let records of a kind have custom fields; a domain calls this in `AppConfig.ready()`."""
    _hosts.add(host.entity_name, host)
    return host


def extend(further: Callable[[], Mapping[str, Host]]) -> None:
    """Name a function that gives the hosts which the current workspace adds, by entity."""
    _hosts.extend(further)


def find(entity_name: str) -> Host | None:
    """The host of that entity; None when its records have no custom fields."""
    return _hosts.get(entity_name)


def hosts() -> list[Host]:
    """Every kind of record with custom fields, in the order of registration."""
    return list(_hosts.values())
