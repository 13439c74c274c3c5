"""Who may do what: permissions on routes, privacy classes on fields, whose records.

A view declares `@requires("customers.view_customer")` or `@public`; a test walks the URLs and fails for any that does
neither. Closed by default: a permission that no role holds is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise

from samphan.platform.registries import Registry


class Reach(StrEnum):
    """Whose records of an entity a role reaches; besides, those that are shared with it or handed to it."""

    OWN = "own"  # mine, and those of whom I stand in for
    TEAM = "team"  # those of the people in my teams, and those that are nobody's yet
    ALL = "all"

    @property
    def width(self) -> int:
        return list(Reach).index(self)


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

    def may_read_masked(self, privacy: str) -> bool:
        """True when fields of this class are shown with most of the value covered, and nothing else: `platform.masks`."""
        ...

    def reach(self, entity: str) -> Reach:
        """Whose records of this entity the viewer reaches."""
        ...

    def owners(self, reach: Reach) -> frozenset[UUID]:
        """The members whose records are within OWN or TEAM."""
        ...

    def granted(self, entity: str) -> frozenset[UUID]:
        """Records of an entity that the viewer sees though they are out of reach: shared, or handed over with a task."""
        ...


@dataclass(frozen=True)
class Permission:
    """A right that roles hold, such as `customers.view_customer`."""

    name: str
    label: str | Promise


_permissions: Registry[Permission] = Registry()


def declare(name: str, label: str | Promise) -> str:
    """Make a permission known; each domain declares its own in `permissions.py`. Returns the name."""
    _permissions.add(name, Permission(name, label))
    return name


def permissions() -> list[Permission]:
    """Every declared permission, by name."""
    return sorted(_permissions.values(), key=lambda permission: permission.name)


_owned: Registry[str | Promise] = Registry()


def declare_owned(entity: str, label: str | Promise) -> None:
    """Make an entity known whose records belong to members, so that roles say whose of them they reach."""
    _owned.add(entity, label)


def extend(
    permissions: Callable[[], Mapping[str, Permission]],
    owned: Callable[[], Mapping[str, str | Promise]],
    grants: Callable[[], Mapping[str, "Grant"]],
) -> None:
    """Name functions that give what the current workspace adds: permissions, entities with owners, and reasons to see one."""
    _permissions.extend(permissions)
    _owned.extend(owned)
    _further_grants.append(grants)


def owned_entities() -> list[tuple[str, str | Promise]]:
    """Entities with owners and their labels, in the order in which they were declared."""
    return list(_owned.items())


_READING = ("view_", "read_", "export_")


def scope_of(permission: str) -> str:
    """The scope of a token that a permission takes: `customers.read` or `customers.write`."""
    domain, _dot, verb = permission.partition(".")
    return f"{domain}.{'read' if verb.startswith(_READING) else 'write'}"


def scopes() -> list[str]:
    """Every scope that a token may have, by name."""
    return sorted({scope_of(permission.name) for permission in permissions()})


def covers(granted: frozenset[str], permission: str) -> bool:
    """True when the scopes of a token leave a permission standing; who may write may read."""
    scope = scope_of(permission)
    return scope in granted or scope.removesuffix(".read") + ".write" in granted


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
            if permission != "signed_in":
                require(member, permission)
            return view(request, *args, **kwargs)

        guarded.samphan_access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def require(viewer: Viewer, permission: str) -> None:
    """Refuse with a 403 who lacks a permission, where a view takes another one for writing than for reading."""
    if not viewer.may(permission):
        raise PermissionDenied(permission)


def require_reading(viewer: Viewer, privacy: str) -> None:
    """Answer 404 to who may not read fields of this privacy class: for them there are none."""
    if not viewer.may_read(privacy):
        raise Http404


Grant = Callable[[Viewer], QuerySet[Any]]
"""For a viewer, a queryset of one column: ids of records that they see for one more reason."""

_grants: dict[str, list[Grant]] = {}
_further_grants: list[Callable[[], Mapping[str, Grant]]] = []


def grant(entity: str, reason: Grant) -> None:
    """Register a reason why somebody sees records of an entity that are out of their reach; called in `AppConfig.ready()`."""
    _grants.setdefault(entity, []).append(reason)


def granted_ids(viewer: Viewer, entity: str) -> frozenset[UUID]:
    """The records that the viewer sees for one of the registered reasons, asked in one statement."""
    reasons = [reason(viewer) for reason in _grants.get(entity, ())]
    reasons += [added[entity](viewer) for further in _further_grants if entity in (added := further())]
    if not reasons:
        return frozenset()
    return frozenset(reasons[0].union(*reasons[1:], all=True) if len(reasons) > 1 else reasons[0])


def within_reach(viewer: Viewer, entity: str, owner: str) -> Q:
    """The condition that rows of an owned entity are within the viewer's reach; true for who reaches all.

    Owners and granted records are put in by value: the planner joins two indexes over them, where a subselect beside an OR
    would read the whole table.

    :param owner: the column of the member whose record it is, such as `owner_id`.
    """
    reach = viewer.reach(entity)
    if reach is Reach.ALL:
        return Q()
    mine = Q(**{f"{owner}__in": sorted(viewer.owners(reach))})
    if reach is Reach.TEAM:
        mine |= Q(**{f"{owner}__isnull": True})
    granted = viewer.granted(entity)
    return mine | Q(pk__in=sorted(granted)) if granted else mine


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
