"""The workspace: the wall between one company and the next.

`visible_to` is the first wall. The second stands in PostgreSQL: every table of a workspace has row-level security with
the policy `workspace_id = current_setting('samphan.workspace')`, and the application's role may not go around it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models.functions import Now

from samphan.platform.ids import uuid7

_current: ContextVar[UUID | None] = ContextVar("samphan_workspace", default=None)
_memo: ContextVar[dict[str, Any] | None] = ContextVar("samphan_memo", default=None)


def current_workspace() -> UUID | None:
    """The workspace of the innermost `in_workspace`, or None outside one."""
    return _current.get()


def memo() -> dict[str, Any]:
    """What is remembered of the workspace until the outermost `in_workspace` of it ends; outside one, nothing."""
    known = _memo.get()
    return {} if known is None else known


@contextmanager
def in_workspace(workspace_id: UUID) -> Iterator[None]:
    """Open a transaction in which the database shows the rows of this workspace and no others.

    Requests, jobs, commands and streamed bodies all work inside one; without it every table is empty.
    """
    with transaction.atomic():
        _set(workspace_id)
        known = _memo.get()
        remembering = _memo.set(known if known is not None and _current.get() == workspace_id else {})
        token = _current.set(workspace_id)
        try:
            yield
        finally:
            outer = token.old_value
            _current.reset(token)
            _memo.reset(remembering)
            # SET LOCAL ends with the transaction, not with a nested savepoint: an outer workspace is put back by hand.
            if isinstance(outer, UUID) and outer != workspace_id and not connection.needs_rollback:
                _set(outer)


def _set(workspace_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('samphan.workspace', %s, true)", [str(workspace_id)])


@contextmanager
def as_user(user_id: UUID) -> Iterator[None]:
    """Open a transaction in which a signed-in user sees their own memberships, before a workspace is chosen."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('samphan.user', %s, true)", [str(user_id)])
        yield


class WorkspaceModel(models.Model):
    """A row that belongs to one workspace.

    The foreign key has no constraint of its own: the composite keys `(workspace_id, x_id)` that
    `platform.schema.WorkspaceTable` adds bind a row to its parent and its workspace in one check.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        "administration.Workspace", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_in = models.UUIDField(null=True, editable=False)  # the changeset that made this row; None: before history

    class Meta:
        abstract = True
