"""What happens to the records of a company's own kinds."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from samphan.platform.events import Event

IDS_AT_ONCE = 1_000  # of one event; a larger set travels as several


@dataclass(frozen=True)
class RecordCreated(Event):
    """A record was added by a person; imports publish `RecordsChanged`."""

    type: ClassVar[str] = "objects.record_created"
    object_id: UUID
    record_id: UUID


@dataclass(frozen=True)
class RecordsChanged(Event):
    """Records have other values; `fields` is empty where it may be any of them, and the records may be new."""

    type: ClassVar[str] = "objects.records_changed"
    object_id: UUID
    record_ids: tuple[UUID, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordsDeleted(Event):
    """Records were deleted; they can come back for 30 days."""

    type: ClassVar[str] = "objects.records_deleted"
    object_id: UUID
    record_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class RecordsRestored(Event):
    """Deleted records came back."""

    type: ClassVar[str] = "objects.records_restored"
    object_id: UUID
    record_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class RecordShared(Event):
    """Members see a record that somebody shared with them or their teams; `by` is None for the system."""

    type: ClassVar[str] = "objects.record_shared"
    act_id: UUID
    member_ids: tuple[UUID, ...]
    by: UUID | None
    object_id: UUID
    record_id: UUID
