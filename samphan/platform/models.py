"""Everything of the platform that is stored."""

from samphan.platform.changes.models import Changeset
from samphan.platform.events.models import DeadLetter, OutboxEvent, SubscriberCursor
from samphan.platform.health import HealthAlarm, JobFailure
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.outgoing import OutgoingHold
from samphan.platform.search.models import OpenedRecord, SearchDocument, SearchWord

__all__ = [
    "Changeset",
    "DeadLetter",
    "HealthAlarm",
    "ImportBatch",
    "ImportProblem",
    "JobFailure",
    "OpenedRecord",
    "OutboxEvent",
    "OutgoingHold",
    "SearchDocument",
    "SearchWord",
    "SubscriberCursor",
]
