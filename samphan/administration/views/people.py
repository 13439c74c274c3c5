"""People of the company: who has access, with which roles, in which teams."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from samphan.administration import accounts, actions, handover, queries
from samphan.administration.composition import BadAccount
from samphan.administration.forms import MemberForm
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.notifications import choices
from samphan.administration.security import guesses, sessions
from samphan.administration.security.models import Invitation
from samphan.platform.access import requires

INVITATIONS_SHOWN = 200


@requires("administration.view_people")
@require_GET
def people(request: MemberRequest) -> HttpResponse:
    """Everybody with access, or with `?closed=1` those who had it."""
    closed = request.GET.get("closed") == "1"
    waiting = list(Invitation.objects.visible_to(request.member).waiting().order_by("-id")[:INVITATIONS_SHOWN])
    return render(
        request,
        "administration/people/list.html",
        {
            "settings_place": "people",
            "people": queries.people(request.member, closed=closed),
            "closed": closed,
            "invitations": waiting,
            "now": timezone.now(),
            "can_send": choices.can_send() and not request.member.workspace.is_demo,
            "may_change": request.member.may("administration.change_people"),
        },
    )


@requires("administration.change_people")
@require_http_methods(["GET", "POST"])
def person(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """One person: name, roles, teams, and access."""
    found = find_person(request, member_id)
    context: dict[str, Any] = {
        "person": found,
        "works_elsewhere": queries.works_elsewhere(found),
        "held": handover.held_by(found, request.member),
        "colleagues": [(str(one.pk), one.name) for one in queries.members(request.member) if one.pk != found.pk],
        "sessions": sessions.open_sessions(found.user),
        "has_step": queries.has_second_step(found.user_id),
        "is_locked": bool(guesses.locked_names(found.user)),
    }
    if request.method == "GET":
        form = MemberForm(
            viewer=request.member,
            initial={"name": found.name, "roles": found.roles, "teams": found.teams.values_list("pk", flat=True)},
        )
        return render(request, "administration/people/detail.html", {**context, "form": form})
    form = MemberForm(request.POST, viewer=request.member)
    if form.is_valid():
        values = form.cleaned_data
        try:
            actions.change_member(
                found,
                name=values["name"],
                roles=values["roles"],
                teams=list(values["teams"]),
                acting_member=request.member,
            )
        except BadAccount as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved"))
            return redirect("people")
    return render(request, "administration/people/detail.html", {**context, "form": form}, status=422)


@requires("administration.change_people")
@require_POST
def person_closure(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Close a person's access from the next click on."""
    found = find_person(request, member_id)
    actions.deactivate_member(found, acting_member=request.member)
    messages.success(request, _("Closed the access of %(name)s") % {"name": found.name})
    # What they looked after is the next question, and stands on their page.
    if request.htmx:
        return HttpResponseClientRedirect(reverse("person", args=[found.pk]))
    return redirect("person", found.pk)


@requires("administration.change_people")
@require_POST
def person_opening(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Open a closed access again."""
    found = find_person(request, member_id)
    actions.activate_member(found, acting_member=request.member)
    messages.success(request, _("%(name)s has access again") % {"name": found.name})
    return redirect("person", found.pk)


@requires("administration.change_people")
@require_POST
@never_cache
@sensitive_variables("link")
def person_password_link(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Make a link with which a person chooses a password: by e-mail, or shown once to hand over."""
    found = find_person(request, member_id)
    if request.POST.get("by") == "email":
        accounts.send_password_link(request, found.user)
        messages.success(request, _("Sent a password link to %(email)s") % {"email": found.user.email})
        return redirect("person", found.pk)
    actions.record_password_link(found, acting_member=request.member)
    link = accounts.password_link(found.user)
    return render(request, "administration/people/first_sign_in.html", {"person": found, "link": link})


def find_person(request: MemberRequest, member_id: UUID) -> Member:
    """A member of this company by id, with access or without; 404 for anybody else."""
    everybody = Member.objects.filter(workspace_id=request.member.workspace_id).select_related("user", "workspace")
    return get_object_or_404(everybody, pk=member_id)
