"""What goes outside, held back: a restored home sends nothing of the old one's until somebody lets it.

The old home may still run, or has sent what its last backup says is waiting. What waits stays where it is, and what comes
in addition joins it, until it is let go or dropped. What a person asks for and waits for (an invitation, a new password)
goes out in any case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils.functional import Promise


class OutgoingHold(models.Model):
    """That a workspace sends nothing by itself, since a moment.

    No row-level security: senders serve every workspace, and it holds no words.
    """

    workspace_id = models.UUIDField(primary_key=True)
    since = models.DateTimeField()
    backup_at = models.DateTimeField(null=True)  # the moment that the restored backup was made of

    class Meta:
        app_label = "platform"

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.since}"


@dataclass(frozen=True)
class Outlet:
    """One way outside: what waits there for a workspace, and how to drop it. Both stand inside `in_workspace`."""

    label: str | Promise
    count: Callable[[UUID], int]
    drop: Callable[[UUID, datetime], int]


_outlets: list[Outlet] = []


def declare(outlet: Outlet) -> None:
    """Make a way outside known; a domain calls this in `AppConfig.ready()`."""
    _outlets.append(outlet)


def hold_of(workspace_id: UUID) -> OutgoingHold | None:
    """Why a workspace sends nothing; None when it does."""
    return OutgoingHold.objects.filter(workspace_id=workspace_id).first()


def held_ids() -> "models.QuerySet[OutgoingHold, UUID]":
    """The workspaces that send nothing, for an `exclude`."""
    return OutgoingHold.objects.values_list("workspace_id", flat=True)


def waiting(workspace_id: UUID) -> list[tuple[str, int]]:
    """What waits to go outside, by its way; stands inside `in_workspace`."""
    return [(str(outlet.label), outlet.count(workspace_id)) for outlet in _outlets]


def hold(workspace_id: UUID, *, at: datetime, backup_at: datetime | None = None) -> None:
    """Let a workspace send nothing from now on. Safe to run twice."""
    OutgoingHold.objects.get_or_create(workspace_id=workspace_id, defaults={"since": at, "backup_at": backup_at})


@transaction.atomic
def release(workspace_id: UUID, *, drops: bool = False, at: datetime) -> bool:
    """Let a workspace send again; stands inside `in_workspace`. False when it was not held.

    :param drops: what waits is not sent.
    """
    # The deletion is the lock: of two people one lets go, and one way.
    if not OutgoingHold.objects.filter(workspace_id=workspace_id).delete()[0]:
        return False
    if drops:
        for outlet in _outlets:
            outlet.drop(workspace_id, at)
    return True
