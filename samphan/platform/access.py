"""Who may do what: permissions on routes, privacy classes on fields.

A view declares `@requires("customers.view_customer")` or `@public`; a test walks the URLs and fails for any that does
neither. Closed by default: a permission that no role holds is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise


class Viewer(Protocol):
    """Somebody who looks at a workspace: a member, or the system acting on a command."""

    @property
    def id(self) -> UUID | None: ...

    @property
    def workspace_id(self) -> UUID: ...

    def may(self, permission: str) -> bool:
        """True when one of the roles holds the permission `domain.verb_noun`."""
        ...

    def may_read(self, privacy: str) -> bool:
        """True when fields of this privacy class are shown, searched, filtered and exported for this viewer."""
        ...


@dataclass(frozen=True)
class Permission:
    """A right that roles hold, such as `customers.view_customer`."""

    name: str
    label: str | Promise


_permissions: dict[str, Permission] = {}


def declare(name: str, label: str | Promise) -> str:
    """Make a permission known; each domain declares its own in `permissions.py`. Returns the name."""
    _permissions[name] = Permission(name, label)
    return name


def permissions() -> list[Permission]:
    """Every declared permission, by name."""
    return sorted(_permissions.values(), key=lambda permission: permission.name)


V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def public(view: V) -> V:
    """Declare that a view is for everybody, signed in or not."""
    view.samphan_access = "public"  # type: ignore[attr-defined]
    return view


def requires(permission: str) -> Callable[[V], V]:
    """Declare the permission that a view takes: a stranger is asked to sign in, a member without it gets a 403.

    `"signed_in"` asks for membership of the workspace and nothing more.
    """

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = getattr(request, "member", None)
            if member is None:
                return _ask_to_sign_in(request)
            if permission != "signed_in" and not member.may(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded.samphan_access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    from django.contrib.auth.views import redirect_to_login

    if getattr(request, "htmx", False):
        # A part of a page asked: the page itself goes to the sign-in, and what was typed stays in the browser.
        response = redirect("account_login")
        response.status_code = 401
        response["HX-Trigger"] = "samphan:signed-out"
        return response
    if getattr(request.user, "is_authenticated", False):
        raise PermissionDenied("no workspace")
    return redirect_to_login(request.get_full_path())
