"""Reading bodies and writing answers, quickly: JSON by msgspec."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.parser import Parser

from samphan.platform.api.problems import Problem, invalid

CHANGE = "Samphan-Change"
"""Header of an answer that wrote something: the act, which `POST /changes/{id}/undo` takes back."""

_decoder = msgspec.json.Decoder(float_hook=Decimal)


class JSONParser(Parser):
    """Bodies as JSON: numbers with a fraction exactly, and nothing that PostgreSQL cannot store."""

    def parse_body(self, request: HttpRequest) -> Any:
        media = request.content_type or ""
        if media not in ("application/json", "") and not media.endswith("+json"):
            raise Problem(415)
        body = request.body
        try:
            document = _decoder.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise Problem(400, _("The body is not valid JSON.")) from None
        if b"\\u0000" in body and _holds_null(document):
            raise invalid("body", _("A text holds a character that cannot be stored (a null byte)."))
        return document


def _holds_null(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_null(item) for pair in value.items() for item in pair)
    return isinstance(value, list) and any(map(_holds_null, value))


def encode(data: Any) -> bytes:
    """JSON of plain values; amounts as text, so that no binary float changes them."""
    return msgspec.json.encode(data)


def answer(
    request: HttpRequest,
    data: Any,
    *,
    status: int = 200,
    etag: str = "",
    change: object = None,
    location: str = "",
) -> HttpResponse:
    """A JSON answer; 304 where the asker has it already.

    :param etag: of `tag_of`. :param change: the changeset of what was written. :param location: of what was made.
    """
    if etag and request.method in ("GET", "HEAD") and etag in _tags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(encode(data), status=status, content_type="application/json")
    headers: Mapping[str, object] = {"ETag": etag, CHANGE: change, "Location": location}
    for name, value in headers.items():
        if value:
            response[name] = str(value)
    return response


def nothing(*, change: object = None) -> HttpResponse:
    """204: done, and there is nothing to say."""
    response = HttpResponse(status=204)
    if change:
        response[CHANGE] = str(change)
    return response


def tag_of(data: Any) -> str:
    """The entity tag of a record as one viewer sees it: another one as soon as any value differs."""
    digest = hashlib.sha256(msgspec.json.encode(data, order="deterministic")).digest()[:16]
    return f'"{urlsafe_b64encode(digest).decode().rstrip("=")}"'


def require_match(request: HttpRequest, current: str) -> None:
    """Refuse with a 412 to write over what the asker has not seen; without If-Match everything is taken."""
    wanted = request.headers.get("If-Match", "")
    if wanted and "*" not in (tags := _tags(wanted)) and current not in tags:
        raise Problem(
            412,
            _("The record was changed since it was read. Read it again, and send your change with its new ETag."),
            headers={"ETag": current},
        )


def _tags(header: str) -> set[str]:
    return {part.strip() for part in header.split(",")}
