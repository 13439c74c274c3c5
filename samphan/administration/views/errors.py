"""Pages for what went wrong: what happened, what was kept, what to do."""

import re
import sys

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from samphan.administration import audit
from samphan.administration.models import Member
from samphan.platform.errors import outage

REFUSALS_EVERY = 3600  # seconds


def _page(request: HttpRequest, status: int, title: str, message: str, *, search_url: str = "") -> HttpResponse:
    context = {"title": title, "message": message, "status": status, "search_url": search_url}
    return render(request, "ui/error.html", context, status=status)


def _unavailable(request: HttpRequest, title: str, message: str) -> HttpResponse:
    # Without the shell's context, which would ask the database again.
    context = {"title": title, "message": message, "status": 503, "member": None, "workspace": None}
    response = HttpResponse(render_to_string("ui/error.html", {**context, "theme": "system", "era": "be"}), status=503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


def refusal(request: HttpRequest, message: str) -> HttpResponse:
    """A refused action, in one sentence."""
    return _page(request, 409, _("Not done"), message)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something unreadable."""
    return _page(
        request,
        400,
        _("This request cannot be read"),
        _("Nothing was changed. Go back, reload the page and try again."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but without the right. It stands in the audit trail, of each right once an hour."""
    _write_down(request, str(exception or ""))
    return _page(
        request,
        403,
        _("Your role does not allow this"),
        _("Nothing was changed. An administrator can give you the right."),
    )


def _write_down(request: HttpRequest, right: str) -> None:
    member: Member | None = getattr(request, "member", None)
    if member is None or not re.fullmatch(r"[a-z_]+\.[a-z_]+", right):
        return
    if cache.add(f"refused:{member.pk}:{right}", True, timeout=REFUSALS_EVERY):
        audit.record("administration.access_refused", viewer=member, right=right)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not this member's to see."""
    if getattr(request, "member", None) is None:
        return _page(request, 404, _("There is nothing here"), _("Look at the address again, or sign in first."))
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("It was deleted, or belongs to somebody else. Search finds the rest."),
        search_url=reverse("search"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake; 503 where the database is away or the disk is full, which pass by themselves or by an administrator."""
    away = outage(sys.exc_info()[1])
    if away == "disk":
        return _unavailable(
            request,
            _("The disk of the server is full"),
            _("Nothing was half saved. Tell your administrator; it goes on as soon as there is room."),
        )
    if away == "database":
        return _unavailable(
            request,
            _("The database does not answer right now"),
            _("Nothing was half saved. Try again in a moment: it comes back by itself."),
        )
    return _page(
        request,
        500,
        _("Something went wrong here"),
        _("Nothing was half saved. Try again; if it happens again, tell your administrator the time."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the session."""
    return _page(
        request,
        403,
        _("This form was open too long"),
        _("Nothing was saved. Go back, reload the page, and send the form again: what you typed is still there."),
    )
