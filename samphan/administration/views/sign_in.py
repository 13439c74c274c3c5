"""Signing in and out, and passwords: django-allauth's views with our forms and pages.

Only these are routed: no sign-up, no e-mail management, no codes.
"""

from typing import Any

from allauth.account.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from samphan.administration.forms import NewPasswordForm, PasswordChangeForm, PasswordForgottenForm, SignInForm
from samphan.platform.access import public, requires


class PasswordChange(PasswordChangeView):  # type: ignore[misc]
    """A person without a password of their own gets one by the link, like anybody who forgot theirs."""

    form_class = PasswordChangeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class SignOut(LogoutView):  # type: ignore[misc]
    """Whoever uses the device next finds nothing: half typed forms and the kept shell go with the session."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().post(*args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer


sign_in = public(LoginView.as_view(form_class=SignInForm))
sign_out = public(SignOut.as_view())
password_forgotten = public(PasswordResetView.as_view(form_class=PasswordForgottenForm))
password_link_sent = public(PasswordResetDoneView.as_view())
new_password = public(PasswordResetFromKeyView.as_view(form_class=NewPasswordForm))
new_password_done = public(PasswordResetFromKeyDoneView.as_view())
password_change = requires("signed_in")(PasswordChange.as_view())
