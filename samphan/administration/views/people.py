"""People of the company: who has access, with which roles, in which teams."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from samphan.administration import accounts, actions, queries
from samphan.administration.actions import BadAccount
from samphan.administration.forms import MemberForm, NewMemberForm
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.roles import Role
from samphan.platform.access import requires


@requires("administration.view_people")
@require_GET
def people(request: MemberRequest) -> HttpResponse:
    """Everybody with access, or with `?closed=1` those who had it."""
    closed = request.GET.get("closed") == "1"
    return render(
        request,
        "administration/people/list.html",
        {
            "settings_place": "people",
            "people": queries.people(request.member, closed=closed),
            "closed": closed,
            "may_change": request.member.may("administration.change_people"),
        },
    )


@requires("administration.change_people")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("password", "link")
def new_person(request: MemberRequest) -> HttpResponse:
    """Give somebody access; what they sign in with the first time is shown on the answer and never again."""
    if request.method == "GET":
        form = NewMemberForm(viewer=request.member, initial={"access": "password", "roles": [Role.SALES]})
        return render(request, "administration/people/new.html", {"form": form})
    form = NewMemberForm(request.POST, viewer=request.member)
    if form.is_valid():
        values = form.cleaned_data
        try:
            member, password = actions.add_person(
                email=values["email"],
                name=values["name"],
                roles=values["roles"],
                teams=list(values["teams"]),
                with_password=values["access"] == "password",
                acting_member=request.member,
            )
        except BadAccount as problem:
            form.add_error(None, str(problem))
        else:
            link = ""
            if password is None and not member.user.has_usable_password():
                link = accounts.password_link(member.user)
            return render(
                request,
                "administration/people/first_sign_in.html",
                {"person": member, "password": password, "link": link, "is_new": True},
            )
    return render(request, "administration/people/new.html", {"form": form}, status=422)


@requires("administration.change_people")
@require_http_methods(["GET", "POST"])
def person(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """One person: name, roles, teams, and access."""
    found = _person(request, member_id)
    context: dict[str, Any] = {"person": found, "works_elsewhere": queries.works_elsewhere(found)}
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
    found = _person(request, member_id)
    actions.deactivate_member(found, acting_member=request.member)
    messages.success(request, _("Closed the access of %(name)s") % {"name": found.name})
    if request.htmx:
        return HttpResponseClientRedirect(reverse("people"))
    return redirect("people")


@requires("administration.change_people")
@require_POST
def person_opening(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Open a closed access again."""
    found = _person(request, member_id)
    actions.activate_member(found, acting_member=request.member)
    messages.success(request, _("%(name)s has access again") % {"name": found.name})
    return redirect("person", found.pk)


@requires("administration.change_people")
@require_POST
@never_cache
@sensitive_variables("link")
def person_password_link(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Make a link with which a person chooses a password: by e-mail, or shown once to hand over."""
    found = _person(request, member_id)
    if request.POST.get("by") == "email":
        accounts.send_password_link(request, found.user)
        messages.success(request, _("Sent a password link to %(email)s") % {"email": found.user.email})
        return redirect("person", found.pk)
    actions.record_password_link(found, acting_member=request.member)
    link = accounts.password_link(found.user)
    return render(request, "administration/people/first_sign_in.html", {"person": found, "link": link})


def _person(request: MemberRequest, member_id: UUID) -> Member:
    everybody = Member.objects.filter(workspace_id=request.member.workspace_id).select_related("user")
    return get_object_or_404(everybody, pk=member_id)
