"""How often lists are filtered and sorted by custom fields, so that those in frequent use get an index.

A process counts in memory and writes what it counted at most once a minute for each workspace, in one statement, with the
page that finds it due. What a process had counted when it ended is lost; nobody needs it to the page.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta
from threading import Lock
from uuid import UUID

from django.db import connection
from django.utils import timezone

from samphan.administration.custom_fields import definitions
from samphan.administration.custom_fields.shapes import shapes_asked
from samphan.platform.catalogue import Reader
from samphan.platform.ids import uuid7
from samphan.platform.lists import ListState
from samphan.platform.tenancy import current_workspace

WRITE_SECONDS = 60
KEPT_DAYS = 60

_lock = Lock()
_counted: dict[UUID, Counter[tuple[UUID, str]]] = {}
_due: dict[UUID, float] = {}


def note(state: ListState, viewer: Reader) -> None:
    """Count the custom fields that a page is filtered and sorted by."""
    asked = shapes_asked(state)
    if not asked:
        return
    workspace_id = viewer.workspace_id
    found = []
    for name, shape in asked:
        field = definitions.find(state.entity.name, name, workspace_id)
        if field is not None:
            found.append((field.pk, shape))
    if not found:
        return
    now = time.monotonic()
    with _lock:
        _counted.setdefault(workspace_id, Counter()).update(found)
        is_due = _due.setdefault(workspace_id, now + WRITE_SECONDS) <= now
    if is_due and current_workspace() == workspace_id:
        write(workspace_id)


def write(workspace_id: UUID, *, on: date | None = None) -> None:
    """Add what this process counted to the uses of the day; stands inside `in_workspace`."""
    with _lock:
        counted = _counted.pop(workspace_id, None)
        _due.pop(workspace_id, None)
    if not counted:
        return
    day = on or timezone.now().date()
    # In one order, so that two processes that write the same rows wait for each other and no more.
    rows = sorted(counted.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO administration_fielduse AS u (id, workspace_id, field_id, shape, used_on, used_count)"
            " SELECT id, %s, field_id, shape, %s, used_count"
            "   FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::int[]) AS n(id, field_id, shape, used_count)"
            " ON CONFLICT (workspace_id, field_id, shape, used_on)"
            " DO UPDATE SET used_count = u.used_count + excluded.used_count",
            [
                workspace_id,
                day,
                [uuid7() for _row in rows],
                [field_id for (field_id, _shape), _count in rows],
                [shape for (_field_id, shape), _count in rows],
                [count for _row, count in rows],
            ],
        )


def forget_old(*, today: date) -> None:
    """Delete counts that nobody looks at any more; stands inside `in_workspace`."""
    from samphan.administration.custom_fields.models import FieldUse

    FieldUse.objects.filter(used_on__lt=today - timedelta(days=KEPT_DAYS)).delete()
