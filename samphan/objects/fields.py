"""The entity of a kind in the field catalogue; custom fields join it as they join every entity."""

from functools import partial
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields.definitions import say
from samphan.customers import names
from samphan.customers.fields import one_customer
from samphan.objects.finding import find
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Entity, Field, Label, Privacy, Sort, Type
from samphan.platform.exports import ExportKind

if TYPE_CHECKING:
    from samphan.objects.models import ObjectRecordQuerySet

TABLE = "objects_objectrecord"
_CUSTOMER = (
    f"(SELECT {{what}} FROM customers_customer c WHERE c.workspace_id = {TABLE}.workspace_id"
    f" AND c.id = {TABLE}.customer_id AND c.deleted_at IS NULL)"
)
CUSTOMER_CALLED = _CUSTOMER.format(what=names.name_sql("c"))
"""What the name of a record's customer is written from, as every other list writes it."""
HEADINGS = {
    "title": ("ชื่อ", "name", "title"),
    "code": ("รหัส", "เลขที่", "code", "number", "serial number", "หมายเลขเครื่อง"),
    "customer": ("ลูกค้า", "ชื่อลูกค้า", "รหัสลูกค้า", "เบอร์ลูกค้า", "customer", "customer name", "phone"),
    "owner": ("ผู้ดูแล", "ผู้รับผิดชอบ", "owner", "assignee"),
}


def _count(plural: str) -> str:
    # The name is a company's own: a percent sign in it is none of a placeholder.
    named = str(plural).replace("%", "%%")
    return f"{named} %(count)s รายการ" if (get_language() or "th").startswith("th") else f"%(count)s {named}"


_counted = lazy(_count, str)


def title_label(kind: CustomObject) -> Label:
    """What the name of its records is called."""
    return say(kind.title_th, kind.title_en) if _named(kind, "title") else _("Name")


def code_label(kind: CustomObject) -> Label:
    """What the number or code of its records is called."""
    return say(kind.code_th, kind.code_en) if _named(kind, "code") else _("Code")


def _named(kind: CustomObject, what: str) -> bool:
    return bool(getattr(kind, f"{what}_th") or getattr(kind, f"{what}_en"))


def entity_of(kind: CustomObject) -> Entity:
    """The entity of a kind."""
    group = kind.label
    fields = [
        Field(
            "title", title_label(kind), Type.TEXT, Privacy.BUSINESS, f"{TABLE}.title",
            sort=Sort(f"{TABLE}.title_key"), is_list_default=True, is_editable=True, is_importable=True, group=group,
            width=280, synonyms=_synonyms(kind, "title"),
        ),
        Field(
            "code", code_label(kind), Type.IDENTIFIER, Privacy.BUSINESS, f"{TABLE}.code", sort=Sort(f"{TABLE}.code"),
            is_list_default=True, is_editable=True, is_importable=True, group=group, width=150,
            synonyms=_synonyms(kind, "code"),
        ),
    ]  # fmt: skip
    if kind.has_customer:
        fields += [
            Field(
                "customer", _("Customer"), Type.TEXT, Privacy.BUSINESS, _CUSTOMER.format(what="c.name"),
                is_list_default=True, is_editable=True, is_importable=True, group=group, width=220,
                synonyms=HEADINGS["customer"],
            ),
            one_customer(TABLE, group),
        ]  # fmt: skip
    fields += [
        Field(
            "owner", _("Owner"), Type.MEMBER, Privacy.BUSINESS, f"{TABLE}.owner_id", is_list_default=True,
            is_editable=True, is_importable=True, group=group, width=130, synonyms=HEADINGS["owner"],
        ),
        # UUIDv7 ids are made in the order of time: the index of the id serves the sort by creation.
        Field(
            "created_at", _("Added"), Type.DATETIME, Privacy.BUSINESS, f"{TABLE}.created_at",
            sort=Sort(f"{TABLE}.id", "uuid", True), group=group, width=110,
        ),
    ]  # fmt: skip
    return Entity(
        name=kind.entity_name,
        label=kind.label,
        label_plural=kind.plural,
        label_count=_counted(kind.plural),
        model_label="objects.ObjectRecord",
        table=TABLE,
        default_sort=(("created_at", True),),
        url=f"/objects/{kind.key}/",
        fields=tuple(fields),
        search=partial(find, kind),
    )


def _synonyms(kind: CustomObject, what: str) -> tuple[str, ...]:
    own = (getattr(kind, f"{what}_th"), getattr(kind, f"{what}_en"))
    labels = (kind.label_th, kind.label_en) if what == "title" else ()
    return tuple(dict.fromkeys(text for text in (*own, *labels, *HEADINGS[what]) if text))


def rows_of(kind: CustomObject, viewer: Viewer) -> "ObjectRecordQuerySet":
    """The living records of a kind that somebody sees."""
    return ObjectRecord.objects.seen_by(viewer, kind)


def export_of(kind: CustomObject) -> ExportKind:
    """How its records leave in files."""
    return ExportKind(rows=partial(rows_of, kind), permission=kind.permission("export"))
