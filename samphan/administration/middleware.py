"""From a signed-in user to a member in a workspace, and one transaction for each request."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from samphan.administration import audit
from samphan.administration.api import gate
from samphan.administration.custom_fields.definitions import versions_of
from samphan.administration.models import Member
from samphan.administration.security.alerts import mark_device
from samphan.administration.security.factors import has_step
from samphan.administration.security.session_store import SessionStore, is_over
from samphan.administration.settings.store import use_version
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import as_user, in_workspace

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

LANGUAGE_COOKIE = "samphan_language"


class MemberRequest(HttpRequest):
    """A request by a member: what `@requires` views receive."""

    member: Member
    memberships: list[Member]
    htmx: "HtmxDetails"


V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def before_second_step(view: V) -> V:
    """Declare that a view is open to members who still lack the second step that their company asks for."""
    view.before_second_step = True  # type: ignore[attr-defined]
    return view


class WorkspaceMiddleware:
    """Find the member behind a request, open their workspace around the view, and speak their language.

    A streamed answer is made after the transaction here has ended, so whoever streams opens `in_workspace` again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if gate.is_for_api(request):
            # Programs come with a token and never with a session: a page elsewhere cannot make a browser act here.
            return gate.answer(request, self.get_response)
        store = getattr(request, "session", None)
        if isinstance(store, SessionStore):
            store.seen_from(request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent", ""))
        member = find_member(request)
        request.member = member  # type: ignore[attr-defined]
        language = _language(request, member)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            if member is None:
                response = self.get_response(request)
            else:
                with (
                    versions_of(member.workspace),
                    in_workspace(member.workspace_id),
                    timezone.override(member.workspace.zone),
                ):
                    use_version(member.workspace)
                    request.savepoint = transaction.savepoint()  # type: ignore[attr-defined]
                    response = self.get_response(request)
        mark_device(request, response)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "no-store" if member else "private")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Let nobody on who lacks the second step that their company asks for, but to where they set one up."""
        member = getattr(request, "member", None)
        if member is None or not member.workspace.needs_second_step or member.has_second_step:
            return None
        if getattr(view, "before_second_step", False) or getattr(view, "samphan_access", "") == "public":
            return None
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse("security"))
        return redirect("security")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Keep nothing of a failed view; a refusal becomes a sentence: a toast for HTMX, else a page with status 409."""
        savepoint = getattr(request, "savepoint", None)
        if savepoint is not None:
            with suppress(DatabaseError):
                transaction.savepoint_rollback(savepoint)
        if not isinstance(exception, DomainError):
            return None
        from samphan.administration.views.errors import refusal

        if getattr(request, "htmx", False):
            response = HttpResponse(status=409)
            return trigger_client_event(response, "samphan:toast", {"message": str(exception), "tone": "bad"})
        return refusal(request, str(exception))


def find_member(request: HttpRequest) -> Member | None:
    """The active membership that this session works in: the chosen workspace, else the oldest."""
    if not request.user.is_authenticated:
        return None
    user_id = request.user.pk
    with as_user(user_id):
        memberships = list(
            Member.objects.filter(user_id=user_id, is_active=True)
            .select_related("workspace", "user")
            .annotate(has_second_step=has_step())
            .order_by("id")[:20]
        )
    request.memberships = memberships  # type: ignore[attr-defined]
    if not memberships:
        return None
    store = request.session
    if isinstance(store, SessionStore):
        if is_over(store, (member.workspace for member in memberships), at=timezone.now()):
            _end(request, memberships)
            return None
        store.touch()
    chosen = request.session.get("workspace")
    for member in memberships:
        if chosen and member.workspace_id == UUID(chosen):
            return member
    return memberships[0]


def _end(request: HttpRequest, memberships: Sequence[Member]) -> None:
    """Sign out whoever was away for too long; what they typed stays in the browser, as for every session that ends."""
    for member in memberships:
        with in_workspace(member.workspace_id):
            audit.record("administration.session_expired", viewer=member)
    request.session.flush()
    request.user = AnonymousUser()


def _language(request: HttpRequest, member: Member | None) -> str:
    if member is not None:
        offered = member.workspace.languages
        return member.user.language if member.user.language in offered or not offered else offered[0]
    chosen = request.COOKIES.get(LANGUAGE_COOKIE)
    if chosen in ("th", "en"):
        return chosen
    from django.conf import settings

    # A stranger's browser may say English; without a clear word it is Thai.
    accepted = request.headers.get("Accept-Language", "")
    return "en" if accepted.lower().startswith("en") and settings.LANGUAGE_CODE != "th" else settings.LANGUAGE_CODE
