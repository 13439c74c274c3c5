"""Second steps and passkeys, by django-allauth's mfa: our words, sealed secrets, and who must have one."""

import base64
from typing import Any, ClassVar
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from samphan.administration.models import Member, User
from samphan.administration.security import sessions

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_USED_FOR = 150  # seconds, longer than a code is taken


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Our sentences, and secrets that are sealed with the key of the installation."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right. Wait for the next one and type it again."),
        "cannot_delete_authenticator": gettext_lazy("Your company asks for a second step: add another one first."),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The key of the installation is another one than when this was sealed: no code can be right.
            return str(generate_totp_secret())

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user: User = authenticator.user
        if authenticator.type not in STEPS or not must_have_step(user):
            return True
        return bool(steps_of(user).exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        return "Samphan"


class _OnceOnly:
    """A code is taken once, also the one of the half minute before, which is taken for slow fingers."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"second-step-used:{self.user.pk}:{code.strip()}", True, timeout=_USED_FOR):
            raise MfaAdapter().validation_error("incorrect_code")
        return code


class StepForm(_OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """The code of an authenticator app, or a recovery code, at the sign-in."""


class ConfirmStepForm(_OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    """The same before a change that matters."""


def steps_of(user: User) -> Any:
    """The authenticator app and passkeys of a person; recovery codes alone are no second step."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STEPS)


def has_step() -> Exists:
    """For a query over members: whether the person has a second step."""
    return Exists(Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=STEPS))


def must_have_step(user: User) -> bool:
    """Whether one of the companies where a person works asks for a second step."""
    from samphan.administration import queries

    return any(member.workspace.needs_second_step for member in queries.memberships_of(user.pk))


def without_step(workspace_id: UUID) -> list[Member]:
    """The members with access who have no second step yet, by name."""
    members = Member.objects.filter(workspace_id=workspace_id, is_active=True).annotate(step=has_step())
    return list(members.filter(step=False).select_related("user").order_by("name"))


def take_steps_off(user: User) -> int:
    """Take a person's second steps and recovery codes away and sign them out, as when a phone is lost; returns how many."""
    count: int = Authenticator.objects.filter(user_id=user.pk).delete()[0]
    sessions.forget_sessions(user)
    return count


def _box() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"samphan second step").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(key))
