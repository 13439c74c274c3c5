"""The front: one port for pages, live updates and health, served by granian in this process."""

import asyncio
import contextlib
import gc
import ipaddress
import logging
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from samphan.config.environment import Environment
from samphan.runtime.live_front import LiveUpdates
from samphan.runtime.metrics import CONTENT_TYPE, Metrics, may_read
from samphan.runtime.pages import Pages, Receive, Scope, Send, WSGIApplication, respond

logger = logging.getLogger(__name__)

# Between bytecodes of a busy page thread the event loop waits this long for its turn instead of Python's 5 ms.
SWITCH_INTERVAL_SECONDS = 0.0005
GRACE_SECONDS = 10.0
READY_TIMEOUT_SECONDS = 5.0
# Requests that wait for a page thread; beyond it granian answers no further connection until one is done.
WAITING_REQUESTS = 512


class Front:
    """The ASGI application: routes by path and leaves everything it does not know to the pages.

    :param pages: answers pages.
    :param live: answers `/live`; None where this process serves pages only.
    :param is_ready: says whether database and migrations are in place, as (ok, sentence); may block.
    :param metrics: makes the text of `/metrics`; may block.
    :param metrics_token: who brings it may read them from elsewhere.
    """

    def __init__(
        self,
        pages: Pages,
        live: LiveUpdates | None,
        is_ready: Callable[[], tuple[bool, str]],
        metrics: Callable[[], bytes] | None = None,
        metrics_token: str | None = None,
    ) -> None:
        self._pages = pages
        self._metrics, self._metrics_token = metrics, metrics_token
        self._live = live
        self._is_ready = is_ready
        # A thread of its own, so that health is answered when every page thread is busy.
        self._health = ThreadPoolExecutor(1, thread_name_prefix="health")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/healthz":
            await respond(send, 200, b"ok\n")
        elif scope["path"] == "/readyz":
            await self._ready(send)
        elif scope["path"] == "/metrics" and self._metrics is not None:
            await self._figures(scope, send, self._metrics)
        elif scope["path"] == "/live" and self._live is not None:
            await self._live(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _figures(self, scope: Scope, send: Send, metrics: Callable[[], bytes]) -> None:
        if not may_read(scope, self._metrics_token):
            await respond(send, 403, b"Ask from this machine, or with the token of SAMPHAN_METRICS_TOKEN.\n")
            return
        text = await asyncio.get_running_loop().run_in_executor(self._health, metrics)
        await respond(send, 200, text, CONTENT_TYPE)

    async def close(self) -> None:
        """End live streams and take no further pages."""
        if self._live is not None:
            await self._live.close()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self._live is not None:
                    self._live.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.close()
                self._pages.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _ready(self, send: Send) -> None:
        try:
            async with asyncio.timeout(READY_TIMEOUT_SECONDS):
                ok, sentence = await asyncio.get_running_loop().run_in_executor(self._health, self._is_ready)
        except TimeoutError:
            ok, sentence = False, "the database does not answer in time"
        await respond(send, 200 if ok else 503, f"{sentence}\n".encode())


def build_front(environment: Environment, *, with_live: bool = True) -> Front:
    """The front of this installation over its Django project."""
    from django.conf import settings
    from django.urls import get_resolver

    from samphan.config.wsgi import application

    get_resolver().reverse_dict  # noqa: B018 - reads every view now instead of while somebody waits for the first page
    live = None
    if with_live:
        from samphan.administration.queries import live_viewer

        live = LiveUpdates(
            environment.database_parameters,
            _closing_connection(live_viewer),
            cookie_name=settings.SESSION_COOKIE_NAME,
            max_streams=environment.live_streams,
        )
    figures = Metrics(environment)
    return Front(_pages(environment, application), live, Readiness(), figures, environment.metrics_token)


def run_front(environment: Environment, front: Any) -> None:
    """Serve until SIGTERM or SIGINT; running requests get `GRACE_SECONDS` to finish.

    :param front: an ASGI application with a coroutine `close()`.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    # The program itself is no garbage: looking through all of it, as a full collection does, held up a page for 0.1 to 0.4 s.
    gc.collect()
    gc.freeze()
    asyncio.run(_serve(environment, front))


class Readiness:
    """Whether the database answers and holds every migration of this program."""

    def __init__(self) -> None:
        self._is_migrated = False

    def __call__(self) -> tuple[bool, str]:
        from django.db import close_old_connections, connection

        try:
            # Outside a request nobody else throws away a connection whose server was restarted.
            close_old_connections()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self._is_migrated:
                # Asked until it is so, and then never again for this program: the graph takes a tenth of a second.
                waiting = waiting_migrations()
                if waiting:
                    return False, f"{len(waiting)} migrations are not applied yet"
                self._is_migrated = True
        except Exception as error:
            connection.close()
            return False, f"the database does not answer: {type(error).__name__}"
        return True, "ready"


def waiting_migrations() -> list[str]:
    """Migrations of this program that the database does not have yet, as `app.name`."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _pages(environment: Environment, application: WSGIApplication) -> Pages:
    return Pages(application, threads=environment.threads, max_body_bytes=environment.max_upload_bytes)


def _closing_connection(viewer_of: Callable[[str], Any]) -> Callable[[str], Any]:
    """Give the connection back after each question: these threads are many and seldom used."""

    def ask(session_key: str) -> Any:
        from django.db import connection

        try:
            return viewer_of(session_key)
        finally:
            connection.close()

    return ask


async def _serve(environment: Environment, front: Any) -> None:
    application = front
    if environment.trusted_proxies:
        application = wrap_asgi_with_proxy_headers(front, trusted_hosts=list(environment.trusted_proxies))
    server = Server(
        application,
        address=listening_address(environment.host),
        port=environment.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # browsers speak HTTP/2 only over TLS, which ends at the proxy
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        websockets=False,
        backlog=1024,
        # Each open stream counts as a request in progress, so streams must not use up what pages need.
        backpressure=environment.live_streams + environment.threads + WAITING_REQUESTS,
        log_level=LogLevels.error,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    serving = asyncio.ensure_future(server.serve())
    waiting = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not serving.done():
        started_at = time.monotonic()
        # Streams first: they are requests that never end, and granian would wait for them.
        await front.close()
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(serving, GRACE_SECONDS)
        logger.info("The front stopped after %.1f s", time.monotonic() - started_at)
    else:
        serving.result()


def listening_address(host: str) -> str:
    """An IP address for a host name, which granian does not look up."""
    if host in ("localhost", ""):
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        import socket

        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
