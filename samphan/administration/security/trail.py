"""What django-allauth and django-axes report about signing in, written into the audit trail."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from samphan.administration import audit, queries
from samphan.administration.models import User
from samphan.administration.security import alerts


def _kind(authenticator: Authenticator) -> str:
    return {"totp": "app", "webauthn": "passkey"}.get(str(authenticator.type), str(authenticator.type))


def _added(sender: Any, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.record_everywhere("administration.second_step_added", user=user, kind=_kind(authenticator))
        alerts.tell(user, f"{_kind(authenticator)}_added")


def _removed(sender: Any, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.record_everywhere("administration.second_step_removed", user=user, kind=_kind(authenticator))
        alerts.tell(user, f"{_kind(authenticator)}_removed")


def _reset(sender: Any, user: User, authenticator: Authenticator, **more: Any) -> None:
    audit.record_everywhere("administration.recovery_codes_made", user=user)
    alerts.tell(user, "codes_made")


def _used(sender: Any, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        audit.record_everywhere("administration.recovery_code_used", user=user)
        alerts.tell(user, "code_used")


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    user = queries.user_by_email(str(credentials.get("login") or credentials.get("email") or ""))
    if user is not None:
        ip = request.META.get("REMOTE_ADDR", "") if request is not None else ""
        audit.record_everywhere("administration.sign_in_failed", user=user, ip=ip)


def register() -> None:
    """Listen for the life of the process."""
    alerts.declare_kinds()
    authenticator_added.connect(_added, weak=False, dispatch_uid="samphan-trail")
    authenticator_removed.connect(_removed, weak=False, dispatch_uid="samphan-trail")
    authenticator_reset.connect(_reset, weak=False, dispatch_uid="samphan-trail")
    authenticator_used.connect(_used, weak=False, dispatch_uid="samphan-trail")
    user_login_failed.connect(_failed, weak=False, dispatch_uid="samphan-trail")
