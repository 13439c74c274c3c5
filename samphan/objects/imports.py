"""Records of a company's own kinds from a file.

A row is a record that is here by its code; without a code by its name and customer. Customers are found by name, phone,
e-mail or number and never made: a machine of somebody unknown is a row to mend.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from samphan.administration import queries
from samphan.administration.custom_fields import importing
from samphan.administration.custom_fields.once import Once
from samphan.administration.member_names import MemberNames, member_choices
from samphan.customers.references import Meant, find_customers
from samphan.objects import actions
from samphan.objects.actions import MAX_CODE, MAX_TITLE, announce
from samphan.objects.fields import entity_of
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.objects.search_documents import refresh_search
from samphan.platform.access import Reach, Viewer
from samphan.platform.imports.cells import Notice, Reader, Values, refuse_long, text_reader, without_float_tail
from samphan.platform.imports.kinds import Context, Converted, Counts, ImportKind, KindGone, Problem, ReachesTooLittle
from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.reading import Cell
from samphan.platform.imports.row_session import RowSession, any_session
from samphan.platform.thai.collation import sort_key

MISSING = {"": _("The cell is empty."), "title": _("The row has no name.")}
UNKNOWN = _("Nobody here is known as this customer. Bring the customers in first, or mend the cell.")
SEVERAL = _("Several customers may be meant. Name the customer's number, phone or e-mail.")
_COLUMNS = ("title", "code", "customer_id", "owner_id")
Row = dict[str, Any]


class RecordImport(RowSession):
    """One run over a file of records of one kind."""

    needed = ("title",)
    missing = MISSING
    kind: ClassVar[CustomObject]

    def __init__(self, context: Context) -> None:
        self.names = MemberNames.of(context.workspace_id)
        self.seen: set[Any] = set()  # of earlier chunks, for the check alone
        super().__init__(context)
        fills = context.existing == "fill"
        self.once = Once(self.kind.entity_name, self.mapped, context.workspace_id, only_empty=fills)

    def reader_of(self, name: str, index: int) -> Reader:
        if importing.is_custom(name):
            return importing.reader_of(self.kind.entity_name, name, self.context, index)
        return super().reader_of(name, index)

    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> Row:
        return {**values, "row": number, "cells": cells}

    def preview(self, converted: Converted) -> dict[str, Any]:
        if not converted.data:
            return {}
        row = converted.data[0]
        said = {name: row[name] for name in ("title", "code") if row.get(name)}
        if who := row.get("customer"):
            said["customer"] = who.name or who.identities[0][1]
        return said | importing.shown(self.kind.entity_name, row.get(importing.KEY, {}), self.context.workspace_id)

    def match(self, converted: Converted) -> Counts:
        counts = Counts()
        rows = self._clear(converted)
        known = self._known(rows)
        for row in self._unclaimed(converted, rows, known, writes=False):
            key = _key(row)
            if self.context.existing != "new" and (key in known or key in self.seen):
                counts.updated += 1
            else:
                counts.created += 1
            self.seen.add(key)
        return counts

    def write(self, converted: Converted) -> Counts:
        """Make new records, bring known ones up to their rows; a few statements a chunk."""
        self._hold_kind()
        counts = Counts()
        rows = self._clear(converted)
        known = {} if self.context.existing == "new" else self._known(rows)
        self.defaults = json.loads(importing.defaults(self.kind.entity_name, self.context.workspace_id))
        fresh: dict[Any, ObjectRecord] = {}
        changed: dict[UUID, ObjectRecord] = {}
        for row in self._unclaimed(converted, rows, known, writes=True):
            key = _key(row)
            record = known.get(key) or fresh.get(key)
            if record is None:
                record = ObjectRecord(
                    workspace_id=self.context.workspace_id,
                    created_in=self.context.batch_id,
                    object_id=self.kind.pk,
                    title="",
                    owner_id=self.context.member_id,
                    custom=dict(self.defaults),
                )
                fresh[key if self.context.existing != "new" else row["row"]] = record
                self._fill(record, row, is_new=True)
                counts.created += 1
            elif self._fill(record, row):
                counts.updated += 1
                if key in known:
                    changed[record.pk] = record
            else:
                counts.skipped += 1
        ObjectRecord.objects.bulk_create(fresh.values(), batch_size=1000)
        columns = ["title", "title_key", "code", "customer", "owner", "custom"]
        ObjectRecord.objects.bulk_update(changed.values(), columns, batch_size=500)
        written = [*(one.pk for one in fresh.values()), *changed]
        if written:
            refresh_search(written)
            announce(self.kind, written, ())
        return counts

    def _hold_kind(self) -> None:
        # Held to the end of the chunk: whoever puts the kind away meanwhile waits, and the next chunk finds it gone.
        # Other imports of the kind hold it beside this one.
        in_use = (
            "SELECT FROM objects_customobject WHERE workspace_id = %s AND id = %s AND archived_at IS NULL FOR SHARE"
        )
        with connection.cursor() as cursor:
            cursor.execute(in_use, [self.context.workspace_id, self.kind.pk])
            if cursor.fetchone() is None:
                raise KindGone

    def finish(self, after: str) -> tuple[Counts, str | None]:
        return Counts(), None

    def _clear(self, converted: Converted) -> list[Row]:
        """The rows whose customers are known; the others become problems, as do codes that another new record has."""
        rows: list[Row] = converted.data
        found = find_customers(
            self.context.workspace_id, {row["row"]: row["customer"] for row in rows if row.get("customer") is not None}
        )
        taken: set[str] = set()
        if self.context.existing == "new":
            taken = actions.taken_codes(self.kind, {row["code"] for row in rows if row.get("code")})
        clear: list[Row] = []
        for row in rows:
            if row.get("customer") is not None and found.get(row["row"]) is None:
                code, message = ("several_customers", SEVERAL) if row["row"] in found else ("unknown_customer", UNKNOWN)
                self._refuse(converted, row, "customer", code, message)
                continue
            if row.get("code") in taken:
                self._refuse(converted, row, "code", "taken", str(actions.CodeTaken.message))
                continue
            if self.context.existing == "new" and row.get("code"):
                taken.add(row["code"])
            row["customer_id"] = found.get(row["row"])
            clear.append(row)
        return clear

    def _unclaimed(
        self, converted: Converted, rows: list[Row], known: dict[Any, ObjectRecord], *, writes: bool
    ) -> list[Row]:
        """The rows without those that want a value which another record has and must not share."""
        context = self.context

        def owner(row: Row) -> Any:
            if context.existing == "new":
                return row["row"]
            key = _key(row)
            return known[key].pk if key in known else key

        return self.once.sift(
            converted,
            rows,
            owner,
            lambda: queries.member_or_system(context.workspace_id, context.member_id),
            self.heading_of,
            writes=writes,
        )

    def _refuse(self, converted: Converted, row: Row, field: str, code: str, message: str) -> None:
        values = {"code": row.get("code", "")} if code == "taken" else {}
        said = _("Another record has “%(code)s” already.") if code == "taken" else message
        converted.problems.append(Problem(row["row"], self.heading_of.get(field, ""), code, said, values))
        converted.cells[row["row"]] = row["cells"]

    def _known(self, rows: Sequence[Row]) -> dict[Any, ObjectRecord]:
        """The living records that the rows mean, by key: by code, else by name and customer."""
        living = ObjectRecord.objects.of(self.kind).living()
        found: dict[Any, ObjectRecord] = {}
        if codes := {row["code"] for row in rows if row.get("code")}:
            found |= {("code", one.code): one for one in living.filter(code__in=codes).order_by("-id")}
        if keys := {sort_key(row["title"]) for row in rows if not row.get("code")}:
            for one in living.filter(title_key__in=keys).order_by("-id"):
                found["title", one.title, one.customer_id] = one
        return found

    def _fill(self, record: ObjectRecord, row: Row, *, is_new: bool = False) -> bool:
        """Bring a record up to its row; True when anything differs."""
        only_empty = self.context.existing == "fill" and not is_new
        before = (*(getattr(record, name) for name in _COLUMNS), dict(record.custom))
        for name in _COLUMNS:
            value = row.get(name)
            if value not in (None, "") and not (only_empty and getattr(record, name) not in (None, "")):
                setattr(record, name, value)
        custom = row.get(importing.KEY, {})
        custom = json.loads(importing.dumps(row)) if custom else {}
        record.custom = {**custom, **record.custom} if only_empty else {**record.custom, **custom}
        record.title_key = sort_key(record.title)
        return before != (*(getattr(record, name) for name in _COLUMNS), dict(record.custom))


def _key(row: Row) -> Any:
    if row.get("code"):
        return "code", row["code"]
    return "title", row["title"], row["customer_id"]


def _code(text: str, values: Values) -> None:
    value = without_float_tail(" ".join(text.split()))
    refuse_long(value, MAX_CODE)
    values["code"] = value


def _customer(text: str, values: Values) -> None:
    refuse_long(text, 500)
    values["customer"] = Meant.by(without_float_tail(text))


def _owner(session: RecordImport, _index: int) -> Reader:
    def read(text: str, values: Values) -> None:
        found = session.names.find(text)
        if len(found) != 1:
            said = gettext_lazy("Nobody here is called “%(name)s”; the record falls to who imports it.")
            raise Notice("unknown_owner", said, name=text[:60])
        values["owner_id"] = next(iter(found))

    return read


RecordImport.readers_by_field = {
    "title": any_session(text_reader("title", MAX_TITLE)),
    "code": any_session(_code),
    "customer": any_session(_customer),
    "owner": _owner,
}


@dataclass(frozen=True)
class RecordImportKind(ImportKind):
    """A kind of import that finds customers too: whoever does not reach all of them would learn of the others.

    :param is_archived: nothing comes in, and what came in may only be taken back once the kind is in use again.
    """

    finds_customers: bool = False
    is_archived: bool = False

    def check(self, viewer: Viewer) -> None:
        if self.is_archived:
            raise PermissionDenied(self.permission)
        super().check(viewer)
        if self.finds_customers and viewer.reach("customers") is not Reach.ALL:
            raise ReachesTooLittle


def import_kind_of(kind: CustomObject) -> ImportKind:
    """How records of a kind come in from files."""
    entity = entity_of(kind)
    fields = [
        ImportField(one.name, one.label, "member", one.synonyms, member_choices)
        if one.name == "owner"
        else ImportField.of(one)
        for one in entity.fields
        if one.is_importable
    ]
    return RecordImportKind(
        name=kind.entity_name,
        label=kind.plural,
        permission=kind.permission("import"),
        fields=tuple(fields),
        open=type("ImportOfObject", (RecordImport,), {"kind": kind}),
        required=(("title",),),
        url_name="record-list",
        url_args=(kind.entity_name,),
        existing=("file", "fill", "new"),
        telling=("code",),
        follows=("customers",),
        matches=kind.entity_name,
        finds_customers=kind.has_customer,
        is_archived=kind.archived_at is not None,
    )
