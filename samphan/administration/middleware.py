"""From a signed-in user to a member in a workspace, and one transaction for each request."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django_htmx.http import trigger_client_event

from samphan.administration.models import Member
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import as_user, in_workspace

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

LANGUAGE_COOKIE = "samphan_language"


class MemberRequest(HttpRequest):
    """A request by a member: what `@requires` views receive."""

    member: Member
    htmx: "HtmxDetails"


class WorkspaceMiddleware:
    """Find the member behind a request, open their workspace around the view, and speak their language.

    A streamed answer is made after the transaction here has ended, so whoever streams opens `in_workspace` again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        member = find_member(request)
        request.member = member  # type: ignore[attr-defined]
        language = _language(request, member)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            if member is None:
                response = self.get_response(request)
            else:
                with in_workspace(member.workspace_id):
                    request.savepoint = transaction.savepoint()  # type: ignore[attr-defined]
                    response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "no-store" if member else "private")
        return response

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
            .order_by("id")[:20]
        )
    request.memberships = memberships  # type: ignore[attr-defined]
    if not memberships:
        return None
    chosen = request.session.get("workspace")
    for member in memberships:
        if chosen and member.workspace_id == UUID(chosen):
            return member
    return memberships[0]


def _language(request: HttpRequest, member: Member | None) -> str:
    if member is not None:
        return member.user.language
    chosen = request.COOKIES.get(LANGUAGE_COOKIE)
    if chosen in ("th", "en"):
        return chosen
    from django.conf import settings

    # A stranger's browser may say English; without a clear word it is Thai.
    accepted = request.headers.get("Accept-Language", "")
    return "en" if accepted.lower().startswith("en") and settings.LANGUAGE_CODE != "th" else settings.LANGUAGE_CODE
