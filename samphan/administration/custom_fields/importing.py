"""Custom fields in imported files: columns that are recognised by the field's label, and values read like typed ones."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from samphan.administration.custom_fields import definitions, hosts, relations, values
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.member_names import MemberNames, member_choices
from samphan.administration.models import SystemViewer
from samphan.platform.imports.cells import Reader, Values
from samphan.platform.imports.kinds import Context
from samphan.platform.imports.mapping import ImportField
from samphan.platform.tenancy import current_workspace, in_workspace
from samphan.platform.thai.dates import compile_parser
from samphan.platform.thai.problems import ValueProblem

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_KNOWN = 100_000  # texts of one column whose records are remembered
KEY = "custom"  # of a row's values, where those of custom fields stand by the key of the field
KINDS = frozenset(
    {"customers", "orders", "products", "tasks"}
)  # kinds of import of Samphan's own that write custom fields
_READ = frozenset(
    {"text", "long_text", "number", "money", "date", "choice", "multi_choice", "boolean", "member", "relation"}
)


def import_fields(kind_name: str, workspace_id: UUID) -> tuple[ImportField, ...]:
    """The custom fields that a file of this kind may bring."""
    if not writes_custom(kind_name):
        return ()
    catalogued = {field.name: field for field in definitions.catalogue_fields(kind_name, workspace_id)}
    found = []
    for field in definitions.live_fields(kind_name, workspace_id):
        # Lines become orders after the last row, where nothing can be said of one any more.
        if field.kind in _READ and not (field.is_unique and kind_name == "orders"):
            one = ImportField.of(catalogued[field.name])
            if field.kind == "member":
                one = ImportField(one.name, one.label, "member", one.aliases, member_choices)
            found.append(one)
    return tuple(found)


def writes_custom(kind_name: str) -> bool:
    """True for kinds of import that write custom fields: some of Samphan's, and those of kinds that a company defined."""
    host = hosts.find(kind_name)
    return kind_name in KINDS or (host is not None and host.is_own)


def is_custom(name: str) -> bool:
    """True for the name of a custom field."""
    return name.startswith(definitions.PREFIX)


def reader_of(kind_name: str, name: str, context: Context, index: int) -> Reader:
    """The reader of one custom field for the column at `index`: puts the stored value under the key of the field.

    :raises LookupError: when the field is not in use any more.
    """
    field = definitions.find(kind_name, name, context.workspace_id)
    if field is None:
        raise LookupError(name)
    key, today = field.key, context.at.date()
    records = _Records(field, context.workspace_id) if field.kind == "relation" else None
    people = MemberNames.of(context.workspace_id) if field.kind == "member" else None
    parse = compile_parser(context.dates[index]) if field.kind == "date" else None

    @lru_cache(maxsize=16_384)
    def stored(text: str) -> values.Stored:
        if parse is not None:
            return values.check(field, parse(text).isoformat())
        return values.read(
            field,
            text,
            member=people.find if people else _nobody,
            record=records.find if records else None,
            today=today,
        )

    def read(text: str, row: Values) -> None:
        value = stored(text)
        if value is not None:
            row.setdefault(KEY, {})[key] = value

    if records is not None:
        read.learn = records.learn  # type: ignore[attr-defined]
    return read


class _Records:
    """Finds the records that the texts of a column mean, chunk by chunk.

    Rows are read in a thread beside the transaction that writes them: it opens a short one of its own for each chunk.
    """

    def __init__(self, field: CustomField, workspace_id: UUID) -> None:
        self.field = field
        self.viewer = SystemViewer(workspace_id)
        self.known: dict[str, set[UUID]] = {}

    def learn(self, texts: Collection[str]) -> None:
        """Ask for all of these at once."""
        wanted = [text for text in {values.tidied(text) for text in texts} if text and text not in self.known]
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        if not wanted:
            return
        if current_workspace() == self.viewer.workspace_id:
            self.known |= relations.meant_by(self.field, wanted, self.viewer)
        else:
            with in_workspace(self.viewer.workspace_id):
                self.known |= relations.meant_by(self.field, wanted, self.viewer)

    def find(self, field: CustomField, text: str) -> set[UUID]:
        """The records that a text means."""
        if text not in self.known:
            self.learn([text])
        return self.known.get(text, set())


def _nobody(text: str) -> set[UUID]:
    return set()


def dumps(row: Values) -> str:
    """The custom values of a row as JSON; "" where it has none."""
    found = row.get(KEY)
    return json.dumps(found, ensure_ascii=False, default=float) if found else ""


def shown(kind_name: str, stored: dict[str, Any], workspace_id: UUID) -> dict[str, Any]:
    """The custom values of a row by name, for a look before anything is written."""
    names = {field.key: field.name for field in definitions.live_fields(kind_name, workspace_id)}
    return {names[key]: values.as_text(value) for key, value in stored.items() if key in names}


def mapped(kind_name: str, names: Collection[str], workspace_id: UUID) -> list[CustomField]:
    """The custom fields among the names of fields that a file brings."""
    found = (definitions.find(kind_name, name, workspace_id) for name in sorted(names))
    return [field for field in found if field is not None]


def defaults(kind_name: str, workspace_id: UUID) -> str:
    """What new records have in custom fields that their row says nothing of, as JSON."""
    found: dict[str, Any] = {}
    for field in definitions.live_fields(kind_name, workspace_id):
        if field.default and not field.is_unique:  # of several new records only one could have it
            try:
                found[field.key] = values.read(field, field.default, member=MemberNames.of(workspace_id).find)
            except ValueProblem:
                continue  # who it names may have left; a new record does without
    return json.dumps(found, ensure_ascii=False, default=float)
