"""Customers from a file: read cell by cell in Python, matched and written by sets in PostgreSQL."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.models import SystemViewer
from samphan.administration.queries import members
from samphan.customers import actions
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.import_words import GENDERS, GRADES, KINDS, STAGES
from samphan.platform import events
from samphan.platform.bulk import copy_rows
from samphan.platform.ids import uuid7
from samphan.platform.imports import kinds
from samphan.platform.imports.kinds import Context, Converted, Counts, ImportKind, Problem
from samphan.platform.imports.mapping import CUSTOMER_FIELDS
from samphan.platform.imports.reading import Cell, CellProblem, Chunk
from samphan.platform.search.text import search_text
from samphan.platform.thai.addresses import complete, parse_address
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.dates import compile_parser
from samphan.platform.thai.names import canonical_title, is_organisation, matching_name, split_name
from samphan.platform.thai.phones import parse_phones, search_digits
from samphan.platform.thai.problems import ValueProblem
from samphan.platform.thai.tax_ids import parse_branch, parse_tax_id

# Who is meant when a row names several: a number that the company or the state gave, before one that people share.
STRONG_KEYS = ("external_id", "member_number", "tax_id")
WEAK_KEYS = ("phone", "email", "line_id")
IDENTITY_KINDS = {
    "phone": "phone",
    "second_phone": "phone",
    "email": "email",
    "line_id": "line",
    "member_number": "member",
    "external_id": "external",
}
PLAIN = ("nickname", "gender", "tax_id", "branch", "grade", "stage", "source", "note")
NAME_PARTS = ("kind", "title", "first_name", "last_name", "name")
ADDRESS = ("line", "subdistrict", "district", "province", "postcode", "subdistrict_code")
ADDRESS_FIELDS = {"address", "subdistrict", "district", "province", "postcode"}

STAGED = (
    ("row", "integer"),
    ("new_id", "uuid"),
    *((name, "text") for name in NAME_PARTS),
    ("name_key", "text"),
    ("match_name", "text"),
    *((name, "text") for name in PLAIN),
    ("birth_date", "date"),
    ("owner_id", "uuid"),
    *((name, "text") for name in ADDRESS),
    ("tags", "text[]"),
    ("search", "text"),
)
EMAIL = re.compile(
    r"[^@\s,;<>()\"]+@[A-Za-z0-9\u0e00-\u0e7f](?:[A-Za-z0-9\u0e00-\u0e7f.-]*[A-Za-z0-9\u0e00-\u0e7f])?\.[A-Za-z\u0e00-\u0e7f]{2,}"
)
# Words that tell of a subdistrict, district, province or postcode inside an address line.
HAS_PLACES = re.compile(r"ต\.|ตำบล|แขวง|อ\.|อำเภอ|เขต|จ\.|จังหวัด|กรุงเทพ|กทม|[1-9][0-9]{4}(?![0-9/])")
SPLIT_TAGS = re.compile(r"\s*[,;|\n]\s*")
LIMITS = {"title": 60, "nickname": 100, "source": 200, "first_name": 200, "last_name": 200, "name": 500}


@dataclass
class Staged:
    """A converted chunk: tuples in the order of `STAGED`, and (row, kind, value, position, id, first) of the identities."""

    customers: list[tuple[Any, ...]] = field(default_factory=list)
    identities: list[tuple[int, str, str, int, UUID, bool]] = field(default_factory=list)
    named: set[tuple[str, str]] = field(default_factory=set)  # identities of earlier rows of the chunk


class CustomerImport:
    """One run over a file of customers."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.mapped = set(context.columns.values())
        self.keys = self._keys()
        self.owners = _owners(context) if "owner" in self.mapped else {}
        self.readers = [(index, name, self._reader(index, name)) for index, name in sorted(context.columns.items())]
        self.analysed = False  # once a run: the temporary tables keep their statistics
        self.seen: set[tuple[str, str]] = set()  # keys of earlier rows of this file, for the check alone

    def _keys(self) -> tuple[tuple[str, bool], ...]:
        """Pairs of key field and whether it decides alone; a weak one also wants the same name."""
        if self.context.existing == "new":
            return ()
        if self.context.keys:
            return tuple((name, True) for name in self.context.keys if name in self.mapped)
        strong = [(name, True) for name in STRONG_KEYS if name in self.mapped]
        return (*strong, *((name, False) for name in WEAK_KEYS if name in self.mapped))

    # Reading

    def _reader(self, index: int, name: str) -> Callable[[str, dict[str, Any]], None]:
        return _READERS[name](self, index)

    def convert(self, chunk: Chunk) -> Converted:
        staged = Staged()
        converted = Converted(staged)
        append = staged.customers.append
        readers = self.readers
        headings = self.context.headings
        for number, cells in chunk:
            values: dict[str, Any] = {}
            refused = False
            for index, _name, read in readers:
                cell = cells[index]
                if cell == "":
                    continue
                try:
                    if isinstance(cell, str):
                        text = cell.strip()
                        if text:
                            read(text, values)
                    elif isinstance(cell, CellProblem):
                        raise ValueProblem("cell_error", cell.sentence)
                    else:
                        read(_as_text(cell), values)
                except ValueProblem as problem:
                    refused = True
                    converted.problems.append(Problem(number, headings[index], problem.code, str(problem)))
                except LookupError as warning:
                    converted.problems.append(
                        Problem(number, headings[index], "unknown_owner", str(warning.args[0]), rejects=False)
                    )
                    converted.cells[number] = cells
            if refused:
                converted.cells[number] = cells
                continue
            append(self._row(number, values, staged))
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
        address = get("address")
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
            *(_address(address, values) if address or "parts" in values else ("", "", "", "", "", "")),
            get("tags"),
            search_text(words, digits) if name else "",
        )

    def preview(self, converted: Converted) -> dict[str, Any]:
        if not converted.data.customers:
            return {}
        first = converted.data.customers[0]
        row = dict(zip((name for name, _type in STAGED), first, strict=False))
        shown: dict[str, Any] = {name: row[name] for name in (*NAME_PARTS, *PLAIN, "birth_date", "tags") if row[name]}
        shown |= {"address": row["line"]} if row["line"] else {}
        shown |= {name: row[name] for name in ADDRESS[1:5] if row[name]}
        for number, kind, value, *_rest in converted.data.identities:
            if number == row["row"]:
                field_name = next(name for name, identity in IDENTITY_KINDS.items() if identity == kind)
                shown[field_name if field_name not in shown else "second_phone"] = value
        return shown

    # Matching

    def match(self, converted: Converted) -> Counts:
        counts = Counts()
        with connection.cursor() as cursor:
            self._stage(cursor, converted.data)
            self._find_known(cursor)
            nameless = self._reject_nameless(cursor, converted)
            cursor.execute("SELECT count(*), count(customer_id) FROM import_customer")
            rows, known = cursor.fetchone()
        fresh = self._known_in_file(converted.data, nameless)
        counts.updated = known + fresh
        counts.created = max(0, rows - known - fresh)
        return counts

    def _known_in_file(self, staged: Staged, nameless: set[int]) -> int:
        """Rows that meet an earlier row of the same file by a key: they will update what that row makes."""
        kinds_of_keys = {IDENTITY_KINDS[name]: decides for name, decides in self.keys if name in IDENTITY_KINDS}
        names = {row[0]: row[8] for row in staged.customers}
        met: set[int] = set()
        for number, kind, value, *_rest in staged.identities:
            if kind not in kinds_of_keys or number in nameless:
                continue
            token = (kind, value if kinds_of_keys[kind] else f"{value}\0{names.get(number, '')}")
            if token in self.seen:
                met.add(number)
            self.seen.add(token)
        return len(met)

    # Writing

    def write(self, converted: Converted) -> Counts:
        with connection.cursor() as cursor:
            self._stage(cursor, converted.data)
            self._find_known(cursor)
            self._find_leaders(cursor)
            self._reject_nameless(cursor, converted)
            created = self._insert(cursor)
            rows_of_known, changed = self._update(cursor)
            cursor.execute("SELECT coalesce(customer_id, new_id) FROM import_customer")
            customer_ids = sorted({row[0] for row in cursor.fetchall()})
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

    def finish(self, after: str) -> tuple[Counts, str | None]:
        return Counts(), None

    def _stage(self, cursor: Any, staged: Staged) -> None:
        columns = ", ".join(f"{name} {type_}" for name, type_ in STAGED)
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS import_customer ({columns}, customer_id uuid, pass integer)")
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS import_identity (row integer, kind text, value text, "
            "position integer, id uuid, first boolean, known uuid)"
        )
        cursor.execute("TRUNCATE import_customer, import_identity")
        copy_rows(cursor, "import_customer", [name for name, _type in STAGED], staged.customers)
        copy_rows(cursor, "import_identity", ["row", "kind", "value", "position", "id", "first"], staged.identities)
        if not self.analysed:
            cursor.execute("ANALYZE import_customer; ANALYZE import_identity")
            self.analysed = True

    def _find_known(self, cursor: Any) -> None:
        """Fill customer_id of the rows that somebody known stands behind, strongest key first.

        Every value is looked up once, for the keys here and for `resolves` of what is added later.
        """
        workspace = {"workspace": self.context.workspace_id}
        cursor.execute(
            """
            UPDATE import_identity p SET known = i.customer_id FROM customers_identity i
             WHERE i.workspace_id = %(workspace)s AND i.kind = p.kind AND i.value = p.value AND i.resolves
            """,
            workspace,
        )
        if not cursor.rowcount and "tax_id" not in self.mapped:
            return
        for name, decides in self.keys:
            if name == "tax_id":
                cursor.execute(
                    """
                    UPDATE import_customer s SET customer_id = found.id FROM (
                        SELECT DISTINCT ON (s.row) s.row, c.id FROM import_customer s JOIN customers_customer c
                            ON c.workspace_id = %(workspace)s AND c.tax_id = s.tax_id AND c.deleted_at IS NULL
                           AND coalesce(nullif(c.branch, ''), '00000') = coalesce(nullif(s.branch, ''), '00000')
                         WHERE s.customer_id IS NULL AND s.tax_id <> '' ORDER BY s.row, c.id) found
                     WHERE found.row = s.row
                    """,
                    workspace,
                )
                continue
            self._find_by(cursor, name, decides, "p.known")
            if not decides:
                # Others at the same phone: their rows do not resolve, and stand in an index of their own.
                self._find_by(
                    cursor,
                    name,
                    decides,
                    "i.customer_id",
                    "JOIN customers_identity i ON i.workspace_id = %(workspace)s AND i.kind = p.kind "
                    "AND i.value = p.value AND NOT i.resolves",
                )

    def _find_by(self, cursor: Any, name: str, decides: bool, customer: str, join: str = "") -> None:
        # A phone is shared by families and offices: without the same name it is somebody else at the same phone.
        same_name = "" if decides else "AND (s.name = '' OR s.name_key = c.name_key OR lower(c.name) = lower(s.name))"
        cursor.execute(
            f"""
            UPDATE import_customer s SET customer_id = found.id FROM (
                SELECT DISTINCT ON (s.row) s.row, c.id
                  FROM import_customer s
                  JOIN import_identity p ON p.row = s.row AND p.kind = %(kind)s AND p.known IS NOT NULL {join}
                  JOIN customers_customer c ON c.id = {customer} AND c.deleted_at IS NULL {same_name}
                 WHERE s.customer_id IS NULL
                 ORDER BY s.row, p.position, c.id) found
             WHERE found.row = s.row
            """,
            {"kind": IDENTITY_KINDS[name], "workspace": self.context.workspace_id},
        )

    def _find_leaders(self, cursor: Any) -> None:
        """Of several new rows about the same customer the first makes it, and the later ones update it."""
        for name, decides in self.keys:
            if name == "tax_id":
                value, source, where = (
                    "s.tax_id || coalesce(nullif(s.branch, ''), '00000')",
                    "import_customer s",
                    "s.tax_id <> ''",
                )
            else:
                value = "p.value"
                source = (
                    f"import_customer s JOIN import_identity p ON p.row = s.row AND p.kind = '{IDENTITY_KINDS[name]}'"
                )
                where = "true"
            same_name = "" if decides else ", s.match_name"
            cursor.execute(
                f"""
                WITH grouped AS (
                    SELECT s.row, first_value(s.new_id) OVER w AS leader, first_value(s.row) OVER w AS leader_row
                      FROM {source} WHERE s.customer_id IS NULL AND {where}
                    WINDOW w AS (PARTITION BY {value}{same_name} ORDER BY s.row))
                UPDATE import_customer s SET customer_id = grouped.leader
                  FROM (SELECT DISTINCT ON (row) * FROM grouped WHERE leader_row < row ORDER BY row, leader_row) grouped
                 WHERE grouped.row = s.row AND s.customer_id IS NULL
                """
            )
        # A leader may itself have found a leader by a later key: follow to the end.
        while True:
            cursor.execute(
                """
                UPDATE import_customer s SET customer_id = l.customer_id FROM import_customer l
                 WHERE s.customer_id = l.new_id AND l.customer_id IS NOT NULL AND l.customer_id <> s.customer_id
                """
            )
            if not cursor.rowcount:
                break

    def _reject_nameless(self, cursor: Any, converted: Converted) -> set[int]:
        cursor.execute("DELETE FROM import_customer WHERE customer_id IS NULL AND name = '' RETURNING row")
        rows = {row for (row,) in cursor.fetchall()}
        if rows:
            cursor.execute("DELETE FROM import_identity WHERE row = ANY(%s)", [list(rows)])
            cursor.execute(
                """
                UPDATE import_identity p SET first = true WHERE NOT EXISTS (
                    SELECT 1 FROM import_identity q WHERE q.kind = p.kind AND q.value = p.value AND q.row < p.row)
                """
            )
        for row in sorted(rows):
            converted.problems.append(Problem(row, self._name_heading(), "no_name", _("The row has no name.")))
        if rows:
            self._remember_cells(converted, rows)
        return rows

    def _name_heading(self) -> str:
        for index, name in sorted(self.context.columns.items()):
            if name in ("name", "first_name"):
                return self.context.headings[index]
        return ""

    def _remember_cells(self, converted: Converted, rows: set[int]) -> None:
        width = len(self.context.headings)
        known = {name: index for index, name in self.context.columns.items()}
        staged: Staged = converted.data
        for row in staged.customers:
            if row[0] in rows and row[0] not in converted.cells:
                cells: list[Cell] = [""] * width
                for position, (name, _type) in enumerate(STAGED):
                    if name in known and isinstance(row[position], str):
                        cells[known[name]] = row[position]
                converted.cells[row[0]] = cells
        by_kind = {kind: known[name] for name, kind in IDENTITY_KINDS.items() if name in known}
        for number, kind, value, position, *_rest in staged.identities:
            if number in rows and position == 0 and kind in by_kind:
                converted.cells[number][by_kind[kind]] = value

    def _insert(self, cursor: Any) -> int:
        context = self.context
        parameters = {
            "workspace": context.workspace_id,
            "act": context.batch_id,
            "sources": json.dumps({"*": [f"import:{context.batch_id}", context.at.isoformat()]}),
        }
        cursor.execute(
            f"""
            INSERT INTO customers_customer (id, workspace_id, created_in, kind, title, first_name, last_name, name, name_en,
                   name_key, language, custom, sources, order_count, total_spent, birth_date, owner_id, {", ".join(PLAIN)})
            SELECT new_id, %(workspace)s, %(act)s, coalesce(nullif(kind, ''), 'person'), title, first_name, last_name, name,
                   '', name_key, '', '{{}}', %(sources)s, 0, 0, birth_date, owner_id, {", ".join(PLAIN)}
              FROM import_customer WHERE customer_id IS NULL
            """,
            parameters,
        )
        created: int = cursor.rowcount
        if created:
            cursor.execute(
                """
                INSERT INTO platform_searchdocument (record_id, workspace_id, entity, text)
                SELECT new_id, %(workspace)s, 'customers', search FROM import_customer WHERE customer_id IS NULL
                """,
                parameters,
            )
        self._insert_identities(cursor)
        self._insert_addresses(cursor, "s.customer_id IS NULL")
        self._insert_tags(cursor)
        return created

    def _insert_identities(self, cursor: Any) -> None:
        """Add the contact points that the customers do not have; the first customer of a value is the one it names."""
        names = {"workspace": self.context.workspace_id, "act": self.context.batch_id}
        cursor.execute(
            """
            INSERT INTO customers_identity (id, workspace_id, created_in, customer_id, kind, value, position, resolves, label)
            SELECT p.id, %(workspace)s, %(act)s, s.new_id, p.kind, p.value, p.position, p.first AND p.known IS NULL, ''
              FROM import_customer s JOIN import_identity p ON p.row = s.row
             WHERE s.customer_id IS NULL
            """,
            names,
        )
        self.touched: set[Any] = set()
        cursor.execute("SELECT EXISTS (SELECT 1 FROM import_customer WHERE customer_id IS NOT NULL)")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            """
            INSERT INTO customers_identity (id, workspace_id, created_in, customer_id, kind, value, position, resolves, label)
            SELECT n.id, %(workspace)s, %(act)s, n.customer_id, n.kind, n.value, n.position + 10,
                   n.first AND NOT EXISTS (
                       SELECT 1 FROM customers_identity r WHERE r.workspace_id = %(workspace)s AND r.kind = n.kind
                          AND r.value = n.value AND r.resolves), ''
              FROM (
                SELECT DISTINCT ON (s.customer_id, p.kind, p.value) p.*, s.customer_id
                  FROM import_identity p JOIN import_customer s ON s.row = p.row
                 WHERE s.customer_id IS NOT NULL ORDER BY s.customer_id, p.kind, p.value, s.row) n
             WHERE NOT EXISTS (
                SELECT 1 FROM customers_identity i WHERE i.workspace_id = %(workspace)s AND i.customer_id = n.customer_id
                   AND i.kind = n.kind AND i.value = n.value)
            RETURNING customer_id
            """,
            names,
        )
        self.touched = {row[0] for row in cursor.fetchall()}

    def _insert_addresses(self, cursor: Any, which: str) -> set[Any]:
        if not self.mapped & ADDRESS_FIELDS:
            return set()
        filled = " || ".join(ADDRESS[:5])
        cursor.execute(
            f"""
            INSERT INTO customers_address (id, workspace_id, created_in, customer_id, position, label, {", ".join(ADDRESS)})
            SELECT samphan_uuid7(), %(workspace)s, %(act)s, n.customer, 0, '', {", ".join("n." + name for name in ADDRESS)}
              FROM (SELECT DISTINCT ON (coalesce(s.customer_id, s.new_id)) coalesce(s.customer_id, s.new_id) AS customer, s.*
                      FROM import_customer s WHERE {which} AND ({filled}) <> ''
                     ORDER BY coalesce(s.customer_id, s.new_id), s.row) n
             WHERE NOT EXISTS (SELECT 1 FROM customers_address a
                                WHERE a.workspace_id = %(workspace)s AND a.customer_id = n.customer)
            RETURNING customer_id
            """,
            {"workspace": self.context.workspace_id, "act": self.context.batch_id},
        )
        return {row[0] for row in cursor.fetchall()}

    def _insert_tags(self, cursor: Any) -> set[Any]:
        if "tags" not in self.mapped:
            return set()
        parameters = {"workspace": self.context.workspace_id, "act": self.context.batch_id}
        cursor.execute(
            """
            INSERT INTO customers_tag (id, workspace_id, created_in, name, tone)
            SELECT samphan_uuid7(), %(workspace)s, %(act)s, tag, 'slate'
              FROM (SELECT DISTINCT unnest(tags) AS tag FROM import_customer) t
            ON CONFLICT (workspace_id, name) DO NOTHING
            """,
            parameters,
        )
        cursor.execute(
            """
            INSERT INTO customers_customertag (id, workspace_id, created_in, customer_id, tag_id)
            SELECT samphan_uuid7(), %(workspace)s, %(act)s, n.customer, t.id
              FROM (SELECT DISTINCT coalesce(customer_id, new_id) AS customer, unnest(tags) AS tag FROM import_customer) n
              JOIN customers_tag t ON t.workspace_id = %(workspace)s AND t.name = n.tag
            ON CONFLICT (workspace_id, customer_id, tag_id) DO NOTHING
            RETURNING customer_id
            """,
            parameters,
        )
        return {row[0] for row in cursor.fetchall()}

    def _update(self, cursor: Any) -> tuple[dict[Any, int], set[Any]]:
        """Bring the known customers up to the file; returns how many rows speak of each, and who changed."""
        cursor.execute("SELECT customer_id, count(*) FROM import_customer WHERE customer_id IS NOT NULL GROUP BY 1")
        rows_of_known = dict(cursor.fetchall())
        if not rows_of_known:
            return {}, set()
        changed = {customer for customer in self.touched if customer in rows_of_known}
        changed |= self._insert_addresses(cursor, "s.customer_id IS NOT NULL")
        cursor.execute(
            """
            UPDATE import_customer s SET pass = n.pass FROM (
                SELECT row, row_number() OVER (PARTITION BY customer_id ORDER BY row) AS pass
                  FROM import_customer WHERE customer_id IS NOT NULL) n WHERE n.row = s.row
            """
        )
        for number in range(1, max(rows_of_known.values()) + 1):
            changed |= self._update_pass(cursor, number)
            changed |= self._update_addresses(cursor, number)
        return rows_of_known, changed

    def _update_pass(self, cursor: Any, number: int) -> set[Any]:
        columns = [name for name in PLAIN if name in self.mapped]
        columns += [
            name
            for name in ("birth_date", "owner_id")
            if name.removesuffix("_id") in self.mapped or name in self.mapped
        ]
        if self.mapped & {"name", "first_name", "last_name"}:
            columns += [*NAME_PARTS, "name_key"]
        elif "title" in self.mapped:
            columns.append("title")
        if not columns:
            return set()
        fills = self.context.existing == "fill"

        def wanted(column: str) -> str:
            given = f"s.{column} IS NOT NULL" if column in ("birth_date", "owner_id") else f"s.{column} <> ''"
            if column in (*NAME_PARTS, "name_key"):
                given = "s.name <> ''" if column != "title" else "s.title <> ''"
                if fills:
                    given = "false"
            elif fills:
                empty = f"c.{column} IS NULL" if column in ("birth_date", "owner_id") else f"c.{column} = ''"
                given = f"{given} AND {empty}"
            if column == "kind":
                given = f"{given} AND s.kind <> ''"
            return f"CASE WHEN {given} THEN s.{column} ELSE c.{column} END"

        differs = " OR ".join(f"{wanted(column)} IS DISTINCT FROM c.{column}" for column in columns)
        traced = [column for column in columns if column != "name_key"]
        sources = ", ".join(
            f"'{column.removesuffix('_id') if column == 'owner_id' else column}', "
            f"CASE WHEN {wanted(column)} IS DISTINCT FROM c.{column} THEN %(source)s::jsonb END"
            for column in traced
        )
        cursor.execute(
            f"""
            UPDATE customers_customer c SET {", ".join(f"{column} = {wanted(column)}" for column in columns)},
                   sources = c.sources || jsonb_strip_nulls(jsonb_build_object({sources}))
              FROM import_customer s
             WHERE s.customer_id = c.id AND s.pass = %(pass)s AND c.workspace_id = %(workspace)s AND ({differs})
            RETURNING c.id
            """,
            {
                "pass": number,
                "workspace": self.context.workspace_id,
                "source": json.dumps([f"import:{self.context.batch_id}", self.context.at.isoformat()]),
            },
        )
        return {row[0] for row in cursor.fetchall()}

    def _update_addresses(self, cursor: Any, number: int) -> set[Any]:
        if not self.mapped & ADDRESS_FIELDS or self.context.existing == "fill":
            return set()
        cursor.execute(
            f"""
            UPDATE customers_address a SET {", ".join(f"{name} = s.{name}" for name in ADDRESS)}
              FROM import_customer s
             WHERE a.workspace_id = %s AND a.customer_id = s.customer_id AND a.position = 0 AND s.pass = %s
               AND ({" || ".join("s." + name for name in ADDRESS[:5])}) <> ''
               AND ({", ".join("a." + name for name in ADDRESS)})
                   IS DISTINCT FROM ({", ".join("s." + name for name in ADDRESS)})
            RETURNING a.customer_id
            """,
            [self.context.workspace_id, number],
        )
        return {row[0] for row in cursor.fetchall()}


# Cells to values. Each reader is made once a column and called once a cell: (text, the row's values so far).


def _plain_text(name: str) -> Callable[[CustomerImport, int], Callable[[str, dict[str, Any]], None]]:
    limit = LIMITS.get(name, 10_000)

    def make(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
        def read(text: str, values: dict[str, Any]) -> None:
            if len(text) > limit:
                raise ValueProblem(
                    "too_long", _("%(count)s characters; at most %(limit)s."), count=len(text), limit=limit
                )
            values[name] = text

        return read

    return make


def _whole_name(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        if len(text) > LIMITS["name"]:
            raise ValueProblem(
                "too_long", _("%(count)s characters; at most %(limit)s."), count=len(text), limit=LIMITS["name"]
            )
        if is_organisation(text):
            values["name"] = " ".join(text.split())
            values.setdefault("kind", "organisation")
            return
        name = split_name(text)
        if len(name.first) > 200 or len(name.last) > 200:
            raise ValueProblem("too_long", _("%(count)s characters; at most %(limit)s."), count=len(text), limit=200)
        values["name"] = f"{name.first} {name.last}".strip()
        values.setdefault("first_name", name.first)
        values.setdefault("last_name", name.last)
        values.setdefault("title", name.title[:60])
        if name.nickname:
            values.setdefault("nickname", name.nickname)

    return read


def _title(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        values["title"] = canonical_title(text)[:60]

    return read


def _phone(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        for phone in parse_phones(text):
            values.setdefault("identities", []).append(("phone", phone.e164))

    return read


def _email(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        address = text.lower()
        if len(address) > 320 or not EMAIL.fullmatch(address):
            if address.count("@") > 1:
                raise ValueProblem("email_two_at", _("The e-mail has %(count)s @ signs."), count=address.count("@"))
            if "@" not in address:
                raise ValueProblem("email_no_at", _("The e-mail has no @ sign."))
            raise ValueProblem("email", _("“%(email)s” is not an e-mail address."), email=text[:80])
        values.setdefault("identities", []).append(("email", address))

    return read


def _identifier(kind: str) -> Callable[[CustomerImport, int], Callable[[str, dict[str, Any]], None]]:
    def make(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
        def read(text: str, values: dict[str, Any]) -> None:
            value = text.lstrip("@") if kind == "line" else text
            if kind == "external" and value.endswith(".0") and value[:-2].isdigit():
                value = value[:-2]  # a number that went through a float column
            if len(value) > 320:
                raise ValueProblem(
                    "too_long", _("%(count)s characters; at most %(limit)s."), count=len(value), limit=320
                )
            if value:
                values.setdefault("identities", []).append((kind, value))

        return read

    return make


def _birth_date(session: CustomerImport, index: int) -> Callable[[str, dict[str, Any]], None]:
    parse = compile_parser(session.context.dates[index])
    today = session.context.at.date()

    def read(text: str, values: dict[str, Any]) -> None:
        day = parse(text)
        if day > today:
            raise ValueProblem("future_birth", _("The birth date %(date)s is in the future."), date=day.isoformat())
        values["birth_date"] = day

    return read


def _tax_id(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        tax_id = parse_tax_id(text)
        values["tax_id"] = tax_id.number
        if tax_id.kind == "juristic":
            values.setdefault("kind", "organisation")

    return read


def _branch(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        values["branch"] = parse_branch(text)

    return read


def _choice(name: str, words: dict[str, str]) -> Callable[[CustomerImport, int], Callable[[str, dict[str, Any]], None]]:
    def make(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
        def read(text: str, values: dict[str, Any]) -> None:
            value = words.get(text.lower())
            if value is None:
                raise ValueProblem("unknown_choice", _("“%(value)s” is not one of the choices."), value=text[:60])
            values[name] = value

        return read

    return make


def _owner(session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        owner = session.owners.get(text.lower())
        if owner is None:
            raise LookupError(
                _("Nobody here is called “%(name)s”; the customer comes in without an owner.") % {"name": text}
            )
        values["owner_id"] = owner

    return read


def _tags(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        tags = [tag for tag in SPLIT_TAGS.split(text) if tag]
        if any(len(tag) > 100 for tag in tags):
            raise ValueProblem("too_long", _("A tag has at most 100 characters."))
        values["tags"] = list(dict.fromkeys(tags))

    return read


def _whole_address(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
    def read(text: str, values: dict[str, Any]) -> None:
        if len(text) > 500:
            raise ValueProblem("too_long", _("%(count)s characters; at most %(limit)s."), count=len(text), limit=500)
        values["address"] = text

    return read


def _address_part(name: str) -> Callable[[CustomerImport, int], Callable[[str, dict[str, Any]], None]]:
    def make(_session: CustomerImport, _index: int) -> Callable[[str, dict[str, Any]], None]:
        def read(text: str, values: dict[str, Any]) -> None:
            values.setdefault("parts", {})[name] = text[:100]

        return read

    return make


def _address(address: str | None, values: dict[str, Any]) -> tuple[str, ...]:
    """Line and parts of an address; parts in columns of their own win over those found in the text."""
    parts: dict[str, str] | None = values.get("parts")
    if parts is None:
        return parse_address(address or "")[:6]
    given = [parts.get(name, "") for name in ("subdistrict", "district", "province", "postcode")]
    if address and HAS_PLACES.search(address):
        found = parse_address(" ".join((address, *given)))
        area = tuple(found[1:6])
        line = found.line
    else:
        line, area = address or "", complete(*given)[:5]
    return (line[:500], *area[:3], area[3][:5], area[4])


_READERS: dict[str, Callable[[CustomerImport, int], Callable[[str, dict[str, Any]], None]]] = {
    "name": _whole_name,
    "title": _title,
    "first_name": _plain_text("first_name"),
    "last_name": _plain_text("last_name"),
    "nickname": _plain_text("nickname"),
    "kind": _choice("kind", KINDS),
    "phone": _phone,
    "second_phone": _phone,
    "email": _email,
    "line_id": _identifier("line"),
    "member_number": _identifier("member"),
    "external_id": _identifier("external"),
    "tax_id": _tax_id,
    "branch": _branch,
    "birth_date": _birth_date,
    "gender": _choice("gender", GENDERS),
    "address": _whole_address,
    "subdistrict": _address_part("subdistrict"),
    "district": _address_part("district"),
    "province": _address_part("province"),
    "postcode": _address_part("postcode"),
    "tags": _tags,
    "owner": _owner,
    "grade": _choice("grade", GRADES),
    "stage": _choice("stage", STAGES),
    "source": _plain_text("source"),
    "note": _plain_text("note"),
}


def _owners(context: Context) -> dict[str, Any]:
    """Members by name and by e-mail, in lower case."""
    found: dict[str, Any] = {}
    for member in members(SystemViewer(context.workspace_id)):
        found[member.name.lower()] = found[member.user.email] = member.id
        if member.user.name:
            found.setdefault(member.user.name.lower(), member.id)
    return found


def _as_text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != datetime.min.time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def register() -> None:
    """Offer customers as a kind of import."""
    kinds.register(
        ImportKind(
            name="customers",
            label=gettext_lazy("Customers"),
            permission="customers.import_customer",
            fields=tuple(one for one in CUSTOMER_FIELDS if one.name in _READERS),
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
        )
    )
