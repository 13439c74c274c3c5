"""Every refusal of the API as a problem document (RFC 9457), in the language of who asks."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from samphan.platform.api import BASE
from samphan.platform.conditions import ConditionProblem
from samphan.platform.errors import DomainError
from samphan.platform.thai.problems import ValueProblem

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

TITLES: dict[int, str | Promise] = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("A valid token is needed"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not offered here"),
    409: gettext_lazy("Not possible as things stand"),
    412: gettext_lazy("Changed meanwhile"),
    413: gettext_lazy("Larger than allowed"),
    415: gettext_lazy("Media type not taken"),
    422: gettext_lazy("Values cannot be taken"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("A fault of ours"),
    503: gettext_lazy("Not available at the moment"),
}
DETAILS: dict[int, str | Promise] = {
    400: gettext_lazy("The request is malformed."),
    401: gettext_lazy("Send “Authorization: Bearer” with a token that is neither revoked nor expired."),
    403: gettext_lazy("The token, or the role of its member, does not allow this."),
    404: gettext_lazy("There is nothing here for this token."),
    405: gettext_lazy("This address does not offer that method; the header Allow names those it does."),
    409: gettext_lazy("This cannot be done."),
    413: gettext_lazy("The request is too large."),
    415: gettext_lazy("Send the body as application/json."),
    422: gettext_lazy("Some values cannot be taken; “errors” says which and why."),
    500: gettext_lazy("Nothing was half saved. Try again; if it happens again, tell your administrator the time."),
    503: gettext_lazy("The database does not answer. Nothing was saved; try again in a moment."),
}
CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "changed_meanwhile",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}


@dataclass(frozen=True)
class Error:
    """One value that cannot be taken: where it stands in the request, and why in one sentence."""

    path: str
    detail: str
    code: str = "invalid"


class Problem(Exception):
    """A refusal by the API itself.

    :param code: stable word for programs; by default that of the status. :param detail: one sentence.
    """

    def __init__(
        self,
        status: int,
        detail: str | Promise = "",
        *,
        code: str = "",
        errors: Iterable[Error] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(detail))
        self.status, self.detail, self.code = status, detail, code
        self.errors, self.headers = tuple(errors), dict(headers or {})

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The response that says it."""
        return respond(request, self.status, str(self.detail), code=self.code, errors=self.errors, headers=self.headers)


def invalid(path: str, detail: str | Promise, *, code: str = "invalid") -> Problem:
    """A 422 about one place of the request."""
    return Problem(422, errors=[Error(path, str(detail), code)])


def respond(
    request: HttpRequest,
    status: int,
    detail: str = "",
    *,
    code: str = "",
    errors: Iterable[Error] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem document."""
    code = code or CODES.get(status, "error")
    document: dict[str, Any] = {
        "type": f"{BASE}docs/#problem-{code}",
        "title": str(TITLES.get(status) or _("Not done")),
        "status": status,
        "detail": detail or str(DETAILS.get(status, "")),
        "code": code,
        "instance": request.path,
    }
    found = [{"path": one.path, "detail": one.detail, "code": one.code} for one in errors]
    if found:
        document["errors"] = found
    response = HttpResponse(msgspec.json.encode(document), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Samphan"'
    for name, value in (headers or {}).items():
        response[name] = value
    return response


_statuses: dict[type[DomainError], int] = {}
_paths: dict[type[DomainError], Any] = {}


def says(refusal: type[DomainError], status: int) -> None:
    """Give a kind of refusal a status of its own; without one it is a 409, and a value's problem a 422."""
    _statuses[refusal] = status


def tells_fields(refusal: type[DomainError], read: Any) -> None:
    """Say how a refusal names fields: `read(refusal)` gives pairs of field name and sentence."""
    _paths[refusal] = read


def of_refusal(refusal: DomainError) -> Problem:
    """The problem that a refused action is."""
    for kind in type(refusal).__mro__:
        if kind in _paths:
            return Problem(422, errors=[Error(name, said) for name, said in _paths[kind](refusal)])
        if kind in _statuses:
            return Problem(_statuses[kind], str(refusal))
    if isinstance(refusal, ConditionProblem):
        return invalid(refusal.path, refusal.message, code="condition")
    if isinstance(refusal, ValueProblem):
        return Problem(422, str(refusal), code=refusal.code if refusal.code.isidentifier() else "")
    return Problem(409, str(refusal))


def of_exception(error: BaseException) -> Problem:
    """The problem that anything raised on the way is; what nobody foresaw is logged and a 500."""
    match error:
        case Problem():
            return error
        case DomainError():
            return of_refusal(error)
        case ValidationError():
            return Problem(422, errors=list(_validation(error.errors)))
        case AuthenticationError():
            return Problem(401)
        case HttpError() if isinstance(error.__cause__, Problem | RequestDataTooBig):
            return of_exception(error.__cause__)  # ninja takes whatever the parser raises for a body it cannot read
        case HttpError():
            return Problem(error.status_code, "" if error.status_code == 400 else str(error))
        case Http404():
            return Problem(404)
        case PermissionDenied():
            return _denied(str(error))
        case RequestDataTooBig():
            return Problem(413)
        case IntegrityError():
            logger.warning("the database refused an API request: %s", type(error.__cause__).__name__)
            return Problem(409, _("Somebody wrote the same value in the same moment. Try again."))
        case DataError():
            return Problem(422, _("A value is too long, or holds characters that cannot be stored."))
        case OperationalError() | InterfaceError():
            logger.warning("the database did not answer an API request: %s", error)
            return Problem(503, headers={"Retry-After": "2"})
        case _:
            logger.error("an API request failed", exc_info=error)
            return Problem(500)


def _denied(permission: str) -> Problem:
    if "." not in permission:
        return Problem(403)
    said = _("The token, or the role of its member, lacks the right %(right)s.") % {"right": permission}
    return Problem(403, said)


# What pydantic says of a value, in our words; others get one general sentence.
_SAID: dict[str, str | Promise] = {
    "missing": gettext_lazy("This is needed."),
    "string_type": gettext_lazy("A text is expected."),
    "string_too_long": gettext_lazy("At most %(max_length)s letters."),
    "string_too_short": gettext_lazy("At least %(min_length)s letters."),
    "int_parsing": gettext_lazy("A whole number is expected."),
    "int_type": gettext_lazy("A whole number is expected."),
    "int_from_float": gettext_lazy("A whole number is expected."),
    "bool_parsing": gettext_lazy("true or false is expected."),
    "bool_type": gettext_lazy("true or false is expected."),
    "decimal_parsing": gettext_lazy("A number is expected."),
    "decimal_type": gettext_lazy("A number is expected."),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "list_type": gettext_lazy("A list is expected."),
    "dict_type": gettext_lazy("An object is expected."),
    "model_attributes_type": gettext_lazy("An object is expected."),
    "model_type": gettext_lazy("An object is expected."),
    "too_long": gettext_lazy("At most %(max_length)s of these at once."),
    "too_short": gettext_lazy("At least %(min_length)s is needed."),
    "uuid_parsing": gettext_lazy("An id is expected."),
    "uuid_type": gettext_lazy("An id is expected."),
    "date_from_datetime_parsing": gettext_lazy("A date such as 2026-12-31 is expected."),
    "date_parsing": gettext_lazy("A date such as 2026-12-31 is expected."),
    "date_type": gettext_lazy("A date such as 2026-12-31 is expected."),
    "datetime_parsing": gettext_lazy("A time such as 2026-12-31T09:30:00+07:00 is expected."),
    "datetime_from_date_parsing": gettext_lazy("A time such as 2026-12-31T09:30:00+07:00 is expected."),
    "datetime_type": gettext_lazy("A time such as 2026-12-31T09:30:00+07:00 is expected."),
    "literal_error": gettext_lazy("One of these is expected: %(expected)s."),
    "enum": gettext_lazy("One of these is expected: %(expected)s."),
    "extra_forbidden": gettext_lazy("There is no such field here."),
}


def _validation(errors: Iterable[Mapping[str, Any]]) -> Iterable[Error]:
    for error in errors:
        kind = str(error.get("type", ""))
        sentence = str(_SAID.get(kind) or _("This value cannot be taken."))
        values = error.get("ctx") or {}
        try:
            said = sentence % values if "%(" in sentence else sentence
        except (KeyError, TypeError, ValueError):
            said = _("This value cannot be taken.")
        yield Error(_path(error.get("loc", ())), said, kind or "invalid")


def _path(location: Iterable[Any]) -> str:
    """`body.records[3].name` of pydantic's location, without the name of our own parameter."""
    parts = list(location)
    if parts and parts[0] in ("query", "path", "header", "body", "form", "file"):
        source = parts.pop(0)
        if source == "body" and parts and isinstance(parts[0], str):
            parts.pop(0)
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text or "body"


def register(api: NinjaAPI) -> None:
    """Answer every exception of a route with its problem."""

    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return of_exception(error).answer(request)

    for kind in (Exception, Problem, DomainError, ValidationError, HttpError, AuthenticationError, Http404):
        api.add_exception_handler(kind, handle)
