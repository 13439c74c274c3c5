"""Imports in the background."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from samphan.platform.changes.undo import CannotUndo
from samphan.platform.errors import outage
from samphan.platform.imports import engine, fetching
from samphan.platform.imports.locks import AlreadyRunning, CannotImport
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import FileProblem
from samphan.platform.jobs import job
from samphan.platform.tenancy import in_workspace

logger = logging.getLogger(__name__)
State = ImportBatch.State

# A job comes again when its worker was killed, and then meets the lock of the killed session or of a worker that was
# only slow. It waits so long each time, and the queue tries it so often, before it gives up.
WAIT_SECONDS = 60.0
TIMES = 60


@job(queue="imports", retries=TIMES)
def fetch_sheet(batch_id: str, workspace_id: str) -> None:
    """Fetch the file of an import that began with a link. Safe to run twice."""
    _carry_out(
        batch_id,
        workspace_id,
        State.FETCHING,
        lambda batch, workspace: fetching.fetch_file(batch, workspace, wait=WAIT_SECONDS),
    )


@job(queue="imports", retries=TIMES)
def check_import(batch_id: str, workspace_id: str) -> None:
    """Read a file through and keep what does not pass. Safe to run twice."""
    _carry_out(
        batch_id,
        workspace_id,
        State.CHECKING,
        lambda batch, workspace: engine.check(batch, workspace, wait=WAIT_SECONDS),
    )


@job(queue="imports", retries=TIMES)
def run_import(batch_id: str, workspace_id: str) -> None:
    """Write a file, from its last checkpoint on. Safe to run twice."""
    _carry_out(
        batch_id,
        workspace_id,
        State.RUNNING,
        lambda batch, workspace: engine.run(batch, workspace, wait=WAIT_SECONDS),
    )


@job(queue="imports", retries=TIMES)
def undo_import(batch_id: str, workspace_id: str, member_id: str) -> None:
    """Take an import back. Safe to run twice: the second finds it undone."""
    _carry_out(
        batch_id,
        workspace_id,
        State.UNDOING,
        lambda batch, workspace: engine.undo(batch, workspace, member_id=UUID(member_id), wait=WAIT_SECONDS),
    )


@job(queue="imports", retries=TIMES)
def undo_imports(batch_ids: list[str], workspace_id: str, member_id: str) -> None:
    """Take several imports back, one after the other in this order. Safe to run twice: what is undone stays so."""
    for batch_id in batch_ids:
        undo_import(batch_id, workspace_id, member_id)


def _carry_out(batch_id: str, workspace_id: str, state: ImportBatch.State, act: Callable[[UUID, UUID], object]) -> None:
    """Do it in the language of whoever asked. What can pass by itself is left to the queue, all else ends the import.

    :param state: in which the batch waits for this job; in another it is nobody's to fail.
    """
    batch, workspace = UUID(batch_id), UUID(workspace_id)
    if not connection.in_atomic_block:
        close_old_connections()  # this thread's connection may have died with the database since the last job
    with translation.override(_language(batch, workspace)):
        try:
            act(batch, workspace)
        except (AlreadyRunning, OperationalError, InterfaceError):
            raise
        except FileProblem:
            return  # the batch says what happened
        except (CannotImport, CannotUndo) as refusal:
            engine.fail(batch, workspace, str(refusal), state=state)
        except Exception as error:
            if outage(error):
                raise  # nobody's fault: the queue comes back when it is over
            logger.exception("import %s stopped", batch)
            engine.fail(batch, workspace, _("Something went wrong here. The log of the worker says what."), state=state)


def _language(batch_id: UUID, workspace_id: UUID) -> str:
    with in_workspace(workspace_id):
        mapping = ImportBatch.objects.values_list("mapping", flat=True).get(id=batch_id)
    return str(mapping.get("language") or "th")
