"""Reads about workspaces and members."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import AuditEntry, Member, SystemViewer, Team, TeamMembership, User, Workspace
from samphan.administration.security.session_store import is_over
from samphan.platform.access import Viewer
from samphan.platform.changes.models import Changeset
from samphan.platform.errors import DomainError
from samphan.platform.ids import first_id_at
from samphan.platform.tenancy import as_user


class WorkspaceUnclear(DomainError):
    """The command does not say which workspace, or names one that does not exist."""


def workspace_named(slug: str | None) -> Workspace:
    """The workspace of that short name, or the only one when none is named.

    :raises WorkspaceUnclear: when it does not exist, or when there are several and none is named.
    """
    if slug:
        found = Workspace.objects.filter(slug=slug).first()
        if found is None:
            raise WorkspaceUnclear(_("There is no workspace “%(slug)s”."), slug=slug)
        return found
    several = list(Workspace.objects.order_by("id")[:2])
    if not several:
        raise WorkspaceUnclear(_("There is no workspace yet; “samphan init” makes one."))
    if len(several) > 1:
        raise WorkspaceUnclear(_("There are several workspaces; name one with --workspace."))
    return several[0]


def member_by_email(workspace: Workspace, email: str) -> Member:
    """The active member with that e-mail; stands inside `in_workspace`.

    :raises WorkspaceUnclear: when nobody of that e-mail works there.
    """
    member = Member.objects.filter(workspace=workspace, user__email__iexact=email, is_active=True).first()
    if member is None:
        raise WorkspaceUnclear(_("Nobody with the e-mail %(email)s works in this workspace."), email=email)
    return member


def user_by_email(email: str) -> User | None:
    """The user who signs in with that e-mail, or None."""
    return User.objects.filter(email=email.strip().lower()).first()


def members(viewer: Viewer) -> list[Member]:
    """The active members of the viewer's workspace, by name."""
    return list(
        Member.objects.filter(workspace_id=viewer.workspace_id, is_active=True).select_related("user").order_by("name")
    )


def member_or_system(workspace_id: UUID, member_id: UUID | None) -> Viewer:
    """The member of that id; the system where work is nobody's, or whose it was is gone."""
    found = Member.objects.filter(workspace_id=workspace_id, pk=member_id).first() if member_id else None
    return found or SystemViewer(workspace_id)


def memberships_of(user_id: UUID) -> list[Member]:
    """Every workspace a user works in, oldest first."""
    with as_user(user_id):
        return list(Member.objects.filter(user_id=user_id, is_active=True).select_related("workspace").order_by("id"))


def has_second_step(user_id: UUID) -> bool:
    """Whether a person has an authenticator app or a passkey."""
    from allauth.mfa.models import Authenticator

    from samphan.administration.security.factors import STEPS

    return bool(Authenticator.objects.filter(user_id=user_id, type__in=STEPS).exists())


def live_viewer(session_key: str) -> tuple[UUID, UUID] | None:
    """Who listens to live updates with this session: (workspace id, member id), or None for a stranger."""
    engine = import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore(session_key)
    user_id = session.get(SESSION_KEY)
    if not user_id:
        return None
    own = memberships_of(UUID(user_id))
    if is_over(session, (member.workspace for member in own), at=timezone.now()):
        return None
    if any(member.workspace.needs_second_step for member in own) and not has_second_step(UUID(user_id)):
        return None
    chosen = session.get("workspace")
    for member in own:
        if chosen and str(member.workspace_id) == chosen:
            return member.workspace_id, member.id
    return (own[0].workspace_id, own[0].id) if own else None


def people(viewer: Viewer, *, closed: bool = False) -> list[Member]:
    """The members of the viewer's workspace with their users and teams, by name; with `closed` those without access."""
    return list(
        Member.objects.filter(workspace_id=viewer.workspace_id, is_active=not closed)
        .select_related("user", "workspace")
        .prefetch_related("teams")
        .order_by("name", "id")
    )


@dataclass(frozen=True)
class TeamWithPeople:
    """A team and its active members, by name."""

    team: Team
    members: list[Member]


def teams(viewer: Viewer) -> list[TeamWithPeople]:
    """The teams of the viewer's workspace, by name."""
    inside = defaultdict(list)
    for membership in (
        TeamMembership.objects.filter(workspace_id=viewer.workspace_id, member__is_active=True)
        .select_related("member")
        .order_by("member__name")
    ):
        inside[membership.team_id].append(membership.member)
    found = Team.objects.filter(workspace_id=viewer.workspace_id).order_by("name")
    return [TeamWithPeople(team, inside[team.pk]) for team in found]


def works_elsewhere(member: Member) -> bool:
    """True when the person behind a member also works in another workspace."""
    return any(other.workspace_id != member.workspace_id for other in memberships_of(member.user_id))


@dataclass(frozen=True)
class TrailEntry:
    """One line of the audit trail: who did what, when; `member_id` None is the system."""

    id: UUID
    member_id: UUID | None
    action: str
    detail: dict[str, Any]
    at: datetime


def audit_trail(
    viewer: Viewer,
    *,
    action: str = "",
    member_id: UUID | None = None,
    about: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[TrailEntry]:
    """Acts and reads of the viewer's workspace, newest first, and with them the acts that changed people and roles.

    :param about: a record that the act names: a person, a customer.
    :param since: from this moment on. :param until: before this moment.
    :param before: the id that the page before ended with.
    """
    mine = Q(workspace_id=viewer.workspace_id)
    if before is not None:
        mine &= Q(id__lt=before)
    if member_id is not None:
        mine &= Q(member_id=member_id)
    # Ids grow with time, so a time is a place in the index that the page walks anyway.
    if since is not None:
        mine &= Q(id__gte=first_id_at(since))
    if until is not None:
        mine &= Q(id__lt=first_id_at(until))
    acts = AuditEntry.objects.filter(mine)
    changes = Changeset.objects.filter(mine, kind__startswith="administration.")
    if action:
        acts, changes = acts.filter(action=action), changes.filter(kind=action)
    if about is not None:
        acts = acts.filter(_names(about, "detail"))
        changes = changes.filter(_names(about, "note"))
    # Two reads along their indexes, merged here: a union in SQL would sort both whole.
    rows = [
        *acts.order_by("-id").values_list("id", "member_id", "action", "detail", "at")[:limit],
        *changes.order_by("-id").values_list("id", "member_id", "kind", "note", "at")[:limit],
    ]
    return [TrailEntry(*row) for row in sorted(rows, key=lambda row: row[0], reverse=True)[:limit]]


def _names(record_id: UUID, column: str) -> Q:
    """That the JSON of an entry names a record under one of the words used for it."""
    found = Q()
    for word in ("member", "to", "customer", "record"):
        found |= Q(**{f"{column}__contains": {word: str(record_id)}})
    return found | Q(**{f"{column}__contains": {"for": [{"id": str(record_id)}]}})


def member_names(viewer: Viewer) -> dict[UUID, str]:
    """The name of everybody who ever worked in the viewer's workspace, by member id; people of one name with their e-mail."""
    everybody = Member.objects.filter(workspace_id=viewer.workspace_id)
    rows = list(everybody.values_list("id", "name", "user__email"))
    shared = {name for name, count in Counter(name for _id, name, _email in rows).items() if count > 1}
    return {member_id: f"{name} ({email})" if name in shared else name for member_id, name, email in rows}
