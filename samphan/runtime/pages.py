"""The pages: a WSGI application in threads behind the ASGI front, shielded from slow and broken clients."""

import asyncio
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import IO, Any
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
StartResponse = Callable[..., Any]
WSGIApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

KEPT_IN_MEMORY = 2**20  # bytes of a body before it goes to a temporary file
# A browser that is still sending shows "connection lost" instead of our answer, so a body somewhat too large is read to
# its end before it is refused.
READ_PAST_LIMIT_SECONDS = 30
# An ordinary answer has three parts: head, body, end.
WATCHED_FROM_PART = 4
BODY, GONE = "samphan.body", "samphan.gone"


class ClientGone(Exception):
    """The client closed the connection in the middle of its request."""


class BodyTooLarge(Exception):
    """The request's body is larger than SAMPHAN_MAX_UPLOAD."""


class Pages:
    """The WSGI application as ASGI.

    A body is read to its end before a thread is taken, so that a thousand phones with a bad connection hold no thread,
    and half a file that broke off never reaches a view.

    :param application: what answers.
    :param threads: requests answered at a time; each keeps one database connection.
    :param max_body_bytes: larger bodies are answered with 413.
    """

    def __init__(self, application: WSGIApplication, *, threads: int, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._asgi = WSGIMiddleware(_Shield(application), workers=threads)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._read_body(scope, receive)
        except BodyTooLarge:
            await self._refuse(scope, send)
            return
        except ClientGone:
            return
        scope = {**scope, BODY: body, GONE: asyncio.Event(), **_plain(scope)}
        with contextlib.closing(body):
            answer = _Answer(receive, send, scope[GONE])
            try:
                await self._asgi(scope, _nothing_more, answer.send)  # type: ignore[arg-type]
            finally:
                answer.close()

    def close(self) -> None:
        """Let running requests finish and take no more."""
        self._asgi.executor.shutdown(wait=False, cancel_futures=True)

    async def _read_body(self, scope: Scope, receive: Receive) -> IO[bytes]:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        if not length and b"transfer-encoding" not in headers:
            return io.BytesIO()
        declared = int(length) if length.isdigit() else 0
        if declared > self._max_body_bytes:
            await self._drain(receive, declared)
            raise BodyTooLarge
        body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - closed by the caller
        try:
            size, more = 0, True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > self._max_body_bytes:
                    await self._drain(receive, 0)
                    raise BodyTooLarge
                body.write(chunk)
                more = message.get("more_body", False)
            if size < declared:
                raise ClientGone
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body

    async def _drain(self, receive: Receive, declared: int) -> None:
        if declared > 4 * self._max_body_bytes:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READ_PAST_LIMIT_SECONDS):
                size = 0
                while size < 4 * self._max_body_bytes:
                    message = await receive()
                    size += len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return

    async def _refuse(self, scope: Scope, send: Send) -> None:
        limit = self._max_body_bytes // 2**20
        english = f"This is too large to send: at most {limit} MB at a time."
        thai = f"ส่งไม่ได้เพราะมีขนาดใหญ่เกินไป: ส่งได้ครั้งละไม่เกิน {limit} MB"
        accept = dict(scope["headers"]).get(b"accept", b"")
        if b"json" in accept or scope["path"].startswith(("/api/", "/v1/")):
            wants_english = dict(scope["headers"]).get(b"accept-language", b"").strip().lower().startswith(b"en")
            problem = {
                "type": "/api/v1/docs/#problem-too_large",
                "title": "Larger than allowed" if wants_english else "ใหญ่เกินกำหนด",
                "status": 413,
                "detail": english if wants_english else thai,
                "code": "too_large",
                "instance": scope["path"],
            }
            await respond(send, 413, json.dumps(problem).encode(), "application/problem+json")
            return
        page = (
            '<!doctype html><html lang="th"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>413</title><h1>{thai}</h1><p lang=en>{english}</p>"
        )
        await respond(send, 413, page.encode(), "text/html; charset=utf-8")


async def respond(send: Send, status: int, body: bytes, content_type: str = "text/plain; charset=utf-8") -> None:
    """Send a whole small answer that nobody may keep."""
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Shield:
    """The WSGI side: gives the body as a file and stops a streamed answer when its reader has left."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        scope = environ["asgi.scope"]
        body, gone = scope[BODY], scope[GONE]
        environ["wsgi.input"] = body
        # Chunked bodies come without a length, and Django reads only as much as the length says.
        body.seek(0, io.SEEK_END)
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
        # Standard output belongs to the one JSON object that `serve` prints.
        environ["wsgi.errors"] = sys.stderr
        return self._answer(environ, start_response, gone)

    def _answer(self, environ: dict[str, Any], start_response: StartResponse, gone: asyncio.Event) -> Iterator[bytes]:
        chunks = self._application(environ, start_response)
        try:
            for chunk in chunks:
                if gone.is_set():
                    return
                yield chunk
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()


def _plain(scope: Scope) -> dict[str, Any]:
    """Parts of a request that the WSGI bridge would fail on or could be deceived by, made plain."""
    return {
        # Raw Thai letters in an address arrive as bytes; the bridge decodes as ASCII and would answer 500.
        "query_string": quote_from_bytes(scope["query_string"], safe="".join(map(chr, range(0x21, 0x7F)))).encode(),
        # X_Forwarded_For and X-Forwarded-For would become the same variable. What a trusted proxy forwarded is in
        # `client` and `scheme` by now, and what anybody else says of himself must not be believed further in.
        "headers": [
            (name, value)
            for name, value in scope["headers"]
            if b"_" not in name and not name.startswith(b"x-forwarded-") and name != b"forwarded"
        ],
    }


class _Answer:
    """The way back to the client, which may leave at any time.

    `send` never raises: the bridge's thread would wait for ever on a queue that nobody empties any more. And granian
    takes what is sent to a closed connection without a word, so a long answer watches for the client's leaving, or an
    export of a million rows would run to its end for nobody.
    """

    def __init__(self, receive: Receive, send: Send, gone: asyncio.Event) -> None:
        self._receive, self._send, self._gone = receive, send, gone
        self._parts = 0
        self._watch: asyncio.Task[None] | None = None

    async def send(self, message: Message) -> None:
        if self._gone.is_set():
            return
        self._parts += 1
        if self._parts == WATCHED_FROM_PART:
            self._watch = asyncio.get_running_loop().create_task(self._until_gone())
        try:
            await self._send(message)
        except Exception:
            self._gone.set()

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)
        self._gone.set()


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
