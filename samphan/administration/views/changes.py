"""Take an act back: what every toast's undo button asks for."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from samphan.administration.middleware import MemberRequest
from samphan.platform.access import requires
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import Undone, undo_changeset
from samphan.platform.errors import DomainError
from samphan.ui.toasts import toast

RIGHTS = ("administration.member_", "administration.roles_", "administration.team_")
DAYS = 30  # imports go back through their own page, which has no limit


@require_POST
@requires("signed_in")
def change_undo(request: MemberRequest, changeset_id: UUID) -> HttpResponse:
    """Undo one changeset: one's own, or with the right to undo for others; within 30 days."""
    act = get_object_or_404(Changeset, id=changeset_id)
    if act.member_id != request.member.id and not request.member.may("administration.undo_change"):
        raise PermissionDenied("administration.undo_change")
    if act.kind == "platform.file_imported":
        # Its page knows whether it still runs, and what else goes with it.
        raise DomainError(_("An import is undone on its own page."))
    if act.kind.startswith(RIGHTS):
        # Who may give which right is decided by what holds today, not by what held when the act was done.
        raise DomainError(_("Roles and teams are changed on their own page."))
    if act.at < timezone.now() - timedelta(days=DAYS):
        raise DomainError(_("This is more than %(days)s days ago and cannot be undone here."), days=DAYS)
    undone = undo_changeset(changeset_id, member_id=request.member.id)
    if not request.htmx:
        return redirect(request.headers.get("Referer") or "home")
    return toast(HttpResponseClientRefresh(), _sentence(undone))


def _sentence(undone: Undone) -> str:
    if not undone.kept:
        return _("Undone")
    count = len(undone.kept)
    return ngettext("Undone; %(count)s later edit was kept", "Undone; %(count)s later edits were kept", count) % {
        "count": count
    }
