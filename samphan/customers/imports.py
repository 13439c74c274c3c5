"""Customers from a file: one run, from cells to counts."""

import json
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy

from samphan.administration.custom_fields import importing
from samphan.administration.member_names import MemberNames, member_choices
from samphan.customers import actions
from samphan.customers.consent_evidence import is_about_consent, note_of, read_heading
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.fields import CUSTOMERS
from samphan.customers.import_cells import FIELDS, address_parts, reader_of
from samphan.customers.import_headings import HEADINGS
from samphan.customers.import_sources import SOURCES
from samphan.customers.import_writing import (
    ADDRESS,
    IDENTITY_KINDS,
    NAME_PARTS,
    PLAIN,
    STAGED,
    STRONG_KEYS,
    WEAK_KEYS,
    Staged,
    Tables,
)
from samphan.customers.models import ConsentEvidence
from samphan.customers.reach import OWNED
from samphan.platform import events
from samphan.platform.ids import uuid7
from samphan.platform.imports import kinds
from samphan.platform.imports.cells import Notice, text_of
from samphan.platform.imports.kinds import Context, Converted, Counts, ImportKind, Problem
from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.reading import Chunk
from samphan.platform.imports.row_session import learn_chunk
from samphan.platform.search.text import search_text
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.names import matching_name
from samphan.platform.thai.phones import search_digits
from samphan.platform.thai.problems import ValueProblem


class CustomerImport:
    """One run over a file of customers."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.mapped = set(context.columns.values())
        self.keys = self._keys()
        owners = MemberNames.of(context.workspace_id) if "owner" in self.mapped else None
        self.readers = [
            (index, reader_of(name, context, index, owners)) for index, name in sorted(context.columns.items())
        ]
        self.consents = {
            index: read_heading(context.headings[index]) for index, name in context.columns.items() if name == "consent"
        }
        self.tables = Tables(context, self.keys)
        self.always = dict(context.source.values) if context.source else {}
        self.seen: set[tuple[str, str]] = set()  # keys of earlier rows of this file, for the check alone
        self.owners: dict[tuple[str, str], Hashable] = {}  # whom they mean, where that decides about a value

    def _keys(self) -> tuple[tuple[str, bool], ...]:
        """Pairs of key field and whether it decides alone; a weak one also wants the same name."""
        if self.context.existing == "new":
            return ()
        if self.context.keys:
            return tuple((name, True) for name in self.context.keys if name in self.mapped)
        strong = [(name, True) for name in STRONG_KEYS if name in self.mapped]
        return (*strong, *((name, False) for name in WEAK_KEYS if name in self.mapped))

    # Reading

    def convert(self, chunk: Chunk) -> Converted:
        staged = Staged()
        converted = Converted(staged)
        append = staged.customers.append
        readers = self.readers
        learn_chunk(readers, chunk)
        headings, once = self.context.headings, bool(self.tables.once.fields)
        for number, cells in chunk:
            values: dict[str, Any] = self.always.copy()
            refused = False
            for index, read in readers:
                cell = cells[index]
                if cell == "":
                    continue
                try:
                    text = text_of(cell)
                    if text:
                        read(text, values)
                except Notice as warning:
                    converted.problems.append(Problem.of(number, headings[index], warning, rejects=False))
                    converted.cells[number] = cells
                except ValueProblem as problem:
                    refused = True
                    converted.problems.append(Problem.of(number, headings[index], problem))
            if refused:
                converted.cells[number] = cells
                continue
            append(self._row(number, values, staged))
            if once:
                staged.cells[number] = cells
        return converted

    def _row(self, number: int, values: dict[str, Any], staged: Staged) -> tuple[Any, ...]:
        get = values.get
        identities, named = staged.identities, staged.named
        first, last, title, name = get("first_name", ""), get("last_name", ""), get("title", ""), get("name", "")
        kind = get("kind", "")
        if first or last:
            name = f"{first} {last}".strip()
            kind = kind or "person"
        elif name:
            kind = kind or "person"
        nickname = get("nickname", "")
        if not name and nickname:
            name = first = nickname
            kind = kind or "person"
        contacts: list[tuple[str, str]] = get("identities", [])
        positions: dict[str, int] = {}
        digits: list[str] = [get("tax_id", "")]
        words = [name, nickname] if title in ("", "นาย", "นาง", "นางสาว", "คุณ") else [title, name, nickname]
        seen: set[tuple[str, str]] = set()
        for identity in contacts:
            if identity in seen:
                continue
            seen.add(identity)
            identity_kind, value = identity
            position = positions.get(identity_kind, 0)
            positions[identity_kind] = position + 1
            identities.append((number, identity_kind, value, position, uuid7(), identity not in named))
            named.add(identity)
            if identity_kind == "phone":
                digits.extend(search_digits(value))
            elif value.isdigit():
                digits.append(value)
            else:
                words.append(value)
        for index, said in get("consents", ()):
            heading = self.context.headings[index]
            column = self.consents[index]
            staged.consents.append((number, heading[:255], said, column.purpose, column.channel, column.read(said)))
        return (
            number,
            uuid7(),
            kind,
            title,
            first,
            last,
            name,
            sort_key(name),
            matching_name(name) if name else "",
            nickname,
            get("gender", ""),
            get("tax_id", ""),
            get("branch", ""),
            get("grade", ""),
            get("stage", ""),
            get("source", ""),
            get("note", ""),
            get("birth_date"),
            get("owner_id"),
            *address_parts(values),
            get("tags"),
            importing.dumps(values),
            search_text(words, digits) if name else "",
        )

    def preview(self, converted: Converted) -> dict[str, Any]:
        if not converted.data.customers:
            return {}
        first = converted.data.customers[0]
        row = dict(zip((name for name, _type in STAGED), first, strict=False))
        shown: dict[str, Any] = {name: row[name] for name in (*NAME_PARTS, *PLAIN, "tags") if row[name]}
        shown |= {"birth_date": row["birth"]} if row["birth"] else {}
        shown |= importing.shown("customers", json.loads(row["custom"] or "{}"), self.context.workspace_id)
        shown |= {"address": row["line"]} if row["line"] else {}
        shown |= {name: row[name] for name in ADDRESS[1:5] if row[name]}
        shown |= self._shown_consents(converted.data, row["row"])
        for number, kind, value, *_rest in converted.data.identities:
            if number == row["row"]:
                field_name = next(name for name, identity in IDENTITY_KINDS.items() if identity == kind)
                shown[field_name if field_name not in shown else "second_phone"] = value
        return shown

    def _shown_consents(self, staged: Staged, row: int) -> dict[str, Any]:
        found = [
            f"{read_heading(heading)} · {ConsentEvidence.Reading(reading).label}"
            for number, heading, _said, _purpose, _channel, reading in staged.consents
            if number == row
        ]
        return {"consent": found} if found else {}

    # Matching

    def match(self, converted: Converted) -> Counts:
        counts = Counts()
        with connection.cursor() as cursor:
            self.tables.stage(cursor, converted.data)
            self.tables.find_known(cursor)
            left_out = self.tables.reject_nameless(cursor, converted)
            if self.tables.once.fields:
                left_out |= self.tables.reject_taken(cursor, converted, self._owners(cursor, converted.data))
            # Those who follow an earlier row of the file are counted with it.
            cursor.execute(
                """
                SELECT count(*), count(customer_id) FILTER (WHERE customer_id NOT IN (SELECT new_id FROM import_customer))
                  FROM import_customer
                """
            )
            rows, known = cursor.fetchone()
        fresh = self._known_in_file(converted.data, left_out)
        counts.updated = known + fresh
        counts.created = max(0, rows - known - fresh)
        return counts

    def _known_in_file(self, staged: Staged, left_out: set[int]) -> int:
        """Rows that meet an earlier row of the same file by a key: they will update what that row makes."""
        met: set[int] = set()
        for number, token in self._tokens(staged):
            if number in left_out:
                continue
            if token in self.seen:
                met.add(number)
            self.seen.add(token)
        return len(met)

    def _tokens(self, staged: Staged) -> Iterator[tuple[int, tuple[str, str]]]:
        """Pairs of a row and a key that tells whom it means."""
        kinds_of_keys = {IDENTITY_KINDS[name]: decides for name, decides in self.keys if name in IDENTITY_KINDS}
        names = {row[0]: row[8] for row in staged.customers}
        for number, kind, value, *_rest in staged.identities:
            if kind in kinds_of_keys:
                yield number, (kind, value if kinds_of_keys[kind] else f"{value}\0{names.get(number, '')}")

    def _owners(self, cursor: Any, staged: Staged) -> dict[int, Hashable]:
        """Whom each row of a check means: somebody known, or whom an earlier row of the file makes."""
        self.tables.find_leaders(cursor)
        cursor.execute("SELECT row, coalesce(customer_id, new_id) FROM import_customer")
        found: dict[int, Hashable] = dict(cursor.fetchall())
        for number, token in self._tokens(staged):
            if number in found:
                found[number] = self.owners.setdefault(token, found[number])
        return found

    # Writing

    def write(self, converted: Converted) -> Counts:
        with connection.cursor() as cursor:
            self.tables.stage(cursor, converted.data)
            self.tables.find_known(cursor)
            self.look_at_known(cursor, converted)
            self.tables.find_leaders(cursor)
            self.tables.reject_taken(cursor, converted)
            while self.tables.reject_nameless(cursor, converted):
                pass  # who would have spoken of the customer that such a row makes may have no name either
            created = self.tables.insert(cursor)
            rows_of_known, changed = self.tables.update(cursor)
            if self.consents:
                self.tables.insert_consents(cursor, converted.data)
            cursor.execute("SELECT coalesce(customer_id, new_id) FROM import_customer")
            customer_ids = sorted({row[0] for row in cursor.fetchall()})
            self.look_at_written(cursor, changed)
        if changed:
            actions.refresh_search(list(changed))
        events.publish(
            *(
                CustomersChanged(customer_ids=tuple(customer_ids[start : start + IDS_AT_ONCE]))
                for start in range(0, len(customer_ids), IDS_AT_ONCE)
            )
        )
        updated = sum(count for customer, count in rows_of_known.items() if customer in changed)
        return Counts(created=created, updated=updated, skipped=sum(rows_of_known.values()) - updated)

    def look_at_known(self, cursor: Any, converted: Converted) -> None:
        """For whoever wants to leave rows out by the customers they mean."""

    def look_at_written(self, cursor: Any, changed: set[Any]) -> None:
        """For whoever wants to know what became of each row; `changed` are the known customers who differ now."""

    def finish(self, after: str) -> tuple[Counts, str | None]:
        return Counts(), None


# What values look like, where the catalogue's type does not tell.
LOOKS = {
    **dict.fromkeys(("name", "first_name", "last_name"), "name"),
    **{name: name for name in ("line_id", "tax_id", "branch", "province", "postcode")},
}

REPEATABLE = frozenset({"phone", "email", "tags"})


def _import_field(name: str) -> ImportField:
    if name == "consent":
        return ImportField(
            name, gettext_lazy("Consent"), "consent", HEADINGS[name], repeats=True, knows=is_about_consent, says=note_of
        )
    if name == "second_phone":
        return ImportField(name, gettext_lazy("Second phone"), "phone", HEADINGS[name], repeats=True)
    if name == "birth_year":
        return ImportField(name, gettext_lazy("Year of birth"), "text", HEADINGS[name])
    if name == "owner":
        return replace(ImportField.of(CUSTOMERS.field(name), "member"), choices=member_choices)
    return ImportField.of(CUSTOMERS.field(name), LOOKS.get(name, ""), repeats=name in REPEATABLE)


def register() -> None:
    """Offer customers as a kind of import."""
    kinds.register(
        ImportKind(
            name="customers",
            label=gettext_lazy("Customers"),
            permission="customers.import_customer",
            matches=OWNED,
            fields=tuple(_import_field(name) for name in FIELDS),
            open=CustomerImport,
            required=(
                (
                    "name",
                    "first_name",
                    "nickname",
                    "external_id",
                    "member_number",
                    "phone",
                    "email",
                    "line_id",
                    "tax_id",
                ),
            ),
            possible_keys=(*STRONG_KEYS, *WEAK_KEYS),
            url_name="customer-list",
            existing=("file", "fill", "new"),
            sources=SOURCES,
        )
    )
