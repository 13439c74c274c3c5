"""The rules of signing in to one company."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.administration.security import factors
from samphan.administration.settings import store
from samphan.administration.settings.forms import SignInRulesForm
from samphan.administration.views.settings import CHANGE, page, say_saved
from samphan.platform.access import requires


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def rules(request: MemberRequest) -> HttpResponse:
    """Whether everybody needs a second step, and how long sessions last."""
    known = store.read(request.member.workspace_id, "sign-in-rules")
    without = factors.without_step(request.member.workspace_id)
    if request.method == "GET":
        return page(request, "sign-in-rules", {"form": SignInRulesForm(initial=known, known=known), "without": without})
    form = SignInRulesForm(request.POST, known=known)
    if not form.is_valid():
        return page(request, "sign-in-rules", {"form": form, "without": without}, status=422)
    say_saved(request, store.write("sign-in-rules", form.cleaned_data, acting_member=request.member))
    return redirect("sign-in-rules")
