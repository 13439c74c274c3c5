"""Imports that begin with a link: the batch waits for its file, which the worker fetches."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from samphan.platform.files import import_folder, safe_name
from samphan.platform.ids import uuid7
from samphan.platform.imports import actions
from samphan.platform.imports.kinds import ImportKind, kind, kinds
from samphan.platform.imports.locks import CannotImport, only_runner
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import FileProblem
from samphan.platform.imports.sheet_links import CannotFetch, SheetLink, fetch, read_link
from samphan.platform.tenancy import current_workspace, in_workspace

Fetch = Callable[[SheetLink, Path], str]
State = ImportBatch.State


def begin(
    text: str, *, kind_name: str | None, member_id: UUID | None, kinds_allowed: Sequence[ImportKind]
) -> ImportBatch:
    """A batch for the sheet behind a link, to be fetched; stands inside `in_workspace`.

    :param kind_name: None to guess it from the headings, among `kinds_allowed`.
    :raises BadLink: when the text is no link of a sheet.
    """
    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("a link is taken inside in_workspace()")
    read_link(text)
    return ImportBatch.objects.create(
        id=uuid7(),
        workspace_id=workspace_id,
        member_id=member_id,
        kind=kind_name or kinds_allowed[0].name,
        state=State.FETCHING,
        file_name="Google Sheets",
        link=text.strip(),
        heartbeat_at=timezone.now(),
        mapping={
            "language": translation.get_language() or "th",
            "among": [kind_name] if kind_name else [one.name for one in kinds_allowed],
        },
    )


def again(batch: ImportBatch) -> None:
    """Put a link whose sheet could not be had in line once more; stands inside `in_workspace`.

    :raises CannotImport: when the file is here, or is being fetched.
    """
    taken = (
        ImportBatch.objects.filter(id=batch.id, state=State.FAILED, shape={})
        .exclude(link="")
        .update(state=State.FETCHING, failure="", finished_at=None, heartbeat_at=timezone.now())
    )
    if not taken:
        raise CannotImport(_("There is nothing to fetch: the file is here, or on its way."))
    batch.refresh_from_db()


def fetch_file(batch_id: UUID, workspace_id: UUID, *, wait: float = 0, get: Fetch | None = None) -> ImportBatch:
    """Fetch the sheet of a waiting batch and make it ready to be mapped. The network is asked outside any transaction.

    :raises CannotImport: with the sentence for whoever waits.
    """
    with only_runner(batch_id, wait=wait):
        with in_workspace(workspace_id):
            batch = ImportBatch.objects.get(id=batch_id)
        if batch.state != State.FETCHING:
            return batch
        link = read_link(batch.link)
        folder = import_folder(batch.id)
        fresh = folder / "fetched"
        limit = settings.ENVIRONMENT.max_upload_bytes
        try:
            name = safe_name(get(link, fresh) if get else fetch(link, fresh, limit=limit))
            path = folder / f"input-{name}"
            shutil.move(fresh, path)
            with in_workspace(workspace_id):
                actions.fill(
                    batch,
                    path,
                    file_name=name,
                    kind_name=batch.mapping["among"][0] if len(batch.mapping["among"]) == 1 else None,
                    kinds_allowed=[one for one in kinds() if one.name in batch.mapping["among"]] or [kind(batch.kind)],
                    remembers=True,
                )
        except (CannotFetch, FileProblem) as problem:
            shutil.rmtree(folder, ignore_errors=True)
            raise CannotImport(str(problem)) from problem
        return batch
