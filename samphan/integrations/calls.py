"""One call of a webhook over the network: to the address that was judged, without redirects, within one deadline.

urllib3 carries it: alive, small, used by most of Python, and the connection can be given the judged address while TLS
checks the name. httpx would have meant a transport of our own for that. Nothing here touches the database.
"""

import contextlib
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError, SSLError

from samphan.integrations.addresses import Address, Network, NoAddress, NotAllowed, is_allowed, resolve

CONNECT_SECONDS = 8.0
DEADLINE_SECONDS = 20.0  # of the whole call; the specification asks for 15 to 30
ANSWER_BYTES = 4_096  # of the answer are read; nobody needs more to see what went wrong
AGENT = "Samphan-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """What a call came to.

    :param status: of the answer; None when there was none.
    :param problem: why there was none: address, name, timeout, tls, connection or cut; "" otherwise.
    :param detail: about the problem, in the words of the library.
    :param address: that was connected to.
    """

    status: int | None = None
    problem: str = ""
    detail: str = ""
    body: str = ""
    retry_after: float | None = None
    address: str = ""
    seconds: float = 0.0

    @property
    def is_success(self) -> bool:
        """True for 2xx and nothing else: a redirect is not followed."""
        return self.status is not None and 200 <= self.status < 300


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class Call:
    """One POST, made by one thread and watched by another, which may end it."""

    def __init__(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        allowed: Sequence[Network] = (),
        deadline_seconds: float = DEADLINE_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.url, self.body, self.allowed = url, body, allowed
        self.headers = {"User-Agent": AGENT, "Content-Type": "application/json", "Accept": "*/*", **headers}
        self.deadline_seconds = deadline_seconds
        self.began_at: float | None = None
        self._tls = tls
        self._address = ""
        self._expired = threading.Event()
        self._socket: Any = None

    @property
    def is_overdue(self) -> bool:
        return self.began_at is not None and time.monotonic() - self.began_at > self.deadline_seconds

    def end(self) -> None:
        """Close the connection under the thread that waits for it: some answer a byte at a time and never end."""
        self._expired.set()
        if self._socket is not None:
            with contextlib.suppress(Exception):
                self._socket.shutdown(2)

    def make(self) -> Answer:
        """Call, and say what it came to; never raises."""
        self.began_at = time.monotonic()
        try:
            answer = self._make()
        except Exception as error:
            answer = self._failed(error)
        seconds = time.monotonic() - self.began_at
        return Answer(
            answer.status, answer.problem, answer.detail, answer.body, answer.retry_after, self._address, seconds
        )

    def _make(self) -> Answer:
        parts = urlsplit(self.url)
        is_https = parts.scheme == "https"
        host = parts.hostname or ""
        port = parts.port or (443 if is_https else 80)
        if not is_https and not self.allowed:
            raise NotAllowed("http")
        addresses = resolve(host, port, is_https=is_https, allowed=self.allowed)
        for last, address in ((address is addresses[-1], address) for address in addresses):
            try:
                return self._call(address, host, port, is_https)
            except ConnectTimeoutError:
                # Nothing was sent: a name with several addresses may answer at the next.
                if last or self._expired.is_set() or self.is_overdue:
                    raise
        raise NoAddress(host)

    def _call(self, address: Address, host: str, port: int, is_https: bool) -> Answer:
        parts = urlsplit(self.url)
        self._address = str(address)
        target = parts.path or "/"
        if parts.query:
            target += f"?{parts.query}"
        named = f"[{host}]" if ":" in host else host
        host_header = named if port == (443 if is_https else 80) else f"{named}:{port}"
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=self.deadline_seconds)
        pool = self._pool(address, host, port, is_https, timeout)
        try:
            response = pool.urlopen(
                "POST",
                target,
                body=self.body,
                headers={**self.headers, "Host": host_header},
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                text = self._read(response)
                return Answer(
                    status=response.status,
                    body=text,
                    retry_after=_seconds_until(response.headers.get("Retry-After", "")),
                )
            finally:
                response.close()
        finally:
            pool.close()

    def _pool(
        self, address: Address, host: str, port: int, is_https: bool, timeout: urllib3.Timeout
    ) -> urllib3.HTTPConnectionPool:
        call = self

        class _Watched:
            """A connection that is looked at once it stands, and can be closed from outside."""

            def connect(self) -> None:
                super().connect()  # type: ignore[misc]
                sock = self.sock  # type: ignore[attr-defined]
                call._socket = sock
                reached = _peer(sock)
                if reached != address or not is_allowed(reached, call.allowed):
                    sock.close()
                    raise NotAllowed(str(reached))
                if call._expired.is_set():
                    sock.close()

        pool: urllib3.HTTPConnectionPool
        if is_https:

            class Secure(_Watched, urllib3.connection.HTTPSConnection):
                pass

            # TLS asks for the name, the connection goes to the address.
            pool = urllib3.HTTPSConnectionPool(
                str(address),
                port,
                timeout=timeout,
                retries=False,
                ssl_context=self._tls or _tls(),
                server_hostname=host,
                assert_hostname=host,
            )
            pool.ConnectionCls = Secure
        else:

            class Plain(_Watched, urllib3.connection.HTTPConnection):
                pass

            pool = urllib3.HTTPConnectionPool(str(address), port, timeout=timeout, retries=False)
            pool.ConnectionCls = Plain
        return pool

    def _read(self, response: urllib3.BaseHTTPResponse) -> str:
        """The beginning of the answer; that it does not end is no failure once the status is known."""
        found = b""
        with contextlib.suppress(HTTPError, OSError, ValueError, AttributeError):
            while len(found) < ANSWER_BYTES and not self._expired.is_set():
                piece = response.read1(ANSWER_BYTES - len(found))
                if not piece:
                    break
                found += piece
        return found[:ANSWER_BYTES].decode("utf-8", "replace").replace("\x00", "�")

    def _failed(self, error: Exception) -> Answer:
        detail = str(error)[:300]
        if isinstance(error, NotAllowed):
            return Answer(problem="address", detail=detail)
        if isinstance(error, NoAddress):
            return Answer(problem="name", detail=detail)
        if isinstance(error, SSLError):
            return Answer(problem="tls", detail=detail)
        # Before the timeouts: to the library a refused connection is one of them.
        is_refused = isinstance(error, NewConnectionError | OSError)
        if self._expired.is_set() or (isinstance(error, ConnectTimeoutError | ReadTimeoutError) and not is_refused):
            return Answer(problem="timeout", detail="")
        if is_refused:
            return Answer(problem="connection", detail=detail.rpartition(": ")[2])
        return Answer(problem="cut", detail=detail)


def _peer(sock: Any) -> Address:
    import ipaddress

    return ipaddress.ip_address(str(sock.getpeername()[0]).partition("%")[0])


def _seconds_until(text: str) -> float | None:
    """The wait that a Retry-After asks for, in seconds or until a date; None for none that can be read."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
