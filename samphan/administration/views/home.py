"""The start, and the way from one company to another."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from samphan.administration import audit, guide, queries
from samphan.administration.middleware import MemberRequest
from samphan.platform.access import public, requires
from samphan.platform.tenancy import in_workspace
from samphan.ui import navigation, preferences


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send a member to work and a stranger to the sign-in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    if getattr(request, "member", None) is None:
        return render(request, "administration/no_workspace.html", status=403)
    if guide.is_wanted(request.member):  # type: ignore[attr-defined]
        return redirect("guide")
    url = navigation.home_url(request, preferences.preference(request, "home"))
    if not url:
        places = [entry for section in navigation.sections(request) for entry in section.entries]
        url = places[0].url if places else navigation.url_for("preferences")
    return redirect(url)


@requires("signed_in")
@require_POST
def workspace_entry(request: MemberRequest, workspace_id: UUID) -> HttpResponse:
    """Go on in another company where this person works, at its start or at the page named by `next`."""
    for member in queries.memberships_of(request.member.user_id):
        if member.workspace_id == workspace_id:
            break
    else:
        raise Http404
    if workspace_id != request.member.workspace_id:
        request.session["workspace"] = str(workspace_id)
        with in_workspace(workspace_id):
            audit.record("administration.workspace_entered", viewer=member)
    following = request.POST.get("next", "")
    is_ours = following.startswith("/") and url_has_allowed_host_and_scheme(following, None)
    return redirect(following if is_ours else "home")
