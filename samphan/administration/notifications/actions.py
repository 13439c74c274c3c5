"""Writes about notifications."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from samphan.administration.lists.kinds import kind as list_kind
from samphan.administration.models import ListAct, Member, Notification
from samphan.administration.notifications import choices
from samphan.administration.notifications.kinds import kind
from samphan.platform import live
from samphan.platform.tenancy import current_workspace

TOPIC = "notification"


def notify(
    member_ids: Iterable[UUID],
    kind_name: str,
    *,
    key: str,
    values: Mapping[str, Any] | None = None,
    url: str = "",
    by: UUID | None = None,
    at: datetime | None = None,
) -> int:
    """Tell members of something once; safe to run twice. Returns how many were told.

    Whoever did it is not told, nor is anybody whose access is closed.

    :param key: what happened, such as the id of an act: of one kind and key a member hears once.
    :param values: for the placeholders of the kind's words; plain JSON.
    :param by: the member who did it.
    :param at: when; now, unless it is given. Who wants an e-mail gets it some minutes later, or in the next summary.
    :raises KeyError: for a kind that nobody declared.
    """
    known_kind = kind(kind_name)
    if known_kind is None:
        raise KeyError(kind_name)
    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("members are notified inside in_workspace()")
    told = Member.objects.filter(
        workspace_id=workspace_id, pk__in={each for each in member_ids if each != by}, is_active=True
    )
    ids = list(told.values_list("pk", flat=True))
    if not ids:
        return 0
    mine = Notification.objects.filter(workspace_id=workspace_id, member_id__in=ids)
    known = set(mine.filter(kind=kind_name, key=key).values_list("member_id", flat=True))
    new = [member_id for member_id in ids if member_id not in known]
    # Two deliveries of one event at once: the constraint lets one of them through.
    made = Notification.objects.bulk_create(
        [
            Notification(
                workspace_id=workspace_id,
                member_id=member_id,
                kind=kind_name,
                key=key,
                values=dict(values or {}),
                url=url,
            )
            for member_id in new
        ],
        ignore_conflicts=True,
    )
    choices.plan([one.pk for one in made], known_kind.topic, at=at or timezone.now())
    tell_bells(new)
    return len(new)


def tell_that_a_list_act_ended(act_id: UUID) -> None:
    """Tell whoever changed many records of a list how it ended; the page of the act has the way back."""
    act = ListAct.objects.filter(pk=act_id).defer("record_ids").first()
    if act is None or act.state == ListAct.State.WAITING:
        return
    notify(
        [act.member_id],
        f"administration.list_act_{act.state}",
        key=str(act.pk),
        values={"count": f"{act.changed_count:,}", "why": act.message},
        url=list_kind(act.entity).url("act", act.pk),
    )


def see_all(member: Member, *, at: datetime) -> None:
    """The member has looked: nothing is new any more, what was not opened stays unread."""
    if Notification.objects.filter(workspace_id=member.workspace_id, member=member, seen_at=None).update(seen_at=at):
        tell_bells([member.pk])


def read_one(notification: Notification, *, at: datetime) -> None:
    """The member has opened one."""
    theirs = Notification.objects.filter(pk=notification.pk)
    theirs.filter(seen_at=None).update(seen_at=at)
    if theirs.filter(read_at=None).update(read_at=at):
        tell_bells([notification.member_id])


def read_all(member: Member, *, at: datetime) -> None:
    """The member marks everything as read."""
    theirs = Notification.objects.filter(workspace_id=member.workspace_id, member=member)
    theirs.filter(seen_at=None).update(seen_at=at)
    theirs.filter(read_at=None).update(read_at=at)
    tell_bells([member.pk])


def tell_bells(member_ids: Iterable[UUID]) -> None:
    """Let the open pages of these members look at their bell again."""
    version = int(timezone.now().timestamp() * 1000)
    workspace_id = current_workspace()
    ids: dict[UUID | None, int] = dict.fromkeys(member_ids, version)
    if ids and workspace_id is not None:
        live.tell(workspace_id, TOPIC, ids)
