"""Remove a demo workspace with everything that was ever stored for it."""

from uuid import UUID

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

from samphan.administration.models import Member, Workspace
from samphan.commerce.models import StagedCustomer, StagedLine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace
from samphan.runtime.demo import staff


def remove_workspace(workspace: Workspace) -> None:
    """Delete a workspace and every row that carries its id, in one transaction, as the application's role.

    Its history goes too, so the triggers that would write some more of it rest meanwhile.
    """
    with transaction.atomic(), in_workspace(workspace.id), pgtrigger.ignore():
        users = list(Member.objects.values_list("user_id", flat=True))
        batches = list(ImportBatch.objects.values_list("id", flat=True))
        for staged in (StagedLine, StagedCustomer):
            staged.objects.filter(batch_id__in=batches).delete()
        for model in workspace_tables():
            _delete_all(model, workspace.id)
        with connection.cursor() as cursor:
            # Keys between the tables are checked at commit; better here, where a mistake still has a name.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    workspace.delete()
    staff.dismiss(users)


def workspace_tables() -> list[type[models.Model]]:
    """Every model whose rows belong to a workspace, those that others point to last."""
    found = [
        model
        for model in apps.get_models()
        if model is not Workspace
        and model._meta.managed
        and any(getattr(column, "column", None) == "workspace_id" for column in model._meta.get_fields())
    ]
    # The outbox is read by dead letters, batches by their problems: parts go before what they are part of.
    return sorted(found, key=_depth, reverse=True)


def _depth(model: type[models.Model]) -> int:
    parents = [
        column.related_model
        for column in model._meta.get_fields()
        if isinstance(column, models.ForeignKey)
        and isinstance(column.related_model, type)
        and column.related_model is not model
    ]
    return 1 + max((_depth(parent) for parent in parents), default=0)


def _delete_all(model: type[models.Model], workspace_id: UUID) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if table == "platform_outboxevent":
            cursor.execute(
                "DELETE FROM platform_deadletter d USING platform_outboxevent e"
                " WHERE e.id = d.event_id AND e.workspace_id = %s",
                [workspace_id],
            )
        cursor.execute(f'DELETE FROM "{table}" WHERE workspace_id = %s', [workspace_id])
