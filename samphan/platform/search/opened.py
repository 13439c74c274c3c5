"""Which records a member opened: what the palette shows before anything is typed, and whom search puts first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.platform.access import Viewer

KEPT = 200  # records of one member
AGAIN_SECONDS = 60  # within which opening a record again counts for nothing

# Nobody waits for the disk for the sake of a list of recent records: losing the last ones in a crash does no harm.
_REMEMBER = """
    INSERT INTO platform_openedrecord AS o (workspace_id, member_id, record_id, kind, opened_at, opened_count)
    SELECT %(workspace)s, %(member)s, %(record)s, %(kind)s, %(at)s, 1
      FROM (SELECT set_config('synchronous_commit', 'off', true)) quick
    ON CONFLICT (workspace_id, member_id, record_id) DO UPDATE
       SET opened_at = excluded.opened_at, opened_count = o.opened_count + 1
     WHERE o.opened_at < excluded.opened_at - make_interval(secs => %(again)s)
    RETURNING opened_count
"""
_FORGET = """
    DELETE FROM platform_openedrecord WHERE workspace_id = %(workspace)s AND member_id = %(member)s AND opened_at < (
        SELECT opened_at FROM platform_openedrecord WHERE workspace_id = %(workspace)s AND member_id = %(member)s
         ORDER BY opened_at DESC OFFSET %(kept)s LIMIT 1)
"""
_RECENT = """
    SELECT kind, record_id, opened_at, opened_count FROM platform_openedrecord
     WHERE workspace_id = %s AND member_id = %s ORDER BY opened_at DESC LIMIT %s
"""


@dataclass(frozen=True)
class Opened:
    """A record that the member opened, last at `at`, `count` times in all."""

    kind: str
    id: UUID
    at: datetime
    count: int

    def weight(self, now: datetime) -> float:
        """How much it is in use: 1 for once long ago, 4 more on the same day, 1 more for each doubling of the count."""
        days = max(0.0, (now - self.at).total_seconds() / 86_400)
        return 1 + log2(max(1, self.count)) + 4 / (1 + days)


def remember_opened(viewer: Viewer, kind: str, record_id: UUID, *, at: datetime) -> None:
    """Note that the viewer looks at a record: one statement, and one more for a record that is new to the viewer."""
    if viewer.id is None:
        return
    values: dict[str, Any] = {
        "workspace": viewer.workspace_id, "member": viewer.id, "record": record_id, "kind": kind, "at": at,
        "again": AGAIN_SECONDS, "kept": KEPT - 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, values)
        written = cursor.fetchone()
        if written and written[0] == 1:
            cursor.execute(_FORGET, values)


def opened_by(viewer: Viewer, limit: int = KEPT) -> Sequence[Opened]:
    """What the viewer opened, the last first."""
    if viewer.id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [viewer.workspace_id, viewer.id, limit])
        return [Opened(*row) for row in cursor.fetchall()]
