"""Writes about workspaces, users and members."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Team, TeamMembership, User, Workspace
from samphan.administration.roles import RIGHTS
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import in_workspace


class BadAccount(DomainError):
    """An e-mail, password or role that cannot be used."""


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
    workspace: Workspace, *, email: str, name: str, roles: Sequence[str], password: str | None = None,
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
    unknown = [role for role in roles if role not in RIGHTS]
    if unknown or not roles:
        raise BadAccount(
            _("There is no role “%(role)s”; the roles are %(roles)s."),
            role=", ".join(unknown), roles=", ".join(RIGHTS),
        )
    user = User.objects.filter(email=email).first()
    if user is None:
        if password is not None:
            _check_password(password, email)
        user = User.objects.create_user(email, password, name=name)
    elif password is not None:
        raise BadAccount(_("%(email)s has a password already."), email=email)
    with in_workspace(workspace.id), changeset("administration.member_added", member_id=acting_member_id):
        if Member.objects.filter(workspace=workspace, user=user).exists():
            raise BadAccount(_("%(email)s is a member already."), email=email)
        return Member.objects.create(
            workspace=workspace, user=user, name=name or email.split("@")[0], roles=list(roles),
            created_in=current_changeset(),
        )


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


def change_roles(member: Member, *, roles: Sequence[str], acting_member: Member) -> None:
    """Give a member other roles.

    :raises BadAccount: when the last company owner would be left without that role.
    """
    unknown = [role for role in roles if role not in RIGHTS]
    if unknown or not roles:
        raise BadAccount(_("Choose at least one role."))
    with changeset("administration.roles_changed", member_id=acting_member.id):
        _keep_an_owner(member, still_owner="owner" in roles)
        member.roles = list(roles)
        member.save(update_fields=["roles"])


def deactivate_member(member: Member, *, acting_member: Member) -> None:
    """Close a person's access; what they did stays.

    :raises BadAccount: for oneself, and for the last company owner.
    """
    if member.pk == acting_member.pk:
        raise BadAccount(_("You cannot close your own access."))
    with changeset("administration.member_deactivated", member_id=acting_member.id):
        _keep_an_owner(member, still_owner=False)
        member.is_active = False
        member.save(update_fields=["is_active"])


def save_preferences(user: User, *, language: str, theme: str, era: str) -> None:
    """How one person wants to see Samphan; a value that is not offered leaves the setting as it is."""
    if language in User.Language:
        user.language = language
    if theme in User.Theme:
        user.theme = theme
    if era in (*Workspace.Era, ""):
        user.era = era
    user.save(update_fields=["language", "theme", "era"])


def create_team(workspace: Workspace, *, name: str, members: Sequence[Member], acting_member_id: UUID | None) -> Team:
    """A team with its people; stands inside `in_workspace`."""
    with changeset("administration.team_added", member_id=acting_member_id):
        team = Team.objects.create(workspace=workspace, name=name, created_in=current_changeset())
        TeamMembership.objects.bulk_create(
            [
                TeamMembership(workspace=workspace, team=team, member=member, created_in=current_changeset())
                for member in members
            ]
        )
    return team


def _keep_an_owner(member: Member, *, still_owner: bool) -> None:
    if still_owner or "owner" not in member.roles:
        return
    others = Member.objects.select_for_update().filter(
        workspace_id=member.workspace_id, is_active=True, roles__contains=["owner"]
    )
    if not others.exclude(pk=member.pk).exists():
        raise BadAccount(_("A company keeps at least one company owner."))


def _check_password(password: str, email: str) -> None:
    try:
        validate_password(password, User(email=email))
    except ValidationError as error:
        raise BadAccount(" ".join(error.messages)) from None
