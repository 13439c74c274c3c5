"""Fields that point at another record: what it is called, whom a text means, and what points at a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.custom_fields import definitions, hosts
from samphan.administration.custom_fields.hosts import Host
from samphan.platform.catalogue import Field
from samphan.platform.ids import as_uuid

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField
    from samphan.platform.access import Viewer

MOST_FOUND = 8  # offered while somebody types
MOST_POINTING = 10  # records of one field that the page of their target names

UNSEEN = gettext_lazy("not shown")
"""In place of a record that is gone or that the reader may not see: nobody learns which."""


def target_of(field: CustomField) -> Host | None:
    """The kind of record that a field points at; None when there is none any more."""
    return hosts.find(str(field.rule("target") or ""))


def targets() -> list[Host]:
    """The kinds of records that a field may point at."""
    return hosts.hosts()


def _seen(host: Host, viewer: Viewer) -> Any:
    """The records of a kind whose names a viewer may read."""
    rows = host.rows(viewer)
    may = viewer.may(host.view) and host.entity.seen_by(viewer).has_field(host.title_field)
    return rows if may else rows.none()


def labels(entity_name: str, ids: Iterable[UUID], viewer: Viewer) -> dict[UUID, str]:
    """What records are called, those that the viewer sees; one statement."""
    host, wanted = hosts.find(entity_name), set(ids)
    if host is None or not wanted:
        return {}
    return dict(_seen(host, viewer).filter(pk__in=wanted).values_list("pk", host.title_field))


def label_sql(field: Field, viewer: Viewer) -> str:
    """The SQL of what the record is called that a field of a row points at, for files: one look by its key each."""
    host = hosts.find(field.target)
    if host is None:
        return "NULL::text"
    seen, params = _seen(host, viewer).order_by().values("pk", host.title_field).query.sql_with_params()
    # The parameters are the viewer's own: written out by the driver, because the row's SQL can carry none.
    whole = connection.ops.compose_sql(seen, params).replace("%", "%%")  # type: ignore[attr-defined]
    neutral = str(UNSEEN).replace("'", "''").replace("%", "%%")
    named = f"(SELECT r.label FROM ({whole}) AS r(id, label) WHERE r.id = {field.sql})"
    return f"CASE WHEN {field.sql} IS NOT NULL THEN COALESCE({named}, '{neutral}') END"


def ids(*values: Any) -> list[UUID]:
    """The ids of records among stored values."""
    return [found for value in values if value is not None and (found := as_uuid(str(value)))]


# Whom a text means

FindRecord = Callable[["CustomField", str], "set[UUID]"]


def finder(viewer: Viewer, held: Mapping[str, Any] | None = None) -> FindRecord:
    """Finds the records that a text means among those that a viewer sees.

    :param held: what the record holds, by key: of several of one name the one that stands there already is meant.
    """

    def find(field: CustomField, text: str) -> set[UUID]:
        found = meant_by(field, [text], viewer)[text]
        kept = as_uuid(str((held or {}).get(field.key) or ""))
        return {kept} if kept in found else found

    return find


def meant_by(field: CustomField, texts: Sequence[str], viewer: Viewer) -> dict[str, set[UUID]]:
    """The records that each of many texts means, among those that a viewer sees, in a few statements."""
    host = target_of(field)
    if host is None:
        return {text: set() for text in texts}
    rows = _seen(host, viewer)
    by_id = {text: {given} for text in texts if (given := as_uuid(text)) is not None}
    others = [text for text in texts if text not in by_id]
    if host.named is not None:
        named = host.named(viewer, others) if others else {}
    else:
        named = {}
        found = rows.filter(**{f"{host.title_field}__in": others}) if others else rows.none()
        for key, title in found.values_list("pk", host.title_field):
            named.setdefault(title, set()).add(key)
    wanted = {key for keys in (*by_id.values(), *named.values()) for key in keys}
    seen = set(rows.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return {text: (by_id.get(text) or named.get(text, set())) & seen for text in texts}


@dataclass(frozen=True)
class Offered:
    """A record to choose. `value` is what the input takes: its name, or its id where another one is called so."""

    value: str
    label: str


def offered(host: Host, text: str, viewer: Viewer) -> list[Offered]:
    """The records that somebody may mean by what they typed so far."""
    rows = _seen(host, viewer)
    search = host.entity.search
    if text.strip() and search is not None:
        rows = search(rows, text.strip())
    elif text.strip():
        rows = rows.filter(**{f"{host.title_field}__contains": text.strip()})
    found = list(rows.order_by("-pk").values_list("pk", host.title_field)[:MOST_FOUND])
    names = [name for _id, name in found]
    twice = {name for name in names if names.count(name) > 1}
    return [Offered(str(key), name) if name in twice else Offered(name, "") for key, name in found]


# What points at a record


@dataclass(frozen=True)
class Pointing:
    """The records that point at one by one field. `list_url`: all of them in their list, "" where they have none."""

    label: str
    host: Host
    records: Sequence[tuple[str, str]]
    list_url: str


def pointing_fields(entity_name: str, viewer: Viewer) -> list[tuple[Host, CustomField]]:
    """The fields that point at records of a kind and that a viewer may read."""
    found: list[tuple[Host, CustomField]] = []
    for host in hosts.hosts():
        if not viewer.may(host.view):
            continue
        seen = host.entity.seen_by(viewer)
        found += [
            (host, field)
            for field in definitions.live_fields(host.entity_name, viewer.workspace_id)
            if field.kind == "relation" and field.rule("target") == entity_name and seen.has_field(field.name)
        ]
    return found


def pointing_at(entity_name: str, record_id: UUID, viewer: Viewer) -> list[Pointing]:
    """The records that point at one, as far as a viewer sees them; one statement for each such field."""
    from samphan.administration.custom_fields.values import label_of

    found = []
    for host, field in pointing_fields(entity_name, viewer):
        rows = _seen(host, viewer).extra(  # noqa: S610 - the key is the id of a field of ours, the value a parameter
            where=[f"({host.entity.table}.custom ->> '{field.key}') = %s"], params=[str(record_id)]
        )
        newest = list(rows.order_by("-pk").values_list("pk", host.title_field)[: MOST_POINTING + 1])
        if newest:
            address = f"{host.entity.url}?f={field.name}:is:{record_id}" if host.entity.url else ""
            records = [(host.url(key), name) for key, name in newest[:MOST_POINTING]]
            label = _("%(records)s · %(field)s") % {"records": host.entity.label_plural, "field": label_of(field)}
            found.append(Pointing(label, host, records, address if len(newest) > MOST_POINTING else ""))
    return found
