"""Pages for what went wrong: what happened, what was kept, what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "message": message, "status": status}, status=status)


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
    """403: signed in, but without the right."""
    return _page(
        request,
        403,
        _("Your role does not allow this"),
        _("Nothing was changed. An administrator can give you the right."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not this member's to see."""
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("It was deleted, or belongs to somebody else. Search finds the rest."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
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
