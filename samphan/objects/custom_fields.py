"""Records of a company's own kinds have custom fields as every record has."""

from collections.abc import Collection, Sequence
from functools import partial
from uuid import UUID

from samphan.administration.custom_fields.hosts import Host
from samphan.objects.actions import announce
from samphan.objects.fields import rows_of
from samphan.objects.models import CustomObject
from samphan.objects.search_documents import refresh_search


def host_of(kind: CustomObject) -> Host:
    """What makes records of a kind hosts of custom fields."""
    return Host(
        entity_name=kind.entity_name,
        view=kind.permission("view"),
        change=kind.permission("change"),
        rows=partial(rows_of, kind),
        changed=partial(_changed, kind),
        page="record-detail",
        page_args=(kind.entity_name,),
        icon=kind.icon,
        has_form=True,
        is_own=True,
        refresh_search=refresh_search,
    )


def _changed(kind: CustomObject, record_ids: Sequence[UUID], names: Collection[str]) -> None:
    refresh_search(record_ids)
    announce(kind, record_ids, names)
