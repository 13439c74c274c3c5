"""What belongs to a member, and giving all of it to a colleague in one act.

The domains above say what there is: `handover.register(Belongings(...))` in `AppConfig.ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError

MOST = 50_000  # of one kind in one act


class NobodyToTakeOver(DomainError):
    message = _("Choose a colleague with access who takes over.")


class NothingToHandOver(DomainError):
    message = _("Nothing is left to hand over.")


@dataclass(frozen=True)
class Belongings:
    """One kind of record that is in the care of a member.

    :param count: how many are (viewer, member), at most a little above `MOST`.
    :param url: the list that shows them, for this member's id; "" without one.
    :param give: hand all of a member's over to another one (viewer, from, to, at); returns how many. It stands inside a
        changeset.
    """

    name: str
    label: str | Promise
    icon: str
    count: Callable[[Member, Member], int]
    url: Callable[[Member], str]
    give: Callable[[Member, Member, Member, datetime], int]
    order: int = 100


@dataclass(frozen=True)
class Held:
    """How many of a kind a member has now."""

    name: str
    label: str | Promise
    icon: str
    count: int
    url: str


_kinds: dict[str, Belongings] = {}


def register(belongings: Belongings) -> None:
    """Let a domain say what of it belongs to members."""
    _kinds[belongings.name] = belongings


def held_by(member: Member, viewer: Member) -> list[Held]:
    """What a member looks after, of each kind that there is something of."""
    found = []
    for kind in sorted(_kinds.values(), key=lambda one: one.order):
        count = kind.count(viewer, member)
        if count:
            found.append(Held(kind.name, kind.label, kind.icon, count, kind.url(member)))
    return found


def hand_over(member: Member, to: Member, *, acting_member: Member, at: datetime) -> tuple[UUID, int]:
    """Give everything that a member looks after to a colleague, as one act that can be undone.

    :returns: the changeset and how many records changed hands.
    :raises NobodyToTakeOver: when the colleague is the same person or has no access.
    :raises NothingToHandOver: when there is nothing.
    """
    if to.pk == member.pk or not to.is_active or to.workspace_id != member.workspace_id:
        raise NobodyToTakeOver
    note = {"member": str(member.pk), "to": str(to.pk)}
    with changeset("administration.belongings_handed_over", member_id=acting_member.id, note=note) as act:
        count = sum(kind.give(acting_member, member, to, at) for kind in _kinds.values())
        if not count:
            raise NothingToHandOver
    return act, count
