"""Sign-in with the company's own identity provider (OpenID Connect), by django-allauth's socialaccount.

An account there is known by issuer and subject. The first time it meets a member only by an e-mail that the provider says
it verified, or somebody who opened their invitation; nobody is let in who is neither.
"""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samphan.administration import audit, queries
from samphan.administration.models import User
from samphan.administration.security import alerts, invitations

INVITATION = "invitation"  # the session's key for the link that somebody has opened


def is_on() -> bool:
    """Whether an identity provider is configured."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])


class StrictOpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The library's client, which also checks what the standard lets clients skip."""

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        asked = str(self.get_provider().app.settings["server_url"]).rstrip("/")
        if str(found.get("issuer", "")).rstrip("/") != asked:
            raise OAuth2Error("the provider names another issuer")
        return found

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        raw = kwargs["response"].get("id_token")
        if not raw:
            raise OAuth2Error("no id token")
        claims = jwtkit.verify_and_decode(
            credential=raw,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        # Who it is stands in the signed token alone; what else is known of them may come from the other address.
        about = dict(claims)
        if "email" not in about and self.openid_config.get("userinfo_endpoint"):
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider speaks of two people")
            about = {**told, **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": about})


class CompanyAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who may come in by the company's provider, and as whom."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("security")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        email = _verified_email(sociallogin)
        user = queries.user_by_email(email) if email else None
        if user is None and email:
            user = _invited(request, email)
        if user is None or not user.is_active or not queries.memberships_of(user.pk):
            raise ImmediateHttpResponse(_refusal(request))
        sociallogin.connect(request, user)
        audit.record_everywhere("administration.company_account_connected", user=user)
        alerts.tell(user, "company_account_connected")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        raise ImmediateHttpResponse(did_not_work(request))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        get_account_adapter().send_notification_mail(*args, **kwargs)


def did_not_work(request: HttpRequest) -> HttpResponse:
    """The page after a sign-in at the provider that came to nothing; it says no more than that."""
    context = {
        "title": _("The sign-in of your company did not work"),
        "message": _("Nothing was changed. Try again, or sign in with your password."),
        "status": 403,
    }
    return render(request, "ui/error.html", context, status=403)


def _verified_email(login: SocialLogin) -> str:
    claims = login.account.extra_data.get("id_token", {})
    return str(claims.get("email") or "").strip().lower() if claims.get("email_verified") is True else ""


def _invited(request: HttpRequest, email: str) -> User | None:
    token = str(request.session.get(INVITATION) or "")
    found = invitations.find(token, at=timezone.now()) if token else None
    if found is None or found.email != email:
        return None
    member = invitations.accept(token, user=None, at=timezone.now())
    request.session.pop(INVITATION, None)
    return member.user


def _refusal(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("You are not a member here yet"),
        "message": _(
            "Your company's sign-in knows you, but nobody has invited you. Open the link of your invitation first."
        ),
        "status": 403,
    }
    return render(request, "ui/error.html", context, status=403)
