"""The gallery of all components, and the choices of theme, language and era."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from samphan.platform.access import public
from samphan.ui import navigation, preferences
from samphan.ui.gallery import gallery_context

_COOKIE_SECONDS = 60 * 60 * 24 * 365


@require_GET
@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, light and dark side by side; it holds invented data only."""
    return render(request, "ui/gallery.html", gallery_context())


@require_GET
@public
def palette_places(request: HttpRequest) -> HttpResponse:
    """What the palette can do and where it can go for whoever asks; a place that needs a right is left out without it."""
    sections = [*navigation.sections(request), navigation.Section("", navigation.foot(request))]
    found = {
        "commands": navigation.commands(request),
        "entries": [entry for section in sections for entry in section.entries],
        "pins": navigation.pins(request),
    }
    return render(request, "ui/palette_places.html", found)


@require_GET
@public
def keys(request: HttpRequest) -> HttpResponse:
    """Every key and what it does: a dialog for the page that asks, else a page."""
    template = "ui/keyboard_help.html" if getattr(request, "htmx", False) else "ui/keys.html"
    return render(request, template)


@require_POST
@public
def change_preferences(request: HttpRequest) -> HttpResponse:
    """Keep the choices that were sent and go back to the page they were made on."""
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    response: HttpResponse = redirect(following if safe else "/")
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204, headers={"HX-Refresh": "true"})
    for name, choices in preferences.CHOICES.items():
        value = request.POST.get(name, "")
        if value in choices:
            preferences.keep(request, name, value)
            response.set_cookie(
                preferences.COOKIES[name],
                value,
                max_age=_COOKIE_SECONDS,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
    return response
