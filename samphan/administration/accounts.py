"""Sign-in, by django-allauth, with the lock of django-axes."""

from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration import audit, queries
from samphan.administration.models import User
from samphan.administration.security import alerts, sessions
from samphan.platform.errors import DomainError

LOCK_SECONDS = 15 * 60  # as AXES_COOLOFF_TIME


class MailNotSent(DomainError):
    """The mail server did not take an e-mail."""

    message = gettext_lazy("The e-mail could not be sent. Try again, or ask your administrator for a password link.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by an administrator; nobody signs up by themselves."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed. An administrator of your company can open it."),
        "email_password_mismatch": gettext_lazy("The e-mail or the password is not right."),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_password": gettext_lazy("This is not your current password."),
        "invalid_password_reset": gettext_lazy("This link has been used or is too old."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a moment and try again."),
        "rate_limited": gettext_lazy("Too many tries. Wait a moment and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        # allauth answers scripts with JSON of its own; here pages and parts of pages are all there is.
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("preferences")

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user")
        with translation.override(user.language if isinstance(user, User) else translation.get_language()):
            try:
                super().send_mail(template_prefix, email, context)
            except (OSError, SMTPException) as error:
                raise MailNotSent from error

    def login(self, request: HttpRequest, user: User) -> None:
        is_known = alerts.is_known(request, user)
        super().login(request, user)
        alerts.remember(request, user)
        audit.record_sign_in(user)
        if not is_known:
            alerts.tell(user, "new_device")

    def logout(self, request: HttpRequest) -> None:
        member = getattr(request, "member", None)
        if member is not None:
            audit.record("administration.signed_out", viewer=member)
        super().logout(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        # django-axes counts by the name that it finds under the sign-in form's own field.
        credentials.setdefault("login", str(credentials.get("email") or "").lower())
        return super().authenticate(request, **credentials)

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Password"),
            "mfa_reauthenticate": _("Code of the app"),
            "mfa_reauthenticate:webauthn": _("Passkey"),
        }
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**one, "description": words.get(one["id"], one["description"])} for one in found]

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        request = context.request
        is_own = request is not None and getattr(request.user, "pk", None) == user.pk
        sessions.forget_sessions(user, but=request.session.session_key if is_own else None)
        audit.record_everywhere("administration.password_changed", user=user)
        alerts.tell(user, "password_changed")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return render(
            request,
            "ui/error.html",
            {
                "title": _("This account is closed"),
                "message": _("An administrator of your company can open it again."),
                "status": 403,
            },
            status=403,
        )


def password_link(user: User) -> str:
    """The address at which a user chooses a password; whoever holds it becomes that user. Good for three days, once."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return str(get_adapter().get_reset_password_from_key_url(key))


def send_password_link(request: HttpRequest, user: User) -> None:
    """Send a user the link for a new password.

    :raises MailNotSent: when the mail server does not take it.
    """
    request_password_reset(request, user.email, [user], default_token_generator)


def step_closed(request: HttpRequest, user: User) -> HttpResponse:
    """The page after too many wrong second steps; the sign-in starts again from its beginning."""
    if cache.add(f"second-step-locked:{user.pk}", True, timeout=LOCK_SECONDS):
        audit.record_everywhere("administration.second_step_locked", user=user)
        alerts.tell(user, "locked")
    if not request.user.is_authenticated:
        request.session.flush()
    return render(
        request,
        "ui/error.html",
        {
            "title": _("Too many wrong codes"),
            "message": _(
                "The second step of this account is closed for 15 minutes. Somebody who knows the password may have"
                " tried; if it was not you, change the password. An administrator can open it at once."
            ),
            "status": 429,
        },
        status=429,
    )


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page after too many wrong passwords."""
    user = queries.user_by_email(str((credentials or {}).get("email") or ""))
    # One entry for a lock, however often somebody knocks while it is closed.
    if user is not None and cache.add(f"sign-in-locked:{user.pk}", True, timeout=LOCK_SECONDS):
        audit.record_everywhere("administration.sign_in_locked", user=user)
        alerts.tell(user, "locked")
    return render(
        request,
        "ui/error.html",
        {
            "title": _("Too many wrong passwords"),
            "message": _("Sign-in for this e-mail from this place is closed for 15 minutes. Your data is safe."),
            "status": 429,
        },
        status=429,
    )
