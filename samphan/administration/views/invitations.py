"""Invitations: made and looked after by administrators, accepted by whoever holds the link."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from samphan.administration import queries
from samphan.administration.composition import BadAccount
from samphan.administration.forms import InvitedForm, NewMemberForm
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import User
from samphan.administration.notifications import choices
from samphan.administration.roles import Role
from samphan.administration.security import company_accounts, invitations
from samphan.administration.security.models import Invitation
from samphan.platform.access import public, requires


@requires("administration.change_people")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("link")
def new_person(request: MemberRequest) -> HttpResponse:
    """Invite somebody: by e-mail where there is a server, else with a link that is shown once."""
    context = {"can_send": choices.can_send() and not request.member.workspace.is_demo, "days": invitations.LASTS.days}
    if request.method == "GET":
        form = NewMemberForm(viewer=request.member, initial={"roles": [Role.SALES]})
        return render(request, "administration/people/new.html", {**context, "form": form})
    form = NewMemberForm(request.POST, viewer=request.member)
    if form.is_valid():
        values = form.cleaned_data
        now = timezone.now()
        try:
            made, link = invitations.invite(
                email=values["email"],
                name=values["name"],
                roles=values["roles"],
                teams=list(values["teams"]),
                acting_member=request.member,
                at=now,
            )
        except BadAccount as problem:
            form.add_error(None, str(problem))
        else:
            return _answer(request, invitations.send(made, link, acting_member=request.member, at=now))
    return render(request, "administration/people/new.html", {**context, "form": form}, status=422)


@requires("administration.change_people")
@require_POST
@never_cache
@sensitive_variables("link")
def invitation_sending(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Send an invitation again, or with `by=hand` show its new link; the link before no longer works."""
    found = _waiting(request, invitation_id)
    now = timezone.now()
    link = invitations.renew(found, acting_member=request.member, at=now)
    if request.POST.get("by") == "hand":
        return _answer(request, invitations.Sending(found, link, is_sent=False))
    return _answer(request, invitations.send(found, link, acting_member=request.member, at=now))


@requires("administration.change_people")
@require_POST
def invitation_withdrawal(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Let an invitation's link work no more."""
    found = _waiting(request, invitation_id)
    invitations.withdraw(found, acting_member=request.member, at=timezone.now())
    messages.success(request, _("Withdrew the invitation of %(name)s") % {"name": found.name})
    return redirect("people")


@public
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Come in by a link: with a new password, or as the one who is signed in."""
    now = timezone.now()
    found = invitations.find(token, at=now)
    if found is None:
        return render(request, "account/invitation_over.html", status=404)
    user = request.user if isinstance(request.user, User) else None
    context = {
        "invitation": found,
        "token": token,
        "has_account": queries.user_by_email(found.email) is not None,
        "is_other": user is not None and user.email != found.email,
    }
    if user is not None or context["has_account"]:
        if request.method == "GET" or user is None:
            return render(request, "account/invitation.html", context)
        member = invitations.accept(token, user=user, at=now)
        request.session["workspace"] = str(member.workspace_id)
        messages.success(request, _("Welcome to %(company)s") % {"company": found.workspace.name})
        return redirect("home")
    request.session[company_accounts.INVITATION] = token  # for the way over the company's sign-in
    form = InvitedForm(User(email=found.email), request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            member = invitations.accept(
                token, user=None, name=form.cleaned_data["name"], password=form.cleaned_data["password1"], at=now
            )
        except BadAccount as problem:
            form.add_error("password1", str(problem))
        else:
            answer: HttpResponse = perform_login(request, Login(user=member.user))
            return answer
    status = 422 if request.method == "POST" else 200
    return render(request, "account/invitation.html", {**context, "form": form}, status=status)


def _answer(request: MemberRequest, sending: invitations.Sending) -> HttpResponse:
    if sending.is_sent:
        messages.success(request, _("Sent an invitation to %(email)s") % {"email": sending.invitation.email})
        return redirect("people")
    context = {"invitation": sending.invitation, "link": sending.link, "trouble": sending.trouble}
    return render(request, "administration/people/invitation_link.html", context)


def _waiting(request: MemberRequest, invitation_id: UUID) -> Invitation:
    return get_object_or_404(Invitation.objects.visible_to(request.member), pk=invitation_id)
