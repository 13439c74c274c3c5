"""Imports in the background."""

from uuid import UUID

from django.utils import translation

from samphan.platform.imports import engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import FileProblem
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace


@job(queue="imports", retries=20)
def check_import(batch_id: str, workspace_id: str) -> None:
    """Read a file through and keep what does not pass. Safe to run twice."""
    with translation.override(_language(batch_id, workspace_id)):
        try:
            engine.check(UUID(batch_id), UUID(workspace_id))
        except (FileProblem, engine.CannotImport):
            return  # the batch says what happened


@job(queue="imports", retries=20)
def run_import(batch_id: str, workspace_id: str) -> None:
    """Write a file, from its last checkpoint on. Safe to run twice."""
    with translation.override(_language(batch_id, workspace_id)):
        try:
            engine.run(UUID(batch_id), UUID(workspace_id))
        except (FileProblem, engine.CannotImport):
            return


@job(queue="imports", retries=20)
def undo_import(batch_id: str, workspace_id: str, member_id: str) -> None:
    """Take an import back. Safe to run twice: the second finds it undone."""
    with translation.override(_language(batch_id, workspace_id)):
        try:
            engine.undo(UUID(batch_id), UUID(workspace_id), member_id=UUID(member_id))
        except engine.CannotImport:
            return


def _language(batch_id: str, workspace_id: str) -> str:
    with in_workspace(UUID(workspace_id)):
        mapping = ImportBatch.objects.values_list("mapping", flat=True).get(id=batch_id)
    return str(mapping.get("language") or "th")
