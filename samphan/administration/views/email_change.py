"""The own e-mail address: typed, proven by a code, changed."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.administration.security import email_change as changing
from samphan.platform.access import requires
from samphan.platform.errors import DomainError

KEPT = "email_change"


@requires("signed_in")
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def email_change(request: MemberRequest) -> HttpResponse:
    """Type the new address; where e-mail goes out, then the code that came to it."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if request.method == "GET":
        return _page(request, kept)
    try:
        if "again" in request.POST:
            request.session.pop(KEPT, None)
            return redirect("email-change")
        if kept is None:
            return _first_step(request)
        return _second_step(request, kept)
    except DomainError as problem:
        return _page(request, request.session.get(KEPT), str(problem), status=422)


def _first_step(request: MemberRequest) -> HttpResponse:
    email = request.POST.get("email", "")
    if not changing.is_proven(request.member):
        changing.change(request.member.user, email)
        messages.success(request, _("Saved"))
        return redirect("security")
    request.session[KEPT] = changing.begin(request.member, email, at=timezone.now())
    return redirect("email-change")


def _second_step(request: MemberRequest, kept: dict[str, Any]) -> HttpResponse:
    try:
        changing.finish(request.member, kept, request.POST.get("code", ""), at=timezone.now())
    except changing.WrongCode:
        request.session[KEPT] = kept
        if kept["tries"] >= changing.MOST_TRIES:
            request.session.pop(KEPT)
        raise
    except changing.AddressTaken:
        request.session.pop(KEPT)
        raise
    request.session.pop(KEPT)
    messages.success(request, _("From now on you sign in with %(email)s") % {"email": request.member.user.email})
    return redirect("security")


def _page(request: MemberRequest, kept: dict[str, Any] | None, error: str = "", *, status: int = 200) -> HttpResponse:
    context = {
        "settings_place": "security",
        "sent_to": kept["email"] if kept else "",
        "typed": request.POST.get("email", "")[:254],
        "error": error,
        "is_proven": changing.is_proven(request.member),
    }
    return render(request, "administration/security/email.html", context, status=status)
