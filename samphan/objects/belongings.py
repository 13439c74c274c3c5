"""The records in a member's care, for when the member leaves."""

from datetime import datetime
from functools import reduce
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration import handover
from samphan.administration.models import Member
from samphan.objects.actions import announce
from samphan.objects.fields import rows_of
from samphan.objects.known import known_objects
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.changes.recording import changeset


def register() -> None:
    """Let administration list and hand over the records of a member."""
    handover.register(handover.Belongings("records", _("Records of other kinds"), "box", _count, _url, _give, order=30))


def _theirs(viewer: Member, member: Member) -> list[tuple[CustomObject, "QuerySet[ObjectRecord]"]]:
    return [(kind, rows_of(kind, viewer).filter(owner_id=member.pk)) for kind in known_objects()]


def _count(viewer: Member, member: Member) -> int:
    most = handover.MOST + 1
    return min(reduce(lambda count, one: count + one[1][:most].count(), _theirs(viewer, member), 0), most)


def _url(member: Member) -> str:
    kinds = known_objects()
    if len(kinds) != 1:
        return ""
    return f"{reverse('record-list', args=[kinds[0].entity_name])}?f=owner:is_any_of:{member.pk}"


def _give(viewer: Member, member: Member, to: Member, at: datetime) -> int:
    given = 0
    with changeset("objects.records_handed_over", member_id=viewer.pk):
        for kind, rows in _theirs(viewer, member):
            ids: list[UUID] = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
            ObjectRecord.objects.filter(workspace_id=kind.workspace_id, pk__in=ids).update(owner_id=to.pk)
            announce(kind, ids, ("owner",))
            given += len(ids)
    return given
