"""What happens to imports, for every domain that wants to know."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from samphan.platform.events import Event


@dataclass(frozen=True)
class ImportEnded(Event):
    """The background work on a file is over. `state` is that of the batch: done, failed or undone."""

    type: ClassVar[str] = "platform.import_ended"
    batch_id: UUID
    state: str
