"""The searchable text of records, kept in sets."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.administration.custom_fields import definitions
from samphan.customers.search_documents import CHUNK, MOST_CUSTOM, chunks
from samphan.objects.events import IDS_AT_ONCE, RecordsChanged
from samphan.objects.models import PREFIX, ObjectRecord
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import after_undo
from samphan.platform.events import publish
from samphan.platform.search.text import search_text
from samphan.platform.tenancy import current_workspace
from samphan.platform.thai.collation import sort_key

_SOURCE = """
    SELECT r.id, o.key, r.title, r.code, r.custom, r.deleted_at IS NOT NULL, r.title_key
      FROM objects_objectrecord r JOIN objects_customobject o ON o.workspace_id = r.workspace_id AND o.id = r.object_id
     WHERE r.workspace_id = %s AND r.id = ANY(%s)
"""
_WRITE = """
    INSERT INTO platform_searchdocument (record_id, workspace_id, entity, text)
    SELECT made.id, %s, made.entity, made.text FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS made(id, entity, text)
    ON CONFLICT (record_id) DO UPDATE SET text = excluded.text
     WHERE platform_searchdocument.text IS DISTINCT FROM excluded.text
"""


def refresh_search(record_ids: Iterable[UUID]) -> int:
    """Make the search documents of these records again; deleted and vanished ones lose theirs.

    Three statements for each thousand records. Returns the number of documents that stand.
    """
    workspace_id = current_workspace()
    standing = 0
    with connection.cursor() as cursor:
        for ids in chunks(record_ids, CHUNK):
            cursor.execute(_SOURCE, [workspace_id, ids])
            rows = [row for row in cursor.fetchall() if not row[5]]
            found = [row[0] for row in rows]
            names = [PREFIX + row[1] for row in rows]
            keys = {name: definitions.searched_keys(name, workspace_id) for name in set(names)} if workspace_id else {}
            texts = [_text(row[2], row[3], row[4], keys[name]) for name, row in zip(names, rows, strict=True)]
            cursor.execute(_WRITE, [workspace_id, found, names, texts])
            gone = list(set(ids) - set(found))
            if gone:
                cursor.execute("DELETE FROM platform_searchdocument WHERE record_id = ANY(%s)", [gone])
            standing += len(found)
    return standing


def _text(title: str, code: str, custom: Any, keys: Iterable[str]) -> str:
    held = json.loads(custom) if isinstance(custom, str) else custom
    parts = [title, code, *(str(held[key])[:MOST_CUSTOM] for key in keys if held.get(key))]
    return search_text([part for part in parts if part], [text for text in (code,) if text.isdigit()])


def refresh_sort_keys(record_ids: Iterable[UUID]) -> None:
    """Make the places of records in a Thai dictionary true again."""
    with connection.cursor() as cursor:
        for ids in chunks(record_ids, CHUNK):
            cursor.execute(_SOURCE, [current_workspace(), ids])
            stale = [(row[0], key) for row in cursor.fetchall() if (key := sort_key(row[2])) != row[6]]
            if stale:
                cursor.execute(
                    "UPDATE objects_objectrecord r SET title_key = v.key FROM unnest(%s::uuid[], %s::text[]) AS v(id, key)"
                    " WHERE r.workspace_id = %s AND r.id = v.id",
                    [[one[0] for one in stale], [one[1] for one in stale], current_workspace()],
                )


@after_undo
def refresh_after_undo(changeset_id: UUID) -> None:
    """Make what is computed from records true again after an undo, and read the kinds anew where it touched them."""
    acts = [changeset_id, *Changeset.objects.filter(undone_by=changeset_id).values_list("id", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM objects_objectrecord WHERE created_in = ANY(%(acts)s)"
            " UNION SELECT id FROM objects_objectrecordhistory WHERE pgh_context_id = ANY(%(acts)s)",
            {"acts": acts},
        )
        touched = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT 1 FROM objects_customobjecthistory WHERE pgh_context_id = ANY(%s) LIMIT 1", [acts])
        has_definitions = cursor.fetchone() is not None
    workspace_id = current_workspace()
    if touched and workspace_id is not None:
        refresh_sort_keys(touched)
        refresh_search(touched)
        by_object: dict[UUID, list[UUID]] = {}
        rows = ObjectRecord.objects.filter(workspace_id=workspace_id, pk__in=touched).values_list("object_id", "pk")
        for object_id, record_id in rows:
            by_object.setdefault(object_id, []).append(record_id)
        for object_id, ids in by_object.items():
            publish(*(RecordsChanged(object_id, tuple(part)) for part in chunks(ids, IDS_AT_ONCE)))
    if has_definitions and workspace_id is not None:
        definitions.forget(workspace_id)
