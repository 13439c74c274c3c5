"""Migration operations for the tables of a workspace."""

from collections.abc import Mapping
from typing import Any

from django.db.migrations.operations import RunSQL

ROWS_IN_ONE = 1_000  # that a stored change of rows names
POLICY = "workspace_id = nullif(current_setting('samphan.workspace', true), '')::uuid"


class WorkspaceTable(RunSQL):
    """Put a table behind the second wall and bind it to its parents inside the workspace.

    :param table: the table's name; it has a column `workspace_id`.
    :param parents: column to parent table; each becomes a key `(workspace_id, column)` to the parent's
        `(workspace_id, id)`, checked at commit, so that no row can point into another workspace.
    :param referenced: True when other tables point here, which takes a unique key over `(workspace_id, id)`.
    :param policy: another policy than "the row is of this workspace".
    """

    def __init__(
        self,
        table: str,
        parents: Mapping[str, str] | None = None,
        *,
        referenced: bool = False,
        policy: str = POLICY,
    ) -> None:
        self.table, self.parents, self.referenced, self.policy = table, dict(parents or {}), referenced, policy
        forward: list[Any] = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY workspace ON "{table}" USING ({policy})',
        ]
        backward: list[Any] = [
            f'DROP POLICY workspace ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ]
        if referenced:
            forward.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_in_workspace" UNIQUE (workspace_id, id)')
            backward.insert(0, f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_in_workspace"')
        for column, parent in self.parents.items():
            name = f"{table}_{column}_in_workspace"
            forward.append(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (workspace_id, "{column}") '
                f'REFERENCES "{parent}" (workspace_id, id) DEFERRABLE INITIALLY DEFERRED'
            )
            backward.insert(0, f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        super().__init__(forward, backward)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (
            self.__class__.__qualname__,
            [self.table, self.parents],
            {"referenced": self.referenced, "policy": self.policy},
        )


class CapturedTable(RunSQL):
    """Let the changes of a table's rows be read by `platform.rowchanges`.

    :param table: it has the columns `id` and `workspace_id`.
    :param customer: the column that says whose a row is, `id` for customers themselves; "" where the table names nobody.

    Three triggers, because one with transition tables serves one kind of statement, each with its statement written out: a
    dynamic one would be planned anew every time.
    """

    def __init__(self, table: str, customer: str = "customer_id") -> None:
        self.table, self.customer = table, customer
        forward: list[Any] = []
        backward: list[Any] = []
        for event, source in (
            ("insert", "new_rows"),
            ("update", "new_rows UNION SELECT {columns} FROM old_rows"),
            ("delete", "old_rows"),
        ):
            name = f"{table}_{event}_rows"
            columns = "id, workspace_id" + (f", {customer} AS customer" if customer else "")
            whose = "array_agg(DISTINCT r.customer) FILTER (WHERE r.customer IS NOT NULL)" if customer else "NULL"
            rows = f"SELECT {columns} FROM {source.format(columns=columns)}"
            referencing = {
                "insert": "NEW TABLE AS new_rows",
                "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
                "delete": "OLD TABLE AS old_rows",
            }[event]
            forward += [
                f"""
                CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $body$
                BEGIN
                    INSERT INTO platform_rowchange (workspace_id, of_table, ids, customer_ids)
                    SELECT r.workspace_id, '{table}', array_agg(DISTINCT r.id), {whose}
                      FROM (SELECT *, (row_number() OVER () - 1) / {ROWS_IN_ONE} AS part FROM ({rows}) AS one) AS r
                     GROUP BY r.workspace_id, r.part;
                    RETURN NULL;
                END $body$
                """,
                f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" REFERENCING {referencing}'
                f' FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
            ]
            backward += [f'DROP TRIGGER "{name}" ON "{table}"', f'DROP FUNCTION "{name}"()']
        super().__init__(forward, backward)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__qualname__, [self.table, self.customer], {}
