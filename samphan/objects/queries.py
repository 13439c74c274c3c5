"""Reads about records of a company's own kinds."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from samphan.objects.models import CustomObject

MOST_COUNTED = 1_000  # records beyond which nobody needs the exact number to decide


@dataclass(frozen=True)
class HeldCount:
    """How many living records a kind has, up to `MOST_COUNTED`."""

    value: int

    @property
    def is_exact(self) -> bool:
        return self.value <= MOST_COUNTED

    @property
    def words(self) -> str:
        """12, or 1,000+ where more were not counted."""
        return f"{self.value:,}" if self.is_exact else f"{MOST_COUNTED:,}+"


def record_counts(kinds: Iterable[CustomObject]) -> dict[UUID, HeldCount]:
    """How many living records each kind has, in one statement."""
    wanted = [kind.pk for kind in kinds]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT o.id, (SELECT count(*) FROM (SELECT 1 FROM objects_objectrecord r
                           WHERE r.workspace_id = o.workspace_id AND r.object_id = o.id AND r.deleted_at IS NULL
                           LIMIT %s) AS held)
              FROM objects_customobject o WHERE o.id = ANY(%s)
            """,
            [MOST_COUNTED + 1, wanted],
        )
        return {object_id: HeldCount(count) for object_id, count in cursor.fetchall()}
