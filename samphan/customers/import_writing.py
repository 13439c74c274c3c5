"""Customers from a file into the tables: matched and written by sets in PostgreSQL, chunk by chunk.

A chunk is copied into two temporary tables, one row a customer and one row an identity, and everything else is a handful
of statements over them.
"""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from samphan.administration import queries
from samphan.administration.custom_fields import importing
from samphan.administration.custom_fields.once import Claim, Once
from samphan.administration.settings import numbering, store
from samphan.customers.numbering import NAME
from samphan.platform.bulk import copy_rows
from samphan.platform.ids import uuid7
from samphan.platform.imports.kinds import Context, Converted, Problem
from samphan.platform.imports.reading import SHEET_STEP, Cell
from samphan.platform.search.text import search_text

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
# A column that may be null: the fields that fill it, the first of which it is.
NULLABLE = {"birth": ("birth_date", "birth_year"), "owner_id": ("owner",)}
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
    ("birth", "text"),
    ("owner_id", "uuid"),
    *((name, "text") for name in ADDRESS),
    ("tags", "text[]"),
    ("custom", "text"),
    ("search", "text"),
)


@dataclass
class Staged:
    """A converted chunk: tuples in the order of `STAGED`, (row, kind, value, position, id, first) of the identities, and
    (row, column, said, purpose, channel, reading) of what is said about consent."""

    customers: list[tuple[Any, ...]] = field(default_factory=list)
    identities: list[tuple[int, str, str, int, UUID, bool]] = field(default_factory=list)
    named: set[tuple[str, str]] = field(default_factory=set)  # identities of earlier rows of the chunk
    consents: list[tuple[int, str, str, str, str, str]] = field(default_factory=list)
    cells: dict[int, list[Cell]] = field(default_factory=dict)  # as they stood, where a row may yet be refused


class Tables:
    """The temporary tables of one run, and the statements over them.

    :param keys: pairs of key field and whether it decides alone; a weak one also wants the same name.
    """

    def __init__(self, context: Context, keys: tuple[tuple[str, bool], ...]) -> None:
        self.context = context
        self.mapped = set(context.columns.values())
        self.keys = keys
        self.expect_unique()
        self.touched: set[Any] = set()  # known customers who got another contact point from this chunk
        self.analysed = False  # once a run: the temporary tables keep their statistics

    def expect_unique(self, *, is_call: bool = False) -> None:
        """Look at the fields that are different in every customer, among those that are mapped now.

        :param is_call: the rows are records of a program's call.
        """
        fills = self.context.existing == "fill"
        self.once = Once("customers", self.mapped, self.context.workspace_id, only_empty=fills)
        self.is_call = is_call

    def stage(self, cursor: Any, staged: Staged) -> None:
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

    def find_known(self, cursor: Any) -> None:
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
        same_name = "" if decides else "AND (p.name = '' OR p.name_key = c.name_key OR lower(c.name) = lower(p.name))"
        # Rows that met somebody are few, and come first: everybody at a shared phone was read for every row of the file.
        cursor.execute(
            f"""
            WITH p AS MATERIALIZED (
                SELECT s.row, s.name, s.name_key, p.kind, p.value, p.position, p.known
                  FROM import_customer s JOIN import_identity p ON p.row = s.row
                 WHERE s.customer_id IS NULL AND p.kind = %(kind)s AND p.known IS NOT NULL)
            UPDATE import_customer s SET customer_id = found.id FROM (
                SELECT DISTINCT ON (p.row) p.row, c.id
                  FROM p {join}
                  JOIN customers_customer c ON c.id = {customer} AND c.deleted_at IS NULL {same_name}
                 ORDER BY p.row, p.position, c.id) found
             WHERE found.row = s.row
            """,
            {"kind": IDENTITY_KINDS[name], "workspace": self.context.workspace_id},
        )

    def find_leaders(self, cursor: Any) -> None:
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

    def reject_nameless(self, cursor: Any, converted: Converted) -> set[int]:
        cursor.execute("SELECT row FROM import_customer WHERE customer_id IS NULL AND name = ''")
        rows = {row for (row,) in cursor.fetchall()}
        self.drop(cursor, rows)
        for row in sorted(rows):
            converted.problems.append(Problem(row, self._name_heading(), "no_name", _("The row has no name.")))
        if rows:
            self._remember_cells(converted, rows)
        return rows

    def reject_taken(self, cursor: Any, converted: Converted, owners: Mapping[int, Hashable] | None = None) -> set[int]:
        """Leave out the rows that want a value which another customer has and must not share.

        :param owners: whom the rows of a check mean, where nothing is written; None while the chunk is written.
        """
        refused: set[int] = set()
        while self.once.fields:
            cursor.execute(
                "SELECT row, coalesce(customer_id, new_id), custom FROM import_customer WHERE custom <> '' ORDER BY row"
            )
            claims = [
                Claim(row, (owners or {}).get(row, customer), json.loads(custom)) for row, customer, custom in cursor
            ]
            clashes = self.once.clashes(claims, writes=owners is None)
            if not clashes:
                break
            rows = {one.row for one in clashes}
            viewer = queries.member_or_system(self.context.workspace_id, self.context.member_id)
            converted.problems += self.once.problems(clashes, viewer, self._heading, in_call=self.is_call)
            self._remember_cells(converted, rows)
            self.drop(cursor, rows)
            refused |= rows
            if owners is not None:
                break
        return refused

    def drop(self, cursor: Any, rows: set[int]) -> None:
        """Leave rows out; a value that only they had before another row is that row's now."""
        if not rows:
            return
        cursor.execute("DELETE FROM import_customer WHERE row = ANY(%s) RETURNING new_id", [list(rows)])
        gone = [new_id for (new_id,) in cursor.fetchall()]
        cursor.execute("DELETE FROM import_identity WHERE row = ANY(%s)", [list(rows)])
        cursor.execute(
            """
            UPDATE import_identity p SET first = true WHERE NOT EXISTS (
                SELECT 1 FROM import_identity q WHERE q.kind = p.kind AND q.value = p.value AND q.row < p.row)
            """
        )
        # Rows that spoke of a customer whom one of these would have made: the first of them makes it now.
        cursor.execute("UPDATE import_customer SET customer_id = NULL WHERE customer_id = ANY(%s)", [gone])
        if cursor.rowcount:
            self.find_leaders(cursor)

    def _name_heading(self) -> str:
        for index, name in sorted(self.context.columns.items()):
            if name in ("name", "first_name"):
                return self.context.headings[index]
        return ""

    def _heading(self, name: str) -> str:
        columns = self.context.columns
        found = next((self.context.headings[index] for index in sorted(columns) if columns[index] == name), "")
        return found or (name if self.is_call else "")

    def _remember_cells(self, converted: Converted, rows: set[int]) -> None:
        width = len(self.context.headings)
        known = {name: index for index, name in self.context.columns.items()}
        staged: Staged = converted.data
        converted.cells |= {row: staged.cells[row] for row in rows if row in staged.cells}
        rows = rows - staged.cells.keys()
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

    def insert(self, cursor: Any) -> int:
        context = self.context
        self._give_numbers(cursor)
        parameters = {
            "workspace": context.workspace_id,
            "act": context.batch_id,
            "sources": json.dumps({"*": [context.said_by, context.at.isoformat()]}),
            "custom": importing.defaults("customers", context.workspace_id),
        }
        cursor.execute(
            f"""
            INSERT INTO customers_customer (id, workspace_id, created_in, kind, title, first_name, last_name, name, name_en,
                   name_key, language, custom, sources, order_count, total_spent, birth, owner_id, {", ".join(PLAIN)})
            SELECT new_id, %(workspace)s, %(act)s, coalesce(nullif(kind, ''), 'person'), title, first_name, last_name, name,
                   '', name_key, '', %(custom)s::jsonb || coalesce(nullif(custom, ''), '{{}}')::jsonb, %(sources)s,
                   0, 0, birth, owner_id, {", ".join(PLAIN)}
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

    def _give_numbers(self, cursor: Any) -> None:
        """Number the new customers whom no row gives a number, in the order of the rows, where the company numbers them."""
        workspace_id = self.context.workspace_id
        if not numbering.is_on(workspace_id, NAME):
            return
        cursor.execute(
            """
            SELECT s.row FROM import_customer s
             WHERE s.customer_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM import_identity p JOIN import_customer f ON f.row = p.row
                 WHERE p.kind = 'member' AND coalesce(f.customer_id, f.new_id) = s.new_id)
             ORDER BY s.row
            """
        )
        rows = [row for (row,) in cursor.fetchall()]
        if not rows:
            return
        viewer = queries.member_or_system(workspace_id, self.context.member_id)
        day = self.context.at.astimezone(store.workspace_of(workspace_id).zone).date()
        numbers = numbering.next_numbers(NAME, viewer, on=[day] * len(rows))
        copy_rows(
            cursor,
            "import_identity",
            ["row", "kind", "value", "position", "id", "first"],
            [(row, "member", number, 0, uuid7(), True) for row, number in zip(rows, numbers, strict=True)],
        )
        cursor.execute(
            """
            UPDATE import_customer s SET search = s.search || ' ' || given.said
              FROM unnest(%s::int[], %s::text[]) AS given(row, said) WHERE given.row = s.row
            """,
            [rows, [search_text([number]).strip() for number in numbers]],
        )

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
        self.touched = set()
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

    def insert_consents(self, cursor: Any, staged: Staged) -> None:
        """Keep what the rows said about consent with their customers, those too whom the file changes in nothing."""
        cursor.execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS import_consent
                   (row integer, heading text, said text, purpose text, channel text, reading text)
            """
        )
        cursor.execute("TRUNCATE import_consent")
        copy_rows(
            cursor, "import_consent", ["row", "heading", "said", "purpose", "channel", "reading"], staged.consents
        )
        cursor.execute(
            """
            INSERT INTO customers_consentevidence (id, workspace_id, created_in, customer_id, purpose, channel, reading,
                   "column", said, file_name, row, read_at)
            SELECT samphan_uuid7(), %(workspace)s, %(act)s, coalesce(s.customer_id, s.new_id), e.purpose, e.channel,
                   e.reading, e.heading, e.said, %(file)s, mod(e.row, %(step)s), %(at)s
              FROM import_consent e JOIN import_customer s ON s.row = e.row ORDER BY e.row
            """,
            {
                "workspace": self.context.workspace_id,
                "act": self.context.batch_id,
                "file": self.context.file_name,
                "step": SHEET_STEP,
                "at": self.context.at,
            },
        )

    def update(self, cursor: Any) -> tuple[dict[Any, int], set[Any]]:
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
        columns += [column for column, names in NULLABLE.items() if self.mapped & {*names}]
        if self.mapped & {"name", "first_name", "last_name"}:
            columns += [*NAME_PARTS, "name_key"]
        elif "title" in self.mapped:
            columns.append("title")
        custom = importing.mapped("customers", self.mapped, self.context.workspace_id)
        if custom:
            columns.append("custom")
        if not columns:
            return set()
        fills = self.context.existing == "fill"

        def wanted(column: str) -> str:
            if column == "custom":
                given = "coalesce(nullif(s.custom, ''), '{}')::jsonb"
                return f"({given} || c.custom)" if fills else f"(c.custom || {given})"
            given = f"s.{column} IS NOT NULL" if column in NULLABLE else f"s.{column} <> ''"
            if column in (*NAME_PARTS, "name_key"):
                given = "s.name <> ''" if column != "title" else "s.title <> ''"
                if fills:
                    given = "false"
            elif fills:
                empty = f"c.{column} IS NULL" if column in NULLABLE else f"c.{column} = ''"
                given = f"{given} AND {empty}"
            if column == "kind":
                given = f"{given} AND s.kind <> ''"
            return f"CASE WHEN {given} THEN s.{column} ELSE c.{column} END"

        differs = " OR ".join(f"{wanted(column)} IS DISTINCT FROM c.{column}" for column in columns)
        traced = [column for column in columns if column not in ("name_key", "custom")]
        sources = ", ".join(
            f"'{NULLABLE.get(column, (column,))[0]}', "
            f"CASE WHEN {wanted(column)} IS DISTINCT FROM c.{column} THEN %(source)s::jsonb END"
            for column in traced
        )
        # The keys are ids of fields of ours, the names of fields hold letters, digits and underscores alone.
        said = "".join(
            f", '{one.name}', CASE WHEN {wanted('custom')} -> '{one.key}' IS DISTINCT FROM c.custom -> '{one.key}'"
            " THEN %(source)s::jsonb END"
            for one in custom
        )
        sources = (sources + said).removeprefix(", ")
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
                "source": json.dumps([self.context.said_by, self.context.at.isoformat()]),
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
