"""The lock after wrong guesses, by django-axes: passwords by e-mail and address, second steps by person.

Who guesses a second step knows the password already and may come from many addresses, so the person is locked and not
the place. An administrator of the company can open a lock.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from samphan.administration.models import User

_SECOND = "second-step:"


def lockout_parameters(request_or_attempt: Any, credentials: dict[str, Any] | None = None) -> list[Any]:
    """What django-axes counts by."""
    name = str((credentials or {}).get("login") or getattr(request_or_attempt, "username", "") or "")
    return ["username"] if name.startswith(_SECOND) else [["username", "ip_address"]]


def is_closed(request: HttpRequest, user: User) -> bool:
    """Whether too many second steps of this person were wrong lately."""
    return not AxesProxyHandler.is_allowed(request, {"login": _name(user)})


def count_wrong_step(request: HttpRequest, user: User) -> bool:
    """Count a wrong second step; True when this one closed the door."""
    AxesProxyHandler.user_login_failed(sender=__name__, credentials={"login": _name(user)}, request=request)
    return is_closed(request, user)


def locked_names(user: User) -> list[str]:
    """Which of a person's doors are closed: their e-mail, their second step, or none."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tries = AccessAttempt.objects.filter(username__in=[user.email, _name(user)], attempt_time__gt=since)
    found: Counter[tuple[str, str]] = Counter()
    for name, ip, count in tries.values_list("username", "ip_address", "failures_since_start"):
        found[name, "" if name.startswith(_SECOND) else str(ip)] += count
    return sorted({name for (name, _ip), count in found.items() if count >= settings.AXES_FAILURE_LIMIT})


def unlock(user: User) -> None:
    """Forget the wrong guesses about a person."""
    for name in (user.email, _name(user)):
        reset(username=name)


def _name(user: User) -> str:
    return f"{_SECOND}{user.pk}"
