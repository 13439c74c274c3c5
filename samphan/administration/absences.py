"""Stand-ins: who is away from when to when, who reaches what is theirs meanwhile, and naming and ending them.

What stands is kept by each process until the workspace's `settings_version` moves, so that pages pay nothing for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samphan.administration import notifications
from samphan.administration.models import Member, Workspace
from samphan.administration.reaching import Delegation
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_date

MOST_DAYS = 366
MAX_REASON = 200
CHANGE = "administration.change_people"
_MOST_WORKSPACES = 500  # whose absences one process keeps


class BadAbsence(DomainError):
    """A stand-in that cannot be named; `field` is where to say so."""

    def __init__(self, message: str | Promise, *, field: str = "stand_in", **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field


@dataclass(frozen=True)
class Absence:
    """Somebody is away and somebody else stands in, from a day to a day, both included."""

    id: UUID
    member_id: UUID
    stand_in_id: UUID
    starts_on: date
    ends_on: date
    reason: str
    member_name: str
    stand_in_name: str

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


_kept: dict[UUID, tuple[int, date, list[Absence]]] = {}


def absences(workspace: Workspace) -> list[Absence]:
    """Those that hold or are to come, the first first; stands inside `in_workspace`."""
    today = workspace.today()
    kept = _kept.get(workspace.pk)
    if kept is None or kept[:2] != (workspace.settings_version, today):
        if len(_kept) >= _MOST_WORKSPACES:
            _kept.clear()
        rows = Delegation.objects.filter(
            workspace_id=workspace.pk, ends_on__gte=today, withdrawn_at__isnull=True
        ).order_by("starts_on", "id")
        columns = ("id", "member_id", "stand_in_id", "starts_on", "ends_on", "reason", "member__name", "stand_in__name")
        kept = workspace.settings_version, today, [Absence(*row) for row in rows.values_list(*columns)]
        _kept[workspace.pk] = kept
    return kept[2]


def stood_in_for(member: Member) -> dict[UUID, str]:
    """The members whose work a member does today beside their own, with their names."""
    today = member.workspace.today()
    return {
        one.member_id: one.member_name
        for one in absences(member.workspace)
        if one.stand_in_id == member.pk and one.holds_on(today)
    }


def with_absences(workspace: Workspace, people: Iterable[tuple[UUID, str]]) -> list[tuple[UUID, str]]:
    """Members to choose from, with who is away until when and who stands in."""
    today, language = workspace.today(), reader_language()
    away = {one.member_id: one for one in absences(workspace) if one.holds_on(today)}
    return [
        (
            key,
            gettext("%(name)s (away until %(day)s; %(stand_in)s stands in)")
            % {
                "name": name,
                "day": format_date(away[key].ends_on, "day", language),
                "stand_in": away[key].stand_in_name,
            }
            if key in away
            else name,
        )
        for key, name in people
    ]


@transaction.atomic
def name_stand_in(
    member: Member, stand_in: Member, *, starts_on: date, ends_on: date, reason: str = "", acting_member: Member
) -> UUID:
    """Let a colleague reach what is a member's while they are away, and tell them. Returns the changeset.

    :raises BadAbsence: for oneself, nobody at work, days that have passed, are reversed or too many, and days on which
        somebody stands in already. :raises PermissionDenied: for another member without the right to change people.
    """
    _check_right(member.pk, acting_member)
    today = member.workspace.today()
    if stand_in.pk == member.pk:
        raise BadAbsence(_("Somebody else must stand in."))
    if not stand_in.is_active:
        raise BadAbsence(_("This person does not work here any more."))
    if ends_on < starts_on:
        raise BadAbsence(_("The last day is before the first."), field="ends_on")
    if ends_on < today:
        raise BadAbsence(_("These days have passed."), field="ends_on")
    if (ends_on - starts_on).days >= MOST_DAYS:
        raise BadAbsence(_("At most %(days)s days at a time."), field="ends_on", days=MOST_DAYS)
    if len(reason) > MAX_REASON:
        raise BadAbsence(_("At most %(most)s characters."), field="reason", most=MAX_REASON)
    # Of two who name somebody at once, the second sees the first.
    Member.objects.select_for_update().get(pk=member.pk)
    taken = Delegation.objects.filter(
        Q(starts_on__lte=ends_on, ends_on__gte=starts_on), workspace_id=member.workspace_id, member_id=member.pk,
        withdrawn_at__isnull=True,
    ).select_related("stand_in").first()  # fmt: skip
    if taken is not None:
        raise BadAbsence(
            _("%(name)s stands in on some of these days already; end that first."),
            name=taken.stand_in.name,
            field="starts_on",
        )
    note = {"member": str(member.pk), "name": stand_in.name}
    with changeset("administration.delegation_made", member_id=acting_member.id, note=note) as act:
        made = Delegation.objects.create(
            workspace_id=member.workspace_id, created_in=current_changeset(), member=member, stand_in=stand_in,
            starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
        )  # fmt: skip
        _moved(member.workspace_id)
        _tell(made, member.name, "administration.stand_in_named", by=acting_member.id)
    return act


@transaction.atomic
def end_absence(delegation: Delegation, *, acting_member: Member, at: datetime) -> UUID | None:
    """End a stand-in at once: either of the two may, and who may change people. None when it had ended already."""
    if delegation.stand_in_id != acting_member.pk:
        _check_right(delegation.member_id, acting_member)
    note = {"member": str(delegation.member_id)}
    with changeset("administration.delegation_ended", member_id=acting_member.id, note=note) as act:
        standing = Delegation.objects.filter(pk=delegation.pk, withdrawn_at__isnull=True)
        if not standing.update(withdrawn_at=at):
            return None
        _moved(delegation.workspace_id)
    return act


def tell_who_begins(workspace: Workspace) -> None:
    """Tell stand-ins that their time begins today; each is told once, so it is safe to run again."""
    for one in Delegation.objects.filter(
        workspace_id=workspace.pk, starts_on=workspace.today(), withdrawn_at__isnull=True
    ).select_related("member"):
        _tell(one, one.member.name, "administration.stand_in_begins", by=None)


def tell_who_returns(workspace: Workspace) -> None:
    """Tell whoever was away until yesterday that their stand-in's work is there to read; once, so it is safe to run again."""
    yesterday = workspace.today() - timedelta(days=1)
    for one in Delegation.objects.filter(
        workspace_id=workspace.pk, ends_on=yesterday, withdrawn_at__isnull=True
    ).select_related("stand_in"):
        notifications.notify(
            [one.member_id], "administration.stand_in_over", key=str(one.pk), values={"name": one.stand_in.name},
            url=reverse("stand-in-done", args=[one.pk]),
        )  # fmt: skip


def _tell(delegation: Delegation, name: str, kind: str, *, by: UUID | None) -> None:
    values = {"name": name, "starts_on": delegation.starts_on.isoformat(), "ends_on": delegation.ends_on.isoformat()}
    notifications.notify(
        [delegation.stand_in_id], kind, key=str(delegation.pk), values=values, url=reverse("stand-ins"), by=by
    )


def _moved(workspace_id: UUID) -> None:
    Workspace.objects.filter(pk=workspace_id).update(settings_version=F("settings_version") + 1)
    _kept.pop(workspace_id, None)


def _check_right(member_id: UUID, acting_member: Member) -> None:
    if member_id != acting_member.pk and not acting_member.may(CHANGE):
        raise PermissionDenied(CHANGE)


def default_days(today: date) -> tuple[date, date]:
    """Tomorrow, for a week: what the form begins with."""
    return today + timedelta(days=1), today + timedelta(days=7)
