"""Uploaded files of imports go when their time is over; what they brought in stays."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import retention
from samphan.platform.files import import_folder
from samphan.platform.imports.models import ImportBatch, ImportProblem

_STATES = ImportBatch.State
_ENDED = (_STATES.DONE, _STATES.FAILED, _STATES.CANCELLED, _STATES.UNDONE, _STATES.UPLOADED, _STATES.CHECKED)


def register() -> None:
    """Tell the settings how long imported files are kept."""
    retention.register(
        retention.Rule(
            "import_files", _("Files of imports"),
            _("The file as it came and its rejected rows hold data of many people; the import can still be undone."),
            180, 7, 1825, _due, lambda batches: clear([batch.pk for batch in batches]),
        )
    )  # fmt: skip


def _due(workspace_id: UUID, before: datetime) -> retention.Rows:
    old = Q(finished_at__lt=before) | Q(finished_at=None, created_at__lt=before)
    found = ImportBatch.objects.filter(old, workspace_id=workspace_id, state__in=_ENDED)
    return retention.Rows(found.exclude(file_path="").order_by("id"))


def clear(batch_ids: Sequence[UUID]) -> None:
    """Take away the files of imports, their kept rows and what was typed over these; what they brought in stays."""
    ImportProblem.objects.filter(batch_id__in=batch_ids).delete()
    # An import that was never run cannot go on without its file.
    waiting = (_STATES.UPLOADED, _STATES.CHECKED)
    ImportBatch.objects.filter(pk__in=batch_ids, state__in=waiting).update(state=_STATES.CANCELLED)
    ImportBatch.objects.filter(pk__in=batch_ids).update(file_path="", shape={}, corrections={})
    for batch_id in batch_ids:
        # A file outside our folder, which the command line read where it lay, is not ours to delete. It goes before the
        # rows are committed: nobody would look for it behind them.
        shutil.rmtree(import_folder(batch_id), ignore_errors=True)
