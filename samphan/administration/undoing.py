"""Taking acts back: who may, and how long."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration import deleted
from samphan.administration.models import Member
from samphan.administration.settings import store as settings_store
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import Undone, undo_changeset
from samphan.platform.errors import DomainError

RIGHTS = ("administration.member_", "administration.roles_", "administration.team_", "administration.delegation_")
DAYS = 30  # at least; imports go back through their own page, which has no limit


def undo_for(member: Member, changeset_id: UUID) -> Undone:
    """Undo one changeset: one's own, or with the right to undo for others; within 30 days,
    or as long as the company keeps what was deleted.

    :raises DomainError: for an import, for rights and teams, and for what is too long ago.
    """
    act = Changeset.objects.filter(workspace_id=member.workspace_id, id=changeset_id).first()
    if act is None:
        raise Http404
    if act.member_id != member.id and not member.may("administration.undo_change"):
        raise PermissionDenied("administration.undo_change")
    if act.kind == "platform.file_imported":
        # Its page knows whether it still runs, and what else goes with it.
        raise DomainError(_("An import is undone on its own page."))
    if settings_store.is_settings(act.kind) and not member.may("administration.change_settings"):
        # Somebody's own act, but no longer theirs to decide.
        raise PermissionDenied("administration.change_settings")
    if act.kind.startswith(RIGHTS):
        # Who may give which right is decided by what holds today, not by what held when the act was done.
        raise DomainError(_("Roles, teams and stand-ins are changed on their own page."))
    days = max(DAYS, deleted.kept_for(member.workspace_id).days)
    if act.at < timezone.now() - timedelta(days=days) and act.erased_at is None:
        raise DomainError(_("This is more than %(days)s days ago and cannot be undone here."), days=days)
    return undo_changeset(changeset_id, member_id=member.id)
