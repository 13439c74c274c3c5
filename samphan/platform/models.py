"""Everything of the platform that is stored."""

from samphan.platform.changes.models import Changeset
from samphan.platform.events.models import DeadLetter, OutboxEvent, SubscriberCursor
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.search.models import OpenedRecord, SearchDocument, SearchWord

__all__ = [
    "Changeset",
    "DeadLetter",
    "ImportBatch",
    "ImportProblem",
    "OpenedRecord",
    "OutboxEvent",
    "SearchDocument",
    "SearchWord",
    "SubscriberCursor",
]
