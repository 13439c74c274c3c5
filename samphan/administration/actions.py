"""Writes about workspaces, users and members."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from samphan.administration import audit, composition, queries
from samphan.administration.composition import BadAccount
from samphan.administration.models import Member, Team, TeamMembership, User, Workspace
from samphan.administration.roles import Role, known_roles
from samphan.administration.security import sessions
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.tenancy import in_workspace


def create_workspace(*, slug: str, name: str, name_en: str = "", is_demo: bool = False) -> Workspace:
    """A new company with nothing in it.

    :raises BadAccount: when the short name is taken or has other letters than a-z, 0-9 and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,49}", slug):
        raise BadAccount(_("The short name “%(slug)s” may hold a-z, 0-9 and hyphens."), slug=slug)
    if Workspace.objects.filter(slug=slug).exists():
        raise BadAccount(_("The short name “%(slug)s” is taken."), slug=slug)
    return Workspace.objects.create(slug=slug, name=name, name_en=name_en, is_demo=is_demo)


@transaction.atomic
def create_member(
    workspace: Workspace,
    *,
    email: str,
    name: str,
    roles: Sequence[str],
    password: str | None = None,
    acting_member_id: UUID | None = None,
) -> Member:
    """Give a person access to a workspace; a user of that e-mail is reused, and keeps their password.

    :raises BadAccount: for an e-mail, role or password that cannot be used, or a person who is a member already.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadAccount(_("“%(email)s” is not an e-mail address."), email=email) from None
    known = known_roles(workspace.roles)
    unknown = [role for role in roles if role not in known]
    if unknown or not roles:
        raise BadAccount(
            _("There is no role “%(role)s”; the roles are %(roles)s."),
            role=", ".join(unknown),
            roles=", ".join(known),
        )
    user = User.objects.filter(email=email).first()
    if user is None:
        if password is not None:
            _check_password(password, email)
        user = User.objects.create_user(email, password, name=name)
    elif password is not None:
        raise BadAccount(_("%(email)s has a password already."), email=email)
    shown = name or email.split("@")[0]
    note = {"name": shown}
    with in_workspace(workspace.id), changeset("administration.member_added", member_id=acting_member_id, note=note):
        if Member.objects.filter(workspace=workspace, user=user).exists():
            raise BadAccount(_("%(email)s is a member already."), email=email)
        return Member.objects.create(
            workspace=workspace,
            user=user,
            name=shown,
            roles=list(roles),
            created_in=current_changeset(),
        )


def record_password_link(member: Member, *, acting_member: Member) -> None:
    """Refuse or write down that a password link is made for a member and shown to the one who asks.

    Who holds the link becomes that person, so it is made only for people of this company alone, and an owner's only by
    an owner.

    :raises BadAccount: for those, and for a member whose access is closed.
    """
    if not member.is_active:
        raise BadAccount(_("%(name)s has no access; open it first."), name=member.name)
    if queries.works_elsewhere(member):
        raise BadAccount(
            _("%(name)s also works in another company and gets the link by e-mail only."), name=member.name
        )
    _only_owners_touch_owners(member, acting_member)
    audit.record("administration.password_link_made", viewer=acting_member, member=str(member.pk))


def set_password(email: str, password: str) -> None:
    """Give a user a new password.

    :raises BadAccount: when there is no such user or the password is too weak.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise BadAccount(_("There is no user %(email)s."), email=email)
    _check_password(password, email)
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.forget_sessions(user)


def change_roles(member: Member, *, roles: Sequence[str], acting_member: Member) -> None:
    """Give a member other roles.

    :raises BadAccount: when the last company owner would be left without that role, or when somebody who is no owner
        gives or takes it.
    """
    known = known_roles(acting_member.workspace.roles)
    if not roles or any(role not in known for role in roles):
        raise BadAccount(_("Choose at least one role."))
    composition.refuse_more_than_one_has(set(roles) - set(member.roles), acting_member)
    if ("owner" in roles) != ("owner" in member.roles):
        _only_owners_make_owners([Role.OWNER], acting_member)
    with changeset("administration.roles_changed", member_id=acting_member.id, note={"member": str(member.pk)}):
        _keep_an_owner(member, still_owner="owner" in roles)
        member.roles = list(roles)
        member.save(update_fields=["roles"])
        member.forget_rights()


def change_member(
    member: Member, *, name: str, roles: Sequence[str], teams: Sequence[Team], acting_member: Member
) -> None:
    """Change a member's name, roles and teams in one act; what is equal is left alone.

    :raises BadAccount: as `change_roles`.
    """
    kind = "administration.roles_changed" if set(roles) != set(member.roles) else "administration.member_renamed"
    before = set(member.teams.values_list("pk", flat=True))
    if kind.endswith("renamed") and name == member.name and before == {team.pk for team in teams}:
        return
    with changeset(kind, member_id=acting_member.id, note={"member": str(member.pk)}):
        if set(roles) != set(member.roles):
            change_roles(member, roles=roles, acting_member=acting_member)
        if name != member.name:
            member.name = name
            member.save(update_fields=["name"])
        put_in_teams(member, teams)


def activate_member(member: Member, *, acting_member: Member) -> None:
    """Open a closed access again, with the roles that the person had.

    :raises BadAccount: when somebody who is no owner opens an owner's access.
    """
    _only_owners_touch_owners(member, acting_member)
    with changeset("administration.member_activated", member_id=acting_member.id, note={"member": str(member.pk)}):
        member.is_active = True
        member.save(update_fields=["is_active"])


def deactivate_member(member: Member, *, acting_member: Member) -> None:
    """Close a person's access and sign them out everywhere; what they did stays.

    :raises BadAccount: for oneself, for the last company owner, and for any owner when one is not.
    """
    if member.pk == acting_member.pk:
        raise BadAccount(_("You cannot close your own access."))
    _only_owners_touch_owners(member, acting_member)
    with changeset("administration.member_deactivated", member_id=acting_member.id, note={"member": str(member.pk)}):
        _keep_an_owner(member, still_owner=False)
        member.is_active = False
        member.save(update_fields=["is_active"])
        sessions.end_all_of(member, viewer=acting_member)


def sign_out_member(member: Member, *, acting_member: Member) -> int:
    """Sign a member out in every browser; returns in how many.

    :raises BadAccount: for an owner when one is not.
    """
    _only_owners_touch_owners(member, acting_member)
    return sessions.end_all_of(member, viewer=acting_member)


def save_preferences(user: User, *, language: str, theme: str, era: str, home: str = "") -> None:
    """How one person wants to see Samphan; a value that is not offered leaves the setting as it is."""
    if language in User.Language:
        user.language = language
    if theme in User.Theme:
        user.theme = theme
    if era in (*Workspace.Era, ""):
        user.era = era
    if home in User.Home:
        user.home = home
    user.save(update_fields=["language", "theme", "era", "home"])


def create_team(workspace: Workspace, *, name: str, members: Sequence[Member], acting_member_id: UUID | None) -> Team:
    """A team with its people; stands inside `in_workspace`.

    :raises BadAccount: when there is a team of that name.
    """
    _free_team_name(workspace.pk, name)
    with changeset("administration.team_added", member_id=acting_member_id, note={"team": name}):
        team = Team.objects.create(workspace=workspace, name=name, created_in=current_changeset())
        TeamMembership.objects.bulk_create(
            [
                TeamMembership(workspace=workspace, team=team, member=member, created_in=current_changeset())
                for member in members
            ]
        )
    return team


def change_team(team: Team, *, name: str, members: Sequence[Member], acting_member: Member) -> None:
    """Give a team another name and other people.

    :raises BadAccount: when another team has that name.
    """
    with changeset("administration.team_changed", member_id=acting_member.id, note={"team": team.name}):
        if name != team.name:
            _free_team_name(team.workspace_id, name)
            team.name = name
            team.save(update_fields=["name"])
        inside = TeamMembership.objects.filter(team=team)
        inside.exclude(member__in=members).delete()
        there = set(inside.values_list("member_id", flat=True))
        TeamMembership.objects.bulk_create(
            [
                TeamMembership(workspace_id=team.workspace_id, team=team, member=member, created_in=current_changeset())
                for member in members
                if member.pk not in there
            ]
        )


def check_roles(roles: Sequence[str], acting_member: Member) -> None:
    """:raises BadAccount: for roles that there are not, none at all, or an owner's given by somebody who is none."""
    known = known_roles(acting_member.workspace.roles)
    if not roles or any(role not in known for role in roles):
        raise BadAccount(_("Choose at least one role."))
    _only_owners_make_owners(roles, acting_member)
    composition.refuse_more_than_one_has(roles, acting_member)


def check_may_touch(member: Member, acting_member: Member) -> None:
    """Refuse acts on how a member signs in: an owner's by somebody who is none, and of people who work elsewhere too.

    :raises BadAccount: for those.
    """
    _only_owners_touch_owners(member, acting_member)
    if queries.works_elsewhere(member):
        raise BadAccount(_("%(name)s also works in another company, which relies on this too."), name=member.name)


def put_in_teams(member: Member, teams: Sequence[Team]) -> None:
    """Let a member be in these teams and no others; stands inside a changeset."""
    inside = TeamMembership.objects.filter(member=member)
    inside.exclude(team__in=teams).delete()
    there = set(inside.values_list("team_id", flat=True))
    TeamMembership.objects.bulk_create(
        [
            TeamMembership(workspace_id=member.workspace_id, team=team, member=member, created_in=current_changeset())
            for team in teams
            if team.pk not in there
        ]
    )


def _free_team_name(workspace_id: UUID, name: str) -> None:
    if Team.objects.filter(workspace_id=workspace_id, name=name).exists():
        raise BadAccount(_("There is a team “%(name)s” already."), name=name)


def _only_owners_make_owners(roles: Sequence[str], acting_member: Member) -> None:
    # An administrator holds every right but this one, or the role would be no more than a name.
    if Role.OWNER in roles and Role.OWNER not in acting_member.roles:
        raise BadAccount(_("Only a company owner can give or take that role."))


def _only_owners_touch_owners(member: Member, acting_member: Member) -> None:
    if Role.OWNER in member.roles and Role.OWNER not in acting_member.roles:
        raise BadAccount(_("Only a company owner can change another company owner's access."))


def _keep_an_owner(member: Member, *, still_owner: bool) -> None:
    if still_owner or "owner" not in member.roles:
        return
    owners = Member.objects.filter(workspace_id=member.workspace_id, is_active=True, roles__contains=["owner"])
    # All of them in one order: of two owners who take the role from each other at once, the second finds one left.
    locked = owners.order_by("pk").select_for_update().values_list("pk", flat=True)
    if not set(locked) - {member.pk}:
        raise BadAccount(_("A company keeps at least one company owner."))


def _check_password(password: str, email: str) -> None:
    try:
        validate_password(password, User(email=email))
    except ValidationError as error:
        raise BadAccount(" ".join(error.messages)) from None
