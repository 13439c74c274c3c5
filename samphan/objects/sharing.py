"""Sharing a record of a company's own kind with colleagues and teams that do not reach it."""

from collections.abc import Iterable
from uuid import UUID

from samphan.administration import sharing
from samphan.administration.models import Member
from samphan.customers.reach import OWNED as CUSTOMERS
from samphan.objects.actions import RecordGone, announce
from samphan.objects.events import RecordShared
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.events import publish


def may_share(member: Member, kind: CustomObject) -> bool:
    """True when the member may share records of the kind, and it would give a colleague something."""
    return member.may(kind.permission("share")) and says_something(member, kind)


def says_something(member: Member, kind: CustomObject) -> bool:
    """True when a role of the company reaches less than everybody's records of the kind, or than every customer."""
    entities = (kind.entity_name, CUSTOMERS) if kind.has_customer else (kind.entity_name,)
    return any(sharing.says_something(member, one) for one in entities)


def share_record(
    kind: CustomObject,
    record: ObjectRecord,
    *,
    member_ids: Iterable[UUID],
    team_ids: Iterable[UUID],
    acting_member: Member,
) -> tuple[UUID, bool]:
    """Share a record that the acting member sees. Publishes RecordsChanged, and RecordShared for those who see it now.

    :returns: the changeset, for undo, and whether somebody is named newly. :raises RecordGone: when it is out of reach.
    :raises NobodyToShareWith: when nobody is named.
    """
    if not ObjectRecord.objects.seen_by(acting_member, kind).filter(pk=record.pk).exists():
        raise RecordGone
    done = sharing.share_records(
        kind.entity_name, [record.pk], member_ids=member_ids, team_ids=team_ids, acting_member=acting_member
    )
    if done.record_ids:
        announce(kind, [record.pk], ("owner",))
        publish(RecordShared(done.act, done.member_ids, acting_member.id, kind.pk, record.pk))
    return done.act, bool(done.record_ids)


def end_sharing(kind: CustomObject, record: ObjectRecord, share_id: UUID, *, acting_member: Member) -> UUID:
    """End one sharing of a record that the acting member sees. Publishes RecordsChanged.

    :raises ShareGone: when somebody was faster.
    """
    act = sharing.end_share(share_id, kind.entity_name, record.pk, acting_member=acting_member)
    announce(kind, [record.pk], ("owner",))
    return act
