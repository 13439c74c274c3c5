"""Records of a company's own kinds as search finds and shows them."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from samphan.objects.fields import code_label, rows_of
from samphan.objects.models import CustomObject
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy
from samphan.platform.search.documents import among, document_ids
from samphan.platform.search.query import Query
from samphan.platform.search.registry import Kind, Part, Record
from samphan.platform.search.text import normalise, search_line


def kind_of(kind: CustomObject) -> Kind:
    """How records of a kind are found."""
    return Kind(
        name=kind.entity_name,
        label=kind.plural,
        icon=kind.icon,
        permission=kind.permission("view"),
        order=40,
        candidates=partial(_candidates, kind),
        present=partial(_present, kind),
        parts=partial(_parts, kind),
        list_url=partial(_list_url, kind),
        among=partial(_among, kind),
    )


def _candidates(kind: CustomObject, viewer: Viewer, query: Query, limit: int) -> list[UUID]:
    if query.is_widened:  # words of their names are not learnt, so none was meant
        return []
    return document_ids(viewer, kind.entity_name, query, limit)


def _among(kind: CustomObject, viewer: Viewer, query: Query, ids: Sequence[UUID]) -> list[UUID]:
    return among(viewer, kind.entity_name, query, ids)


def _present(kind: CustomObject, viewer: Viewer, ids: Sequence[UUID]) -> list[Record]:
    rows = rows_of(kind, viewer).filter(pk__in=ids).values_list("pk", "title", "code", "title_key")
    return [
        Record(
            id=pk, name=title, key=key, url=reverse("record-detail", args=[kind.entity_name, pk]),
            calls=tuple(normalise(text) for text in (title, code) if text),
        )
        for pk, title, code, key in rows
    ]  # fmt: skip


def _parts(kind: CustomObject, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    rows = rows_of(kind, viewer).filter(pk__in=ids).values_list("pk", "title", "code")
    return {
        pk: [
            Part(title, (search_line([title]),), Privacy.BUSINESS, True),
            *([Part(code, (normalise(code),), Privacy.BUSINESS, True, code_label(kind))] if code else []),
        ]
        for pk, title, code in rows
    }


def _list_url(kind: CustomObject, text: str) -> str:
    return f"{reverse('record-list', args=[kind.entity_name])}?{urlencode({'q': text})}"
