"""A request that is sent twice is done once.

The answer is kept in the transaction of what the request did, under a lock of the key that ends with it: whoever comes
while the first still runs is told so, whoever comes later gets the same answer, and what a crash cut off was never done.
"""

from datetime import timedelta
from hashlib import sha256

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from samphan.administration.models import ApiAnswer, ApiToken
from samphan.platform.api.answers import CHANGE
from samphan.platform.api.problems import Problem

KEPT = timedelta(hours=24)
MAX_KEY = 255
METHODS = ("POST", "PUT", "PATCH", "DELETE")
_HEADERS = ("Content-Type", "ETag", "Location", CHANGE)


def key_of(request: HttpRequest) -> str:
    """The key that a writing request carries; "" for none.

    :raises Problem: for one that is too long.
    """
    key = request.headers.get("Idempotency-Key", "").strip() if request.method in METHODS else ""
    if len(key) > MAX_KEY or not key.isprintable():
        raise Problem(400, _("An Idempotency-Key has at most %(count)s printable signs.") % {"count": MAX_KEY})
    return key


def earlier_answer(request: HttpRequest, token: ApiToken, key: str) -> HttpResponse | None:
    """Claim the key until the transaction ends; returns what the same request was answered before, None for the first.

    :raises Problem: while another request with the key runs, and where the key belonged to another request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 8413))", [f"{token.pk} {key}"])
        is_mine = (cursor.fetchone() or (False,))[0]
    if not is_mine:
        said = _("A request with this Idempotency-Key is still running.")
        raise Problem(409, said, code="in_progress", headers={"Retry-After": "1"})
    kept = ApiAnswer.objects.filter(
        workspace_id=token.workspace_id, token=token, key=key, created_at__gt=timezone.now() - KEPT
    ).first()
    if kept is None:
        return None
    if kept.fingerprint != fingerprint_of(request):
        raise Problem(422, _("This Idempotency-Key was used for another request."), code="key_reused")
    response = HttpResponse(bytes(kept.body), status=kept.status)
    del response.headers["Content-Type"]
    for name, value in kept.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def keep_answer(request: HttpRequest, token: ApiToken, key: str, response: HttpResponse) -> None:
    """Write down what the request was answered, in the transaction of what it did."""
    ApiAnswer.objects.filter(workspace_id=token.workspace_id, token=token, key=key).delete()  # one older than it counts
    ApiAnswer.objects.create(
        workspace_id=token.workspace_id,
        token=token,
        key=key,
        fingerprint=fingerprint_of(request),
        status=response.status_code,
        headers={name: response[name] for name in _HEADERS if response.has_header(name)},
        body=response.content,
    )


def fingerprint_of(request: HttpRequest) -> str:
    """What makes two requests the same: method, address and body; of a form what it holds, not how it is cut up."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            digest.update(f"{name}={values}\n".encode())
        for name, file in sorted(request.FILES.items()):
            digest.update(f"{name}:{getattr(file, 'name', '')}\n".encode())
            for chunk in file.chunks():  # type: ignore[union-attr]
                digest.update(chunk)
            file.seek(0)  # type: ignore[union-attr]
    else:
        digest.update(request.body)
    return digest.hexdigest()


def forget() -> int:
    """Delete the answers that no longer count, of the current workspace; returns how many."""
    return ApiAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
