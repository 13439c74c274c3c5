"""Around every request: an id, its figures, a line in the log, a span."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from samphan.platform.observation import figures
from samphan.platform.observation.logs import request_id
from samphan.platform.observation.traces import span

logger = logging.getLogger("samphan.requests")

ID = re.compile(r"[A-Za-z0-9-]{8,64}")
NOWHERE = "(no such page)"


class ObservationMiddleware:
    """The outermost one. The id goes into every line logged meanwhile, and back to the client as X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identity = _identity(request)
        token = request_id.set(identity)
        began_at = time.perf_counter()
        method = figures.method_label(request.method)
        figures.requests_running.inc()
        try:
            with span("request", carrier=request.headers) as current:
                response = self.get_response(request)
                route, status = _route(request), response.status_code
                current.rename(f"{method} {route}")
                current.note({"http.request.method": method, "http.route": route, "http.response.status_code": status})
                current.note({"samphan.request_id": identity})
                if status >= 500:
                    current.fail()
        finally:
            figures.requests_running.dec()
            request_id.reset(token)
        seconds = time.perf_counter() - began_at
        figures.requests.labels(method, route, str(status)).inc()
        figures.request_seconds.labels(route).observe(seconds)
        response.headers["X-Request-ID"] = identity
        if settings.LOG_REQUESTS:
            token = request_id.set(identity)
            told = {"method": method, "route": route, "status": status, "duration_ms": round(seconds * 1000, 1)}
            logger.info("%s %s %s", method, route, status, extra=told)
            request_id.reset(token)
        return response


def _identity(request: HttpRequest) -> str:
    """The proxy's id where a proxy of ours gives one, so that both logs can be read together; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if settings.TRUSTS_A_PROXY and ID.fullmatch(given) else uuid.uuid4().hex


def _route(request: HttpRequest) -> str:
    """The pattern of the address, which holds no id and no name: /customers/<uuid:customer_id>/."""
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    return "/static/" if request.path.startswith(settings.STATIC_URL) else NOWHERE
