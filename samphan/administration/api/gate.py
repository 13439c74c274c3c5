"""The way of one request of the API: language, token, limit, key, and the workspace's transaction around the route."""

from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration import tokens
from samphan.administration.api import idempotency, limits
from samphan.administration.custom_fields.definitions import versions_of
from samphan.administration.models import ApiToken
from samphan.administration.settings.store import use_version
from samphan.platform.api import PREFIX
from samphan.platform.api.problems import DETAILS, MEDIA_TYPE, Problem, of_exception, respond
from samphan.platform.tenancy import in_workspace

_NO_STEP = gettext_lazy(
    "The company asks everybody for a second step at sign-in, and whom this token acts for has none. "
    "It works again as soon as one is set up under “Sign-in and security”."
)
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_for_api(request: HttpRequest) -> bool:
    """True for everything below /api/."""
    return request.path_info.startswith(PREFIX)


class _Refused(Exception):
    """Carries an answer that is a refusal out of the transaction, which is rolled back by it."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


def answer(request: HttpRequest, get_response: GetResponse) -> HttpResponseBase:
    """Answer a request of the API; whatever goes wrong is a problem document, and then nothing is kept of it."""
    language = _language(request)
    request.member = None  # type: ignore[attr-defined]
    request.token = None  # type: ignore[attr-defined]
    with translation.override(language):
        request.LANGUAGE_CODE = language
        headers: dict[str, str] = {}
        try:
            response = _pass(request, get_response, headers)
        except (Problem, DatabaseError) as problem:
            if isinstance(problem, DatabaseError) and not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            response = of_exception(problem).answer(request)
        for name, value in headers.items():
            response[name] = value
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "no-store" if request.token else "private")  # type: ignore[attr-defined]
        response.headers["Vary"] = "Authorization, Accept-Language"
    return response


def _pass(request: HttpRequest, get_response: GetResponse, headers: dict[str, str]) -> HttpResponseBase:
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise Problem(400, _("The address holds a character that cannot be stored (a null byte)."))
    token = _token(request)
    if token is None:
        return _as_problem(request, get_response(request))
    allowance = limits.take(f"token:{token.pk}")
    headers.update(allowance.headers())
    if allowance.is_spent:
        raise Problem(429, _("Wait %(seconds)s seconds.") % {"seconds": allowance.reset_seconds})
    key = idempotency.key_of(request)
    try:
        with in_workspace(token.workspace_id):
            return _inside(request, get_response, token, key)
    except _Refused as refused:
        return refused.response


def _inside(request: HttpRequest, get_response: GetResponse, token: ApiToken, key: str) -> HttpResponseBase:
    member = tokens.member_of(token)
    if member is None:
        raise Problem(401)
    if member.workspace.needs_second_step and not member.has_second_step:  # type: ignore[attr-defined]
        raise Problem(403, _NO_STEP, code="second_step_required")
    request.member, request.token = member, token  # type: ignore[attr-defined]
    with versions_of(member.workspace), timezone.override(member.workspace.zone):
        use_version(member.workspace)
        return _answered(request, get_response, token, key)


def _answered(request: HttpRequest, get_response: GetResponse, token: ApiToken, key: str) -> HttpResponseBase:
    if key and (earlier := idempotency.earlier_answer(request, token, key)) is not None:
        return earlier
    response = _as_problem(request, get_response(request))
    if response.status_code >= 400:
        raise _Refused(response)
    if key and isinstance(response, HttpResponse):
        idempotency.keep_answer(request, token, key, response)
    return response


def _token(request: HttpRequest) -> ApiToken | None:
    """The token of the request; None where none was sent, which public addresses take.

    :raises Problem: for one that is not valid, and for an address that sent too many of those.
    """
    header = request.headers.get("Authorization", "").strip()
    if not header:
        return None
    address = str(request.META.get("REMOTE_ADDR", ""))
    if waiting := limits.shut_seconds(address):
        said = _("Too many wrong tokens came from this address. Wait %(seconds)s seconds.") % {"seconds": waiting}
        raise Problem(429, said, headers={"Retry-After": str(waiting)})
    scheme, _space, secret = header.partition(" ")
    found = tokens.find_token(secret.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        limits.wrong_token(address)
        raise Problem(401, headers={"WWW-Authenticate": 'Bearer realm="Samphan", error="invalid_token"'})
    return found


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A refusal that no route made (an unknown address, a method that is not offered) as a problem document."""
    if response.status_code < 400 or response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    kept = {name: response[name] for name in ("Allow", "Retry-After") if response.has_header(name)}
    status = response.status_code if response.status_code in DETAILS else (500 if response.status_code >= 500 else 400)
    return respond(request, status, headers=kept)


def _language(request: HttpRequest) -> str:
    """Thai or English, as the header Accept-Language prefers; without a word of either, the installation's."""
    best, language = 0.0, ""
    for part in request.headers.get("Accept-Language", "")[:500].split(","):
        name, _semicolon, weight = part.strip().partition(";")
        found = name.strip().lower()[:2]
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        if found in ("th", "en") and quality > best:
            best, language = quality, found
    if language:
        return language
    from django.conf import settings

    return str(settings.LANGUAGE_CODE)
