"""Migration operations for the tables of a workspace."""

from collections.abc import Mapping
from typing import Any

from django.db.migrations.operations import RunSQL

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
