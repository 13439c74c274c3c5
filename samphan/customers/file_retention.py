"""Files of customers that were deleted go for good after their time; those of a deleted customer go with the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import retention
from samphan.customers.models import CustomerFile
from samphan.platform.changes.erasing import erase


def register() -> None:
    """Tell the settings how long deleted files are kept."""
    retention.register(
        retention.Rule(
            "deleted_files", _("Deleted files and photos"),
            _("A file that was deleted from a customer can be brought back by undoing that; after this nobody can."),
            30, 30, 365, _due, _delete,
        )
    )  # fmt: skip


def _due(workspace_id: UUID, before: datetime) -> retention.Rows:
    return retention.Rows(CustomerFile.objects.filter(workspace_id=workspace_id, deleted_at__lt=before).order_by("id"))


def _delete(files: Sequence[Any]) -> None:
    erase(CustomerFile, [one.pk for one in files], kind="customers.files_erased")
