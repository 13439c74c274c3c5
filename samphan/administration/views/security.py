"""The own sign-in: second steps, passkeys and recovery codes; django-allauth's mfa views with our pages."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as StepReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from samphan.administration import accounts
from samphan.administration.middleware import MemberRequest, before_second_step
from samphan.administration.security import factors, guesses, sessions
from samphan.platform.access import public, requires


@before_second_step
@requires("signed_in")
@require_GET
def security(request: MemberRequest) -> HttpResponse:
    """How the one who looks signs in: password, authenticator app, passkeys, recovery codes, devices."""
    user = request.member.user
    found: dict[str, list[Authenticator]] = {}
    for one in Authenticator.objects.filter(user_id=user.pk).order_by("pk"):
        found.setdefault(str(one.type), []).append(one)
    codes = next(iter(found.get("recovery_codes", [])), None)
    context = {
        "settings_place": "security",
        "app": next(iter(found.get("totp", [])), None),
        "passkeys": [{"id": one.pk, "name": one.wrap().name, "row": one} for one in found.get("webauthn", [])],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "must": factors.must_have_step(user),
        "has_step": bool(found.get("totp") or found.get("webauthn")),
        "sessions": sessions.open_sessions(user, this_key=request.session.session_key),
    }
    return render(request, "administration/security/index.html", context)


@before_second_step
@requires("signed_in")
@require_GET
def to_security(request: MemberRequest) -> HttpResponse:
    """Where django-allauth has overviews of its own."""
    return redirect("security")


@method_decorator(login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login"), name="dispatch")
class SecondStep(AuthenticateView):  # type: ignore[misc]
    """The second step of a sign-in; too many wrong ones close it for the person, wherever they come from."""

    form_class = factors.StepForm
    template_name = "mfa/authenticate.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = self.stage.login.user
        if guesses.is_closed(request, user):
            return accounts.step_closed(request, user)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        if guesses.count_wrong_step(self.request, self.stage.login.user):
            return accounts.step_closed(self.request, self.stage.login.user)
        answer: HttpResponse = super().form_invalid(form)
        return answer


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """Sign-in with a passkey alone: GET gives the browser its question, POST takes the answer."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The challenge is kept in the session, so it is made when somebody asks for it and not with every sign-in page.
        return JsonResponse(auth.begin_authentication(user=None))

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey is not known here. Sign in with your password."))
        return redirect("account_login")


class _Counted:
    """A confirmation whose wrong answers count like those of a sign-in."""

    def post(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if guesses.is_closed(request, request.member.user):
            return accounts.step_closed(request, request.member.user)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        request: MemberRequest = self.request  # type: ignore[attr-defined]
        if guesses.count_wrong_step(request, request.member.user):
            return accounts.step_closed(request, request.member.user)
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return answer


class Confirm(_Counted, ReauthenticateView):  # type: ignore[misc]
    """The password once more, before a change that matters."""

    template_name = "account/reauthenticate.html"


class ConfirmStep(_Counted, StepReauthenticateView):  # type: ignore[misc]
    """The code once more, for somebody without a password or who prefers it."""

    form_class = factors.ConfirmStepForm
    template_name = "mfa/reauthenticate.html"


class ConfirmPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey once more."""

    template_name = "mfa/webauthn/reauthenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey is not known here."))
        return redirect("security")


class AppOn(ActivateTOTPView):  # type: ignore[misc]
    """Set an authenticator app up: scan, then type its first code."""

    template_name = "mfa/totp/activate_form.html"


class AppOff(DeactivateTOTPView):  # type: ignore[misc]
    """Take the authenticator app off."""

    template_name = "mfa/totp/deactivate_form.html"
    success_url = reverse_lazy("security")


class PasskeyNew(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey; each can sign in without a password, so the device asks for finger, face or PIN."""

    template_name = "mfa/webauthn/add_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.setdefault("form", self.get_form())
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context


class PasskeyEdit(EditWebAuthnView):  # type: ignore[misc]
    """Call a passkey something else."""

    template_name = "mfa/webauthn/edit_form.html"
    success_url = reverse_lazy("security")


class PasskeyRemoval(RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey off; the last one stays where the company asks for a second step."""

    template_name = "mfa/webauthn/authenticator_confirm_delete.html"
    success_url = reverse_lazy("security")

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = factors.MfaAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect("security")
        answer: HttpResponse = super().form_valid(form)
        return answer


class Codes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, readable once."""

    template_name = "mfa/recovery_codes/index.html"


class CodesNew(GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make new recovery codes; the ones before no longer work."""

    template_name = "mfa/recovery_codes/generate.html"

    def form_invalid(self, form: Any) -> HttpResponseBase:
        problem: ValidationError = form.errors.as_data()["__all__"][0]
        messages.error(self.request, problem.messages[0])
        return redirect("security")


def _own(view: Any) -> Any:
    """For members, also before they have the second step that their company asks for; never kept by a browser."""
    return before_second_step(requires("signed_in")(never_cache(view)))


second_step = public(never_cache(SecondStep.as_view()))
passkey_sign_in = public(never_cache(PasskeySignIn.as_view()))
confirm = _own(Confirm.as_view())
confirm_step = _own(ConfirmStep.as_view())
confirm_passkey = _own(ConfirmPasskey.as_view())
app_on = _own(AppOn.as_view())
app_off = _own(AppOff.as_view())
passkey_new = _own(PasskeyNew.as_view())
passkey_edit = _own(PasskeyEdit.as_view())
passkey_removal = _own(PasskeyRemoval.as_view())
codes = _own(Codes.as_view())
codes_new = _own(CodesNew.as_view())
codes_file = _own(DownloadRecoveryCodesView.as_view())
