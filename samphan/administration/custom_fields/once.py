"""Values that may stand once, of many records that come in together: who has each of them already, found in sets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from samphan.administration.custom_fields import definitions, hosts, relations, values, writing
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.importing import KEY
from samphan.administration.custom_fields.models import CustomField
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import tracked_models
from samphan.platform.changes.undo import after_undo
from samphan.platform.errors import DomainError
from samphan.platform.imports.kinds import Converted, Problem
from samphan.platform.imports.reading import SHEET_STEP
from samphan.platform.tenancy import current_workspace

IN_FILE = _("Row %(row)s has “%(value)s” already, and no two records may have the same.")
IN_CALL = _("Record %(row)s of this call has “%(value)s” already, and no two records may have the same.")
NAMED = _("“%(name)s” has “%(value)s” already, and no two records may have the same.")
UNNAMED = _("Another record has “%(value)s” already, and no two may have the same.")


class TakenMeanwhile(DomainError):
    """A record that comes back has a value which may stand once, and which another record got meanwhile."""

    message = gettext_lazy(
        "“%(field)s” is different in every record, and another record has the same meanwhile. Change it there first."
    )


@dataclass(frozen=True)
class Claim:
    """What one row would write.

    :param owner: the record that it writes: the id of a known one, anything that tells new ones apart otherwise.
    :param custom: stored values by the key of the field.
    """

    row: int
    owner: Hashable
    custom: Mapping[str, Any]


@dataclass(frozen=True)
class Clash:
    """A value that somebody else has: an earlier row of the same file, or a record that stands."""

    row: int
    field: CustomField
    value: str
    other_row: int | None
    record_id: UUID | None


class Once:
    """The fields of one import that are different in every record, and what its earlier rows took of them.

    :param names: of the fields that the file brings. :param only_empty: known records keep the values that they have.
    """

    def __init__(
        self, entity_name: str, names: Collection[str], workspace_id: UUID, *, only_empty: bool = False
    ) -> None:
        live = definitions.live_fields(entity_name, workspace_id)
        # Always in the same order: two imports that hold several fields never wait for each other.
        self.fields = sorted((one for one in live if one.is_unique and one.name in names), key=lambda one: one.name)
        self.entity_name, self.workspace_id, self.only_empty = entity_name, workspace_id, only_empty
        self.claimed: dict[tuple[str, str], tuple[Hashable, int]] = {}  # by earlier chunks of a check

    @property
    def host(self) -> Host:
        """The kind of record."""
        found = hosts.find(self.entity_name)
        if found is None:
            raise LookupError(self.entity_name)
        return found

    def clashes(self, claims: Iterable[Claim], *, writes: bool) -> list[Clash]:
        """The rows, in their order, that want a value of somebody else; one clash a row is enough to leave it out.

        :param writes: nobody else can give these values until the transaction ends. Otherwise nothing is written, and
            what these rows claim is remembered for the next ones.
        """
        rows = list(claims)
        texts = {
            field.key: {text for one in rows if (text := _text(one.custom.get(field.key)))} for field in self.fields
        }
        if not any(texts.values()):
            return []
        with connection.cursor() as cursor:
            if writes:
                for field in self.fields:
                    writing.hold_unique(cursor, field)
            standing = {field.key: self._holders(cursor, field, texts[field.key]) for field in self.fields}
            kept = self._kept(cursor, {one.owner for one in rows if isinstance(one.owner, UUID)})
        claimed = dict(self.claimed)
        found: list[Clash] = []
        for one in rows:
            mine: dict[tuple[str, str], tuple[Hashable, int]] = {}
            for field in self.fields:
                text = _text(one.custom.get(field.key))
                if not text or (one.owner, field.key) in kept:
                    continue
                taken_by, row = claimed.get((field.key, text), (one.owner, None))
                holders = standing[field.key].get(text, set())
                if row is not None and taken_by != one.owner:
                    found.append(Clash(one.row, field, text, row, None))
                    break
                if holders and one.owner not in holders:
                    found.append(Clash(one.row, field, text, None, min(holders)))
                    break
                mine.setdefault((field.key, text), (one.owner, one.row))
            else:
                for value, claim in mine.items():
                    claimed.setdefault(value, claim)
        if not writes:
            self.claimed = claimed
        return found

    def problems(
        self, clashes: Collection[Clash], viewer: Viewer, heading: Callable[[str], str], *, in_call: bool = False
    ) -> list[Problem]:
        """A sentence for each; a record is named to whoever may read its name and the field.

        :param heading: of the column of a field. :param in_call: rows are records of a program's call.
        """
        readable = {one.record_id for one in clashes if one.record_id and viewer.may_read(one.field.privacy)}
        named = relations.labels(self.entity_name, readable, viewer) if readable else {}
        found = []
        for one in clashes:
            said: dict[str, Any] = {"value": one.value[:60]}
            if one.other_row is not None:
                message = IN_CALL if in_call else IN_FILE
                said["row"] = one.other_row if in_call else one.other_row % SHEET_STEP
            elif one.record_id in named:
                message = NAMED
                said["name"] = named[one.record_id][:80]
            else:
                message = UNNAMED
            found.append(Problem(one.row, heading(one.field.name), "unique", message, said))
        return found

    def sift(
        self,
        converted: Converted,
        rows: list[dict[str, Any]],
        owner: Callable[[dict[str, Any]], Hashable],
        viewer: Callable[[], Viewer],
        heading: Mapping[str, str],
        *,
        writes: bool,
    ) -> list[dict[str, Any]]:
        """The rows that may come in, of an import that keeps them as dicts with `row`, `cells` and custom values."""
        if not self.fields:
            return rows
        claims = [Claim(row["row"], owner(row), row.get(KEY, {})) for row in rows]
        clashes = self.clashes(claims, writes=writes)
        if not clashes:
            return rows
        converted.problems += self.problems(clashes, viewer(), lambda name: heading.get(name, ""))
        refused = {one.row for one in clashes}
        for row in rows:
            if row["row"] in refused:
                converted.cells[row["row"]] = row["cells"]
        return [row for row in rows if row["row"] not in refused]

    def _holders(self, cursor: Any, field: CustomField, texts: Collection[str]) -> dict[str, set[UUID]]:
        found: dict[str, set[UUID]] = {}
        for text, record_id in writing.holders(cursor, self.host, field, texts, self.workspace_id):
            found.setdefault(text, set()).add(record_id)
        return found

    def _kept(self, cursor: Any, known: Collection[UUID]) -> set[tuple[Hashable, str]]:
        """Pairs of record and key whose value stays what it is."""
        if not self.only_empty or not known:
            return set()
        cursor.execute(
            f"""
            SELECT r.id, k.key FROM {self.host.entity.table} r JOIN unnest(%s::text[]) AS k(key) ON r.custom ? k.key
             WHERE r.workspace_id = %s AND r.id = ANY(%s)
            """,
            [[field.key for field in self.fields], self.workspace_id, list(known)],
        )
        return {(record_id, key) for record_id, key in cursor.fetchall()}


def refuse_taken(host: Host, record_ids: Collection[UUID], workspace_id: UUID) -> None:
    """Let records come back only where nobody else has what may stand once; inside the transaction that brings them.

    :raises TakenMeanwhile: names the field and no value, which not everybody may read.
    """
    fields = [one for one in definitions.live_fields(host.entity_name, workspace_id) if one.is_unique]
    if not fields or not record_ids:
        return
    held = dict(
        host.model._default_manager.filter(workspace_id=workspace_id, pk__in=record_ids).values_list("pk", "custom")
    )
    with connection.cursor() as cursor:
        for field in sorted(fields, key=lambda one: one.name):
            texts = {text for custom in held.values() if (text := _text(custom.get(field.key)))}
            if not texts:
                continue
            writing.hold_unique(cursor, field)
            seen: set[str] = set()
            for text, _record_id in writing.holders(cursor, host, field, texts, workspace_id):
                if text in seen:
                    raise TakenMeanwhile(field=values.label_of(field))
                seen.add(text)


@after_undo
def refuse_after_undo(changeset_id: UUID) -> None:
    """An undo gives nothing back that another record has by now."""
    workspace_id = current_workspace()
    if workspace_id is None:
        return
    histories = {one.model: one.history for one in tracked_models}
    for host in hosts.hosts():
        if not any(one.is_unique for one in definitions.live_fields(host.entity_name, workspace_id)):
            continue
        touched = histories[host.model]._default_manager.filter(pgh_context_id=changeset_id)
        refuse_taken(host, set(touched.values_list("pgh_obj_id", flat=True)), workspace_id)


def _text(value: Any) -> str:
    return values.as_text(value)
