"""Sign-in, by django-allauth, with the lock of django-axes."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by an administrator; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page after too many wrong passwords."""
    return render(
        request,
        "ui/error.html",
        {
            "title": _("Too many wrong passwords"),
            "message": _("Sign-in for this e-mail from this place is closed for 15 minutes. Your data is safe."),
        },
        status=429,
    )
