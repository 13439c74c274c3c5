"""Tokens of the API: one's own, and for those who look after people everybody's."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration import tokens
from samphan.administration.middleware import MemberRequest
from samphan.administration.token_forms import TokenForm, scope_words
from samphan.platform.access import requires


@requires("signed_in")
@require_GET
def api_tokens(request: MemberRequest) -> HttpResponse:
    """The tokens that work, with their last use; `?everybody=1` shows those of others too."""
    may_see_all = request.member.may(tokens.SEE_ALL)
    everybody = may_see_all and request.GET.get("everybody") == "1"
    found = tokens.tokens(request.member, everybody=everybody)
    context = {
        "settings_place": "api-tokens",
        "tokens": [(token, scope_words(token.scopes)) for token in found],
        "everybody": everybody,
        "may_see_all": may_see_all,
    }
    return render(request, "administration/tokens/list.html", context)


@requires("signed_in")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("made")
def new_api_token(request: MemberRequest) -> HttpResponse:
    """Make a token for oneself; it is shown on the answer and never again."""
    if request.method == "GET":
        form = TokenForm(initial={"days": "90"})
        return render(request, "administration/tokens/new.html", {"form": form})
    form = TokenForm(request.POST)
    if not form.is_valid():
        return render(request, "administration/tokens/new.html", {"form": form}, status=422)
    days = int(form.cleaned_data["days"])
    try:
        made = tokens.create_token(
            request.member,
            name=form.cleaned_data["name"],
            scopes_wanted=form.cleaned_data["scopes"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
            acting_member=request.member,
        )
    except tokens.BadToken as problem:
        form.add_error("name", str(problem))
        return render(request, "administration/tokens/new.html", {"form": form}, status=422)
    context = {"token": made.row, "secret": made.secret, "scopes": scope_words(made.row.scopes)}
    return render(request, "administration/tokens/made.html", context)


@requires("signed_in")
@require_POST
def api_token_revocation(request: MemberRequest, token_id: UUID) -> HttpResponse:
    """Let a token act no more."""
    token = tokens.token_of(request.member, token_id)
    if token is None:
        raise Http404
    tokens.revoke_token(token, acting_member=request.member)
    messages.success(request, _("The token “%(name)s” no longer works") % {"name": token.name})
    return redirect("api-tokens")
