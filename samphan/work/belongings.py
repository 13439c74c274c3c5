"""The open tasks of a member, for when the member leaves."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from samphan.administration import handover
from samphan.administration.models import Member
from samphan.work import actions
from samphan.work.models import Task


def register() -> None:
    """Let administration list and hand over the open tasks of a member; what is done stays theirs."""
    handover.register(
        handover.Belongings("tasks", _("Open tasks of theirs"), "square-check", _count, _url, _give, order=20)
    )


def _count(viewer: Member, member: Member) -> int:
    return Task.objects.visible_to(viewer).open().filter(assignee_id=member.pk)[: handover.MOST + 1].count()


def _url(member: Member) -> str:
    return f"{reverse('task-list')}?{urlencode({'f': f'assignee:is_any_of:{member.pk}'})}"


def _give(viewer: Member, member: Member, to: Member, at: datetime) -> int:
    return actions.hand_over_tasks(member.pk, to.pk, acting_member=viewer)
