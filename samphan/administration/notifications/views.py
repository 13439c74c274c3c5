"""The bell, its panel, the page of everything, and the choices of what comes by e-mail."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Notification
from samphan.administration.notifications import actions, choices, kinds, mails, queries
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.platform.tenancy import in_workspace
from samphan.ui import navigation


@requires("signed_in")
@require_GET
def notification_list(request: MemberRequest) -> HttpResponse:
    """Everything of the last 90 days, the newest first; `?before=` goes on after a page."""
    lines, has_more = queries.notifications_of(request.member, before=as_uuid(request.GET.get("before", "")))
    actions.see_all(request.member, at=timezone.now())
    context = {
        "lines": lines,
        "next": lines[-1].id if has_more and lines else None,
        "before": request.GET.get("before"),
    }
    part = "#rows" if request.htmx and request.GET.get("before") else ""
    return render(request, f"administration/notifications/list.html{part}", context)


@requires("signed_in")
@require_GET
def bell(request: MemberRequest) -> HttpResponse:
    """The bell alone, for a page that heard that something is new."""
    return render(request, "ui/bell.html", {"count": navigation.bell_count(request)})


@requires("signed_in")
@require_GET
def panel(request: MemberRequest) -> HttpResponse:
    """The newest under the bell; looking makes them seen, not read."""
    lines, has_more = queries.notifications_of(request.member, limit=queries.IN_PANEL)
    actions.see_all(request.member, at=timezone.now())
    return render(request, "administration/notifications/panel.html", {"lines": lines, "has_more": has_more})


@requires("signed_in")
@require_POST
def all_read(request: MemberRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.read_all(request.member, at=timezone.now())
    if not request.htmx:
        return redirect("notification-list")
    lines, has_more = queries.notifications_of(request.member, limit=queries.IN_PANEL)
    return render(request, "administration/notifications/panel.html", {"lines": lines, "has_more": has_more})


@requires("signed_in")
@require_GET
def notification(request: MemberRequest, notification_id: UUID) -> HttpResponse:
    """Go where a notification leads; it counts as read from then on."""
    mine = Notification.objects.filter(workspace_id=request.member.workspace_id, member_id=request.member.pk)
    found = mine.filter(pk=notification_id).first()
    if found is None:
        return _told_elsewhere(request, notification_id)
    actions.read_one(found, at=timezone.now())
    is_ours = found.url.startswith("/") and url_has_allowed_host_and_scheme(found.url, None)
    return HttpResponseRedirect(found.url) if is_ours else redirect("notification-list")


def _told_elsewhere(request: MemberRequest, notification_id: UUID) -> HttpResponse:
    """An e-mail of another company of the same person was opened: offer the way over, which only a POST may take."""
    for member in request.memberships:
        if member.workspace_id == request.member.workspace_id:
            continue
        with in_workspace(member.workspace_id):
            theirs = Notification.objects.filter(workspace_id=member.workspace_id, member_id=member.pk)
            is_there = theirs.filter(pk=notification_id).exists()
        if is_there:
            context = {"company": member.workspace, "following": request.path}
            return render(request, "administration/notifications/elsewhere.html", context)
    raise Http404


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def notification_choices(request: MemberRequest) -> HttpResponse:
    """What comes by e-mail, topic by topic, and whether e-mails go out at all."""
    if request.method == "POST":
        names = (topic.name for topic in kinds.topics())
        choices.choose(request.member, {name: request.POST[name] for name in names if name in request.POST})
        messages.success(request, _("Saved"))
        return redirect("notification-choices")
    may_mend = request.member.may(mails.RIGHT)
    context = {
        "settings_place": "notification-choices",
        "rows": choices.choices_of(request.member),
        "channels": choices.Channel.choices,
        "can_send": choices.can_send(),
        "may_mend": may_mend,
        "trouble": mails.trouble(request.member.workspace_id, at=timezone.now()) if may_mend else None,
    }
    return render(request, "administration/notifications/choices.html", context)


@requires(mails.RIGHT)
@require_POST
def test_mail(request: MemberRequest) -> HttpResponse:
    """Send the one who asks an e-mail now, and say what the e-mail server answers."""
    mails.send_test(request.member)
    messages.success(request, _("The e-mail server took the test e-mail; look into your inbox."))
    return redirect("notification-choices")
