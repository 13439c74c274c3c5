"""Another system that is called: a small HTTP server of the test's own."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    """One call that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def payload(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class OtherSystem:
    """The server: `answers` are taken one after the other, the last again and again: status, headers, body."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(204, {}, b"")])
    before: Callable[[Heard], None] = lambda heard: None

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer every call from now on like this."""
        self.answers = [(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)]

    def types(self) -> list[str]:
        return [heard.payload["type"] for heard in self.heard]


@contextmanager
def serving() -> Iterator[OtherSystem]:
    """Serve another system on this machine."""
    system = OtherSystem()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            heard = Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            system.heard.append(heard)
            system.before(heard)
            status, headers, answer = system.answers[0]
            if len(system.answers) > 1:
                system.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    system.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
