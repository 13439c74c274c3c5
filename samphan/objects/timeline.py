"""Records of the company's own kinds on a customer's timeline: when one was added, and when one was deleted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import member_names
from samphan.customers import timeline
from samphan.objects.known import known_objects
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.access import Viewer
from samphan.platform.changes.models import Changeset

_ADDED, _DELETED = "created_at", "deleted_at"


def register() -> None:
    """Offer what belongs to a customer to the timeline."""
    timeline.register(
        timeline.Source(
            "own-records",
            gettext_lazy("Records"),
            60,
            entries,
            model=ObjectRecord,
            is_used=lambda one: bool(_kinds(one)),
        )
    )


def _kinds(viewer: Viewer) -> list[CustomObject]:
    return [one for one in known_objects() if one.has_customer and viewer.may(one.permission("view"))]


def entries(
    request: MemberRequest, customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """The newest additions and deletions before a place, of every kind that the member sees; two statements for all."""
    kinds = {kind.pk: kind for kind in _kinds(request.member)}
    parts = [
        _newest(kind, request.member, customer_id, when, before, limit, text)
        for kind in kinds.values()
        for when in (_ADDED, _DELETED)
    ]
    if not parts:
        return []
    rows = sorted(parts[0].union(*parts[1:], all=True), key=lambda row: (row[1], row[2]), reverse=True)[:limit]
    names = member_names(request.member) if any(row[6] for row in rows) else {}
    return [_entry(kinds[row[3]], row, names) for row in rows]


def _newest(
    kind: CustomObject,
    viewer: Viewer,
    customer_id: UUID,
    when: str,
    before: timeline.Place | None,
    limit: int,
    text: str,
) -> "QuerySet[ObjectRecord, Any]":
    """Additions or deletions of one kind: which of the two, its moment, the record, the kind, its name and code, and who."""
    rows = ObjectRecord.objects.reached_by(viewer, kind).filter(customer_id=customer_id, **{f"{when}__isnull": False})
    if before is not None:
        rows = rows.filter(Q(**{f"{when}__lt": before.at}) | Q(**{when: before.at}, pk__lt=before.id))
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(code__icontains=text))
    # Who added it: the changeset that made the row. Who deleted it the bin's history says, which costs a look for each.
    by = Changeset.objects.filter(pk=OuterRef("created_in")).values("member_id")[:1]
    who = Subquery(by) if when == _ADDED else Value(None, UUIDField(null=True))
    ordered = rows.annotate(what=Value(when), moment=F(when), who=who).order_by(f"-{when}", "-pk")
    return ordered.values_list("what", "moment", "id", "object_id", "title", "code", "who", "deleted_at")[:limit]


def _entry(kind: CustomObject, row: Sequence[Any], names: dict[UUID, str]) -> timeline.Entry:
    what, at, record_id, _object, title, code, who, deleted_at = row
    named = format_html("<b>{}</b>", title)
    if deleted_at is None:
        named = format_html('<a href="{}">{}</a>', reverse("record-detail", args=[kind.entity_name, record_id]), named)
    said = _("%(record)s added") if what == _ADDED else _("%(record)s deleted")
    note = " · ".join(filter(None, (code, names.get(who, "") if who else "")))
    line = format_html("{} {}", said % {"record": kind.label}, named)
    if note:
        line = format_html('{} <span class="text-ink3">{}</span>', line, note)
    icon = kind.icon if what == _ADDED else "trash-2"
    return timeline.Entry(at, record_id, icon, "slate", line)
