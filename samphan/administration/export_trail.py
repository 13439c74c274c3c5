"""What administration knows about exports: the names of members, where search is, and who took what."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration import audit, on_behalf, queries
from samphan.administration.custom_fields import files, relations
from samphan.platform import exports
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Field, Type
from samphan.platform.exports.reading import Export, is_filtered
from samphan.ui import navigation

_WORDS = {
    "customers.list_exported": _("Exported customers"),
    "commerce.orders_exported": _("Exported orders"),
    "commerce.products_exported": _("Exported products"),
}


def action_name(export: Export) -> str:
    """The audit action of an export: `customers.list_exported`, `commerce.orders_exported`."""
    app = export.entity.model_label.partition(".")[0]
    noun = "list" if export.entity.name == app else export.entity.name
    return f"{app}.{noun}_exported"


def _record(viewer: Viewer, export: Export, rows: int) -> None:
    audit.record(
        action_name(export),
        viewer=viewer,
        rows=rows,
        format=export.file_format,
        fields=[field.name for field in export.fields],
        filtered=is_filtered(export),
        **({"selected": len(export.record_ids)} if export.record_ids is not None else {}),
        **on_behalf.of_export(viewer, export),
    )


def _names(viewer: Viewer) -> Mapping[UUID, str]:
    return {member.pk: member.name for member in queries.members(viewer)}


def _label_sql(field: Field, viewer: Viewer) -> str:
    return files.names_sql(field) if field.type is Type.FILE else relations.label_sql(field, viewer)


def register() -> None:
    """Write every export down, and tell the shell where search is."""
    for action, words in _WORDS.items():
        audit.declare(action, words)
    exports.on_export(_record)
    exports.use_member_names(_names)
    exports.use_record_labels(_label_sql)
    navigation.use_url("palette", "search-palette")
    navigation.use_url("search", "search")
