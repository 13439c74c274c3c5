"""Records that somebody shares with colleagues and teams, so that they see them though they are out of their reach.

The domain that owns the record decides who sees it and tells those it is shared with; here it is written down.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Team, TeamMembership
from samphan.administration.reaching import RecordShare
from samphan.platform.access import Reach
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError


class NobodyToShareWith(DomainError):
    message = _("Choose a colleague or a team to share with.")


class ShareGone(DomainError):
    message = _("This is no longer shared; somebody ended it meanwhile.")


@dataclass(frozen=True)
class SharedWith:
    """One colleague or team that sees a record because it is shared. `id` is that of the share."""

    id: UUID
    name: str
    is_team: bool


@dataclass(frozen=True)
class Sharing:
    """What sharing came to: the act, how many records are newly seen by somebody, and the members who see them now."""

    act: UUID
    record_ids: tuple[UUID, ...]
    member_ids: tuple[UUID, ...]


def says_something(viewer: Member, entity: str) -> bool:
    """True when a role of the company reaches less than everybody's records, so that sharing gives somebody something."""
    return any(role.get("reach", {}).get(entity, Reach.ALL) != Reach.ALL for role in viewer.workspace.roles.values())


def shared_with(viewer: Member, entity: str, record_id: UUID) -> list[SharedWith]:
    """With whom a record is shared, by name. The caller has made sure that the viewer sees it."""
    found = RecordShare.objects.filter(workspace_id=viewer.workspace_id, entity=entity, record_id=record_id)
    rows = found.values_list("pk", "member__name", "team__name")
    return sorted(
        (SharedWith(pk, team or member, bool(team)) for pk, member, team in rows),
        key=lambda one: (one.is_team, one.name),
    )


def share_records(
    entity: str,
    record_ids: Collection[UUID],
    *,
    member_ids: Iterable[UUID],
    team_ids: Iterable[UUID],
    acting_member: Member,
) -> Sharing:
    """Share records with active members and teams; who sees them already keeps what they have.

    The caller has made sure that the acting member sees the records, and publishes what follows.

    :raises NobodyToShareWith: when nobody of those works here.
    """
    workspace_id = acting_member.workspace_id
    members = dict(
        Member.objects.filter(workspace_id=workspace_id, pk__in=[*member_ids], is_active=True).values_list("pk", "name")
    )
    teams = dict(Team.objects.filter(workspace_id=workspace_id, pk__in=[*team_ids]).values_list("pk", "name"))
    if not members and not teams:
        raise NobodyToShareWith
    names = ", ".join([*members.values(), *teams.values()])
    note = {entity: len(record_ids), "name": names[:300]}
    with changeset("administration.record_shared", member_id=acting_member.id, note=note) as act:
        theirs = RecordShare.objects.filter(workspace_id=workspace_id, entity=entity, record_id__in=[*record_ids])
        known: set[tuple[UUID, UUID | None, UUID | None]] = set(theirs.values_list("record_id", "member_id", "team_id"))
        wanted: list[tuple[UUID, UUID | None, UUID | None]] = [
            (one, member, None) for one in record_ids for member in members
        ]
        wanted += [(one, None, team) for one in record_ids for team in teams]
        new = [key for key in wanted if key not in known]
        # Of two people who share the same at once, the second finds it done.
        RecordShare.objects.bulk_create(
            [
                RecordShare(
                    workspace_id=workspace_id, created_in=current_changeset(), entity=entity, record_id=record_id,
                    member_id=member_id, team_id=team_id, shared_by_id=acting_member.id,
                )
                for record_id, member_id, team_id in new
            ],
            batch_size=1_000,
            ignore_conflicts=True,
        )  # fmt: skip
        new_teams = {team for _record, _member, team in new if team}
        inside = TeamMembership.objects.filter(workspace_id=workspace_id, team_id__in=new_teams)
        told = {member for _record, member, _team in new if member} | set(inside.values_list("member_id", flat=True))
    changed = tuple(dict.fromkeys(record for record, _member, _team in new))
    return Sharing(act, changed, tuple(sorted(told - {acting_member.id})))


def end_share(share_id: UUID, entity: str, record_id: UUID, *, acting_member: Member) -> UUID:
    """End one sharing of a record. The caller has made sure that the acting member sees the record.

    :raises ShareGone: when somebody was faster.
    """
    share = (
        RecordShare.objects.filter(
            workspace_id=acting_member.workspace_id, pk=share_id, entity=entity, record_id=record_id
        )
        .select_related("member", "team")
        .first()
    )
    if share is None:
        raise ShareGone
    note = {entity: 1, "name": str(share.team or share.member)}
    with changeset("administration.share_withdrawn", member_id=acting_member.id, note=note) as act:
        share.delete()
    return act
