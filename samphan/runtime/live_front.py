"""Live updates: one stream of server-sent events for each browser, fed by one LISTEN for each front process.

A message says only that something changed (topic, id, version); the page fetches what its reader may see. So nothing
secret can leave through a stream, and a message too many or too few harms nobody.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg

from samphan.runtime.pages import Receive, Scope, Send, respond

logger = logging.getLogger(__name__)

CHANNEL = "samphan_live"
HEARTBEAT_SECONDS = 20.0
# A person who was signed out or removed stops hearing of changes after this time.
RECHECK_SECONDS = 300.0
RETRY_MILLISECONDS = 3000
# A page shows a few dozen things; a reader that far behind reloads sooner than it catches up.
LONGEST_QUEUE = 256

ViewerOf = Callable[[str], tuple[Any, Any] | None]


class Stream:
    """One open stream: what waits to be sent to it, and whether it fell too far behind."""

    def __init__(self, workspace: str, topics: frozenset[str]) -> None:
        self.workspace = workspace
        self.topics = topics
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(LONGEST_QUEUE)
        self.is_dropped = False

    def offer(self, event: bytes) -> None:
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.is_dropped = True


class LiveUpdates:
    """The streams of this process and the connection that feeds them.

    :param connection_parameters: called at every connect, because a restarted database may have a new socket; keywords
        for psycopg.
    :param viewer_of: session key to (workspace id, member id), or None when nobody is signed in; it may block.
    :param cookie_name: the cookie that holds the session key.
    :param max_streams: above it, new streams are turned away, so that pages keep their share of connections.
    """

    def __init__(
        self,
        connection_parameters: Callable[[], dict[str, Any]],
        viewer_of: ViewerOf,
        *,
        cookie_name: str = "sessionid",
        max_streams: int = 4096,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._parameters = connection_parameters
        self._viewer_of = viewer_of
        self._cookie_name = cookie_name
        self._max_streams = max_streams
        self._heartbeat_seconds = heartbeat_seconds
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._count = 0
        self._listener: asyncio.Task[None] | None = None
        self._is_closing = False
        self.is_connected = False

    def start(self) -> None:
        """Begin to listen, in the running event loop."""
        self._listener = asyncio.get_running_loop().create_task(self._listen())

    async def close(self) -> None:
        """End every stream; browsers come back by themselves."""
        self._is_closing = True
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        for stream in self._all():
            stream.is_dropped = True
            with contextlib.suppress(asyncio.QueueFull):
                stream.queue.put_nowait(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await respond(send, 405, b"")
            return
        session_key = _cookie(scope, self._cookie_name)
        if session_key is None:
            await respond(send, 401, b"")
            return
        if self._count >= self._max_streams or self._is_closing:
            await self._come_back(send, seconds=30)
            return
        self._count += 1
        try:
            try:
                viewer = await asyncio.to_thread(self._viewer_of, session_key)
            except Exception as error:
                # Any other answer than 200 ends an EventSource for good, and the database will be back.
                logger.warning("A live stream cannot ask who is signed in: %s", error)
                await self._come_back(send, seconds=5)
                return
            if viewer is None:
                await respond(send, 401, b"")
                return
            topics = parse_qs(scope["query_string"].decode("ascii", "replace")).get("topics", [""])[0]
            stream = Stream(str(viewer[0]), frozenset(filter(None, topics.split(","))))
            self._streams[stream.workspace].add(stream)
            try:
                await self._serve(stream, session_key, receive, send)
            finally:
                self._streams[stream.workspace].discard(stream)
                if not self._streams[stream.workspace]:
                    del self._streams[stream.workspace]
        finally:
            self._count -= 1

    def publish(self, payload: str) -> None:
        """Pass a notification `{"w": workspace, "t": topic, "id": id, "v": version}` to the streams it concerns."""
        try:
            message = json.loads(payload)
            workspace, topic = str(message["w"]), str(message["t"])
            event = {"topic": topic, "id": message.get("id"), "version": message.get("v")}
        except (ValueError, KeyError, TypeError):
            logger.error("A live notification cannot be read: %.200s", payload)
            return
        data = f"data: {json.dumps(event, separators=(',', ':'))}\n\n".encode()
        for stream in tuple(self._streams.get(workspace, ())):
            if not stream.topics or topic in stream.topics:
                stream.offer(data)

    async def _serve(self, stream: Stream, session_key: str, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        await send(_part(f"retry: {RETRY_MILLISECONDS}\n\n".encode()))
        left = asyncio.ensure_future(_until_disconnect(receive))
        checked_at = time.monotonic()
        try:
            while not left.done() and not stream.is_dropped:
                waiting = asyncio.ensure_future(stream.queue.get())
                done, _pending = await asyncio.wait(
                    {waiting, left}, timeout=self._heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED
                )
                if waiting not in done:
                    waiting.cancel()
                if left in done:
                    return
                event = waiting.result() if waiting in done else b": \n\n"
                if event is None:
                    break
                # A client that takes nothing for a heartbeat is gone or as good as gone.
                async with asyncio.timeout(self._heartbeat_seconds):
                    await send(_part(event))
                if time.monotonic() - checked_at > RECHECK_SECONDS:
                    checked_at = time.monotonic()
                    with contextlib.suppress(psycopg.Error):
                        if await asyncio.to_thread(self._viewer_of, session_key) is None:
                            break
            await send({"type": "http.response.body", "body": b""})
        except Exception as error:  # however the server says that the client has left
            logger.debug("A live stream ended: %s", error)
        finally:
            left.cancel()

    async def _come_back(self, send: Send, *, seconds: int) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        await send({"type": "http.response.body", "body": f"retry: {seconds * 1000}\n\n".encode()})

    def _all(self) -> list[Stream]:
        return [stream for streams in self._streams.values() for stream in streams]

    async def _listen(self) -> None:
        pause, was_connected = 0.25, False
        while True:
            try:
                parameters = {"connect_timeout": 10, **self._parameters()}
                async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.is_connected, pause = True, 0.25
                    if was_connected:
                        # What happened in between is lost; pages fetch once more.
                        for stream in self._all():
                            stream.offer(b"event: resync\ndata: {}\n\n")
                    was_connected = True
                    while True:
                        async for notify in connection.notifies(timeout=self._heartbeat_seconds):
                            self.publish(notify.payload)
                        # A server that vanished without a word is noticed by asking it something.
                        await connection.execute("SELECT 1")
            except psycopg.Error as error:
                if self.is_connected:
                    logger.warning("Live updates lost the database and will try again: %s", error)
                self.is_connected = False
            except OSError as error:
                logger.warning("Live updates cannot connect: %s", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)


_STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold messages back until its buffer is full
    (b"x-content-type-options", b"nosniff"),
]


def _part(event: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": event, "more_body": True}


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        await asyncio.sleep(0)


def _cookie(scope: Scope, name: str) -> str | None:
    for header, value in scope["headers"]:
        if header == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin1")).get(name)
            except CookieError:
                continue
            if found is not None and found.value:
                return found.value
    return None
