"""Reads about workspaces and members."""

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from samphan.administration.models import Member, Workspace
from samphan.platform.access import Viewer
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import as_user
from django.utils.translation import gettext_lazy as _


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


def members(viewer: Viewer) -> list[Member]:
    """The active members of the viewer's workspace, by name."""
    return list(
        Member.objects.filter(workspace_id=viewer.workspace_id, is_active=True).select_related("user").order_by("name")
    )


def memberships_of(user_id: UUID) -> list[Member]:
    """Every workspace a user works in, oldest first."""
    with as_user(user_id):
        return list(Member.objects.filter(user_id=user_id, is_active=True).select_related("workspace").order_by("id"))


def live_viewer(session_key: str) -> tuple[UUID, UUID] | None:
    """Who listens to live updates with this session: (workspace id, member id), or None for a stranger."""
    engine = import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore(session_key)
    user_id = session.get(SESSION_KEY)
    if not user_id:
        return None
    own = memberships_of(UUID(user_id))
    chosen = session.get("workspace")
    for member in own:
        if chosen and str(member.workspace_id) == chosen:
            return member.workspace_id, member.id
    return (own[0].workspace_id, own[0].id) if own else None
