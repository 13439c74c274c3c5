"""Take an act back: what every toast's undo button asks for."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from samphan.administration.middleware import MemberRequest
from samphan.administration.undoing import undo_for
from samphan.platform.access import requires
from samphan.platform.changes.undo import Undone
from samphan.ui.toasts import toast


@require_POST
@requires("signed_in")
def change_undo(request: MemberRequest, changeset_id: UUID) -> HttpResponse:
    """Undo one changeset: one's own, or with the right to undo for others; within 30 days."""
    undone = undo_for(request.member, changeset_id)
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
