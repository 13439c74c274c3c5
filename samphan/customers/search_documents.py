"""The searchable text of customers, kept in sets."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.administration.custom_fields import definitions
from samphan.customers.models import Identity
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import after_undo
from samphan.platform.events import publish
from samphan.platform.search.text import search_text
from samphan.platform.tenancy import current_workspace
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.phones import search_digits

ENTITY = "customers"
CHUNK = 1_000
MOST_CUSTOM = 300  # letters of one custom field that can be found

_SOURCE = """
    SELECT c.id, c.name, c.title, c.nickname, c.name_en, c.tax_id, c.deleted_at IS NOT NULL,
           coalesce((SELECT array_agg(ARRAY[i.kind, i.value]::text[] ORDER BY i.id) FROM customers_identity i
                      WHERE i.workspace_id = c.workspace_id AND i.customer_id = c.id), '{}'),
           coalesce((SELECT array_agg(p.text ORDER BY p.id) FROM customers_preference p
                      WHERE p.workspace_id = c.workspace_id AND p.customer_id = c.id AND p.withdrawn_at IS NULL), '{}'),
           c.custom
      FROM customers_customer c WHERE c.workspace_id = %s AND c.id = ANY(%s)
"""
_WRITE = """
    INSERT INTO platform_searchdocument (record_id, workspace_id, entity, text)
    SELECT made.id, %s, %s, made.text FROM unnest(%s::uuid[], %s::text[]) AS made(id, text)
    ON CONFLICT (record_id) DO UPDATE SET text = excluded.text
     WHERE platform_searchdocument.text IS DISTINCT FROM excluded.text
"""


def refresh_search(customer_ids: Iterable[UUID]) -> int:
    """Make the search documents of these customers again; deleted and vanished ones lose theirs.

    Three statements for each thousand customers. Returns the number of documents that stand.
    """
    workspace_id = current_workspace()
    standing = 0
    keys = definitions.searched_keys(ENTITY, workspace_id) if workspace_id else ()
    with connection.cursor() as cursor:
        for ids in chunks(customer_ids, CHUNK):
            cursor.execute(_SOURCE, [workspace_id, ids])
            rows = [row for row in cursor.fetchall() if not row[6]]
            texts = [_text(row, keys) for row in rows]
            found = [row[0] for row in rows]
            cursor.execute(_WRITE, [workspace_id, ENTITY, found, texts])
            if len(found) < len(ids):
                gone = list(set(ids) - set(found))
                cursor.execute("DELETE FROM platform_searchdocument WHERE record_id = ANY(%s)", [gone])
            standing += len(found)
    return standing


def _text(row: Sequence[Any], keys: Iterable[str]) -> str:
    _id, name, title, nickname, name_en, tax_id, _gone, identities, preferences, custom = row
    parts, digits = [name, nickname, name_en], [tax_id]
    for kind, value in identities:
        if kind == Identity.Kind.PHONE:
            digits.extend(search_digits(value))
        elif value.isdigit():
            digits.append(value)
        else:
            parts.append(value)
    parts.extend(preferences)
    held = json.loads(custom) if isinstance(custom, str) and keys else custom
    parts.extend(str(held[key])[:MOST_CUSTOM] for key in keys if held.get(key))
    if title and title not in ("นาย", "นาง", "นางสาว", "คุณ"):
        parts.insert(0, title)
    return search_text([part for part in parts if part], [text for text in digits if text])


def chunks(ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """Lists of at most `size` ids."""
    walk = iter(ids)
    while found := list(islice(walk, size)):
        yield found


def refresh_after_undo(changeset_id: UUID) -> None:
    """Make names, search documents and listeners true again after an undo that touched customers."""
    from samphan.customers.events import IDS_AT_ONCE, CustomersChanged

    acts = [changeset_id, *Changeset.objects.filter(undone_by=changeset_id).values_list("id", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM customers_customer WHERE created_in = ANY(%(acts)s)
            UNION SELECT id FROM customers_customerhistory WHERE pgh_context_id = ANY(%(acts)s)
            UNION SELECT customer_id FROM customers_identityhistory WHERE pgh_context_id = ANY(%(acts)s)
            UNION SELECT customer_id FROM customers_identity WHERE created_in = ANY(%(acts)s)
            UNION SELECT customer_id FROM customers_preferencehistory WHERE pgh_context_id = ANY(%(acts)s)
            UNION SELECT customer_id FROM customers_addresshistory WHERE pgh_context_id = ANY(%(acts)s)
            UNION SELECT customer_id FROM customers_customertaghistory WHERE pgh_context_id = ANY(%(acts)s)
            UNION SELECT customer_id FROM customers_customerfilehistory WHERE pgh_context_id = ANY(%(acts)s)
            UNION SELECT unnest(ARRAY[customer_id, other_id]) FROM customers_relationhistory
                   WHERE pgh_context_id = ANY(%(acts)s)
            """,
            {"acts": acts},
        )
        touched = [row[0] for row in cursor.fetchall()]
        for ids in chunks(touched, CHUNK):
            cursor.execute("SELECT id, name, name_key FROM customers_customer WHERE id = ANY(%s)", [ids])
            keys = [(found, sort_key(name)) for found, name, key in cursor.fetchall() if sort_key(name) != key]
            if keys:
                cursor.execute(
                    "UPDATE customers_customer c SET name_key = made.key"
                    " FROM unnest(%s::uuid[], %s::text[]) AS made(id, key) WHERE c.id = made.id",
                    [[found for found, _key in keys], [key for _found, key in keys]],
                )
    refresh_search(touched)
    publish(*(CustomersChanged(tuple(ids)) for ids in chunks(touched, IDS_AT_ONCE)))


def register() -> None:
    """Follow every undo."""
    after_undo(refresh_after_undo)
